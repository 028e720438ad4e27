"""PURE. One component of somebody else's calendar as values: texts, dates with zones, lists.

Each line is read by itself, so that a broken one spoils nothing else. How components belong
together, and what a plan makes of them, is `calendars.importing`'s business.
"""

import html
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from icalendar import vDDDTypes
from icalendar.parser import Contentline

from calendars.foreign.scanning import Line, Raw
from calendars.foreign.zones import Zones
from calendars.web_addresses import is_web_address
from calendars.zones import zone

MOST_DATES = 1_000
"""The most dates that one component may list, in RDATE and in EXDATE each."""
LONGEST_TITLE, LONGEST_TEXT = 300, 4_000
_ZONE = re.compile(r';\s*TZID\s*=\s*("[^"]*"|[^;]*)', re.IGNORECASE)
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]")
_TAG = re.compile(r"</?[a-zA-Z][^<>]{0,1000}>")
_BREAK = re.compile(r"<(?:br|/p|/div|/li|/tr|/h\d)\b[^<>]{0,200}>", re.IGNORECASE)
_BAD = (ValueError, TypeError, KeyError, IndexError, AttributeError, OverflowError)


class PartError(ValueError):
    """A component that cannot be read; the text says why."""


@dataclass(frozen=True, slots=True)
class Moment:
    """A day, or a local time in a zone; without a zone it is local wherever it is read."""

    at: date
    zone: str | None = None

    @property
    def day(self) -> date:
        """Its local day."""
        return self.at.date() if isinstance(self.at, datetime) else self.at

    @property
    def clock(self) -> datetime | None:
        """The local time; None for a day."""
        return self.at if isinstance(self.at, datetime) else None

    def within(self, name: str | None) -> date:
        """The same moment in another zone, a naive local time; a day stays a day."""
        if not isinstance(self.at, datetime) or None in (name, self.zone) or name == self.zone:
            return self.at
        local = self.at.replace(tzinfo=zone(self.zone or "UTC"))
        try:
            moved = local.astimezone(zone(name or "UTC"))
        except OverflowError:  # the first or the last day that there is
            return self.at
        return moved.replace(tzinfo=None, fold=0)


class Part:
    """One component that carries a date: VEVENT or VTODO."""

    def __init__(self, raw: Raw, zones: Zones, floating: str | None) -> None:
        """`floating` is the zone of times that name none. Raises `PartError`."""
        if raw.fault:
            raise PartError(raw.fault)
        self.what, self.line = raw.name, raw.line
        self.notes: list[str] = []
        self._lines: dict[str, list[Line]] = {}
        for line in raw.lines:
            self._lines.setdefault(line.name, []).append(line)
        self._zones, self._floating = zones, floating

    # Texts

    def uid(self) -> str:
        """The UID as written, on one line; "" where there is none."""
        return " ".join(self.text("UID").split())[:500]

    def title(self) -> str:
        """The SUMMARY on one line."""
        words = " ".join(self.text("SUMMARY").split())
        return words if len(words) <= LONGEST_TITLE else words[: LONGEST_TITLE - 1] + "…"

    def description(self) -> str | None:
        """The DESCRIPTION as plain text, without the tags of HTML."""
        words = _plain(self.text("DESCRIPTION"))
        return (words if len(words) <= LONGEST_TEXT else words[: LONGEST_TEXT - 1] + "…") or None

    def location(self) -> str | None:
        """The LOCATION on one line."""
        return " ".join(self.text("LOCATION").split())[:LONGEST_TITLE] or None

    def url(self) -> str | None:
        """The URL, where it is one of the web."""
        found = self._value("URL")
        fits = len(found) <= 2000 and not _CONTROL.search(found)
        return found if fits and is_web_address(found) else None

    def word(self, name: str) -> str:
        """A property of one word, in upper case."""
        return self._value(name).upper()

    def number(self, name: str) -> int | None:
        """A property that is a whole number."""
        found = self._value(name)
        return int(found) if re.fullmatch(r"\d{1,9}", found, re.ASCII) else None

    def text(self, name: str) -> str:
        """A TEXT property without its escapes, and without control characters."""
        for line in self._lines.get(name, ()):
            try:
                value = Contentline(line.text).parts()[2]  # type: ignore[no-untyped-call]
            except _BAD:
                self.notes.append(f"its {name} cannot be read")
                continue
            return _CONTROL.sub("", value.replace("\r\n", "\n")).strip()
        return ""

    def rules(self) -> list[str]:
        """The RRULEs as written, without spaces."""
        return [re.sub(r"\s+", "", it) for it in self._values("RRULE")]

    def has(self, name: str) -> bool:
        """Whether the property is there at all."""
        return name in self._lines

    def and_later(self) -> bool:
        """Whether it is about all later occurrences too (RFC 5545, section 3.2.13)."""
        lines = self._lines.get("RECURRENCE-ID", ())
        return any("RANGE=THISANDFUTURE" in one.text.upper() for one in lines)

    # Dates

    def moment(self, name: str) -> Moment | None:
        """A date or time; None where it is missing. Raises `PartError` where it is no date."""
        found = self.moments(name)
        return found[0] if found else None

    def moments(self, name: str) -> list[Moment]:
        """All dates of a property, of a period its start."""
        lines = self._lines.get(name, [])
        if sum(line.text.count(",") + 1 for line in lines) > MOST_DATES:
            raise PartError(f"its {name} lists more than {MOST_DATES:,} dates")
        return [self._moment(name, line, text) for line in lines for text in _listed(line)]

    def span(self) -> timedelta | None:
        """The DURATION; None where there is none, or one that is no time."""
        text = self._value("DURATION")
        if not text:
            return None
        try:
            found = vDDDTypes.from_ical(text.upper())  # type: ignore[no-untyped-call]
        except _BAD:
            self.notes.append(f'its DURATION "{text[:40]}" is none and is left out')
            return None
        return found if isinstance(found, timedelta) and found >= timedelta(0) else None

    def _moment(self, name: str, line: Line, text: str) -> Moment:
        try:
            read = vDDDTypes.from_ical(text.upper())  # type: ignore[no-untyped-call]
        except _BAD:
            raise PartError(f'its {name} "{text[:40]}" is no date') from None
        found = read[0] if isinstance(read, tuple) else read
        if isinstance(found, time | timedelta) or not isinstance(found, date):
            raise PartError(f'its {name} "{text[:40]}" is no date')
        if not isinstance(found, datetime):
            return Moment(found)
        if found.tzinfo is not None:
            return Moment(found.astimezone(UTC).replace(tzinfo=None), "UTC")
        return self._local(line, found)

    def _local(self, line: Line, at: datetime) -> Moment:
        written = _ZONE.search(line.text.rpartition(":")[0])
        if not written:
            return Moment(at, self._floating)
        found = self._zones.find(written[1].strip('"'), at)
        if found.note and found.note not in self.notes:
            self.notes.append(found.note)
        if found.name is None and found.changes:
            return Moment(found.in_utc(at), "UTC")
        return Moment(at, found.name or self._floating)

    def _values(self, name: str) -> list[str]:
        return [line.text.partition(":")[2].strip() for line in self._lines.get(name, ())]

    def _value(self, name: str) -> str:
        return next(iter(self._values(name)), "")


def _listed(line: Line) -> Sequence[str]:
    # A date holds no colon, but the name of a zone may.
    return [it.strip() for it in line.text.rpartition(":")[2].split(",") if it.strip()]


def _plain(text: str) -> str:
    """A text without the tags and entities of HTML, if it has such tags."""
    if _TAG.search(text):
        text = html.unescape(_TAG.sub("", _BREAK.sub("\n", text)))
        text = _CONTROL.sub("", text)
    lines = (" ".join(line.split()) for line in text.split("\n"))
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()
