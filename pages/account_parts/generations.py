"""Which generation of reports a connection is read by: what a comparison found, and the switch."""

from __future__ import annotations

import streamlit as st

from core.domain.connections import Adapter, Status
from core.domain.freshness import age_phrase
from core.domain.roles import Action
from core.insight.sheets import difference_sheet, figure_name
from core.web import generations
from core.web.account_cards import Card
from core.web.context import PageContext
from core.web.generations import Standing
from core.web.parts import downloads, table
from core.web.parts.markup import draw as draw_html
from core.web.parts.markup import esc, named, status
from pages.health_parts.calendars import TABLES

_NAMES = {Adapter.V3: "version 3", Adapter.V1: "unified (beta)"}
SHOWN_MAX = 20


def draw(ctx: PageContext, card: Card) -> None:
    """Draw how the connection's reports are asked for; nothing before anything is reached."""
    if not card.reached or card.connection.status is Status.DISCONNECTED:
        return
    seen = generations.standing(card)
    _draw_facts(ctx, seen)
    if found := len(seen.told.differences):
        with st.expander("1 difference" if found == 1 else f"{found:,} differences"):
            _draw_differences(ctx, card, seen)
    if ctx.may(Action.LINK_ACCOUNTS):
        _draw_actions(ctx, card, seen)


def _draw_facts(ctx: PageContext, seen: Standing) -> None:
    told = esc(seen.told.sentence)
    if seen.told.at:
        told += f" <small>Compared {esc(age_phrase(seen.told.at, ctx.now))}.</small>"
    if seen.comparing:
        told += f"<br>{status('', _under_way(seen.comparing))}"
    name = _NAMES[seen.adapter]
    draw_html(f"<p><b>Reports: {esc(name)}.</b> {told}</p>")


def _under_way(reports: int) -> str:
    return "1 comparison on its way" if reports == 1 else f"{reports} comparisons on their way"


def _draw_differences(ctx: PageContext, card: Card, seen: Standing) -> None:
    names = {r.advertiser.advertiser_id: r.advertiser.name for r in card.reached}
    found = seen.told.differences
    rows = [
        [
            named(names.get(one.advertiser_id, one.advertiser_id)),
            esc(TABLES[one.dataset]),
            esc(f"{difference.day:%-d %b %Y}" if difference.day else "names"),
            esc(figure_name(difference.what)),
            named(difference.v3 or "nothing"),
            named(difference.v1 or "nothing"),
        ]
        for one, difference in found[:SHOWN_MAX]
    ]
    heads = ["Advertiser", "Table", "Day", "Figure", "Version 3", "Unified"]
    table.small(heads, rows, name=f"What the two kinds of reports of {card.whose} tell differently")
    more = len(found) - len(rows)
    if more > 0:
        draw_html(f"<small>{more:,} more in the file.</small>")
    downloads.sheet_menu(
        ctx,
        lambda: difference_sheet(found, {str(key): name for key, name in names.items()}),
        name="report differences",
        key=f"accounts.differences.{card.connection.id}",
    )


def _draw_actions(ctx: PageContext, card: Card, seen: Standing) -> None:
    link = card.connection.id
    with st.container(horizontal=True, vertical_alignment="center"):
        if seen.adapter is Adapter.V1:
            if st.button("Back to version 3", key=f"accounts.v3.{link}"):
                generations.switch(ctx.services, ctx.scope, link, Adapter.V3)
                st.rerun()
        elif seen.is_offered and st.button("Use the unified reports", key=f"accounts.v1.{link}"):
            _confirm(ctx, card)
        is_asked = ctx.services.settings.unified_reports
        if is_asked and st.button("Compare now", key=f"accounts.compare.{link}", type="tertiary"):
            is_new = generations.compare_again(ctx.services, ctx.scope, link)
            st.toast("Both are asked for." if is_new else "It has been asked for already.")


@st.dialog("Read this connection by the unified reports?")
def _confirm(ctx: PageContext, card: Card) -> None:
    st.write(
        "Both kinds of reports were found equal in every table that is switched. The unified ones "
        "keep fifteen months of days where version 3 keeps 95, and Amazon calls them beta. What is "
        "stored stays; reach, bid adjustments and content stay with version 3."
    )
    if st.button("Use the unified reports", type="primary", key="accounts.v1.sure"):
        generations.switch(ctx.services, ctx.scope, card.connection.id, Adapter.V1)
        st.rerun()
