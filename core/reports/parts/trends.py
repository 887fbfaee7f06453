"""The two charts of spend and of a metric by day."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from core.domain.formats import change, exact, percent
from core.domain.metrics import Metric, Unit
from core.insight.history import Amount
from core.insight.trend import Caution, Cumulative, Trend
from core.reports.charts.values import Band, LineChart, Point, Series
from core.reports.parts.events import event_bands
from core.reports.words import shown

PLAN_CAPTION = (
    "What left the budgets, fees that count against them included, and the budgets spread evenly "
    "over their flights. Paused orders and orders without a known budget are left out."
)


def spend_against_plan(found: Cumulative) -> LineChart:
    """Return budget-consuming spend since the first day shown, beside the even plan."""
    currency = found.group.currency
    points = []
    for spent, planned in zip(found.spent, found.planned, strict=True):
        share = percent(spent / planned) if spent is not None and planned else ""
        points.append(
            Point(
                value=None if spent is None else float(spent),
                text=exact(spent, Unit.MONEY, currency),
                before_text=f"{exact(planned, Unit.MONEY, currency)} planned",
                change_text=f"{share} of plan" if share else "",
                plan=float(planned) if found.has_plan else None,
            )
        )
    return LineChart(
        question="Is the money going out as planned?",
        unit=f"Budget spent, {currency}",
        days=found.days,
        series=[Series("", points)],
        now_name="spent",
        bands=caution_bands(found.cautions),
        events=event_bands(found.events, found.days),
    )


def by_day(found: Trend, words: str) -> LineChart:
    """Return a metric by day with the days it is held against, which `words` name."""
    entry, currency = found.metric, found.group.currency
    unit = f"{entry.name}, {currency}" if entry.unit is Unit.MONEY else entry.name
    history = found.history
    before = history.by_day_before(entry)
    return LineChart(
        question=f"How has {entry.label} developed?",
        unit=unit,
        days=history.days,
        series=[Series("", list(_points(entry, currency, history.by_day(entry), before)))],
        before_days=history.before_days,
        now_name="these days",
        before_name=words.removeprefix("on the ") or "before",
        bands=caution_bands(found.cautions),
        events=event_bands(found.events, history.days),
        as_rate=entry.unit is Unit.RATE,
    )


def _points(
    entry: Metric, currency: str, now: Sequence[Amount], before: Sequence[Amount]
) -> Iterator[Point]:
    for place, value in enumerate(now):
        held = before[place] if before else None
        yield Point(
            value=None if value is None else float(value),
            text=shown(entry, value, currency),
            before=None if held is None else float(held),
            before_text=shown(entry, held, currency) if before else "",
            change_text=change(value, held, "").strip() if before else "",
        )


def caution_bands(cautions: Sequence[Caution]) -> list[Band]:
    """Return the shades of days whose figures may still change."""
    return [Band(caution.days, caution.word) for caution in cautions]
