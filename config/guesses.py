"""PURE. What somebody probably meant who wrote a date or a place in another way."""

import re
from calendar import monthrange

from babel import Locale

from calendars.zones import known_zones
from config.problems import nearest

_MONTHS = [
    "january",
    "february",
    "march",
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
]
_MONTH = re.compile(r"([a-z]{3,9})\.? +(\d{4})")
_DAY_MONTH = re.compile(r"(\d{1,2})(?:st|nd|rd|th)? +([a-z]{3,9})\.?,? +(\d{4})")
_MONTH_DAY = re.compile(r"([a-z]{3,9})\.? +(\d{1,2})(?:st|nd|rd|th)?,? +(\d{4})")
_NUMBERS = re.compile(r"(\d{1,2})([./-])(\d{1,2})\2(\d{4})")
_SLASHED = re.compile(r"(\d{4})[./-](\d{1,2})(?:[./-](\d{1,2}))?")
_PART = re.compile(r"(\d{4})[ -]?([qh][1-4])")
_PART_FIRST = re.compile(r"([qh][1-4])[ -]?(\d{4})")
_BY_YEAR = re.compile(r"(?:by|in|during|(?:by )?(?:the )?end of) (\d{4})")
_OPEN = {"tbd", "tba", "n/a", "unknown", "to be confirmed", "to be determined", "to be decided"}
_SHORTEST_ZONE = 5


def date_meant(text: str) -> str | None:
    """A date in words or with the day first, as the plan writes it; None where it is no guess.

    `04/05/2024` could be May or April and is no guess.
    """
    low = text.strip().lower()
    if low in _OPEN:
        return "tbc"
    return _window_meant(low) or _day_meant(low)


def _window_meant(low: str) -> str | None:
    """A year, or a quarter or half of one."""
    if found := _BY_YEAR.fullmatch(low):
        return found[1]
    first = _PART_FIRST.fullmatch(low)
    found = _PART.fullmatch(f"{first[2]}{first[1]}" if first else low)
    if found is None or found[2] in ("h3", "h4"):
        return None
    return f"{found[1]}-{found[2].upper()}"


def _day_meant(low: str) -> str | None:
    """A day or a month."""
    if found := _MONTH.fullmatch(low):
        return _date(found[2], _month(found[1]))
    if found := _DAY_MONTH.fullmatch(low):
        return _date(found[3], _month(found[2]), int(found[1]))
    if found := _MONTH_DAY.fullmatch(low):
        return _date(found[3], _month(found[1]), int(found[2]))
    if found := _SLASHED.fullmatch(low):
        written = _date(found[1], int(found[2]), int(found[3]) if found[3] else None)
        return written if written != low else None
    if found := _NUMBERS.fullmatch(low):
        day, month = int(found[1]), int(found[3])
        return _date(found[4], month, day) if day > 12 or found[2] == "." else None
    return None


def _month(word: str) -> int:
    fits = [number for number, name in enumerate(_MONTHS, 1) if name.startswith(word)]
    return fits[0] if len(fits) == 1 else 0


def _date(year: str, month: int, day: int | None = None) -> str | None:
    if not 1 <= month <= 12 or int(year) == 0:
        return None
    if day is None:
        return f"{year}-{month:02d}"
    return f"{year}-{month:02d}-{day:02d}" if 1 <= day <= monthrange(int(year), month)[1] else None


def zone_meant(text: str) -> str | None:
    """The zone of a city, or the one that a misspelt name is most like."""
    city = text.strip().replace(" ", "_").lower()
    for name in sorted(known_zones()):
        if name.lower().rpartition("/")[2] == city or name.lower() == city:
            return name
    return nearest(text, known_zones()) if len(text) >= _SHORTEST_ZONE else None


def country_meant(text: str) -> str | None:
    """The code of a country by its English name, or of the United Kingdom."""
    if text.upper() == "UK":
        return "GB"
    names = {name.lower(): code for code, name in Locale("en").territories.items()}
    near = nearest(text, names) if len(text) > 3 else None
    return names[near] if near else None
