"""`python -m bench [--quick] [--database KIND] [NAME ...]`: the measured comparisons.

Each prints its figures beside those of a named peer, taken in the same run, the ratio and its
aim. Read the ratios: the figures belong to the machine.
"""

import argparse
import os
from collections.abc import Callable
from functools import partial

from bench import check, delivery, feeds, looks, memory, pages, planning, sizes

SUBJECTS: dict[str, Callable[..., None]] = {
    "planning": planning.run,
    "memory": memory.run,
    "check": check.run,
    "delivery": delivery.run,
    "feeds": feeds.run,
    "pages": pages.run,
    "sizes": sizes.run,
    "looks": looks.run,
}


def main() -> None:
    """Run the subjects that are named, or all."""
    parser = argparse.ArgumentParser(prog="python -m bench", description="Measured comparisons.")
    parser.add_argument("names", nargs="*", metavar="NAME", help=", ".join(SUBJECTS))
    parser.add_argument("--quick", action="store_true", help="a smaller size")
    parser.add_argument(
        "--database", choices=[*sizes.KINDS, "both"], default="both", help="for sizes and looks"
    )
    chosen = parser.parse_args()
    unknown = sorted(set(chosen.names) - SUBJECTS.keys())
    if unknown:
        parser.error(f"there is no {', '.join(unknown)}; there are {', '.join(SUBJECTS)}")
    kinds = sizes.KINDS if chosen.database == "both" else (chosen.database,)
    several = {"sizes": partial(sizes.run, kinds=kinds), "looks": partial(looks.run, kinds=kinds)}
    subjects = SUBJECTS | several
    print(f"{len(os.sched_getaffinity(0))} cores, load {os.getloadavg()[0]:.1f} at the beginning")
    for name in chosen.names or SUBJECTS:
        subjects[name](quick=chosen.quick)
    print(f"\nload {os.getloadavg()[0]:.1f} at the end")


if __name__ == "__main__":
    main()
