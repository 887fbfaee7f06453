"""Pacing: which money will not go out, or runs out early, why that may be, and what would help."""

from __future__ import annotations

import streamlit as st

from core.domain.views import Screen
from core.insight.audience import Audience, Group
from core.insight.desk import Desk
from core.insight.pace_book import PaceBook, pace_book
from core.insight.pacing.board import Board, BoardRow, board
from core.insight.pacing.causes import Cause, causes
from core.insight.pacing.limits import reconciled
from core.insight.pacing.lines import line_facts
from core.insight.pacing.sheets import board_sheet
from core.insight.sheets import Sheet
from core.reports.parts.pacing_lines import nothing_runs
from core.web import opening
from core.web.context import PageContext
from core.web.parts import currencies, downloads, states
from core.web.screens import address
from pages.pacing_parts import advertisers, clients, figures, order, orders

TITLE = "Pacing"
PARTS = frozenset({"advertisers", "orders", "text"})


def render(ctx: PageContext) -> None:
    """Draw the board, or the one order that the address names."""
    opening.screen(
        ctx, Screen.PACING, TITLE, lambda desk, whom: _draw(ctx, desk, whom), parts=PARTS
    )


def _draw(ctx: PageContext, desk: Desk, whom: Audience) -> None:
    book = pace_book(desk, whom)
    known = whom.directory.orders.get(whom.view.orders[0]) if len(whom.view.orders) == 1 else None
    if known is not None:
        order.draw(ctx, desk, whom, whom.groups[0], book, known)
        return
    group = whom.groups[0]
    currencies.draw_others(ctx, whom)
    found = board(desk, whom, group, book)
    figures.draw(found)
    if not found.total:
        _draw_nothing(found)
    else:
        if not whom.is_single:
            advertisers.draw(ctx, whom.view, found)
        _draw_orders(ctx, desk, whom, group, book, found)
    clients.draw(ctx, desk, whom, group, book)


def _draw_orders(
    ctx: PageContext, desk: Desk, whom: Audience, group: Group, book: PaceBook, found: Board
) -> None:
    told = _causes(desk, whom, found.rows)

    def sheet() -> Sheet:
        rows = board(desk, whom, group, book, whole=True).rows
        return board_sheet(found, rows, _causes(desk, whom, rows))

    with st.container(key="pacing.board"):
        orders.draw(ctx, whom.view, found, told)
        downloads.sheet_menu(ctx, sheet, name="pacing", key="pacing.orders.file")


def _causes(desk: Desk, whom: Audience, rows: tuple[BoardRow, ...]) -> dict[str, tuple[Cause, ...]]:
    facts = line_facts(desk, whom, [row.order_id for row in rows])
    return causes(desk, whom, rows, facts, reconciled(desk, whom, rows, facts))


def _draw_nothing(found: Board) -> None:
    states.empty(nothing_runs(found), step=states.Step("Show all", address(Screen.PACING.value)))
