"""The monthly business review: the month against the one before, by week, stage and order."""

from __future__ import annotations

from collections.abc import Iterator

from core.domain.catalogue import metric
from core.insight.contribution import contribution
from core.insight.history import history
from core.insight.tiles import Tiles
from core.insight.trend import cumulative, trend
from core.insight.weeks import weeks
from core.reports.document import Block, Cell, Chart, Document, Figures, Head, Section, Table
from core.reports.kinds.material import Material, three_things, written
from core.reports.kinds.weekly import attention_section, leading_metric, order_block, titled
from core.reports.parts.key_figures import key_figures
from core.reports.parts.movers import movers
from core.reports.parts.trends import PLAN_CAPTION, by_day, spend_against_plan
from core.reports.parts.week_lines import week_lines
from core.reports.words import about, held_against, moved, shown, tone_of

NAME = "Monthly business review"
_WEEKLY = tuple(
    metric(key)
    for key in ("total_cost", "impressions", "total_purchases", "total_sales", "total_roas")
)
_MOVED = tuple(metric(key) for key in ("total_cost", "total_roas"))


def monthly(given: Material) -> Document:
    """Return the review of a view's month."""
    return written(NAME, given, _sections(given), headlines=three_things(given))


def _sections(given: Material) -> Iterator[Section]:
    for found in given.figures:
        yield from _of_group(given, found)
    yield attention_section(given)


def _of_group(given: Material, found: Tiles) -> Iterator[Section]:
    group = found.group
    words = held_against(given.view, group)
    tiles = Figures(tiles=tuple(key_figures(found, words)))
    plan = cumulative(given.desk, given.audience, group, given.book)
    yield Section(
        title=titled("The month in figures", given, found),
        blocks=(tiles, Chart(chart=spend_against_plan(plan), caption=PLAN_CAPTION)),
    )
    if found.kpis:
        stages = (_stages(found, words),)
        yield Section(title=titled("By funnel stage", given, found), blocks=stages)
    by_week = history(given.desk, group, given.audience.days, _WEEKLY)
    entry = leading_metric(given, found)
    drawn = trend(given.desk, given.audience, group, entry)
    yield Section(
        title=titled("Week by week", given, found),
        blocks=(
            week_lines(weeks(by_week), _WEEKLY, group.currency),
            Chart(chart=by_day(drawn, words), caption=entry.description),
        ),
    )
    told = tuple(_movers(given, found))
    if told:
        beside = "the parts add up to the change"
        title = titled("Where the change came from", given, found)
        yield Section(title=title, beside=beside, blocks=told)
    yield Section(title=titled("Orders", given, found), blocks=(order_block(given, found),))


def _stages(found: Tiles, words: str) -> Block:
    currency = found.group.currency
    rows = []
    for kpi in found.kpis:
        figure = kpi.figure
        value = shown(kpi.metric, figure.value, currency) if figure else "n/a"
        change = moved(figure, words) if figure else ""
        tone = tone_of(kpi.metric, figure.change) if figure else ""
        count = f"{kpi.orders} order{'' if kpi.orders == 1 else 's'}"
        rows.append(
            (
                Cell(kpi.stage.value.capitalize(), count),
                Cell(kpi.metric.label, about(kpi.metric)),
                Cell(value, change, tone if tone != "neutral" else ""),
            )
        )
    return Table(
        name="Funnel stages",
        heads=(
            Head("Stage", is_number=False, share=1.0),
            Head("Judged by", is_number=False, share=2.6),
            Head("Figure", share=1.2),
        ),
        rows=tuple(rows),
    )


def _movers(given: Material, found: Tiles) -> Iterator[Block]:
    for entry in _MOVED:
        parts = contribution(given.desk, given.audience, found.group, entry, None)
        if parts is not None and parts.change:
            yield movers(parts, found.group.currency)
