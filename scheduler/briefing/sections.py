"""PURE. The parts of a resolution in a briefing, and which items belong in each."""

from collections.abc import Callable, Iterable
from datetime import date
from typing import NamedTuple

from scheduler.briefing.document import Text
from scheduler.briefing.items import Chapter, Item, Outlook
from scheduler.briefing.period import day_of
from scheduler.briefing.telling import Telling


class Part(NamedTuple):
    """A heading's key, which items stand under it, and how each is told."""

    key: str
    holds: Callable[[Outlook, Item], bool]
    told: Callable[[Telling, Item], Text]


def is_promised(shown: Outlook, item: Item) -> bool:
    """Whether its date fell in the period, as it was when the period began or as it is."""
    return any(due in shown.period for due in (item.when.due, item.before.due) if due)


def is_done(shown: Outlook, item: Item) -> bool:
    """Done in the period; where only the plan says so, one that was due in it."""
    return item.state == "done" and _settled(shown, item)


def is_late(_shown: Outlook, item: Item) -> bool:
    """Past its date, and somebody is to say that it is done."""
    return item.state == "late"


def is_underway(shown: Outlook, item: Item) -> bool:
    """Open, not late, and spoken of in the period; or a meeting that was put off."""
    at = item.said.at if item.said else None
    told = at is not None and day_of(at, shown.plan.timezone) in shown.period
    put_off = item.when.due is not None and item.when.due < shown.ahead
    return item.open and item.state != "late" and (told or put_off)


def is_moved(_shown: Outlook, item: Item) -> bool:
    """With a change of date in the period."""
    return bool(item.moves)


def is_next(shown: Outlook, item: Item) -> bool:
    """Open, with a date ahead; of one that repeats only the next."""
    due = item.when.due
    return item.open and item.following and due is not None and due >= shown.ahead


def is_undated(_shown: Outlook, item: Item) -> bool:
    """Open, without a date."""
    return item.open and item.when.due is None


def is_cancelled(shown: Outlook, item: Item) -> bool:
    """Cancelled in the period; where only the plan says so, one that was due in it."""
    return item.state == "cancelled" and _settled(shown, item)


def _settled(shown: Outlook, item: Item) -> bool:
    if item.settled is not None:
        return item.settled in shown.period
    return is_promised(shown, item)


PARTS = (
    Part("done", is_done, Telling.done),
    Part("late", is_late, Telling.late),
    Part("underway", is_underway, Telling.underway),
    Part("moved", is_moved, Telling.moved),
    Part("dropped", is_cancelled, Telling.cancelled),
    Part("next", is_next, Telling.next),
    Part("undated", is_undated, Telling.undated),
)
"""In the order in which they stand under the table of what was promised."""


def items(shown: Outlook, chapter: Chapter, part: Callable[[Outlook, Item], bool]) -> list[Item]:
    """The items of a part by the date that is told of them; those without one last, in the order
    of the plan."""
    order = _as_promised if part in (is_promised, is_moved) else _as_it_is
    return sorted((item for item in chapter.items if part(shown, item)), key=order)


def count(
    shown: Outlook, chapters: Iterable[Chapter], part: Callable[[Outlook, Item], bool]
) -> int:
    """How many items of these tracks a part has."""
    return sum(part(shown, item) for chapter in chapters for item in chapter.items)


def _as_promised(item: Item) -> tuple[bool, date]:
    """By the date when the period began."""
    due = item.before.due or item.when.due
    return (due is None, due or date.max)


def _as_it_is(item: Item) -> tuple[bool, date]:
    """By the date in force."""
    due = item.when.due or item.before.due
    return (due is None, due or date.max)


def next_of(shown: Outlook, chapter: Chapter) -> Item | None:
    """The nearest that lies ahead."""
    ahead = [item for item in chapter.items if is_next(shown, item)]
    return min(ahead, key=lambda item: item.when.due or date.max, default=None)
