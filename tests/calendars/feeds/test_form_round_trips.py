"""Any calendar in the other formats, read by programs that did not write it."""

import csv
import json
import re
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import icalendar
import recurring_ical_events  # type: ignore[import-untyped]
from hypothesis import given, settings
from hypothesis import strategies as st
from ical.calendar_stream import IcsCalendarStream

from calendars.dates import Precision
from calendars.entry import Entry, Override, State, Timed
from calendars.feeds.csv import COLUMNS
from calendars.feeds.registry import FORMATS
from calendars.recurrence import expand, parse_recurrence
from tests.calendars.feeds.atom_rules import read
from tests.calendars.feeds.judges import by_octets
from tests.calendars.feeds.life import CALL, DAY, calendar, whole_day
from tests.calendars.feeds.test_round_trip import DAYS, LINES, RULES, TEXTS, ZONES

STATES: st.SearchStrategy[State] = st.sampled_from(
    ["planned", "on-track", "at-risk", "delayed", "done", "cancelled", "blocked"]
)
INSTANTS = st.datetimes(datetime(1971, 1, 1), datetime(2198, 12, 31), timezones=st.just(UTC)).map(
    lambda at: at.replace(microsecond=0)
)
DATED = st.builds(
    lambda day, title, said, tags, state, percent, modified: replace(
        DAY,
        when=whole_day(day) if day else None,
        precision=Precision.DAY if day else Precision.NONE,
        window=(day, day) if day else None,
        title=title,
        said=said,
        categories=tuple(tags),
        state=state,
        percent=percent,
        modified=modified,
    ),
    st.none() | DAYS,
    TEXTS,
    TEXTS,
    st.lists(LINES, max_size=3),
    STATES,
    st.none() | st.integers(0, 100),
    INSTANTS,
)
"""An entry with any texts, state and stamp, on a day or without one."""


def _body(form: str, *entries: Entry) -> bytes:
    feed = FORMATS[form].write(calendar(*entries))
    assert feed.broken == ()
    return feed.body


def _plain(text: str) -> str:
    """As XML reads it: no U+FFFE and U+FFFF, which it cannot hold."""
    return text.replace("\ufffe", "\ufffd").replace("\uffff", "\ufffd")


@given(DATED)
def test_a_todo_comes_back(entry: Entry) -> None:
    body = _body("todo", entry)
    by_octets(body)
    (todo,) = icalendar.Calendar.from_ical(body).walk("VTODO")
    one: Any = todo
    assert not one.errors
    mark = "✓ " if entry.state == "done" else ""
    assert one["SUMMARY"] == f"{mark}{entry.title}" + ("" if entry.when else f" ({entry.due_text})")
    assert ("DUE" in one) == (entry.when is not None)
    if entry.when:
        assert one["DUE"].dt == entry.when.first  # type: ignore[union-attr]
    assert one["LAST-MODIFIED"].dt == entry.modified
    assert one.get("PERCENT-COMPLETE") == (100 if entry.state == "done" else _share(entry))
    tags = [str(tag) for tag in one["CATEGORIES"].cats] if "CATEGORIES" in one else []
    assert tags == list(entry.categories)


@given(DATED)
def test_a_strict_reader_finds_the_same_todo(entry: Entry) -> None:
    (todo,) = IcsCalendarStream.calendar_from_ics(_body("todo", entry).decode()).todos
    assert todo.due == (entry.when.first if entry.when else None)  # type: ignore[union-attr]
    assert f"As promised: {entry.said}\n" in (todo.description or "")


def _share(entry: Entry) -> int | None:
    return None if entry.state == "cancelled" else entry.percent


@given(DATED)
def test_an_atom_entry_comes_back(entry: Entry) -> None:
    (one,) = read(_body("atom", entry)).entries
    mark = "✓ " if entry.state == "done" else ""
    title = f"{mark}{entry.title}" + ("" if entry.when else f" ({entry.due_text})")
    assert one.title == _plain(title)
    assert f"As promised: {_plain(entry.said)}\n" in one.content
    assert one.tags == tuple(map(_plain, entry.categories))
    assert (one.updated, one.published) == (entry.modified, entry.created)


@given(DATED)
def test_a_json_item_comes_back(entry: Entry) -> None:
    (one,) = json.loads(_body("json", entry))["items"]
    assert one["title"].startswith(("✓ " if entry.state == "done" else "") + entry.title)
    known = one["_milestones"]
    assert known["said"] == entry.said
    assert known.get("due") == (entry.when.first.isoformat() if entry.when else None)  # type: ignore[union-attr]
    assert known["status"] == entry.state
    assert known.get("percent") == entry.percent
    assert one.get("tags", []) == list(entry.categories)
    assert datetime.fromisoformat(one["date_modified"]) == entry.modified


def _read_back(cell: str) -> str:
    """A cell without the apostrophe that keeps it from being a formula."""
    return cell[1:] if re.match(r"'\s*'*[=+\-@＝＋－＠]", cell) else cell


@given(st.lists(DATED, max_size=4))
def test_a_table_comes_back(entries: list[Entry]) -> None:
    named = [replace(one, uid=f"{number}@b") for number, one in enumerate(entries)]
    text = _body("csv", *named).decode("utf-8-sig")
    head, *rows = list(csv.reader(re.split(r"(?<=\n)", text), strict=True))
    rows = [row for row in rows if row]
    assert tuple(head) == COLUMNS
    assert len(rows) == len(named)
    for row, entry in zip(rows, named, strict=True):
        cells = dict(zip(COLUMNS, map(_read_back, row), strict=True))
        assert cells["title"] == entry.title
        assert cells["said"] == entry.said
        assert cells["due"] == (entry.when.first.isoformat() if entry.when else "")  # type: ignore[union-attr]
        assert cells["tags"] == "; ".join(entry.categories)
        assert not re.match(r"\s*[=+\-@＝＋－＠]", row[1])


@settings(max_examples=60)
@given(
    RULES, ZONES, st.dates(date(2020, 1, 1), date(2034, 12, 31)), st.integers(4, 23),
    st.integers(2, 30), st.data(),
)  # fmt: skip
def test_a_repeating_meeting_is_a_todo_on_the_same_days(
    rule: str, name: str, day: date, hour: int, count: int, data: st.DataObject
) -> None:
    start = datetime(day.year, day.month, day.day, hour, 30)
    until = start + timedelta(days=366 * 60)
    text = f"{rule};COUNT={count}"
    made = list(expand(parse_recurrence(text), start, name, until))
    dropped, shifted = data.draw(st.sampled_from(made)), data.draw(st.sampled_from(made))
    zone = ZoneInfo(name)
    now = shifted + timedelta(days=1)
    entry = replace(
        CALL,
        when=Timed(start.replace(tzinfo=zone), timedelta(hours=1), name),
        rrule=text,
        exdates=() if dropped == shifted else (dropped.date(),),
        overrides=(Override(shifted.date(), now.replace(tzinfo=zone), 1),),
    )
    first = made[0].date()
    entry = replace(entry, when=replace(entry.when, start=made[0].replace(tzinfo=zone)))  # type: ignore[type-var]
    body = _body("todo", entry)
    by_octets(body)
    found = recurring_ical_events.of(
        icalendar.Calendar.from_ical(body), components=["VTODO"]
    ).between(first, date(2099, 1, 1))
    expected = [at.date() for at in made if at not in (dropped, shifted)]
    assert sorted(one["DUE"].dt for one in found) == sorted([*expected, now.date()])
