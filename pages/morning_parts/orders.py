"""The orders table: a page of rows, its order, and the file of all of them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal

import streamlit as st

from core.domain.formats import ABSENT, MINUS, percent
from core.domain.stages import Origin
from core.domain.views import Sort, View, query
from core.insight.goals import Goal
from core.insight.order_table import PAGE_ROWS, OrderRow, OrderTable
from core.insight.sheets import Sheet
from core.insight.tiles import Tiles
from core.web.context import PageContext
from core.web.parts import downloads, filters, paging, table
from core.web.parts.header import section
from core.web.parts.markup import draw as draw_html
from core.web.parts.markup import esc, link, status
from core.web.parts.table import Head
from core.web.parts.words import about, amount, share, shown, tone_of
from pages.morning_parts import stage

_SORTS = {
    Sort("total_cost"): "Spend, largest first",
    Sort("total_cost", descending=False): "Spend, smallest first",
    Sort("impressions"): "Impressions, most first",
    Sort("name", descending=False): "Name, A to Z",
    Sort("name"): "Name, Z to A",
}
_GOALS = {
    Goal.MET: ("good", "at goal"),
    Goal.MISSED: ("bad", "missed"),
    Goal.TOO_LITTLE: ("", "too little data"),
}


def draw(
    ctx: PageContext, view: View, found: OrderTable, figures: Tiles, sheet: Callable[[], Sheet]
) -> None:
    """Draw the table with its choices; a sentence when no order is meant."""
    section("Orders", beside=_counted(found))
    if not found.total:
        draw_html('<p class="fd-muted">No order ran in these days.</p>')
        return
    with st.container(horizontal=True, vertical_alignment="bottom"):
        _draw_sort(view, found)
        downloads.sheet_menu(ctx, sheet, name="orders", key="morning.orders.file")
        stage.draw(ctx, found.rows)
    several = len(found.group.advertisers) > 1
    columns = _Columns(ctx, view, found, several=several)
    table.figures(
        columns.heads(),
        [columns.cells(row) for row in found.rows],
        name=f"Orders, {found.total:,}",
        totals=columns.totals(figures),
    )
    paging.draw(view, found.page, found.pages)


def _counted(found: OrderTable) -> str:
    if found.pages == 1:
        return f"{found.total:,}" if found.total else ""
    first = (found.page - 1) * PAGE_ROWS + 1
    return f"{first:,} to {first + len(found.rows) - 1:,} of {found.total:,}"


class _Columns:
    """The columns of one table, heading by heading and cell by cell."""

    def __init__(self, ctx: PageContext, view: View, found: OrderTable, *, several: bool) -> None:
        self._ctx = ctx
        self._view = view
        self._found = found
        self._several = several
        self._currency = found.group.currency

    def heads(self) -> list[Head]:
        """Return the headings, with units."""
        unit = self._currency
        whose = [Head("Advertiser", is_number=False)] if self._several else []
        return [
            Head("Order", is_number=False),
            *whose,
            Head("Stage", is_number=False, meaning="The funnel stage it works for, and whence."),
            Head(f"Spend, {unit}", meaning="Total cost, and its change on the days compared."),
            Head(
                f"Plan, {unit}",
                meaning="Its budget spread evenly over the whole days shown, and what left it, "
                "fees included, as a share of that.",
            ),
            Head(
                "Pacing",
                meaning="Spend since its flight began, over what was due by the end of these days, "
                "as the advertiser's weekdays and events fell; and the projected spend less the "
                "budget at its end: minus is unspent.",
            ),
            Head("KPI", meaning="What it is judged by, and its change on the days compared."),
            Head("Goal", meaning="The KPI's target at Amazon, and whether it is reached."),
            Head("Status", is_number=False),
        ]

    def cells(self, row: OrderRow) -> list[str]:
        """Return one row, as HTML."""
        view = replace(self._view, orders=(row.order_id,), advertisers=(), text="", page=1)
        address = self._ctx.path("morning", **query(view))
        whose = [esc(row.advertiser)] if self._several else []
        return [
            f"{link(address, row.name)}<br><small>{esc(row.order_id)}</small>",
            *whose,
            _stage(row),
            _two(
                esc(amount(row.spend, self._currency)),
                self._change(row.spend_change, amount(row.spend_before, self._currency)),
            ),
            _two(
                _titled(amount(row.planned, self._currency), row.plan.value),
                f"{share(row.of_plan)} spent" if row.of_plan is not None else "",
            ),
            _two(
                share(row.pacing),
                f"{esc(amount(row.gap, self._currency))} at its end" if row.gap is not None else "",
            ),
            self._kpi(row),
            self._goal(row),
            status(row.status.tone, row.status.value),
        ]

    def totals(self, figures: Tiles) -> list[str]:
        """Return the last row: what can be added up, over all orders and not just this page."""
        whose = [""] if self._several else []
        plan = figures.plan
        return [
            f"All {self._found.total:,}",
            *whose,
            "",
            _two(
                esc(amount(figures.spend.value, self._currency)),
                self._change(figures.spend.change, ""),
            ),
            _two(
                esc(amount(plan.planned or None, self._currency)),
                f"{share(plan.share)} spent" if plan.share is not None else "",
            ),
            share(figures.pacing.ratio),
            f'<span title="KPIs of different orders are not added up">{ABSENT}</span>',
            "",
            "",
        ]

    def _kpi(self, row: OrderRow) -> str:
        before = shown(row.kpi, row.kpi_before, self._currency)
        change = self._change(row.kpi_change, before, tone_of(row.kpi, row.kpi_change))
        label = _titled(row.kpi.label, about(row.kpi))
        told = f"{label} {change}" if change else label
        return _two(esc(shown(row.kpi, row.kpi_value, self._currency)), told)

    def _goal(self, row: OrderRow) -> str:
        if row.kpi_target is None:
            return ABSENT
        tone, word = _GOALS.get(row.goal, ("", ""))
        target = esc(shown(row.kpi, row.kpi_target, self._currency))
        if row.is_goal_by_hand:
            target = _titled(target, "A goal that your organization set, in Library")
        return _two(target, status(tone, word) if word else "")

    def _change(self, moved: Decimal | None, before: str, tone: str = "neutral") -> str:
        """Return a change as HTML; "" where nothing can be compared."""
        if moved is None:
            return ""
        sign = "+" if moved > 0 else MINUS if moved < 0 else ""
        css = f' class="fd-{tone}"' if tone in {"good", "bad"} else ""
        title = f' title="from {esc(before)}"' if before else ""
        return f"<span{css}{title}>{sign}{percent(abs(moved))}</span>"


def _two(first: str, second: str) -> str:
    """Return a figure with a smaller one below it."""
    return f"{first}<br><small>{second}</small>" if second else first


def _stage(row: OrderRow) -> str:
    origin = row.stage.origin
    if origin is Origin.UNKNOWN:
        return f'<span title="Amazon names no goal or KPI of it">{ABSENT}</span>'
    return _two(esc(row.stage.stage.value), _titled(_ORIGINS[origin], origin.value))


_ORIGINS = {Origin.BY_HAND: "by hand", Origin.KPI: "by its KPI", Origin.GOAL: "by its goal"}


def _titled(text: str, title: str) -> str:
    return f'<span title="{esc(title)}">{esc(text)}</span>'


def _draw_sort(view: View, found: OrderTable) -> None:
    key = "morning.sort"
    st.session_state[key] = found.sort if found.sort in _SORTS else next(iter(_SORTS))

    def picked() -> None:
        chosen = st.session_state[key]
        default = chosen == next(iter(_SORTS))
        filters.show(replace(view, sort=None if default else chosen, page=1))

    st.selectbox(
        "Order by", list(_SORTS), key=key, format_func=_SORTS.__getitem__, on_change=picked,
        width=220,
    )  # fmt: skip
