"""What the figures are cut by, and the metric that is looked at."""

from __future__ import annotations

from dataclasses import replace

import streamlit as st

from core.domain.cuts import CUTS
from core.domain.metrics import Metric
from core.domain.views import View
from core.insight.cut_table import choices
from core.web.parts import filters


def draw(view: View, shown_now: Metric) -> None:
    """Draw the two choices; the address remembers them."""
    with st.container(horizontal=True, vertical_alignment="bottom"):
        _draw_cut(view)
        _draw_metric(view, shown_now)


def _draw_cut(view: View) -> None:
    key = "explore.cut"
    st.session_state[key] = view.cut

    def picked() -> None:
        filters.show(replace(view, cut=st.session_state[key], pivot=None, sort=None, page=1))

    names = {dimension: cut.name for dimension, cut in CUTS.items()}
    st.selectbox("Cut by", list(names), key=key, format_func=names.__getitem__, on_change=picked,
                 width=220)  # fmt: skip


def _draw_metric(view: View, shown_now: Metric) -> None:
    labels = {entry.key: entry.name for entry in choices(view)}
    key = "explore.metric"
    st.session_state[key] = shown_now.key

    def picked() -> None:
        filters.show(replace(filters.with_trend(view, st.session_state[key]), page=1))

    st.selectbox("Look at", list(labels), key=key, format_func=labels.__getitem__,
                 on_change=picked, width=320)  # fmt: skip
