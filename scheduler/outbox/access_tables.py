"""The tables of the console: who may log in and is logged in, and who did what."""

from sqlalchemy import Column, Index, Integer, Table, Text

from scheduler.outbox.tables import Serial, metadata
from scheduler.outbox.types import Instant

__all__ = ["login_tries", "logins", "metadata", "sessions", "trail"]

logins = Table(
    "logins",
    metadata,
    Column("digest", Text, primary_key=True),
    Column("person", Text, nullable=False),
    Column("at", Instant, nullable=False),
    Column("until", Instant, nullable=False),
    Column("asked_from", Text, nullable=False),
    Column("used_at", Instant),
)

sessions = Table(
    "sessions",
    metadata,
    Column("digest", Text, primary_key=True),
    Column("person", Text, nullable=False),
    Column("at", Instant, nullable=False),
    Column("until", Instant, nullable=False),
    Column("generation", Integer, nullable=False),
    Index(None, "person"),
)

login_tries = Table(
    "login_tries",
    metadata,
    Column("id", Serial, primary_key=True),
    Column("key", Text, nullable=False),
    Column("at", Instant, nullable=False),
    Index(None, "key", "at"),
)

trail = Table(
    "trail",
    metadata,
    Column("id", Serial, primary_key=True),
    Column("at", Instant, nullable=False),
    Column("who", Text, nullable=False),
    Column("did", Text, nullable=False),
    Column("of", Text, nullable=False),
    Column("words", Text, nullable=False),
    Index(None, "at"),
)
