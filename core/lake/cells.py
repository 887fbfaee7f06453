"""Cells: what a reading says of one advertiser's one day, in a handful of figures."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal

import pyarrow as pa

from core.domain.catalogue import METRICS, measured
from core.domain.metrics import Ratio
from core.domain.periods import DateRange
from core.errors import Defect
from core.lake.compiler import Compiled, Source
from core.lake.engine import rows
from core.lake.layout import Layout
from core.lake.question import Question
from core.lake.schema import quoted
from core.lake.staging import Staged

Key = tuple[str, date]
"""An advertiser's id and one of its days."""

TOTALS = ("impressions", "clicks", "total_cost", "sales", "total_sales", "purchases", "units_sold")
"""The measures a cell keeps totals of, where its dataset has them."""

_NOW = datetime.max.replace(tzinfo=UTC)

RATIO_TOLERANCE = 0.001
"""Amazon rounds the ratios it states to four places or more; one per mille is beyond rounding."""


@dataclass(frozen=True, slots=True)
class Cell:
    """One advertiser's one day as a reading states it.

    `totals` holds the sums of `TOTALS` that the report measures (None: every row was null).
    `digest` is equal between two readings exactly when their row counts and the sums of all
    their measures are.
    """

    advertiser_id: str
    day: date
    rows: int
    totals: Mapping[str, Decimal | None]
    digest: str

    @property
    def key(self) -> Key:
        """Return the advertiser and the day."""
        return self.advertiser_id, self.day

    @classmethod
    def empty(cls, key: Key) -> Cell:
        """Return the cell of a day on which a reading has no row."""
        return cls(*key, rows=0, totals={}, digest="")


@dataclass(frozen=True, slots=True)
class RatioGap:
    """How far the ratios that Amazon states are from ours, over the rows that have both."""

    metric: str
    compared: int
    off: int
    median_quotient: float | None


def cells_of(staged: Staged) -> tuple[Cell, ...]:
    """Return the cell of every advertiser and day that has rows, in that order."""
    measures = staged.layout.measures
    kept = [key for key in TOTALS if key in measures]
    sums = "".join(f", sum({quoted(key)})" for key in kept)
    said = ", ".join(f"'{key}=' || CAST(sum({quoted(key)}) AS VARCHAR)" for key in measures)
    found = rows(
        staged.con,
        f"SELECT advertiser_id, day, count(*), md5(concat_ws('|', CAST(count(*) AS VARCHAR), "
        f"{said or 'NULL'})){sums} FROM staged GROUP BY ALL ORDER BY ALL",
    )
    return tuple(
        Cell(advertiser, day, count, _exact(kept, totals), digest)
        for advertiser, day, count, digest, *totals in found
    )


def _exact(
    keys: Sequence[str], totals: Sequence[int | Decimal | None]
) -> dict[str, Decimal | None]:
    pairs = zip(keys, totals, strict=True)
    return {key: None if total is None else Decimal(total) for key, total in pairs}


def ratio_gaps(staged: Staged) -> tuple[RatioGap, ...]:
    """Return, for each ratio the file states, how many rows are off ours by over one per mille.

    Rows where either is absent, or ours is zero, are not compared.
    """
    return tuple(_gap(staged, key) for key in staged.layout.ratios if _has_parts(staged, key))


def _has_parts(staged: Staged, key: str) -> bool:
    return set(_formula(key).parts) <= set(staged.layout.measures)


def _formula(key: str) -> Ratio:
    formula = METRICS[key].formula
    if not isinstance(formula, Ratio):
        raise Defect(f"{key} is measured, not a ratio")
    return formula


def _gap(staged: Staged, key: str) -> RatioGap:
    formula = _formula(key)
    top = " + ".join(f"coalesce({quoted(p)}, 0)" for p in formula.plus)
    top += "".join(f" - coalesce({quoted(p)}, 0)" for p in formula.minus)
    over = " + ".join(f"coalesce({quoted(p)}, 0)" for p in formula.over)
    ours = f"CAST({top} AS DOUBLE) * {formula.scale} / nullif(CAST({over} AS DOUBLE), 0)"
    compared, off, median = rows(
        staged.con,
        f"SELECT count(*), count(*) FILTER (WHERE abs(theirs / ours - 1) > {RATIO_TOLERANCE}), "
        f"median(theirs / ours) FROM (SELECT {ours} AS ours, {quoted(key)} AS theirs FROM raw) "
        "WHERE ours <> 0 AND isfinite(theirs)",
    )[0]
    return RatioGap(key, compared, off, median)


def held_cells(
    layout: Layout, days: DateRange, visible: frozenset[str] | None, source: Source
) -> Compiled:
    """Return the SQL of what the lake holds of the days that a report of `layout` speaks about.

    A row for each advertiser and day: its rows, then the sums of `TOTALS`; see `cells_in`.
    """
    known = [metric.key for metric in measured(layout.dataset) if metric.key in TOTALS]
    # An instant makes the source give facts, which can be counted, rather than daily totals.
    question = Question(layout.dataset, tuple(known), days, as_of=_NOW)
    result = Compiled()
    tests = [f"day BETWEEN {result.bind(days.start)} AND {result.bind(days.end)}"]
    if visible is not None:
        tests.append(f"advertiser_id {result.bind_test(visible)}")
    tests += [
        f"{quoted(key)} = {result.bind(layout.constants[key])}" for key in layout.table.sliced_by
    ]
    sums = "".join(f", CAST(sum({quoted(key)}) AS DECIMAL(38,6)) AS {quoted(key)}" for key in known)
    result.sql = (
        f"SELECT advertiser_id, day, count(*) AS rows{sums} "
        f"FROM {source.facts(question, days, visible)} WHERE {' AND '.join(tests)} "
        "GROUP BY advertiser_id, day ORDER BY advertiser_id, day"
    )
    return result


def cells_in(table: pa.Table) -> dict[Key, Cell]:
    """Return the cells that `held_cells` found; their digests are not known ("")."""
    cells = {}
    for row in table.to_pylist():
        key = (row.pop("advertiser_id"), row.pop("day"))
        cells[key] = Cell(*key, rows=row.pop("rows"), totals=row, digest="")
    return cells
