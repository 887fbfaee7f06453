"""What a row is, which columns it has, and in which order rows come. The address remembers all."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import streamlit as st

from core.domain.metrics import Metric
from core.domain.views import METRICS_MAX, Level, Sort, View
from core.insight.audience import Audience
from core.insight.performance import levels
from core.insight.performance.columns import PRESETS, Columns, adds_up, choices, written
from core.insight.performance.table import sort_of, trend_of
from core.web.parts import filters

_LEVELS = {
    Level.ADVERTISER: "Advertisers",
    Level.ORDER: "Orders",
    Level.LINE_ITEM: "Line items",
    Level.CREATIVE: "Creatives",
}
_OWN = "Your own columns"


def draw(whom: Audience, columns: Columns) -> None:
    """Draw the choices in one row, and the columns to pick from below them."""
    view = whom.view
    with st.container(horizontal=True, vertical_alignment="bottom"):
        _draw_level(whom)
        _draw_preset(view, columns)
        _draw_sort(view, columns)
        _draw_trend(view, columns)
    _draw_columns(view, columns)


def _draw_level(whom: Audience) -> None:
    view = whom.view

    def changed(level: Level | None) -> View:
        # What is pressed already is let go by a second press: it stays as it is.
        return replace(view, level=level or view.level, page=1)

    key = "performance.level"
    st.session_state[key] = view.level
    st.segmented_control(
        "A row is one of", levels.choices(whom), key=key, format_func=_LEVELS.__getitem__,
        on_change=_writer(key, changed), width="content",
    )  # fmt: skip


def _draw_preset(view: View, columns: Columns) -> None:
    by_name = {preset.name: preset for preset in PRESETS}
    names = [*by_name, *([] if columns.preset else [_OWN])]

    def changed(name: str) -> View:
        preset = by_name.get(name)
        keys = preset.keys if preset else view.metrics
        return replace(view, metrics=written(keys), sort=None, trend="", page=1)

    key = "performance.preset"
    st.session_state[key] = columns.preset.name if columns.preset else _OWN
    st.selectbox("Columns for", names, key=key, on_change=_writer(key, changed), width=180)


def _draw_sort(view: View, columns: Columns) -> None:
    names: dict[Sort, str] = {}
    for entry in columns.metrics:
        names[Sort(entry.key)] = f"{entry.label}, highest first"
        names[Sort(entry.key, descending=False)] = f"{entry.label}, lowest first"
    names[Sort("name", descending=False)] = "Name, A to Z"
    names[Sort("name")] = "Name, Z to A"

    def changed(sort: Sort) -> View:
        default = sort_of(replace(view, sort=None), columns)
        return replace(view, sort=None if sort == default else sort, page=1)

    key = "performance.sort"
    st.session_state[key] = sort_of(view, columns)
    st.selectbox(
        "Order by", list(names), key=key, format_func=names.__getitem__,
        on_change=_writer(key, changed), width=220,
    )  # fmt: skip


def _draw_trend(view: View, columns: Columns) -> None:
    names = {entry.key: entry.label for entry in columns.metrics if adds_up(entry)}
    now = trend_of(view, columns)
    names.setdefault(now.key, now.label)

    def changed(chosen: str) -> View:
        default = trend_of(replace(view, trend=""), columns)
        return replace(view, trend="" if chosen == default.key else chosen)

    key = "performance.trend"
    st.session_state[key] = now.key
    st.selectbox(
        "Line by day", list(names), key=key, format_func=names.__getitem__,
        on_change=_writer(key, changed), width=180,
    )  # fmt: skip


def _draw_columns(view: View, columns: Columns) -> None:
    names = {entry.key: _titled(entry) for entry in choices()}

    def changed(keys: list[str]) -> View:
        return replace(view, metrics=written(keys), page=1)

    key = "performance.columns"
    st.session_state[key] = [entry.key for entry in columns.metrics]
    with st.expander(f"Columns: {len(columns.metrics)} of {len(names)} metrics"):
        st.multiselect(
            f"Up to {METRICS_MAX} metrics; type a name, a short form or a stage",
            list(names),
            key=key,
            format_func=names.__getitem__,
            max_selections=METRICS_MAX,
            on_change=_writer(key, changed),
        )


def _titled(entry: Metric) -> str:
    short = f" ({entry.short})" if entry.short else ""
    return f"{entry.name}{short} · {entry.stage.value}"


def _writer(key: str, changed: Callable[[Any], View]) -> Callable[[], None]:
    def picked() -> None:
        filters.show(changed(st.session_state[key]))

    return picked
