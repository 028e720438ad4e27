"""Drafts of answers to update requests, and the answers; columns as in `tables.py`."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"

SERIAL = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Make the two tables."""
    op.create_table(
        "drafts",
        *_texts("occurrence", "person"),
        sa.Column("version", sa.Integer(), nullable=False),
        _instant("at"),
        *_texts("fields"),
        sa.PrimaryKeyConstraint("occurrence", "person", name="pk_drafts"),
    )
    op.create_table(
        "request_answers",
        sa.Column("id", SERIAL, nullable=False),
        *_texts("round", "occurrence", "by"),
        _instant("at"),
        sa.Column("late", sa.Boolean(), nullable=False),
        *_texts("fields", "source"),
        sa.PrimaryKeyConstraint("id", name="pk_request_answers"),
        sa.UniqueConstraint("source", name="uq_request_answers_source"),
    )
    op.create_index("ix_request_answers_occurrence", "request_answers", ["occurrence"])


def _texts(*names: str) -> list[sa.Column[str]]:
    return [sa.Column(name, sa.Text(), nullable=False) for name in names]


def _instant(name: str) -> sa.Column[int]:
    return sa.Column(name, sa.BigInteger(), nullable=False)
