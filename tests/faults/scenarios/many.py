"""Many scenarios side by side, each on a database of its own.

Each waits for its servers and nodes, so that several go on at the same time on one core.
"""

import os
import shutil
import tempfile
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import AbstractContextManager, ExitStack, closing, contextmanager
from functools import partial
from pathlib import Path
from queue import Empty, SimpleQueue
from typing import Any

from sqlalchemy import Connection, Table, insert, select, text

from scheduler.outbox.access_tables import metadata
from scheduler.outbox.database import Database
from tests import postgres
from tests.faults.scenarios.births import births
from tests.faults.scenarios.scenario import Result, Wards, play, prepare

SIDE_BY_SIDE = 4
_AHEAD = 4
"""How many scenarios for each side may be begun, or wait, after the one that is told next."""
_MEMORY = "/dev/shm"
Fresh = Callable[[], AbstractContextManager[str]]
"""A database as new, with its tables, for one scenario; its URL."""


def play_all(
    seeds: Iterable[int], fresh: Fresh, most: int = SIDE_BY_SIDE
) -> Iterator[tuple[int, Result]]:
    """What came of each scenario, in the order of the seeds."""
    with ExitStack() as stack:
        free: SimpleQueue[Wards] = SimpleQueue()
        for one in stack.enter_context(births(most, stack.enter_context(fresh()))):
            free.put(one)
        pool = stack.enter_context(ThreadPoolExecutor(most))

        def played(seed: int) -> tuple[int, Result]:
            wards = free.get()
            try:
                with fresh() as url:
                    return seed, play(seed, url, wards)
            finally:
                free.put(wards)

        begun: deque[Future[tuple[int, Result]]] = deque()
        stack.callback(lambda: [one.cancel() for one in begun])
        for seed in seeds:
            begun.append(pool.submit(played, seed))
            if len(begun) > _AHEAD * most:
                yield begun.popleft().result()
        while begun:
            yield begun.popleft().result()


@contextmanager
def on_sqlite() -> Iterator[Fresh]:
    """Databases that are copies of one file; in memory, where the machine has a place for it.

    It is processes that are killed, not the machine: what was written is there for the next one,
    whether it has reached a disk or not.
    """
    with tempfile.TemporaryDirectory(prefix="scenario-", dir=_in_memory()) as name:
        template = Path(name) / "m.sqlite"
        prepare(f"sqlite:///{template}")
        yield partial(_copy, template)


def _in_memory() -> str | None:
    return _MEMORY if os.access(_MEMORY, os.W_OK) else None


@contextmanager
def _copy(template: Path) -> Iterator[str]:
    with tempfile.TemporaryDirectory(prefix="scenario-", dir=template.parent) as folder:
        shutil.copy(template, folder)
        yield f"sqlite:///{folder}/{template.name}"


@contextmanager
def on_postgresql(server: postgres.Server) -> Iterator[Fresh]:
    """Databases that are emptied and used again: to copy one costs as much as many lives."""
    with ExitStack() as stack:
        template = stack.enter_context(server.database())
        prepare(template)
        kept = rows_of(template)
        name = template.partition("@/")[2].partition("?")[0]
        free: SimpleQueue[str] = SimpleQueue()

        @contextmanager
        def fresh() -> Iterator[str]:
            try:
                url = free.get_nowait()
            except Empty:
                url = stack.enter_context(server.database(f"TEMPLATE {name}"))
            yield url
            _empty(url, kept)
            free.put(url)

        yield fresh


Rows = Mapping[Table, list[dict[str, Any]]]
"""What stands in each table."""


def rows_of(url: str) -> Rows:
    """What stands in a database; nobody is connected to it afterwards."""

    def read(connection: Connection) -> Rows:
        return {
            table: [dict(row._mapping) for row in connection.execute(select(table))]
            for table in metadata.sorted_tables
        }

    with closing(Database(url)) as database:
        return database.read(read)


def _empty(url: str, kept: Rows) -> None:
    """Let nothing stand in a database but this; whoever was left connected to it is cut off."""
    names = ", ".join(table.name for table in kept)

    def work(connection: Connection) -> None:
        connection.execute(text(_CUT_OFF))
        connection.execute(text(f"TRUNCATE {names} RESTART IDENTITY"))
        for table, rows in kept.items():
            if rows:
                connection.execute(insert(table), rows)

    with closing(Database(url)) as database:
        database.write(work)


_CUT_OFF = """\
SELECT pg_terminate_backend(pid, 10000) FROM pg_stat_activity
WHERE datname = current_database() AND pid <> pg_backend_pid()"""
