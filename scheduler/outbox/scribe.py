"""`python -m scheduler.outbox.scribe`: the process that `aside` begins.

It reads a database's address and lots from its input, and answers each lot that it has committed.
"""

import ctypes
import pickle
import signal
import sys
from contextlib import suppress

from scheduler.outbox.aside import WRITTEN
from scheduler.outbox.database import Database
from scheduler.outbox.planning_store import PlanningStore
from scheduler.uncollected import uncollected

_DIE_WITH_PARENT = 1
"""PR_SET_PDEATHSIG of prctl(2)."""


def main() -> None:
    """Write what comes in until nothing more does; a signal to all is the planner's to obey."""
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, signal.SIG_IGN)
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_DIE_WITH_PARENT, signal.SIGKILL)
    lots, answers = sys.stdin.buffer, sys.stdout.buffer
    sys.stdout = sys.stderr  # what anything else may print is no answer
    with suppress(EOFError), uncollected():
        store = PlanningStore(Database(pickle.load(lots)))
        while True:
            store.save_rows(pickle.load(lots), new=True)
            answers.write(WRITTEN)
            answers.flush()


if __name__ == "__main__":
    main()
