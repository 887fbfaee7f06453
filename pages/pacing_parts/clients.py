"""Monthly budgets of clients over their orders, and the form that keeps them."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import streamlit as st

from core.domain.client_budget import FeeTerms
from core.domain.roles import Action
from core.errors import UserError
from core.insight.audience import Audience, Group
from core.insight.desk import Desk
from core.insight.pace_book import PaceBook
from core.insight.pacing.clients import ClientMonth, client_months, client_sheet
from core.reports.parts.pacing_lines import NO_CLIENTS, agency_part, due_words
from core.store.content.client_budgets import ClientBudget, Given
from core.web.context import PageContext
from core.web.parts import downloads, states, table
from core.web.parts.header import section
from core.web.parts.markup import draw as draw_html
from core.web.parts.markup import esc, named, status
from core.web.parts.table import Head
from core.web.parts.words import amount
from pages.pacing_parts.orders import two

_NEW = ""


def draw(ctx: PageContext, desk: Desk, whom: Audience, group: Group, book: PaceBook) -> None:
    """Draw this month's budgets; those who may also find the form."""
    unit, found = group.currency, client_months(desk, whom, group, book)
    section("Client budgets", beside=f"this month, over all their orders, {unit}")
    if found:
        table.figures(_heads(unit), [_cells(one, unit) for one in found], name="Client budgets")
        downloads.sheet_menu(
            ctx, lambda: client_sheet(found, unit), name="client budgets",
            key="pacing.clients.file",
        )  # fmt: skip
    else:
        draw_html(f'<p class="fd-muted">{esc(NO_CLIENTS)}</p>')
    if ctx.may(Action.EDIT_CONTENT):
        _draw_editor(ctx, desk, whom, group)


def _heads(unit: str) -> list[Head]:
    return [
        Head("Client", is_number=False),
        Head(f"Gives, {unit}", meaning="For the month, the agency's part included."),
        Head("Media it buys", meaning="What is left for Amazon; below, what this month's flights "
             "plan, evenly."),
        Head("Media so far", meaning="Amazon's total cost of these orders this month; below, of "
             "what is due by now, from the first day on which one of them ran. Agency fees set at "
             "Amazon are not in it."),
        Head("Client's money used", meaning="The media so far with the agency's part."),
        Head("Media needed a day"),
        Head("Projected", meaning="The client's money at the end of the month, at the present "
             "rate; below, that less the budget."),
        Head("Status", is_number=False),
    ]  # fmt: skip


def _cells(one: ClientMonth, unit: str) -> list[str]:
    budget = one.budget
    gap = "" if one.gap is None else f"{esc(amount(one.gap, unit))} at its end"
    return [
        two(named(budget.name), f"{named(one.advertiser)} · {one.orders} orders"),
        two(esc(amount(budget.amount, unit)), esc(agency_part(one))),
        two(esc(amount(one.buys, unit)), f"{esc(amount(one.flights, unit))} planned by flights"),
        two(esc(amount(one.media, unit)), esc(due_words(one))),
        esc(amount(one.billed, unit)),
        esc(amount(one.needed_per_day, unit)),
        two(esc(amount(one.projected, unit)), gap),
        status(one.stands.tone, one.stands.value),
    ]


def _draw_editor(ctx: PageContext, desk: Desk, whom: Audience, group: Group) -> None:
    names = {str(a.advertiser_id): a.name for a in group.advertisers}
    kept = {b.id: b for b in desk.content.client_budgets.all() if b.advertiser_id in names}
    with st.expander("Keep a client's budget"):
        which = st.selectbox(
            "Budget", [_NEW, *kept], key="pacing.client.which", width=320,
            format_func=lambda key: kept[key].name if key else "A new one",
        )  # fmt: skip
        budget = kept.get(which)
        advertiser = st.selectbox(
            "Advertiser", list(names), format_func=names.__getitem__, width=320,
            index=list(names).index(budget.advertiser_id) if budget else 0,
            key=f"pacing.client.adv.{which}",
        )  # fmt: skip
        orders = {one.id: one.order.name or one.id for one in whom.directory.of([advertiser])}
        with st.form(f"pacing.client.{which}.{advertiser}", border=False):
            given = _asked(ctx, budget, advertiser, orders, group.currency)
            if st.form_submit_button("Save", type="primary"):
                _save(ctx, which, given)
        if budget and st.button("Remove this budget", key=f"pacing.client.remove.{which}"):
            with ctx.content() as content:
                content.client_budgets.remove(budget.id)
            st.rerun()


def _asked(
    ctx: PageContext,
    budget: ClientBudget | None,
    advertiser: str,
    orders: dict[str, str],
    unit: str,
) -> Given:
    name = st.text_input("Client", budget.name if budget else "", max_chars=80)
    money, terms, part = st.columns(3)
    sum_given = money.number_input(
        f"Gives a month, {unit}", min_value=0.0, value=float(budget.amount) if budget else 0.0
    )
    chosen = terms.selectbox(
        "Agency's part", list(FeeTerms), format_func=lambda t: t.label,
        index=list(FeeTerms).index(budget.terms) if budget else 0,
    )  # fmt: skip
    rate = part.number_input(
        "In %", min_value=0.0, max_value=90.0, step=0.5,
        value=float(budget.percent * 100) if budget else 0.0,
    )  # fmt: skip
    from_month, to_month = st.columns(2)
    first = from_month.date_input(
        "From the month of", budget.first_month if budget else ctx.now.date(), format="DD/MM/YYYY"
    )
    last = to_month.date_input(
        "To the month of", budget.last_month if budget else None, format="DD/MM/YYYY",
        help="Empty: until it is changed.",
    )  # fmt: skip
    kept = [o for o in budget.order_ids if o in orders] if budget else []
    ids = st.multiselect(
        "Orders", list(orders), kept, format_func=orders.__getitem__,
        placeholder="Every order of the advertiser",
    )  # fmt: skip
    assert isinstance(first, date)
    return Given(
        advertiser_id=advertiser,
        name=name,
        amount=Decimal(str(sum_given)),
        first_month=first,
        last_month=last if isinstance(last, date) else None,
        order_ids=tuple(ids),
        terms=FeeTerms(str(chosen)),
        percent=Decimal(str(rate)).scaleb(-2),
    )


def _save(ctx: PageContext, which: str, given: Given) -> None:
    try:
        with ctx.content() as content:
            if which:
                content.client_budgets.change(which, given, ctx.now)
            else:
                content.client_budgets.add(given, ctx.now)
    except UserError as error:
        states.notice("bad", str(error))
    else:
        st.rerun()
