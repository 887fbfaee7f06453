"""The orders and the supply sources of one window."""

from __future__ import annotations

from dataclasses import replace

import streamlit as st

from core.domain.catalogue import metric
from core.domain.formats import ABSENT
from core.domain.views import Sort, View, query
from core.insight.audience import Audience
from core.insight.reach.reach import PartReach, Parts
from core.reports.parts.reach_lines import BY_AVERAGE, NO_TOTAL, not_read, unclear_words
from core.reports.parts.reaches import frequency_chart
from core.reports.words import about as meaning_of
from core.reports.words import shown
from core.web.context import PageContext
from core.web.parts import charts, filters, paging, states, table
from core.web.parts.markup import draw as draw_html
from core.web.parts.markup import esc, link, named
from core.web.parts.table import Head


def draw_unclear(found: Parts) -> None:
    """Draw of whom the reach by order is left out, and why; nothing for nobody."""
    if found.unclear:
        states.notice("", unclear_words(found))


def draw_empty(found: Parts, what: str) -> None:
    """Draw that no report of this window has been read yet, and which have been."""
    draw_html(f'<p class="fd-muted">{esc(not_read(found, what))}</p>')


def draw_orders(ctx: PageContext, whom: Audience, found: Parts) -> None:
    """Draw a page of orders."""
    _draw_sort(whom.view, found)
    several = len(whom.advertisers) > 1
    rows = [_cells(row, found, _order(ctx, whom.view, row, several=several)) for row in found.rows]
    totals = [f"All {found.total:,}", *(_titled(ABSENT, NO_TOTAL) for _ in found.keys)]
    table.figures(_heads("Order", found), rows, name=f"Reach by order, {found.total:,}",
                  totals=totals)  # fmt: skip
    paging.draw(whom.view, found.page, found.pages)


def draw_supplies(whom: Audience, found: Parts) -> None:
    """Draw all supply sources."""
    several = len(whom.advertisers) > 1
    rows = [
        _cells(row, found, _two(named(row.name), row.advertiser.name if several else ""))
        for row in found.rows
    ]
    table.figures(_heads("Supply source", found), rows, name="Reach by supply source")


def draw_frequencies(found: Parts) -> None:
    """Draw how many orders have which average frequency."""
    charts.bars(frequency_chart(found), key="reach.frequencies")
    draw_html(f'<p class="fd-muted">{esc(BY_AVERAGE)}</p>')


def _heads(first: str, found: Parts) -> list[Head]:
    metrics = [metric(key) for key in found.keys]
    return [
        Head(first, is_number=False),
        *(Head(entry.label, meaning=meaning_of(entry)) for entry in metrics),
    ]


def _cells(row: PartReach, found: Parts, first: str) -> list[str]:
    return [first, *(esc(shown(metric(key), row.figures.get(key), "")) for key in found.keys)]


def _order(ctx: PageContext, view: View, row: PartReach, *, several: bool) -> str:
    alone = replace(view, orders=(row.entity_id,), text="", page=1)
    told = link(ctx.path("reach", **query(alone)), row.name)
    return _two(told, f"{row.entity_id} · {row.advertiser.name}" if several else row.entity_id)


def _two(first: str, second: str) -> str:
    small = f"<br><small>{esc(second)}</small>" if second else ""
    return f'<div class="fd-name">{first}{small}</div>'


def _titled(text: str, title: str) -> str:
    return f'<span title="{esc(title)}">{esc(text)}</span>'


def _draw_sort(view: View, found: Parts) -> None:
    names = {Sort(key): f"{metric(key).label}, highest first" for key in found.keys}
    names |= {Sort("frequency", descending=False): "Frequency, lowest first"}
    names |= {Sort("name", descending=False): "Name, A to Z"}
    first = next(iter(names))
    key = "reach.sort"
    st.session_state[key] = found.sort if found.sort in names else first

    def picked() -> None:
        chosen = st.session_state[key]
        filters.show(replace(view, sort=None if chosen == first else chosen, page=1))

    st.selectbox(
        "Order by", list(names), key=key, format_func=names.__getitem__, on_change=picked,
        width=240,
    )  # fmt: skip
