"""The chart of return on ad spend two ways, and why they differ."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from core.domain.formats import exact
from core.domain.probes import Verdict
from core.insight.history import Amount
from core.insight.performance.returns import Returns
from core.reports.charts.values import LineChart, Point, Series
from core.reports.figures import Tile
from core.reports.parts.events import event_bands
from core.reports.parts.trends import caution_bands
from core.reports.words import about, moved, shown, tone_of, trail

KINDS = ("total_roas", "roas")
"""The returns that are told: of the whole brand, and of the promoted products."""
REPORTED, TRAILING = "as reported", "14 days"


def returns_by_day(found: Returns) -> LineChart:
    """Return the day's own return beside that of the fourteen days up to it."""
    return LineChart(
        question=f"What did each unit of money bring? {found.metric.label}",
        unit=found.metric.name,
        days=found.days,
        series=[
            Series(REPORTED, _points(found, found.by_day)),
            Series(TRAILING, _points(found, found.trailing_by_day)),
        ],
        bands=caution_bands(found.cautions),
        events=event_bands(found.events, found.days),
    )


def why_they_differ(found: Returns) -> str:
    """Return, in words, what each of the two figures is good for."""
    if found.dated_by is Verdict.BY_TRAFFIC:
        return (
            "Here a sale was found to stand on the day of the ad that is credited, so the last "
            "days still grow as people buy. Fourteen days lose less to that than one."
        )
    return (
        "Amazon dates a sale by the sale and cost by the ad, which may have run up to 14 days "
        "earlier. So a day's own return mixes today's sales with today's cost: low while a flight "
        "begins, high after a pause, and none on a day without cost. Over 14 days sales and the "
        "ads they are credited to nearly meet: judge by that one."
    )


def _points(found: Returns, values: Sequence[Amount]) -> list[Point]:
    return [
        Point(None if value is None else float(value), shown(found.metric, value, ""))
        for value in values
    ]


def return_tiles(whole: Returns, promoted: Returns, words: str) -> Iterator[Tile]:
    """Yield both kinds both ways; `words` say what changes are held against."""
    for found in (whole, promoted):
        yield _reported(found, words)
        yield _over_fourteen_days(found)


def _reported(found: Returns, words: str) -> Tile:
    entry = found.metric
    return Tile(
        label=f"{entry.label}, as reported",
        figure=shown(entry, found.reported.value, ""),
        change=moved(found.reported, words),
        tone=tone_of(entry, found.reported.change),
        trail=trail(found.by_day),
        meaning=about(entry),
    )


def _over_fourteen_days(found: Returns) -> Tile:
    last = f"{found.days[-1]:%-d %b}" if found.days else ""
    return Tile(
        label=f"{found.metric.label}, 14 days",
        figure=exact(found.trailing, found.metric.unit),
        note=f"the 14 days to {last}" if last else "",
        trail=trail(found.trailing_by_day),
        meaning="Sales over cost of the fourteen days in which an ad may be credited.",
    )
