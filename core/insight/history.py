"""Sums of measures by day: as shown, and like for like with the days they are compared with.

A day that is known and has no row delivered nothing: 0. A day that is not known is absent. A
measure that Amazon left empty in every row is absent too. Ratios are made of sums, over as many
days as are asked for, and never of ratios.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from core.domain.catalogue import METRICS
from core.domain.formats import relative_change
from core.domain.metrics import Dataset, Metric
from core.insight.audience import Cohort, Group, Periods
from core.insight.desk import Desk
from core.insight.known_days import KnownDays
from core.lake.question import BEFORE, Among, Condition, Question

Amount = Decimal | int | None
Sums = Mapping[str, Amount]

_MARK = "impressions"


@dataclass(frozen=True, slots=True)
class Figure:
    """One metric over a period, and how it stood in the days compared.

    `value` is over all days shown. `alike` and `before` are over the days that may honestly be
    compared: equal to `value` unless days are missing. `trail` has one value a day shown.
    """

    metric: Metric
    value: Amount
    alike: Amount = None
    before: Amount = None
    trail: tuple[Amount, ...] = ()

    @property
    def change(self) -> Decimal | None:
        """Return the relative change, None where nothing can be compared."""
        return relative_change(self.alike, self.before)


@dataclass(frozen=True, slots=True)
class History:
    """Sums by day. `days` are the days shown, oldest first; `before_days` goes in step with them.

    `now` and `before` hold, for each measure, a value a day. `alike` and `alike_before` are the
    sums over what may honestly be compared, empty where nothing may.
    """

    days: tuple[date, ...]
    before_days: tuple[date, ...]
    now: Mapping[str, tuple[Amount, ...]]
    before: Mapping[str, tuple[Amount, ...]]
    total: Sums
    alike: Sums
    alike_before: Sums

    def figure(self, metric: Metric) -> Figure:
        """Return one of the metrics that was asked for, as a whole and by day."""
        return Figure(
            metric,
            of(metric, self.total),
            of(metric, self.alike) if self.alike_before else None,
            of(metric, self.alike_before) if self.alike_before else None,
            self.by_day(metric),
        )

    def by_day(self, metric: Metric) -> tuple[Amount, ...]:
        """Return a metric's value on each day shown."""
        return _by_day(metric, self.now, len(self.days))

    def by_day_before(self, metric: Metric) -> tuple[Amount, ...]:
        """Return a metric's value on each day compared; empty when nothing is compared."""
        return _by_day(metric, self.before, len(self.before_days))


def history(
    desk: Desk,
    group: Group,
    known: Mapping[str, KnownDays],
    metrics: Sequence[Metric],
    where: tuple[Condition, ...] = (),
) -> History:
    """Return the sums behind `metrics` for a group, narrowed further by `where`.

    Raises UserError for a metric that the base facts cannot answer day by day.
    """
    parts = tuple(dict.fromkeys(part for metric in metrics for part in measures(metric)))
    return _joined(parts, [_of_cohort(desk, group, c, known, parts, where) for c in group.cohorts])


def measures(metric: Metric) -> tuple[str, ...]:
    """Return the measured metrics that a metric is made of: itself, when it is measured."""
    return metric.formula.parts if metric.formula else (metric.key,)


def of(metric: Metric, sums: Sums) -> Amount:
    """Return a metric from the sums of its measures; None when one is absent or over is 0."""
    return metric.formula.of(sums) if metric.formula else sums.get(metric.key)


def added(values: Sequence[Amount]) -> Amount:
    """Return the sum of what is known, None when nothing is."""
    present = [value for value in values if value is not None]
    return sum(present[1:], present[0]) if present else None


def added_up(part: str, values: Sequence[Amount]) -> Amount:
    """Return the sum of a measure's values: of what is known, None when nothing is.

    One absent value of a partial measure makes the sum absent; see `Metric.is_partial`.
    """
    if METRICS[part].is_partial and None in values:
        return None
    return added(values)


@dataclass(slots=True)
class _Days:
    """One cohort's sums by the days shown; `before` has those of the days compared."""

    periods: Periods
    now: dict[date, Sums] = field(default_factory=dict)
    before: dict[date, Sums] = field(default_factory=dict)


def _of_cohort(
    desk: Desk,
    group: Group,
    cohort: Cohort,
    known: Mapping[str, KnownDays],
    parts: Sequence[str],
    where: tuple[Condition, ...],
) -> _Days:
    periods = cohort.periods
    question = Question(
        Dataset.CAMPAIGN,
        tuple(dict.fromkeys((*parts, _MARK))),
        periods.shown,
        by=("day",),
        where=(Among("advertiser_id", cohort.advertiser_ids), *group.where, *where),
        compare=periods.compared,
        as_of=group.as_of,
    )
    columns = desk.reader.ask(question).table.to_pydict()
    # The advertisers of a cohort have the same days.
    held = known[min(cohort.advertiser_ids)].days
    found = _Days(periods, now=_rows(columns, parts, ""))
    nothing = dict.fromkeys(parts, 0)
    found.now |= {d: nothing for d in periods.shown.days() if d in held and d not in found.now}
    if periods.compared:
        back = periods.shown.start - periods.compared.start
        found.before = _rows(columns, parts, BEFORE)
        empty = (d for d in periods.shown.days() if d - back in held and d not in found.before)
        found.before |= dict.fromkeys(empty, nothing)
    return found


def _rows(columns: Mapping[str, list[Any]], parts: Sequence[str], suffix: str) -> dict[date, Sums]:
    """Return the sums of each day that has a row in the lake; the mark is in every row."""
    return {
        day: {part: columns[part + suffix][place] for part in parts}
        for place, day in enumerate(columns["day"])
        if columns[_MARK + suffix][place] is not None
    }


def _joined(parts: Sequence[str], cohorts: Sequence[_Days]) -> History:
    days = tuple(sorted({day for found in cohorts for day in found.periods.shown.days()}))
    compared = (f.periods for f in cohorts if f.periods.compared)
    back = next((p.shown.start - p.compared.start for p in compared if p.compared), None)
    alike = [_alike_rows(found) for found in cohorts]
    return History(
        days=days,
        before_days=() if back is None else tuple(day - back for day in days),
        now=_columns(parts, days, [found.now for found in cohorts]),
        before=_columns(parts, days if back else (), [found.before for found in cohorts]),
        total=_summed(parts, [row for found in cohorts for row in found.now.values()]),
        alike=_summed(parts, [row for rows, _ in alike for row in rows]),
        alike_before=_summed(parts, [row for _, rows in alike for row in rows]),
    )


def _alike_rows(found: _Days) -> tuple[list[Sums], list[Sums]]:
    pair = found.periods.alike
    if pair is None:
        return [], []
    days = list(pair[0].days())
    return (
        [found.now[day] for day in days if day in found.now],
        [found.before[day] for day in days if day in found.before],
    )


def _columns(
    parts: Sequence[str], days: Sequence[date], sides: Sequence[Mapping[date, Sums]]
) -> Mapping[str, tuple[Amount, ...]]:
    return {
        part: tuple(
            added_up(part, [side[day][part] for side in sides if day in side]) for day in days
        )
        for part in parts
    }


def _summed(parts: Sequence[str], rows: Sequence[Mapping[str, Amount]]) -> Sums:
    """Return the sum of each measure; empty without any row."""
    return {part: added_up(part, [row.get(part) for row in rows]) for part in parts} if rows else {}


def _by_day(
    metric: Metric, columns: Mapping[str, tuple[Amount, ...]], length: int
) -> tuple[Amount, ...]:
    if metric.formula is None:
        return columns[metric.key][:length]
    parts = [columns[part] for part in metric.formula.parts]
    rows = zip(*parts, strict=True)
    return tuple(
        metric.formula.of(dict(zip(metric.formula.parts, row, strict=True))) for row in rows
    )


NOTHING = History((), (), {}, {}, {}, {}, {})
