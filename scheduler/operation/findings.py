"""What `milestones doctor` finds of a service that runs: nodes, plan, channels, clock, watchers."""

import stat
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Literal

from config.plan import Operation
from config.service import SHORTEST_TOKEN
from notifiers.errors import DeliveryError
from notifiers.secret import Secret
from notifiers.urls import host_of, url_problem
from scheduler.operation.measures import NODE_LIVES
from scheduler.operation.wellness import LATE
from scheduler.operation.zone_data import newer_in_package, zone_data
from scheduler.outbox.backlog_store import BacklogStore
from scheduler.outbox.database import Database
from scheduler.outbox.history_store import HistoryStore
from scheduler.outbox.values import Backlog, Node

CLOCKS_DIFFER = timedelta(seconds=5)
"""So far the clocks of this machine and of the database's server may be apart."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at: good, bad, or worth a look; and what to do."""

    what: str
    state: Literal["good", "bad", "look"]
    text: str
    hint: str = ""


def of_zones() -> Finding:
    """The time-zone data in use."""
    used = zone_data()
    newer = newer_in_package(used)
    text = f"{used.version}, from {used.source}"
    if newer:
        hint = f"the package has {newer}: update the system's tzdata, or set PYTHONTZPATH= (empty)"
        return Finding("time zones", "look", text, hint)
    return Finding("time zones", "good", text)


def of_watchers(operation: Operation) -> Iterator[Finding]:
    """Who is told when the service falls silent. Nobody is asked: that would say that it runs."""
    if operation.ping is None:
        hint = "give `ping` under [service], so that somebody notices when the service falls silent"
        yield Finding("ping", "look", "nobody is told when the service stops", hint)
    else:
        yield _secret("ping", operation.ping, lambda url: _of_address(url, operation))
    if operation.metrics_token is not None:
        yield _secret("metrics token", operation.metrics_token, _of_token)


def _secret(what: str, secret: Secret, judged: Callable[[str], Finding]) -> Finding:
    try:
        return judged(secret.reveal().strip())
    except DeliveryError as error:
        return Finding(what, "bad", str(error), "for this command too")


def _of_address(url: str, operation: Operation) -> Finding:
    problem = url_problem(url, http_allowed=operation.allow_private)
    if problem:
        return Finding("ping", "bad", f"the address {problem}", "see [service] in the reference")
    return Finding("ping", "good", f"{host_of(url)}, every {operation.ping_every}")


def _of_token(token: str) -> Finding:
    if len(token) < SHORTEST_TOKEN:
        hint = "make one with: openssl rand -hex 32"
        text = f"it has fewer than {SHORTEST_TOKEN} characters"
        return Finding("metrics token", "bad", text, hint)
    return Finding("metrics token", "good", f"{len(token)} characters")


def of_service(database: Database, now: datetime) -> Iterator[Finding]:
    """What the database says of the service. Raises SQLAlchemyError."""
    history, store = HistoryStore(database), BacklogStore(database)
    yield from _of_clocks(database, now)
    yield from _of_file(database)
    yield from _of_nodes([
        one for one in history.nodes() if (now - one.seen).total_seconds() < NODE_LIVES
    ])  # fmt: skip
    for state in ("rejected", "waiting"):
        refused = history.plan(state)
        if refused is not None:
            hint = "milestones check" if state == "rejected" else "milestones apply"
            first, *_ = refused.problem.splitlines() or [""]
            yield Finding("plan in force", "bad", f"a newer one is {state}: {first}", hint)
    states = history.channel_states()
    for one in store.backlog(now, LATE):
        yield from _of_channel(
            one, states[one.channel].reason if one.channel in states else "", now
        )


def _of_clocks(database: Database, now: datetime) -> Iterator[Finding]:
    theirs = BacklogStore(database).server_clock()
    if theirs is not None and abs(theirs - now) > CLOCKS_DIFFER:
        apart = abs(theirs - now).total_seconds()
        hint = "set both machines' clocks, best by a time service (NTP)"
        text = f"this machine and the database's server are {apart:.0f} s apart"
        yield Finding("clocks", "bad", text, hint)


def _of_file(database: Database) -> Iterator[Finding]:
    if database.is_sqlite:
        file = Path(str(database.url.database))
        if file.stat().st_mode & (stat.S_IROTH | stat.S_IWOTH):
            hint = f"chmod o= {file}"
            yield Finding("database file", "look", "everybody on this machine may read it", hint)


def _of_nodes(living: list[Node]) -> Iterator[Finding]:
    if not any(one.role != "web" for one in living):
        yield Finding("nodes", "look", "none delivers", "start one: milestones run")
        return
    plans = {one.plan for one in living if one.plan}
    if len(plans) > 1:
        hint = "give all machines the same files; each takes them up by itself"
        text = f"{len(living)} nodes have {len(plans)} different plans"
        yield Finding("nodes", "bad", text, hint)
        return
    yield Finding("nodes", "good", f"{len(living)} alive")


def _of_channel(one: Backlog, reason: str, now: datetime) -> Iterator[Finding]:
    what = f"queue of {one.channel}"
    if one.paused_since is not None:
        text = f"paused since {one.paused_since:%Y-%m-%d %H:%M} UTC: {reason}"
        yield Finding(what, "bad", text, "it goes on by itself when one message passes")
    elif one.waiting_since is not None and now - one.waiting_since > LATE and not one.moves:
        text = f"{one.due} due, the first since {one.waiting_since:%Y-%m-%d %H:%M} UTC"
        yield Finding(what, "bad", text, "is a node running that delivers? milestones status")
