"""PURE. When a milestone's calendar entry was made and last changed, and its SEQUENCE.

A feed's stamps come from the history, never from the clock. The history keeps two short hashes
of each entry: when what is shown differs, the entry was modified; when its date, rule, status or
place differ, its sequence goes up (RFC 5545, section 3.8.7.4).
"""

from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from hashlib import blake2b

from calendars.entry import Entry
from calendars.feeds.feed import EntryError
from calendars.feeds.vevent import block

_NEVER = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Stamp:
    """The history of one entry: `created` and `modified` in UTC to the second."""

    created: datetime
    modified: datetime
    sequence: int = 0
    look: str = ""
    placing: str = ""


UNSTAMPED = Stamp(_NEVER, _NEVER)
"""For an entry that is only to be compared, not published."""


def look(entry: Entry, language: str = "en") -> str:
    """A short hash of everything a feed shows of an entry, its layout included.

    A new version of the product that writes entries otherwise gives another hash, so that
    programs which keep an entry until its stamp changes fetch the new one.
    """
    bare = unstamped(entry)
    try:
        written = block(bare, language=language)
    except EntryError:
        written = b""
    return _hash(repr(bare).encode() + written)


def placing(entry: Entry) -> str:
    """A short hash of an entry's date, rule, status and place."""
    bare = unstamped(entry)
    decides = (bare.when, bare.precision, bare.certain, bare.window, bare.rrule, bare.exdates)
    return _hash(repr((decides, bare.overrides, bare.state, bare.location)).encode())


def unstamped(entry: Entry) -> Entry:
    """The entry without its history, to be compared with another."""
    overrides = tuple(replace(one, sequence=0, modified=None) for one in entry.overrides)
    return replace(entry, created=_NEVER, modified=_NEVER, sequence=0, overrides=overrides)


def stamped(entry: Entry, stamp: Stamp) -> Entry:
    """The entry with its history; an occurrence that differs has the milestone's sequence."""
    overrides = tuple(replace(one, sequence=stamp.sequence) for one in entry.overrides)
    return replace(
        entry,
        created=stamp.created,
        modified=stamp.modified,
        sequence=stamp.sequence,
        overrides=overrides,
    )


def restamped(old: Stamp | None, look: str, placing: str, now: datetime) -> Stamp:
    """The stamp after a look at the entry at `now`: the old one where nothing differs.

    Neither time nor sequence ever goes back, and a changed entry has another `modified` even
    within the same second.
    """
    second = now.astimezone(UTC).replace(microsecond=0)
    if old is None:
        return Stamp(second, second, 0, look, placing)
    if (old.look, old.placing) == (look, placing):
        return old
    modified = max(second, old.modified + timedelta(seconds=1))
    sequence = old.sequence + (old.placing != placing)
    return Stamp(old.created, modified, sequence, look, placing)


def _hash(content: bytes) -> str:
    return blake2b(content, digest_size=12).hexdigest()
