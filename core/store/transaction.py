"""One transaction, and the few things that both databases say differently."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import fields
from datetime import datetime, timedelta
from functools import cache
from typing import Any, ClassVar, TypeVar

from sqlalchemy import (
    Connection,
    Executable,
    Float,
    Row,
    Select,
    Table,
    insert,
    literal,
    select,
    text,
)
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.functions import FunctionElement

from core.store.schema.base import Instant

R = TypeVar("R")
Values = Mapping[str, Any]

# A page or a job that waits longer than this for one statement has lost already.
STATEMENT_TIMEOUT = timedelta(seconds=60)
_BEGIN = text(
    "select set_config('role', :role, true), set_config('request.jwt.claims', :claims, true),"
    " set_config('statement_timeout', :timeout, true)"
)
_CLAIMS = text("select set_config('request.jwt.claims', :claims, true)")


class DatabaseNow(FunctionElement[datetime]):
    """The database's own present instant, some seconds on. Leases trust no other clock."""

    type = Instant()
    inherit_cache = True
    name: ClassVar[str] = "database_now"

    def __init__(self, plus: timedelta = timedelta(0)) -> None:
        super().__init__(literal(plus.total_seconds(), Float))


@compiles(DatabaseNow, "postgresql")
def _now_on_postgres(element: DatabaseNow, compiler: Any, **kw: Any) -> str:
    # Stable within a statement (so an index can be used) and, unlike now(), not as old as
    # the transaction, which may have waited for a lock.
    seconds = compiler.process(element.clauses, **kw)
    return f"(statement_timestamp() + make_interval(secs => cast({seconds} as double precision)))"


@compiles(DatabaseNow, "sqlite")
def _now_on_sqlite(element: DatabaseNow, compiler: Any, **kw: Any) -> str:
    seconds = compiler.process(element.clauses, **kw)
    # Six decimals, as the other instants are written, so that text compares as time does.
    return f"(strftime('%Y-%m-%d %H:%M:%f', 'now', {seconds} || ' seconds') || '000')"


@cache
def _field_names(kind: type) -> tuple[str, ...]:
    return tuple(field.name for field in fields(kind))


def picked(table: Table, kind: type) -> Select[Any]:
    """Return a select of the columns that the dataclass `kind` has fields for."""
    return select(*(table.c[name] for name in _field_names(kind)))


class Transaction:
    """What the repositories of one transaction share."""

    def __init__(self, connection: Connection) -> None:
        self.connection = connection
        self.is_postgres = connection.dialect.name == "postgresql"
        self._claims: dict[str, str] = {}

    def begin_as(self, role: str, claims: Mapping[str, str]) -> None:
        """Take on a database role and claims, until this transaction ends and no longer."""
        self._claims = dict(claims)
        if self.is_postgres:
            timeout = str(int(STATEMENT_TIMEOUT.total_seconds() * 1000))
            self.connection.execute(
                _BEGIN, {"role": role, "claims": json.dumps(self._claims), "timeout": timeout}
            )

    def present(self, **claims: str) -> None:
        """Add to the claims what the request has just proved; policies see it from here on."""
        self._claims |= claims
        if self.is_postgres:
            self.connection.execute(_CLAIMS, {"claims": json.dumps(self._claims)})

    def rows(self, statement: Executable) -> Sequence[Row[Any]]:
        """Return every row."""
        return self.connection.execute(statement).all()

    def row(self, statement: Executable) -> Row[Any] | None:
        """Return the row, or None; never more than one is asked for."""
        return self.connection.execute(statement).one_or_none()

    def many(self, statement: Executable, kind: type[R]) -> list[R]:
        """Return every row as a `kind`, whose fields bear the columns' names."""
        return [kind(**row._mapping) for row in self.rows(statement)]

    def one(self, statement: Executable, kind: type[R]) -> R | None:
        """Return the row as a `kind`, or None."""
        row = self.row(statement)
        return None if row is None else kind(**row._mapping)

    def run(self, statement: Executable) -> int:
        """Carry out a change; return how many rows it met."""
        return self.connection.execute(statement).rowcount

    def insert(self, table: Table, rows: Sequence[Values]) -> None:
        """Add rows; every one has the same columns."""
        if rows:
            self.connection.execute(insert(table), list(rows))

    def insert_absent(self, table: Table, row: Values) -> bool:
        """Add a row unless one of its keys is taken; return whether it was added."""
        statement = self._insert(table).values(dict(row)).on_conflict_do_nothing()
        return self.run(statement.execution_options(preserve_rowcount=True)) == 1

    def upsert(self, table: Table, rows: Iterable[Values], *, keep: Collection[str] = ()) -> None:
        """Add rows, or overwrite those with the same primary key but for the columns in `keep`.

        Every row has the same columns, and no primary key comes twice.
        """
        listed = [dict(row) for row in rows]
        if not listed:
            return
        keys = [column.name for column in table.primary_key.columns]
        statement = self._insert(table)
        changed = {
            name: statement.excluded[name] for name in listed[0] if name not in (*keys, *keep)
        }
        statement = (
            statement.on_conflict_do_update(index_elements=keys, set_=changed)
            if changed
            else statement.on_conflict_do_nothing(index_elements=keys)
        )
        self.connection.execute(statement, listed)

    def counted_up(
        self, table: Table, rows: Sequence[Values], counter: str, limit: int, *, returning: str
    ) -> list[Any]:
        """Add rows with their counter, or count those that stand up by one, below `limit` only.

        Return `returning` of the rows that were added or counted. Rows come in one order, so
        that two who count the same ones do not wait for each other in a ring.
        """
        column = table.c[counter]
        statement = self._insert(table).values([dict(row) for row in rows])
        counted = statement.on_conflict_do_update(
            index_elements=[c.name for c in table.primary_key.columns],
            set_={counter: column + 1},
            where=column < limit,
        )
        return [row[0] for row in self.rows(counted.returning(table.c[returning]))]

    def _insert(self, table: Table) -> Any:
        return postgresql.insert(table) if self.is_postgres else sqlite.insert(table)

    def locked(self, statement: Select[Any], *, skip: bool = False) -> Select[Any]:
        """Return the select with its rows locked on Postgres; on SQLite the writer is alone."""
        return statement.with_for_update(skip_locked=skip) if self.is_postgres else statement
