"""`milestones run`: the service; with `--clock` a rehearsal of it."""

import os
import re
import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from socket import socket
from tempfile import TemporaryDirectory

import click
import structlog

from calendars.durations import add_months
from calendars.zones import local_day
from notifiers.mailbox import MemoryMailbox
from scheduler.commands.history import carry_dates, exists, with_history
from scheduler.commands.options import (
    PORT,
    database_of,
    database_option,
    database_url,
    load_plan,
    moment,
    plan_argument,
    plan_path,
)
from scheduler.errors import WrongUsage
from scheduler.logs import configure, say
from scheduler.outbox.database import Database
from scheduler.service import Rehearsed, Service, real, rehearse
from scheduler.ticker import Ticker
from scheduler.ticking import Rounds
from scheduler.web.app import app
from scheduler.web.server import Server, listen, reserve

_SPEED = re.compile(r"(\d+(?:\.\d+)?)\s*(second|minute|min|hour|h|day|d|week)s?/s", re.ASCII)
_SECONDS = {
    "second": 1, "minute": 60, "min": 60, "hour": 3600, "h": 3600, "day": 86400, "d": 86400,
    "week": 604800,
}  # fmt: skip
_LOG = structlog.get_logger("milestones")
MONTHS = 12
"""How far a rehearsal goes where no end is given."""


@click.command
@plan_argument
@database_option
@click.option("--no-web", is_flag=True, help="Plan and deliver, without pages and feeds.")
@click.option("--web-only", is_flag=True, help="Pages and feeds, without planning and delivery.")
@click.option("--host", default="127.0.0.1", show_default=True, help="The pages' address.")
@click.option("--port", type=PORT, default=8025, show_default=True, help="The pages' port.")
@click.option("--clock", "start", metavar="FROM", help="Rehearse: a clock that starts then.")
@click.option("--speed", default="1day/s", show_default=True, help="How fast that clock runs.")
@click.option("--until", metavar="DAY", help="Where the rehearsal ends (default: a year on).")
@click.option("--log-json", is_flag=True, help="Log one JSON object a line.")
def command(
    plan: Path | None,
    database: str | None,
    no_web: bool,
    web_only: bool,
    host: str,
    port: int,
    start: str | None,
    speed: str,
    until: str | None,
    log_json: bool,
) -> None:
    """Run the service: reminders, pages and feeds; it takes up PLAN again when it changes.

    With --clock it rehearses: on a clock of its own, with a database that is thrown away unless
    --database names one, and every message into a mailbox that is read in the browser. Nothing
    leaves the machine.
    """
    if no_web and web_only:
        raise WrongUsage("--no-web and --web-only exclude each other")
    configure(as_json=log_json)
    if start is not None:
        path = plan_path(plan)
        _rehearse(path, database, host, None if no_web else port, start, speed, until)
        return
    path = _plan_or_its_place(plan, database)
    told = threading.Event()
    at_signal(told.set)
    opened = Database(database_url(database, path))
    role = "web" if web_only else "no-web" if no_web else "all"
    with _reserved(host, None if no_web else port) as bound:
        service, ticker = real(path, opened, role)
        server = _serve(service, bound) if bound else None
    ticker.start()
    node = {"node": service.node.id, "role": role}
    _LOG.info("started", **node, database=opened.url.get_backend_name())
    told.wait()
    _LOG.info("stopping", **node)
    _stop(service, ticker, server)
    _LOG.info("stopped", **node)


def _plan_or_its_place(plan: Path | None, database: str | None) -> Path:
    """Where the plan is; or was, where the database that is named keeps the last good one, with
    which the service goes on. Raises `WrongUsage` and, for one that may not be read, OSError."""
    try:
        return plan_path(plan)
    except (WrongUsage, OSError):
        place = plan or os.environ.get("MILESTONES_PLAN")
        if not place or not (database or os.environ.get("MILESTONES_DATABASE")):
            raise
        url = database_of(database, plan)
        if exists(url) and with_history(url, lambda history: history.digest_in_force()):
            return Path(place)
        raise


@contextmanager
def _reserved(host: str, port: int | None) -> Iterator[socket | None]:
    """The pages' port, so that one that is not to be had is said before anything is planned; it
    is let go where the start fails."""
    bound = None if port is None else reserve(host, port)
    try:
        yield bound
    except BaseException:
        if bound is not None:
            bound.close()
        raise


def _serve(service: Service, bound: socket) -> Server:
    pages = app(service.live, service.desk, operated=service.operated, console=service.console)
    listen(bound)
    server = Server(pages, bound)
    say(f"pages and feeds at {server.url}", "pages and feeds", url=server.url)
    return server


def at_signal(tell: Callable[[], None]) -> None:
    """Call `tell` at SIGTERM, at SIGINT and, as when its terminal is closed, at SIGHUP, in a thread
    of its own. A SIGHUP that is ignored, as by `nohup`, stays so.

    Python's own handler is called by its main thread, between any two steps of it. It may hold a
    lock just then; and where it is about to wait for one, it waits, and the handler is not called
    before another signal comes. So that thread is told by an octet in a pipe, which is written
    when the signal comes, whatever the main thread does (`signal.set_wakeup_fd`).
    """
    told, tells = os.pipe()
    os.set_blocking(tells, False)

    def listen() -> None:
        while os.read(told, 64):
            tell()

    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        if number is not signal.SIGHUP or signal.getsignal(number) is not signal.SIG_IGN:
            signal.signal(number, lambda *_: None)
    signal.set_wakeup_fd(tells, warn_on_full_buffer=False)
    threading.Thread(target=listen, name="signals", daemon=True).start()


def _stop(service: Service, ticker: Ticker, server: Server | None) -> None:
    """Finish what is being sent, and end."""
    service.operated.pulse.stop()
    if server is not None:
        server.stop()
    ticker.stop()
    service.stop()


def parse_speed(text: str) -> timedelta:
    """`1day/s`, `6 hours/s`: how much rehearsed time passes in a second; `WrongUsage`."""
    found = _SPEED.fullmatch(text.strip())
    if not found or float(found[1]) <= 0:
        raise WrongUsage(f'"{text}" is no speed; write for example 1day/s or 6hours/s')
    return timedelta(seconds=float(found[1]) * _SECONDS[found[2]])


def span_of_rehearsal(path: Path, start: str, until: str | None) -> tuple[datetime, datetime]:
    """Where a rehearsal begins and ends, UTC."""
    loaded = load_plan(path).plan
    begin = moment(start, loaded)
    if begin is None:
        raise WrongUsage("--clock needs a day or a time, for example 2024-03-21")
    end = moment(until, loaded, end=True)
    if end is None:
        last = add_months(local_day(begin, loaded.timezone), MONTHS)
        end = moment(last.isoformat(), loaded)
    if end is None or end <= begin:
        raise WrongUsage("--until lies before --clock")
    return begin, end


def _rehearse(
    path: Path,
    database: str | None,
    host: str,
    port: int | None,
    start: str,
    speed: str,
    until: str | None,
) -> None:
    begin, end = span_of_rehearsal(path, start, until)
    rehearsed = Rehearsed(begin, end, parse_speed(speed), MemoryMailbox())
    with TemporaryDirectory(prefix="milestones-") as folder, _reserved(host, port) as bound:
        url = database or f"sqlite:///{folder}/rehearsal.sqlite"
        opened = Database(database_url(url, path))
        if database is None:
            carry_dates(load_plan(path).plan, database_url(None, path), opened)
        service, rounds = rehearse(path, opened, rehearsed)
        server = _serve(service, bound) if bound else None
        service.offering.base = server.url if server else None
        try:
            run_rehearsal(rounds, end, stay=server is not None)
            _summary(service, rehearsed)
        finally:
            if server is not None:
                server.stop()
            service.stop()


def run_rehearsal(rounds: Rounds, end: datetime, *, stay: bool) -> None:
    """Run to the end; with `stay` the pages can be read until SIGTERM or SIGINT."""
    told = threading.Event()

    def tell() -> None:
        told.set()
        rounds.stop()

    at_signal(tell)
    rounds.run(end)
    if stay and not told.is_set():
        say("the rehearsal has ended; its pages stay until Ctrl-C", "rehearsal ended")
        told.wait()


def _summary(service: Service, rehearsed: Rehearsed) -> None:
    counts = service.history.counts()
    click.echo(
        f"{len(rehearsed.mailbox)} messages in the mailbox, {counts.get('sent', 0)} reminders sent"
    )
