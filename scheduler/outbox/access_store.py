"""The statements of logging in: links that were mailed, sessions, and how often it was tried.

Only digests of tokens are kept: whoever reads the database, or a backup of it, cannot log in.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection, delete, func, insert, select, update

from scheduler.outbox.access_tables import login_tries, logins, sessions
from scheduler.outbox.database import Database
from scheduler.outbox.trail_store import Act, note_act

USED_LINKS_KEPT = timedelta(days=1)
"""So long a link that has ended can still be told from one that never was."""


@dataclass(frozen=True, slots=True)
class LoginLink:
    """A link that logs a person in, by the digest of its token. used_at: None while it is unused.

    asked_from: the address of whoever asked for it; "" where the operator made it.
    """

    digest: str
    person: str
    at: datetime
    until: datetime
    asked_from: str
    used_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Session:
    """Somebody who is logged in, by the digest of her cookie's token.

    generation: how often her links had been renewed when it began.
    """

    digest: str
    person: str
    at: datetime
    until: datetime
    generation: int


class AccessStore:
    """Who may come in, and who is in."""

    def __init__(self, database: Database) -> None:
        self.database = database

    def allows(self, limits: dict[str, int], per: timedelta, now: datetime) -> bool:
        """Whether one more try is within every limit; it is counted where it is.

        limits: what is tried by whom, as a digest -> how often in so long. What is refused is
        not counted, so that whoever waits gets in, whatever others try meanwhile. Two at the
        same instant may both be let through.
        """
        since = now - per
        key = login_tries.c.key

        def work(connection: Connection) -> bool:
            connection.execute(delete(login_tries).where(login_tries.c.at <= since))
            query = select(key, func.count().label("number")).where(key.in_(limits)).group_by(key)
            if any(row.number >= limits[row.key] for row in connection.execute(query)):
                return False
            rows = [{"key": one, "at": now} for one in limits]
            connection.execute(insert(login_tries), rows)
            return True

        return self.database.write(work)

    def add_link(self, link: LoginLink) -> None:
        """Keep a link, and forget those that ended long ago."""
        values = {name: getattr(link, name) for name in LoginLink.__slots__}

        def work(connection: Connection) -> None:
            ended = logins.c.until < link.at - USED_LINKS_KEPT
            connection.execute(delete(logins).where(ended))
            connection.execute(delete(sessions).where(sessions.c.until <= link.at))
            connection.execute(insert(logins).values(values))

        self.database.write(work)

    def link(self, digest: str) -> LoginLink | None:
        """The link with that digest."""
        query = select(logins).where(logins.c.digest == digest)
        found = self.database.read(lambda connection: connection.execute(query).first())
        return LoginLink(**found._mapping) if found else None

    def log_in(self, link: str, session: Session, act: Act) -> bool:
        """Use a link up and begin a session, with its line in the trail; whether that was done.

        Of two at once one gets in. It is done once also where the answer to the commit was lost.
        """
        use = update(logins).where(logins.c.digest == link, logins.c.used_at.is_(None))
        use = use.where(logins.c.until > session.at, logins.c.person == session.person)
        mine = select(sessions.c.digest).where(sessions.c.digest == session.digest)
        values = {name: getattr(session, name) for name in Session.__slots__}

        def work(connection: Connection) -> bool:
            if connection.execute(mine).first() is not None:
                return True
            if not connection.execute(use.values(used_at=session.at)).rowcount:
                return False
            connection.execute(insert(sessions).values(values))
            note_act(connection, act)
            return True

        return self.database.write(work)

    def session(self, digest: str, now: datetime) -> Session | None:
        """The session with that digest, while it lasts."""
        query = select(sessions).where(sessions.c.digest == digest, sessions.c.until > now)
        found = self.database.read(lambda connection: connection.execute(query).first())
        return Session(**found._mapping) if found else None

    def log_out(self, digest: str, act: Act) -> None:
        """End a session, with its line in the trail."""
        gone = delete(sessions).where(sessions.c.digest == digest)

        def work(connection: Connection) -> None:
            if connection.execute(gone).rowcount:
                note_act(connection, act)

        self.database.write(work)
