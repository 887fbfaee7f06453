"""The figures of a chart as a table: headings and rows of words, or a sheet of plain values."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from core.domain.columns import Column, Form
from core.domain.periods import ONE_DAY
from core.insight.sheets import Sheet
from core.reports.charts.values import (
    AnyChart,
    BarChart,
    LineChart,
    PlaceChart,
    Point,
    Series,
    ShareChart,
    Waterfall,
)


@dataclass(frozen=True, slots=True)
class FigureTable:
    """Headings and rows of text; the first cell of a row names it, the others are figures."""

    heads: Sequence[str]
    rows: Sequence[Sequence[str]]


def table_of(chart: AnyChart) -> FigureTable:
    """Return every figure of a chart: days newest first, everything else in its order."""
    match chart:
        case LineChart():
            return _of_lines(chart)
        case BarChart():
            return _of_bars(chart)
        case ShareChart():
            return _of_shares(chart)
        case Waterfall():
            return _of_waterfall(chart)
        case PlaceChart():
            return _of_places(chart)


def _of_lines(chart: LineChart) -> FigureTable:
    heads = ["Day"]
    for series in chart.series:
        heads += _heads(series.name or chart.unit, chart.before_name if chart.before_days else "")
        heads += [chart.plan_name.capitalize(), "Of it"] if _is_planned(chart, series) else []
    heads += ["Event"] if chart.events else []
    rows = [
        [f"{chart.days[place]:%a %-d %b %Y}", *_cells(chart, place), *_events(chart, place)]
        for place in reversed(range(len(chart.days)))
    ]
    return FigureTable(heads, rows)


def _of_bars(chart: BarChart) -> FigureTable:
    compared = any(row.point.before_text for row in chart.rows)
    heads = ["Name", *_heads(chart.unit, "before" if compared else "")]
    rows = [[row.label, *_point_cells(row.point, compared=compared)] for row in chart.rows]
    return FigureTable(heads, rows)


def _of_shares(chart: ShareChart) -> FigureTable:
    heads = ["Name", chart.took_name, "Amount", chart.earned_name, "Amount"]
    rows = [
        [r.label, r.took.text, r.took.before_text, r.earned.text, r.earned.before_text]
        for r in chart.rows
    ]
    return FigureTable(heads, rows)


def _of_waterfall(chart: Waterfall) -> FigureTable:
    several = len(chart.pieces) > 1
    heads = ["Name", *(chart.pieces if several else ()), "Together" if several else chart.unit]
    gap = [""] * (len(heads) - 2)
    rows = [
        [chart.first_name, *gap, chart.first.text],
        *([s.label, *([p.text for p in s.parts] if several else []), s.text] for s in chart.steps),
        [chart.last_name, *gap, chart.last.text],
    ]
    return FigureTable(heads, rows)


def _of_places(chart: PlaceChart) -> FigureTable:
    heads = [chart.axis, *(series.name for series in chart.series)]
    heads += ["Event"] if chart.events else []
    rows = [
        [spoken, *(series.points[n].text for series in chart.series), *_events_at(chart, n)]
        for n, spoken in enumerate(chart.spoken)
    ]
    return FigureTable(heads, rows)


def _heads(name: str, before_name: str) -> list[str]:
    return [name, f"{name}, {before_name}", "Change"] if before_name else [name]


def _cells(chart: LineChart, place: int) -> Iterator[str]:
    for series in chart.series:
        is_told = bool(chart.before_days) or _is_planned(chart, series)
        yield from _point_cells(series.points[place], compared=is_told)


def _is_planned(chart: LineChart, series: Series) -> bool:
    """Return whether points are held against a plan, which their texts then tell of."""
    return not chart.before_days and any(point.plan is not None for point in series.points)


def _events(chart: LineChart, place: int) -> list[str]:
    """Return the names of the events of a day, where the chart has any at all."""
    day = chart.days[place]
    names = (event.label for event in chart.events if day in event.days)
    return [", ".join(names)] if chart.events else []


def _events_at(chart: PlaceChart, number: int) -> list[str]:
    if chart.since is None or not chart.events:
        return []
    day = chart.since + (chart.places[number] - 1) * ONE_DAY
    return [", ".join(event.label for event in chart.events if day in event.days)]


def _point_cells(point: Point, *, compared: bool) -> list[str]:
    more = [point.before_text or "n/a", point.change_text or "n/a"] if compared else []
    return [point.text, *more]


def sheet_of(chart: AnyChart) -> Sheet:
    """Return every figure as plain values: days oldest first, everything else in its order.

    What is not known is an empty cell.
    """
    match chart:
        case LineChart():
            return _line_sheet(chart)
        case BarChart():
            return _bar_sheet(chart)
        case ShareChart():
            return _share_sheet(chart)
        case Waterfall():
            return _waterfall_sheet(chart)
        case PlaceChart():
            return _place_sheet(chart)


def _share_sheet(chart: ShareChart) -> Sheet:
    columns = (Column("Name"), Column(chart.took_name, Form.RATE),
               Column(chart.earned_name, Form.RATE))  # fmt: skip
    rows = tuple((r.label, _plain(r.took.value), _plain(r.earned.value)) for r in chart.rows)
    return Sheet(columns, rows, _lines_of(chart))


def _waterfall_sheet(chart: Waterfall) -> Sheet:
    columns = (Column("Name"), Column("Figure", Form.NUMBER),
               *(Column(piece, Form.NUMBER) for piece in chart.pieces))  # fmt: skip
    gap = (None,) * len(chart.pieces)
    rows = (
        (chart.first_name, _plain(chart.first.value), *gap),
        *((s.label, None, *(_plain(part.value) for part in s.parts)) for s in chart.steps),
        (chart.last_name, _plain(chart.last.value), *gap),
    )
    return Sheet(columns, rows, _lines_of(chart))


def _place_sheet(chart: PlaceChart) -> Sheet:
    form = Form.RATE if chart.as_rate else Form.NUMBER
    columns = (Column(chart.axis, Form.COUNT), *(Column(s.name, form) for s in chart.series))
    rows = tuple(
        (str(place), *(_plain(series.points[n].value) for series in chart.series))
        for n, place in enumerate(chart.places)
    )
    return Sheet(columns, rows, _lines_of(chart))


def _lines_of(chart: AnyChart) -> tuple[str, str]:
    return f"Chart: {chart.question}", f"Unit: {chart.unit}"


def _line_sheet(chart: LineChart) -> Sheet:
    sides = [side for series in chart.series for side in _sides(chart, series)]
    form = Form.RATE if chart.as_rate else Form.NUMBER
    columns = [Column("Day", Form.DAY), *(Column(title, form) for title, _ in sides)]
    if chart.before_days:
        columns.insert(1, Column("Day compared", Form.DAY))
    rows = []
    for place, day in enumerate(chart.days):
        days = [day.isoformat()]
        if chart.before_days:
            days.append(chart.before_days[place].isoformat())
        rows.append((*days, *(values[place] for _, values in sides)))
    return Sheet(tuple(columns), tuple(rows), _lines_of(chart))


def _sides(chart: LineChart, series: Series) -> Iterator[tuple[str, list[str | None]]]:
    """Yield a series, what it is held against and what was planned, where there is any."""
    name = series.name or chart.unit
    yield name, [_plain(point.value) for point in series.points]
    if chart.before_days:
        yield f"{name}, {chart.before_name}", [_plain(point.before) for point in series.points]
    if any(point.plan is not None for point in series.points):
        yield f"{name}, {chart.plan_name}", [_plain(point.plan) for point in series.points]


def _bar_sheet(chart: BarChart) -> Sheet:
    form = Form.RATE if chart.as_rate else Form.NUMBER
    columns = (Column("Name"), Column(chart.unit, form))
    rows = tuple((row.label, _plain(row.point.value)) for row in chart.rows)
    return Sheet(columns, rows, _lines_of(chart))


def _plain(value: float | None) -> str | None:
    return None if value is None else repr(value)
