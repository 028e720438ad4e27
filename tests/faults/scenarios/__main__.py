"""Scenarios by the thousand: `python -m tests.faults.scenarios --scenarios 1000`."""

import argparse
import sys
import time
from contextlib import ExitStack

from tests import postgres
from tests.faults.lives import ward
from tests.faults.scenarios.scenario import Result, empty_sqlite, play, prepare


def main() -> int:
    """Play them one after the other; 1 where any has something to complain of."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--scenarios", type=int, default=1000)
    parser.add_argument("--seed", type=int, default=0, help="the number of the first")
    parser.add_argument("--database", choices=["sqlite", "postgresql"], default="sqlite")
    parser.add_argument("--minutes", type=float, default=1e9, help="stop after so many")
    told = parser.parse_args()
    total, bad, number = Result(), 0, told.seed
    ends = time.monotonic() + told.minutes * 60
    with ExitStack() as stack:
        births = stack.enter_context(ward("tests.faults.scenarios.lives"))
        server = stack.enter_context(postgres.server()) if told.database == "postgresql" else None
        for number in range(told.seed, told.seed + told.scenarios):
            with server.database() if server else empty_sqlite() as url:
                if server:
                    prepare(url)
                result = play(number, url, births)
            total, bad = total.plus(result), bad + bool(result.complaints)
            for line in result.complaints:
                print(f"seed {number} on {told.database}: {line}", flush=True)
            if time.monotonic() > ends:
                break
    print(
        f"{number - told.seed + 1} scenarios on {told.database}, {bad} with complaints: "
        f"{total.lives} lives, {total.kills} killed, {total.faults} faults met, "
        f"{total.messages} messages, {total.copies} copies with the same identity"
    )
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
