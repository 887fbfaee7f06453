"""What Alembic runs: the versions, in one transaction, on the connection that it was given."""

from __future__ import annotations

from alembic import context

from core.store.schema import METADATA

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=METADATA,
    # SQLite alters a table by copying it; both databases roll back a migration that fails.
    render_as_batch=True,
    transactional_ddl=True,
)
with context.begin_transaction():
    context.run_migrations()
