"""PURE. Dates that are counted from the day of writing: "next quarter", "by the end of the year".

"Next" is uncertain (`?`), for people do not agree on what it is; "this" is not.
"""

import re
from collections.abc import Iterator
from datetime import date

from calendars.dates import DateError, parse_due
from scheduler.foreign.commitments.date_tokens import plain_digits

_I = re.IGNORECASE
_NEXT = re.compile(
    r"\b(?:(?:next|the coming) (?P<en>quarter|month|year)"
    r"|(?P<fr>trimestre|mois|an(?:née)?) prochaine?|(?:próximo|próxima) (?P<es>trimestre|mes|año)"
    r"|(?:в )?следующ(?:ем|его|ий) (?P<ru>квартал|месяц|год)\w{0,2})\b"
    r"(?:(?: of| de)? (?P<year>20[0-9]{2})\b)?",
    _I,
)
_MONTHS = {"quarter": 3, "trimestre": 3, "квартал": 3, "month": 1, "mois": 1, "mes": 1, "месяц": 1}
_PART_OF_YEAR = re.compile(
    r"\b(?P<number>first|second|third|fourth|last) (?P<part>quarter|half) of "
    r"(?P<which>next|this|the) year\b",
    _I,
)
_NUMBERS = {"first": 1, "second": 2, "third": 3, "fourth": 4}
_THIS_YEAR = re.compile(
    r"\b(?:(?:end of|later|later in|before the end of) (?:the|this) year|this year(?!['’]s)"
    r"|fin de l['’]année|finales de(?:l| este) año|конц[ау] (?:этого |текущего )?года)\b(?! 20)"
    r"|(?:今|本)年(?:底|年底|内)?|نهاية العام(?: الحالي)?(?! 20)",
    _I,
)
_THIS_MONTH = re.compile(r"\b(?:end of|later) (?:the|this) month\b|\bfin (?:du|de ce) mois\b", _I)

Found = tuple[int, int, str]
"""From where to where it stands, and the date as a plan writes it."""


def relative_dates(text: str, on: date) -> Iterator[Found]:
    """The dates of a sentence that was written on a day; what is no date in a plan is left out."""
    taken: list[tuple[int, int]] = []
    for start, end, due in _all(plain_digits(text), on):
        free = not any(start < last and first < end for first, last in taken)
        if free and _exists(due):
            taken.append((start, end))
            yield start, end, due


def _all(text: str, on: date) -> Iterator[Found]:
    for found in _PART_OF_YEAR.finditer(text):
        is_next = found["which"].lower() == "next"
        letter, most = ("Q", 4) if found["part"].lower() == "quarter" else ("H", 2)
        number = min(_NUMBERS.get(found["number"].lower(), most), most)
        due = f"{on.year + is_next}-{letter}{number}"
        yield found.start(), found.end(), due + "?" * is_next
    for found in _NEXT.finditer(text):
        unit = found["en"] or found["fr"] or found["es"] or found["ru"]
        due = _following(_MONTHS.get(unit.lower(), 12), on)
        if found["year"] in (None, due[:4]):
            yield found.start(), found.end(), f"{due}?"
    for found in _THIS_YEAR.finditer(text):
        yield found.start(), found.end(), str(on.year)
    for found in _THIS_MONTH.finditer(text):
        yield found.start(), found.end(), f"{on.year}-{on.month:02}"


def _following(months: int, on: date) -> str:
    """The month, quarter or year after that of a day."""
    number = (on.year * 12 + on.month - 1) // months + 1
    if months == 12:
        return str(number)
    if months == 3:
        return f"{number // 4}-Q{number % 4 + 1}"
    return f"{number // 12}-{number % 12 + 1:02}"


def _exists(due: str) -> bool:
    try:
        return parse_due(due).last is not None
    except DateError:
        return False
