"""A report names what it came from, so that what is sent twice is recorded once."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    """Add the column and its index."""
    op.add_column("reports", sa.Column("source", sa.Text))
    op.create_index("ix_reports_source", "reports", ["source"], unique=True)
