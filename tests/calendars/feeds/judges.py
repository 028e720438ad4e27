"""Readers that are not ours, and the octet rules that all of them forgive.

A judge reads a feed, raises `RefusedError` where it finds a fault, and says what it shows
between two days: the title and the start (a day, or an instant in UTC) of each occurrence, for
a to-do the day on which it is due. Programs that are no Python packages are `tests.judges`.
"""

import os
import re
import subprocess
import sys
import tempfile
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any, NamedTuple

import icalendar
import recurring_ical_events  # type: ignore[import-untyped]
from ical.calendar_stream import IcsCalendarStream
from ical.exceptions import CalendarParseError
from ical.parsing.component import parse_content
from ical.timeline import generic_timeline
from ical.todo import Todo

from tests.judges.programs import Program, ical_js, libical

FIRST, LAST = date(2024, 1, 1), date(2025, 12, 31)


class Shown(NamedTuple):
    """What a calendar program shows of one occurrence."""

    title: str
    start: date | datetime


class RefusedError(Exception):
    """A judge does not accept the calendar."""


Judge = Callable[[bytes], list[Shown]]


def _sorted(shown: list[Shown]) -> list[Shown]:
    return sorted(shown, key=lambda one: (one.start.isoformat(), one.title))


def _plain(start: date | datetime) -> date | datetime:
    return start.astimezone(UTC) if isinstance(start, datetime) else start


def parsed(body: bytes) -> icalendar.Calendar:
    """As icalendar reads it; raises `RefusedError` for every value that it cannot read."""
    try:
        calendar = icalendar.Calendar.from_ical(body)
    except ValueError as error:
        raise RefusedError(str(error)) from error
    for component in calendar.walk():
        if component.errors:
            raise RefusedError(str(component.errors))
    assert isinstance(calendar, icalendar.Calendar)
    return calendar


_SHOWN_BY = {"VEVENT": "DTSTART", "VTODO": "DUE"}


def _has_a_date(component: icalendar.Component) -> bool:
    return component.name != "VTODO" or "DTSTART" in component or "DUE" in component


def by_icalendar(body: bytes) -> list[Shown]:
    """icalendar, with recurring-ical-events to make the occurrences."""
    calendar = parsed(body)
    # For a to-do without a date recurring-ical-events makes one up.
    calendar.subcomponents = [one for one in calendar.subcomponents if _has_a_date(one)]
    try:
        query = recurring_ical_events.of(calendar, components=["VEVENT", "VTODO"])
        found = query.between(FIRST, LAST + timedelta(days=1))
        dated = [(one, one.get(_SHOWN_BY[one.name])) for one in found]
        shown = [Shown(str(one["SUMMARY"]), _plain(at.dt)) for one, at in dated if at]
    except (ValueError, TypeError, AttributeError, KeyError) as error:
        raise RefusedError(str(error)) from error
    return _sorted(shown)


def by_ical(body: bytes) -> list[Shown]:
    """ical, which checks types and values strictly."""
    try:
        calendar = IcsCalendarStream.calendar_from_ics(body.decode())
        span = FIRST, LAST + timedelta(days=1)
        found = calendar.timeline.overlapping(*span)
        shown = [Shown(one.summary or "", _plain(one.start)) for one in found]
        todos = _started_as_written(body, [one for one in calendar.todos if one.due])
        for one in generic_timeline(todos, UTC).overlapping(*span):
            assert one.due is not None
            shown.append(Shown(one.summary or "", _plain(one.due)))
        return _sorted(shown)
    except (CalendarParseError, ValueError) as error:
        raise RefusedError(str(error)) from error


def _started_as_written(body: bytes, todos: list[Todo]) -> list[Todo]:
    """The to-dos with DTSTART as it stands in the calendar.

    ical takes a to-do that is due on the day it starts for a mistake and starts it a day early,
    so that a rule with BYDAY is due a day late. Our repeating ones are due as they start: see
    `docs/reference/feeds.md`.
    """
    written = [
        {found.name: found.value for found in one.properties}
        for calendar in parse_content(body.decode())
        for one in calendar.components
        if one.name == "vtodo"
    ]
    starts = {
        (one["uid"], one.get("recurrence-id")): one["dtstart"]
        for one in written
        if "dtstart" in one
    }
    return [
        one.model_copy(update={"dtstart": date.fromisoformat(starts[one.uid, one.recurrence_id])})
        if type(one.due) is date and one.dtstart
        else one
        for one in todos
    ]


_KHAL = """[calendars]
[[feed]]
path = {home}/feed
[locale]
local_timezone = UTC
default_timezone = UTC
dateformat = %Y-%m-%d
longdateformat = %Y-%m-%d
timeformat = %H:%M
datetimeformat = %Y-%m-%dT%H:%M
longdatetimeformat = %Y-%m-%dT%H:%M
[sqlite]
path = {home}/cache
"""


def _khal(home: Path, *arguments: str) -> str:
    """One call of khal with a home of its own; every complaint of it is a fault."""
    environment = {"HOME": str(home), "PATH": os.environ["PATH"], "LC_ALL": "C.UTF-8"}
    command = [sys.executable, "-m", "khal", "-c", str(home / "config"), *arguments]
    done = subprocess.run(
        command, capture_output=True, text=True, env=environment, timeout=60, check=False
    )
    if done.returncode or done.stderr:
        raise RefusedError(done.stderr[-400:])
    return done.stdout


def by_khal(body: bytes) -> list[Shown]:
    """khal, as its user would: import the file, then list what there is."""
    shown = khal_listed(body, "{uid}", "{start}", "{title}")
    once = {tuple(fields) for fields in shown}  # each day of a span is listed
    return _sorted([Shown(title.rstrip(), _start(start)) for _, start, title in once])


def khal_listed(body: bytes, *fields: str) -> list[list[str]]:
    """These fields of each occurrence that khal lists; raises `RefusedError`."""
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        (home / "feed").mkdir()
        (home / "config").write_text(_KHAL.format(home=home), encoding="utf-8")
        (home / "feed.ics").write_bytes(body)
        _khal(home, "import", "--batch", "-a", "feed", str(home / "feed.ics"))
        listed = _khal(
            home, "list", "--notstarted", "--day-format", "",
            "--format", f"{'␟'.join(fields)}␞", FIRST.isoformat(), LAST.isoformat(),
        )  # fmt: skip
    return [one.lstrip("\n").split("␟") for one in listed.split("␞") if one.strip()]


def _start(text: str) -> date | datetime:
    if "T" in text:
        return datetime.fromisoformat(text).replace(tzinfo=UTC)
    return date.fromisoformat(text)


def _asked(program: Program, body: bytes) -> list[Shown]:
    answer = asked(program, body, FIRST, LAST)
    return _sorted([Shown(title, _start(start)) for title, start in answer["shown"]])


def asked(program: Program, body: bytes, first: date, last: date) -> dict[str, Any]:
    """What a program answers to `read`; raises `RefusedError`."""
    text = body.decode("utf-8", "surrogateescape")
    answer = program.ask("read", body=text, first=first.isoformat(), last=last.isoformat())
    if "refused" in answer:
        raise RefusedError(answer["refused"])
    return answer


def by_ical_js(body: bytes) -> list[Shown]:
    """ical.js, which Thunderbird reads calendars with."""
    return _asked(ical_js(), body)


def by_libical(body: bytes) -> list[Shown]:
    """libical, which Evolution and GNOME read calendars with."""
    return _asked(libical(), body)


_FIRST_LINES = ("BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:")
_STAMPED = ("UID", "DTSTAMP", "CREATED", "LAST-MODIFIED", "SEQUENCE", "SUMMARY")
_FORBIDDEN = ("METHOD", "ORGANIZER", "ATTENDEE")


def by_octets(body: bytes) -> list[Shown]:
    """RFC 5545's rules of lines, and `calendars.md`'s of properties; shows nothing."""
    if not body.endswith(b"END:VCALENDAR\r\n"):
        raise RefusedError("the calendar does not end")
    folded = body.removesuffix(b"\r\n").split(b"\r\n")
    for number, line in enumerate(folded, 1):
        _check_line(number, line)
    lines = re.sub(r"\r\n[ \t]", "", body.decode()).split("\r\n")
    if not all(map(str.startswith, lines, _FIRST_LINES)):
        raise RefusedError(f"the header begins with {lines[:3]}")
    names = [re.split("[:;]", line, maxsplit=1)[0] for line in lines]
    if found := set(_FORBIDDEN) & set(names):
        raise RefusedError(f"{found} in a published calendar")
    for kind, check in (("VEVENT", _check_event), ("VTODO", _check_todo)):
        parts = re.findall(rf"BEGIN:{kind}\r\n(.*?)END:{kind}", "\r\n".join(lines), re.DOTALL)
        for part in parts:
            check(part.split("\r\n"))
    return []


def _check_line(number: int, line: bytes) -> None:
    if len(line) > 75:
        raise RefusedError(f"line {number} has {len(line)} octets")
    if re.search(rb"[\x00-\x08\x0a-\x1f\x7f]", line):
        raise RefusedError(f"line {number} holds a control character")
    try:
        line.decode()
    except UnicodeDecodeError as error:
        raise RefusedError(f"line {number} is no UTF-8 by itself: {error}") from error


def _check_event(lines: list[str]) -> None:
    _check_once(lines, (*_STAMPED, "DTSTART"))
    _check_repeats(lines)


def _check_todo(lines: list[str]) -> None:
    """Its days; a repeating one is due on the day it starts, which RFC 5545 (3.8.2.3) forbids.

    Why it is written so all the same is told in `docs/reference/feeds.md`.
    """
    _check_once(lines, _STAMPED)
    _check_repeats(lines)
    if any(line.startswith("DURATION:") for line in lines):
        raise RefusedError("a to-do with a length, which most programs do not read")
    start, due = (_days(lines, name) for name in ("DTSTART", "DUE"))
    repeats = any(line.startswith(("RRULE", "RECURRENCE-ID")) for line in lines)
    if repeats and not (start and due):
        raise RefusedError("a to-do repeats without DTSTART or without DUE")
    if start and not due:
        raise RefusedError("a to-do starts and is never due")
    if start and due and (due < start or (due == start) != repeats):
        raise RefusedError(f"a to-do that starts on {start} is due on {due}")


def _days(lines: list[str], name: str) -> date | None:
    """The day of a property; None where it is missing."""
    for line in lines:
        if line.startswith((f"{name};", f"{name}:")):
            if not (found := re.fullmatch(rf"{name};VALUE=DATE:(\d{{8}})", line)):
                raise RefusedError(f"{line} is no day")
            return date.fromisoformat(found[1])
    return None


def _check_once(lines: list[str], wanted: tuple[str, ...]) -> None:
    names = [re.split("[:;]", line, maxsplit=1)[0] for line in lines]
    for name in wanted:
        if names.count(name) != 1:
            raise RefusedError(f"{names.count(name)} {name} in a component")
    if found := [name for name in ("DTSTART", "DTEND", "DUE", "STATUS") if names.count(name) > 1]:
        raise RefusedError(f"{found} more than once in a component")


def _check_repeats(lines: list[str]) -> None:
    """UNTIL, EXDATE and RECURRENCE-ID of the type of DTSTART."""
    days = any(line.startswith("DTSTART;VALUE=DATE:") for line in lines)
    for line in lines:
        if line.startswith("RRULE") and (found := re.search("UNTIL=([^;]*)", line)):
            _check_type(found[1], days=days, timed=r"\d{8}T\d{6}Z")
        if line.startswith(("EXDATE", "RECURRENCE-ID")):
            _check_type(line.rpartition(":")[2], days=days, timed=r"\d{8}T\d{6}")


def _check_type(value: str, *, days: bool, timed: str) -> None:
    if not re.fullmatch(r"\d{8}" if days else timed, value):
        raise RefusedError(f"{value} is not of the type of DTSTART")


TODO_READERS: dict[str, Judge] = {
    "icalendar": by_icalendar,
    "ical": by_ical,
    "ical.js": by_ical_js,
    "libical": by_libical,
}
READERS: dict[str, Judge] = {**TODO_READERS, "khal": by_khal}
"""All that read events; khal knows no to-dos."""
JUDGES: dict[str, Judge] = {**READERS, "octets": by_octets}
TODO_JUDGES: dict[str, Judge] = {**TODO_READERS, "octets": by_octets}
