"""The trail: who did what to the service, at the console or by a command.

What is done and its line in the trail are one transaction wherever the doing is one.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from sqlalchemy import Connection, insert, select

from scheduler.outbox.access_tables import trail
from scheduler.outbox.database import Database

Did = Literal[
    "login", "logout", "consent", "approve", "hold", "publish", "return", "retry", "withdraw",
    "resume",
]  # fmt: skip
"""What can be done: "resume" lifts the pause of a channel, "consent" lets a waiting plan in."""


@dataclass(frozen=True, slots=True)
class Act:
    """One line of the trail.

    who: a person's id, "" for whoever has the command line. of: what it was done to, as an
    occurrence, a channel or a plan's digest. words: what else is to be known, in words.
    """

    at: datetime
    who: str
    did: Did
    of: str = ""
    words: str = ""


class TrailStore:
    """The trail, to be added to and read; nothing in it is ever changed."""

    def __init__(self, database: Database) -> None:
        self.database = database

    def add(self, act: Act) -> None:
        """Write down what was done, where the doing had no transaction of its own."""
        self.database.write(lambda connection: note_act(connection, act))

    def newest(
        self, limit: int, before: int | None = None, who: str | None = None
    ) -> list[tuple[int, Act]]:
        """The last acts with their numbers, the newest first; those before a number, of one."""
        query = select(trail).order_by(trail.c.id.desc()).limit(limit)
        if before is not None:
            query = query.where(trail.c.id < before)
        if who is not None:
            query = query.where(trail.c.who == who)

        def work(connection: Connection) -> Sequence[tuple[int, Act]]:
            return [
                (row.id, Act(row.at, row.who, row.did, row.of, row.words))
                for row in connection.execute(query)
            ]

        return list(self.database.read(work))


def note_act(connection: Connection, act: Act) -> None:
    """Add a line to the trail, in the transaction of what was done."""
    values = {name: getattr(act, name) for name in Act.__slots__}
    connection.execute(insert(trail).values(values))
