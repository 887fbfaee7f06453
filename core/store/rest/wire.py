"""Values, columns and conditions as PostgREST takes and gives them.

Amounts travel as text in both directions: as a JSON number they would be read as binary floats.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import Column, Date, Table
from sqlalchemy.dialects import postgresql
from sqlalchemy.types import TypeDecorator

from core.store.content.rows import Row
from core.store.schema.base import Exact, Instant, Word

_POSTGRES = postgresql.dialect()  # type: ignore[no-untyped-call]


def selection(table: Table) -> str:
    """Return the columns of a table as they are selected, amounts as text."""
    return ",".join(
        f"{column.name}::text" if isinstance(column.type, Exact) else column.name
        for column in table.columns
    )


def read(table: Table, row: Mapping[str, Any]) -> Row:
    """Return a row's values in the types of its table."""
    return {column.name: _read(column, row[column.name]) for column in table.columns}


def written(table: Table, row: Row) -> dict[str, Any]:
    """Return a row's values as they are sent."""
    return {name: write(table.c[name], value) for name, value in row.items()}


def write(column: Column[Any], value: Any) -> Any:
    """Return one value as it is sent. Raises ValueError for one that the column's type refuses."""
    if isinstance(column.type, TypeDecorator):
        value = column.type.process_bind_param(value, _POSTGRES)
    if isinstance(value, Decimal):
        return f"{value:f}"
    return value.isoformat() if isinstance(value, date | datetime) else value


def after(table: Table, last: Row) -> str:
    """Return the condition of the rows that come after one, by the primary key.

    For a key of two columns: a > x, or a = x and b > y.
    """
    columns = list(table.primary_key.columns)
    values = [_quoted(write(column, last[column.name])) for column in columns]
    names = [column.name for column in columns]
    return ",".join(_steps(names, values))


def _steps(names: Sequence[str], values: Sequence[str]) -> Iterator[str]:
    for depth in range(len(names)):
        same = [f"{names[i]}.eq.{values[i]}" for i in range(depth)]
        more = f"{names[depth]}.gt.{values[depth]}"
        yield more if not same else f"and({','.join([*same, more])})"


def _quoted(value: Any) -> str:
    escaped = str(value).replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


def _read(column: Column[Any], value: Any) -> Any:
    if value is None:
        return None
    kind = column.type
    if isinstance(kind, Instant):
        return datetime.fromisoformat(value).astimezone(UTC)
    if isinstance(kind, Date):
        return date.fromisoformat(value)
    return kind.process_result_value(value, _POSTGRES) if isinstance(kind, Exact | Word) else value
