"""Rows that are asked for once, by whoever draws one page or makes one change."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from sqlalchemy import Table

from core.store.content.rows import Row, Rows, Where

Asked = tuple[str, tuple[Where, ...]]


@dataclass(frozen=True, slots=True)
class RememberedRows:
    """Other rows, whose answers are kept until something is written. For one short piece of work:
    what others write meanwhile is not seen, as in a transaction that reads.
    """

    rows: Rows
    _found: dict[Asked, list[Row]] = field(default_factory=dict, init=False, repr=False)

    def find(self, table: Table, *where: Where) -> list[Row]:
        """Return as `Rows.find`."""
        asked = (table.name, where)
        if asked not in self._found:
            self._found[asked] = self.rows.find(table, *where)
        return list(self._found[asked])

    def add(self, table: Table, row: Row) -> None:
        """Add as `Rows.add`."""
        self._found.clear()
        self.rows.add(table, row)

    def put(self, table: Table, rows: Sequence[Row]) -> None:
        """Put as `Rows.put`."""
        self._found.clear()
        self.rows.put(table, rows)

    def change(self, table: Table, values: Row, *where: Where) -> int:
        """Change as `Rows.change`."""
        self._found.clear()
        return self.rows.change(table, values, *where)

    def remove(self, table: Table, *where: Where) -> int:
        """Remove as `Rows.remove`."""
        self._found.clear()
        return self.rows.remove(table, *where)
