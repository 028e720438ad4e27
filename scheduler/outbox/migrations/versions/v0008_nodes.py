"""A channel's rate holds for all nodes together, and a node says which version it is."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0005"


def upgrade() -> None:
    """Add the table of what a rate has let through, and the column."""
    op.create_table(
        "slots",
        sa.Column("channel", sa.Text, primary_key=True),
        sa.Column("number", sa.BigInteger, primary_key=True, autoincrement=False),
        sa.Column("at", sa.BigInteger, nullable=False),
    )
    op.add_column("nodes", sa.Column("version", sa.Text))
