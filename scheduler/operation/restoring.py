"""A database that was brought back from a backup: nothing goes out twice.

What the lost service sent after the backup is nowhere recorded. So whatever was due until it was
last at work is taken as sent, also what the plan has asked for only since: the service is run up
to that instant without delivery, and what it would have sent is set aside. The coordinators are
told how much that was; `milestones why` names each.
"""

from datetime import datetime, timedelta
from pathlib import Path

from scheduler.clock import ManualClock
from scheduler.errors import WrongUsage
from scheduler.inviting import SETTLES
from scheduler.outbox.database import Database
from scheduler.outbox.restore_store import RESTORED, RestoreStore, SetAside
from scheduler.service import Service
from scheduler.ticking import Rounds

LIVES = timedelta(minutes=2)
"""A node that has said so recently that it lives is taken to be running."""
_ROUNDS = ("ahead", "settle", "invite", "digest")


def settle(path: Path, database: Database, until: datetime, now: datetime) -> SetAside:
    """Take as sent what was due until `until`, when the lost service was last at work.

    Raises `WrongUsage` where a service is running on the database, or `until` cannot be, and
    `ConfigError` or `PlanRefused` where neither the plan's files nor the kept plan can be read.
    """
    store = RestoreStore(database)
    _check(store, until, now)
    clock = ManualClock(until)
    service = Service(path, database, clock)
    _refuse_running(service, now)
    service.start()
    store.forget_what_is_told(now)
    works = {name: work for name, work in service.rounds().items() if name in _ROUNDS}
    Rounds(clock, works, until).step()
    aside = store.set_aside(until, until + SETTLES, now)
    if sum(aside):
        service.history.notice(f"{RESTORED}|{now.isoformat()}", RESTORED, told(aside, until), now)
    return aside


def told(aside: SetAside, until: datetime) -> str:
    """What the coordinators hear."""
    count = sum(aside)
    what = "reminder or invitation" if count == 1 else "reminders and invitations"
    return (
        f"The database was brought back from a backup: {count} {what} due until "
        f"{until:%-d %B %Y, %H:%M} UTC {'is' if count == 1 else 'are'} taken as sent and not sent "
        "again"
    )


def _check(store: RestoreStore, until: datetime, now: datetime) -> None:
    if until > now:
        raise WrongUsage("--sent-until lies in the future; it is when the service last worked")
    last = store.last_attempt()
    if last is not None and last > until:
        raise WrongUsage(
            f"the backup itself knows of a message of {last:%Y-%m-%dT%H:%M:%SZ}: "
            "--sent-until must be later"
        )


def _refuse_running(service: Service, now: datetime) -> None:
    running = [one.id for one in service.history.nodes() if now - one.seen < LIVES]
    if running:
        raise WrongUsage(
            f"a service is running on this database ({', '.join(running)}), or was until a moment "
            "ago: stop it, and try again in two minutes"
        )
