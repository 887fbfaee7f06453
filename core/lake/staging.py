"""From a downloaded report to rows that may be judged: typed, unique, in our own names.

DuckDB reads the file with declared columns into a scratch database on disk, in bounded memory.
Amazon's numbers come as numbers or as text ("1,234.5"), its ids as either; a file with text
among its numbers is read a second time, slower, as text throughout. A null stays a null, but of
a measure that only one generation of reports has: there it would say that the report lacks it.

Rows that are equal in every key and measure count once. Rows equal in their keys that differ in
a measure block the file: which of them is true cannot be known. A key that Amazon leaves empty
becomes "unknown"; should the file also hold rows that Amazon calls "unknown", they are added.
"""

from __future__ import annotations

import shutil
import tempfile
from contextlib import ExitStack
from datetime import date
from pathlib import Path
from threading import Event, Thread
from types import TracebackType
from typing import Self

import duckdb
import pyarrow as pa

from core.domain.catalogue import METRICS
from core.errors import AppError, BadReport
from core.lake import structure
from core.lake.engine import Connection, Limits, arrow, open_engine, rows, run, told
from core.lake.layout import Asked, FileLimits, Layout, Role, WireColumn
from core.lake.opening import Beginning, Format, beginning, is_gzip, verified_size
from core.lake.schema import DAY, EXACT, UNKNOWN, listed, measure_column, quoted

STAGING = Limits(memory_mb=200, threads=2)

_OBJECT_BYTES = 16_777_216


class Staged:
    """A report's rows in a scratch database, judged sound in structure. Close it after use.

    `unknown_columns` were not asked for and are ignored. `negatives` are the conversions that
    hold corrections below zero.
    """

    def __init__(self, con: Connection, layout: Layout, asked: Asked, scratch: Path) -> None:
        self.con = con
        self.layout = layout
        self.asked = asked
        self.unknown_columns: frozenset[str] = frozenset()
        self.negatives: tuple[str, ...] = ()
        self._scratch = scratch

    @property
    def rows(self) -> int:
        """Return how many rows there are."""
        return int(rows(self.con, "SELECT count(*) FROM staged")[0][0])

    def attributes(self, *keys: str) -> pa.Table:
        """Return each distinct combination of `keys` (ids and attributes), null where absent."""
        names = listed(keys)
        return arrow(self.con, f"SELECT DISTINCT {names} FROM raw ORDER BY {names}")

    def close(self) -> None:
        """Drop the scratch database."""
        self.con.close()
        shutil.rmtree(self._scratch, ignore_errors=True)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()


def stage_file(
    path: Path,
    form: Format,
    layout: Layout,
    asked: Asked,
    *,
    scratch: Path,
    limits: FileLimits | None = None,
    engine: Limits = STAGING,
) -> Staged:
    """Return the rows of a downloaded report, sound in structure.

    Raises Upstream for a file that is cut off or damaged, BadReport for one that breaks a rule
    of structure (size, format, columns, types, negative delivery, ids, doubled rows), LakeFull.
    """
    bounds = limits or FileLimits()
    start = beginning(path, form)
    with ExitStack() as undo:
        staged = undo.enter_context(_opened(layout, asked, scratch, engine))
        _check_names(start, layout)
        staged.unknown_columns = frozenset(start.names) - {c.wire for c in layout.columns}
        _read(staged, path, form, start, bounds)
        _settle(staged, bounds.rows_max)
        undo.pop_all()
    return staged


def stage_arrow(
    source: pa.Table | pa.RecordBatchReader,
    layout: Layout,
    asked: Asked,
    *,
    scratch: Path,
    engine: Limits = STAGING,
) -> Staged:
    """Return rows that are already in memory, held to the same rules as a file's.

    `source` has the wire names of `layout`. Raises BadReport and LakeFull as `stage_file` does.
    """
    with ExitStack() as undo:
        staged = undo.enter_context(_opened(layout, asked, scratch, engine))
        staged.con.register("source", source)
        typed = _raw_columns(staged, as_text=False)
        with told("the staged rows"):
            run(staged.con, f"CREATE TABLE raw AS SELECT {typed} FROM source")
        staged.con.unregister("source")
        _settle(staged, FileLimits().rows_max)
        undo.pop_all()
    return staged


def _opened(layout: Layout, asked: Asked, scratch: Path, engine: Limits) -> Staged:
    scratch.mkdir(parents=True, exist_ok=True)
    folder = Path(tempfile.mkdtemp(prefix="staging-", dir=scratch))
    con = open_engine(folder / "rows.duckdb", engine, folder / "spill")
    return Staged(con, layout, asked, folder)


def _check_names(start: Beginning, layout: Layout) -> None:
    missing = sorted({column.wire for column in layout.columns} - set(start.names))
    if missing and not start.is_empty:
        raise BadReport("columns", f"asked for and not in the file: {', '.join(missing)}")


def _read(staged: Staged, path: Path, form: Format, start: Beginning, bounds: FileLimits) -> None:
    """Parse the file while a second thread proves that it is whole and not too large."""
    done = Event()
    faults: list[AppError] = []

    def verify() -> None:
        try:
            verified_size(path, bounds.bytes_max)
        except AppError as error:
            faults.append(error)
            while not done.wait(0.02):
                staged.con.interrupt()

    guard = Thread(target=verify, name="report-verify")
    guard.start()
    refusal: Exception | None = None
    try:
        _parse(staged, path, form, start)
    except (BadReport, duckdb.InterruptException) as error:
        refusal = error
    finally:
        done.set()
        guard.join()
    if faults:
        raise faults[0]
    if refusal:
        raise refusal


def _parse(staged: Staged, path: Path, form: Format, start: Beginning) -> None:
    """Read the file as numbers; should one of them be text, as text with care."""
    faults = (duckdb.InvalidInputException, duckdb.ConversionException)
    with told("the staged rows"):
        try:
            _load(staged, path, form, start, as_text=False)
        except faults:
            try:
                _load(staged, path, form, start, as_text=True)
            except faults as error:
                raise BadReport("format", str(error).splitlines()[0][:200]) from None


def _load(staged: Staged, path: Path, form: Format, start: Beginning, *, as_text: bool) -> None:
    layout = staged.layout
    declared = {c.wire: "VARCHAR" if as_text else _declared(c) for c in layout.columns}
    if form is Format.CSV:
        declared = {name: declared.get(name, "VARCHAR") for name in start.names}
    values = {
        "path": str(path),
        "columns": declared,
        "compression": "gzip" if is_gzip(path) else "uncompressed",
    }
    try:
        run(staged.con, f"CREATE OR REPLACE TABLE wire AS SELECT * FROM {_READERS[form]}", values)
    except duckdb.OutOfMemoryException:
        raise BadReport("size", "its rows need more memory than a report may take") from None
    if as_text:
        structure.refuse_text(staged.con, layout)
    typed = _raw_columns(staged, as_text=as_text)
    run(staged.con, f"CREATE OR REPLACE VIEW raw AS SELECT {typed} FROM wire")


_READERS = {
    Format.JSON: "read_json($path, format = 'array', columns = $columns, "
    f"compression = $compression, maximum_object_size = {_OBJECT_BYTES})",
    Format.CSV: "read_csv($path, columns = $columns, compression = $compression, header = true, "
    "auto_detect = false, delim = ',', quote = '\"', escape = '\"')",
}


def _raw_columns(staged: Staged, *, as_text: bool) -> str:
    constants = staged.layout.constants.items()
    values = {c.key: _value(c, staged.asked, as_text=as_text) for c in staged.layout.columns}
    for key, parts in staged.layout.sums.items():
        values[key] = " + ".join(f"coalesce({values[part]}, 0)" for part in parts)
    columns = [f"{value} AS {quoted(key)}" for key, value in values.items()]
    return ", ".join([*columns, *(f"{_literal(v)} AS {quoted(key)}" for key, v in constants)])


def _value(column: WireColumn, asked: Asked, *, as_text: bool) -> str:
    typed = _typed(column, as_text=as_text)
    if column.key != "advertiser_id" or not asked.called:
        return typed
    known = "".join(
        f" WHEN {_literal(name)} THEN {_literal(advertiser_id)}"
        for name, advertiser_id in asked.called.items()
    )
    return f"CASE {typed}{known} ELSE {typed} END"


def _literal(value: str | date) -> str:
    text = str(value).replace("'", "''")
    return f"DATE '{text}'" if isinstance(value, date) else f"'{text}'"


def _declared(column: WireColumn) -> str:
    if column.key in structure.WINDOW_DAYS:
        return DAY
    return {Role.MEASURE: EXACT, Role.REPORTED: "DOUBLE"}.get(column.role, "VARCHAR")


def _typed(column: WireColumn, *, as_text: bool) -> str:
    value, kind = quoted(column.wire), _declared(column)
    if as_text and column.role in (Role.MEASURE, Role.REPORTED):
        value = f"replace({value}, ',', '')"
    if as_text or kind == "VARCHAR":
        value = f"nullif(trim(CAST({value} AS VARCHAR)), '')"
    return f"CAST({value} AS {kind})"


def _settle(staged: Staged, rows_max: int) -> None:
    """Judge the structure of `raw` and name the rows that stand `staged`."""
    con, layout = staged.con, staged.layout
    with told("the staged rows"):
        staged.negatives = structure.check(con, layout, staged.asked, rows_max)
        source = "raw"
        if structure.refuse_contradictions(con, layout):
            known = (*layout.keys, *layout.constants, *layout.splits, *layout.measures)
            told_apart = listed(known)
            run(con, f"CREATE TABLE single AS SELECT DISTINCT {told_apart} FROM raw")
            source = "single"
        run(con, "CREATE TABLE money_of (advertiser_id VARCHAR, currency VARCHAR)")
        for advertiser, currency in staged.asked.currencies.items():
            run(con, "INSERT INTO money_of VALUES (?, ?)", [advertiser, currency])
        run(con, f"CREATE VIEW named AS {_named(layout, source)}")
        run(con, f"CREATE VIEW staged AS {_added_up(con, layout)}")


def _named(layout: Layout, source: str) -> str:
    """Return the rows with every key present and every measure in its own type."""
    keys = ", ".join(f"{_key(layout, key)} AS {quoted(key)}" for key in layout.table.identity)
    stated = "t.currency, " if "currency" in layout.keys else ""
    measures = "".join(
        f", CAST({_measure(key)} AS {measure_column(key).type}) AS {quoted(key)}"
        for key in layout.measures
    )
    return (
        f"SELECT {keys}, coalesce({stated}m.currency, '{UNKNOWN}') AS currency{measures} "
        f"FROM {source} t LEFT JOIN money_of m ON m.advertiser_id = t.advertiser_id"
    )


def _measure(key: str) -> str:
    """Return a measure's value; nothing where a report that has a partial one leaves it empty."""
    value = f"t.{quoted(key)}"
    return f"coalesce({value}, 0)" if METRICS[key].is_partial else value


def _key(layout: Layout, key: str) -> str:
    if key in layout.table.optional:
        return f"coalesce(t.{quoted(key)}, '{UNKNOWN}')"
    return f"t.{quoted(key)}"


def _added_up(con: Connection, layout: Layout) -> str:
    """Return `named`, its rows of one identity added up where there are such."""
    identity = listed(layout.table.identity)
    shared = f"SELECT 1 FROM named GROUP BY {identity} HAVING count(*) > 1 LIMIT 1"
    if not rows(con, shared):
        return "SELECT * FROM named"
    sums = "".join(
        f", CAST(sum({quoted(key)}) AS {measure_column(key).type}) AS {quoted(key)}"
        for key in layout.measures
    )
    return f"SELECT {identity}, min(currency) AS currency{sums} FROM named GROUP BY {identity}"
