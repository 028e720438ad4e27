"""Taking times and printing figures: medians of runs in turn, and ratios of one run."""

import gc
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from statistics import median
from typing import NamedTuple

Work = Callable[[], float]
"""Does a piece of work once; returns the seconds that count."""
_NO_BYTECODE = "PYTHONDONTWRITEBYTECODE"


def seconds(work: Callable[[], object]) -> float:
    """How many seconds of the wall clock a piece of work takes."""
    gc.collect()
    begun = time.perf_counter()
    work()
    return time.perf_counter() - begun


def in_turn(works: Mapping[str, Work], rounds: int) -> dict[str, float]:
    """The median seconds of each, measured A B C A B C, so that a drift meets all alike."""
    taken: dict[str, list[float]] = {name: [] for name in works}
    for _ in range(rounds):
        for name, work in works.items():
            taken[name].append(work())
    return {name: median(found) for name, found in taken.items()}


class Spent(NamedTuple):
    """What a whole process took: seconds of the wall clock, and of the processor."""

    wall: float
    processor: float


def processes(commands: Mapping[str, Sequence[str]], rounds: int) -> dict[str, Spent]:
    """The medians of whole processes, in turn, after a run of each that is not counted.

    Bytecode is kept between the runs, as for a program that is installed.
    """
    taken: dict[str, list[Spent]] = {name: [] for name in commands}
    with folder() as cache:
        for command in commands.values():
            process(command, cache)
        for _ in range(rounds):
            for name, command in commands.items():
                taken[name].append(process(command, cache))
    return {
        name: Spent(median(one.wall for one in found), median(one.processor for one in found))
        for name, found in taken.items()
    }


def process(command: Sequence[str], cache: Path) -> Spent:
    """What one process takes. Raises RuntimeError where it fails."""
    kept = {name: value for name, value in os.environ.items() if name != _NO_BYTECODE}
    environment = kept | {"PYTHONPYCACHEPREFIX": str(cache)}
    before, begun = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
    done = subprocess.run(
        command,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        env=environment,
        check=False,
    )
    wall = time.perf_counter() - begun
    if done.returncode:
        raise RuntimeError(f"{' '.join(command)}: {done.stderr.decode().strip()}")
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    used = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return Spent(wall, used)


def resident_megabytes() -> float:
    """The memory that this process holds now (RSS), in megabytes. Linux only."""
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 1e6


def cores() -> int:
    """How many cores this process may use."""
    return len(os.sched_getaffinity(0))


@contextmanager
def cores_at_work(found: list[float]) -> Iterator[None]:
    """Add to `found` for how many seconds all cores together worked meanwhile. Linux only."""
    before = _worked()
    yield
    found.append(_worked() - before)


def _worked() -> float:
    """Seconds for which the cores worked, whoever for: all but idle, waiting and stolen time."""
    ticks = Path("/proc/stat").read_text(encoding="ascii").split("\n", 1)[0].split()[1:8]
    user, nice, system, _idle, _waiting, hard, soft = map(int, ticks)
    return (user + nice + system + hard + soft) / os.sysconf("SC_CLK_TCK")


@contextmanager
def folder() -> Iterator[Path]:
    """An empty folder on the disk, removed afterwards."""
    with tempfile.TemporaryDirectory(prefix="bench-", ignore_cleanup_errors=True) as name:
        yield Path(name)


def title(text: str) -> None:
    """A heading."""
    print(f"\n{text}\n{'-' * len(text)}", flush=True)


def figure(what: str, value: str) -> None:
    """A figure of no comparison."""
    print(f"  {what:<58} {value:>14}", flush=True)


def ratio(what: str, value: float, aim: float, *, below: bool = False, unit: str = "x") -> None:
    """A figure with an aim: at least so much, or with `below` less than so much."""
    met = value < aim if below else value >= aim
    word = "under" if below else "at least"
    verdict = "met" if met else "MISSED"
    print(
        f"  {what:<58} {value:>12.3g} {unit}   aim {word} {aim:g} {unit}: {verdict}",
        flush=True,
    )


def note(text: str) -> None:
    """A sentence on how something was measured, or why not."""
    print(f"  {text}", flush=True)


def python(*arguments: str) -> list[str]:
    """A command line of this Python."""
    return [sys.executable, *arguments]
