"""PURE. A sentence as a row of words, each with the sign of its kind; places are kept.

Beside the kinds of `date_words` there are: Y a year of four digits, D a number
of 1 to 31, N another of two digits, # any other number, I a day or month as ISO 8601 writes it,
X a day such as 20.09.2024, - a dash, / a slash, a comma, a stop, an apostrophe (a), and w for
everything else.
"""

import re
from dataclasses import dataclass
from functools import lru_cache

from scheduler.foreign.commitments.date_words import (
    ARABIC_PREFIXES,
    date_words,
    english_months,
    folded,
    of_several_signs,
)

FIRST_YEAR, LAST_YEAR = 1970, 2099
"""The years that a number of four digits may be."""
_DIGITS = {
    ord(sign): str(value)
    for digits in ("٠١٢٣٤٥٦٧٨٩", "۰۱۲۳۴۵۶۷۸۹", "０１２３４５６７８９")
    for value, sign in enumerate(digits)
}
_SIGNS = {
    **dict.fromkeys("-‐‑‒–—−~～", "-"),
    **dict.fromkeys(",،，、", ","),
    **dict.fromkeys("'’ʼ‘", "a"),
    "/": "/",
    "⁄": "/",
    ".": ".",
    "&": "&",
}
_CAPITALS_ONLY = {"may", "march", "mar", "fall", "i", "ii", "iii", "iv"}
"""English words of other meanings; a month, a season or a numeral only with a capital."""


@dataclass(frozen=True, slots=True)
class Token:
    """A word, number or sign of a sentence; text: with digits as ASCII has them."""

    kind: str
    text: str
    start: int
    end: int
    value: int = 0

    @property
    def is_english_month(self) -> bool:
        """Whether it is a month by an English name."""
        return self.kind == "M" and folded(self.text) in english_months()


def plain_digits(text: str) -> str:
    """A text with the digits of Arabic, Persian and full width as ASCII's; as long as before."""
    return text.translate(_DIGITS)


def tokens(text: str) -> list[Token]:
    """The words of a text in their order, without the spaces between them."""
    plain = plain_digits(text)
    found = [part for one in _pattern().finditer(plain) for part in _read(one)]
    return _without_doubles(found)


@lru_cache(maxsize=1)
def _pattern() -> re.Pattern[str]:
    several = "|".join(map(_as_written, of_several_signs()))
    return re.compile(
        r"(?P<iso>\b[0-9]{4}-(?:0[1-9]|1[0-2])(?:-[0-9]{2})?(?![0-9]|-[0-9]))"
        r"|(?P<dotted>\b[0-9]{1,2}([./])[0-9]{1,2}\3[0-9]{4}(?![0-9])"
        r"|\b[0-9]{4}([./])[0-9]{1,2}\4[0-9]{1,2}(?![0-9./]))"
        r"|(?P<big>[0-9]{1,3}(?:[,.'\u00a0\u202f\u2009][0-9]{3})+(?![0-9])|[0-9]+[.,:][0-9]+)"
        rf"|(?P<several>年中(?=[\W]|$)|{several})"
        r"|(?P<number>[0-9]++)(?P<ordinal>st|nd|rd|th|er|ère|[èe]me|º|ª|°|-?го|-?й|-?м)?"
        r"(?![^\W\d_\u4e00-\u9fff\u0400-\u04ff])"
        r"|(?P<chinese>[\u4e00-\u9fff])"
        r"|(?P<word>[0-9]*[^\W\d_\u4e00-\u9fff][^\W_\u4e00-\u9fff]*)"
        r"|(?P<sign>\S)",
        re.IGNORECASE,
    )


def _as_written(name: str) -> str:
    """A pattern of a folded name, with the letters that folding makes the same."""
    return " ".join(re.escape(word).replace("ا", "[اأإآ]") for word in name.split(" "))


def _read(one: re.Match[str]) -> list[Token]:
    text, start, end = one.group(), one.start(), one.end()
    kind = one.lastgroup if one.lastgroup != "ordinal" else "number"
    if kind == "iso":
        return [Token("I", text, start, end)]
    if kind == "dotted":
        return [Token("X", text, start, end)]
    if kind == "number":
        return [_number(one["number"], text, start, end)]
    if kind == "several" and text == "年中":
        return [Token("年", "年", start, start + 1), Token("m", "中", start + 1, end)]
    if kind == "sign":
        return [Token(_SIGNS.get(text, "w"), text, start, end)]
    return [Token("#", text, start, end)] if kind == "big" else _word(text, start, end)


def _number(digits: str, text: str, start: int, end: int) -> Token:
    value = int(digits) if len(digits) <= 4 else 0
    if len(digits) == 4 and FIRST_YEAR <= value <= LAST_YEAR and text == digits:
        kind = "Y"
    elif len(digits) <= 2 and 1 <= value <= 31:
        kind = "D"
    else:
        kind = "N" if len(digits) == 2 and value > 31 and text == digits else "#"
    return Token(kind, text, start, end, value)


def _word(text: str, start: int, end: int) -> list[Token]:
    words, name = date_words(), folded(text)
    if name in _CAPITALS_ONLY and text.islower():
        return [Token("w", text, start, end)]
    if name in words:
        kind, value = words[name]
        return [Token(kind, text, start, end, value)]
    if text[0] in ARABIC_PREFIXES and name[1:] in words:
        kind, value = words[name[1:]]
        rest = Token(kind, text[1:], start + 1, end, value)
        return [Token("&", text[0], start, start + 1), rest] if text[0] == "و" else [rest]
    return [Token("w", text, start, end)]


def _without_doubles(found: list[Token]) -> list[Token]:
    """A month that is said by both its Arabic names, "نيسان/أبريل", as one word."""
    kept: list[Token] = []
    for one in found:
        twice = one.kind == "M" and [it.kind for it in kept[-2:]] == ["M", "/"]
        if twice and kept[-2].value == one.value:
            first = kept[-2]
            kept[-2:] = [Token("M", first.text, first.start, one.end, one.value)]
        else:
            kept.append(one)
    return kept
