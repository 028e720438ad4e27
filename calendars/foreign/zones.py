"""PURE. The time zones of somebody else's calendar -> names of the IANA database.

A TZID is an IANA name, one with a prefix, a Windows name, or any word whose VTIMEZONE (RFC 5545,
section 3.6.5) says what it means. Where no known zone keeps the same time, its own offsets count.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import islice

from icalendar.timezone.windows_to_olson import WINDOWS_TO_OLSON

from calendars.foreign.scanning import Raw
from calendars.recurrence import RecurrenceError, expand, parse_recurrence
from calendars.zones import known_zones, zone

MOST_COMPARED = 40
"""So many zones of one calendar are compared with the known ones; it takes time."""
MOST_CHANGES = 2_000
"""The most changes of the clock that are read of one zone."""
_LAST = datetime(2100, 1, 1)
_OFFSET = re.compile(r"([+-])(\d\d)(\d\d)(\d\d)?", re.ASCII)
_STAMP = re.compile(r"\d{8}T\d{6}Z?", re.ASCII)
_WEEKS = 157
_SPELT = {name.lower(): name for name in known_zones()}


@dataclass(frozen=True, slots=True)
class Change:
    """From a local time on, a zone is so far ahead of UTC."""

    since: datetime
    offset: timedelta


@dataclass(frozen=True, slots=True)
class Found:
    """What a TZID means: a known zone's name, else its own offsets; neither where nobody knows.

    note: what is worth saying of it, "" for a plain name.
    """

    name: str | None = None
    changes: tuple[Change, ...] = ()
    note: str = ""

    def in_utc(self, local: datetime) -> datetime:
        """A naive local time by the zone's own offsets, as a naive time in UTC."""
        offset = self.changes[0].offset
        for change in self.changes:
            if change.since > local:
                break
            offset = change.offset
        return local - offset


class Zones:
    """The zones of one calendar, each looked up once.

    preferred: known zones to be named where several keep the same time.
    """

    def __init__(self, definitions: Sequence[Raw], preferred: Sequence[str] = ()) -> None:
        self._definitions: dict[str, Raw] = {}
        for raw in definitions:
            self._definitions.setdefault(_first(raw, "TZID"), raw)
        self._preferred = preferred
        self._found: dict[str, Found] = {}
        self._compared = 0

    def find(self, name: str, near: datetime) -> Found:
        """What a TZID means; `near` is a time at which it is used."""
        if name not in self._found:
            self._found[name] = self._find(name, near)
        return self._found[name]

    def _find(self, name: str, near: datetime) -> Found:
        if known := named(name):
            return Found(known)
        raw = self._definitions.get(name)
        if raw is None:
            text = f'the time zone "{name}" is not known; its times are taken as local ones'
            return Found(note=text)
        if known := named(_first(raw, "X-LIC-LOCATION")):
            return Found(known)
        changes = _changes(raw)
        if not changes:
            text = f'the time zone "{name}" is not understood; its times are taken as local ones'
            return Found(note=text)
        self._compared += 1
        same = self._same(changes, near) if self._compared <= MOST_COMPARED else None
        if same:
            return Found(same, note=f'the time zone "{name}" is kept as {same}')
        return Found(None, changes, f'the time zone "{name}" is kept as UTC')

    def _same(self, changes: tuple[Change, ...], near: datetime) -> str | None:
        """A known zone that keeps the same time for three years."""
        own = Found(None, changes)
        start = min(max(near, datetime(1971, 1, 1)), datetime(2090, 1, 1)).replace(hour=12)
        samples = [start + timedelta(weeks=week) for week in range(_WEEKS)]
        pairs = [(own.in_utc(at).replace(tzinfo=UTC), at) for at in samples]
        cities = sorted(it for it in known_zones() if "/" in it and not it.startswith("Etc/"))
        usual = sorted(known_zones().intersection(WINDOWS_TO_OLSON.values()))
        for candidate in (*self._preferred, *usual, *cities):
            info = zone(candidate)
            if all(at.astimezone(info).replace(tzinfo=None) == local for at, local in pairs):
                return candidate
        return None


def named(text: str) -> str | None:
    """The known zone that a name means by itself; None where there is none."""
    plain = text.strip().strip('"')
    if known := _SPELT.get(plain.lower()) or WINDOWS_TO_OLSON.get(plain):
        return known
    parts = [part for part in plain.split("/") if part][-3:]
    for start in range(len(parts)):
        known = _SPELT.get("/".join(parts[start:]).replace(" ", "_").lower())
        if known and (start == 0 or "/" in known or len(parts) == 1):
            return known
    return None


def _changes(raw: Raw) -> tuple[Change, ...]:
    found: list[Change] = []
    for part in raw.parts:
        offset, since = _offset(_first(part, "TZOFFSETTO")), _stamp(_first(part, "DTSTART"))
        if offset is None or since is None:
            return ()
        found.append(Change(since, offset))
        days = [it for text in _all(part, "RDATE") for it in text.split(",")][:MOST_CHANGES]
        found += [Change(at, offset) for it in days if (at := _stamp(it))]
        for rule in _all(part, "RRULE")[:1]:
            if "FREQ=YEARLY" not in rule.upper():
                return ()
            try:
                made = expand(parse_recurrence(rule), since, "UTC", _LAST)
                found += [Change(at, offset) for at in islice(made, MOST_CHANGES)]
            except (RecurrenceError, ValueError, OverflowError, IndexError):
                return ()
    return tuple(sorted(found, key=lambda change: change.since))


def _all(raw: Raw, name: str) -> list[str]:
    return [line.text.rpartition(":")[2].strip() for line in raw.lines if line.name == name]


def _first(raw: Raw, name: str) -> str:
    found = next((line.text for line in raw.lines if line.name == name), "")
    return found.partition(":")[2].strip()


def _offset(text: str) -> timedelta | None:
    found = _OFFSET.fullmatch(text)
    if not found:
        return None
    span = timedelta(hours=int(found[2]), minutes=int(found[3]), seconds=int(found[4] or 0))
    if span >= timedelta(hours=24):
        return None
    return -span if found[1] == "-" else span


def _stamp(text: str) -> datetime | None:
    if not _STAMP.fullmatch(text):
        return None
    try:
        return datetime.fromisoformat(text.removesuffix("Z"))
    except ValueError:
        return None


def of_calendar(properties: Mapping[str, str]) -> str | None:
    """The zone that a calendar says its floating times are in."""
    return named(properties.get("X-WR-TIMEZONE", ""))
