"""Since when a paused channel is tried again after nobody had for long."""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"


def upgrade() -> None:
    """Add the column; a node of the version before leaves it as it is."""
    op.add_column("channel_states", sa.Column("tried_since", sa.BigInteger()))
