"""The statements that write down what the coordinators must hear."""

from datetime import datetime

from sqlalchemy import Connection, select, update

from scheduler.outbox.news import News, announce
from scheduler.outbox.statements import upserting
from scheduler.outbox.tables import notices

MISSED = "missed"


def add_notice(
    connection: Connection, key: str, kind: str, text: str, now: datetime, number: int = 1
) -> None:
    """Note something under a key; of two that note the same key the first stands."""
    statement = upserting(connection.dialect, notices).values(
        key=key, kind=kind, text=text, at=now, number=number
    )
    connection.execute(statement.on_conflict_do_nothing(index_elements=["key"]))
    announce(connection, News.NOTICE)


def note_missed(connection: Connection, count: int, now: datetime) -> None:
    """Add to how many reminders were missed, in one notice until it is told."""
    if not count:
        return
    query = (
        select(notices.c.id, notices.c.number)
        .where(notices.c.kind == MISSED, notices.c.told_at.is_(None))
        .limit(1)
        .with_for_update()
    )
    found = connection.execute(query).first()
    if found is None:
        add_notice(connection, f"{MISSED}|{now.isoformat()}", MISSED, _words(count), now, count)
        return
    count += found.number
    statement = update(notices).where(notices.c.id == found.id)
    connection.execute(statement.values(number=count, text=_words(count)))


def _words(count: int) -> str:
    what = "1 reminder was" if count == 1 else f"{count} reminders were"
    return (
        f"{what} due while the service was not running and more than 7 days late when it came "
        "back: not sent, recorded as missed"
    )
