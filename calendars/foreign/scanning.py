"""PURE. The octets of a calendar -> its components as lines, within fixed bounds.

It unfolds lines (RFC 5545, section 3.1) and follows BEGIN and END; what a line means is not its
business. Nothing in a file can make it run, or hold memory, beyond the bounds named here.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import NamedTuple

from calendars.foreign.values import ImportingError

MOST_OCTETS = 20 * 1024 * 1024
MOST_LINES = 1_000_000
MOST_COMPONENTS = 50_000
DEEPEST = 16
LONGEST = 32_768
"""The longest line, in characters, after unfolding."""
MOST_PROPERTIES = 2_000
"""The most lines of one component that are kept."""

TEXTS = frozenset({"SUMMARY", "LOCATION", "DESCRIPTION"})
KEPT = TEXTS | {
    "UID", "DTSTART", "DTEND", "DUE", "DURATION", "RRULE", "RDATE", "EXDATE", "EXRULE",
    "RECURRENCE-ID", "STATUS", "URL", "SEQUENCE", "DTSTAMP", "LAST-MODIFIED", "COMPLETED",
    "PERCENT-COMPLETE", "X-MICROSOFT-CDO-ALLDAYEVENT", "TZID", "TZOFFSETFROM", "TZOFFSETTO",
    "X-LIC-LOCATION",
}  # fmt: skip
"""The properties that are read; all others are passed over."""
_OF_CALENDAR = frozenset({"X-WR-TIMEZONE", "X-WR-CALNAME", "NAME", "METHOD"})
_SPLIT = re.compile(rb"(\r?\n[ \t])([\x80-\xbf]{1,3})")
"""A fold inside a character of UTF-8, which old programs write."""
_PARTS = frozenset({"STANDARD", "DAYLIGHT"})


class Line(NamedTuple):
    """One line after unfolding: its number, its property's name, and all of its text."""

    number: int
    name: str
    text: str
    cut: bool = False


@dataclass(slots=True)
class Raw:
    """A component as written. `fault` says why it cannot be read, "" where it can."""

    name: str
    line: int
    lines: list[Line] = field(default_factory=list)
    parts: list["Raw"] = field(default_factory=list)
    fault: str = ""


@dataclass(slots=True)
class Scanned:
    """The components of the outermost level, and what the calendar says of itself.

    cut: whether the file ends before its calendar does.
    """

    components: list[Raw] = field(default_factory=list)
    properties: dict[str, str] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)
    cut: bool = False


def scan(octets: bytes, kept: frozenset[str] = KEPT) -> Scanned:
    """The components of a calendar, with the properties that are `kept`.

    Raises `ImportingError` beyond the bounds, and for what holds no component.
    """
    if len(octets) > MOST_OCTETS:
        most = MOST_OCTETS // 1024 // 1024
        raise ImportingError(f"the calendar is larger than {most} MB; export a shorter span of it")
    scanned = Scanned()
    text = _decoded(octets, scanned.notes).replace("\r\n", "\n").replace("\r", "\n")
    if text.count("\n") > MOST_LINES:
        raise ImportingError(
            f"the calendar has more than {MOST_LINES:,} lines; export a shorter span of it"
        )
    scanner = _Scanner(scanned, kept)
    for line in _unfolded(text):
        scanner.take(line)
    scanner.end()
    return scanned


def _decoded(octets: bytes, notes: list[str]) -> str:
    for mark, encoding in ((b"\xff\xfe", "utf-16-le"), (b"\xfe\xff", "utf-16-be")):
        if octets.startswith(mark):
            return octets[2:].decode(encoding, "replace")
    try:
        return _SPLIT.sub(rb"\2\1", octets).decode("utf-8-sig")
    except UnicodeDecodeError:
        notes.append("the file is no UTF-8; it was read as Windows-1252 (Latin-1)")
        return octets.decode("cp1252", "replace")


def _unfolded(text: str) -> Iterator[Line]:
    """The lines, each with the lines that continue it, cut at the longest length."""
    pieces: list[str] = []
    begun, length = 0, 0
    for number, piece in enumerate(_physical(text), 1):
        if piece[:1] in (" ", "\t") and pieces:
            if length <= LONGEST:
                pieces.append(piece[1:])
            length += len(piece) - 1
            continue
        if pieces:
            yield _line(begun, "".join(pieces), length)
        pieces, begun, length = [piece], number, len(piece)
    if pieces:
        yield _line(begun, "".join(pieces), length)


def _physical(text: str) -> Iterator[str]:
    start = 0
    while (end := text.find("\n", start)) >= 0:
        yield text[start:end]
        start = end + 1
    yield text[start:]


def _line(number: int, text: str, length: int) -> Line:
    name = text[:80].partition(":")[0].partition(";")[0].strip().upper()
    return Line(number, name, text[:LONGEST], length > LONGEST)


class _Scanner:
    """Follows BEGIN and END; an END that closes nothing is passed over."""

    def __init__(self, scanned: Scanned, kept: frozenset[str]) -> None:
        self._scanned, self._kept = scanned, kept
        self._open: list[Raw] = []
        self._begun = 0

    def take(self, line: Line) -> None:
        if line.name == "BEGIN":
            self._begin(line)
        elif line.name == "END":
            self._close(_value(line))
        elif self._open:
            self._property(self._open[-1], line)

    def end(self) -> None:
        """The file is at its end; what is still open was cut off."""
        if not self._begun:
            raise ImportingError(
                "this is no calendar: no line of it says BEGIN:VCALENDAR; "
                "export the calendar as iCalendar (.ics)"
            )
        self._scanned.cut = bool(self._open)
        for raw in self._open:
            raw.fault = raw.fault or "the file ends in the middle of it"
        while self._open:
            self._leave()

    def _begin(self, line: Line) -> None:
        self._begun += 1
        if self._begun > MOST_COMPONENTS:
            raise ImportingError(
                f"the calendar has more than {MOST_COMPONENTS:,} components; "
                "export a shorter span of it"
            )
        if len(self._open) >= DEEPEST:
            raise ImportingError(
                f"line {line.number}: components are nested more than {DEEPEST} deep, "
                "which no calendar is; export it anew"
            )
        self._open.append(Raw(_value(line)[:40], line.number))

    def _close(self, name: str) -> None:
        if not any(raw.name == name for raw in self._open):
            return
        while self._open[-1].name != name:
            self._open[-1].fault = self._open[-1].fault or "it is not closed by an END of its own"
            self._leave()
        self._leave()

    def _leave(self) -> None:
        raw = self._open.pop()
        outer = self._open[-1] if self._open else None
        if raw.name == "VCALENDAR":
            return
        if outer is None or outer.name == "VCALENDAR":
            self._scanned.components.append(raw)
        elif outer.name == "VTIMEZONE" and raw.name in _PARTS:
            outer.parts.append(raw)

    def _property(self, raw: Raw, line: Line) -> None:
        if raw.name == "VCALENDAR":
            if line.name in _OF_CALENDAR:
                self._scanned.properties.setdefault(line.name, _text(line)[:200])
        elif line.name in self._kept:
            if line.cut and line.name not in TEXTS:
                raw.fault = f"its {line.name} is longer than {LONGEST:,} characters"
            elif len(raw.lines) >= MOST_PROPERTIES:
                raw.fault = f"it has more than {MOST_PROPERTIES:,} lines"
            else:
                raw.lines.append(line)


def _value(line: Line) -> str:
    return _text(line).strip().upper()


def _text(line: Line) -> str:
    return line.text.partition(":")[2].strip()
