"""Charts: finished values drawn on a kept shape, each with its table a click away."""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st

from core.reports.charts import specs
from core.reports.charts.shapes import Spec
from core.reports.charts.values import (
    AnyChart,
    BarChart,
    LineChart,
    PlaceChart,
    ShareChart,
    Waterfall,
)
from core.web.context import PageContext, drawn_for
from core.web.parts import downloads
from core.web.parts.chart_tables import table_html
from core.web.parts.markup import draw, esc, literal


def lines(chart: LineChart, *, key: str) -> None:
    """Draw lines over days with their table behind a switch. `key` is unique on the screen."""
    if not chart.days or not chart.series:
        draw(f"<h3>{esc(chart.question)}</h3><p>There is nothing to draw for these days.</p>")
        return
    spoken = (
        f"{chart.question} {chart.unit}, {chart.days[0]:%-d %b} to {chart.days[-1]:%-d %b %Y}. "
        "The Table switch shows every figure."
    )
    _with_table(
        chart,
        key,
        lambda: _drawn(specs.lines_spec(chart), spoken, key),
        lambda: table_html(chart),
    )


def bars(chart: BarChart, *, key: str) -> None:
    """Draw ranked bars with their table behind a switch. `key` is unique on the screen."""
    if not chart.rows:
        draw(f"<h3>{esc(chart.question)}</h3><p>There is nothing to draw for these days.</p>")
        return
    spoken = f"{chart.question} {chart.unit}, {len(chart.rows)} rows."
    _with_table(
        chart,
        key,
        lambda: _drawn(specs.bars_spec(chart), spoken, key),
        lambda: table_html(chart),
    )


def shares(chart: ShareChart, *, key: str) -> None:
    """Draw two shares of each row, with their table behind a switch."""
    _parts(chart, f"{chart.took_name} beside {chart.earned_name}, {len(chart.rows)} rows.", key)


def waterfall(chart: Waterfall, *, key: str) -> None:
    """Draw the way from one figure to another, with its table behind a switch."""
    _parts(chart, f"{chart.unit}, {len(chart.steps)} steps.", key)


def places(chart: PlaceChart, *, key: str) -> None:
    """Draw lines over places, with their table behind a switch."""
    _parts(chart, f"{chart.unit} by {chart.axis}, {len(chart.series)} lines.", key)


def _parts(chart: ShareChart | Waterfall | PlaceChart, about: str, key: str) -> None:
    _with_table(
        chart,
        key,
        lambda: _drawn(specs.spec_of(chart), f"{chart.question} {about}", key),
        lambda: table_html(chart),
    )


def _with_table(
    chart: AnyChart, key: str, drawing: Callable[[], None], table: Callable[[], str]
) -> None:
    """The switch is a fragment: turning it re-draws this chart, not the screen."""
    ctx = drawn_for()

    @st.fragment
    def block() -> None:
        if _head(ctx, chart, key):
            draw(table())
        else:
            drawing()

    block()


def _head(ctx: PageContext | None, chart: AnyChart, key: str) -> bool:
    """Draw the question with its switch and menu; return whether the table is wanted."""
    with st.container(
        horizontal=True, horizontal_alignment="distribute", vertical_alignment="center"
    ):
        draw(f"<h3>{esc(chart.question)}</h3>")
        with st.container(horizontal=True, vertical_alignment="center", width="content"):
            as_table = st.toggle(
                "Table",
                key=f"{key}.table",
                help=literal(f"The figures of “{chart.question}” as a table"),
                width="content",
            )
            if ctx is not None:
                downloads.chart_menu(ctx, chart, key=key)
    return as_table


def _drawn(spec: Spec, spoken: str, key: str) -> None:
    st.vega_lite_chart(spec=spec, width="stretch", key=f"{key}.chart", alt=spoken)
