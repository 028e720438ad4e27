"""PURE. A feed in pieces: one part for each entry, and what stands around them.

A part depends on its entry and a `Style` alone, so that whoever keeps it writes it once. Long
runs of parts are cut into segments where the parts themselves say so: after a change all
segments but the changed one are as before.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import blake2b
from typing import NamedTuple

from calendars.entry import Calendar, Entry
from calendars.feeds.feed import Broken, EntryError, Feed
from calendars.feeds.repeats import Span

_SEGMENT = 128
"""So many parts a segment has on the average."""


class Style(NamedTuple):
    """All that decides, beside the entry, how it is written; see `calendars.entry.Calendar`."""

    language: str = "en"
    windows: bool = False
    alarms: bool = False


@dataclass(frozen=True, slots=True, eq=False)
class Part:
    """One entry as written; two parts are never equal, each is only itself.

    written: "" for an entry that the format does not show. modified: the entry's. dated: whether
    it has a date. spans: the zones that it needs. broken: why it could not be written.
    last: whether a segment ends after it.
    """

    written: bytes
    modified: datetime
    dated: bool
    last: bool
    spans: tuple[Span, ...] = ()
    broken: Broken | None = None


class Whole(NamedTuple):
    """A feed before its parts are joined: `between` stands between any two of them."""

    head: bytes
    parts: Sequence[Part]
    between: bytes
    tail: bytes
    left_out: int
    broken: tuple[Broken, ...]


Write = Callable[[Style, Entry], bytes]
"""Writes one entry; raises `EntryError` where its format cannot hold it."""


def style_of(calendar: Calendar) -> Style:
    """How a calendar wants its entries written."""
    return Style(calendar.language, calendar.windows, calendar.alarms)


def part(
    write: Write,
    style: Style,
    entry: Entry,
    spans: Callable[[Entry], Iterable[Span]] = lambda _entry: (),
) -> Part:
    """An entry as `write` writes it; one that it cannot write is named in `broken`."""
    dated, last = entry.when is not None, _ends(entry.uid)
    try:
        return Part(write(style, entry), entry.modified, dated, last, tuple(spans(entry)))
    except EntryError as error:
        broken = Broken(entry.uid, str(error))
        return Part(b"", entry.modified, dated, last, (), broken)


def sound(parts: Sequence[Part]) -> tuple[Sequence[Part], tuple[Broken, ...]]:
    """The parts that were written, and what is broken in the others."""
    broken = tuple(one.broken for one in parts if one.broken is not None)
    return ([one for one in parts if one.broken is None] if broken else parts), broken


def segments(parts: Sequence[Part]) -> Iterator[tuple[Part, ...]]:
    """The parts in runs, each ended where a part says so: the same parts, the same runs."""
    begun = 0
    for end, one in enumerate(parts, 1):
        if one.last:
            yield tuple(parts[begun:end])
            begun = end
    if begun < len(parts):
        yield tuple(parts[begun:])


def joined(whole: Whole) -> Feed:
    """The feed as bytes."""
    body = whole.between.join(one.written for one in whole.parts)
    return Feed(b"".join((whole.head, body, whole.tail)), whole.left_out, whole.broken)


def _ends(uid: str) -> bool:
    """Whether a segment ends after the entry of this UID; so the rest do not shift with one."""
    digest = blake2b(uid.encode(errors="surrogatepass"), digest_size=4).digest()
    return int.from_bytes(digest, "big") % _SEGMENT == 0
