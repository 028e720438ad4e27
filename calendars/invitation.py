"""PURE. An entry as a calendar invitation to one person (iTIP, RFC 5546), and its withdrawal.

One UID a message, that of the feeds. An update is a REQUEST with a higher SEQUENCE; whoever
calls sees to it that two messages never have the same SEQUENCE. A deadline stays whole days that
make nobody busy. What carries the bytes to the person (iMIP, RFC 6047) is no business of this
file.
"""

import re
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Literal

from calendars.entry import Entry, Override, State
from calendars.feeds.component import Kind
from calendars.feeds.feed import EntryError
from calendars.feeds.ical import PRODID
from calendars.feeds.repeats import zone_span
from calendars.feeds.vevent import VEVENT, written
from calendars.grammar import GrammarError, line, uri
from calendars.timezones import vtimezone

Method = Literal["REQUEST", "CANCEL"]

_UNQUOTABLE = re.compile(r'[\x00-\x1f\x7f"\ud800-\udfff]')
_ADDRESS = re.compile(r"[^\s@<>,;:\"]+@[^\s@<>,;:\"]+")


@dataclass(frozen=True, slots=True)
class Party:
    """The one who invites, or the one who is invited, by mail address."""

    email: str
    name: str = ""


@dataclass(frozen=True, slots=True)
class Invitation:
    """What one person is told of one entry.

    entry: with the SEQUENCE of this message. organiser: the mailbox that the mail comes from, or
    that its answers go to. stamp: when this was said, aware; it becomes DTSTAMP.
    """

    method: Method
    entry: Entry
    organiser: Party
    attendee: Party
    stamp: datetime
    language: str = "en"


def write(invitation: Invitation) -> bytes:
    """The calendar object that the mail carries.

    Raises `EntryError` for an entry without a date, for one that no calendar can hold, and for
    an address that is none.
    """
    entry = _told(invitation)
    if entry.when is None:
        raise EntryError("it has no date, so nobody can be invited to it")
    body = written(_kind(invitation), entry, language=invitation.language)
    head = ("BEGIN:VCALENDAR", "VERSION:2.0", f"PRODID:{PRODID}", "CALSCALE:GREGORIAN",
            f"METHOD:{invitation.method}")  # fmt: skip
    zones = "".join(vtimezone(*span) for span in zone_span(entry))
    return "".join(map(line, head)).encode() + zones.encode() + body + b"END:VCALENDAR\r\n"


def _told(invitation: Invitation) -> Entry:
    """The entry as the message has it: one stamp and no lower SEQUENCE in all its parts.

    A withdrawal takes back all of it. A REQUEST knows no cancelled occurrence (RFC 5546, section
    3.2.2): it is left out by EXDATE.
    """
    entry = replace(invitation.entry, modified=invitation.stamp, alarms=())
    if invitation.method == "CANCEL":
        return replace(entry, state="cancelled", overrides=())
    if entry.state == "cancelled":
        raise EntryError("it is cancelled; nobody is invited to it")
    gone = {one.original for one in entry.overrides if one.state == "cancelled"}
    kept = [one for one in entry.overrides if one.original not in gone]
    exdates: tuple[date | datetime, ...] = tuple({*entry.exdates, *gone})
    return replace(entry, overrides=tuple(_raised(one, entry) for one in kept), exdates=exdates)


def _raised(override: Override, entry: Entry) -> Override:
    sequence = max(override.sequence, entry.sequence)
    return replace(override, sequence=sequence, modified=entry.modified)


def _kind(invitation: Invitation) -> Kind:
    """An event with its two parties in each component."""
    parties = line(f"ORGANIZER{_party(invitation.organiser)}")
    asked = ";PARTSTAT=NEEDS-ACTION;RSVP=TRUE" if invitation.method == "REQUEST" else ""
    role = ";CUTYPE=INDIVIDUAL;ROLE=REQ-PARTICIPANT"
    parties += line(f"ATTENDEE{role}{asked}{_party(invitation.attendee)}")

    def standing(entry: Entry, state: State) -> str:
        return VEVENT.standing(entry, state) + parties

    return VEVENT._replace(standing=standing)


def _party(party: Party) -> str:
    """The end of ORGANIZER or ATTENDEE: the name (RFC 5545, section 3.2.2) and the address."""
    if not _ADDRESS.fullmatch(party.email):
        raise EntryError(f'"{party.email}" is no mail address, so no invitation can name it')
    name = _UNQUOTABLE.sub("'", party.name).strip()
    common = f';CN="{name}"' if name else ""
    try:
        return f"{common}:mailto:{uri(party.email)}"
    except GrammarError as error:
        raise EntryError(str(error)) from None
