"""PURE. What many occurrences and recipients share of their reminders, so that it is made once.

All occurrences of one policy and one due day have the same stages; and all who are reached alike
(zone, quiet hours, digest) get them at the same instants. What differs is only who and what.
"""

from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, NamedTuple

from scheduler.planning.stages import Stage

MOST_KEPT = 4_096
"""So much of a kind is kept; then it is begun anew, so that memory is bounded."""


class Slot(NamedTuple):
    """A stage with its instant, for everybody who is reached alike.

    minute: `at` as the name of a message has it. digest: kind and day of the digest it waits for.
    """

    stage: str
    at: datetime
    day: date
    minute: str
    nominal: date
    late: bool
    digest: str | None


@dataclass(slots=True)
class Staged:
    """The stages of one policy and date. `shape` is what of them decides who gets them."""

    stages: list[Stage]
    shape: tuple[tuple[str, str], ...]
    slots: dict[tuple[object, ...], list[Slot]] = field(default_factory=dict)


def staged_of(found: list[Stage]) -> Staged:
    """The stages with their shape."""
    return Staged(found, tuple((one.kind, one.to) for one in found))


def room_for_more(kept: dict[Any, Any]) -> None:
    """Begin anew where too much is kept."""
    if len(kept) >= MOST_KEPT:
        kept.clear()
