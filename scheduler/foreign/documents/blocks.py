"""PURE. What a document is made of, before its sentences: headings, paragraphs, items, rows."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from itertools import zip_longest
from typing import Literal

Kind = Literal["heading", "text", "item", "row", "gap"]
Sign = Literal["", "symbol", "capitals", "bold", "anew"]
"""By what a line of a text without marks is known as a heading; "anew" of an item, where its list
begins at once after another."""

LONGEST_HEADING = 300
"""Characters."""
_SYMBOL = re.compile(
    r"(?:(?:draft\s+)?(?:resolution|decision|r[ée]solution|d[ée]cision|resoluci[óo]n|decisi[óo]n"
    r"|резолюция|решение|القرار|قرار)\s*)?"
    r"(?:[A-Z]{1,6}(?:/[A-Za-z0-9][\w.()-]{0,20}){1,8}|(?:WHA|EB|GC)\d{1,3}\.\d{1,3}|\d{1,3}/\d{1,4})"
    r"\*?(?:\s*\(\d{4}\))?",
    re.IGNORECASE,
)
"""Of a document, such as HSP/HA.2/RES.8 (2023), A/RES/71/256, E/2024/5, Decision 2/1."""
_AFTER_SYMBOL = re.compile(r"\s*(?:[-–—:|]\s*\S.*)?$", re.DOTALL)
_DAY = re.compile(
    r"\b\d{1,2}(?:st|nd|rd|th|er|º)?\.?\s+(?:de\s+)?[^\W\d_]{3,12}\.?,?\s+(?:de\s+)?\d{4}\b"
    r"|\b[^\W\d_]{3,12}\.?\s+\d{1,2},?\s+\d{4}\b|\b\d{4}-\d{2}-\d{2}\b"
    r"|\b\d{1,2}[./]\d{1,2}[./]\d{4}\b|\d{4}\s*年\s*\d{1,2}\s*月\s*\d{1,2}\s*日"
)


@dataclass(frozen=True, slots=True)
class Block:
    """One of them; `line` is where it begins.

    level: of a heading its place, the outermost the smallest; of an item how deep it is, from 0;
    of a gap the least place of the headings that end with it.
    """

    kind: Kind
    text: str
    line: int
    level: int = 0
    sign: Sign = ""


def sign_of(text: str, bold: bool) -> Sign:
    """By what a paragraph that stands alone is a heading; "" where it is none.

    text: without its marks. A line that is little more than a day is none, however it is written:
    what is dated must not get lost.
    """
    if not text or len(text) > LONGEST_HEADING:
        return ""
    if is_symbol(text):
        return "symbol"
    if text.endswith((".", ";", ",", "。", "؛")) or is_dated(text):
        return ""
    letters = [letter for letter in text if letter.isalpha()]
    if len(letters) >= 3 and all(letter.isupper() for letter in letters):
        return "capitals"
    return "bold" if bold and letters else ""


def is_symbol(text: str) -> bool:
    """Whether it is a document's symbol, with its year and title or without."""
    found = _SYMBOL.match(text)
    if found is None or ("/" not in found[0] and "." not in found[0]):
        return False
    if not _has_body(found[0]) or text.endswith("."):
        return False
    return found[0].endswith(")") or _AFTER_SYMBOL.match(text, found.end()) is not None


def _has_body(symbol: str) -> bool:
    """Whether it names a body by capitals, or a resolution: "and/or" and "3/4" do not."""
    first, _, rest = symbol.partition("/")
    return (first.isupper() and any(map(str.isdigit, rest))) or " " in first or "." in first


def is_dated(text: str) -> bool:
    """Whether it is little more than a day."""
    return len(text) <= LONGEST_HEADING and len(text.split()) <= 7 and _DAY.search(text) is not None


_TOP, _SLIDE, _INNER = 20, 30, 40


def ranked(blocks: Iterable[Block]) -> Iterator[Block]:
    """The headings that were known by a sign, with their place.

    Capitals and bold lines are above the symbols of documents where they come before them, and
    below where they come after; after a gap, as between slides, they are beside.
    """
    listed = list(blocks)
    among, after_gap = False, False
    for block, following in zip_longest(listed, listed[1:]):
        if block.kind == "gap":
            after_gap = True
            yield replace(block, level=_SLIDE)
            continue
        if block.kind == "heading" and block.sign:
            bold = int(block.sign == "bold")
            if block.sign == "symbol":
                among, level = True, _SLIDE
            elif not among or (following is not None and following.sign == "symbol"):
                level = _TOP + bold
            else:
                level = _SLIDE if after_gap else _INNER + bold
            yield replace(block, level=level)
        else:
            yield block
        after_gap = False
