"""PURE. What a calendar program answers to an invitation: a REPLY of iTIP (RFC 5546, 3.2.3).

Whatever octets come, it ends in an answer or in a reason, within the bounds of
`calendars.foreign`. Whether the answer is to an invitation of ours is not decided here.
"""

import re
from dataclasses import dataclass
from datetime import UTC, datetime

from icalendar.parser import Contentline

from calendars.foreign.parts import Moment, Part, PartError
from calendars.foreign.scanning import KEPT, Line, Raw, scan
from calendars.foreign.values import ImportingError
from calendars.foreign.zones import Zones

MOST_OCTETS = 256 * 1024
LONGEST_COMMENT = 1_000
ANSWERS = frozenset({"ACCEPTED", "DECLINED", "TENTATIVE", "DELEGATED", "COMPLETED", "IN-PROCESS"})
"""What an answer may be (RFC 5545, section 3.2.12); anything else says nothing yet."""
_ASKED = KEPT | {"ATTENDEE", "COMMENT"}
_DATED = frozenset({"VEVENT", "VTODO"})
_MAILTO = re.compile(r"\s*mailto:\s*([^\s@]{1,200}@[^\s@]{1,250})\s*", re.IGNORECASE)
_BAD = (ValueError, TypeError, KeyError, IndexError, AttributeError)


class ReplyError(ValueError):
    """Octets that hold no answer; the text says why."""


@dataclass(frozen=True, slots=True)
class Reply:
    """An answer. attendee: the mail address, as written. sequence: of what it answers.

    original: the occurrence of a repeating entry that it is about; None for all of it. said_at:
    in UTC; None where it does not say.
    """

    uid: str
    attendee: str
    sequence: int
    answer: str
    comment: str = ""
    original: Moment | None = None
    said_at: datetime | None = None


def parse_reply(octets: bytes) -> tuple[Reply, ...]:
    """The answers in a calendar, one for each occurrence that it names; raises `ReplyError`."""
    if len(octets) > MOST_OCTETS:
        raise ReplyError(f"it is larger than {MOST_OCTETS // 1024} KB, which no answer is")
    try:
        scanned = scan(octets, _ASKED)
    except ImportingError as error:
        raise ReplyError(str(error)) from None
    method = scanned.properties.get("METHOD", "").upper()
    if method != "REPLY":
        raise ReplyError(f"it is no answer: its METHOD is {method or 'not said'}")
    zones = Zones([raw for raw in scanned.components if raw.name == "VTIMEZONE"], [])
    found = tuple(_reply(raw, zones) for raw in scanned.components if raw.name in _DATED)
    if not found:
        raise ReplyError("it answers to nothing: no VEVENT is in it")
    return found


def _reply(raw: Raw, zones: Zones) -> Reply:
    attendees = [line for line in raw.lines if line.name == "ATTENDEE"]
    if len(attendees) != 1:
        raise ReplyError(f"an answer is from one ATTENDEE; it names {len(attendees)}")
    try:
        part = Part(raw, zones, None)
        original, said_at = part.moment("RECURRENCE-ID"), part.moment("DTSTAMP")
    except PartError as error:
        raise ReplyError(str(error)) from None
    if not part.uid():
        raise ReplyError("it has no UID, so nobody knows what it answers")
    address, answer = _attendee(attendees[0])
    return Reply(
        uid=part.uid(),
        attendee=address,
        sequence=part.number("SEQUENCE") or 0,
        answer=answer,
        comment=" ".join(part.text("COMMENT").split())[:LONGEST_COMMENT],
        original=original,
        said_at=_instant(said_at),
    )


def _attendee(line: Line) -> tuple[str, str]:
    """Who answers, and what."""
    try:
        _, parameters, value = Contentline(line.text).parts()  # type: ignore[no-untyped-call]
        answer = str(parameters.get("PARTSTAT", "")).upper()
    except _BAD:
        raise ReplyError("its ATTENDEE cannot be read") from None
    found = _MAILTO.fullmatch(value)
    if not found:
        raise ReplyError("its ATTENDEE has no mail address")
    if answer not in ANSWERS:
        raise ReplyError(f"it says neither yes nor no: {answer[:40] or 'no PARTSTAT'}")
    return found[1], answer


def _instant(moment: Moment | None) -> datetime | None:
    if moment is None or moment.zone != "UTC" or not isinstance(moment.at, datetime):
        return None
    return moment.at.replace(tzinfo=UTC)
