"""The shapes of charts that hold parts against one another: shares, waterfalls, lines by place.

Defined and kept as those of `core.reports.charts.shapes`, which see.
"""

from __future__ import annotations

from functools import cache
from typing import Any

import altair as alt

from core.reports.charts.shapes import Spec, finished, value_axis

_LABELS = alt.Axis(labelLimit=190, labelPadding=8)
_KEY = alt.Legend(orient="top", title=None, labelLimit=260)
_LINES_KEY = alt.Legend(
    orient="bottom", title=None, labelLimit=320, columns=1, symbolType="stroke", symbolSize=400,
    symbolStrokeWidth=2,
)  # fmt: skip
_DASHES = [[1, 0], [6, 3], [2, 2], [8, 2, 2, 2], [10, 4], [4, 4], [1, 3], [12, 2]]


@cache
def shares() -> Spec:
    """Return two dots a row, joined: datasets `links` (label, took, earned) and `dots`.

    dots   label, side text, share, and texts for the tooltip: value_text, before_text
    """
    label = alt.Y("label", type="nominal", sort=None, title=None, axis=_LABELS)
    share = alt.X(
        "share", type="quantitative", title=None, axis=value_axis(as_rate=True),
        scale=alt.Scale(zero=True),
    )  # fmt: skip
    link = (
        alt.Chart(alt.NamedData("links"))
        .mark_rule(strokeWidth=2)
        .properties(name="link")
        .encode(label, alt.X("took", type="quantitative"), alt.X2("earned"))
    )
    dots = (
        alt.Chart(alt.NamedData("dots"))
        .mark_point(filled=True, size=90, opacity=1)
        .encode(
            label,
            share,
            alt.Color("side", type="nominal", sort=None, legend=_KEY),
            alt.Shape("side", type="nominal", sort=None, legend=_KEY,
                      scale=alt.Scale(range=["circle", "diamond"])),
            tooltip=[_tip("label", "Of"), _tip("side", "What"), _tip("value_text", "Share"),
                     _tip("before_text", "Amount")],
        )
    )  # fmt: skip
    return finished(alt.layer(link, dots), height=None)


@cache
def waterfall(*, as_rate: bool, several: bool) -> Spec:
    """Return steps between two ticks: datasets `steps`, `marks` and `sums`.

    steps  label, piece, start, end, and texts for the tooltip: value_text
    marks  label, value, value_text: the figures before and after
    sums   label, at, text: what a step makes as a whole, beside its right end
    """
    label = alt.Y("label", type="nominal", sort=None, title=None, axis=_LABELS)
    scale = alt.Scale(zero=False, nice=True, padding=8)
    start = alt.X("start", type="quantitative", scale=scale, axis=value_axis(as_rate=as_rate))
    channels: list[Any] = [label, start, alt.X2("end")]
    if several:
        channels.append(alt.YOffset("piece", type="nominal", sort=None))
    legend = _KEY if several else None
    bars = (
        alt.Chart(alt.NamedData("steps"))
        .mark_bar(cornerRadius=1, height={"band": 0.8})
        .encode(
            *channels,
            alt.Color("piece", type="nominal", sort=None, legend=legend),
            tooltip=[_tip("label", "Of"), _tip("piece", "Effect"), _tip("value_text", "Change")],
        )
    )
    ends = (
        alt.Chart(alt.NamedData("marks"))
        .mark_tick(thickness=3, height={"band": 0.9})
        .properties(name="end")
        .encode(
            label,
            alt.X("value", type="quantitative"),
            tooltip=[_tip("label", "Of"), _tip("value_text", "Figure")],
        )
    )
    sums = (
        alt.Chart(alt.NamedData("sums"))
        .mark_text(align="left", dx=6)
        .properties(name="series_label")
        .encode(label, alt.X("at", type="quantitative"), alt.Text("text", type="nominal"))
    )
    return finished(alt.layer(bars, ends, sums), height=None)


@cache
def places(*, as_rate: bool) -> Spec:
    """Return lines over places: datasets `points` and `events`.

    points   place, series, value and tooltip texts
    events   start, end, label, at: where the label begins, all as places
    """
    source = alt.Chart(alt.NamedData("points"))
    place = alt.X(
        "place",
        type="quantitative",
        axis=alt.Axis(tickMinStep=1, format="d", grid=False, titlePadding=8),
        scale=alt.Scale(nice=False, zero=False),
    )
    value = alt.Y("value", type="quantitative", axis=value_axis(as_rate=as_rate))
    hue = alt.Color("series", type="nominal", sort=None, legend=_LINES_KEY)
    dash = alt.StrokeDash(
        "series", type="nominal", sort=None, legend=_LINES_KEY, scale=alt.Scale(range=_DASHES)
    )
    tips = [_tip("place_text", "Day"), _tip("series", "Of"), _tip("value_text", "Figure")]
    near = alt.selection_point(
        name="near", nearest=True, on="pointerover", empty=False, clear="pointerout"
    )
    line = source.mark_line(strokeWidth=2, strokeJoin="round").encode(place, value, hue, dash)
    dot = (
        source.mark_point(size=44, filled=True)
        .encode(place, value, hue, opacity=alt.condition(near, alt.value(1), alt.value(0)),
                tooltip=tips)
        .add_params(near)
    )  # fmt: skip
    return finished(alt.layer(line, dot, *_events()), height=270)


def _events() -> list[alt.Chart]:
    source = alt.Chart(alt.NamedData("events"))
    start, at = (alt.X(field, type="quantitative") for field in ("start", "at"))
    shade = source.mark_rect(opacity=0.1).properties(name="event").encode(start, alt.X2("end"))
    label = source.mark_text(align="left", baseline="top", dx=4, dy=2, fontSize=11)
    told = alt.Text("label", type="nominal")
    return [shade, label.properties(name="event_label").encode(at, told, y=alt.value(0))]


def _tip(field: str, title: str) -> alt.Tooltip:
    return alt.Tooltip(field, type="nominal", title=title)
