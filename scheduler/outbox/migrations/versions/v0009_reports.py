"""Reports go through review; a link and a file may go with one. See `tables.py`.

What was reported before is public, and so is what a node of the version before still records.
"""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"

SERIAL = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Add the columns and the two tables."""
    for name, default in (("review", "published"), ("link", "")):
        op.add_column("reports", sa.Column(name, sa.Text, nullable=False, server_default=default))
    op.add_column("reports", sa.Column("request", sa.Text))
    op.create_table(
        "report_reviews",
        sa.Column("id", SERIAL, nullable=False),
        sa.Column("report", sa.BigInteger, nullable=False),
        sa.Column("at", sa.BigInteger, nullable=False),
        sa.Column("by", sa.Text, nullable=False),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("word", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_report_reviews"),
    )
    op.create_index("ix_report_reviews_report", "report_reviews", ["report"])
    op.create_table(
        "attachments",
        sa.Column("id", SERIAL, nullable=False),
        sa.Column("report", sa.BigInteger, nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("size", sa.Integer, nullable=False),
        sa.Column("digest", sa.Text, nullable=False),
        sa.Column("octets", sa.LargeBinary, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_attachments"),
    )
    op.create_index("ix_attachments_report", "attachments", ["report"])
