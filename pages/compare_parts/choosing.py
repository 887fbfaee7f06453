"""How lines are laid over one another, what is drawn of them, and a first choice of orders."""

from __future__ import annotations

from dataclasses import replace

import streamlit as st

from core.domain.views import View, query
from core.insight.audience import Audience
from core.insight.comparison import CAMPAIGN, Compared
from core.insight.desk import Desk
from core.insight.order_sums import order_sums
from core.insight.volumes import COST, measurable
from core.reports.parts.difference_lines import ALIGNMENTS, SCALES
from core.web.context import PageContext
from core.web.parts import filters, states
from core.web.parts.markup import link

SUGGESTED = 3


def draw(view: View, found: Compared) -> None:
    """Draw the choices; the address remembers them."""
    with st.container(horizontal=True, vertical_alignment="bottom"):
        _draw_alignment(view)
        if found.lineup.events:
            _draw_event(view, found)
        _draw_metric(view, found)
        _draw_scale(view)


def _draw_alignment(view: View) -> None:
    key = "compare.align"
    st.session_state[key] = view.align

    def picked() -> None:
        filters.show(replace(view, align=st.session_state[key]))

    st.selectbox("Lay over one another", list(ALIGNMENTS), key=key,
                 format_func=ALIGNMENTS.__getitem__, on_change=picked, width=190)  # fmt: skip


def _draw_event(view: View, found: Compared) -> None:
    names = {event.key: f"{event.name}, {event.days}" for event in found.lineup.events}
    key = "compare.event"
    st.session_state[key] = found.lineup.event.key if found.lineup.event else next(iter(names))

    def picked() -> None:
        filters.show(replace(view, event=st.session_state[key]))

    st.selectbox("Event, against the one before", list(names), key=key,
                 format_func=names.__getitem__, on_change=picked, width=340)  # fmt: skip


def _draw_metric(view: View, found: Compared) -> None:
    labels = {entry.key: entry.name for entry in measurable(CAMPAIGN)}
    key = "compare.metric"
    st.session_state[key] = found.metric.key

    def picked() -> None:
        filters.show(filters.with_trend(view, st.session_state[key]))

    st.selectbox("Look at", list(labels), key=key, format_func=labels.__getitem__,
                 on_change=picked, width=300)  # fmt: skip


def _draw_scale(view: View) -> None:
    key = "compare.scale"
    st.session_state[key] = view.scale

    def picked() -> None:
        filters.show(replace(view, scale=st.session_state[key]))

    st.selectbox("Lines", list(SCALES), key=key, format_func=SCALES.__getitem__,
                 on_change=picked, width=150)  # fmt: skip


def draw_lack(ctx: PageContext, desk: Desk, whom: Audience, lack: str) -> None:
    """Draw why nothing is compared yet, and a way to begin where no order is chosen."""
    ids = () if whom.view.orders else _largest(desk, whom)
    extra = ""
    if len(ids) > 1:
        address = ctx.path("compare", **query(replace(whom.view, orders=ids)))
        extra = link(address, f"Compare the {len(ids)} that spent most", style="primary")
    states.panel("Nothing is compared yet", lack, extra=extra)


def _largest(desk: Desk, whom: Audience) -> tuple[str, ...]:
    """Return the orders of the first currency that spent most in the days shown."""
    sums = order_sums(desk, whom.groups[0], (COST,))
    known = [o for o in sums if o in whom.groups[0].orders]
    return tuple(sorted(known, key=lambda o: -(sums[o].now.get(COST) or 0))[:SUGGESTED])
