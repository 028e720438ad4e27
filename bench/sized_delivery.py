"""The rows on delivery: by several processes, over a near and a far line, and late by how much."""

import math
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from datetime import UTC, date, datetime, timedelta
from functools import partial
from itertools import cycle, islice
from pathlib import Path
from statistics import median
from typing import NamedTuple

from sqlalchemy import bindparam, select, update

from bench import peers, plans
from bench.databases import opened
from bench.delivery import AT
from bench.measure import cores, cores_at_work, figure, in_turn
from bench.nodes import ready, together
from bench.places import OnPostgresql, Place
from bench.slowed import slowed
from bench.table import Row
from config.load import load_texts
from scheduler.channels import MAIL_CONNECTIONS
from scheduler.outbox.database import Database
from scheduler.outbox.history_store import HistoryStore
from scheduler.outbox.planning_store import PlanningStore
from scheduler.outbox.tables import reminders
from scheduler.outbox.types import Instant
from scheduler.planner import Planning
from scheduler.planning.forecast import forecast
from scheduler.planning.values import NOTHING_ENDED

WORKERS = (1, 2, 4, 8)
NODES = 2
"""The processes that are measured against one connection of smtplib."""
DISTINCT = 200
"""How many different mails the bare loop has; it sends them over and over."""
A_MINUTE = 1_000
"""The reminders that come due a minute where lateness is measured."""
BEFORE = timedelta(seconds=45)
"""How long before the first is due a service may take to start."""
PATIENCE = 120.0
"""Seconds after the last was due for all to be sent."""
ROUNDS = 3
SLOW = 0.1
"""The part of a core that each of eight workers may have, so that the servers have one."""
_CHANNEL = """
[channels.email]
type = "email"
host = "127.0.0.1"
port = {port}
security = "none"
from = "tracker@example.org"
"""


class Amount(NamedTuple):
    """How many mails: to a near server, to a far one by the bare loop and by ours; by workers;
    and how many come due at a thousand a minute."""

    near: int
    far_bare: int
    far: int
    workers: int
    timed: int


class Ports(NamedTuple):
    """The mail server's port, and that of a slow line to it."""

    near: int
    far: int


def rows(place: Place, folder: Path, ports: Ports, amount: Amount) -> Iterator[Row]:
    """The rows of one database."""
    yield _against_bare(place, folder, ports.near, amount.near, amount.near, 0.5, "")
    yield _against_bare(
        place, folder, ports.far, amount.far_bare, amount.far, 7, " with 20 ms to the server"
    )
    if isinstance(place, OnPostgresql):
        yield from _by_workers(place, folder, ports.near, amount.workers, "")
        yield from _by_workers(
            place, folder, ports.far, amount.workers, " with 20 ms to the server"
        )
        yield from _by_slow_workers(place, folder, ports.near, amount.workers // 6)
    for spread in (True, False):
        yield _late(place, folder, ports.near, amount.timed, spread=spread)


def _against_bare(
    place: Place, folder: Path, port: int, bare: int, ours: int, aim: float, line: str
) -> Row:
    mails = list(_mails(bare))
    taken = in_turn(
        {
            "bare": partial(peers.by_bare_smtplib, mails, port),
            "ours": partial(_nodes, place, folder, port, ours, NODES),
        },
        ROUNDS,
    )
    mine, its = ours / taken["ours"], bare / taken["bare"]
    return Row(f"deliver {ours:,} mails{line}, {NODES} processes", place.name,
               f"{mine:,.0f} a second", f"{its:,.0f} a second", mine / its, aim)  # fmt: skip


def _mails(count: int) -> Iterator[tuple[str, bytes]]:
    """Mails as the product writes them, built before."""
    distinct = min(count, DISTINCT)
    plan = load_texts({"plan.toml": _text(distinct)}).plan
    found = forecast(plan, plans.NOW, AT + timedelta(days=1))
    return islice(cycle(peers.mails(peers.pages(plan, found, AT))), count)


def _text(count: int) -> str:
    return plans.plan_text(count, people=count, policy="once", days=1)


def _by_workers(place: Place, folder: Path, port: int, count: int, line: str) -> Iterator[Row]:
    """Against one, and, where the cores and not the line are the end, against what they can give.

    What all cores did for each mail of one worker, servers included, says how many mails they
    could do at the most.
    """
    busy: list[float] = []
    works = {str(one): partial(_nodes, place, folder, port, count, one) for one in WORKERS}
    works["1"] = partial(works["1"], busy=busy)
    taken = in_turn(works, ROUNDS)
    alone = taken["1"]
    for one in WORKERS[1:]:
        yield Row(f"{one} worker processes{line}", place.name,
                  f"{count / taken[str(one)]:,.0f} a second", f"{count / alone:,.0f} a second",
                  alone / taken[str(one)], None)  # fmt: skip
    if not line:
        most, two = count * cores() / median(busy), count / taken[str(NODES)]
        yield Row(f"{NODES} worker processes, of what the cores give at most", place.name,
                  f"{two:,.0f} a second", f"{most:,.0f} a second", two / most, 0.8)  # fmt: skip


def _by_slow_workers(place: Place, folder: Path, port: int, each: int) -> Iterator[Row]:
    """As on a machine with a core for each, that is slow; the servers have what they need.

    each: so many mails for each worker.
    """
    works = {
        str(one): partial(_nodes, place, folder, port, each * one, one, SLOW) for one in WORKERS
    }
    taken = in_turn(works, ROUNDS)
    alone = each / taken["1"]
    for one in WORKERS[1:]:
        found = each * one / taken[str(one)]
        yield Row(f"{one} worker processes, each with {SLOW:.0%} of a core", place.name,
                  f"{found:,.0f} a second", f"{alone:,.0f} a second",
                  found / alone, 0.8 * one)  # fmt: skip


def _nodes(
    place: Place,
    folder: Path,
    port: int,
    count: int,
    processes: int,
    share: float = 1.0,
    busy: list[float] | None = None,
) -> float:
    """Seconds in which so many processes together claim, render, send and record all.

    share: the part of the time that each of them may run. busy: takes the seconds for which the
    cores of the machine worked meanwhile.
    """
    with _planned(place, folder, _text(count)) as (file, url):
        arguments = ("deliver", str(file), url, str(port), str(MAIL_CONNECTIONS))
        with ready(processes, *arguments) as running, ExitStack() as stack:
            if share < 1.0:
                stack.enter_context(slowed([one.pid for one in running], share))
            with cores_at_work([] if busy is None else busy):
                taken = together(running)
        _must_be_sent(url, count)
    return taken


@contextmanager
def _planned(place: Place, folder: Path, text: str) -> Iterator[tuple[Path, str]]:
    file, url = folder / "deliver.toml", place.new()
    file.write_text(text, encoding="utf-8")
    with opened(url) as database:
        plan = load_texts({"plan.toml": text}).plan
        Planning(PlanningStore(database)).apply(plan, plans.NOW, None, NOTHING_ENDED)
    yield file, url


def _must_be_sent(url: str, count: int) -> None:
    database = Database(url)
    found = HistoryStore(database).counts()
    database.close()
    if found != {"sent": count}:
        raise RuntimeError(f"not everything was sent: {found}")


def _late(place: Place, folder: Path, port: int, count: int, *, spread: bool) -> Row:
    """How late a service sends what comes due at a thousand a minute; the 99th of a hundred."""
    text = _text(count) + _CHANNEL.format(port=port)
    with _planned(place, folder, text) as (file, url):
        database = Database(url)
        last = _set_times(database, datetime.now(UTC) + BEFORE, spread=spread)
        with ready(1, "serve", str(file), url) as running:
            _wait_for_all(database, count, last)
            together(running)
        late = _lateness(database)
        database.close()
    how = "spread over it" if spread else "all on the minute"
    worst = late[math.ceil(len(late) * 0.99) - 1]
    figure(f"{place.name}: lateness, {how}, median", f"{late[len(late) // 2]:.2f} s")
    return Row(f"late by, at {A_MINUTE:,} a minute, {how}", place.name, f"{worst:.2f} s",
               "", worst, 2, below=True, unit="s")  # fmt: skip


def _set_times(database: Database, first: datetime, *, spread: bool) -> datetime:
    """Let the reminders be due from `first` on; when the last is.

    The days of the plan stay: what is measured is the sending.
    """
    step = timedelta(minutes=1) / A_MINUTE
    first = first.replace(second=0, microsecond=0) + timedelta(minutes=0 if spread else 1)
    first = max(first, datetime.now(UTC) + BEFORE) if spread else first
    statement = (
        update(reminders)
        .where(reminders.c.id == bindparam("b_id"))
        .values(
            at=bindparam("b_at", type_=Instant()),
            next_at=bindparam("b_at", type_=Instant()),
        )
    )
    with database.engine.begin() as connection:
        ids = connection.execute(select(reminders.c.id).order_by(reminders.c.id)).scalars().all()
        times = [
            first + (step * place if spread else timedelta(minutes=place // A_MINUTE))
            for place in range(len(ids))
        ]
        connection.execute(
            statement, [{"b_id": one, "b_at": at} for one, at in zip(ids, times, strict=True)]
        )
    return times[-1]


def _wait_for_all(database: Database, count: int, last: datetime) -> None:
    ends = last + timedelta(seconds=PATIENCE)
    history = HistoryStore(database)
    while (found := history.counts()).get("sent", 0) < count:
        if datetime.now(UTC) > ends:
            raise RuntimeError(f"not everything was sent: {found}")
        time.sleep(2)


def _lateness(database: Database) -> Sequence[float]:
    query = select(reminders.c.at, reminders.c.sent_at).where(reminders.c.due.is_not(None))
    with database.engine.connect() as connection:
        found = connection.execute(query).all()
    return sorted((sent - at).total_seconds() for at, sent in found if sent is not None)


def day_far_ahead() -> date:
    """A day on which nothing is due yet, for a service that is to wait."""
    return datetime.now(UTC).date() + timedelta(days=700)
