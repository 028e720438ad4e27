"""`python -m bench.quiet FILE URL SECONDS`: what a waiting service does, counted; one JSON object.

The service runs on the machine's clock, without pages. Nothing is due in the time that is counted.
"""

import json
import sys
import time
from collections import Counter
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path

from sqlalchemy import event

from scheduler.clock import SystemClock
from scheduler.logs import configure
from scheduler.outbox.database import Database
from scheduler.service import Service
from scheduler.ticker import Ticker
from scheduler.ticking import Work

SETTLES = 12.0
"""Seconds after the start until counting begins."""
HEARTBEAT = frozenset({"beat", "attention", "invite", "deliver"})
"""The rounds of the half-minute look: two by themselves, and two that the beat calls."""


class Counted:
    """Rounds, and the statements in each; "" is outside of any."""

    def __init__(self) -> None:
        self.rounds: Counter[str] = Counter()
        self.statements: Counter[str] = Counter()
        self._now = ""

    def works(self, works: Mapping[str, Work]) -> dict[str, Work]:
        """The same rounds, which run one at a time."""
        return {name: self._one(name, work) for name, work in works.items()}

    def _one(self, name: str, work: Work) -> Work:
        def run(now: datetime) -> datetime | None:
            self.rounds[name] += 1
            self._now = name
            try:
                return work(now)
            finally:
                self._now = ""

        return run

    def statement(self, *_: object) -> None:
        """Count a statement where it belongs."""
        self.statements[self._now] += 1


def main() -> None:
    """Do what the arguments say."""
    file, url, span = sys.argv[1:]
    configure(as_json=True)
    counted, database = Counted(), Database(url)
    event.listen(database.engine, "before_cursor_execute", counted.statement)
    service = Service(Path(file), database, SystemClock(), role="no-web")
    service.start()
    works = counted.works(service.rounds())
    ticker = Ticker(service.clock, works, service.dispatcher.wake)
    service.attend(ticker.call)
    ticker.start()
    time.sleep(SETTLES)
    counted.rounds.clear()
    counted.statements.clear()
    switches, busy = _switches(), time.process_time()
    time.sleep(float(span))
    found = {
        "other rounds": sum(counted.rounds[name] for name in counted.rounds.keys() - HEARTBEAT),
        "other statements": sum(
            counted.statements[name] for name in counted.statements.keys() - HEARTBEAT
        ),
        "beats": counted.rounds["beat"],
        "statements": counted.statements.total(),
        "switches": _switches() - switches,
        "busy": time.process_time() - busy,
    }
    ticker.stop()
    service.stop()
    print(json.dumps(found), flush=True)


def _switches() -> int:
    """How often any thread has gone to sleep of itself."""
    total = 0
    for status in Path("/proc/self/task").glob("*/status"):
        text = status.read_text(encoding="ascii", errors="replace")
        total += int(text.partition("\nvoluntary_ctxt_switches:")[2].split()[0])
    return total


if __name__ == "__main__":
    main()
