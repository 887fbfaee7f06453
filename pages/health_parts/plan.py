"""Bringing a flight plan for orders whose budgets Amazon does not tell."""

from __future__ import annotations

import streamlit as st

from core.domain.flight_plan import COLUMNS, OPTIONAL, FlightPlan
from core.domain.formats import exact
from core.domain.metrics import Unit
from core.errors import UserError
from core.insight.plan_import import bring, brought, plan_text, preview
from core.store.accounts.advertisers import Advertiser
from core.web.context import PageContext
from core.web.parts import states, table
from core.web.parts.markup import draw as draw_html
from core.web.parts.markup import esc
from core.web.parts.table import Head

SHOWN = 8


def draw(ctx: PageContext, advertiser: Advertiser) -> None:
    """Draw the button that opens the dialog."""
    if st.button("Bring a flight plan", key="health.plan"):
        _ask(ctx, advertiser)


@st.dialog("Bring a flight plan", width="large")
def _ask(ctx: PageContext, advertiser: Advertiser) -> None:
    """Take a CSV, show what it says or what is wrong with it, and add the job."""
    columns = f"{', '.join(COLUMNS)}; {' and '.join(OPTIONAL)} if you like"
    draw_html(
        "<p>Budgets and flights of orders that Amazon does not tell, because the advertiser is "
        "reached for reports only. Where Amazon tells flights itself, those count.</p>"
        f'<p class="fd-muted">A CSV file whose first row names {esc(columns)}. Days are '
        f"{esc(advertiser.name)}'s own, both ends included, like 2026-01-31; money is "
        f"{esc(advertiser.currency)}. It takes the place of the plan before.</p>"
    )
    _draw_last(ctx, advertiser)
    file = st.file_uploader("Flight plan", type=["csv"], key="health.plan.file")
    if file is None:
        return
    try:
        text = plan_text(file.getvalue())
        with ctx.desk() as desk:
            plan = preview(desk, advertiser, text)
    except UserError as refusal:
        states.notice("bad", str(refusal))
        return
    _draw_plan(plan, advertiser)
    if st.button("Keep it", type="primary", disabled=not plan.is_sound, key="health.plan.sure"):
        with ctx.desk() as desk, ctx.writing() as tenant:
            bring(desk, tenant, advertiser, text)
        states.notice("good", "It is kept within seconds; pacing counts by it from then on.")


def _draw_last(ctx: PageContext, advertiser: Advertiser) -> None:
    with ctx.desk() as desk:
        last = brought(desk, advertiser)
    if last is not None and last.error:
        states.notice("warn", f"The last plan was not kept: {last.error}")


def _draw_plan(plan: FlightPlan, advertiser: Advertiser) -> None:
    for fault in plan.faults[:SHOWN]:
        states.notice("bad", str(fault))
    if len(plan.faults) > SHOWN:
        draw_html(f"<small>And {len(plan.faults) - SHOWN} more.</small>")
    if not plan.is_sound:
        return
    rows = [
        [
            esc(flight.order_id),
            esc(flight.name),
            esc(flight.days),
            esc(exact(flight.budget, Unit.MONEY, advertiser.currency)),
        ]
        for flight in plan.flights[:SHOWN]
    ]
    total = esc(exact(plan.total(), Unit.MONEY, advertiser.currency))
    heads = [Head("Order", is_number=False), Head("Flight", is_number=False),
             Head("Days", is_number=False), Head(f"Budget, {advertiser.currency}")]  # fmt: skip
    table.figures(heads, rows, name="The plan", totals=[f"All {len(plan.flights)}", "", "", total])
