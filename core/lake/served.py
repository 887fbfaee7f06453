"""The serving copy of one organization: a native DuckDB file that answers pages fast.

It holds the facts in the order of their days, the campaign facts added up by order and day,
and the names. It is made from one generation of the lake and moved to the next by replacing
only the advertisers and days that the loads between replaced. It can be thrown away at any time.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from threading import Lock

import pyarrow as pa

from core.domain.metrics import Dataset
from core.domain.periods import DateRange
from core.lake.compiler import uses_rollup
from core.lake.engine import Connection, Limits, held_columns, open_engine, rows, run, told
from core.lake.manifest import Manifest, Span
from core.lake.names import Attributes, load_names
from core.lake.question import Question
from core.lake.schema import (
    COUNT,
    EXACT,
    TABLES,
    Column,
    FactTable,
    core_measures,
    in_order,
    listed,
    measure_column,
    quoted,
)
from core.lake.sources import ParquetSource, fact_columns
from core.lake.tables import Tables

ROLLUP = "order_days"
"""Campaign facts added up by advertiser, order and day."""

_ROLLUP_KEYS = ("advertiser_id", "order_id", "day", "currency")


class ServedCopy:
    """One organization's serving copy. One process has it open; its threads read at once."""

    def __init__(self, path: Path, limits: Limits, tables: Tables) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        self.path = path
        self._tables = tables
        self._limits = limits
        self._writing = Lock()
        self._handing_out = Lock()
        self._con = self._opened()

    @property
    def generation(self) -> int:
        """Return the generation the copy holds; 0 for none."""
        return _generation(self.cursor())

    def names_generation(self, schema: str) -> str | None:
        """Return the mark of the names that a schema holds, None when it holds none."""
        return _names(self.cursor(), schema)

    @property
    def bytes(self) -> int:
        """Return how large the copy is on the disk, in bytes."""
        return sum(file.stat().st_size for file in self.path.parent.glob(f"{self.path.name}*"))

    def snapshot(self, manifest: Manifest, names: str) -> Snapshot | None:
        """Return an unchanging view of the copy with the names of one schema.

        None when it holds another generation, or not these names.
        """
        cursor = self.cursor()
        cursor.begin()
        names_generation = _names(cursor, names)
        if _generation(cursor) != manifest.generation or names_generation is None:
            cursor.close()
            return None
        return Snapshot(
            cursor, ParquetSource(self._tables, manifest, names), names, names_generation
        )

    def advance(self, manifest: Manifest, between: Sequence[Manifest]) -> None:
        """Bring the copy to `manifest`; `between` are the generations after its own, in order.

        Raises LakeFull and LakeDamaged; the copy then holds what it held.
        """
        with self._writing, told("the lake's files into a serving copy"):
            held = self.generation
            if held == manifest.generation:
                return
            source = ParquetSource(self._tables, manifest)
            if held == 0:
                self._build(manifest, source)
            else:
                self._apply(manifest, source, between)

    def rename(self, schema: str, generation: str, tables: Mapping[str, pa.Table]) -> Attributes:
        """Replace the names of a schema and return the attributes now known."""
        with self._writing, self._transaction() as cursor:
            known = load_names(cursor, schema, tables)
            run(cursor, "DELETE FROM served_names WHERE schema = ?", [schema])
            run(cursor, "INSERT INTO served_names VALUES (?, ?)", [schema, generation])
        return known

    def currencies(self) -> frozenset[str]:
        """Return every currency that the copy's facts are in."""
        cursor = self.cursor()
        held = {t.name: held_columns(cursor, t.name) for t in TABLES.values()}
        scans = [f"SELECT DISTINCT currency FROM {quoted(name)}" for name in held if held[name]]
        return (
            frozenset(c for (c,) in rows(cursor, " UNION ".join(scans))) if scans else frozenset()
        )

    def cursor(self) -> Connection:
        """Return a connection of one's own to the copy."""
        with self._handing_out:  # a DuckDB connection refuses two calls at once
            return self._con.cursor()

    def limit(self, limits: Limits) -> None:
        """Change how much of the machine the copy may take."""
        run(self.cursor(), f"SET memory_limit = '{limits.memory_mb}MB'")

    def close(self) -> None:
        """Close the file, once the snapshots that are open have ended."""
        with self._handing_out:
            self._con.close()

    def delete(self) -> None:
        """Close and remove the copy."""
        self.close()
        for file in self.path.parent.glob(f"{self.path.name}*"):
            file.unlink(missing_ok=True)

    def _opened(self) -> Connection:
        con = open_engine(self.path, self._limits, self.path.parent / "spill")
        held = rows(con, "SELECT table_name FROM duckdb_tables() WHERE schema_name = 'main'")
        if ("served",) not in held or rows(con, "SELECT mark FROM served") != [(_mark(),)]:
            for (name,) in held:
                run(con, f"DROP TABLE {quoted(name)}")
            run(con, "CREATE TABLE served AS SELECT 0 AS generation, ? AS mark", [_mark()])
        # Names are asked for again: what they may be asked by is known to this process alone.
        for (schema,) in rows(con, "SELECT schema_name FROM duckdb_schemas() WHERE NOT internal"):
            if schema.startswith("names"):
                run(con, f"DROP SCHEMA {schema} CASCADE")
        run(con, "CREATE OR REPLACE TABLE served_names (schema VARCHAR, generation VARCHAR)")
        return con

    def _build(self, manifest: Manifest, source: ParquetSource) -> None:
        """Fill an empty copy month by month, so that no step needs more than a month's room."""
        for table in _loaded(manifest):
            columns = _columns(table, source)
            self._recreate(table, columns)
            for span in _months(table, source):
                with self._transaction() as cursor:
                    self._insert(cursor, table, columns, source, span, "true")
        with self._transaction() as cursor:
            self._settle(cursor, manifest)

    def _apply(
        self, manifest: Manifest, source: ParquetSource, between: Sequence[Manifest]
    ) -> None:
        with self._transaction() as cursor:
            for table in _loaded(manifest):
                spans = [s for m in between if m.dataset == table.dataset for s in m.replaced]
                if spans:
                    self._replace(cursor, table, source, spans)
            self._settle(cursor, manifest)

    def _replace(
        self, cursor: Connection, table: FactTable, source: ParquetSource, spans: list[Span]
    ) -> None:
        columns = _columns(table, source)
        self._grow(cursor, table, columns)
        starts, ends = [s.start for s in spans], [s.end for s in spans]
        changed = pa.table(
            {
                "advertiser_id": [span.advertiser_id for span in spans],
                "first": pa.array(starts, pa.date32()),
                "last": pa.array(ends, pa.date32()),
            }
        )
        cursor.register("changed_spans", changed)
        run(cursor, "CREATE OR REPLACE TEMP TABLE changed AS SELECT * FROM changed_spans")
        cursor.unregister("changed_spans")
        inside = (
            "EXISTS (SELECT 1 FROM changed c WHERE c.advertiser_id = r.advertiser_id "
            "AND r.day BETWEEN c.first AND c.last)"
        )
        for name in (table.name, ROLLUP) if table.dataset is Dataset.CAMPAIGN else (table.name,):
            run(cursor, f"DELETE FROM {quoted(name)} r WHERE {inside}")
        whole = DateRange(min(starts), max(ends))
        self._insert(cursor, table, columns, source, whole, inside)

    def _insert(
        self,
        cursor: Connection,
        table: FactTable,
        columns: tuple[Column, ...],
        source: ParquetSource,
        days: DateRange,
        inside: str,
    ) -> None:
        rows_of_days = source.rows(table, columns, days)
        run(
            cursor,
            f"INSERT INTO {quoted(table.name)} BY NAME SELECT * FROM {rows_of_days} r "
            f"WHERE r.day BETWEEN $start AND $end AND {inside} ORDER BY day, advertiser_id",
            {"start": days.start, "end": days.end},
        )
        if table.dataset is Dataset.CAMPAIGN:
            run(
                cursor,
                f"INSERT INTO {ROLLUP} BY NAME {_rolled_up(columns)} FROM campaign r "
                f"WHERE r.day BETWEEN $start AND $end AND {inside} GROUP BY ALL ORDER BY day",
                {"start": days.start, "end": days.end},
            )

    def _recreate(self, table: FactTable, columns: tuple[Column, ...]) -> None:
        with self._transaction() as cursor:
            _create(cursor, table.name, columns)
            if table.dataset is Dataset.CAMPAIGN:
                _create(cursor, ROLLUP, _rollup_columns(columns))

    def _grow(self, cursor: Connection, table: FactTable, columns: tuple[Column, ...]) -> None:
        shapes = [(table.name, columns)]
        if table.dataset is Dataset.CAMPAIGN:
            shapes.append((ROLLUP, _rollup_columns(columns)))
        for name, wanted in shapes:
            held = held_columns(cursor, name)
            if not held:
                _create(cursor, name, wanted)
            for column in (c for c in wanted if held and c.name not in held):
                added = f"{quoted(column.name)} {column.type}"
                run(cursor, f"ALTER TABLE {quoted(name)} ADD COLUMN {added}")

    def _settle(self, cursor: Connection, manifest: Manifest) -> None:
        run(cursor, "UPDATE served SET generation = ?", [manifest.generation])

    @contextmanager
    def _transaction(self) -> Iterator[Connection]:
        cursor = self.cursor()
        try:
            cursor.begin()
            yield cursor
            cursor.commit()
        finally:
            cursor.close()  # which undoes what was not committed


class Snapshot:
    """One unchanging view of a serving copy, for one thread. Close it after use."""

    def __init__(
        self, con: Connection, archive: ParquetSource, names: str, names_generation: str
    ) -> None:
        self.con = con
        self.names = names
        self.names_generation = names_generation
        self._archive = archive

    def facts(self, question: Question, days: DateRange, advertisers: frozenset[str] | None) -> str:
        name = ROLLUP if uses_rollup(question) else question.table.name
        held = held_columns(self.con, name)
        if not held:
            return self._archive.facts(question, days, advertisers)
        absent = [part for part in question.parts if part not in held]
        if not absent:
            return quoted(name)
        nulls = ", ".join(f"CAST(NULL AS {measure_column(p).type}) AS {quoted(p)}" for p in absent)
        return f"(SELECT *, {nulls} FROM {quoted(name)})"

    def revisions(
        self, question: Question, days: DateRange, advertisers: frozenset[str] | None
    ) -> str:
        return self._archive.revisions(question, days, advertisers)

    def close(self) -> None:
        """Let the view go."""
        self.con.close()


def _generation(con: Connection) -> int:
    return int(rows(con, "SELECT generation FROM served")[0][0])


def _names(con: Connection, schema: str) -> str | None:
    found = rows(con, "SELECT generation FROM served_names WHERE schema = ?", [schema])
    return str(found[0][0]) if found else None


def _loaded(manifest: Manifest) -> Iterable[FactTable]:
    return (table for table in TABLES.values() if table.name in manifest.versions)


def _columns(table: FactTable, source: ParquetSource) -> tuple[Column, ...]:
    pinned = source.pinned(table.name)
    known = pinned.columns if pinned else ()
    return fact_columns(table, in_order(table.dataset, known))


def _months(table: FactTable, source: ParquetSource) -> list[DateRange]:
    pinned = source.pinned(table.name)
    found: dict[str, DateRange] = {}
    for file in pinned.files if pinned else ():
        held = found.get(file.month, DateRange(file.first_day, file.last_day))
        found[file.month] = DateRange(min(held.start, file.first_day), max(held.end, file.last_day))
    return [found[month] for month in sorted(found)]


def _create(cursor: Connection, name: str, columns: Iterable[Column]) -> None:
    declared = ", ".join(f"{quoted(column.name)} {column.type}" for column in columns)
    run(cursor, f"CREATE OR REPLACE TABLE {quoted(name)} ({declared})")


def _rollup_columns(columns: Iterable[Column]) -> tuple[Column, ...]:
    return tuple(c for c in columns if c.name in _ROLLUP_KEYS or c.type in (COUNT, EXACT))


def _rolled_up(columns: Iterable[Column]) -> str:
    sums = "".join(
        f", CAST(sum({quoted(c.name)}) AS {c.type}) AS {quoted(c.name)}"
        for c in _rollup_columns(columns)
        if c.name not in _ROLLUP_KEYS
    )
    return f"SELECT {listed(_ROLLUP_KEYS)}{sums}"


def _mark() -> str:
    """Return a mark of the layout of a copy: a copy of another layout is made anew."""
    shape = [
        (table.name, table.identity, core_measures(table.dataset)) for table in TABLES.values()
    ]
    return hashlib.sha256(repr(("1", ROLLUP, shape)).encode()).hexdigest()[:16]
