"""PURE. What goes with a report: each step of its review, and a file.

Instants are aware and in UTC.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from scheduler.outbox.values import Review, StoredReport

SUBMITTED: tuple[Review, ...] = ("submitted",)
"""The state of what waits for a decision."""


@dataclass(frozen=True, slots=True)
class ReviewStep:
    """One step of a report's review.

    by: the id of the person who took it, "" for whoever has the command line. word: what she said
    of it, "" for nothing.
    """

    report: int
    at: datetime
    by: str
    state: Review
    word: str = ""


@dataclass(frozen=True, slots=True)
class Upload:
    """A file that comes with a report. kind: its media type, as found by its content."""

    name: str
    kind: str
    octets: bytes


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file that is kept with a report, without its content. digest: SHA-256, in hexadecimal."""

    id: int
    report: int
    name: str
    kind: str
    size: int
    digest: str


class Attached(NamedTuple):
    """A file with the report that it came with, and its content."""

    file: Attachment
    report: StoredReport
    octets: bytes
