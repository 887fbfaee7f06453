"""Performance: what the ads brought, from the funnel down to a single creative."""

from __future__ import annotations

from dataclasses import replace

import streamlit as st

from core.domain.views import Screen, query
from core.insight.audience import Audience, Group
from core.insight.desk import Desk
from core.insight.performance.columns import Columns, columns_of
from core.insight.performance.credit import credit
from core.insight.performance.funnel import funnel
from core.insight.performance.levels import names, narrowed, way_back
from core.insight.performance.returns import returns
from core.insight.performance.sheets import credit_sheet, funnel_sheet, returns_sheet, table_sheet
from core.insight.performance.standouts import standouts
from core.insight.performance.table import SHORT_ROWS, Table, table
from core.insight.sheets import period_lines
from core.reports.file_specs import TableFile
from core.reports.parts.returns import KINDS
from core.reports.words import held_against
from core.web import opening
from core.web.context import PageContext
from core.web.parts import downloads, states
from core.web.parts.header import section
from core.web.parts.markup import draw, link
from pages.performance_parts import choosing, credited, returned, rows, strip

TITLE = "Performance"


def render(ctx: PageContext) -> None:
    """Draw the screen: funnel, credit, returns, and a table of whatever a row is chosen to be."""
    opening.screen(
        ctx,
        Screen.PERFORMANCE,
        TITLE,
        lambda desk, whom: _draw_answer(ctx, desk, whom),
        meant=narrowed,
    )


def _draw_answer(ctx: PageContext, desk: Desk, whom: Audience) -> None:
    columns = columns_of(whom.view)
    for reason in columns.left_out:
        states.notice("", reason)
    strip.draw_way(ctx, way_back(whom.view, names(desk, whom)))
    for group in whom.groups:
        _draw_funnel(ctx, desk, whom, group)
    strip.draw_caption()
    if len(whom.groups) == 1:
        _draw_why(ctx, desk, whom, whom.groups[0])
        _draw_single(ctx, desk, whom, whom.groups[0], columns)
    else:
        _draw_several(ctx, desk, whom, columns)


def _draw_funnel(ctx: PageContext, desk: Desk, whom: Audience, group: Group) -> None:
    found = funnel(desk, whom, group)
    name = "Funnel" if len(whom.groups) == 1 else f"Funnel, {group.currency}"
    section(name, beside=opening.dates(group))
    strip.draw(found, held_against(whom.view, group))
    downloads.sheet_menu(
        ctx, lambda: funnel_sheet(found), name="funnel",
        key=f"performance.funnel.{group.currency}",
    )  # fmt: skip


def _draw_why(ctx: PageContext, desk: Desk, whom: Audience, group: Group) -> None:
    left, right = st.columns([3, 2], gap="medium")
    with left:
        found = credit(desk, whom, group)
        credited.draw(found, group.currency)
        downloads.sheet_menu(
            ctx,
            lambda: credit_sheet(found, group.currency, period_lines(group)),
            name="credit",
            key="performance.credit.file",
        )
    with right:
        whole, promoted = (returns(desk, whom, group, key) for key in KINDS)
        returned.draw(whole, promoted, held_against(whom.view, group))
        downloads.sheet_menu(
            ctx, lambda: returns_sheet(whole), name="returns", key="performance.returns.file"
        )


def _draw_single(
    ctx: PageContext, desk: Desk, whom: Audience, group: Group, columns: Columns
) -> None:
    """Draw the table of the one currency in view, a page of it."""
    found = table(desk, whom, group, columns)
    rows.draw_head(found)
    choosing.draw(whom, columns)
    rows.draw_standouts(standouts(desk, whom, group, found.sort), group.currency)
    rows.draw(ctx, whom.view, found)
    rows.draw_pages(whom.view, found)
    _draw_file(ctx, desk, whom, columns, found)


def _draw_several(ctx: PageContext, desk: Desk, whom: Audience, columns: Columns) -> None:
    """Draw the first rows of each currency's own table, and the way to all of them."""
    section("Tables", beside="One for each currency: amounts of several are never added up")
    choosing.draw(whom, columns)
    first = replace(whom, view=replace(whom.view, page=1))
    for group in whom.groups:
        found = table(desk, first, group, columns, page_rows=SHORT_ROWS)
        rows.draw_head(found, currency=group.currency)
        rows.draw(ctx, whom.view, found)
        if found.pages > 1:
            alone = replace(first.view, advertisers=tuple(sorted(group.advertiser_ids)))
            address = ctx.path("performance", **query(alone))
            draw(link(address, f"All {found.total:,} of {group.currency}", style="button"))
        _draw_file(ctx, desk, whom, columns, found)


def _draw_file(
    ctx: PageContext, desk: Desk, whom: Audience, columns: Columns, found: Table
) -> None:
    group, name = found.group, f"performance-{whom.view.level.value}"
    asked, generation = query(replace(whom.view, page=1)), desk.reader.manifest.generation
    downloads.table_menu(
        ctx,
        lambda: table_sheet(table(desk, whom, group, columns, whole=True)),
        TableFile(name.capitalize(), Screen.PERFORMANCE, asked, group.currency, generation),
        rows=found.total,
        name=name,
        key=f"performance.table.{group.currency}",
    )
