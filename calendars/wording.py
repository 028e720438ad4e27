"""PURE. A date in words, as it was promised: "April 2024", "Q2 2024, to be confirmed".

Months, days and intervals come from CLDR through Babel; the few words that CLDR lacks stand here
for each of the six languages. English is British: 30 April 2024.
"""

import re
from datetime import date, datetime, timedelta
from functools import lru_cache

from babel import Locale
from babel.dates import (
    format_date,
    format_interval,
    format_skeleton,
    format_time,
    get_day_names,
    get_month_names,
)

from calendars.dates import DueDate, Precision

LANGUAGES = ("ar", "en", "es", "fr", "ru", "zh")
"""The six UN languages."""

_LOCALES = {"ar": "ar", "en": "en_GB", "es": "es", "fr": "fr", "ru": "ru", "zh": "zh_Hans"}
_QUARTER = {
    "ar": "الربع {number} من عام {year}",
    "en": "Q{number} {year}",
    "es": "T{number} {year}",
    "fr": "T{number} {year}",
    "ru": "{number}-й кв. {year} г.",
    "zh": "{year}年第{number}季度",
}
_HALF = {
    "ar": ("النصف الأول من عام {year}", "النصف الثاني من عام {year}"),
    "en": ("first half of {year}", "second half of {year}"),
    "es": ("primer semestre de {year}", "segundo semestre de {year}"),
    "fr": ("premier semestre {year}", "second semestre {year}"),
    "ru": ("первое полугодие {year} г.", "второе полугодие {year} г."),
    "zh": ("{year}年上半年", "{year}年下半年"),
}
_YEAR = {"ru": "{year} г.", "zh": "{year}年"}
_TO = {"ar": "{} إلى {}", "en": "{} to {}", "es": "{} a {}", "fr": "{} à {}", "ru": "{} – {}"}
_TO["zh"] = "{}至{}"
_AT = {"ar": "{}، الساعة {}", "fr": "{} à {}", "zh": "{} {}"}
_FIRST = re.compile(r"\b1 ")
"""French says "1er mai", which CLDR does not."""
_OPEN = {
    "ar": "{}، في انتظار التأكيد",
    "en": "{}, to be confirmed",
    "es": "{}, por confirmar",
    "fr": "{}, à confirmer",
    "ru": "{}, подлежит подтверждению",
    "zh": "{}（待确认）",
}
_TBC = {
    "ar": "التاريخ في انتظار التأكيد",
    "en": "date to be confirmed",
    "es": "fecha por confirmar",
    "fr": "date à confirmer",
    "ru": "дата уточняется",
    "zh": "日期待确认",
}


def locale(language: str) -> Locale:
    """The CLDR locale of a language tag; English where the language is none of the six."""
    return _locale(language.split("-")[0].lower())


@lru_cache(maxsize=64)
def _locale(language: str) -> Locale:
    return Locale.parse(_LOCALES.get(language, "en_GB"))


def _known(language: str) -> str:
    short = language.split("-")[0].lower()
    return short if short in LANGUAGES else "en"


@lru_cache(maxsize=65_536)
def day_text(day: date, language: str = "en", *, weekday: bool = False) -> str:
    """A day in words, "30 April 2024" or "Tuesday 30 April 2024"."""
    if _known(language) == "en":
        return _english(day, "EEEE d MMMM y" if weekday else "d MMMM y")
    words = format_date(day, "full" if weekday else "long", locale=locale(language))
    return _FIRST.sub("1er ", words) if day.day == 1 and _known(language) == "fr" else words


def _english(day: date, pattern: str) -> str:
    return format_date(day, pattern, locale=locale("en"))


@lru_cache(maxsize=16_384)
def month_text(day: date, language: str = "en") -> str:
    """A month in words, "April 2024"."""
    return format_skeleton("yMMMM", day, locale=locale(language))


def clock_text(moment: datetime, language: str = "en") -> str:
    """The time of day of a local date-time, "14:00"."""
    return format_time(moment, "HH:mm", locale=locale(language))


def moment_text(local: datetime, language: str = "en") -> str:
    """A local date-time in words, "28 March 2024, 14:00"."""
    return _at(local.date(), local, language)


def _at(day: date, local: datetime, language: str) -> str:
    at = _AT.get(_known(language), "{}, {}")
    return at.format(day_text(day, language), clock_text(local, language))


@lru_cache(maxsize=1024)
def weekday_text(day: date, language: str = "en") -> str:
    """The name of a day of the week, as it stands at the head of a column: "Monday"."""
    return str(get_day_names("wide", "stand-alone", locale=locale(language))[day.weekday()])


@lru_cache(maxsize=4096)
def day_of_year_text(day: date, language: str = "en") -> str:
    """A day without its year, "5 July"."""
    words = format_skeleton("MMMMd", day, locale=locale(language))
    return _FIRST.sub("1er ", words) if day.day == 1 and _known(language) == "fr" else words


@lru_cache(maxsize=1024)
def short_month_text(day: date, language: str = "en") -> str:
    """The name of a month for where there is little room, "Apr"."""
    return str(get_month_names("abbreviated", "stand-alone", locale=locale(language))[day.month])


def year_text(year: int, language: str = "en") -> str:
    """A year in words, "2024"."""
    return _YEAR.get(_known(language), "{year}").format(year=year)


@lru_cache(maxsize=65_536)
def due_text(due: DueDate, language: str = "en") -> str:
    """A due date in words as promised; never an invented day.

    A relative date that cannot be counted yet is a date to be confirmed.
    """
    if due.first is None or due.last is None:
        return _TBC[_known(language)]
    words = _window_text(due, due.first, due.last, language)
    return words if due.certain else _OPEN[_known(language)].format(words)


def to_be_confirmed_text(words: str, language: str = "en") -> str:
    """The words of a date with the mark "to be confirmed"."""
    return _OPEN[_known(language)].format(words)


def _window_text(due: DueDate, first: date, last: date, language: str) -> str:
    known = _known(language)
    match due.precision:
        case Precision.INSTANT if due.instant is not None:
            return _at(first, due.instant, language)
        case Precision.MONTH:
            return month_text(first, language)
        case Precision.QUARTER:
            return _QUARTER[known].format(number=first.month // 3 + 1, year=first.year)
        case Precision.HALF:
            return _HALF[known][first.month // 7].format(year=first.year)
        case Precision.YEAR:
            return year_text(first.year, language)
        case Precision.RANGE:
            return range_text(first, last, language)
    return day_text(first, language)


def range_text(first: date, last: date, language: str = "en") -> str:
    """A range in words by its own precision: "2024 to 2025", "April to June 2024"."""
    if first == last:
        return day_text(first, language)
    pattern = _TO[_known(language)]
    years = (
        first.year < last.year
        and (first.month, first.day) == (1, 1)
        and (last.month, last.day) == (12, 31)
    )
    if years:
        return pattern.format(year_text(first.year, language), year_text(last.year, language))
    if first.day == 1 and (last + timedelta(days=1)).day == 1:
        return _months(first, last, language, pattern)
    if _known(language) == "en":
        return _english_days(first, last)
    return format_interval(first, last, "yMMMMd", locale=locale(language), fuzzy=True)


def _months(first: date, last: date, language: str, pattern: str) -> str:
    if (first.year, first.month) == (last.year, last.month):
        return month_text(first, language)
    if _known(language) == "en":
        if first.year == last.year:
            return pattern.format(_english(first, "MMMM"), month_text(last))
        return pattern.format(month_text(first), month_text(last))
    return format_interval(first, last, "yMMMM", locale=locale(language), fuzzy=True)


def _english_days(first: date, last: date) -> str:
    if (first.year, first.month) == (last.year, last.month):
        return f"{first.day} to {day_text(last)}"
    if first.year == last.year:
        return f"{_english(first, 'd MMMM')} to {day_text(last)}"
    return f"{day_text(first)} to {day_text(last)}"
