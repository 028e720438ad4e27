"""What was reported, kept in memory, and read on from where it was read to.

What it comes to is always what reading everything would give (`told_from`); only what the new
reports touch is put together anew, so that a look costs what is new.
"""

import threading
from bisect import bisect_left, insort
from collections.abc import Iterable
from dataclasses import replace

from scheduler.outbox.history_store import HistoryStore
from scheduler.outbox.report_growth import Fresh, Heard
from scheduler.outbox.report_values import Attachment
from scheduler.outbox.values import StoredReport
from scheduler.planning.values import NOTHING_ENDED, Ended
from scheduler.reports.told import Told, said, told_from
from scheduler.standing import ended_ids


class Reported:
    """What the store held last; several threads may use it at once."""

    def __init__(self, history: HistoryStore) -> None:
        self._history = history
        self._lock = threading.Lock()
        self._heard = Heard()
        self._steps: set[int] = set()
        self._reports: dict[int, StoredReport] = {}
        self._of: dict[str, list[StoredReport]] = {}
        self._files: dict[int, list[Attachment]] = {}
        self._told = Told()
        self._ended = NOTHING_ENDED

    def read(self) -> Told:
        """All that was reported; what did not change is the very same as the last time."""
        with self._lock:
            return self._read()

    def ended(self) -> Ended:
        """The occurrences that are reported done or cancelled, as it counts for reminders."""
        with self._lock:
            self._read()
            return self._ended

    def _read(self) -> Told:
        fresh = self._history.fresh_reports(
            self._heard, self._reports.__contains__, self._steps.__contains__
        )
        before = self._told.states
        if fresh.whole:
            self._take_all(fresh)
        elif fresh.reports:
            self._add(fresh)
        self._steps.update(fresh.steps)
        self._heard = fresh.heard
        if self._told.states is not before:
            self._ended = ended_ids(self._told.states)
        return self._told

    def _take_all(self, fresh: Fresh) -> None:
        every = sorted(fresh.reports, key=said)
        self._steps.clear()
        self._reports = {one.id: one for one in every}
        self._of, self._files = {}, {}
        for one in every:
            self._of.setdefault(one.milestone, []).append(one)
        self._note_files(fresh.files)
        self._told = _keeping(self._told, told_from(every, fresh.files))

    def _add(self, fresh: Fresh) -> None:
        self._note_files(fresh.files)
        gone = [self._reports[one.id] for one in fresh.reports if one.id in self._reports]
        for one in gone:
            known = self._of[one.milestone]
            del known[bisect_left(known, said(one), key=said)]
        for one in fresh.reports:
            insort(self._of.setdefault(one.milestone, []), one, key=said)
            self._reports[one.id] = one
        touched = {one.milestone for one in fresh.reports}
        every = [one for key in touched for one in self._of[key]]
        files = [file for one in every for file in self._files.get(one.id, ())]
        part = told_from(sorted(every, key=said), files)
        self._told = self._told.with_anew(every, part, gone, fresh.reports)

    def _note_files(self, files: Iterable[Attachment]) -> None:
        for one in sorted(files, key=lambda file: file.id):
            self._files.setdefault(one.report, []).append(one)


def _keeping(old: Told, new: Told) -> Told:
    """The new one, with the old one's parts where they are the same."""
    same = {name: getattr(old, name) for name in Told.__slots__
            if getattr(old, name) == getattr(new, name)}  # fmt: skip
    return old if len(same) == len(Told.__slots__) else replace(new, **same)
