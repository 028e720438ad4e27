"""The stamps in the store, read again only where they changed.

A service looks every half minute whether others have written something, and mostly they have not.
"""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from scheduler.entry_stamps import stamps_of
from scheduler.outbox.history_store import HistoryStore
from scheduler.stamps import Stamp

Row = Mapping[str, Any]


class Stamping(NamedTuple):
    """The stamps by milestone, and the rows of those that left the plan."""

    stamps: Mapping[str, Stamp]
    left: Sequence[Row]


class Stamps:
    """What the store held last; for one thread at a time."""

    def __init__(self, history: HistoryStore) -> None:
        self._history = history
        self._marks: Mapping[str, tuple[int, int | None]] = {}
        self._left: Mapping[str, Row] = {}
        self._stamps: Mapping[str, Stamp] = {}

    def read(self) -> Stamping:
        """All of them; where nothing changed, the very same mapping as the last time.

        A changed entry has another `modified` for its row (`scheduler.stamps.restamped`).
        """
        marks = self._history.stamp_marks()
        known = self._marks
        if marks != known:
            rows = self._history.stamp_rows(
                [key for key, mark in marks.items() if known.get(key) != mark]
            )
            self._take(rows, marks)
            self._marks = marks
        return Stamping(self._stamps, list(self._left.values()))

    def _take(self, rows: Sequence[Row], marks: Mapping[str, object]) -> None:
        kept = {key: one for key, one in self._stamps.items() if key in marks}
        self._stamps = {**kept, **stamps_of(rows)}
        read = {row["id"] for row in rows}
        left = {key: row for key, row in self._left.items() if key in marks and key not in read}
        self._left = left | {row["id"]: row for row in rows if row["gone_at"] is not None}
