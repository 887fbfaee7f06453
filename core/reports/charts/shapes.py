"""The shapes of charts, each defined once with Altair and kept as a Vega-Lite dict.

Building a chart costs Altair about 3 ms with explicit channels and 13 ms with shorthand;
drawing a kept dict costs 0.5 ms. So a shape holds no values: the datasets are named, and
`core.reports.charts.specs` hands them over beside it.

Colours of series come from the theme's categorical range, so a chart follows light and dark
without a redraw. Neutral marks are named (`band`, `event`, `hover`, …) and take theirs from
look.css, which Streamlit's SVG renderer lets through.

Field names are ours and fixed. Names from Amazon are only ever values of fields.
"""

from __future__ import annotations

from functools import cache
from typing import Any

import altair as alt

Spec = dict[str, Any]

_HUE = alt.Color("series", type="nominal", sort=None, legend=None)
_NUMBER = (
    "abs(datum.value) < 1000 ? format(datum.value, '~f') "
    ": replace(format(datum.value, '~s'), 'G', 'B')"
)
_PERCENT = "format(datum.value, '~%')"


@cache
def lines(*, as_rate: bool) -> Spec:
    """Return lines over days: datasets `points`, `alone`, `ends`, `bands`, `events`.

    points   day ms, series text, value; before, plan, low and high number or null; and texts
             for the tooltip: day_text, value_text, before_text, change_text
    alone    day ms, series; value, before and plan where neither day beside has one: no line
             goes through them, so they are dots
    ends     day ms, series, value, label: one row a direct label
    bands    start ms, end ms, label: days to be shaded and named
    events   start ms, end ms, label, at ms: where the label begins
    """
    day = alt.X("day", type="temporal", scale=alt.Scale(type="utc"), title=None, axis=_day_axis())
    value = alt.Y("value", type="quantitative", axis=value_axis(as_rate=as_rate))
    series = alt.Chart(alt.NamedData("points"))
    layers = [
        series.mark_area(opacity=0.14)
        .properties(name="range")
        .encode(day, alt.Y("low", type="quantitative"), alt.Y2("high")),
        *_bands("bands", "band", 0.1, at_end=True),
        *_bands("events", "event", 0.1, at_end=False),
        series.mark_line(strokeDash=[4, 3], opacity=0.45, strokeWidth=2).encode(
            day, alt.Y("before", type="quantitative"), _HUE
        ),
        series.mark_line(strokeDash=[2, 2], strokeWidth=1.5)
        .properties(name="plan")
        .encode(day, alt.Y("plan", type="quantitative")),
        series.mark_line(strokeWidth=2, strokeJoin="round").encode(day, value, _HUE),
        *_dots(day),
        _end_labels(),
        *_hover(series, day),
    ]
    return finished(alt.layer(*layers), height=260)


def _dots(day: alt.X) -> list[alt.Chart]:
    alone = alt.Chart(alt.NamedData("alone"))
    return [
        alone.mark_point(size=56, strokeWidth=2, opacity=0.6).encode(
            day, alt.Y("before", type="quantitative"), _HUE
        ),
        alone.mark_point(size=56, strokeWidth=1.5)
        .properties(name="plan_dot")
        .encode(day, alt.Y("plan", type="quantitative")),
        alone.mark_point(size=56, filled=True, opacity=1).encode(
            day, alt.Y("value", type="quantitative"), _HUE
        ),
    ]


@cache
def bars(*, as_rate: bool) -> Spec:
    """Return ranked bars: dataset `rows` with label, value, and texts as in `lines`."""
    rows = alt.Chart(alt.NamedData("rows"))
    label = alt.Y(
        "label",
        type="nominal",
        sort=None,
        title=None,
        axis=alt.Axis(labelLimit=220, labelPadding=8),
    )
    value = alt.X("value", type="quantitative", axis=value_axis(as_rate=as_rate))
    bar = rows.mark_bar(cornerRadiusEnd=2, height={"band": 0.7}).encode(
        label, value, tooltip=_tooltip("label")
    )
    text = (
        rows.mark_text(align="left", dx=6)
        .properties(name="series_label")
        .encode(label, value, alt.Text("value_text", type="nominal"))
    )
    return finished(alt.layer(bar, text), height=None)


def _day_axis() -> alt.Axis:
    return alt.Axis(
        format="%-d %b", tickCount="day", labelOverlap=True, labelSeparation=12, grid=False
    )


def value_axis(*, as_rate: bool) -> alt.Axis:
    """Return the axis of figures: compact numbers, or per cent."""
    return alt.Axis(
        labelExpr=_PERCENT if as_rate else _NUMBER,
        tickCount=5,
        titleAlign="left",
        titleAnchor="start",
        labelPadding=8,
        titlePadding=12,
    )


def _bands(dataset: str, name: str, opacity: float, *, at_end: bool) -> list[alt.Chart]:
    """Return shaded days with a name: at the foot of the last ones, or the head of the first.

    Days that still move are the last of a chart, where lines end under labels of their own.
    """
    source = alt.Chart(alt.NamedData(dataset))
    start = alt.X("start", type="temporal", scale=alt.Scale(type="utc"))
    end = alt.X("end", type="temporal", scale=alt.Scale(type="utc"))
    at = alt.X("at", type="temporal", scale=alt.Scale(type="utc"))
    shade = source.mark_rect(opacity=opacity).properties(name=name).encode(start, alt.X2("end"))
    if at_end:
        text = source.mark_text(align="right", baseline="bottom", dx=-4, dy=-4, fontSize=11)
    else:
        text = source.mark_text(align="left", baseline="top", dx=4, dy=2, fontSize=11)
    label = text.properties(name=f"{name}_label").encode(
        end if at_end else at,
        alt.Text("label", type="nominal"),
        y=alt.value("height" if at_end else 0),
    )
    return [shade, label]


def _end_labels() -> alt.Chart:
    ends = alt.Chart(alt.NamedData("ends"))
    label: alt.Chart = (
        ends.mark_text(align="left", baseline="middle", dx=8, fontSize=12)
        .properties(name="series_label")
        .encode(
            alt.X("day", type="temporal", scale=alt.Scale(type="utc")),
            alt.Y("value", type="quantitative"),
            alt.Text("label", type="nominal"),
        )
    )
    return label


def _hover(series: alt.Chart, day: alt.X) -> list[alt.Chart]:
    near = alt.selection_point(
        name="near", fields=["day"], nearest=True, on="pointerover", empty=False, clear="pointerout"
    )
    rule = (
        series.mark_rule(strokeWidth=1)
        .properties(name="hover")
        .encode(
            day,
            opacity=alt.condition(near, alt.value(0.6), alt.value(0)),
            tooltip=_tooltip("day_text", "series"),
        )
        .add_params(near)
    )
    dot = series.mark_point(size=44, filled=True).encode(
        day,
        alt.Y("value", type="quantitative"),
        _HUE,
        opacity=alt.condition(near, alt.value(1), alt.value(0)),
        tooltip=_tooltip("day_text", "series"),
    )
    return [rule, dot]


_TITLES = {
    "day_text": "Day",
    "series": "Of",
    "label": "Of",
    "value_text": "Figure",
    "before_text": "Compared",
    "change_text": "Change",
}


def _tooltip(*first: str) -> list[alt.Tooltip]:
    fields = (*first, "value_text", "before_text", "change_text")
    return [alt.Tooltip(field, type="nominal", title=_TITLES[field]) for field in fields]


def finished(chart: alt.TopLevelMixin, *, height: int | None) -> Spec:
    """Return a chart as the dict that is kept, without what a theme or the data decides."""
    spec: Spec = chart.to_dict(validate=False)
    for unwanted in ("config", "$schema", "datasets"):
        spec.pop(unwanted, None)
    spec["autosize"] = {"type": "fit", "contains": "padding"}
    if height:
        spec["height"] = height
    return spec
