"""PURE. What stands in the cell of a date -> a due date in the plan's own form.

Real dates, the plan's forms, and dates as people write them in the six languages. Nothing is
guessed: a year of two digits, a day without a year, a word that says nothing of dates are refused
in words that quote the cell.
"""

import re
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

from calendars.dates import DateError, Precision, parse_due
from calendars.workdays import FIRST_YEAR, LAST_YEAR
from scheduler.foreign.tables.cell_names import ABOUT, DOUBTFUL, UNSETTLED, plain
from scheduler.foreign.tables.cell_words import UNKEPT
from scheduler.foreign.tables.date_phrases import PhraseError, dated_phrase
from scheduler.foreign.values import Cell

Order = Literal["day", "month", "unsettled"]
"""What comes first in "12/05/2024"; where nothing decides, the day is taken first."""
LONGEST = 120
_NUMERIC = re.compile(r"(\d{1,2})([/.-])(\d{1,2})\2(\d{4}|\d{2})\.?", re.ASCII)
_YEAR_FIRST = re.compile(r"(\d{4})([/.-])(\d{1,2})(?:\2(\d{1,2}))?", re.ASCII)
_CLOCK = re.compile(
    r"(?:^|[\sT,])(?:(?:at|a|в|kl|@|-)\s+)?(\d{1,2})(?:[:h](\d{2})(?::(\d{2})(?:\.\d+)?)?)?\s*([ap]\.?m\.?)?"
    r"(?:\s*(?:hrs?|h|ч))?\s*\(?(z|utc|gmt)?\)?$",
    re.ASCII | re.IGNORECASE,
)
_MONTH_FIRST = re.compile(r"(0?[1-9]|1[0-2])[/.-](\d{4})", re.ASCII)
_COMPACT = re.compile(r"((?:19|20|21)\d\d)(0[1-9]|1[0-2])([0-3]\d)", re.ASCII)
_MIDNIGHT = re.compile(r"(\d{4}-\d\d-\d\d)[T ]00:00(?::00(?:\.0+)?)?", re.ASCII)
_REMARK = re.compile(r"([^()\[\]]*\d)\s*[(\[][^()\[\]]*[)\]]")
_HEADING = re.compile(r"\b(?:(dd?)|(mm?))\s*[/.-]\s*(?:dd?|mm?)\s*[/.-]\s*y")
_ABOUT = re.compile(
    rf"(?:{'|'.join(re.escape(plain(it)) for it in ABOUT)})(?:[.\s]+|(?=\d)|(?<=~))"
)


class CellError(ValueError):
    """A cell that is no date; the text quotes it and says why."""


@dataclass(frozen=True, slots=True)
class CellDate:
    """What a cell says: `due` as `calendars.dates.parse_due` reads it, and what was decided."""

    due: str
    notes: tuple[str, ...] = ()


def read_date(cell: Cell, order: Order = "unsettled", known: Collection[str] = ()) -> CellDate:
    """The date in a cell, "tbc" for none; raises `CellError`.

    known: the milestones that a date may be counted from.
    """
    if cell is None or (isinstance(cell, str) and not cell.strip()):
        return CellDate("tbc")
    if isinstance(cell, date):
        return _checked(_written(cell), quoted(cell))
    if isinstance(cell, str):
        return _text(cell, order, known)
    whole = not isinstance(cell, bool) and cell == cell // 1 if _finite(cell) else False
    if whole and FIRST_YEAR <= cell <= LAST_YEAR:
        return CellDate(str(int(cell)))
    if whole and (found := _COMPACT.fullmatch(str(int(cell)))):
        return _checked("-".join(found.groups()), quoted(cell))
    raise CellError(f"{quoted(cell)} is a number and no date; format the cell as a date")


def quoted(cell: Cell) -> str:
    """A cell as a reason quotes it."""
    text = " ".join(str(cell).split())
    return f'"{text if len(text) <= 60 else text[:59] + "…"}"'


def order_of(cells: Iterable[Cell], heading: str = "") -> Order:
    """Whether the day or the month comes first in a column, by its heading and its values."""
    if found := _HEADING.search(plain(heading)):
        return "day" if found[1] else "month"
    settled = {order for cell in cells if (order := _settled(cell))}
    return settled.pop() if len(settled) == 1 else "unsettled"


def _settled(cell: Cell) -> Order | None:
    """What one value decides by a number that is no month."""
    found = _NUMERIC.search(plain(cell[:LONGEST])) if isinstance(cell, str) else None
    if not found or found[2] == "." or (int(found[1]) > 12) == (int(found[3]) > 12):
        return None
    return "day" if int(found[1]) > 12 else "month"


def _finite(cell: Cell) -> bool:
    return isinstance(cell, int | float) and abs(cell) < 1e9


def _written(at: date) -> str:
    if not isinstance(at, datetime):
        return at.isoformat()
    if at.tzinfo is None and (at.hour, at.minute, at.second) == (0, 0, 0):
        return at.date().isoformat()
    return at.isoformat(timespec="seconds")


def _checked(due: str, shown: str, notes: tuple[str, ...] = ()) -> CellDate:
    try:
        parse_due(due)
    except DateError as error:
        detail = str(error).partition(": ")[2] or str(error).partition('" ')[2]
        raise CellError(f"{shown} is no date that can be read: {detail}") from None
    return CellDate(due, notes)


def _text(cell: str, order: Order, known: Collection[str]) -> CellDate:
    shown = quoted(cell)
    if cell.strip() == UNKEPT:
        raise CellError("the file keeps no value of its formula; save it in a spreadsheet program")
    if len(cell) > LONGEST:
        raise CellError(f"{shown} is longer than a date")
    text = plain(cell).strip(" .,;")
    bare = text.strip("()[] ")
    if bare in _UNSETTLED or bare.replace(".", "") in _UNSETTLED:
        return CellDate("tbc")
    if own := _of_the_plan(text, known):
        return own
    bare, mark = _marked(text)
    if not bare:
        return CellDate("tbc")
    due, notes = _remarked(bare, order, shown)
    if mark and due[-1] not in "?~%":
        due += mark
    elif mark and mark != due[-1]:
        due = due[:-1] + "%"
    return _checked(due, shown, notes)


def _of_the_plan(text: str, known: Collection[str]) -> CellDate | None:
    """A form of the plan itself; a date counted from a milestone only where there is that one."""
    text = _MIDNIGHT.sub(r"\1", text)
    proper = re.sub(r"(?<=\d-)[qh](?=\d)", lambda it: it[0].upper(), text)
    try:
        due = parse_due(proper)
    except DateError:
        return None
    if due.instant:
        written = due.instant.isoformat().replace("+00:00", "Z")
        return CellDate(written + "".join(re.findall(r"[?~%]$", text)))
    if due.relative is None:
        return CellDate(proper)
    return CellDate(text) if due.relative.other.partition("@")[0] in known else None


def _marked(text: str) -> tuple[str, str]:
    """A text without the words of doubt around a date, and the mark that they come to."""
    mark = ""
    bare = _DOUBT.sub("", _DOUBT_BEFORE.sub("", text)).strip(" ,;-")
    if bare != text.strip(" ,;-"):
        mark = "?"
    if found := _ABOUT.match(bare):
        bare, mark = bare[found.end() :], "%" if mark else "~"
    return bare.strip(" .,;"), mark


def _remarked(text: str, order: Order, shown: str) -> tuple[str, tuple[str, ...]]:
    """The date of a text, after which a remark in brackets may stand."""
    try:
        return _bare(text, order, shown)
    except CellError:
        found = _REMARK.fullmatch(text)
        if not found:
            raise
    due, notes = _bare(found[1], order, shown)
    return due, (*notes, f"of {shown} the words in brackets are left out")


def _bare(text: str, order: Order, shown: str) -> tuple[str, tuple[str, ...]]:
    """The date that a text without marks is; with its time of day, if it has one."""
    if found := _clock(text):
        day, clock, zone = found
        due, notes = _day(day, order, shown)
        if _precision(due) is Precision.DAY:
            return f"{due}T{clock}{zone}", notes
    return _day(text, order, shown)


def _precision(due: str) -> Precision | None:
    try:
        found = parse_due(due)
    except DateError:
        return None
    return found.precision if found.certain else None


def _clock(text: str) -> tuple[str, str, str] | None:
    """What stands before a time of day, the time, and "Z" where it is that of UTC."""
    found = _CLOCK.search(text)
    if not found or not (found[2] or found[4]) or not found.start():
        return None
    hour, minute, second = int(found[1]), int(found[2] or 0), int(found[3] or 0)
    if found[4]:
        if not 1 <= hour <= 12:
            return None
        hour = hour % 12 + (12 if found[4][0].lower() == "p" else 0)
    if hour > 23 or minute > 59 or second > 59:
        return None
    before = text[: found.start()].rstrip(" ,-t")
    return before, f"{hour:02}:{minute:02}:{second:02}", "Z" if found[5] else ""


def _day(text: str, order: Order, shown: str) -> tuple[str, tuple[str, ...]]:
    ends = re.split(r"\s+(?:-|to|au|al|по|до|الى)\s+|至|到", text)
    if len(ends) == 2 and all(_NUMERIC.fullmatch(it) or _YEAR_FIRST.fullmatch(it) for it in ends):
        (first, notes), (last, more) = (_numeric(it, order, shown) for it in ends)
        return f"{first}/{last}", tuple(dict.fromkeys(notes + more))
    if _NUMERIC.fullmatch(text) or _YEAR_FIRST.fullmatch(text):
        return _numeric(text, order, shown)
    if found := _COMPACT.fullmatch(text):
        return "-".join(found.groups()), ()
    if found := _MONTH_FIRST.fullmatch(text):
        return f"{found[2]}-{int(found[1]):02}", ()
    try:
        return dated_phrase(text), ()
    except PhraseError as error:
        raise CellError(f"{shown} is no date that can be read{error}") from None


def _numeric(text: str, order: Order, shown: str) -> tuple[str, tuple[str, ...]]:
    if found := _YEAR_FIRST.fullmatch(text):
        year, month, day = int(found[1]), int(found[3]), found[4]
        if day is None and month == (year + 1) % 100 and month > 12:
            return f"{year}/{year + 1}", ()
        if month > 12:
            raise CellError(f"{shown} is no date that can be read: a month is 1 to 12")
        return f"{year}-{month:02}" + (f"-{int(day):02}" if day else ""), ()
    found = _NUMERIC.fullmatch(text)
    if not found or len(found[4]) == 2:
        raise CellError(f"{shown} has a year of two digits; write all four")
    first, second = int(found[1]), int(found[3])
    month_first = second > 12 or (order == "month" and found[2] != "." and first <= 12)
    day, month = (second, first) if month_first else (first, second)
    open_ = order == "unsettled" and found[2] != "." and max(first, second) <= 12
    note = f"{shown} is taken with the day first; nothing in its column says which"
    return f"{found[4]}-{month:02}-{day:02}", (note,) if open_ and first != second else ()


_UNSETTLED = frozenset(plain(it) for it in UNSETTLED)
_DOUBTS = "|".join(sorted((re.escape(plain(it)) for it in DOUBTFUL), key=len, reverse=True))
_DOUBT = re.compile(rf"[\s,;-]*[(\[]?(?<![^\W\d_])(?:{_DOUBTS})[)\]]?$")
_DOUBT_BEFORE = re.compile(rf"^[(\[]?(?:{_DOUBTS})(?![^\W_])[)\]]?[\s:,-]*")
