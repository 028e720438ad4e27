"""The index by which a claim finds the rows of a message names the delivery too.

Without it PostgreSQL, as long as it knows nothing of the table, reads all of it for a claim.
"""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"

OPEN = sa.text("next_at IS NOT NULL")


def upgrade() -> None:
    """Make the index anew."""
    op.drop_index("ix_reminders_message", "reminders")
    op.create_index(
        "ix_reminders_message",
        "reminders",
        ["message", "delivery"],
        postgresql_where=OPEN,
        sqlite_where=OPEN,
    )
