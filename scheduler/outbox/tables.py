"""The tables: what happened, and what is to happen next. No statement stands here.

`reminders.next_at` is the column that delivery lives by: the instant from which a row may be
claimed. It is set exactly while a row is open (planned, retrying, or claimed and then the end of
the lease) and NULL in every other state, so that the partial index holds only what is still to
come and finding what is due costs the same with a million rows planned.
"""

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    Table,
    Text,
    UniqueConstraint,
    text,
)

from scheduler.outbox.types import Day, Instant

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)

Serial = BigInteger().with_variant(Integer, "sqlite")
"""A number the database gives; SQLite gives one only to an INTEGER."""

milestones = Table(
    "milestones",
    metadata,
    Column("id", Text, primary_key=True),
    Column("track", Text, nullable=False),
    Column("title", Text, nullable=False),
    Column("fingerprint", Text, nullable=False),
    Column("first_seen", Instant, nullable=False),
    Column("status", Text, nullable=False),
    Column("held", Boolean, nullable=False),
    Column("gone_at", Instant),
    Column("created", Instant),
    Column("modified", Instant),
    Column("sequence", Integer),
    Column("look", Text),
    Column("placing", Text),
    Column("shown", Text),
)

occurrences = Table(
    "occurrences",
    metadata,
    Column("id", Text, primary_key=True),
    Column("milestone", Text, nullable=False),
    Column("due", Day),
    Column("due_text", Text, nullable=False),
    Column("first_seen", Instant, nullable=False),
    Column("since", Instant, nullable=False),
    Column("gone_at", Instant),
    Index(None, "milestone"),
)

moves = Table(
    "moves",
    metadata,
    Column("id", Serial, primary_key=True),
    Column("occurrence", Text, nullable=False),
    Column("milestone", Text, nullable=False),
    Column("at", Instant, nullable=False),
    Column("old_due", Day),
    Column("old_text", Text, nullable=False),
    Column("new_due", Day),
    Column("new_text", Text, nullable=False),
    Column("settled_at", Instant),
    Index(None, "milestone"),
)

reminders = Table(
    "reminders",
    metadata,
    Column("id", Serial, primary_key=True),
    Column("key", Text, nullable=False),
    Column("occurrence", Text, nullable=False),
    Column("milestone", Text, nullable=False),
    Column("due", Day),
    Column("stage", Text, nullable=False),
    Column("recipient", Text, nullable=False),
    Column("channel", Text, nullable=False),
    Column("asked", Day),
    Column("at", Instant, nullable=False),
    Column("day", Day, nullable=False),
    Column("nominal", Day, nullable=False),
    Column("late", Boolean, nullable=False),
    Column("behalf", Text, nullable=False),
    Column("digest", Text),
    Column("message", Text, nullable=False),
    Column("instead_of", Text),
    Column("state", Text, nullable=False),
    Column("cause", Text, nullable=False),
    Column("planned_at", Instant, nullable=False),
    Column("changed_at", Instant, nullable=False),
    Column("delivery", Text, nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("tried_since", Instant),
    Column("next_at", Instant),
    Column("lease_until", Instant),
    Column("worker", Text),
    Column("sent_at", Instant),
    UniqueConstraint("key"),
    Index(None, "milestone"),
)

_open = reminders.c.next_at.is_not(None)
_in_work = reminders.c.worker.is_not(None)
Index("ix_reminders_due", reminders.c.channel, reminders.c.next_at,
      postgresql_where=_open, sqlite_where=_open)  # fmt: skip
Index("ix_reminders_message", reminders.c.message, reminders.c.delivery,
      postgresql_where=_open, sqlite_where=_open)  # fmt: skip
Index("ix_reminders_worker", reminders.c.worker,
      postgresql_where=_in_work, sqlite_where=_in_work)  # fmt: skip

_digested = reminders.c.digest.is_not(None)
Index("ix_reminders_digest", reminders.c.digest,
      postgresql_where=_digested, sqlite_where=_digested)  # fmt: skip

transitions = Table(
    "transitions",
    metadata,
    Column("id", Serial, primary_key=True),
    Column("reminder", BigInteger, nullable=False),
    Column("at", Instant, nullable=False),
    Column("state", Text, nullable=False),
    Column("cause", Text, nullable=False),
    Index(None, "reminder"),
)

attempts = Table(
    "attempts",
    metadata,
    Column("id", Serial, primary_key=True),
    Column("delivery", Text, nullable=False),
    Column("channel", Text, nullable=False),
    Column("recipient", Text, nullable=False),
    Column("worker", Text, nullable=False),
    Column("at", Instant, nullable=False),
    Column("outcome", Text, nullable=False),
    Column("answer", Text, nullable=False),
    Index(None, "delivery"),
    Index(None, "at"),
)

reports = Table(
    "reports",
    metadata,
    Column("id", Serial, primary_key=True),
    Column("occurrence", Text, nullable=False),
    Column("milestone", Text, nullable=False),
    Column("at", Instant, nullable=False),
    Column("by", Text, nullable=False),
    Column("state", Text, nullable=False),
    Column("percent", Integer),
    Column("note", Text, nullable=False),
    Column("said_at", Instant, nullable=False),
    Column("until", Instant),
    Column("source", Text),
    Column("review", Text, nullable=False, server_default="published"),
    Column("link", Text, nullable=False, server_default=""),
    Column("request", Text),
    Index(None, "milestone"),
    Index("ix_reports_source", "source", unique=True),
)

report_reviews = Table(
    "report_reviews",
    metadata,
    Column("id", Serial, primary_key=True),
    Column("report", BigInteger, nullable=False),
    Column("at", Instant, nullable=False),
    Column("by", Text, nullable=False),
    Column("state", Text, nullable=False),
    Column("word", Text, nullable=False),
    Index(None, "report"),
)

attachments = Table(
    "attachments",
    metadata,
    Column("id", Serial, primary_key=True),
    Column("report", BigInteger, nullable=False),
    Column("name", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("size", Integer, nullable=False),
    Column("digest", Text, nullable=False),
    Column("octets", LargeBinary, nullable=False),
    Index(None, "report"),
)

mutes = Table(
    "mutes",
    metadata,
    Column("person", Text, primary_key=True),
    Column("scope", Text, primary_key=True),
    Column("at", Instant, nullable=False),
)

channel_states = Table(
    "channel_states",
    metadata,
    Column("channel", Text, primary_key=True),
    Column("failures", Integer, nullable=False),
    Column("paused_since", Instant),
    Column("probe_at", Instant),
    Column("reason", Text, nullable=False),
    Column("tried_since", Instant),
)

nodes = Table(
    "nodes",
    metadata,
    Column("id", Text, primary_key=True),
    Column("started", Instant, nullable=False),
    Column("seen", Instant, nullable=False),
    Column("role", Text, nullable=False),
    Column("plan", Text, nullable=False),
    Column("version", Text),
)

slots = Table(
    "slots",
    metadata,
    Column("channel", Text, primary_key=True),
    Column("number", BigInteger, primary_key=True, autoincrement=False),
    Column("at", Instant, nullable=False),
)

plans = Table(
    "plans",
    metadata,
    Column("digest", Text, primary_key=True),
    Column("at", Instant, nullable=False),
    Column("texts", Text, nullable=False),
    Column("state", Text, nullable=False),
    Column("problem", Text, nullable=False),
)

notices = Table(
    "notices",
    metadata,
    Column("id", Serial, primary_key=True),
    Column("key", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("text", Text, nullable=False),
    Column("number", Integer, nullable=False),
    Column("at", Instant, nullable=False),
    Column("told_at", Instant),
    UniqueConstraint("key"),
)

settings = Table(
    "settings",
    metadata,
    Column("name", Text, primary_key=True),
    Column("value", Text, nullable=False),
)

invitations = Table(
    "invitations",
    metadata,
    Column("id", Serial, primary_key=True),
    Column("key", Text, nullable=False),
    Column("milestone", Text, nullable=False),
    Column("uid", Text, nullable=False),
    Column("recipient", Text, nullable=False),
    Column("channel", Text, nullable=False),
    Column("address", Text, nullable=False),
    Column("name", Text, nullable=False),
    Column("language", Text, nullable=False),
    Column("timezone", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("sequence", Integer, nullable=False),
    Column("mark", Text, nullable=False),
    Column("entry", Text, nullable=False),
    Column("at", Instant, nullable=False),
    UniqueConstraint("key"),
    Index(None, "milestone"),
    Index(None, "uid"),
)

answers = Table(
    "answers",
    metadata,
    Column("id", Serial, primary_key=True),
    Column("mail", Text, nullable=False),
    Column("milestone", Text, nullable=False),
    Column("recipient", Text, nullable=False),
    Column("occurrence", Text, nullable=False),
    Column("sequence", Integer, nullable=False),
    Column("answer", Text, nullable=False),
    Column("comment", Text, nullable=False),
    Column("said_at", Instant, nullable=False),
    Column("at", Instant, nullable=False),
    UniqueConstraint("mail", "occurrence"),
    Index(None, "milestone"),
)

bounces = Table(
    "bounces",
    metadata,
    Column("id", Serial, primary_key=True),
    Column("mail", Text, nullable=False),
    Column("recipient", Text, nullable=False),
    Column("address", Text, nullable=False),
    Column("channel", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("code", Text, nullable=False),
    Column("words", Text, nullable=False),
    Column("said_at", Instant, nullable=False),
    Column("at", Instant, nullable=False),
    Column("lifted_at", Instant),
    UniqueConstraint("mail", "address"),
    Index(None, "address"),
)

marked_addresses = Table(
    "marked_addresses",
    metadata,
    Column("address", Text, primary_key=True),
    Column("recipient", Text, nullable=False),
    Column("since", Instant, nullable=False),
    Column("code", Text, nullable=False),
    Column("reason", Text, nullable=False),
)

replies = Table(
    "replies",
    metadata,
    Column("id", Serial, primary_key=True),
    Column("mail", Text, nullable=False),
    Column("person", Text, nullable=False),
    Column("occurrence", Text, nullable=False),
    Column("channel", Text, nullable=False),
    Column("became", Text, nullable=False),
    Column("line", Text, nullable=False),
    Column("at", Instant, nullable=False),
    UniqueConstraint("mail"),
    Index(None, "person"),
)

drafts = Table(
    "drafts",
    metadata,
    Column("occurrence", Text, primary_key=True),
    Column("person", Text, primary_key=True),
    Column("version", Integer, nullable=False),
    Column("at", Instant, nullable=False),
    Column("fields", Text, nullable=False),
)

request_answers = Table(
    "request_answers",
    metadata,
    Column("id", Serial, primary_key=True),
    Column("round", Text, nullable=False),
    Column("occurrence", Text, nullable=False),
    Column("by", Text, nullable=False),
    Column("at", Instant, nullable=False),
    Column("late", Boolean, nullable=False),
    Column("fields", Text, nullable=False),
    Column("source", Text, nullable=False),
    Index(None, "occurrence"),
    UniqueConstraint("source"),
)

_failed = text("state = 'failed'")
Index("ix_reminders_failed", reminders.c.changed_at,
      postgresql_where=_failed, sqlite_where=_failed)  # fmt: skip
