"""PURE. What the TOML reader stumbled over, in words for somebody who does not know TOML."""

import re
from typing import NamedTuple

from calendars.dates import DateError, parse_due
from config.guesses import date_meant
from config.positions import Place


class Told(NamedTuple):
    """A mistake of spelling: where, what, and what to write instead."""

    place: Place
    message: str
    hint: str


_PAIR = re.compile(r"""(?<![\w."'-])(?P<key>[\w."'-]++)\s*+=\s*+(?P<value>.*)""")
"""Possessive, and from the beginning of a word on: a long line without "=" takes no time."""
_DATE = re.compile(r"\d{4}(-[\dQH]+)*(-\d+)?[?~%]?(/\S+)?")
_CURLY = "\u201c\u201d\u201e\u2018\u2019\u00ab\u00bb"
_REASONS = (
    (r"Unclosed array", "a list is not closed", "separate its items by commas, end it with ]"),
    (
        r"Unclosed inline",
        "a table in { } is not closed",
        "separate its keys by commas, end it with }",
    ),
    (
        r"Expected '=' after",
        "a key without a value",
        'write KEY = VALUE, such as title = "Zero draft"',
    ),
    (
        r"Expected ['\"]\]",
        "a table's header is not closed",
        "write [people.amina] or [[tracks.ID.milestones]]",
    ),
    (r"Unterminated string|Illegal character '\\n'", "a text is not closed", 'end it with "'),
    (
        r"Unescaped",
        "a backslash stands for itself only in single quotes",
        "write '…' in place of \"…\"",
    ),
    (r"Illegal character|Found invalid character", "a control character in the file", "remove it"),
    (
        r"Expected newline",
        "more follows after the value",
        "write one KEY = VALUE a line, a text in quotes",
    ),
    (
        r"Invalid initial character for a key",
        "here a key is expected",
        "write it without commas or signs",
    ),
    (
        r"Invalid statement",
        "this is neither a key, a table nor a comment",
        "write KEY = VALUE, or # before a comment",
    ),
    (r"Cannot|Duplicate", "this is defined twice", "keep one of the two"),
)


def explain(reason: str, line: str, place: Place) -> Told:
    """The TOML reader's `reason` for refusing a line, retold."""
    if any(sign in line for sign in _CURLY) and re.match("Invalid|Expected|Found", reason):
        column = min(line.find(sign) for sign in _CURLY if sign in line) + 1
        return Told(Place(place.line, column), "curly quotes", 'write straight ones: "…"')
    found = _PAIR.search(line)
    if found and re.match("Invalid value|Invalid date|Expected newline", reason):
        return _value(found, place)
    for pattern, message, hint in _REASONS:
        if re.match(pattern, reason):
            return Told(place, message, hint)
    return Told(place, f"this is no TOML: {reason[:1].lower()}{reason[1:]}", "")


def _value(found: re.Match[str], place: Place) -> Told:
    value = re.split(r"\s#", found["value"])[0].rstrip()
    key, place = found["key"], Place(place.line, found.start("value") + 1)
    if not value:
        return Told(place, f"`{key}` has no value", f'write {key} = "…", or leave the line out')
    if value[0].isdigit() and _DATE.fullmatch(value):
        return _date(key, value, place)
    if value.lower() in ("true", "false", "yes", "no", "on", "off"):
        right = "true" if value.lower() in ("true", "yes", "on") else "false"
        return Told(
            place, f"`{key}` takes true or false in small letters", f"write {key} = {right}"
        )
    if value[0] in "\"'[{":
        return Told(
            place, f"the value of `{key}` cannot be read", "look for a missing quote or comma"
        )
    return Told(
        place,
        f"the value of `{key}` is no number or date, and a text stands in quotes",
        f'write {key} = "…"',
    )


def _date(key: str, value: str, place: Place) -> Told:
    try:
        parse_due(value)
    except DateError as error:
        if meant := date_meant(value):
            return Told(place, f"{value} is no date", f'write {key} = "{meant}"')
        return Told(place, str(error).split("; write")[0], "write a day that exists")
    return Told(place, "a date that is no full day stands in quotes", f'write {key} = "{value}"')
