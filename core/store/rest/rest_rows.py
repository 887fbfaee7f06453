"""Rows of content tables over PostgREST, as one person."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import Table

from core.domain.ids import OrgId
from core.store.content.rows import Relation, Row, Where
from core.store.rest import wire
from core.store.rest.refusals import translated

if TYPE_CHECKING:
    from supabase import Client

PAGE = 1_000
_STEP = 500


@dataclass(frozen=True, slots=True)
class RestRows:
    """The rows that the database shows to a person. `client` makes a client that acts as them.

    An answer holds as many rows as the project allows, and does not say that there were more
    (Supabase: "Max rows", 1,000): so each says how many there are, and the rest is asked for by
    the key of the last row, which nothing that is added or removed meanwhile can shift.
    """

    client: Callable[[], Client]
    org_id: OrgId

    def find(self, table: Table, *where: Where) -> list[Row]:
        """Return as `Rows.find`. Raises as `translated`."""
        found: list[Row] = []
        while True:
            page, left = self._page(table, where, found[-1] if found else None)
            found += page
            if not page or len(page) >= left:
                return found

    def add(self, table: Table, row: Row) -> None:
        """Add as `Rows.add`. Raises as `translated`."""
        with translated():
            self._table(table).insert(self._whole(table, row), returning=_MINIMAL).execute()

    def put(self, table: Table, rows: Sequence[Row]) -> None:
        """Put as `Rows.put`, some hundred rows at a time. Raises as `translated`."""
        whole = [self._whole(table, row) for row in rows]
        keys = ",".join(column.name for column in table.primary_key.columns)
        for start in range(0, len(whole), _STEP):
            step = whole[start : start + _STEP]
            with translated():
                asked = self._table(table).upsert(step, on_conflict=keys, returning=_MINIMAL)
                asked.execute()

    def change(self, table: Table, values: Row, *where: Where) -> int:
        """Change as `Rows.change`. Raises as `translated`."""
        sent = wire.written(table, values)
        with translated():
            asked = self._table(table).update(sent, count=_COUNTED, returning=_MINIMAL)
            return self._passing(asked, table, where).execute().count or 0

    def remove(self, table: Table, *where: Where) -> int:
        """Remove as `Rows.remove`. Raises as `translated`."""
        with translated():
            asked = self._table(table).delete(count=_COUNTED, returning=_MINIMAL)
            return self._passing(asked, table, where).execute().count or 0

    def _page(
        self, table: Table, where: Sequence[Where], last: Row | None
    ) -> tuple[list[Row], int]:
        """Return the rows after `last`, and how many are left, these included."""
        with translated():
            asked = self._table(table).select(wire.selection(table), count=_COUNTED)
            asked = self._passing(asked, table, where)
            if last is not None:
                asked = asked.or_(wire.after(table, last))
            for column in table.primary_key.columns:
                asked = asked.order(column.name)
            answer = asked.limit(PAGE).execute()
        return [wire.read(table, row) for row in answer.data], answer.count or 0

    def _passing(self, asked: Any, table: Table, where: Sequence[Where]) -> Any:
        """Add the conditions. The organization is one of them, whatever the policies say."""
        asked = asked.eq("org_id", self.org_id)
        for test in where:
            column = table.c[test.column]
            if test.relation is Relation.AMONG:
                asked = asked.in_(column.name, [wire.write(column, one) for one in test.value])
            else:
                value = wire.write(column, test.value)
                asked = asked.filter(column.name, test.relation.value, str(value))
        return asked

    def _whole(self, table: Table, row: Row) -> dict[str, Any]:
        return wire.written(table, {"org_id": self.org_id, **row})

    def _table(self, table: Table) -> Any:
        return self.client().table(table.name)


# Words of the wire, which the client takes as enumerations of its own.
_MINIMAL: Any = "minimal"
_COUNTED: Any = "exact"
