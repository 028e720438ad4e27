"""Long feeds as bytes: their segments are joined, packed and hashed once and kept.

The gzip of a feed is one member (RFC 1952) whose segments were deflated apart, each ended on a
whole octet (RFC 1951, section 2.3), so that after an edit only the changed one is packed again.
"""

import threading
import zlib
from collections import OrderedDict
from collections.abc import Iterable
from hashlib import blake2b
from typing import NamedTuple

from calendars.feeds.parts import Part, Whole, segments

MOST = 48_000_000
"""So many octets of segments, packed and not, are kept, those used last."""
LEVEL = 6
_HEAD = b"\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\xff"
"""A gzip header without a time or a name, so that the same content is the same octets."""
_END = b"\x03\x00"
"""An empty last block."""


class Segment(NamedTuple):
    """Some octets of a feed; `packed` is them deflated, without an end."""

    content: bytes
    packed: bytes
    digest: bytes


class Bytes(NamedTuple):
    """A feed: its octets, their gzip, and a hash of them, the same for the same feed."""

    content: bytes
    packed: bytes
    digest: str


class Segments:
    """The segments used last; several threads may use it."""

    def __init__(self, most: int = MOST) -> None:
        self._most = most
        self._octets = 0
        self._kept: OrderedDict[tuple[bytes, tuple[Part, ...]], Segment] = OrderedDict()
        self._lock = threading.Lock()

    def bytes_of(self, whole: Whole) -> Bytes:
        """A feed as `calendars.feeds.parts.joined` joins it, and its gzip."""
        with self._lock:
            runs = [self._segment(whole.between, one) for one in segments(whole.parts)]
        last = len(runs) - 1
        between = _made(whole.between)
        pieces = [_made(whole.head)]
        for number, one in enumerate(runs):
            pieces += [one] if number == last or not whole.between else [one, between]
        return _joined([*pieces, _made(whole.tail)])

    def __len__(self) -> int:
        return self._octets

    def _segment(self, between: bytes, parts: tuple[Part, ...]) -> Segment:
        key = (between, parts)
        found = self._kept.get(key)
        if found is not None:
            self._kept.move_to_end(key)
            return found
        found = self._kept[key] = _made(between.join(one.written for one in parts))
        self._octets += _size(found)
        while self._octets > self._most and len(self._kept) > 1:
            _, old = self._kept.popitem(last=False)
            self._octets -= _size(old)
        return found


def _size(segment: Segment) -> int:
    return len(segment.content) + len(segment.packed)


def _made(content: bytes) -> Segment:
    made = zlib.compressobj(LEVEL, zlib.DEFLATED, -zlib.MAX_WBITS)
    packed = made.compress(content) + made.flush(zlib.Z_SYNC_FLUSH) if content else b""
    return Segment(content, packed, blake2b(content, digest_size=32).digest())


def _joined(pieces: Iterable[Segment]) -> Bytes:
    every = list(pieces)
    content = b"".join([one.content for one in every])
    packed = b"".join([_HEAD, *[one.packed for one in every], _END, _check(content)])
    return Bytes(content, packed, _digest(every))


def _digest(pieces: Iterable[Segment]) -> str:
    """A hash of the hashes: the cuts are made by the content, so the same content has the same."""
    return blake2b(b"".join([one.digest for one in pieces]), digest_size=16).hexdigest()


def _check(content: bytes) -> bytes:
    size = len(content) & 0xFFFFFFFF
    return zlib.crc32(content).to_bytes(4, "little") + size.to_bytes(4, "little")
