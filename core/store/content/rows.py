"""Rows of content tables, as one person may see them: what every repository of content stands on.

Whoever gives rows has seen to it that only rows of one organization, and of those only the ones
that the person may see, are ever found, changed or removed.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Protocol

from sqlalchemy import Table

Row = Mapping[str, Any]


class Relation(StrEnum):
    """How a column stands towards a value."""

    EQUAL = "eq"
    AMONG = "in"
    AT_LEAST = "gte"
    AT_MOST = "lte"


@dataclass(frozen=True, slots=True)
class Where:
    """A condition on one column. For AMONG the value is a tuple."""

    column: str
    relation: Relation
    value: Any


def equal(column: str, value: Any) -> Where:
    """Return the test that the column is the value."""
    return Where(column, Relation.EQUAL, value)


def among(column: str, values: Collection[Any]) -> Where:
    """Return the test that the column is one of the values."""
    return Where(column, Relation.AMONG, tuple(values))


def at_least(column: str, value: Any) -> Where:
    """Return the test that the column is the value or more."""
    return Where(column, Relation.AT_LEAST, value)


def at_most(column: str, value: Any) -> Where:
    """Return the test that the column is the value or less."""
    return Where(column, Relation.AT_MOST, value)


class Rows(Protocol):
    """Rows of one organization. All of a call is done, or none of it, but for `put`.

    Values are those of the tables' types: `date`, aware `datetime`, `Decimal`, enumerations,
    JSON-safe values. The organization's id is added to what is written.
    """

    def find(self, table: Table, *where: Where) -> list[Row]:
        """Return every row that passes all of `where`, in the order of the primary key."""
        ...

    def add(self, table: Table, row: Row) -> None:
        """Add a row. Raises Taken when a key of it is in use."""
        ...

    def put(self, table: Table, rows: Sequence[Row]) -> None:
        """Add rows or overwrite those with the same key; repeating it changes nothing.

        Many rows may go in several steps.
        """
        ...

    def change(self, table: Table, values: Row, *where: Where) -> int:
        """Change the rows that pass; return how many. Raises Taken as `add`."""
        ...

    def remove(self, table: Table, *where: Where) -> int:
        """Remove the rows that pass; return how many."""
        ...
