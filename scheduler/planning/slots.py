"""PURE. What many occurrences and recipients share of their reminders, so that it is made once.

All occurrences of one policy and one due day have the same stages; and all who are reached alike
(zone, quiet hours, digest) get them at the same instants. What differs is only who and what.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, NamedTuple, cast

from scheduler.planning.stages import Stage
from scheduler.planning.timing import Reach, apart
from scheduler.planning.values import Occurrence, Reminder

MOST_KEPT = 4_096
"""So much of a kind is kept; then it is begun anew, so that memory is bounded."""
_Make = Callable[[type[Reminder], tuple[object, ...]], Reminder]
_made = cast(_Make, tuple.__new__)
"""A reminder of all its fields, in half the time that its class takes: there are millions."""


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


def reminders_of(occurrence: Occurrence, reach: Reach, slots: Iterable[Slot]) -> list[Reminder]:
    """The reminders of somebody who gets just her own stages."""
    one, due, milestone, who = occurrence.id, occurrence.due, occurrence.milestone, reach.id
    alone = apart(one)
    end = f"|{alone}" if alone else ""
    made = []
    for channel in reach.channels:
        way = f"{who}|{channel}|"
        made += [
            _made(Reminder, (
                one, due, stage, who, channel, None, milestone, at, day,
                f"{way}{clock}{end}", nominal, late, (), digest and way + digest, 0,
            ))
            for stage, at, day, clock, nominal, late, digest in slots
        ]  # fmt: skip
    return made
