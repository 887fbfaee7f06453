"""Setting an order's funnel stage by hand, and taking that back."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from core.domain.metrics import Stage
from core.domain.roles import Action
from core.domain.stages import CHOICES, Origin
from core.insight.order_table import OrderRow
from core.web.context import PageContext
from core.web.parts.markup import draw as draw_html
from core.web.parts.markup import esc


def draw(ctx: PageContext, rows: Sequence[OrderRow]) -> None:
    """Draw the button that opens the dialog, for those who may."""
    if ctx.may(Action.SET_STAGE) and st.button("Set stages", key="morning.stage"):
        _ask(ctx, rows)


@st.dialog("Funnel stage of an order")
def _ask(ctx: PageContext, rows: Sequence[OrderRow]) -> None:
    """Ask for an order and its stage; the figures are judged by it at once."""
    by_id = {row.order_id: row for row in rows}
    chosen = st.selectbox(
        "Order", list(by_id), format_func=lambda order_id: by_id[order_id].name,
        key="morning.stage.of",
    )  # fmt: skip
    row = by_id[chosen]
    told = row.stage
    draw_html(f"<p>It is <b>{esc(told.stage.value)}</b> now, {esc(told.origin.value)}.</p>")
    by_hand = told.stage if told.origin is Origin.BY_HAND else None
    options: list[Stage | None] = [None, *CHOICES]
    stage = st.radio(
        "Stage",
        options,
        index=options.index(by_hand),
        format_func=lambda one: "As its goal and KPI at Amazon say" if one is None else one.value,
        key=f"morning.stage.{chosen}.{by_hand}",
    )
    if st.button("Set it", type="primary", disabled=stage == by_hand, key="morning.stage.sure"):
        with ctx.writing() as tenant:
            tenant.order_settings.set_stage(row.advertiser_id, chosen, stage, ctx.now)
        st.rerun()
