"""Reach & video: how many people saw the ads, how often, and whether they watched."""

from __future__ import annotations

import streamlit as st

from core.domain.views import Screen, View, query
from core.insight.audience import Audience, Group
from core.insight.desk import Desk
from core.insight.performance.columns import preset_named
from core.insight.reach.reach import orders_of, supplies_of, windows_of
from core.insight.reach.sheets import parts_sheet, video_sheet, windows_sheet
from core.insight.reach.video import trend_metric, video
from core.insight.trend import trend
from core.reports.parts.reach_lines import about
from core.reports.words import held_against
from core.web import opening
from core.web.context import PageContext
from core.web.parts import downloads
from core.web.parts.header import section
from core.web.parts.markup import draw, link
from pages.reach_parts import parts, watching, windows

TITLE = "Reach & video"


def render(ctx: PageContext) -> None:
    """Draw the screen: people by window, then orders and supplies of one, then video."""
    opening.screen(ctx, Screen.REACH, TITLE, lambda desk, whom: _draw_answer(ctx, desk, whom))


def _draw_answer(ctx: PageContext, desk: Desk, whom: Audience) -> None:
    section("People reached", beside="each window on its own, never added up")
    found = windows_of(desk, whom)
    windows.draw(found, is_single=whom.is_single)
    downloads.sheet_menu(ctx, lambda: windows_sheet(found), name="reach", key="reach.windows.file")
    windows.draw_choice(whom.view)
    _draw_orders(ctx, desk, whom)
    _draw_supplies(ctx, desk, whom)
    for group in whom.groups:
        _draw_video(ctx, desk, whom, group)


def _draw_orders(ctx: PageContext, desk: Desk, whom: Audience) -> None:
    found = orders_of(desk, whom)
    section("Orders", beside=about(found))
    parts.draw_unclear(found)
    if not found.total:
        parts.draw_empty(found, "order")
        return
    parts.draw_orders(ctx, whom, found)
    downloads.sheet_menu(
        ctx,
        lambda: parts_sheet(orders_of(desk, whom, whole=True), "Order"),
        name="reach-orders",
        key="reach.orders.file",
    )
    parts.draw_frequencies(found)


def _draw_supplies(ctx: PageContext, desk: Desk, whom: Audience) -> None:
    found = supplies_of(desk, whom)
    section("Supply sources", beside=about(found))
    if not found.total:
        parts.draw_empty(found, "supply source")
        return
    parts.draw_supplies(whom, found)
    downloads.sheet_menu(
        ctx,
        lambda: parts_sheet(found, "Supply source"),
        name="reach-supply",
        key="reach.supply.file",
    )


def _draw_video(ctx: PageContext, desk: Desk, whom: Audience, group: Group) -> None:
    several = len(whom.groups) > 1
    name = f"Video and viewability, {group.currency}" if several else "Video and viewability"
    section(name, beside=opening.dates(group))
    found, words = video(desk, whom, group), held_against(whom.view, group)
    watching.draw_figures(found, words)
    if found.has_video:
        left, right = st.columns(2, gap="medium")
        with left:
            watching.draw_steps(found)
        with right:
            entry = trend_metric(whom.view.trend)
            watching.draw_trend(trend(desk, whom, group, entry), words)
    with st.container(horizontal=True, vertical_alignment="center"):
        downloads.sheet_menu(
            ctx, lambda: video_sheet(found), name="video", key=f"reach.video.{group.currency}"
        )
        draw(link(ctx.path("performance", **_by_row(whom.view)), "By order, line item, creative"))


def _by_row(view: View) -> dict[str, str]:
    """Return the address of the Performance table with the columns of video."""
    return query(
        View(
            screen=Screen.PERFORMANCE,
            range=view.range,
            comparison=view.comparison,
            advertisers=view.advertisers,
            orders=view.orders,
            text=view.text,
            metrics=preset_named("Video").keys,
        )
    )
