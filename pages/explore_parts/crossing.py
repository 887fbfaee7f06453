"""The pivot: a second cut beside the first, where one report counts both."""

from __future__ import annotations

from dataclasses import replace

import streamlit as st

from core.domain.cuts import CUTS
from core.domain.formats import ABSENT
from core.domain.views import View
from core.insight.audience import Audience, Group, audience
from core.insight.desk import Desk
from core.insight.explore_sheets import pivot_sheet
from core.insight.pivot import Pivot, PivotCell, pivot, table_of, ways
from core.reports.parts.explore import unit_of
from core.web.context import PageContext
from core.web.parts import downloads, filters
from core.web.parts.header import section
from core.web.parts.markup import draw as draw_html
from core.web.parts.markup import esc, literal, named
from core.web.parts.words import shown


def draw(ctx: PageContext, desk: Desk, whom: Audience, group: Group) -> None:
    """Draw the choice of a second cut, and the table of both once one is chosen."""
    view = whom.view
    section(f"{CUTS[view.cut].name} by", beside="Two cuts at once, where one report counts both")
    _draw_choice(view, group)
    if view.pivot is None:
        return
    dataset = table_of(view, view.pivot)
    if dataset is None:
        return
    known = audience(desk, view, dataset)
    own = next((g for g in known.groups if g.currency == group.currency), None)
    found = pivot(desk, known, own, view.pivot) if own else None
    if found is None or own is None:
        draw_html('<p class="fd-muted">Nothing is known of both in these days.</p>')
        return
    draw_html(_table(found, group.currency))
    draw_html(f'<p class="fd-muted">{esc(found.sentence)} Figures in grey rest on too little.</p>')
    downloads.sheet_menu(
        ctx, lambda: pivot_sheet(found, own), name="pivot",
        key=f"explore.pivot.file.{group.currency}",
    )  # fmt: skip


def _draw_choice(view: View, group: Group) -> None:
    """Draw a button for every second cut; the reasons of those that are closed stand in words."""
    several = ways(view)
    with st.container(horizontal=True, key=f"fd-chips-{group.currency}"):
        for way in several:
            is_chosen = view.pivot is way.cut.dimension
            st.button(
                literal(way.cut.name),
                key=f"explore.pivot.{group.currency}.{way.cut.dimension}",
                type="primary" if is_chosen else "secondary",
                disabled=not way.is_open,
                help=literal(way.reason) or None,
                on_click=filters.show,
                args=(replace(view, pivot=None if is_chosen else way.cut.dimension),),
            )
    closed = [way for way in several if not way.is_open]
    if closed:
        items = "".join(f"<li><b>{esc(w.cut.name)}</b>: {esc(w.reason)}</li>" for w in closed)
        draw_html(
            f"<details><summary>Why {len(closed)} of these cannot be chosen</summary>"
            f'<ul class="fd-list">{items}</ul></details>'
        )


def _table(found: Pivot, currency: str) -> str:
    """Return the pivot as HTML; the deeper a cell, the higher its figure."""
    has_totals = found.row_totals is not None
    heads = "".join(
        f'<th scope="col" class="fd-num">{named(name)}</th>'
        for name in (*found.columns, *(("All",) if has_totals else ()))
    )
    corner = f"{esc(found.rows_cut.name)}, {esc(unit_of(found.metric, currency))}"
    body = "".join(
        f'<tr><th scope="row">{named(name)}</th>'
        f"{''.join(_cell(found, cell, currency) for cell in cells)}"
        f"{_cell(found, found.row_totals[n], currency) if found.row_totals else ''}</tr>"
        for n, (name, cells) in enumerate(zip(found.rows, found.cells, strict=True))
    )
    foot = ""
    if found.column_totals and found.total:
        cells = (*found.column_totals, found.total)
        told = "".join(_cell(found, cell, currency) for cell in cells)
        foot = f'<tfoot><tr><th scope="row">All</th>{told}</tr></tfoot>'
    label = f"{found.rows_cut.name} by {found.columns_cut.name}: {found.metric.label}"
    return (
        f'<div class="fd-scroll" tabindex="0" role="region" aria-label="{esc(label)}"><table>'
        f'<thead><tr><th scope="col">{corner}</th>{heads}</tr></thead><tbody>{body}</tbody>{foot}'
        "</table></div>"
    )


def _cell(found: Pivot, cell: PivotCell, currency: str) -> str:
    if cell.value is None:
        return f'<td class="fd-num fd-muted">{ABSENT}</td>'
    told = esc(shown(found.metric, cell.value, currency))
    if not cell.is_firm:
        return f'<td class="fd-num fd-muted" title="too little data">{told}</td>'
    if cell.heat is None:
        return f'<td class="fd-num">{told}</td>'
    return f'<td class="fd-num fd-heat" style="--heat:{cell.heat * 100:.0f}">{told}</td>'
