"""Everything of the first release, from the SQL that `python -m core.store.freeze` wrote."""

from __future__ import annotations

from pathlib import Path

from alembic import op

from core.store.freeze import split

revision = "0001"
down_revision = None


def upgrade() -> None:
    """Run the file of this database's kind, statement by statement."""
    connection = op.get_bind()
    path = Path(__file__).with_name(f"0001_first.{connection.dialect.name}.sql")
    for statement in split(path.read_text()):
        connection.execution_options(no_parameters=True).exec_driver_sql(statement)
