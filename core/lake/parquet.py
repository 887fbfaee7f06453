"""Parquet files as SQL: the rows of files as a relation, the rows of a query as files."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Iterator, Sequence
from contextlib import ExitStack
from datetime import date
from pathlib import Path
from typing import Any

import pyarrow as pa

from core.lake.engine import Connection, rows, run, told
from core.lake.files import TableFiles
from core.lake.schema import Column, listed, quoted
from core.lake.tables import LakeFile, shape_of

VALUES_AT_ONCE = 4_000_000
"""Rows times columns that are written together: about 60 MB before compression."""

_HIVE = "hive_partitioning = true, hive_types = {'advertiser_id': VARCHAR, 'month': VARCHAR}"


def scanned(
    files: Sequence[LakeFile],
    where: TableFiles,
    columns: Sequence[Column],
    known: Iterable[str] = (),
) -> str:
    """Return the SQL of a relation with exactly `columns`: the rows of `files`.

    `known` are the columns of the table. A column that a file was written without, because the
    table has grown since, reads as null. No file gives no row.
    """
    absent = frozenset(c.name for c in columns) - (present := frozenset(known))
    nulls = {c.name: f"CAST(NULL AS {c.type}) AS {quoted(c.name)}" for c in columns}
    if not files:
        return f"(SELECT {', '.join(nulls.values())} WHERE false)"
    paths = ", ".join(map(_text, where.readable(file.path for file in files)))
    if {file.shape for file in files} == {shape_of(present)}:
        shown = (nulls[c.name] if c.name in absent else quoted(c.name) for c in columns)
        return f"(SELECT {', '.join(shown)} FROM read_parquet([{paths}], {_HIVE}))"
    every = f"SELECT * FROM read_parquet([{paths}], {_HIVE}, union_by_name = true)"
    nothing = f"SELECT {', '.join(nulls.values())} WHERE false"
    return f"(SELECT {listed(nulls)} FROM ({every} UNION ALL BY NAME {nothing}))"


def written(
    con: Connection, sql: str, values: dict[str, Any], columns: Sequence[Column], where: TableFiles
) -> tuple[LakeFile, ...]:
    """Write the rows of `sql`, which has `columns`, and return the files that hold them.

    A file holds rows of one advertiser and month, in no order. Rows are written some days at a
    time, so that a load of any size needs the same memory and a file few days; whoever reads for
    long sorts them (`core.lake.served`). Nothing is part of a table until the files are committed.
    Raises LakeFull, and leaves no file behind then.
    """
    desk = where.desk()
    mark = f"{shape_of(column.name for column in columns)}-{uuid.uuid4().hex}"
    counts = rows(
        con, f"SELECT advertiser_id, day, count(*) FROM ({sql}) GROUP BY ALL ORDER BY ALL", values
    )
    found: list[LakeFile] = []
    with ExitStack() as undo, told("the lake's files"):
        undo.callback(_discard, where, desk, mark)
        for batch in _batches(counts, VALUES_AT_ONCE // len(columns)):
            _take(con, batch)
            about = _about(batch)
            written_now = rows(
                con,
                f"COPY (SELECT {listed(c.name for c in columns)}, "
                f"strftime(day, '%Y-%m') AS month FROM ({sql}) r "
                f"WHERE {about} AND EXISTS (SELECT 1 FROM batch b "
                "WHERE b.advertiser_id = r.advertiser_id AND b.day = r.day)) "
                f"TO {_text(str(desk))} (FORMAT parquet, "
                "COMPRESSION zstd, PARTITION_BY (advertiser_id, month), APPEND, RETURN_STATS, "
                f"FILENAME_PATTERN '{mark}-{{uuidv4}}')",
                values,
            )
            found += (_file(desk, *row[:6]) for row in written_now)
        undo.pop_all()
    return tuple(found)


def _discard(where: TableFiles, desk: Path, mark: str) -> None:
    where.discard(str(path.relative_to(desk)) for path in desk.rglob(f"{mark}-*.parquet"))


def _batches(counts: Iterable[Any], rows_at_once: int) -> Iterator[list[tuple[str, date]]]:
    """Yield advertisers' days in the order of (advertiser, day, count), so many rows at a time."""
    batch: list[tuple[str, date]] = []
    size = 0
    for advertiser, day, count in counts:
        if batch and size + count > rows_at_once:
            yield batch
            batch, size = [], 0
        batch.append((advertiser, day))
        size += count
    if batch:
        yield batch


def _take(con: Connection, batch: Sequence[tuple[str, date]]) -> None:
    advertisers, days = zip(*batch, strict=True)
    taken = pa.table({"advertiser_id": advertisers, "day": pa.array(days, pa.date32())})
    con.register("batch_days", taken)
    run(con, "CREATE OR REPLACE TEMP TABLE batch AS SELECT * FROM batch_days")
    con.unregister("batch_days")


def _about(batch: Sequence[tuple[str, date]]) -> str:
    """Return what is true of each row of a batch `r`, in words that reach down to every scan."""
    advertisers = ", ".join(sorted({_text(advertiser) for advertiser, _ in batch}))
    days = [day for _, day in batch]
    between = f"DATE '{min(days)}' AND DATE '{max(days)}'"
    return f"r.advertiser_id IN ({advertisers}) AND r.day BETWEEN {between}"


def _text(value: str) -> str:
    """Return a text of ours (a path, an id that was checked) as an SQL literal."""
    return "'" + value.replace("'", "''") + "'"


def _file(
    desk: Path, path: str, count: int, size: int, _footer: int, statistics: Any, partition: Any
) -> LakeFile:
    days = statistics['"day"']
    return LakeFile(
        path=str(Path(path).relative_to(desk)),
        advertiser_id=partition["advertiser_id"],
        month=partition["month"],
        rows=count,
        bytes=size,
        first_day=date.fromisoformat(days["min"]),
        last_day=date.fromisoformat(days["max"]),
    )
