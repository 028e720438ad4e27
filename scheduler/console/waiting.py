"""The plan that waits for consent, and what it would change."""

import threading
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

from config.load import load_texts
from config.plan import Plan
from config.problems import ConfigError
from scheduler.edits import SPAN, Edited, edited
from scheduler.inforce import InForce
from scheduler.outbox.history_store import HistoryStore
from scheduler.outbox.values import StoredPlan


@dataclass(frozen=True, slots=True)
class Difference:
    """A plan that waits, and what it changes against the one in force."""

    plan: Plan
    edited: Edited


class Waiting:
    """Works out the difference once for each pair of plans and day; it may take seconds."""

    def __init__(self, history: HistoryStore, force: InForce) -> None:
        self._history, self._force = history, force
        self._lock = threading.Lock()
        self._kept: tuple[tuple[str, str, date], Difference | None] | None = None

    def plan(self) -> StoredPlan | None:
        """The plan that waits, with its digest and why it does."""
        return self._history.plan("waiting")

    def rejected(self) -> StoredPlan | None:
        """The last plan that could not be used, where no good one has come since."""
        return self._history.plan("rejected")

    def difference(self, stored: StoredPlan, now: datetime) -> Difference | None:
        """What a plan would change from now on; None where this program cannot read it."""
        key = (self._force.digest, stored.digest, now.date())
        with self._lock:
            if self._kept is None or self._kept[0] != key:
                self._kept = (key, self._compared(stored, now))
            return self._kept[1]

    def _compared(self, stored: StoredPlan, now: datetime) -> Difference | None:
        path: Path = self._force.files.path
        try:
            plan = load_texts(stored.texts, path if path.is_dir() else path.parent).plan
        except ConfigError:  # kept by another version of the program, which could
            return None
        return Difference(plan, edited(self._force.plan, plan, now, now + SPAN))
