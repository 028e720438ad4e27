"""PURE. The marks of Markdown and HTML taken off a line of text, and what no reader sees of it."""

import html
import re
import unicodedata

_TAG = re.compile(
    r"<(?=[a-z/])/?(?:a|abbr|b|big|blockquote|br|center|code|del|details|div|em|figure|font|h[1-6]|hr|i|img"
    r"|ins|kbd|li|mark|ol|p|pre|s|small|span|strong|strike|sub|summary|sup|table|tbody|td|tfoot|th"
    r"|thead|tr|u|ul)(?:\s[^<>]{0,1000})?/?>",
    re.IGNORECASE,
)
_BREAKING = re.compile(r"<(?=[a-z/])(?:br|/p|/div|/li|/t[dhr])\b[^<>]{0,1000}>", re.IGNORECASE)
_LINK = re.compile(r"!?\[([^\[\]]{0,1000})\](?:\([^()\n]{0,2000}\)|\[[^\[\]]{0,200}\])")
_AUTOMATIC = re.compile(r"<(?=[^<>\s]{0,1000}+>)([^<>\s@/]{1,1000}+[@/][^<>\s]*+)>")
_NOTE = re.compile(r"\[\^[^\[\]\s]{1,50}\]:?")
_STRUCK = re.compile(r"~~[^~\n]{1,1000}~~")
_ENTITY = re.compile(r"&(?:#\d{1,7}|#x[0-9a-f]{1,6}|[a-z][a-z0-9]{1,30});", re.IGNORECASE)
_ESCAPED = re.compile(r"\\([!-/:-@\[-`{-~])")
_STARS = re.compile(r"(?<![\s*])\*{1,3}+(?!\*)(?!\d)|(?<!\*)\*{1,3}+(?![\s*])")
_UNDERSCORES = re.compile(r"(?<!\w)_{1,3}+(?=[^\s_])|(?<=[^\s_])_{1,3}+(?!\w)")
_HIDDEN = re.compile(
    "[\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f\xad\u200b\u202a-\u202e\u2060-\u2069\ud800-\udfff\ufeff\ufff9-\ufffb\ufffe\uffff]"
)
"""Controls, soft hyphens, and marks that turn the order of letters around."""
_SHAPED = re.compile("[\ufb00-\ufb06\ufb50-\ufdff\ufe70-\ufefc]")
"""Ligatures and shapes of Arabic letters, as PDFs hold them."""
_KEPT = 0xF0000
"""Where a sign waits that is escaped, among letters of private use."""
_BACK = {_KEPT + code: chr(code) for code in range(33, 127)}


def plain(text: str) -> str:
    """The text as one reads it: without marks, tags, links and escapes, with single spaces."""
    if "\\" in text:
        text = _ESCAPED.sub(lambda found: chr(_KEPT + ord(found[1])), text)
    if "<" in text:
        text = _TAG.sub("", _BREAKING.sub(" ", text))
        text = _AUTOMATIC.sub(r"\1", text)
    if "[" in text:
        text = _LINK.sub(r"\1", _NOTE.sub("", text))
    text = _STRUCK.sub("", text).replace("`", "")
    text = _UNDERSCORES.sub("", _STARS.sub("", text))
    if "&" in text:
        text = _ENTITY.sub(lambda found: html.unescape(found[0]), text)
    return single_spaced(text.translate(_BACK))


def without_comments(text: str) -> str:
    """The text without comments of HTML, its lines where they were."""
    kept, begin = [], 0
    while (at := text.find("<!--", begin)) >= 0 and (end := text.find("-->", at + 4)) >= 0:
        kept += [text[begin:at], "\n" * text.count("\n", at, end)]
        begin = end + 3
    return "".join([*kept, text[begin:]])


def single_spaced(text: str) -> str:
    """What is seen of a text, in one line."""
    return " ".join(_HIDDEN.sub("", text).split())


def unshaped(text: str) -> str:
    """Ligatures and shaped letters as the letters that they stand for."""
    return _SHAPED.sub(lambda found: unicodedata.normalize("NFKC", found[0]), text)
