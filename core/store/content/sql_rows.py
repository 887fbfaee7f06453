"""Rows of content tables in a transaction of the store."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from operator import eq, ge, le
from typing import Any

from sqlalchemy import ColumnElement, Executable, Table, delete, select, update
from sqlalchemy.exc import IntegrityError

from core.errors import Taken
from core.store.content.rows import Relation, Row, Where
from core.store.scoped import Scoped

_STEP = 1_000
_UNIQUE_ON_POSTGRES = "23505"
_UNIQUE_ON_SQLITE = ("SQLITE_CONSTRAINT_UNIQUE", "SQLITE_CONSTRAINT_PRIMARYKEY")

_RELATIONS: Mapping[Relation, Callable[[Any, Any], Any]] = {
    Relation.EQUAL: eq,
    Relation.AMONG: lambda column, values: column.in_(values),
    Relation.AT_LEAST: ge,
    Relation.AT_MOST: le,
}


class SqlRows(Scoped):
    """The rows that a scope sees, by `Scoped.mine`; on Postgres the policies decide again."""

    def find(self, table: Table, *where: Where) -> list[Row]:
        """Return as `Rows.find`."""
        query = select(table).where(*self._passing(table, where))
        found = self.tx.rows(query.order_by(*table.primary_key.columns))
        return [dict(row._mapping) for row in found]

    def add(self, table: Table, row: Row) -> None:
        """Add as `Rows.add`."""
        if not self.tx.insert_absent(table, {"org_id": self.scope.org_id, **row}):
            raise Taken

    def put(self, table: Table, rows: Sequence[Row]) -> None:
        """Put as `Rows.put`; here all of it or nothing."""
        whole = [{"org_id": self.scope.org_id, **row} for row in rows]
        for start in range(0, len(whole), _STEP):
            self.tx.upsert(table, whole[start : start + _STEP])

    def change(self, table: Table, values: Row, *where: Where) -> int:
        """Change as `Rows.change`."""
        with self._unless_taken():
            return self._run(update(table).where(*self._passing(table, where)).values(**values))

    def remove(self, table: Table, *where: Where) -> int:
        """Remove as `Rows.remove`."""
        return self._run(delete(table).where(*self._passing(table, where)))

    def _run(self, statement: Executable) -> int:
        return self.tx.run(statement)

    def _passing(self, table: Table, where: Sequence[Where]) -> Iterator[ColumnElement[bool]]:
        yield self.mine(table)
        for test in where:
            yield _RELATIONS[test.relation](table.c[test.column], test.value)

    @contextmanager
    def _unless_taken(self) -> Iterator[None]:
        """Undo the step alone when a unique key stands in its way: the transaction goes on."""
        try:
            with self.tx.connection.begin_nested():
                yield
        except IntegrityError as error:
            if _is_about_uniqueness(error):
                raise Taken from None
            raise


def _is_about_uniqueness(error: IntegrityError) -> bool:
    told = getattr(error.orig, "sqlstate", None) == _UNIQUE_ON_POSTGRES
    return told or getattr(error.orig, "sqlite_errorname", "") in _UNIQUE_ON_SQLITE
