"""`python -m bench [--quick] [NAME ...]`: the measured comparisons.

Each prints its figures beside those of a named peer, taken in the same run, the ratio and its
aim. Read the ratios: the figures belong to the machine.
"""

import argparse
import os

from bench import check, delivery, feeds, memory, pages, planning

SUBJECTS = {
    "planning": planning.run,
    "memory": memory.run,
    "check": check.run,
    "delivery": delivery.run,
    "feeds": feeds.run,
    "pages": pages.run,
}


def main() -> None:
    """Run the subjects that are named, or all."""
    parser = argparse.ArgumentParser(prog="python -m bench", description="Measured comparisons.")
    parser.add_argument("names", nargs="*", metavar="NAME", help=", ".join(SUBJECTS))
    parser.add_argument("--quick", action="store_true", help="a smaller size")
    chosen = parser.parse_args()
    unknown = sorted(set(chosen.names) - SUBJECTS.keys())
    if unknown:
        parser.error(f"there is no {', '.join(unknown)}; there are {', '.join(SUBJECTS)}")
    print(f"{len(os.sched_getaffinity(0))} cores, load {os.getloadavg()[0]:.1f} at the beginning")
    for name in chosen.names or SUBJECTS:
        SUBJECTS[name](quick=chosen.quick)


if __name__ == "__main__":
    main()
