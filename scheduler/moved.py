"""The dates that moved, kept in memory, and read on from where they were read to."""

from bisect import insort
from collections.abc import Mapping, Sequence

from scheduler.outbox.growth import Extent
from scheduler.outbox.planning_store import PlanningStore
from scheduler.outbox.values import StoredMove

Moves = Mapping[str, Sequence[StoredMove]]
"""Milestone -> every change of date of its occurrences, the oldest first."""


class Moved:
    """What the store held last; for one thread at a time."""

    def __init__(self, store: PlanningStore) -> None:
        self._store = store
        self._known = Extent()
        self._numbers: set[int] = set()
        self._moves: Moves = {}

    def read(self) -> Moves:
        """All of them; where none came, the very same mapping as the last time."""
        came, grown = self._store.fresh_moves(self._known, self._numbers.__contains__)
        self._known = grown.extent
        if not came and not grown.whole:
            return self._moves
        if grown.whole:
            self._numbers.clear()
        self._numbers.update(one.id for one in came)
        known = {} if grown.whole else self._moves
        touched = {one.milestone: list(known.get(one.milestone, ())) for one in came}
        for one in came:
            insort(touched[one.milestone], one, key=lambda move: (move.at, move.id))
        found = {**known, **touched}
        if found != self._moves:
            self._moves = found
        return self._moves
