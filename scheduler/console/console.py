"""The console as the pages see it: who is in, what can be done, and what there is to see."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from scheduler.console.acts import Acts
from scheduler.console.doorkeeper import Doorkeeper, Times, Ways
from scheduler.console.waiting import Waiting
from scheduler.inforce import InForce
from scheduler.outbox.access_store import AccessStore
from scheduler.outbox.console_store import ConsoleStore
from scheduler.outbox.history_store import HistoryStore
from scheduler.outbox.trail_store import TrailStore
from scheduler.reporting import Reporting
from scheduler.reports.reviewing import Reviewing
from scheduler.standing import States


@dataclass(frozen=True, slots=True)
class Console:
    """What the console's pages need of the service.

    heard: what was last said of each occurrence, as it counts for update requests. changed: called
    when something was decided, before it is shown.
    """

    doorkeeper: Doorkeeper
    acts: Acts
    reviewing: Reviewing
    waiting: Waiting
    outbox: ConsoleStore
    trail: TrailStore
    history: HistoryStore
    heard: Callable[[], States]
    changed: Callable[[datetime], None]


def console_of(
    force: InForce,
    history: HistoryStore,
    reporting: Reporting,
    ways: Ways,
    times: Times,
    consented: Callable[[datetime], None],
    changed: Callable[[datetime], None],
) -> Console:
    """The console over a plan in force; `consented` is called when another came in by consent."""
    database = history.database
    return Console(
        Doorkeeper(AccessStore(database), history, lambda: force.plan, ways, times),
        Acts(database, force, consented),
        Reviewing(history, force, reporting),
        Waiting(history, force),
        ConsoleStore(database),
        TrailStore(database),
        history,
        force.heard,
        changed,
    )
