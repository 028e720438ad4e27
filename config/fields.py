"""PURE. The kinds of values that keys of the plan take, for its pydantic shapes.

Each reads a TOML value, says in plain words what the key takes instead, and carries its own
JSON Schema. A message that begins with "takes" is completed with the key's name.
"""

import math
import re
import unicodedata
from collections.abc import Callable
from datetime import date, datetime, time
from decimal import Decimal
from zoneinfo import ZoneInfoNotFoundError

from babel.core import get_global
from pydantic_core import PydanticCustomError

from calendars.web_addresses import is_web_address
from calendars.wording import LANGUAGES
from calendars.workdays import DAY_NAMES, HolidayError, check_code, known_codes
from calendars.zones import ZoneError, zone
from config.guesses import country_meant, zone_meant
from config.plan import Rate
from config.problems import listed, nearest
from config.secrets import HINT, SecretReference, SecretReferenceError, parse_secret

ID = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*", re.ASCII)
ID_FORM = "lower-case letters, digits and hyphens"
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029]")
_ADDRESS = re.compile(r"[^\s@<>(),;:\"\[\]\\]+@[^\s@<>(),;:\"\[\]\\]+\w")
_TAG = re.compile(r"[a-z]+(-[A-Za-z0-9]{1,8})*", re.ASCII)
_RATE = re.compile(r"([1-9]\d{0,5}) ?/ ?(second|minute|hour)", re.ASCII)
_COUNTRY = re.compile(r"[A-Z]{2}(-[^-]+)?$")
_KINDS: tuple[tuple[type, str], ...] = (
    (bool, "true or false"),
    (str, "a text"),
    (int, "a number"),
    (float, "a number"),
    (datetime, "a date with a time"),
    (date, "a date"),
    (time, "a time"),
    (list, "a list"),
)
_SECONDS = {"second": 1, "minute": 60, "hour": 3600}


def wrong(message: str, hint: str = "") -> PydanticCustomError:
    """The error of a value, as pydantic carries it to `config.complaints`."""
    return PydanticCustomError("plan", "{said}", {"said": message, "hint": hint})


def kind_of(value: object) -> str:
    """What a TOML value is, for somebody who does not know TOML."""
    return next((word for kind, word in _KINDS if isinstance(value, kind)), "a table")


def read_words(value: object, takes: str, example: str) -> str:
    """A text without control characters; `takes` and `example` say what is wanted."""
    if not isinstance(value, str):
        raise wrong(f"takes {takes}, not {kind_of(value)}", f"write KEY = {example}")
    if found := _CONTROL.search(value):
        raise wrong(
            f"holds the control character U+{ord(found[0]):04X}", "remove it: no text may hold one"
        )
    return value


def read_text(value: object) -> str:
    text = read_words(value, "a text", '"…"')
    if not text.strip():
        raise wrong("is empty", "write something, or leave the key out")
    return text.strip()


def read_line(value: object) -> str:
    text = read_text(value)
    if "\n" in text or "\t" in text:
        raise wrong("takes one line of text, without line breaks and tabs", "write it in one line")
    return text


def read_name(value: object) -> str:
    return read_words(value, "an id", '"an-id"')


def read_id(value: object) -> str:
    text = read_words(value, "an id", '"zero-draft"')
    if not ID.fullmatch(text):
        raise wrong(f'"{text}" is no id: an id is {ID_FORM}', as_id(text, "write"))
    return text


def as_id(text: str, verb: str) -> str:
    """The advice to write the id that is nearest to a text; empty where there is none."""
    return f'{verb} "{slug(text)}"' if slug(text) else ""


def slug(text: str) -> str:
    """A text as an id: Latin letters without accents, digits and hyphens; "" if none are left."""
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().lower()
    return "-".join(re.findall(r"[a-z0-9]+", plain))


def read_address(value: object) -> str:
    text = read_words(value, "an e-mail address", '"amina@example.org"').strip()
    if not _ADDRESS.fullmatch(text):
        hint = "write the address alone, such as amina@example.org"
        raise wrong(f'"{text}" is no e-mail address', hint)
    return text


def read_url(value: object) -> str:
    text = read_words(value, "a web address", '"https://example.org"').strip()
    if not is_web_address(text):
        raise wrong(f'"{text}" is no web address', 'write it in full, with "https://" before it')
    return text


def read_zone(value: object) -> str:
    text = read_words(value, "a time zone", '"Africa/Nairobi"')
    try:
        zone(text)
    except (ZoneError, ZoneInfoNotFoundError):
        near = zone_meant(text)
        hint = f'did you mean "{near}"?' if near else 'write a name such as "Africa/Nairobi"'
        raise wrong(f'there is no time zone "{text}"', hint) from None
    return text


def read_language(value: object) -> str:
    text = read_words(value, "a language", '"en"')
    if text.split("-")[0] not in LANGUAGES or not _TAG.fullmatch(text):
        known = listed([f'"{it}"' for it in LANGUAGES], "or")
        raise wrong(f'messages are not written in the language "{text}"', f"write {known}")
    return text


def read_holiday(value: object) -> str:
    text = read_words(value, "the code of a country", '"KE"')
    try:
        if not _COUNTRY.match(text):
            raise HolidayError
        check_code(text)
    except (HolidayError, KeyError, ValueError):
        near = country_meant(text) or nearest(text, known_codes())
        hint = f'did you mean "{near}"?' if near else 'write a code such as "KE" or "DE-BY"'
        raise wrong(f'no public holidays are known for "{text}"', hint) from None
    return text


def read_weekday(value: object) -> int:
    text = read_words(value, "a day of the week", '"saturday"')
    if text not in DAY_NAMES:
        near = nearest(text, DAY_NAMES)
        hint = f'did you mean "{near}"?' if near else 'write it in full, such as "saturday"'
        raise wrong(f'"{text}" is no day of the week', hint)
    return DAY_NAMES.index(text)


def read_rate(value: object) -> Rate:
    text = read_words(value, "a count and a time", '"10/second"')
    found = _RATE.fullmatch(text)
    if not found:
        raise wrong(f'"{text}" is no rate', 'write such as "10/second", "30/minute" or "100/hour"')
    return Rate(int(found[1]), _SECONDS[found[2]])


def read_money(value: object) -> Decimal:
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        raise wrong(f"takes an amount, not {kind_of(value)}", "write digits only: KEY = 1200000")
    if not math.isfinite(value) or value < 0 or value >= 10**18:
        raise wrong("is no amount of money", "write digits only: KEY = 1200000")
    return Decimal(str(value))


def number(value: object) -> float:
    """The reader of any number."""
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        raise wrong(f"takes a number, not {kind_of(value)}", "write KEY = 10")
    if not math.isfinite(value):
        raise wrong("takes a number, not infinity", "write KEY = 10")
    return float(value)


def read_currency(value: object) -> str:
    text = read_words(value, "the code of a currency", '"USD"')
    known = get_global("all_currencies")
    if text not in known:
        near = nearest(text, known)
        hint = f'did you mean "{near}"?' if near else 'write three letters, such as "USD"'
        raise wrong(f'"{text}" is no currency of ISO 4217', hint)
    return text


def read_flag(value: object) -> bool:
    if not isinstance(value, bool):
        hint = "write KEY = true or KEY = false, without quotes"
        raise wrong(f"takes true or false, not {kind_of(value)}", hint)
    return value


def whole(least: int, most: int) -> Callable[[object], int]:
    """The reader of a whole number between two bounds, both included."""

    def read(value: object) -> int:
        if isinstance(value, bool) or not isinstance(value, int):
            digits = isinstance(value, str) and value.isdecimal()
            hint = f"write KEY = {value}" if digits else "write digits only, without quotes"
            raise wrong(f"takes a whole number, not {kind_of(value)}", hint)
        if not least <= value <= most:
            raise wrong(f"takes a number from {least} to {most}, not {value}", "")
        return value

    return read


def choice(*words: str) -> Callable[[object], object]:
    """The reader of one word out of several."""

    def read(value: object) -> object:
        if not isinstance(value, str):
            raise wrong(f"takes a word, not {kind_of(value)}", f'write KEY = "{words[0]}"')
        if value not in words:
            near = nearest(value, words)
            known = listed([f'"{word}"' for word in words], "or")
            raise wrong(f'takes {known}, not "{value}"', f'did you mean "{near}"?' if near else "")
        return value

    return read


def many(
    takes: str, example: str, *, alone: bool = False, dates: bool = False
) -> Callable[[object], object]:
    """The reader of a list; with `alone`, one item may stand without brackets.

    dates: the items are days, which TOML can write without quotes.
    """

    def read(value: object) -> object:
        if isinstance(value, list):
            return value
        if alone and (isinstance(value, str) or (dates and isinstance(value, date))):
            return [value]
        shown = f'["{value}"]' if isinstance(value, str) and "\n" not in value else example
        raise wrong(f"takes a list of {takes}, not {kind_of(value)}", f"write KEY = {shown}")

    return read


def read_secret(value: object) -> SecretReference:
    try:
        return parse_secret(value)
    except SecretReferenceError as error:
        raise wrong(str(error), HINT) from None
