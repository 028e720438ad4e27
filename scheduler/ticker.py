"""The rounds of a service on the machine's clock.

The only user of APScheduler, and of it only as a ticker: a handful of rounds, each of which says
when it is next due, in a store in memory. What must not be forgotten stands in the database.
"""

import threading
from collections import Counter
from collections.abc import Mapping
from contextlib import suppress
from datetime import UTC, datetime, timedelta

import structlog
from apscheduler.executors.pool import ThreadPoolExecutor
from apscheduler.job import Job
from apscheduler.jobstores.base import JobLookupError
from apscheduler.jobstores.memory import MemoryJobStore
from apscheduler.schedulers.background import BackgroundScheduler
from apscheduler.triggers.date import DateTrigger

from scheduler.clock import Clock
from scheduler.ticking import Work

LONGEST_PAUSE = 30.0
"""Seconds. A round that fails is tried again after 1, 2, 4 ... and at the most so many."""
LOOKS = 30.0
"""Seconds between two looks at whether the clock was set back."""
_LOG = structlog.get_logger("milestones")


class Ticker:
    """Runs rounds, one at a time. `wake` calls for the round named `woken`, whoever sets it."""

    def __init__(
        self,
        clock: Clock,
        works: Mapping[str, Work],
        wake: threading.Event,
        woken: str = "deliver",
        looks: float = LOOKS,
    ) -> None:
        self._clock = clock
        self._works = works
        self._wake = wake
        self._woken = woken
        self._looks = looks
        self._scheduler = BackgroundScheduler(
            jobstores={"default": MemoryJobStore()},
            executors={"default": ThreadPoolExecutor(len(works) + 1)},
            job_defaults={"misfire_grace_time": None, "coalesce": True, "max_instances": 1},
            timezone=UTC,
        )
        self._one_at_a_time = threading.Lock()
        self._stopping = threading.Event()
        self._state = threading.Lock()
        self._next: dict[str, Job] = {}
        self._running: set[str] = set()
        self._again: set[str] = set()
        self._failures: Counter[str] = Counter()

    def start(self) -> None:
        """Begin; each round is due at once."""
        shown = self._clock.now()
        with self._state:
            for name in self._works:
                self._add(name, shown)
        self._scheduler.start()
        threading.Thread(target=self._follow, args=[shown], name="wake", daemon=True).start()

    def call(self, name: str) -> None:
        """Make a round due now; one that is running runs once more when it has ended.

        So a turn that began after the call follows each call.
        """
        with self._state:
            if name in self._running:
                self._again.add(name)
            elif name in self._works:
                self._add(name, self._clock.now())

    def _add(self, name: str, due: datetime) -> None:
        """Let a round be due then, in the place of what it waits for; `_state` is held.

        Each turn is an entry of APScheduler's by itself, never one under an id that is still at
        work: it would skip that, with a warning, and forget it, so that nothing was due any more.
        """
        if self._stopping.is_set():
            return
        if name in self._next:
            with suppress(JobLookupError):  # its turn has come, and waits for a thread
                self._next[name].remove()
        self._next[name] = self._scheduler.add_job(self._run, DateTrigger(due), args=[name])

    def _run(self, name: str) -> None:
        """One turn; it asks for the next. One whose time came while another was at work leaves it
        to that to run once more."""
        with self._state:
            if name in self._running:
                self._again.add(name)
                return
            self._running.add(name)
        due = self._work(name)
        with self._state:
            self._running.discard(name)
            if name in self._again:
                self._again.discard(name)
                due = self._clock.now()
            if due is not None:
                self._add(name, due)

    def _work(self, name: str) -> datetime | None:
        """A failure of the database or the network ends in waiting and going on."""
        try:
            with self._one_at_a_time:
                due = self._works[name](self._clock.now())
        except Exception as error:  # noqa: BLE001
            _LOG.error("round failed", round=name, error=f"{type(error).__name__}: {error}")
            self._failures[name] += 1
            pause = min(2.0 ** (self._failures[name] - 1), LONGEST_PAUSE)
            return self._clock.now() + timedelta(seconds=pause)
        del self._failures[name]
        return due

    def _follow(self, shown: datetime) -> None:
        """Look what is due next whenever a channel has finished its work.

        And call for every round where the clock was set back: each would be due only when it
        shows again what it showed before.
        """
        while not self._stopping.is_set():
            if self._wake.wait(self._looks):
                self._wake.clear()
                self.call(self._woken)
            now = self._clock.now()
            if now < shown:
                _LOG.warning("the clock was set back", seconds=round((shown - now).total_seconds()))
                for name in self._works:
                    self.call(name)
            shown = now

    def stop(self) -> None:
        """End when what is under way is done."""
        with self._state:
            self._stopping.set()
        self._wake.set()
        self._scheduler.remove_all_jobs()  # else its thread may stumble over one while it ends
        self._scheduler.shutdown(wait=True)
