"""PURE. Texts in which no chat service finds markup, a mention, a link, an emoji or an entity.

What a service would read is broken by a zero-width space (U+200B), which nobody sees and which
no service counts as part of a name, an address or a mark. Backslashes are for Markdown alone.
"""

import re
import unicodedata
from collections.abc import Callable
from typing import Final

GAP: Final = "\u200b"
Form = Callable[[str], str]
"""What makes a text fit for a service, such as `inert` or `escaped`; it makes none shorter."""

_CONTROLS = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f\u2028\u2029]+")
_LINES = re.compile(r"[ \t]*\n[ \t]*")
_STARTS = re.compile(r"^(?=[#+\-=>*|:~`]|\d+[.)])", re.MULTILINE)
_BREAKS = re.compile(
    r"""[@\#<](?=\S)                             # a mention, a hashtag, a tag, an emoticon
    | ~(?=\w)                                    # a channel of Mattermost
    | (?<!\b\d)(?<!\b\d\d):(?=\S) | :(?=[^\s\d]) | :(?=\d[\w+-]*:)  # a scheme, an emoji's name
    | ;(?=[^\w\s])                               # an emoticon
    | \](?=[(\[:])                               # a link of Markdown
    | &(?=\#?\w+;)                               # an entity
    | \$(?=[${]) | \{(?=\{) | \\(?=[(\[])        # a formula, a template
    | \|(?=\|)                                   # a spoiler
    | www\d{0,3}(?=\.) | (?<=\w)\.(?=[^\W\d_]{2})       # a bare host
    | \bx(?=-d\b)                                # an emoticon
    """,
    re.VERBOSE | re.IGNORECASE,
)
_MARKS = re.compile(r"[*_~`]|\\(?![0-9A-Za-z])")
_JOINERS = "\u200d\ufe0e\ufe0f"
_LONGEST_CLUSTER = 64


def cleaned(text: str) -> str:
    """Without control characters (line feeds stay), lone surrogates, and spaces at the ends."""
    whole = text.replace("\r\n", "\n").replace("\r", "\n")
    whole = whole.encode("utf-8", "replace").decode("utf-8")
    return _LINES.sub("\n", _CONTROLS.sub(" ", whole)).strip()


def inert(text: str) -> str:
    """The text for a place that knows no Markdown, but may look for mentions, links and emoji."""
    return _STARTS.sub(GAP, _BREAKS.sub(lambda found: found[0] + GAP, cleaned(text)))


def escaped(text: str) -> str:
    r"""The text for Markdown of any flavour: `inert`, and `*_~\`, and the back-tick, escaped.

    A backslash before a letter is none of Markdown's, and stays as it is.
    """
    return _MARKS.sub(lambda found: "\\" + found[0], inert(text))


def units(text: str) -> int:
    """The length in UTF-16 code units, the strictest way in which services count characters."""
    return len(text) + sum(character > "\uffff" for character in text)


def fitted(text: str, limit: int, form: Form, measure: Callable[[str], int] = units) -> str:
    """The text in that form, at the most `limit` as `measure` counts; cut with an ellipsis.

    It is cut before it gets its form, so that no escape is split; nor is a letter split from its
    accents.
    """
    text = cleaned(text)
    if len(text) <= limit:
        whole = form(text)
        if measure(whole) <= limit:
            return whole
    low, high = 0, min(len(text), limit)
    while low < high:
        middle = (low + high + 1) // 2
        if measure(form(f"{text[:middle]}…")) <= limit:
            low = middle
        else:
            high = middle - 1
    return form(f"{text[: _before_cluster(text, low)]}…")


def _before_cluster(text: str, at: int) -> int:
    """The place of a cut, moved to before what belongs together."""
    for place in range(at, max(at - _LONGEST_CLUSTER, 0), -1):
        if not _continues(text[place : place + 1]) and text[place - 1] != "\u200d":
            return place
    return at


def _continues(character: str) -> bool:
    if not character:
        return False
    skin_tone = "\U0001f3fb" <= character <= "\U0001f3ff"
    return bool(unicodedata.combining(character)) or character in _JOINERS or skin_tone
