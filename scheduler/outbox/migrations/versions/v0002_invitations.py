"""Calendar invitations and the answers to them. The columns are explained in `tables.py`."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"

SERIAL = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Make the two tables."""
    _invitations()
    _answers()


def _invitations() -> None:
    texts = ("key", "milestone", "uid", "recipient", "channel", "address", "name", "language",
             "timezone", "kind")  # fmt: skip
    op.create_table(
        "invitations",
        sa.Column("id", SERIAL, nullable=False),
        *(sa.Column(name, sa.Text(), nullable=False) for name in texts),
        sa.Column("sequence", sa.Integer(), nullable=False),
        sa.Column("mark", sa.Text(), nullable=False),
        sa.Column("entry", sa.Text(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_invitations"),
        sa.UniqueConstraint("key", name="uq_invitations_key"),
    )
    op.create_index("ix_invitations_milestone", "invitations", ["milestone"])
    op.create_index("ix_invitations_uid", "invitations", ["uid"])


def _answers() -> None:
    op.create_table(
        "answers",
        sa.Column("id", SERIAL, nullable=False),
        sa.Column("mail", sa.Text(), nullable=False),
        sa.Column("milestone", sa.Text(), nullable=False),
        sa.Column("recipient", sa.Text(), nullable=False),
        sa.Column("occurrence", sa.Text(), nullable=False),
        sa.Column("sequence", sa.Integer(), nullable=False),
        sa.Column("answer", sa.Text(), nullable=False),
        sa.Column("comment", sa.Text(), nullable=False),
        sa.Column("said_at", sa.BigInteger(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_answers"),
        sa.UniqueConstraint("mail", "occurrence", name="uq_answers_mail_occurrence"),
    )
    op.create_index("ix_answers_milestone", "answers", ["milestone"])
