"""Reads Markdown as the chat services do, with a parser of CommonMark and of GitHub's tables."""

from urllib.parse import unquote

from markdown_it import MarkdownIt
from markdown_it.token import Token

_PARSER = MarkdownIt("gfm-like", {"linkify": False})
_BOLD = ("strong_open", "strong_close")


def shown(markdown: str, *, bold: bool = False) -> str:
    """What a reader sees; fails where there is anything but text, and bold type if it may be."""
    found: list[str] = []
    for token in _PARSER.parse(markdown):
        assert token.type in ("paragraph_open", "paragraph_close", "inline"), (token, markdown)
        if token.type == "paragraph_close":
            found.append("\n")
        children = (one for one in token.children or () if not (bold and one.type in _BOLD))
        found.extend(map(_text, children))
    return "".join(found)


def links(markdown: str) -> list[tuple[str, str]]:
    """Label and address of each link of a line that holds nothing but links and text."""
    found: list[tuple[str, str]] = []
    label: list[str] | None = None
    href = ""
    (_, inline, _) = _PARSER.parse(markdown)
    for token in inline.children or ():
        if token.type == "link_open":
            label, href = [], unquote(str(token.attrs["href"]))
        elif token.type == "link_close":
            found.append(("".join(label or ()), href))
            label = None
        elif label is not None:
            label.append(_text(token))
        else:
            assert _text(token) == " · "
    return found


def _text(token: Token) -> str:
    assert token.type in ("text", "softbreak", "text_special"), token
    return "\n" if token.type == "softbreak" else token.content
