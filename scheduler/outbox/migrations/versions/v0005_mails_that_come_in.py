"""Bounces, the addresses they mark, and answers to reminders by mail; columns as in `tables.py`."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"

SERIAL = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Make the three tables."""
    _bounces()
    op.create_table(
        "marked_addresses",
        *_texts("address", "recipient"),
        _instant("since"),
        *_texts("code", "reason"),
        sa.PrimaryKeyConstraint("address", name="pk_marked_addresses"),
    )
    _replies()


def _bounces() -> None:
    op.create_table(
        "bounces",
        sa.Column("id", SERIAL, nullable=False),
        *_texts("mail", "recipient", "address", "channel", "kind", "code", "words"),
        _instant("said_at"),
        _instant("at"),
        sa.Column("lifted_at", sa.BigInteger()),
        sa.PrimaryKeyConstraint("id", name="pk_bounces"),
        sa.UniqueConstraint("mail", "address", name="uq_bounces_mail_address"),
    )
    op.create_index("ix_bounces_address", "bounces", ["address"])


def _replies() -> None:
    op.create_table(
        "replies",
        sa.Column("id", SERIAL, nullable=False),
        *_texts("mail", "person", "occurrence", "channel", "became", "line"),
        _instant("at"),
        sa.PrimaryKeyConstraint("id", name="pk_replies"),
        sa.UniqueConstraint("mail", name="uq_replies_mail"),
    )
    op.create_index("ix_replies_person", "replies", ["person"])


def _texts(*names: str) -> list[sa.Column[str]]:
    return [sa.Column(name, sa.Text(), nullable=False) for name in names]


def _instant(name: str) -> sa.Column[int]:
    return sa.Column(name, sa.BigInteger(), nullable=False)
