"""What is kept between two feeds, so that an edit costs by its own size: milestones as they are
shown, and their written parts. Several threads may use it.

How much is kept is bounded. What is not kept is made anew, and the feeds are the same.
"""

import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable, Sequence, Sized
from typing import Generic, TypeVar

from calendars.entry import Calendar, Entry
from calendars.feeds.parts import Part, Style, style_of
from calendars.feeds.registry import FORMATS
from scheduler.shown import Basis, Known, renewed

MOST = 100_000
"""So many milestones, and so many parts, are kept; more only of what was asked for last."""

Value = TypeVar("Value", bound=Sized)


class Shelf:
    """Implements `scheduler.published.Shelf` for feeds that cover the usual days."""

    def __init__(self, most: int = MOST) -> None:
        self._milestones: _Newest[_Milestones] = _Newest(most)
        self._parts: _Newest[_Parts] = _Newest(most)
        self._most = most

    def known(self, basis: Basis) -> Known:
        """The milestones in the plan's language; those of the last time where they still hold."""
        key = (basis.plan.language, basis.alarms)
        return self._milestones.use(key, _Milestones, lambda kept: kept.renewed(basis))

    def parts(self, form: str, calendar: Calendar) -> Sequence[Part]:
        """The parts of a calendar's entries; those of the last time where the entry is."""
        style = style_of(calendar)
        return self._parts.use(
            (form, style),
            lambda: _Parts(self._most),
            lambda kept: kept.written(form, style, calendar.entries),
        )


Answer = TypeVar("Answer")


class _Newest(Generic[Value]):
    """Values by key, those used last; of all others, no more than a number of things in them."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._values: OrderedDict[Hashable, Value] = OrderedDict()
        self._lock = threading.Lock()

    def use(
        self, key: Hashable, make: Callable[[], Value], work: Callable[[Value], Answer]
    ) -> Answer:
        """What `work` gives with the value of that key, which nobody else uses meanwhile."""
        with self._lock:
            value = self._values.pop(key, None)
            self._values[key] = value = make() if value is None else value
            answer = work(value)
            while len(self._values) > 1 and sum(map(len, self._values.values())) > self._most:
                self._values.popitem(last=False)
        return answer


class _Milestones:
    """The milestones as last shown."""

    def __init__(self) -> None:
        self._known: Known = {}
        self._before: Basis | None = None

    def __len__(self) -> int:
        return len(self._known)

    def renewed(self, basis: Basis) -> Known:
        self._known = renewed(basis, self._known, self._before)
        self._before = basis
        return self._known


class _Parts:
    """Entries and their parts in one format and style, by UID."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._kept: dict[str, tuple[Entry, Part]] = {}
        self._last: tuple[Sequence[Entry], list[Part]] = ((), [])

    def __len__(self) -> int:
        return len(self._kept)

    def written(self, form: str, style: Style, entries: Sequence[Entry]) -> list[Part]:
        """Written anew where the entry is another than the last one of its UID."""
        if len(self._kept) > max(self._most, 2 * len(entries)):
            self._kept = {}
        before, parts = self._last
        if len(before) == len(entries):
            found = list(parts)
            for place, (was, entry) in enumerate(zip(before, entries, strict=True)):
                if was is not entry:
                    found[place] = self._part(form, style, entry)
        else:
            found = [self._part(form, style, entry) for entry in entries]
        self._last = entries, found
        return found

    def _part(self, form: str, style: Style, entry: Entry) -> Part:
        known = self._kept.get(entry.uid)
        if known is None or known[0] is not entry:
            known = self._kept[entry.uid] = (entry, FORMATS[form].part(style, entry))
        return known[1]
