"""What charts of parts become: a Vega-Lite spec with its datasets."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from copy import deepcopy
from datetime import date
from typing import Any

import pyarrow as pa

from core.reports.charts import part_shapes
from core.reports.charts.bands import LETTER_PIXELS, named
from core.reports.charts.shapes import Spec
from core.reports.charts.values import PlaceChart, ShareChart, Step, Waterfall

SHARES_MAX = 15
_KEY_PIXELS = 16
_ROW_PIXELS, _STEP_PIXELS, _AXIS_PIXELS = 28, 34, 72
_TEXT, _NUMBER = pa.string(), pa.float64()
_LINKS = pa.schema([("label", _TEXT), ("took", _NUMBER), ("earned", _NUMBER)])
_DOTS = pa.schema(
    [("label", _TEXT), ("side", _TEXT), ("share", _NUMBER), ("value_text", _TEXT),
     ("before_text", _TEXT)]
)  # fmt: skip
_STEPS = pa.schema(
    [("label", _TEXT), ("piece", _TEXT), ("start", _NUMBER), ("end", _NUMBER),
     ("value_text", _TEXT)]
)  # fmt: skip
_ENDS = pa.schema([("label", _TEXT), ("value", _NUMBER), ("value_text", _TEXT)])
_SUMS = pa.schema([("label", _TEXT), ("at", _NUMBER), ("text", _TEXT)])
_EVENTS = pa.schema([("start", _NUMBER), ("end", _NUMBER), ("label", _TEXT), ("at", _NUMBER)])
_POINTS = pa.schema(
    [("place", pa.int64()), ("series", _TEXT), ("value", _NUMBER), ("place_text", _TEXT),
     ("value_text", _TEXT)]
)  # fmt: skip


def shares_spec(chart: ShareChart) -> Spec:
    """Return the drawing of the first fifteen rows' two shares."""
    rows = chart.rows[:SHARES_MAX]
    links = [
        {"label": r.label, "took": r.took.value, "earned": r.earned.value}
        for r in rows
        if r.took.value is not None and r.earned.value is not None
    ]
    dots = [
        {"label": row.label, "side": side, "share": point.value, "value_text": point.text,
         "before_text": point.before_text}
        for row in rows
        for side, point in ((chart.took_name, row.took), (chart.earned_name, row.earned))
        if point.value is not None
    ]  # fmt: skip
    spec = deepcopy(part_shapes.shares())
    spec["height"] = len(rows) * _ROW_PIXELS + _AXIS_PIXELS
    spec["padding"] = {"left": 12, "right": 12}
    _order(spec, [row.label for row in rows])
    return _with(spec, links=(links, _LINKS), dots=(dots, _DOTS))


def waterfall_spec(chart: Waterfall) -> Spec:
    """Return the drawing of the way from the first figure to the last."""
    several = len(chart.pieces) > 1
    spec = deepcopy(part_shapes.waterfall(as_rate=chart.as_rate, several=several))
    spec["layer"][0]["encoding"]["x"]["title"] = chart.unit
    spec["height"] = (len(chart.steps) + 2) * _STEP_PIXELS + _AXIS_PIXELS
    longest = max((len(step.text) for step in chart.steps), default=0)
    spec["padding"] = {"left": 12, "right": 16 + longest * LETTER_PIXELS}
    steps, sums = list(_steps(chart)), list(_sums(chart))
    ends = [
        {"label": name, "value": point.value, "value_text": point.text}
        for name, point in ((chart.first_name, chart.first), (chart.last_name, chart.last))
    ]
    _order(spec, [chart.first_name, *(s.label for s in chart.steps), chart.last_name])
    texts = [{"label": e["label"], "at": e["value"], "text": e["value_text"]} for e in ends]
    return _with(spec, steps=(steps, _STEPS), marks=(ends, _ENDS), sums=([*sums, *texts], _SUMS))


def places_spec(chart: PlaceChart) -> Spec:
    """Return the drawing of lines over places."""
    spec = deepcopy(part_shapes.places(as_rate=chart.as_rate))
    for layer in spec["layer"]:
        layer["encoding"]["x"]["title"] = chart.axis
        if "field" in layer["encoding"].get("y", {}):
            layer["encoding"]["y"]["title"] = chart.unit
    _name_days(spec, chart.since)
    points = [
        {"place": chart.places[n], "series": series.name, "value": point.value,
         "place_text": ", ".join(filter(None, (chart.spoken[n], point.before_text))),
         "value_text": point.text}
        for series in chart.series
        for n, point in enumerate(series.points)
    ]  # fmt: skip
    spec["padding"] = {"top": 4, "right": 12}
    spec["height"] += len(chart.series) * _KEY_PIXELS
    return _with(spec, points=(points, _POINTS), events=(list(_events(chart)), _EVENTS))


def _events(chart: PlaceChart) -> Iterator[dict[str, Any]]:
    """Yield the events as places; a day is a point, and its shade reaches half a day around it."""
    if chart.since is None or not chart.events:
        return
    left, right = chart.places[0], chart.places[-1]
    rows = (
        {
            "start": max(left, (band.days.start - chart.since).days + 0.5),
            "end": min(right, (band.days.end - chart.since).days + 1.5),
            "label": band.label,
        }
        for band in sorted(chart.events, key=lambda band: band.days)
    )
    yield from named(rows, left, right)


def _name_days(spec: Spec, since: date | None) -> None:
    """Call the places by their days where there are such."""
    if since is not None:
        first = f"utc({since.year}, {since.month - 1}, {since.day} + datum.value - 1)"
        axis = spec["layer"][0]["encoding"]["x"]["axis"]
        axis["labelExpr"] = f"utcFormat({first}, '%-d %b')"


def levels(steps: Sequence[Step], first: float) -> Iterator[tuple[Step, list[float]]]:
    """Yield each step with the levels between which its pieces lie; one more than pieces."""
    level = first
    for step in steps:
        reached = [level]
        for part in step.parts:
            reached.append(reached[-1] + (part.value or 0.0))
        level = reached[-1]
        yield step, reached


def _steps(chart: Waterfall) -> Iterator[dict[str, Any]]:
    for step, reached in levels(chart.steps, chart.first.value or 0.0):
        for n, piece in enumerate(chart.pieces):
            yield {"label": step.label, "piece": piece, "start": reached[n],
                   "end": reached[n + 1], "value_text": step.parts[n].text}  # fmt: skip


def _sums(chart: Waterfall) -> Iterator[dict[str, Any]]:
    for step, reached in levels(chart.steps, chart.first.value or 0.0):
        yield {"label": step.label, "at": max(reached), "text": step.text}


def _order(spec: Spec, labels: Sequence[str]) -> None:
    """Give every layer the order of the rows: the layers' own data come in several."""
    for layer in spec["layer"]:
        layer["encoding"]["y"]["sort"] = list(labels)


def _with(spec: Spec, **datasets: tuple[list[dict[str, Any]], pa.Schema]) -> Spec:
    """Return the spec with its datasets; layers of empty ones are left out."""
    tables = {name: pa.Table.from_pylist(rows, schema) for name, (rows, schema) in datasets.items()}
    held = {name: table for name, table in tables.items() if table.num_rows}
    layers = [x for x in spec["layer"] if x.get("data", spec.get("data"))["name"] in held]
    return {**spec, "layer": layers, "datasets": held}
