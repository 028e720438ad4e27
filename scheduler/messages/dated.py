"""PURE. A date that the history keeps in English words, read back: "Q2 2024" -> the second quarter.

The outbox keeps of a date that moved, or of a milestone that is gone, the words in which it was
shown. They say all that a reader of another language needs (`calendars.wording` is their grammar).
"""

import re
from dataclasses import replace
from datetime import date
from functools import lru_cache

from calendars.dates import TBC, DateError, DueDate, parse_due
from calendars.wording import due_text, month_text, to_be_confirmed_text

_MARK = to_be_confirmed_text("")
_NO_DATE = due_text(TBC)
_MONTHS = {month_text(date(2024, m, 1)).partition(" ")[0]: f"{m:02}" for m in range(1, 13)}
_TO = " to "
_HALVES = {"first half of": "H1", "second half of": "H2"}
_HALF = re.compile(r"(first half of|second half of) (\d{4})", re.ASCII)
_QUARTER = re.compile(r"Q([1-4]) (\d{4})", re.ASCII)
_DAY = re.compile(r"(?:(\d{1,2}) )?([A-Z][a-z]+) (\d{4})(?:, (\d\d:\d\d))?", re.ASCII)
_YEAR = re.compile(r"\d{4}", re.ASCII)


@lru_cache(maxsize=4096)
def due_of(words: str) -> DueDate | None:
    """The date that English words of `due_text` mean; None where they are none of its words.

    Which of the marks `?`, `~` and `%` was written is not in the words; it is read as `?`.
    """
    if words == _NO_DATE:
        return TBC
    body = words.removesuffix(_MARK)
    written = _range(*body.split(_TO, 1)) if _TO in body else _single(body)
    if written is None:
        return None
    try:
        due = parse_due(written)
    except DateError:
        return None
    return replace(due, uncertain=body != words)


def _range(first: str, last: str) -> str | None:
    """Both ends; the first goes without the year, or the month, that it shares with the last."""
    words = last.split(" ")
    missing = len(words) - len(first.split(" ")) if not _YEAR.fullmatch(first) else 0
    begins = _single(" ".join([first, *words[len(words) - missing :]] if missing > 0 else [first]))
    ends = _single(last)
    return f"{begins}/{ends}" if begins and ends else None


def _single(words: str) -> str | None:
    """One date as the plan writes it."""
    if _YEAR.fullmatch(words):
        return words
    if found := _QUARTER.fullmatch(words):
        return f"{found[2]}-Q{found[1]}"
    if found := _HALF.fullmatch(words):
        return f"{found[2]}-{_HALVES[found[1]]}"
    found = _DAY.fullmatch(words)
    if found is None or found[2] not in _MONTHS:
        return None
    day = f"-{int(found[1]):02}" if found[1] else ""
    clock = f"T{found[4]}:00" if found[4] else ""
    return f"{found[3]}-{_MONTHS[found[2]]}{day}{clock}"
