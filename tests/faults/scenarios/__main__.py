"""Scenarios by the thousand: `python -m tests.faults.scenarios --scenarios 1000`."""

import argparse
import sys
import time
from contextlib import ExitStack

from tests import postgres
from tests.faults.scenarios.many import SIDE_BY_SIDE, Fresh, on_postgresql, on_sqlite, play_all
from tests.faults.scenarios.scenario import Result


def main() -> int:
    """Play them and sum up; 1 where any has something to complain of."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--scenarios", type=int, default=1000)
    parser.add_argument("--seed", type=int, default=0, help="the number of the first")
    parser.add_argument("--database", choices=["sqlite", "postgresql"], default="sqlite")
    parser.add_argument("--side-by-side", type=int, default=SIDE_BY_SIDE)
    parser.add_argument("--minutes", type=float, default=1e9, help="stop after so many")
    told = parser.parse_args()
    total, played, bad = Result(), 0, 0
    began = time.monotonic()
    with ExitStack() as stack:
        fresh = _fresh(stack, told.database)
        seeds = range(told.seed, told.seed + told.scenarios)
        for seed, result in play_all(seeds, fresh, told.side_by_side):
            total, played, bad = total.plus(result), played + 1, bad + bool(result.complaints)
            for line in result.complaints:
                print(f"seed {seed} on {told.database}: {line}", flush=True)
            if time.monotonic() - began > told.minutes * 60:
                break
    print(
        f"{played} scenarios on {told.database} in {(time.monotonic() - began) / 60:.1f} minutes, "
        f"{bad} with complaints: {total.lives} lives of nodes, {total.kills} killed, "
        f"{total.cuts} connections to the database cut, {total.faults} faults of servers met, "
        f"{total.messages} messages, {total.copies} copies with the same identity"
    )
    return 1 if bad else 0


def _fresh(stack: ExitStack, database: str) -> Fresh:
    if database == "sqlite":
        return stack.enter_context(on_sqlite())
    return stack.enter_context(on_postgresql(stack.enter_context(postgres.server())))


if __name__ == "__main__":
    sys.exit(main())
