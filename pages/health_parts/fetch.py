"""Asking for days once more: one table, up to 31 days, within what the day's ledger leaves."""

from __future__ import annotations

from datetime import timedelta

import streamlit as st

from core.domain.metrics import Dataset
from core.domain.periods import DateRange
from core.insight.coverage_calendar import reachable
from core.insight.fetching import asked_again, fetch_again, refused
from core.lake.schema import TABLES as SHAPES
from core.store.accounts.advertisers import Advertiser
from core.web.context import PageContext
from core.web.parts import states
from core.web.parts.markup import draw as draw_html
from core.web.parts.markup import esc
from pages.health_parts.calendars import TABLES


def draw(ctx: PageContext, advertiser: Advertiser) -> None:
    """Draw the button that opens the dialog."""
    if st.button("Fetch again", key="health.fetch"):
        _ask(ctx, advertiser)


@st.dialog("Fetch days again")
def _ask(ctx: PageContext, advertiser: Advertiser) -> None:
    """Ask which days, say what the ledger allows, and add the job."""
    within = reachable(advertiser, ctx.now)
    by_day = [dataset for dataset in Dataset if not SHAPES[dataset].is_windowed]
    dataset = st.selectbox("Table", by_day, format_func=TABLES.__getitem__, key="health.fetch.of")
    chosen = st.date_input(
        "Days",
        (max(within.start, within.end - timedelta(days=2)), within.end),
        min_value=within.start,
        max_value=within.end,
        format="DD/MM/YYYY",
        key="health.fetch.days",
    )
    if len(chosen) != 2:
        st.caption("Choose the last day, too.")
        return
    days = DateRange(*chosen)
    with ctx.desk() as desk:
        refusal = refused(desk, advertiser, dataset, days)
        wishes = asked_again(desk, 3)
    if refusal:
        states.notice("warn", refusal)
    if st.button("Fetch again", type="primary", disabled=bool(refusal), key="health.fetch.sure"):
        with ctx.desk() as desk, ctx.writing() as tenant:
            is_new = fetch_again(desk, tenant, advertiser, dataset, days)
        told = "It is asked for within seconds." if is_new else "It has been asked for already."
        states.notice("good", f"{days}: {told} Amazon takes minutes to hours to build it.")
    failed = [wish for wish in wishes if wish.error]
    if failed:
        draw_html(f"<small>Last refusal: {esc(failed[0].error)}</small>")
