"""The life of a milestone as to-dos, in Atom, JSON Feed and a table: golden files and rules."""

import csv
import json
from dataclasses import replace
from datetime import date, datetime, timedelta
from itertools import pairwise
from typing import Any

import icalendar
import pytest
import recurring_ical_events  # type: ignore[import-untyped]
from jsonschema import Draft202012Validator

from calendars.entry import Calendar, Entry
from calendars.feeds.atom import atom_id
from calendars.feeds.csv import COLUMNS
from calendars.feeds.registry import FORMATS
from calendars.wording import LANGUAGES
from tests.calendars.feeds.atom_rules import Read, read
from tests.calendars.feeds.life import (
    CALENDARS,
    CALL,
    DAY,
    DONE,
    GOLDEN,
    LIFE,
    MEETING,
    QUARTER,
    SUFFIXES,
    TBC,
    calendar,
    golden_files,
)

FORMS = [form for form in FORMATS if form != "ical"]
FILES = {(form, name): body for form in FORMS for name, body in golden_files(form).items()}
JSON_FEED = {
    "type": "object",
    "required": ["version", "title", "items"],
    "additionalProperties": False,
    "properties": {
        "version": {"const": "https://jsonfeed.org/version/1.1"},
        "title": {"type": "string"},
        "home_page_url": {"type": "string", "format": "uri"},
        "feed_url": {"type": "string", "format": "uri"},
        "description": {"type": "string"},
        "language": {"type": "string"},
        "authors": {"type": "array", "items": {"required": ["name"]}},
        "_milestones": {"type": "object"},
        "items": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["id", "content_text"],
                "additionalProperties": False,
                "properties": {
                    "id": {"type": "string", "minLength": 1},
                    "url": {"type": "string", "format": "uri"},
                    "title": {"type": "string"},
                    "content_text": {"type": "string"},
                    "date_published": {"type": "string", "format": "date-time"},
                    "date_modified": {"type": "string", "format": "date-time"},
                    "tags": {"type": "array", "items": {"type": "string"}},
                    "_milestones": {"type": "object"},
                },
            },
        },
    },
}
"""What version 1.1 says of the keys that we write."""


def _parsed(body: bytes) -> Any:
    return icalendar.Calendar.from_ical(body)


def _todos(body: bytes) -> list[Any]:
    found: list[Any] = _parsed(body).walk("VTODO")
    assert not any(one.errors for one in found)
    return found


def _rows(body: bytes) -> list[dict[str, str]]:
    text = body.decode("utf-8-sig")
    return list(csv.DictReader(text.splitlines(keepends=True), strict=True))


def _written(form: str, *entries: Entry, **changes: Any) -> bytes:
    return FORMATS[form].write(replace(calendar(*entries), **changes)).body


@pytest.mark.parametrize(("form", "name"), FILES)
def test_the_feed_is_the_golden_file(form: str, name: str) -> None:
    golden = (GOLDEN / f"{name}{SUFFIXES[form]}").read_bytes()
    assert FILES[form, name].decode() == golden.decode()


@pytest.mark.parametrize("form", FORMATS)
@pytest.mark.parametrize("name", LIFE)
def test_each_step_is_there_once_and_counted(form: str, name: str) -> None:
    feed = FORMATS[form].write(CALENDARS[name])
    missing = form == "ical" and name == "1-tbc"
    assert feed.left_out == int(missing)
    shown = {
        "ical": lambda: feed.body.count(b"BEGIN:VEVENT"),
        "todo": lambda: len(_todos(feed.body)),
        "atom": lambda: len(read(feed.body).entries),
        "json": lambda: len(json.loads(feed.body)["items"]),
        "csv": lambda: len(_rows(feed.body)),
    }
    assert shown[form]() == int(not missing)


@pytest.mark.parametrize("form", ["ical", "todo", "atom", "json"])
def test_what_is_left_out_is_said_in_the_feed(form: str) -> None:
    text = _written(form, DAY, left_out=3).decode().replace("\r\n ", "").replace("\\,", ",")
    assert "Without a date, so not shown here: 3" in text


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("form", FORMATS)
def test_every_form_is_in_the_readers_language(form: str, language: str) -> None:
    other = "fr" if language == "en" else "en"
    assert _written(form, DONE, MEETING, language=language) != _written(
        form, DONE, MEETING, language=other
    )


# To-dos (RFC 5545, section 3.6.2)


@pytest.mark.parametrize(
    ("name", "due", "status", "percent"),
    [
        ("1-tbc", None, "NEEDS-ACTION", None),
        ("2-quarter", date(2024, 6, 30), "NEEDS-ACTION", None),
        ("3-month", date(2024, 5, 31), "NEEDS-ACTION", None),
        ("4-day", date(2024, 5, 14), "IN-PROCESS", None),
        ("5-moved", date(2024, 5, 28), "IN-PROCESS", None),
        ("6-done", date(2024, 5, 28), "COMPLETED", 100),
        ("7-cancelled", date(2024, 5, 28), "CANCELLED", None),
    ],
)
def test_a_todo_is_due_on_a_day_or_on_none(
    name: str, due: date | None, status: str, percent: int | None
) -> None:
    (todo,) = _todos(FILES["todo", name])
    assert (todo["DUE"].dt if "DUE" in todo else None) == due
    assert (todo["STATUS"], todo.get("PERCENT-COMPLETE")) == (status, percent)
    assert ("COMPLETED" in todo) == (status == "COMPLETED")
    assert "DTSTART" not in todo


def test_a_todo_was_completed_when_that_was_reported() -> None:
    assert DONE.done is not None
    (todo,) = _todos(FILES["todo", "6-done"])
    assert todo["COMPLETED"].dt == DONE.done != DONE.modified
    (by_plan,) = _todos(_written("todo", replace(DONE, done=None)))
    assert by_plan["COMPLETED"].dt == DONE.modified


@pytest.mark.parametrize(("percent", "status"), [(None, "NEEDS-ACTION"), (30, "IN-PROCESS")])
def test_a_share_that_is_reported_is_shown(percent: int | None, status: str) -> None:
    (todo,) = _todos(_written("todo", replace(DAY, state="planned", percent=percent)))
    assert (todo["STATUS"], todo.get("PERCENT-COMPLETE")) == (status, percent)


def test_one_uid_and_the_same_sequences_as_the_events() -> None:
    steps = [todo for name in LIFE for todo in _todos(FILES["todo", name])]
    assert {todo["UID"] for todo in steps} == {DAY.uid}
    assert [todo["SEQUENCE"] for todo in steps] == [one.sequence for one in LIFE.values()]
    for earlier, later in pairwise(steps[:-1]):
        assert later["LAST-MODIFIED"].dt > earlier["LAST-MODIFIED"].dt


def test_a_window_is_where_a_todo_starts() -> None:
    (todo,) = _todos(_written("todo", QUARTER, windows=True))
    assert (todo["DTSTART"].dt, todo["DUE"].dt) == QUARTER.window
    (exact,) = _todos(_written("todo", DAY, windows=True))
    assert "DTSTART" not in exact


def test_a_meeting_is_a_todo_of_its_days() -> None:
    found = recurring_ical_events.of(
        _parsed(_written("todo", MEETING)), components=["VTODO"]
    ).between(date(2024, 1, 1), date(2025, 1, 1))
    days = sorted(one["DTSTART"].dt for one in found)
    assert days[:3] == [date(2024, 1, 16), date(2024, 2, 20), date(2024, 3, 19)]
    assert date(2024, 8, 20) not in days
    assert date(2024, 10, 22) in days
    assert date(2024, 10, 15) not in days
    assert len(days) == 11


@pytest.mark.parametrize(
    ("until", "last"),
    [("20240416T130000Z", "2024-04-16"), ("20240416T125959Z", "2024-03-19"), ("20240416", None)],
)
def test_a_rule_for_days_ends_where_that_for_times_does(until: str, last: str | None) -> None:
    entry = replace(MEETING, rrule=f"FREQ=MONTHLY;BYDAY=3TU;UNTIL={until}", exdates=())
    (todo,) = _todos(_written("todo", replace(entry, overrides=())))
    (found,) = todo["RRULE"]["UNTIL"]
    days = recurring_ical_events.of(
        _parsed(_written("todo", replace(entry, overrides=()))),
        components=["VTODO"],
    ).between(date(2024, 1, 1), date(2025, 1, 1))
    assert not isinstance(found, datetime)
    assert max(one["DTSTART"].dt for one in days).isoformat() == (last or "2024-04-16")


# Alarms (RFC 5545, section 3.6.6)


def test_nothing_rings_unless_it_is_asked_for() -> None:
    for form in ("ical", "todo"):
        body = FORMATS[form].write(replace(CALENDARS["alarms"], alarms=False)).body
        assert b"VALARM" not in body


def test_alarms_count_from_the_start_of_the_day() -> None:
    body = FORMATS["ical"].write(CALENDARS["alarms"]).body
    draft = _parsed(body).walk("VEVENT")[0]
    away = [alarm["TRIGGER"].dt for alarm in draft.walk("VALARM")]
    nine = timedelta(hours=9)
    assert away == [nine - timedelta(days=30), nine - timedelta(days=1), nine]
    assert {str(alarm["ACTION"]) for alarm in draft.walk("VALARM")} == {"DISPLAY"}


def test_alarms_of_a_todo_count_from_its_due_day() -> None:
    two = replace(CALL, alarms=(timedelta(hours=-2),))
    body = FORMATS["todo"].write(replace(calendar(two), alarms=True)).body
    (alarm,) = _parsed(body).walk("VALARM")
    assert alarm["TRIGGER"].params["RELATED"] == "END"
    assert alarm["TRIGGER"].dt == timedelta(hours=13), "two hours before 15:00"


@pytest.mark.parametrize("state", ["done", "cancelled"])
def test_nobody_is_reminded_of_what_is_settled(state: Any) -> None:
    entry = replace(DAY, state=state, alarms=(timedelta(days=-1),))
    for form in ("ical", "todo"):
        assert b"VALARM" not in _written(form, entry, alarms=True)


# Atom (RFC 4287)


def _atom(name: str) -> Read:
    return read(FILES["atom", name])


@pytest.mark.parametrize("name", CALENDARS)
def test_an_atom_feed_keeps_the_rules(name: str) -> None:
    assert len(_atom(name).entries) == len(CALENDARS[name].entries)


def test_an_atom_entry_has_one_id_all_along_and_newer_dates() -> None:
    steps = [_atom(name).entries[0] for name in LIFE]
    assert {one.id for one in steps} == {atom_id(DAY.uid)}
    assert {one.published for one in steps} == {DAY.created}
    assert [one.updated for one in steps] == [one.modified for one in LIFE.values()]
    assert all(_atom(name).updated == one.modified for name, one in LIFE.items())


def test_the_newest_change_comes_first() -> None:
    found = read(_written("atom", replace(TBC, uid="a@b"), DAY, replace(QUARTER, uid="c@b")))
    dates = [one.updated for one in found.entries]
    assert dates == sorted(dates, reverse=True)
    assert found.updated == dates[0]


def test_an_empty_feed_was_changed_at_no_time_of_ours() -> None:
    assert read(_written("atom")).updated.year == 1970


# JSON Feed 1.1


@pytest.mark.parametrize("name", CALENDARS)
def test_a_json_feed_is_one(name: str) -> None:
    found = json.loads(FILES["json", name])
    Draft202012Validator(JSON_FEED).validate(found)
    assert len({one["id"] for one in found["items"]}) == len(CALENDARS[name].entries)


def test_a_json_feed_tells_a_date_as_it_was_promised() -> None:
    (item,) = json.loads(FILES["json", "2-quarter"])["items"]
    known = item["_milestones"]
    assert (known["due"], known["first"], known["last"]) == (
        "2024-06-30",
        "2024-04-01",
        "2024-06-30",
    )
    assert (known["precision"], known["certain"]) == ("quarter", False)
    (open_date,) = json.loads(FILES["json", "1-tbc"])["items"]
    assert "due" not in open_date["_milestones"]


# Tables (RFC 4180)


def test_a_table_has_one_row_a_milestone_and_the_same_columns() -> None:
    for name in CALENDARS:
        rows = _rows(FILES["csv", name])
        assert [row["uid"] for row in rows] == [one.uid for one in CALENDARS[name].entries]
        assert all(tuple(row) == COLUMNS for row in rows)
        assert FILES["csv", name].startswith(b"\xef\xbb\xbfuid,title,due,")
        assert FILES["csv", name].count(b"\r\n") == len(rows) + 1


@pytest.mark.parametrize(
    "text",
    ["=1+1", "+1", "-1", "@A1", "＝1", " =1", "\t=1", "'=1", "''@x", '=HYPERLINK("x"),1'],
)
def test_no_cell_is_a_formula(text: str) -> None:
    (row,) = _rows(_written("csv", replace(DAY, title=text)))
    assert row["title"] == f"'{text}"


@pytest.mark.parametrize("text", ["a=b", "'quoted'", "5 - 3", " x", '"', "a,b", "a;b"])
def test_other_cells_stand_as_they_are(text: str) -> None:
    (row,) = _rows(_written("csv", replace(DAY, title=text)))
    assert row["title"] == text


@pytest.mark.parametrize("form", FORMS)
def test_an_entry_that_cannot_be_written_is_left_out_and_named(form: str) -> None:
    bad = replace(DAY, uid="bad@example.org", title="a\x07b")
    made: Calendar = calendar(DAY, bad)
    feed = FORMATS[form].write(made)
    assert [(one.uid, one.reason.partition(":")[0]) for one in feed.broken] == [
        ("bad@example.org", "title")
    ]
    assert b"bad@example.org" not in feed.body
