"""`python -m core.store.freeze`: write the first migration as SQL, from the tables as they are.

A migration must not change under an installation that has run it, so it does not look at the
tables in code: it runs the files written here. Until the first release this command rewrites
them; from then on a change is a migration of its own, and a test compares what all migrations
together build with what the code says.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from sqlalchemy import Dialect, ForeignKeyConstraint
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.dialects.sqlite.base import SQLiteDDLCompiler
from sqlalchemy.schema import CreateIndex, CreateTable
from sqlalchemy.sql.compiler import DDLCompiler

from core.store.guards import (
    SCHEDULER,
    WEB,
    function_statements,
    grant_statements,
    policy_statements,
    role_statements,
)
from core.store.guards.policy import Policy
from core.store.guards.roles import closed_to_outsiders
from core.store.schema import METADATA
from core.store.schema.base import PRIVATE

VERSIONS = Path(__file__).parent / "migrations" / "versions"
SUPABASE = Path(__file__).parents[2] / "supabase" / "migrations" / "20261123000000_first.sql"
REVISION = "0001"
# Between statements: a line that no statement holds, since function bodies hold semicolons.
SEPARATOR = "\n--;\n"


def sqlite_statements() -> list[str]:
    """Return the statements that build the state on SQLite."""
    dialect = sqlite.dialect()
    dialect.ddl_compiler = _OneSchema
    return [sql.replace(f"{PRIVATE}.", "") for sql in _tables(dialect)]


def postgres_statements() -> list[str]:
    """Return the statements that build the state on Postgres, row-level security included."""
    dialect = postgresql.dialect()  # type: ignore[no-untyped-call]
    return [
        *role_statements(),
        *_tables(dialect),
        *grant_statements(),
        *function_statements(),
        *policy_statements(),
        *_version_table(),
    ]


def supabase_statements() -> list[str]:
    """Return the same for Supabase's own migrations, with the version that Alembic would note."""
    return [
        "create table if not exists alembic_version (version_num varchar(32) primary key)",
        *postgres_statements(),
        f"insert into alembic_version (version_num) values ('{REVISION}')",
    ]


def written() -> dict[Path, str]:
    """Return every file this command writes, with its text."""
    return {
        VERSIONS / "0001_first.sqlite.sql": _file(sqlite_statements()),
        VERSIONS / "0001_first.postgresql.sql": _file(postgres_statements()),
        SUPABASE: _file(supabase_statements()),
    }


def split(text: str) -> list[str]:
    """Return the statements of a file written here."""
    return [part.rstrip().removesuffix(";") for part in text.split(SEPARATOR) if part.strip()]


def main() -> int:
    """Write the files and say which; return 0."""
    for path, text in written().items():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
        sys.stdout.write(f"{path.name}\n")
    return 0


class _OneSchema(SQLiteDDLCompiler):
    """Keeps the foreign keys that SQLite's compiler leaves out between two schemas: it has one."""

    def visit_foreign_key_constraint(self, constraint: ForeignKeyConstraint, **options: Any) -> str:
        return DDLCompiler.visit_foreign_key_constraint(self, constraint, **options)


def _tables(dialect: Dialect) -> Iterator[str]:
    for table in METADATA.sorted_tables:
        yield _tidy(str(CreateTable(table).compile(dialect=dialect)))
        for index in sorted(table.indexes, key=lambda index: str(index.name)):
            yield _tidy(str(CreateIndex(index).compile(dialect=dialect)))


def _version_table() -> list[str]:
    return [
        closed_to_outsiders("alembic_version"),
        "alter table alembic_version enable row level security",
        f"grant select on alembic_version to {WEB}, {SCHEDULER}",
        Policy("anybody_reads", "select", f"{WEB}, {SCHEDULER}", using="true").statement(
            "alembic_version"
        ),
    ]


def _tidy(sql: str) -> str:
    return "\n".join(line.rstrip() for line in sql.strip().splitlines()).replace("\t", "    ")


def _file(statements: list[str]) -> str:
    return SEPARATOR.join(f"{statement};" for statement in statements) + "\n"


if __name__ == "__main__":
    raise SystemExit(main())
