"""Many scenarios side by side, each on a database of its own.

They wait for one another's servers and clocks more than they reckon, so that several go on at the
same time on one core.
"""

import shutil
import tempfile
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager, ExitStack, contextmanager
from functools import partial
from itertools import islice
from pathlib import Path
from queue import SimpleQueue

from tests import postgres
from tests.faults.scenarios.scenario import Result, Wards, births, play, prepare

SIDE_BY_SIDE = 4
Fresh = Callable[[], AbstractContextManager[str]]
"""A new database with its tables, gone afterwards; its URL."""


def play_all(
    seeds: Iterable[int], fresh: Fresh, most: int = SIDE_BY_SIDE
) -> Iterator[tuple[int, Result]]:
    """What came of each scenario, in the order of the seeds."""
    with ExitStack() as stack:
        free: SimpleQueue[Wards] = SimpleQueue()
        for _ in range(most):
            free.put(stack.enter_context(births()))
        pool = stack.enter_context(ThreadPoolExecutor(most))

        def played(seed: int) -> tuple[int, Result]:
            wards = free.get()
            try:
                with fresh() as url:
                    return seed, play(seed, url, wards)
            finally:
                free.put(wards)

        waiting = iter(seeds)
        while some := list(islice(waiting, 4 * most)):
            yield from pool.map(played, some)


@contextmanager
def on_sqlite() -> Iterator[Fresh]:
    """Databases that are copies of one file."""
    with tempfile.TemporaryDirectory(prefix="scenario-") as name:
        template = Path(name) / "m.sqlite"
        prepare(f"sqlite:///{template}")
        yield partial(_copy, template)


@contextmanager
def _copy(template: Path) -> Iterator[str]:
    with tempfile.TemporaryDirectory(prefix="scenario-") as folder:
        shutil.copy(template, folder)
        yield f"sqlite:///{folder}/{template.name}"


@contextmanager
def on_postgresql(server: postgres.Server) -> Iterator[Fresh]:
    """Databases that are copies of one that nobody uses."""
    with server.database() as template:
        prepare(template)
        name = template.partition("@/")[2].partition("?")[0]
        yield partial(server.database, f"TEMPLATE {name}")
