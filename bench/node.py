"""`python -m bench.node WHAT FILE URL ...`: one process of the measurements of sizes.

It prints one JSON object. `deliver` and `serve` print a line when they are ready, and go on when
they are sent one.
"""

import ctypes
import gc
import json
import os
import sys
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

from bench import plans
from bench.delivery import AT, crew
from bench.measure import resident_megabytes, seconds
from config.load import load
from config.plan import Plan
from scheduler.clock import ManualClock
from scheduler.logs import configure
from scheduler.outbox.database import Database
from scheduler.outbox.delivery_store import DeliveryStore
from scheduler.outbox.dispatch import Dispatcher
from scheduler.planner import Counts
from scheduler.planning.values import Ended
from scheduler.service import Service, real

EDITS = 3


def planned(file: Path, url: str) -> dict[str, object]:
    """A service's first start with a plan, and what it does after each of some edits."""
    service = Service(file, Database(url), ManualClock(plans.NOW))
    applied = _Applied(service.planning.apply)
    service.planning.apply = applied  # type: ignore[method-assign]
    anew = seconds(service.start)
    first, counts = applied.taken, service.history.counts()
    text, reloads, again = file.read_text(encoding="utf-8"), [], []
    for turn in range(1, EDITS + 1):
        text = plans.one_edit(text, len(service.plan.milestones) // (turn + 1))
        file.write_text(text, encoding="utf-8")
        later = plans.NOW + timedelta(hours=turn)
        reloads.append(seconds(lambda now=later: service.reload(now)))  # type: ignore[misc]
        again.append(applied.taken)
    service.stop()
    return {
        "anew": anew, "first": first, "reloads": reloads, "again": again,
        "planned": counts.get("planned", 0), "plan": applied.before, "more": applied.more,
    }  # fmt: skip


class _Applied:
    """Planning as it is, with its seconds, and for the first time its memory in megabytes."""

    def __init__(self, inner: Callable[..., Counts]) -> None:
        self._inner = inner
        self.taken = 0.0
        self.before = self.more = 0.0

    def __call__(self, plan: Plan, now: datetime, previous: Plan | None, ended: Ended) -> Counts:
        counts: list[Counts] = []
        measured = not self.before
        if measured:
            self.before = _forget_peak()
        self.taken = seconds(lambda: counts.append(self._inner(plan, now, previous, ended)))
        if measured:
            self.more = _peak_megabytes() - self.before
        return counts[0]


def _forget_peak() -> float:
    """Give unused memory back, and count the peak from now on; what is held, in megabytes."""
    gc.collect()
    ctypes.CDLL(None).malloc_trim(0)
    Path("/proc/self/clear_refs").write_text("5", encoding="ascii")
    return resident_megabytes()


def _peak_megabytes() -> float:
    status = Path("/proc/self/status").read_text(encoding="ascii")
    return float(status.partition("VmHWM:")[2].split()[0]) / 1e3


def start(file: Path, url: str) -> dict[str, object]:
    """The start of a service whose plan is in force."""
    service = Service(file, Database(url), ManualClock(plans.NOW + timedelta(days=1)))
    taken = seconds(service.start)
    service.stop()
    return {"seconds": taken}


def deliver(file: Path, url: str, port: str, connections: str) -> dict[str, object]:
    """Send what is due together with other processes, once all are ready."""
    database = Database(url)
    sending = crew(load(file).plan, database, int(port), int(connections))
    store, worker = DeliveryStore(database), f"worker-{os.getpid()}"
    dispatcher = Dispatcher(store, ManualClock(AT), sending, worker)
    _wait()
    sent = dispatcher.run_due()
    database.close()
    return {"sent": sent}


def serve(file: Path, url: str) -> dict[str, object]:
    """A service on the machine's clock, until it is told to end."""
    service, ticker = real(file, Database(url), "no-web")
    ticker.start()
    _wait()
    ticker.stop()
    service.stop()
    return {}


def _wait() -> None:
    print("ready", flush=True)
    sys.stdin.readline()


def main() -> None:
    """Do what the arguments say."""
    what, file, *others = sys.argv[1:]
    configure(as_json=True)
    works: dict[str, Callable[..., dict[str, object]]] = {
        "plan": planned, "start": start, "deliver": deliver, "serve": serve,
    }  # fmt: skip
    print(json.dumps(works[what](Path(file), *others)), flush=True)


if __name__ == "__main__":
    main()
