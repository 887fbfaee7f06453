"""The Explore screen as a document: a cut, what it takes, earns and moves, and its weekdays."""

from __future__ import annotations

from collections.abc import Iterator

from core.domain.cuts import CUTS, Dimension
from core.domain.views import View
from core.insight.audience import Group, audience
from core.insight.cut_table import CutTable, cut_table, dataset_of
from core.insight.desk import Desk
from core.insight.explore_sheets import cut_sheet, movers_sheet, pivot_sheet, weekday_sheet
from core.insight.movers import NoMovers, movers
from core.insight.pivot import pivot, table_of
from core.insight.weekdays import weekday_pattern
from core.reports.document import Block, Chart, Document, Section, remark
from core.reports.kinds.material import Setting
from core.reports.kinds.pages.framed import dates, framed, titled
from core.reports.parts.explore import by_weekday, took_and_earned, what_moved
from core.reports.parts.explore_lines import (
    counted,
    cut_lines,
    move_lines,
    moved_words,
    pivot_lines,
    plural,
    too_few_weeks,
    weekday_lines,
)
from core.reports.parts.fitting import WIDE, fitted

NAME = "Explore"


def explore(desk: Desk, view: View) -> Document:
    """Return the screen as it stands for a view."""
    whom = audience(desk, view, dataset_of(view))
    return framed(NAME, desk, whom, _sections, is_wide=True)


def _sections(given: Setting) -> Iterator[Section]:
    for group in given.groups:
        found = cut_table(given.desk, given.audience, group)
        if found.rows:
            yield from _of_group(given, group, found)
        else:
            told = f"Nothing is known of {found.cut.plural} in these days."
            yield Section(title=titled(plural(found), given, group), blocks=(remark(told),))


def _of_group(given: Setting, group: Group, found: CutTable) -> Iterator[Section]:
    yield Section(
        title=titled(f"{found.metric.name} by {found.cut.name.lower()}", given, group),
        beside=dates(group),
        blocks=(_shares(found), *_moved(found)),
    )
    yield Section(
        title=titled(plural(found), given, group),
        beside=counted(found),
        blocks=(remark(found.standing.sentence), fitted(cut_lines(found, cut_sheet(found)), WIDE)),
    )
    if given.view.pivot is not None:
        yield _crossed(given, group, given.view.pivot)
    yield _weekdays(given, group, found)


def _shares(found: CutTable) -> Block:
    if not found.has_cost:
        return remark(f"Which earn what they take? {found.standing.sentence}")
    return Chart(chart=took_and_earned(found))


def _moved(table: CutTable) -> Iterator[Block]:
    found, currency = movers(table), table.group.currency
    if isinstance(found, NoMovers):
        yield remark(f"What moved {table.metric.label}? {found.reason}")
        return
    yield Chart(chart=what_moved(found, currency), caption=moved_words(found, currency))
    yield fitted(move_lines(found, currency, movers_sheet(table, found)), WIDE)


def _crossed(given: Setting, group: Group, second: Dimension) -> Section:
    view = given.view
    title = f"{CUTS[view.cut].name} by {CUTS[second].name.lower()}"
    block: Block = remark("Nothing is known of both in these days.")
    dataset = table_of(view, second)
    if dataset is None:
        block = remark("No report of Amazon's counts both at once.")
    else:
        known = audience(given.desk, view, dataset)
        own = next((g for g in known.groups if g.currency == group.currency), None)
        found = pivot(given.desk, known, own, second) if own else None
        if found and own:
            block = fitted(pivot_lines(found, group.currency, pivot_sheet(found, own)), WIDE)
            title = f"{title}: {found.metric.label}"
    return Section(title=titled(title, given, group), blocks=(block,))


def _weekdays(given: Setting, group: Group, table: CutTable) -> Section:
    found = weekday_pattern(given.desk, given.audience, group, table.metric)
    blocks: tuple[Block, ...] = (remark(too_few_weeks(found)),)
    if found.is_pattern:
        lines = weekday_lines(found, group.currency, weekday_sheet(found, group))
        blocks = (Chart(chart=by_weekday(found, group.currency)), fitted(lines, WIDE))
    return Section(
        title=titled("Weekdays", given, group),
        beside=f"{found.days} whole days, {found.span}",
        blocks=blocks,
    )
