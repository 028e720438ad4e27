"""PURE. When a milestone's calendar entry was made and last changed, and its SEQUENCE.

A feed's stamps come from the history, never from the clock. The history keeps two short hashes
of each entry: when what is shown differs, the entry was modified; when its date, rule, status or
place differ, its sequence goes up (RFC 5545, section 3.8.7.4). An occurrence of a repeating entry
that differs from the rule is a component with a SEQUENCE of its own.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from hashlib import blake2b

from calendars.entry import AllDay, Calendar, Entry, Override
from calendars.feeds.feed import EntryError
from calendars.feeds.registry import FORMATS
from calendars.feeds.vevent import block
from calendars.wording import LANGUAGES

_NEVER = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Stamp:
    """The history of one entry: `created` and `modified` in UTC to the second.

    overrides: the occurrences that were ever elsewhere than the rule says, as last shown.
    """

    created: datetime
    modified: datetime
    sequence: int = 0
    look: str = ""
    placing: str = ""
    overrides: tuple[Override, ...] = ()


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
    return _hash(repr(bare).encode() + written + layouts().encode())


def unwritable(entry: Entry, language: str = "en") -> str:
    """Why the calendars leave an entry out; "" for one that they show."""
    try:
        block(unstamped(entry), language=language)
    except EntryError as error:
        return str(error)
    return ""


@lru_cache(maxsize=1)
def layouts() -> str:
    """A short hash of how this version of the product writes entries, in every format and
    language: a change of a label or a line is a change of what is shown."""
    day = date(2024, 4, 30)
    once = AllDay(day, day + timedelta(days=1))
    alarms = (timedelta(days=-1),)
    first = Entry("a@b", "A", once, "B", _NEVER, _NEVER, window=(day, day), alarms=alarms)
    second = replace(first, uid="c@b", rrule="FREQ=WEEKLY", alarms=())
    made = [
        form.write(Calendar("A", (first, second), language=language, alarms=True)).body
        for form in FORMATS.values()
        for language in LANGUAGES
    ]
    return _hash(b"".join(made))


def placing(entry: Entry) -> str:
    """A short hash of an entry's date, rule, status and place; its overrides have their own."""
    bare = unstamped(entry)
    decides = (bare.when, bare.precision, bare.certain, bare.window, bare.rrule, bare.exdates)
    return _hash(repr((decides, (), bare.state, bare.location)).encode())


def unstamped(entry: Entry) -> Entry:
    """The entry without its history, to be compared with another."""
    overrides = tuple(replace(one, sequence=0, modified=None) for one in entry.overrides)
    return replace(entry, created=_NEVER, modified=_NEVER, sequence=0, overrides=overrides)


def stamped(entry: Entry, stamp: Stamp) -> Entry:
    """The entry with its history."""
    overrides = numbered(entry.overrides, stamp.overrides, stamp.sequence)
    return replace(
        entry,
        created=stamp.created,
        modified=stamp.modified,
        sequence=stamp.sequence,
        overrides=overrides,
    )


def numbered(
    overrides: Iterable[Override], known: Iterable[Override], sequence: int
) -> tuple[Override, ...]:
    """The overrides, each with its own SEQUENCE, from what was `known` and the entry's own.

    It goes up by one when that occurrence moves or its state changes, and is never below the
    entry's, since programs drop an exception that is older than its rule (RFC 5546, section
    2.1.4: the highest SEQUENCE counts). A first one is one above the rule that it leaves.
    """
    before = {one.original: one for one in known}
    return tuple(
        replace(one, sequence=_number(one, before.get(one.original), sequence)) for one in overrides
    )


def _number(now: Override, before: Override | None, sequence: int) -> int:
    if before is None:
        return sequence + 1
    differs = (now.start, now.state) != (before.start, before.state)
    return max(before.sequence, sequence) + differs


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
    return Stamp(old.created, modified, sequence, look, placing, old.overrides)


def _hash(content: bytes) -> str:
    return blake2b(content, digest_size=12).hexdigest()
