"""PURE. What the XML of a sheet says beside its values: merged cells, formulas without a value.

The reader that goes row by row does not tell of them. Whatever the octets are, looking through
them takes time in proportion to their number.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from calendars.foreign.values import ImportingError

LONGEST_ROW = 10 * 1024 * 1024
MOST_MARKS = 200_000
_ROW = re.compile(rb"</?(?:\w+:)?row\b")
_MERGED = re.compile(
    rb"""<(?:\w+:)?mergeCell\s[^<>]{0,200}?\bref=["']([A-Z]{1,3})(\d{1,7}):[A-Z]{1,3}(\d{1,7})["']"""
)
_TAG, _END = rb"<(?:\w{1,20}:)?", rb"</(?:\w{1,20}:)?"
# A formula that comes to "" is of the type "str" and keeps that.
_CELL = (
    _TAG + rb"""c\s(?![^<>]{0,200}\bt=["']str)[^<>]{0,200}?\br=["']([A-Z]{1,3})(\d{1,7})["']"""
    rb"[^<>]{0,200}>\s{0,9}"
)
_FORMULA = _TAG + rb"f\b[^<>]{0,2000}>(?:[^<>]{0,20000}" + _END + rb"f>)?\s{0,9}"
_NO_VALUE = rb"(?:" + _TAG + rb"v\s{0,9}/>|" + _TAG + rb"v>\s{0,9}" + _END + rb"v>)?\s{0,9}"
_UNKEPT = re.compile(_CELL + _FORMULA + _NO_VALUE + _END + rb"c>")


@dataclass(frozen=True, slots=True)
class Marks:
    """By the row, from 1: the columns, from 0, of merged cells with their last row, and of formulas
    of which the file keeps no value."""

    merged: dict[int, list[tuple[int, int]]]
    unkept: dict[int, list[int]]


def marks_of(octets: bytes) -> Marks:
    """The marks in the XML of a sheet; `ImportingError` where it has a row that is too long."""
    if _longest_row(octets) > LONGEST_ROW:
        raise ImportingError("it has a row that is too long to be read; save it as CSV")
    merged: dict[int, list[tuple[int, int]]] = {}
    for one in _most(_MERGED.finditer(octets, max(octets.rfind(b"sheetData"), 0))):
        if int(one[2]) < int(one[3]):
            merged.setdefault(int(one[2]), []).append((_column(one[1]), int(one[3])))
    unkept: dict[int, list[int]] = {}
    for one in _most(_UNKEPT.finditer(octets)):
        unkept.setdefault(int(one[2]), []).append(_column(one[1]))
    return Marks(merged, unkept)


def _most(found: Iterator[re.Match[bytes]]) -> Iterator[re.Match[bytes]]:
    for number, one in enumerate(found):
        if number == MOST_MARKS:
            raise ImportingError("it has too many merged cells or formulas; save it as CSV")
        yield one


def _longest_row(octets: bytes) -> int:
    """The octets of the longest row, which the reader holds as a whole."""
    longest = start = 0
    for one in _ROW.finditer(octets):
        longest, start = max(longest, one.start() - start), one.start()
    return max(longest, len(octets) - start)


def _column(letters: bytes) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + letter - ord("A") + 1
    return number - 1
