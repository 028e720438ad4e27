"""What commands read of the past, where there is a database; none is made by looking."""

from collections.abc import Callable
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from typing import TypeVar

from config.plan import Plan
from config.problems import ConfigError
from scheduler.asked import answered_ids
from scheduler.commands.options import load_plan
from scheduler.errors import OutsideFailed, WrongUsage
from scheduler.known import setting_of, with_known
from scheduler.outbox.acts_store import ActsStore
from scheduler.outbox.database import Database, address_of
from scheduler.outbox.history_store import HistoryStore
from scheduler.outbox.request_store import RequestStore
from scheduler.outbox.schema import holds, prepare
from scheduler.reports.told import states_of

T = TypeVar("T")


def exists(url: str) -> bool:
    """Whether there is a database to read; looking makes none, nor tables in an empty one.

    Raises OutsideFailed for one that holds another program's tables.
    """
    address = address_of(url)
    if address.get_backend_name() == "sqlite" and not Path(str(address.database)).exists():
        return False
    database = Database(url)
    try:
        return holds(database) == "ours"
    finally:
        database.close()


def with_dates(plan: Plan, url: str) -> Plan:
    """The plan with the dates that the database knows of its watched calendars."""
    if not plan.calendars or not exists(url):
        return plan
    return with_history(url, lambda history: with_known(plan, history.setting))


def carry_dates(plan: Plan, url: str, into: Database) -> None:
    """Give another database what this one knows of the watched calendars of a plan."""
    if not plan.calendars or not exists(url):
        return
    prepare(into)
    store = HistoryStore(into)
    for name in map(setting_of, plan.calendars):
        known = with_history(url, lambda history, name=name: history.setting(name))  # type: ignore[misc]
        if known is not None:
            store.put(name, known)


def known_states(url: str) -> dict[str, str]:
    """The last reported state of each occurrence; nothing where there is no database yet."""
    if not exists(url):
        return {}
    return with_history(
        url,
        lambda history: {
            key: state.state for key, state in states_of(history.latest_reports().values()).items()
        },
    )


def known_answered(url: str, plan: Plan, at: datetime) -> frozenset[str]:
    """The parts of update requests that are answered; none where there is no database yet."""
    if not plan.parts or not exists(url):
        return frozenset()

    def read(history: HistoryStore) -> frozenset[str]:
        states = states_of(history.last_heard().values())
        return answered_ids(plan, states, RequestStore(history.database).answered(), at)

    return with_history(url, read)


def with_history(url: str, work: Callable[[HistoryStore], T]) -> T:
    """Do something with the history, and let the database go; an empty one gets its tables.

    Who only looks asks `exists` or `required` first.
    """
    database = Database(url)
    try:
        prepare(database)
        return work(HistoryStore(database))
    finally:
        database.close()


def required(url: str) -> str:
    """The URL, where there is a database; `OutsideFailed` where the service never ran."""
    if not exists(url):
        raise OutsideFailed(
            "there is no database yet, or nothing in it: `milestones run` makes what it needs, "
            "or name another one with --database"
        )
    return url


def act_on(
    url: str,
    what: str | None,
    channel: str | None,
    plan: Path | None,
    act: Callable[[ActsStore], int],
) -> int:
    """Do something to the reminders of what is named, by that channel, and let the database go;
    returns how many there were. `WrongUsage` where nothing is known of either."""

    def work(history: HistoryStore) -> int:
        store = ActsStore(history.database)
        _must_be_known(store, what, channel, plan)
        return act(store)

    return with_history(url, work)


def _must_be_known(
    store: ActsStore, what: str | None, channel: str | None, plan: Path | None
) -> None:
    """`WrongUsage` where the service never heard of what is named, or neither it nor the plan of
    that channel."""
    if what is not None and not store.knows(what):
        raise WrongUsage(
            f'nothing is known of "{what}": it is neither a milestone nor an occurrence nor the '
            "key of a reminder"
        )
    if channel is None or store.knows_channel(channel):
        return
    with suppress(ConfigError):
        if channel in load_plan(plan).plan.channels:
            return
    raise WrongUsage(f'there is no channel "{channel}"')
