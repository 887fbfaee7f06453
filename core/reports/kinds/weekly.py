"""The weekly summary: what was spent and bought, by which orders, what needs somebody."""

from __future__ import annotations

from collections.abc import Iterator

from core.domain.metrics import Metric
from core.insight.attention import needs_you
from core.insight.changes import changes
from core.insight.order_table import order_table
from core.insight.portfolio import portfolio
from core.insight.sheets import order_sheet
from core.insight.tiles import Tiles
from core.insight.trend import chosen, cumulative, trend
from core.reports.document import Block, Chart, Document, Figures, Section
from core.reports.kinds.material import Material, three_things, written
from core.reports.parts.key_figures import key_figures
from core.reports.parts.order_lines import order_lines
from core.reports.parts.portfolio_lines import portfolio_lines
from core.reports.parts.trends import PLAN_CAPTION, by_day, spend_against_plan
from core.reports.parts.troubles import latest_edits, open_troubles
from core.reports.words import held_against

NAME = "Weekly summary"


def weekly(given: Material) -> Document:
    """Return the weekly summary of a view."""
    return written(NAME, given, sections(given), headlines=three_things(given))


def sections(given: Material) -> Iterator[Section]:
    """Yield the parts of the summary: figures and charts, orders, troubles, edits."""
    if not given.audience.is_single and given.audience.advertisers:
        rows = portfolio(given.desk, given.audience, given.book)
        beside = f"{len(rows)} advertisers, each in its own currency and days"
        yield Section(title="Portfolio", beside=beside, blocks=(portfolio_lines(rows),))
    for found in given.figures:
        yield Section(
            title=titled("Key figures", given, found), blocks=tuple(_figures(given, found))
        )
        yield Section(title=titled("Orders", given, found), blocks=(order_block(given, found),))
    yield attention_section(given)
    yield Section(
        title="What was edited at Amazon",
        beside="seen since the day before this report",
        blocks=(latest_edits(changes(given.desk, given.audience)),),
    )


def attention_section(given: Material) -> Section:
    """Return what needs somebody, by the money at stake."""
    open_ = needs_you(given.desk, given.audience, given.book)
    return Section(title="What needs somebody", blocks=(open_troubles(open_),))


def titled(title: str, given: Material, found: Tiles) -> str:
    """Return a heading that names the currency where there are several."""
    return f"{title}, {found.group.currency}" if len(given.figures) > 1 else title


def _figures(given: Material, found: Tiles) -> Iterator[Block]:
    words = held_against(given.view, found.group)
    yield Figures(tiles=tuple(key_figures(found, words)))
    plan = cumulative(given.desk, given.audience, found.group, given.book)
    yield Chart(chart=spend_against_plan(plan), caption=PLAN_CAPTION)
    entry = leading_metric(given, found)
    drawn = trend(given.desk, given.audience, found.group, entry)
    yield Chart(chart=by_day(drawn, words), caption=entry.description)


def leading_metric(given: Material, found: Tiles) -> Metric:
    """Return the metric to draw by day: the view's own choice, else what the orders work for."""
    judged = (kpi.metric for kpi in found.kpis if kpi.figure)
    wanted = given.view.trend or next((entry.key for entry in judged), "")
    return chosen(wanted)


def order_block(given: Material, found: Tiles) -> Block:
    """Return the orders of a currency, the largest spend first."""
    listed = order_table(given.desk, given.audience, found.group, given.book, whole=True)
    sheet = order_sheet(given.audience, found.group, listed.rows)
    return order_lines(listed, found, sheet)
