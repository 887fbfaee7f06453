"""Where an answer may be read: the Parquet files themselves, for one pinned manifest."""

from __future__ import annotations

from collections.abc import Iterable

from core.domain.periods import DateRange
from core.lake.manifest import Manifest
from core.lake.parquet import scanned
from core.lake.question import Question
from core.lake.schema import INSTANT, Column, FactTable, in_order
from core.lake.tables import Pinned, Tables


class ParquetSource:
    """Reads the files that a manifest's versions name: always right, at any moment."""

    def __init__(self, tables: Tables, manifest: Manifest, names: str = "names") -> None:
        self._tables = tables
        self._manifest = manifest
        self.names = names

    def facts(self, question: Question, days: DateRange, advertisers: frozenset[str] | None) -> str:
        columns = fact_columns(question.table, question.parts)
        return self._scan(question.table.name, days, advertisers, columns)

    def revisions(
        self, question: Question, days: DateRange, advertisers: frozenset[str] | None
    ) -> str:
        columns = [*fact_columns(question.table, question.parts), Column("valid_to", INSTANT)]
        return self._scan(question.table.revisions, days, advertisers, columns)

    def rows(self, table: FactTable, columns: Iterable[Column], days: DateRange) -> str:
        """Return the SQL of the rows of a table in the files that hold `days`."""
        return self._scan(table.name, days, None, columns)

    def pinned(self, name: str) -> Pinned | None:
        """Return the table at the manifest's version, None when it has none yet."""
        version = self._manifest.versions.get(name)
        return None if version is None else self._tables.pinned(name, version)

    def _scan(
        self,
        name: str,
        days: DateRange | None,
        advertisers: frozenset[str] | None,
        columns: Iterable[Column],
    ) -> str:
        pinned = self.pinned(name)
        start, end = (days.start, days.end) if days else (None, None)
        files = pinned.touching(advertisers, start, end) if pinned else ()
        known = pinned.columns if pinned else ()
        return scanned(files, self._tables.files(name), tuple(columns), known)


def fact_columns(table: FactTable, parts: Iterable[str]) -> tuple[Column, ...]:
    """Return the columns an answer needs: identity, currency, `parts`, and since when."""
    every = table.columns(in_order(table.dataset, parts))
    return tuple(column for column in every if column.name not in _PROVENANCE_UNUSED)


_PROVENANCE_UNUSED = frozenset({"adapter", "load_id", "generated_at"})
