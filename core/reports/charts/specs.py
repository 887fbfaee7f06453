"""What a chart becomes on a screen and on paper: a Vega-Lite spec with its datasets."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from copy import deepcopy
from datetime import UTC, date, datetime, time
from itertools import pairwise
from typing import Any

import pyarrow as pa

from core.reports.charts import shapes
from core.reports.charts.bands import LETTER_PIXELS, named
from core.reports.charts.part_specs import places_spec, shares_spec, waterfall_spec
from core.reports.charts.values import (
    AnyChart,
    Band,
    BarChart,
    BarRow,
    LineChart,
    PlaceChart,
    Point,
    Series,
    ShareChart,
    Waterfall,
)

LABELS_MAX = 4
BARS_MAX = 30
_LABEL_LETTERS = 28
_BAR_PIXELS, _BAR_AXIS_PIXELS = 28, 56
_HALF_DAY_MS = 12 * 3600 * 1000
_LINE_SHARE = 0.075  # of the height of a chart: a line of text
_TEXTS = [(name, pa.string()) for name in ("value_text", "before_text", "change_text")]
_SIZES = [(name, pa.float64()) for name in ("value", "before", "plan", "low", "high")]
_POINTS = pa.schema(
    [("day", pa.int64()), ("series", pa.string()), *_SIZES, ("day_text", pa.string()), *_TEXTS]
)
_ALONE = pa.schema([("day", pa.int64()), ("series", pa.string()), *_SIZES[:3]])
_ENDS = pa.schema(
    [("day", pa.int64()), ("series", pa.string()), ("value", pa.float64()), ("label", pa.string())]
)
_BANDS = pa.schema([("start", pa.int64()), ("end", pa.int64()), ("label", pa.string())])
_EVENTS = _BANDS.append(pa.field("at", pa.int64()))
_ROWS = pa.schema([("label", pa.string()), ("value", pa.float64()), *_TEXTS])

Row = dict[str, Any]


def spec_of(chart: AnyChart) -> shapes.Spec:
    """Return the drawing of a chart of any kind."""
    match chart:
        case LineChart():
            return lines_spec(chart)
        case BarChart():
            return bars_spec(chart)
        case ShareChart():
            return shares_spec(chart)
        case Waterfall():
            return waterfall_spec(chart)
        case PlaceChart():
            return places_spec(chart)


def lines_spec(chart: LineChart) -> shapes.Spec:
    """Return the drawing of lines, with the datasets that `shapes.lines` names."""
    ends = _ends(chart)
    datasets = {
        "points": pa.Table.from_pylist(list(_points(chart)), _POINTS),
        "alone": pa.Table.from_pylist(list(_alone(chart)), _ALONE),
        "ends": pa.Table.from_pylist(ends, _ENDS),
        "bands": pa.Table.from_pylist([_band(band) for band in chart.bands], _BANDS),
        "events": pa.Table.from_pylist(list(_events(chart)), _EVENTS),
    }
    shape = shapes.lines(as_rate=chart.as_rate)
    spec = {**shape, "layer": [deepcopy(x) for x in shape["layer"] if _has_something(x, datasets)]}
    for layer in spec["layer"]:
        # A layer without a title of its own would add its field's name to the axis.
        if "field" in layer["encoding"].get("y", {}):
            layer["encoding"]["y"]["title"] = chart.unit
    spec["padding"] = {"top": 12, "right": 12}
    spec["datasets"] = {name: table for name, table in datasets.items() if table.num_rows}
    return spec


def bars_spec(chart: BarChart) -> shapes.Spec:
    """Return the drawing of the first thirty bars, with the dataset `rows`."""
    spec = deepcopy(shapes.bars(as_rate=chart.as_rate))
    shown = chart.rows[:BARS_MAX]
    spec["layer"][0]["encoding"]["x"]["title"] = chart.unit
    spec["height"] = len(shown) * _BAR_PIXELS + _BAR_AXIS_PIXELS
    spec["padding"] = {"left": 4, "right": _room(row.point.text for row in shown)}
    spec["datasets"] = {"rows": pa.Table.from_pylist([_bar(row) for row in shown], _ROWS)}
    return spec


def _has_something(layer: shapes.Spec, datasets: dict[str, pa.Table]) -> bool:
    """Vega measures the extent of every layer: one without a value would only warn and wait."""
    table = datasets[layer["data"]["name"]]
    field = layer["encoding"].get("y", {}).get("field")
    return bool(table.num_rows) and (
        field is None or table.column(field).null_count < table.num_rows
    )


def _points(chart: LineChart) -> Iterator[Row]:
    for series in chart.series:
        for place, point in enumerate(series.points):
            yield {
                "day": _milliseconds(chart.days[place]),
                "series": series.name or chart.unit,
                "value": point.value,
                "before": point.before,
                "plan": point.plan,
                "low": point.low,
                "high": point.high,
                "day_text": _day_text(chart, place),
                **_texts(point),
            }


def _alone(chart: LineChart) -> Iterator[Row]:
    """Yield the days with a figure that no line goes through: neither day beside has one."""
    for series in chart.series:
        lines = {name: [getattr(p, name) for p in series.points] for name, _ in _SIZES[:3]}
        for place, day in enumerate(chart.days):
            found = {name: _lone(values, place) for name, values in lines.items()}
            if any(value is not None for value in found.values()):
                yield {"day": _milliseconds(day), "series": series.name or chart.unit, **found}


def _lone(values: Sequence[float | None], place: int) -> float | None:
    beside = (*values[max(0, place - 1) : place], *values[place + 1 : place + 2])
    return None if any(value is not None for value in beside) else values[place]


def _ends(chart: LineChart) -> list[Row]:
    """Return direct labels at the last known point of each line; none over four series.

    Labels nearer to one another than a line of text are moved apart.
    """
    if len(chart.series) > LABELS_MAX:
        return []
    found = list(_last_points(chart))
    spread(found, _LINE_SHARE * _largest(chart))
    return found


def spread(ends: list[Row], apart: float) -> None:
    """Sort labels from the top down and move them until each is `apart` from the one above."""
    ends.sort(key=lambda end: -float(end["value"]))
    for above, below in pairwise(ends):
        below["value"] = min(below["value"], above["value"] - apart)


def _last_points(chart: LineChart) -> Iterator[Row]:
    for series, label, values in _labelled(chart):
        known = [(d, v) for d, v in zip(chart.days, values, strict=True) if v is not None]
        if known:
            day, value = known[-1]
            yield {
                "day": _milliseconds(day),
                "series": series.name,
                "value": value,
                "label": _shortened(label),
            }


def _largest(chart: LineChart) -> float:
    points = (point for series in chart.series for point in series.points)
    sizes = (size for p in points for size in (p.value, p.before, p.plan) if size is not None)
    return max(map(abs, sizes), default=1.0) or 1.0


def _labelled(chart: LineChart) -> Iterator[tuple[Series, str, list[float | None]]]:
    for series in chart.series:
        yield series, series.name or chart.now_name, [point.value for point in series.points]
    if len(chart.series) == 1:
        (only,) = chart.series
        yield only, chart.before_name, [point.before for point in only.points]
        yield only, chart.plan_name, [point.plan for point in only.points]


def _band(band: Band) -> Row:
    # A day is a point on the axis; its shade reaches half a day to either side.
    return {
        "start": _milliseconds(band.days.start) - _HALF_DAY_MS,
        "end": _milliseconds(band.days.end) + _HALF_DAY_MS,
        "label": band.label,
    }


def _events(chart: LineChart) -> Iterator[Row]:
    left = _milliseconds(chart.days[0]) - _HALF_DAY_MS
    right = _milliseconds(chart.days[-1]) + _HALF_DAY_MS
    rows = (_band(band) for band in sorted(chart.events, key=lambda band: band.days))
    for row in named(rows, left, right):
        yield {**row, "at": round(row["at"])}


def _bar(row: BarRow) -> Row:
    return {"label": row.label, "value": row.point.value, **_texts(row.point)}


def _texts(point: Point) -> Row:
    return {
        "value_text": point.text,
        "before_text": point.before_text or "n/a",
        "change_text": point.change_text or "n/a",
    }


def _day_text(chart: LineChart, place: int) -> str:
    text = f"{chart.days[place]:%a %-d %b %Y}"
    return f"{text} (against {chart.before_days[place]:%-d %b %Y})" if chart.before_days else text


def _room(labels: Iterator[str]) -> float:
    return 16 + max((len(label) for label in labels), default=0) * LETTER_PIXELS


def _shortened(label: str) -> str:
    return label if len(label) <= _LABEL_LETTERS else label[: _LABEL_LETTERS - 1] + "…"


def _milliseconds(day: date) -> int:
    return int(datetime.combine(day, time(), UTC).timestamp() * 1000)
