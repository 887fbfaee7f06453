"""The two charts: spend against plan, and the trend of any metric."""

from __future__ import annotations

import streamlit as st

from core.domain.metrics import Metric
from core.domain.views import View
from core.insight.trend import DEFAULT, Cumulative, Trend, choices
from core.reports.parts.trends import PLAN_CAPTION, by_day, spend_against_plan
from core.web.parts import charts, filters
from core.web.parts.markup import draw, esc


def draw_cumulative(found: Cumulative) -> None:
    """Draw budget-consuming spend since the first day shown, beside the even plan."""
    draw(f'<p class="fd-muted fd-caption">{esc(PLAN_CAPTION)}</p>')
    charts.lines(spend_against_plan(found), key=f"morning.cumulative.{found.group.currency}")


def draw_trend(found: Trend, words: str) -> None:
    """Draw a metric by day with the days it is held against."""
    charts.lines(by_day(found, words), key=f"morning.trend.{found.group.currency}")


def pick_metric(view: View, shown_now: Metric) -> None:
    """Draw the choice of the trend's metric; the address remembers it."""
    labels = {entry.key: entry.name for entry in choices()}
    key = "morning.trend"
    st.session_state[key] = shown_now.key

    def picked() -> None:
        chosen = st.session_state[key]
        filters.show(filters.with_trend(view, "" if chosen == DEFAULT else chosen))

    st.selectbox("Metric of the trend", list(labels), key=key, format_func=labels.__getitem__,
                 on_change=picked, width=320, label_visibility="collapsed")  # fmt: skip
