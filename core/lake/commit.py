"""From believed rows to a new generation of the lake.

A commit replaces exactly the advertisers and days of the verdict: rows that Amazon withdrew go,
rows it did not touch keep the instant from which they were true, and what was replaced is kept
as revisions. Facts and revisions are written as new versions of their tables; appending the
manifest that names the versions is the one step that makes them visible. A crash before it
leaves versions nobody reads, which the next load undoes; after it, the load is done.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

import pyarrow as pa

from core.domain.ids import LoadId
from core.domain.periods import DateRange
from core.domain.scope import TenantScope
from core.errors import Upstream
from core.lake.cells import Cell, Key, cells_of
from core.lake.checks import Verdict
from core.lake.engine import Connection, rows, run, told
from core.lake.manifest import Manifest, ManifestSource, StaleGeneration, spans_of
from core.lake.parquet import scanned, written
from core.lake.schema import FactTable, in_order, listed, measure_column, quoted
from core.lake.staging import Staged
from core.lake.tables import Draft, LakeFile, Tables

_ATTEMPTS = 5
_TICK = timedelta(microseconds=1)


@dataclass(frozen=True, slots=True)
class Load:
    """Where rows come from. `load_id` is unique in the organization: a load is done once."""

    load_id: LoadId
    adapter: str
    generated_at: datetime
    at: datetime


@dataclass(frozen=True, slots=True)
class Committed:
    """What a load became. `cells` has every accepted day, those without a row included.

    `revised` counts rows that were changed or withdrawn. `was_done` says that an earlier
    attempt of the same load had already been committed; nothing was written then.
    """

    manifest: Manifest
    cells: tuple[Cell, ...] = ()
    revised: int = 0
    was_done: bool = False


Publish = Callable[[Committed], None]


def commit(
    scope: TenantScope,
    tables: Tables,
    manifests: ManifestSource,
    staged: Staged,
    verdict: Verdict,
    load: Load,
    publish: Publish | None = None,
) -> Committed:
    """Replace the accepted days by the staged rows and return the new generation.

    `publish` appends the manifest, with whatever else must become true at the same moment; by
    default the manifest alone. It raises StaleGeneration when another load came first, and the
    commit is then prepared again on top of that one. A load already committed is returned as it
    is; a verdict that accepts nothing changes nothing.

    Raises Upstream when other loads come first too often, LakeFull, LakeDamaged.
    """
    done = manifests.of_load(scope, load.load_id)
    if done is not None:
        return Committed(done, was_done=True)
    for _ in range(_ATTEMPTS):
        base = manifests.latest(scope)
        if not verdict.accepted:
            return Committed(base)
        try:
            prepared = _prepared(tables, base, staged, verdict, load)
            if publish:
                publish(prepared)
            else:
                manifests.append(scope, prepared.manifest)
        except StaleGeneration:
            continue
        return prepared
    raise Upstream("Other loads were written to the lake at the same time; it is tried again.")


def _prepared(
    tables: Tables, base: Manifest, staged: Staged, verdict: Verdict, load: Load
) -> Committed:
    table = staged.layout.table
    at = max(load.at, base.at + _TICK)
    facts = tables.draft(
        table.name, base.versions.get(table.name), table.columns(staged.layout.measures)
    )
    measures = in_order(table.dataset, facts.columns)
    ended = tables.draft(
        table.revisions, base.versions.get(table.revisions), table.revision_columns(measures)
    )
    with told(f"the table {table.name}"):
        work = _Work(staged, facts, measures, verdict.accepted, load, at)
        revised = work.end_rows()
        versions = {
            table.name: work.write_facts(),
            table.revisions: work.write_revisions(ended),
        }
    manifest = Manifest(
        org_id=base.org_id,
        generation=base.generation + 1,
        load_id=load.load_id,
        at=at,
        versions={**base.versions, **versions},
        dataset=table.dataset,
        replaced=spans_of(verdict.accepted),
    )
    return Committed(manifest, _accepted_cells(staged, verdict.accepted), revised)


def _accepted_cells(staged: Staged, accepted: frozenset[Key]) -> tuple[Cell, ...]:
    seen = {cell.key: cell for cell in cells_of(staged)}
    return tuple(seen.get(key, Cell.empty(key)) for key in sorted(accepted))


class _Work:
    """One attempt: the statements over the staged rows and the rows they replace."""

    def __init__(
        self,
        staged: Staged,
        facts: Draft,
        measures: tuple[str, ...],
        accepted: Iterable[Key],
        load: Load,
        at: datetime,
    ) -> None:
        self._con: Connection = staged.con
        self._table: FactTable = staged.layout.table
        self._measures = measures
        self._stated = frozenset(staged.layout.measures)
        self._facts = facts
        self._columns = self._table.columns(measures)
        self._load = load
        self._at = at
        self._accept(staged, tuple(accepted))

    def end_rows(self) -> int:
        """Keep in `ended` the rows that are changed or withdrawn; return how many there are."""
        identity, old = listed(self._table.identity), self._old("taken")
        before = self._fingerprint(quoted(key) for key in self._measures)
        after = self._fingerprint(self._new(key) for key in self._measures)
        run(
            self._con,
            f"CREATE OR REPLACE TABLE differing AS SELECT {listed(self._table.identity, 'o.')} "
            f"FROM (SELECT {identity}, {before} AS mark FROM ({old})) o LEFT JOIN "
            f"(SELECT {identity}, {after} AS mark FROM staged s) s ON {self._on('o', 's')} "
            "WHERE s.mark IS DISTINCT FROM o.mark",
        )
        run(
            self._con,
            f"CREATE OR REPLACE TABLE ended AS SELECT o.* FROM ({old}) o "
            f"SEMI JOIN differing d ON {self._on('o', 'd')}",
        )
        return int(rows(self._con, "SELECT count(*) FROM ended")[0][0])

    def write_facts(self) -> int:
        """Write each touched month anew and return the table's version."""
        measures = "".join(f", {self._new(key)} AS {quoted(key)}" for key in self._measures)
        run(
            self._con,
            f"CREATE OR REPLACE TABLE untouched AS SELECT {listed(self._table.identity)}, "
            f"valid_from FROM ({self._old('taken')}) o "
            f"WHERE NOT EXISTS (SELECT 1 FROM ended e WHERE {self._on('o', 'e')})",
        )
        fresh = (
            f"SELECT {listed(self._table.identity, 's.')}, s.currency{measures}, "
            "$adapter AS adapter, $load_id AS load_id, $generated_at AS generated_at, "
            "coalesce(u.valid_from, $at) AS valid_from FROM staged s "
            f"SEMI JOIN taken t ON {self._in_cell('s')} "
            f"LEFT JOIN untouched u ON {self._on('s', 'u')}"
        )
        names = listed(column.name for column in self._columns)
        kept = self._old("kept")
        files = written(
            self._con,
            f"SELECT {names} FROM ({kept}) UNION ALL SELECT {names} FROM ({fresh})",
            {
                "adapter": self._load.adapter,
                "load_id": self._load.load_id,
                "generated_at": self._load.generated_at,
                "at": self._at,
            },
            self._columns,
            self._facts.files,
        )
        return self._committed(self._facts, files, self._touched)

    def write_revisions(self, draft: Draft) -> int:
        """Append what ended to the table of revisions and return its version."""
        columns = self._table.revision_columns(self._measures)
        files: tuple[LakeFile, ...] = ()
        if rows(self._con, "SELECT 1 FROM ended LIMIT 1"):
            files = written(
                self._con,
                "SELECT *, $at AS valid_to, $load_id AS ended_by FROM ended",
                {"at": self._at, "load_id": self._load.load_id},
                columns,
                draft.files,
            )
        return self._committed(draft, files, ())

    def _committed(
        self, draft: Draft, added: tuple[LakeFile, ...], removed: tuple[LakeFile, ...]
    ) -> int:
        try:
            return draft.commit(added, removed, load_id=self._load.load_id, at=self._at)
        except StaleGeneration:
            draft.files.discard(file.path for file in added)
            raise

    def _accept(self, staged: Staged, accepted: tuple[Key, ...]) -> None:
        self._accepted = frozenset(accepted)
        advertisers, days = zip(*sorted(accepted), strict=True)
        days_column = pa.array(days, pa.date32())
        taken = pa.table({"advertiser_id": pa.array(advertisers), "day": days_column})
        self._con.register("accepted", taken)
        run(self._con, "CREATE OR REPLACE TABLE taken AS SELECT * FROM accepted")
        self._con.unregister("accepted")
        months = {(advertiser, _month(day)) for advertiser, day in accepted}
        self._touched = tuple(
            file for file in self._facts.present if (file.advertiser_id, file.month) in months
        )
        slices = (
            f"o.{quoted(key)} = '{staged.layout.constants[key]}'" for key in self._table.sliced_by
        )
        self._slice = " AND ".join(["true", *slices])

    def _old(self, which: str) -> str:
        """Return the SQL of rows in the touched months: those `taken` over, or those `kept`."""
        files = [file for file in self._touched if which == "taken" or self._keeps_of(file)]
        rows_of_months = scanned(files, self._facts.files, self._columns, self._facts.columns)
        taken = f"{self._slice} AND EXISTS (SELECT 1 FROM taken t WHERE {self._in_cell('o')})"
        condition = taken if which == "taken" else f"NOT ({taken})"
        return f"SELECT * FROM {rows_of_months} o WHERE {condition}"

    def _keeps_of(self, file: LakeFile) -> bool:
        """Return whether rows of a file may stay: not when each of its days is taken whole."""
        days = DateRange(file.first_day, file.last_day).days()
        whole = all((file.advertiser_id, day) in self._accepted for day in days)
        return bool(self._table.sliced_by) or not whole

    def _fingerprint(self, measures: Iterable[str]) -> str:
        """Return the SQL of a row's mark: equal for equal measures, a 64-bit hash of them.

        Joined are marks, not a hundred columns twice, which takes a third of the time. Were two
        marks equal by chance (1 in 2^64), the new row would stand, dated as if it were the old.
        """
        types = (measure_column(key).type for key in self._measures)
        cast = (f"CAST({m} AS {kind})" for m, kind in zip(measures, types, strict=True))
        return f"hash({', '.join(cast)})"

    def _new(self, key: str) -> str:
        """Return a staged measure; null where this report does not have it."""
        return f"s.{quoted(key)}" if key in self._stated else "NULL"

    def _on(self, left: str, right: str) -> str:
        identity = self._table.identity
        return " AND ".join(f"{left}.{quoted(k)} = {right}.{quoted(k)}" for k in identity)

    def _in_cell(self, alias: str) -> str:
        return f"t.advertiser_id = {alias}.advertiser_id AND t.day = {alias}.day"


def _month(day: date) -> str:
    return f"{day:%Y-%m}"
