"""The Performance screen as a document: funnel, credit, returns, and the table of its view."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from core.domain.views import View
from core.insight.audience import Audience, Group
from core.insight.desk import Desk
from core.insight.performance.columns import Columns, columns_of
from core.insight.performance.credit import credit
from core.insight.performance.funnel import funnel
from core.insight.performance.levels import names, narrowed, way_back
from core.insight.performance.returns import returns
from core.insight.performance.sheets import credit_sheet, table_sheet
from core.insight.performance.standouts import standouts
from core.insight.performance.table import PAGE_ROWS, SHORT_ROWS, Table, table
from core.insight.sheets import period_lines
from core.reports.document import (
    Block,
    Chart,
    Document,
    Figures,
    Point,
    Points,
    Section,
    remark,
)
from core.reports.kinds.material import Setting
from core.reports.kinds.pages.framed import dates, framed, listed, titled
from core.reports.parts.credit_lines import credit_lines
from core.reports.parts.fitting import WIDE, fitted
from core.reports.parts.funnels import CAPTION, funnel_tiles
from core.reports.parts.performance_lines import (
    counted,
    many,
    no_rows,
    ordered_by,
    performance_lines,
    standout_words,
)
from core.reports.parts.returns import KINDS, return_tiles, returns_by_day, why_they_differ
from core.reports.words import held_against

NAME = "Performance"


def performance(desk: Desk, view: View) -> Document:
    """Return the screen as it stands for a view."""
    whom = narrowed(desk, view)
    way = way_back(view, names(desk, whom)) if view.line_items else ()
    inside = (f"Within {', '.join(step.words for step in way[1:])}",) if way else ()
    return framed(NAME, desk, whom, _sections, is_wide=True, narrowed_by=inside)


def _sections(given: Setting) -> Iterator[Section]:
    columns = columns_of(given.view)
    yield from listed("Left out", columns.left_out)
    for group in given.groups:
        yield _funnel(given, group)
    if len(given.groups) == 1:
        yield from _why(given, given.groups[0])
    for group in given.groups:
        yield _rows(given, group, columns)


def _funnel(given: Setting, group: Group) -> Section:
    found = funnel(given.desk, given.audience, group)
    words = held_against(given.view, group)
    return Section(
        title=titled("Funnel", given, group),
        beside=dates(group),
        blocks=(Figures(tiles=tuple(funnel_tiles(found, words))), remark(CAPTION)),
    )


def _why(given: Setting, group: Group) -> Iterator[Section]:
    """Yield who is credited and what money brought: of one currency, as on the screen."""
    found = credit(given.desk, given.audience, group)
    sheet = credit_sheet(found, group.currency, period_lines(group))
    yield Section(
        title="Who is credited",
        beside="up to 14 days after the ad",
        blocks=(fitted(credit_lines(found, group.currency, sheet), WIDE),),
    )
    whole, promoted = (returns(given.desk, given.audience, group, key) for key in KINDS)
    tiles = return_tiles(whole, promoted, held_against(given.view, group))
    chart = Chart(chart=returns_by_day(whole), caption=why_they_differ(whole))
    yield Section(title="Return on ad spend, two ways", blocks=(Figures(tiles=tuple(tiles)), chart))


def _rows(given: Setting, group: Group, columns: Columns) -> Section:
    """Return a page of the table, or the first rows of each currency's own."""
    whom = given.audience
    is_single = len(given.groups) == 1
    rows = PAGE_ROWS if is_single else SHORT_ROWS
    if not is_single:
        whom = replace(whom, view=replace(whom.view, page=1))
    found = table(given.desk, whom, group, columns, page_rows=rows)
    beside = f"{counted(found)}, {ordered_by(found)}" if found.total else ""
    blocks = tuple(_table(given, whom, group, columns, found))
    return Section(title=titled(many(found), given, group), beside=beside, blocks=blocks)


def _table(
    given: Setting, whom: Audience, group: Group, columns: Columns, found: Table
) -> Iterator[Block]:
    if not found.total:
        yield remark(no_rows(found))
        return
    if len(given.groups) == 1:
        ends = standouts(given.desk, whom, group, found.sort)
        if ends:
            yield Points(items=(Point(standout_words(ends, group.currency)),))
    every = table(given.desk, whom, group, columns, whole=True)
    yield fitted(performance_lines(found, table_sheet(every)), WIDE)
