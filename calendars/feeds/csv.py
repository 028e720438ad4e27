"""PURE. A calendar as a table (RFC 4180), one milestone a row, for spreadsheets.

UTF-8 with a byte order mark, without which Excel reads it as something else. A cell that a
spreadsheet would take for a formula gets an apostrophe before it, which it shows as text.
"""

import re
from collections.abc import Sequence

from calendars.entry import Calendar, Entry
from calendars.feeds.facts import facts, instant_text
from calendars.feeds.feed import Feed, check, check_texts
from calendars.feeds.parts import Part, Style, Whole, joined, sound, style_of
from calendars.feeds.parts import part as part_of
from calendars.grammar import uri

CONTENT_TYPE = "text/csv; charset=utf-8; header=present"
COLUMNS = (
    "uid", "title", "due", "due_text", "first", "last", "precision", "certain", "status",
    "status_text", "percent", "done", "reference", "paragraphs", "said", "source", "starts",
    "ends", "timezone", "location", "repeats", "except", "moved", "tags", "notes", "url",
    "created", "modified", "sequence",
)  # fmt: skip
"""The first row; new columns may be added at the end."""

_FORMULA = re.compile(r"\s*'*[=+\-@＝＋－＠]")
_QUOTED = re.compile(r'[",\r\n]|^\s|\s$')


def write(calendar: Calendar) -> Feed:
    """The whole table; an entry that cannot be written is left out and named in `broken`."""
    style = style_of(calendar)
    return joined(whole(calendar, [part(style, entry) for entry in calendar.entries]))


def part(style: Style, entry: Entry) -> Part:
    """The row of one entry."""
    return part_of(_row, style, entry)


def whole(calendar: Calendar, parts: Sequence[Part]) -> Whole:
    """The table around its parts; the calendar's own `entries` are not read."""
    rows, broken = sound(parts)
    head = f"\ufeff{_line(COLUMNS)}".encode()
    return Whole(head, rows, b"", b"", calendar.left_out, broken)


def _row(style: Style, entry: Entry) -> bytes:
    check(entry)
    check_texts(entry)
    known = {
        **facts(entry, style.language),
        "uid": entry.uid,
        "title": entry.title,
        "tags": list(entry.categories),
        "url": uri(entry.url),
        "created": instant_text(entry.created),
        "modified": instant_text(entry.modified),
    }
    return _line(tuple(_text(known.get(column, "")) for column in COLUMNS)).encode()


def _text(value: str | int | bool | list[str]) -> str:
    """Lists are joined by "; ", notes and all; flags are `true` and `false`."""
    if isinstance(value, list):
        return "; ".join(value)
    return str(value).lower() if isinstance(value, bool) else str(value)


def _line(cells: tuple[str, ...]) -> str:
    return ",".join(map(_cell, cells)) + "\r\n"


def _cell(value: str) -> str:
    shown = f"'{value}" if _FORMULA.match(value) else value
    return '"' + shown.replace('"', '""') + '"' if _QUOTED.search(shown) else shown
