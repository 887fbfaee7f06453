"""The charts of a cut: what rows take and earn, what moved a figure, how weekdays differ."""

from __future__ import annotations

from decimal import Decimal

from core.domain.formats import ABSENT, MINUS, exact, percent
from core.domain.metrics import Metric, Unit
from core.insight.cut_table import CutRow, CutTable
from core.insight.movers import Move, Movers
from core.insight.volumes import is_sum
from core.insight.weekdays import WeekdayPattern
from core.reports.charts.values import (
    BarChart,
    BarRow,
    Point,
    ShareChart,
    ShareRow,
    Step,
    Waterfall,
)
from core.reports.words import shown

MIX, RATE = "Mix effect", "Rate effect"


def unit_of(entry: Metric, currency: str) -> str:
    """Return the title of an axis or a column: the metric, with the currency of an amount."""
    return f"{entry.label}, {currency}" if entry.unit is Unit.MONEY else entry.label


def inside(label: str) -> str:
    """Return a label as it stands within a sentence; abbreviations keep their letters."""
    return label[:1].lower() + label[1:] if label[1:2].islower() else label


def took_and_earned(table: CutTable) -> ShareChart:
    """Return each row's share of cost beside its share of what cost bought."""
    rows = sorted(table.rows, key=lambda row: -(row.share or Decimal(0)))
    size, earned = inside(table.size.label), inside(table.earned.label)
    return ShareChart(
        question=f"Which {table.cut.plural} earn what they take?",
        took_name=f"Share of {size}",
        earned_name=f"Share of {earned}",
        rows=[
            ShareRow(
                row.name,
                _share(row.share, row, table.size, table.group.currency),
                _share(row.earned, row, table.earned, table.group.currency),
            )
            for row in rows
            if row.share is not None or row.earned is not None
        ],
    )


def _share(share: Decimal | None, row: CutRow, entry: Metric, currency: str) -> Point:
    return Point(
        None if share is None else float(share),
        ABSENT if share is None else percent(share),
        before_text=shown(entry, row.value(entry), currency),
    )


def what_moved(found: Movers, currency: str) -> Waterfall:
    """Return the way from a metric before to what it is now; mix and rate apart for a ratio."""
    entry = found.metric
    is_ratio = not is_sum(entry)

    def text(value: Decimal) -> str:
        return move_text(value, found, currency)

    def step(move: Move) -> Step:
        parts = (move.mix, move.rate) if is_ratio else (move.whole,)
        points = [Point(float(part), text(part)) for part in parts]
        return Step(move.name, points, text(move.whole))

    return Waterfall(
        question=f"What moved {entry.label}?",
        unit=unit_of(entry, currency),
        first_name="Before",
        first=Point(float(found.before), figure_text(found.before, found, currency)),
        last_name="Now",
        last=Point(float(found.now), figure_text(found.now, found, currency)),
        pieces=(MIX, RATE) if is_ratio else ("Change",),
        steps=[step(move) for move in found.moves],
        as_rate=entry.unit is Unit.RATE,
    )


def figure_text(value: Decimal, found: Movers, currency: str) -> str:
    """Return a figure to as many places as its parts have, so that a reader can add them up."""
    entry = found.metric
    if entry.unit is Unit.RATE:
        return f"{_placed(value * 100, found.step * 100)}\u00a0%"
    if entry.unit is Unit.MONEY and found.step >= Decimal("0.01"):
        return exact(value, Unit.MONEY, currency)
    return _placed(value, found.step)


def move_text(value: Decimal, found: Movers, currency: str) -> str:
    """Return a part of a change with its sign; of a rate in percentage points."""
    entry = found.metric
    if entry.unit is Unit.RATE:
        return f"{_signed(value * 100, found.step * 100)}\u00a0pp"
    return _signed(value, found.step)


def _signed(value: Decimal, step: Decimal) -> str:
    if not value:
        return "0"
    return f"{'+' if value > 0 else MINUS}{_placed(abs(value), step)}"


def _placed(value: Decimal, step: Decimal) -> str:
    places = max(0, -step.normalize().as_tuple().exponent)  # type: ignore[operator]
    return f"{MINUS if value < 0 else ''}{abs(value):,.{places}f}"


def by_weekday(found: WeekdayPattern, currency: str) -> BarChart:
    """Return a metric by weekday; a sum is told per day."""
    entry = found.metric
    unit = unit_of(entry, currency)
    return BarChart(
        question=f"Do weekdays differ in {entry.label}?",
        unit=unit if not is_sum(entry) else f"{unit}, a day",
        rows=[
            BarRow(
                one.name,
                Point(
                    None if one.value is None else float(one.value),
                    _weekday_text(entry, one.value, one.index, currency),
                ),
            )
            for one in found.weekdays
        ],
        as_rate=entry.unit is Unit.RATE,
    )


def _weekday_text(
    entry: Metric, value: Decimal | int | None, index: Decimal | None, currency: str
) -> str:
    told = shown(entry, value, currency)
    return f"{told} (index {index * 100:.0f})" if index is not None else told
