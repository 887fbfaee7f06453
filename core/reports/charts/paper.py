"""A chart's Vega-Lite as it is on paper: the same shape in the light colours, without hovering.

On a screen the theme and look.css give the colours; a picture must bring its own. Names stay
values of fields and cannot act here either.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pyarrow as pa

from core.reports.charts.specs import spread

Spec = dict[str, Any]

INK, MUTED, RULE, ACCENT, GROUND = "#14202B", "#5A6B7B", "#DDE3EA", "#0A6C94", "#FFFFFF"
SERIES = ("#0067A3", "#B85C00", "#00795C", "#A3407F", "#3C7FB1", "#C2410C", "#5F6B76")
SCHEMA = "https://vega.github.io/schema/vega-lite/v6.json"
_MARKS: Mapping[str, Spec] = {
    "band": {"fill": MUTED},
    "event": {"fill": ACCENT},
    "band_label": {"fill": MUTED},
    "event_label": {"fill": MUTED},
    "series_label": {"fill": INK},
    "plan": {"stroke": MUTED},
    "plan_dot": {"stroke": MUTED},
    "range": {"fill": MUTED},
    "link": {"stroke": RULE},
    "end": {"color": INK},
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Paper:
    """How large a chart is drawn, in points, and what stands around it when it stands alone.

    `title` is the question it answers, `lines` say its unit, days and age below.
    """

    width: float
    height: float | None = None
    font_size: float = 11.0
    title: str = ""
    lines: tuple[str, ...] = ()


def on_paper(spec: Mapping[str, Any], paper: Paper) -> Spec:
    """Return a screen's chart ready to be drawn; it shares nothing with what it was made from.

    Lines are called by their names beyond their ends, and the unit stands in words outside.
    """
    datasets = {name: _records(rows) for name, rows in spec.get("datasets", {}).items()}
    height = paper.height or spec.get("height", 260)
    ends = datasets.get("ends", [])
    spread(ends, 1.3 * paper.font_size / height * _largest(datasets.get("points", [])))
    drawn: Spec = {
        **{key: value for key, value in spec.items() if key not in _OF_SCREENS},
        "$schema": SCHEMA,
        "layer": [_inked(layer, paper.font_size) for layer in spec["layer"] if not _hovers(layer)],
        "width": paper.width,
        "height": height,
        "autosize": {"type": "fit", "contains": "padding"},
        "padding": _padding(spec, ends, paper),
        "background": GROUND,
        "config": config(paper.font_size),
        "datasets": datasets,
    }
    if paper.title:
        drawn["title"] = {
            "text": paper.title,
            "subtitle": list(paper.lines),
            "anchor": "start",
            "frame": "group",
            "offset": 14,
        }
    return drawn


def config(size: float) -> Spec:
    """Return the look of charts on paper, with text of a size in points."""
    text = {"font": "Inter", "fontSize": size}
    return {
        "font": "Inter",
        "view": {"stroke": None},
        "range": {"category": list(SERIES)},
        "bar": {"fill": SERIES[0]},
        "text": {**text, "fill": INK},
        "title": {
            "font": "Inter",
            "fontSize": size + 4,
            "fontWeight": 600,
            "color": INK,
            "subtitleFont": "Inter",
            "subtitleFontSize": size,
            "subtitleColor": MUTED,
            "subtitlePadding": 6,
        },
        "axis": {
            "labelFont": "Inter",
            "labelFontSize": size,
            "labelColor": MUTED,
            "titleFont": "Inter",
            "titleFontSize": size,
            "titleFontWeight": 500,
            "titleColor": MUTED,
            "domainColor": RULE,
            "tickColor": RULE,
            "gridColor": RULE,
        },
        "legend": {"labelFont": "Inter", "labelFontSize": size, "labelColor": INK},
        "axisX": {"grid": False},
        "axisY": {"domain": False, "ticks": False},
    }


_OF_SCREENS = {"datasets", "params", "padding", "usermeta"}
_LETTER = 0.58  # of the font's size: how wide a letter of Inter is, on average


def _padding(spec: Mapping[str, Any], ends: Sequence[Spec], paper: Paper) -> Spec:
    longest = max((len(str(end["label"])) for end in ends), default=0)
    room = longest * paper.font_size * _LETTER + 10 if ends else 0
    room = max(room, _right(spec))
    edge = 16 if paper.title else 2
    return {"top": edge + 4, "left": edge, "bottom": edge, "right": edge + room}


def _right(spec: Mapping[str, Any]) -> float:
    """Return the room that a screen's bars keep for their figures."""
    padding = spec.get("padding")
    return float(padding.get("right", 0)) if isinstance(padding, dict) else 0.0


def _largest(points: Sequence[Spec]) -> float:
    sizes = (p.get(name) for p in points for name in ("value", "before", "plan"))
    return max((abs(size) for size in sizes if size is not None), default=1.0) or 1.0


def _hovers(layer: Mapping[str, Any]) -> bool:
    """Return whether a layer is there for the pointer alone."""
    return "condition" in layer.get("encoding", {}).get("opacity", {})


def _inked(layer: Mapping[str, Any], size: float) -> Spec:
    kept = {key: value for key, value in layer.items() if key not in {"params", "encoding"}}
    mark = {**layer["mark"], **_MARKS.get(str(layer.get("name", "")), {})}
    if mark["type"] == "text":
        mark["fontSize"] = size
    return {**kept, "encoding": _encoding(layer.get("encoding", {})), "mark": mark}


def _encoding(encoding: Mapping[str, Any]) -> Spec:
    """Return the channels without what only a screen has: tips, and titles along the axes."""
    return {
        name: {**channel, "title": None} if name in {"x", "y"} and "field" in channel else channel
        for name, channel in encoding.items()
        if name != "tooltip"
    }


def _records(rows: Any) -> list[Spec]:
    return rows.to_pylist() if isinstance(rows, pa.Table) else [dict(row) for row in rows]
