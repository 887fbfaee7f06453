"""Rows with typed columns, read once from their beginning to their end: what every table file is
written from.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal

import pyarrow as pa

from core.domain.columns import Column, Form
from core.errors import Defect

Cell = str | None
Row = Sequence[Cell]
Progress = Callable[[int], None]
"""Is told from time to time how many rows are written."""

_BATCH_ROWS = 10_000
_TYPES = {
    Form.TEXT: pa.string(),
    Form.COUNT: pa.int64(),
    Form.MONEY: pa.decimal128(38, 6),
    Form.DAY: pa.date32(),
    Form.INSTANT: pa.timestamp("us", tz="UTC"),
}
_READ: dict[Form, Callable[[str], object]] = {
    Form.TEXT: str,
    Form.COUNT: int,
    Form.MONEY: Decimal,
    Form.DAY: date.fromisoformat,
    Form.INSTANT: lambda text: datetime.fromisoformat(text).astimezone(UTC),
}


@dataclass(frozen=True, slots=True)
class Tabular:
    """Named rows: Arrow batches whose columns go in step with `columns`.

    Text is string, a count int64, money decimal, a day date32, an instant a UTC timestamp, any
    other number float64; what is not known is null. `batches` can be read once.
    """

    name: str
    columns: tuple[Column, ...]
    batches: Iterable[pa.RecordBatch]


def of_rows(name: str, columns: Sequence[Column], rows: Iterable[Row]) -> Tabular:
    """Return finished rows of text as typed ones; None stays unknown."""
    return Tabular(name, tuple(columns), _typed(tuple(columns), rows))


def of_answer(name: str, columns: dict[str, Column], batches: Iterable[pa.RecordBatch]) -> Tabular:
    """Return a question's answer: `columns` by their names in it, others are left out."""
    listed = tuple(columns.values())
    return Tabular(
        name, listed, (_picked(batch, list(columns), listed) for batch in batches if batch.num_rows)
    )


def schema_of(columns: Sequence[Column]) -> pa.Schema:
    """Return the Arrow schema of a file: titles as names, meanings beside them."""
    return pa.schema(
        [
            pa.field(
                column.title,
                type_of(column),
                metadata={"meaning": column.meaning} if column.meaning else None,
            )
            for column in columns
        ]
    )


def type_of(column: Column) -> pa.DataType:
    """Return the Arrow type of a column's cells."""
    return _TYPES.get(column.form, pa.float64())


def _typed(columns: Sequence[Column], rows: Iterable[Row]) -> Iterator[pa.RecordBatch]:
    waiting: list[Row] = []
    for row in rows:
        if len(row) != len(columns):
            raise Defect(f"a row of {len(row)} cells stands under {len(columns)} headings")
        waiting.append(row)
        if len(waiting) == _BATCH_ROWS:
            yield _batch(columns, waiting)
            waiting = []
    if waiting:
        yield _batch(columns, waiting)


def _batch(columns: Sequence[Column], rows: Sequence[Row]) -> pa.RecordBatch:
    arrays = [
        pa.array([_read(column, row[place]) for row in rows], type_of(column))
        for place, column in enumerate(columns)
    ]
    return pa.RecordBatch.from_arrays(arrays, schema=schema_of(columns))


def _read(column: Column, cell: Cell) -> object:
    if cell is None:
        return None
    return _READ.get(column.form, float)(cell)


def _picked(
    batch: pa.RecordBatch, names: Sequence[str], columns: Sequence[Column]
) -> pa.RecordBatch:
    arrays = [
        batch.column(name).cast(type_of(column), safe=False)
        for name, column in zip(names, columns, strict=True)
    ]
    return pa.RecordBatch.from_arrays(arrays, schema=schema_of(columns))
