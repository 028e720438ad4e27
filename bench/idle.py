"""`python -m bench.idle serve|plan FILE URL`: wait with a plan in memory, and print the RSS in MB.

`serve` starts the service, goes once through its rounds and waits; `plan` only reads the plan.
"""

import gc
import sys
from pathlib import Path

from bench import plans
from bench.measure import resident_megabytes
from config.load import load
from scheduler.clock import ManualClock
from scheduler.outbox.database import Database
from scheduler.service import Service


def main() -> None:
    """Do what the arguments say."""
    what, file, url = sys.argv[1:]
    kept = _service(Path(file), url) if what == "serve" else load(Path(file)).plan
    gc.collect()
    print(f"{resident_megabytes():.1f}")
    if isinstance(kept, Service):
        kept.stop()


def _service(file: Path, url: str) -> Service:
    service = Service(file, Database(url), ManualClock(plans.NOW))
    service.start()
    for work in service.rounds().values():
        work(plans.NOW)
    return service


if __name__ == "__main__":
    main()
