"""The board itself: a row per running order."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from zoneinfo import ZoneInfo

import streamlit as st

from core.domain.formats import ABSENT
from core.domain.views import Sort, View, query
from core.insight.pacing.board import Amounts, Board, BoardRow
from core.insight.pacing.causes import Cause
from core.reports.parts.pacing_lines import counted, left_out
from core.web.context import PageContext
from core.web.parts import filters, paging, table
from core.web.parts.header import section
from core.web.parts.markup import draw as draw_html
from core.web.parts.markup import esc, link, status
from core.web.parts.table import Head
from core.web.parts.words import amount, share

_STAKE = Sort("stake")  # the board's own order, which no address needs to name
_SORTS = {
    _STAKE: "Money at stake, most first",
    Sort("total_cost"): "Spent, most first",
    Sort("name", descending=False): "Name, A to Z",
}


def draw(ctx: PageContext, view: View, found: Board, causes: Mapping[str, Sequence[Cause]]) -> None:
    """Draw the page of orders and its order."""
    section("Orders", beside=counted(found))
    _draw_sort(view, found)
    several = len(found.group.advertisers) > 1
    rows = [_cells(ctx, view, found, row, causes.get(row.order_id, ()), several=several)
            for row in found.rows]  # fmt: skip
    table.figures(_heads(found.group.currency), rows, name=f"Orders, {found.total:,}",
                  totals=_totals(found))  # fmt: skip
    paging.draw(view, found.page, found.pages)
    draw_html(f'<p class="fd-muted">{esc(left_out(found))}</p>')


def _heads(unit: str) -> list[Head]:
    return [
        Head("Order", is_number=False),
        Head("Status", is_number=False, meaning="Below it the likely cause, an inference from what "
             "can be seen: Amazon tells nothing of missed bids. Hover for the evidence."),
        Head("Days left", meaning="Of the running flight that ends first, and how many it ran."),
        Head(f"Budget, {unit}", meaning="Its running flights' budgets, with what rolled over."),
        Head(f"Spent, {unit}", meaning="What left the budget, and how much that is of what the "
             "advertiser's own weekdays and events expect by now."),
        Head("Delivery rate", meaning="By Amazon's formula, evenly by days, as a cross-check: "
             "spend over budget, divided by days run over days in all."),
        Head(f"Needed a day, {unit}", meaning="To end on budget; below, what an ordinary day "
             "spends now, from the last settled days."),
        Head(f"Projected end, {unit}", meaning="At the present rate over the days left, each with "
             "its weight; below, that less the budget: minus stays unspent."),
    ]  # fmt: skip


def _cells(
    ctx: PageContext, view: View, found: Board, row: BoardRow, causes: Sequence[Cause], *,
    several: bool,
) -> list[str]:  # fmt: skip
    unit, sums = found.group.currency, row.amounts
    only = replace(view, orders=(row.order_id,), advertisers=(), text="", page=1)
    whose = f"{esc(row.advertiser)} · " if several else ""
    ends = f"{row.ends.astimezone(ZoneInfo(row.zone)):%-d %b}"
    rolled = f"{esc(amount(sums.rolled_over, unit))} rolled over" if sums.rolled_over else ""
    return [
        two(link(ctx.path("pacing", **query(only)), row.name), f"{whose}{esc(row.order_id)}"),
        two(status(row.status.tone, row.status.value), cause_words(causes)),
        two(f"{row.days_left:.0f}", f"{row.days_run:.0f} run, ends {ends}"),
        two(esc(amount(sums.budget, unit)), rolled),
        two(esc(amount(sums.spent, unit)), f"{share(sums.ratio)} of expected"),
        share(row.delivery_rate),
        two(esc(amount(sums.needed, unit)), f"{esc(amount(sums.rate, unit))} now"),
        projected(sums, unit, "at its end"),
    ]


def _totals(found: Board) -> list[str]:
    unit, sums = found.group.currency, found.amounts
    return [
        f"All {found.total:,}",
        "",
        "",
        esc(amount(sums.budget, unit)),
        two(esc(amount(sums.spent, unit)), f"{share(sums.ratio)} of expected"),
        '<span title="Flights end on different days">n/a</span>',
        two(esc(amount(sums.needed, unit)), f"{esc(amount(sums.rate, unit))} now"),
        projected(sums, unit),
    ]


def projected(sums: Amounts, unit: str, words: str = "in all") -> str:
    """Return where budgets end at the present rate, and by how much beside them; n/a where no
    flight can be judged yet."""
    if sums.gap is None:
        return ABSENT
    return two(esc(amount(sums.projected, unit)), f"{esc(amount(sums.gap, unit))} {words}")


def cause_words(causes: Sequence[Cause]) -> str:
    """Return the surest cause in a few words, with its evidence on hover."""
    if not causes:
        return ""
    first, *others = causes
    label = "likely" if first.is_inference else "certain"
    more = f", {len(others)} more" if others else ""
    words = f"{label}: {first.lever.value}{more}"
    return f'<span title="{esc(first.proof)}">{esc(words)}</span>'


def two(first: str, second: str) -> str:
    """Return a figure with a smaller one below it; both are HTML already."""
    return f"{first}<br><small>{second}</small>" if second else first


def _draw_sort(view: View, found: Board) -> None:
    key = "pacing.sort"
    st.session_state[key] = found.sort if found.sort in _SORTS else _STAKE

    def picked() -> None:
        chosen = st.session_state[key]
        filters.show(replace(view, sort=None if chosen == _STAKE else chosen, page=1))

    st.selectbox("Order by", list(_SORTS), key=key, format_func=_SORTS.__getitem__,
                 on_change=picked, width=240)  # fmt: skip
