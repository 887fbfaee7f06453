"""Morning: is the money going out as planned, what broke, what changed, and what to do."""

from __future__ import annotations

from dataclasses import replace

import streamlit as st

from core.domain.views import Screen, query
from core.insight import trend
from core.insight.audience import Audience, Group
from core.insight.changes import changes
from core.insight.converting import offered
from core.insight.desk import Desk
from core.insight.order_table import order_table
from core.insight.pace_book import PaceBook, pace_book
from core.insight.portfolio import portfolio
from core.insight.sheets import change_sheet, order_sheet, portfolio_sheet
from core.insight.tiles import Tiles, tiles
from core.reports.words import held_against
from core.web import opening
from core.web.context import PageContext
from core.web.opening import dates
from core.web.parts import downloads
from core.web.parts.header import section
from core.web.parts.markup import draw, link
from pages.morning_parts import advertisers, changed, key_figures, lines, needs_you, orders, so_far

TITLE = "Morning"


def render(ctx: PageContext) -> None:
    """Draw the screen: the portfolio first when several advertisers are in view."""
    opening.screen(ctx, Screen.MORNING, TITLE, lambda desk, whom: _draw_answer(ctx, desk, whom))


def _draw_answer(ctx: PageContext, desk: Desk, whom: Audience) -> None:
    book = pace_book(desk, whom)
    if not whom.is_single:
        _draw_portfolio(ctx, desk, whom, book)
        _draw_news(ctx, desk, whom)
    for group in whom.groups:
        if len(whom.groups) > 1:
            section(group.currency, beside=dates(group))
        found = tiles(desk, whom, group, book)
        key_figures.draw(found, held_against(whom.view, group))
        if len(whom.groups) == 1:
            draw(f'<p class="fd-muted fd-dates">{dates(group)}</p>')
    if whom.is_single:
        so_far.draw(ctx, desk, whom)
        _draw_news(ctx, desk, whom)
    if len(whom.groups) == 1:
        _draw_group(ctx, desk, whom, whom.groups[0], book, found)
    else:
        _draw_currencies(ctx, whom)


def _draw_news(ctx: PageContext, desk: Desk, whom: Audience) -> None:
    left, right = st.columns([3, 2], gap="medium")
    with left:
        needs_you.draw(ctx, whom.view)
    with right:
        _draw_changes(ctx, desk, whom)


def _draw_portfolio(ctx: PageContext, desk: Desk, whom: Audience, book: PaceBook) -> None:
    rows = portfolio(desk, whom, book)
    currency = whom.view.currency
    whose = f"in {currency}, each in its own" if currency else "each in its own currency and"
    section("Portfolio", beside=f"{len(rows)} advertisers, {whose} days")
    codes = offered(desk, rows)
    if codes or currency:
        advertisers.pick_currency(whom.view, codes)
    advertisers.draw(ctx, rows)
    downloads.sheet_menu(
        ctx, lambda: portfolio_sheet(rows), name="portfolio", key="morning.portfolio.file"
    )


def _draw_changes(ctx: PageContext, desk: Desk, whom: Audience) -> None:
    seen = changes(desk, whom)
    changed.draw(whom, seen)
    if seen.total:
        downloads.sheet_menu(
            ctx, lambda: change_sheet(whom, seen.listed), name="changes",
            key="morning.changes.file",
        )  # fmt: skip


def _draw_group(
    ctx: PageContext, desk: Desk, whom: Audience, group: Group, book: PaceBook, figures: Tiles
) -> None:
    """Draw the charts and the orders of one currency."""
    view = whom.view
    left, right = st.columns(2, gap="medium")
    with left:
        lines.draw_cumulative(trend.cumulative(desk, whom, group, book))
    with right:
        entry = trend.chosen(view.trend)
        lines.pick_metric(view, entry)
        lines.draw_trend(trend.trend(desk, whom, group, entry), held_against(view, group))
    orders.draw(
        ctx,
        view,
        order_table(desk, whom, group, book),
        figures,
        lambda: order_sheet(whom, group, order_table(desk, whom, group, book, whole=True).rows),
    )


def _draw_currencies(ctx: PageContext, whom: Audience) -> None:
    """Lead to the charts and orders of each currency; over several they would mean nothing."""
    ways = "".join(
        link(
            ctx.path("morning", **query(replace(whom.view, advertisers=_ids(group)))),
            group.currency,
            style="button",
        )
        for group in whom.groups
    )
    section("Charts and orders")
    draw(
        '<div class="fd-actions"><span>One currency at a time, since amounts of several are never '
        f"added up:</span>{ways}</div>"
    )


def _ids(group: Group) -> tuple[str, ...]:
    return tuple(str(a.advertiser_id) for a in group.advertisers)
