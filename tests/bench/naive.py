"""The naive way: pandas reads the lake's own Parquet files, filters, groups, divides.

It gets what a careful reader would give it: only the columns it needs, filters pushed down into
the files, and money turned into floats before pandas sees it (decimals would cost it more).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
from deltalake import DeltaTable

from core.domain.catalogue import METRICS
from core.domain.periods import DateRange
from core.lake.question import Among, Containing, Question, entity_of


class Naive:
    """Answers questions over the files of one version of each table."""

    def __init__(self, files: dict[str, list[str]], names: dict[str, pa.Table]) -> None:
        self._files = files
        self._names = {entity: table.to_pandas() for entity, table in names.items()}

    def answer(self, question: Question) -> pd.DataFrame:
        """Return the groups with their metrics, sorted and cut as asked."""
        now = self._sums(question, question.days)
        if question.compare:
            before = self._sums(question, question.compare).add_suffix("__before")
            now = now.join(before, how="outer")
        for key in question.metrics:
            for suffix in ("", "__before") if question.compare else ("",):
                self._divide(now, key, suffix)
        for sort in question.order_by:
            if sort.column in now.columns:
                now = now.sort_values(sort.column, ascending=not sort.is_descending)
        return now.iloc[question.offset :].head(question.limit or len(now))

    def _sums(self, question: Question, days: DateRange) -> pd.DataFrame:
        rows = self._rows(question, days)
        for entity in self._entities(question):
            rows = rows.merge(self._named(entity), on=f"{entity}_id", how="left")
        for condition in question.where:
            if isinstance(condition, Among):
                rows = rows[rows[condition.field].isin(condition.values)]
            elif isinstance(condition, Containing):
                rows = rows[
                    rows[condition.fields[0]].str.contains(condition.text, case=False, na=False)
                ]
        parts = list(question.parts)
        if not question.by:
            return rows[parts].sum().to_frame().T
        return rows.groupby(list(question.by), dropna=False, observed=True)[parts].sum()

    def _rows(self, question: Question, days: DateRange) -> pd.DataFrame:
        facts = self._read(question.table.name, question, days, ["valid_from"])
        if question.as_of is None:
            return facts
        instant = pd.Timestamp(question.as_of)
        ended = self._read(question.table.revisions, question, days, ["valid_from", "valid_to"])
        true_then = (ended.valid_from <= instant) & (ended.valid_to > instant)
        return pd.concat([facts[facts.valid_from <= instant], ended[true_then]])

    def _read(
        self, table: str, question: Question, days: DateRange, instants: Sequence[str]
    ) -> pd.DataFrame:
        keys = {"advertiser_id"} | {self._ground(name) for name in question.fields}
        columns = [*sorted(keys), *question.parts, *(instants if question.as_of else ())]
        found = pq.read_table(
            self._files[table],
            columns=columns,
            filters=[("day", ">=", days.start), ("day", "<=", days.end)],
        )
        floats = [
            pa.field(f.name, pa.float64()) if pa.types.is_decimal(f.type) else f
            for f in found.schema
        ]
        return found.cast(pa.schema(floats)).to_pandas()

    def _named(self, entity: str) -> pd.DataFrame:
        table = self._names[entity]
        return table.rename(columns={c: f"{entity}_{c}" for c in table if c != f"{entity}_id"})[
            [f"{entity}_id", *(f"{entity}_{c}" for c in ("name", "state") if c in table)]
        ]

    @staticmethod
    def _entities(question: Question) -> Iterable[str]:
        found = (entity_of(name) for name in sorted(question.fields))
        return dict.fromkeys(pair[0] for pair in found if pair)

    @staticmethod
    def _ground(name: str) -> str:
        found = entity_of(name)
        return f"{found[0]}_id" if found else name

    @staticmethod
    def _divide(sums: pd.DataFrame, key: str, suffix: str) -> None:
        formula = METRICS[key].formula
        if formula is not None:
            top = sum(sums[p + suffix] for p in formula.plus)
            top = top - sum(sums[p + suffix] for p in formula.minus)
            over = sum(sums[p + suffix] for p in formula.over)
            sums[key + suffix] = top * formula.scale / over


def files_of(root: Path, table: str, version: int) -> list[str]:
    """Return the Parquet files of a table at a version."""
    return [str(path) for path in DeltaTable(root / table, version=version).file_uris()]
