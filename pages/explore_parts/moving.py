"""The two charts of a cut: what rows take and earn, and what moved the metric."""

from __future__ import annotations

import streamlit as st

from core.insight.cut_table import CutTable
from core.insight.explore_sheets import movers_sheet
from core.insight.movers import Movers, NoMovers, movers
from core.reports.parts.explore import took_and_earned, what_moved
from core.reports.parts.explore_lines import moved_words
from core.web.context import PageContext
from core.web.parts import charts, downloads
from core.web.parts.markup import draw as draw_html
from core.web.parts.markup import esc


def draw(ctx: PageContext, table: CutTable) -> None:
    """Draw the charts side by side; in place of one that means nothing, the reason."""
    left, right = st.columns(2, gap="medium")
    with left:
        _draw_shares(table)
    with right:
        _draw_movers(ctx, table, movers(table))


def _draw_shares(table: CutTable) -> None:
    if not table.has_cost:
        _draw_reason("Which earn what they take?", table.standing.sentence)
        return
    charts.shares(took_and_earned(table), key=f"explore.shares.{table.group.currency}")


def _draw_movers(ctx: PageContext, table: CutTable, found: Movers | NoMovers) -> None:
    if isinstance(found, NoMovers):
        _draw_reason(f"What moved {table.metric.label}?", found.reason)
        return
    currency = table.group.currency
    charts.waterfall(what_moved(found, currency), key=f"explore.movers.{currency}")
    draw_html(f'<p class="fd-muted">{esc(moved_words(found, currency))}</p>')
    downloads.sheet_menu(
        ctx,
        lambda: movers_sheet(table, found),
        name="movers",
        key=f"explore.movers.file.{currency}",
    )


def _draw_reason(question: str, reason: str) -> None:
    draw_html(f'<h3>{esc(question)}</h3><p class="fd-muted">{esc(reason)}</p>')
