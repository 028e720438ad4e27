"""Who may log in and is logged in, how often it was tried, and the trail of what was done."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"

SERIAL = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
FAILED = sa.text("state = 'failed'")


def upgrade() -> None:
    """Make the four tables, and the index by which failures are found."""
    op.create_table(
        "logins",
        *_texts("digest", "person", "asked_from"),
        *_instants("at", "until"),
        sa.Column("used_at", sa.BigInteger()),
        sa.PrimaryKeyConstraint("digest", name="pk_logins"),
    )
    op.create_table(
        "sessions",
        *_texts("digest", "person"),
        *_instants("at", "until"),
        sa.Column("generation", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("digest", name="pk_sessions"),
    )
    op.create_index("ix_sessions_person", "sessions", ["person"])
    op.create_table(
        "login_tries",
        sa.Column("id", SERIAL, nullable=False),
        *_texts("key"),
        *_instants("at"),
        sa.PrimaryKeyConstraint("id", name="pk_login_tries"),
    )
    op.create_index("ix_login_tries_key_at", "login_tries", ["key", "at"])
    op.create_table(
        "trail",
        sa.Column("id", SERIAL, nullable=False),
        *_instants("at"),
        *_texts("who", "did", "of", "words"),
        sa.PrimaryKeyConstraint("id", name="pk_trail"),
    )
    op.create_index("ix_trail_at", "trail", ["at"])
    op.create_index(
        "ix_reminders_failed",
        "reminders",
        ["changed_at"],
        postgresql_where=FAILED,
        sqlite_where=FAILED,
    )


def _texts(*names: str) -> list[sa.Column[str]]:
    return [sa.Column(name, sa.Text(), nullable=False) for name in names]


def _instants(*names: str) -> list[sa.Column[int]]:
    return [sa.Column(name, sa.BigInteger(), nullable=False) for name in names]
