"""The two charts of a cut: what rows take and earn, and what moved the metric."""

from __future__ import annotations

import streamlit as st

from core.insight.cut_table import CutTable
from core.insight.explore_sheets import movers_sheet
from core.insight.movers import Movers, NoMovers, movers
from core.insight.volumes import is_sum
from core.reports.parts.explore import figure_text, move_text, took_and_earned, what_moved
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
    draw_html(f'<p class="fd-muted">{esc(_told(found, currency))}</p>')
    downloads.sheet_menu(
        ctx,
        lambda: movers_sheet(table, found),
        name="movers",
        key=f"explore.movers.file.{currency}",
    )


def _told(found: Movers, currency: str) -> str:
    """Return the change in a sentence, with its two effects where there are two."""
    entry = found.metric
    first, last = (figure_text(end, found, currency) for end in (found.before, found.now))
    told = f"{entry.label} went from {first} to {last}, {move_text(found.change, found, currency)}"
    if is_sum(entry):
        return f"{told}: the parts add up to it exactly."
    mix, rate = (move_text(part, found, currency) for part in (found.mix, found.rate))
    return (
        f"{told}: {mix} because the mix is another (more or less weight on what was better or "
        f"worse than the whole), {rate} because parts perform otherwise. All parts add up exactly."
    )


def _draw_reason(question: str, reason: str) -> None:
    draw_html(f'<h3>{esc(question)}</h3><p class="fd-muted">{esc(reason)}</p>')
