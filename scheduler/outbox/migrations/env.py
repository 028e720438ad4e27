"""Alembic runs this for each upgrade, on the connection that `schema.upgrade` hands over."""

from alembic import context

from scheduler.outbox.access_tables import metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    transaction_per_migration=False,
)
with context.begin_transaction():
    context.run_migrations()
