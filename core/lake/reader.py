"""A reader: one scope, one generation of the lake, any number of questions.

An answer comes from the first of these that can give it: the cache, the cube, the serving copy,
the Parquet files. All of them give the same rows, and a test holds them to it.
"""

from __future__ import annotations

from copy import copy
from dataclasses import replace
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from threading import BoundedSemaphore
from types import TracebackType
from typing import Self

import pyarrow as pa

from core.domain.metrics import Dataset
from core.domain.periods import DateRange
from core.domain.scope import TenantScope
from core.errors import UserError
from core.lake.asof import Between, changes, restatements
from core.lake.cache import Answer, AnswerCache, cache_key
from core.lake.cells import Cell, Key, cells_in, held_cells
from core.lake.compiler import TOTAL, Compiled, Source, compiled, currencies, uses_rollup
from core.lake.cube_answers import answered, currencies_in
from core.lake.direct import Direct
from core.lake.engine import Connection, told
from core.lake.export import ExportNote, write_csv
from core.lake.layout import Layout
from core.lake.manifest import Manifest
from core.lake.names import Attributes
from core.lake.question import Among, Question, check
from core.lake.schema import UNKNOWN
from core.lake.serving import View
from core.lake.sources import ParquetSource
from core.lake.windows import HeldWindow, held_windows, windows_in

_BATCH_ROWS = 10_000
_SINGLE_CURRENCY = frozenset(
    {"currency", "advertiser_id", "order_id", "line_item_id", "creative_id"}
)


class Way(StrEnum):
    """Where an answer comes from when it is not in the cache."""

    CUBE = "cube"
    ROLLUP = "daily totals"
    FACTS = "facts"
    FILES = "Parquet files"


class Reader:
    """Answers questions of one scope from one generation. For one thread; close it after use."""

    def __init__(
        self,
        scope: TenantScope,
        manifest: Manifest,
        origin: View | Direct,
        archive: ParquetSource,
        cache: AnswerCache,
        gate: BoundedSemaphore,
    ) -> None:
        self.scope = scope
        self.manifest = manifest
        self._origin = origin
        self._archive = archive
        self._cache = cache
        self._gate = gate
        ids = scope.advertiser_ids
        self._visible = None if ids is None else frozenset(map(str, ids))
        self.as_of: datetime | None = None

    def as_known_at(self, instant: datetime) -> Self:
        """Return the same reader, answering what the lake said at an instant.

        It ends with the one it was made from. Names are those of today.
        """
        then = copy(self)
        then.as_of = instant
        return then

    @property
    def attributes(self) -> Attributes:
        """Return the attributes of each entity that a question may use."""
        return self._origin.attributes

    @property
    def is_served(self) -> bool:
        """Return whether the serving copy answers; if not, it is being made."""
        return isinstance(self._origin, View)

    def ask(self, question: Question) -> Answer:
        """Return the answer for the scope's advertisers; see `Answer`.

        Raises UserError for a question that the lake cannot answer, with the reason in a
        sentence; LakeDamaged when the lake cannot be read.
        """
        question = self._dated(question)
        check(question, self.attributes)
        key = cache_key(self.scope, question, self.manifest, self._names_generation)
        kept = self._cache.get(key)
        if kept is not None:
            return kept
        self._refuse_mixed_money(question)
        table = self._from_cube(question)
        if table is None:
            table = self._from_sql(compiled(question, self._visible, self._source))
        answer = _answer(question, table, self.manifest)
        self._cache.put(key, answer)
        return answer

    def way(self, question: Question) -> Way:
        """Return where the answer to a question would be read."""
        question = self._dated(question)
        if not self.is_served:
            return Way.FILES
        if self._from_cube(question) is not None:
            return Way.CUBE
        return Way.ROLLUP if uses_rollup(question) else Way.FACTS

    def changes(self, question: Question, between: Between) -> pa.Table:
        """Return how much each measure grew between two instants; see `core.lake.asof.changes`."""
        check(question, self.attributes)
        return self._from_sql(changes(question, between, self._visible, self._source))

    def restatements(self, question: Question) -> pa.Table:
        """Return the steps by which days came to what they are; see `core.lake.asof`."""
        check(question, self.attributes)
        return self._from_sql(restatements(question, self._visible, self._source))

    def cells(self, layout: Layout, days: DateRange) -> dict[Key, Cell]:
        """Return what the lake holds of the days that a report of `layout` speaks about.

        A day without a row has no entry. These are the `present` of `core.lake.checks.Known`.
        """
        return cells_in(self._from_sql(held_cells(layout, days, self._visible, self._source)))

    def windows(
        self, dataset: Dataset, days: DateRange, advertisers: frozenset[str]
    ) -> list[HeldWindow]:
        """Return the windows, ended on one of `days`, of which a windowed table has figures.

        Those of the advertisers named that the scope sees, by advertiser, level, name and span;
        empty for a table that was never loaded. A window in which nobody was counted is not one.
        """
        where = (Among("advertiser_id", advertisers),)
        question = self._dated(Question(dataset, (), days, where=where))
        return list(windows_in(self._from_sql(held_windows(question, self._visible, self._source))))

    def export_csv(self, question: Question, path: Path, note: ExportNote | None = None) -> int:
        """Write the answer to a file at `path`, all of it or nothing, and return its rows.

        Raises as `ask` does, and LakeFull.
        """
        question = self._dated(question)
        check(question, self.attributes)
        self._refuse_mixed_money(question)
        statement = compiled(question, self._visible, self._source, counts_all=False)
        return write_csv(self._con, statement, question, path, note)

    def batches(self, question: Question) -> pa.RecordBatchReader:
        """Return the answer in batches of rows, for one larger than is kept; the cache is left.

        Read it to its end before the next question. Raises as `ask` does.
        """
        question = self._dated(question)
        check(question, self.attributes)
        self._refuse_mixed_money(question)
        statement = compiled(question, self._visible, self._source)
        with told("the lake's facts"):
            found = self._con.sql(statement.sql, params=statement.values)
            return found.to_arrow_reader(_BATCH_ROWS)

    def close(self) -> None:
        """Let the view of the lake go."""
        self._con.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def _dated(self, question: Question) -> Question:
        """Return the question as this reader answers it: of its instant, or of an earlier one."""
        if self.as_of is None:
            return question
        instants = (self.as_of, question.as_of or self.as_of)
        return replace(question, as_of=min(instants))

    @property
    def _source(self) -> Source:
        if isinstance(self._origin, View):
            return self._origin.snapshot
        return self._archive

    @property
    def _con(self) -> Connection:
        return self._origin.snapshot.con if isinstance(self._origin, View) else self._origin.con

    @property
    def _names_generation(self) -> str:
        if isinstance(self._origin, View):
            return self._origin.snapshot.names_generation
        return self._origin.names_generation

    def _from_cube(self, question: Question) -> pa.Table | None:
        view = self._origin
        if not isinstance(view, View) or view.cube is None or view.labels is None:
            return None
        return answered(question, self._visible, view.cube, view.labels)

    def _from_sql(self, statement: Compiled) -> pa.Table:
        with self._gate, told("the lake's facts"):
            return self._con.sql(statement.sql, params=statement.values).to_arrow_table()

    def _refuse_mixed_money(self, question: Question) -> None:
        """Refuse to add up amounts of several currencies."""
        if not question.speaks_of_money or _SINGLE_CURRENCY.intersection(question.by):
            return
        found = sorted(self._currencies(question) - {UNKNOWN})
        if len(found) > 1:
            raise UserError(
                f"These figures are in {', '.join(found[:-1])} and {found[-1]}, which cannot be "
                "added up. Group by currency, or choose advertisers of one currency."
            )

    def _currencies(self, question: Question) -> frozenset[str]:
        view = self._origin
        if isinstance(view, View):
            if view.currencies is not None and len(view.currencies) < 2:
                return view.currencies
            if view.cube and view.labels:
                found = currencies_in(question, self._visible, view.cube, view.labels)
                if found is not None:
                    return found
        table = self._from_sql(currencies(question, self._visible, self._source))
        return frozenset(table["currency"].to_pylist())


def _answer(question: Question, table: pa.Table, manifest: Manifest) -> Answer:
    if TOTAL not in table.column_names:
        return Answer(question, table, manifest)
    total = table[TOTAL][0].as_py() if table.num_rows else (None if question.offset else 0)
    return Answer(question, table.drop_columns([TOTAL]), manifest, total)
