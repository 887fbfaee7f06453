"""Whether weekdays differ."""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st

from core.domain.formats import ABSENT
from core.insight.audience import Group
from core.insight.sheets import Sheet
from core.insight.weekdays import Weekday, WeekdayPattern
from core.reports.parts.explore import by_weekday, unit_of
from core.reports.parts.explore_lines import OVERLAPPING_RANGES, too_few_weeks
from core.web.context import PageContext
from core.web.parts import charts, downloads, table
from core.web.parts.header import section
from core.web.parts.markup import draw as draw_html
from core.web.parts.markup import esc
from core.web.parts.table import Head
from core.web.parts.words import shown


def draw(ctx: PageContext, group: Group, found: WeekdayPattern, sheet: Callable[[], Sheet]) -> None:
    """Draw the pattern, or why there is none yet."""
    section("Weekdays", beside=f"{found.days} whole days, {found.span}")
    if not found.is_pattern:
        draw_html(f'<p class="fd-muted">{esc(too_few_weeks(found))}</p>')
        return
    left, right = st.columns([5, 7], gap="medium")
    with left:
        charts.bars(by_weekday(found, group.currency), key=f"explore.weekdays.{group.currency}")
    with right:
        _draw_ranges(found, group.currency)
        downloads.sheet_menu(
            ctx, sheet, name="weekdays", key=f"explore.weekdays.file.{group.currency}"
        )


def _draw_ranges(found: WeekdayPattern, currency: str) -> None:
    entry = found.metric
    heads = (
        Head("Weekday", is_number=False),
        Head(unit_of(entry, currency)),
        Head("Index", meaning="100 is the figure of all days together."),
        Head("Lowest to highest day"),
    )

    def cells(one: Weekday) -> list[str]:
        low, high = (shown(entry, value, currency) for value in (one.low, one.high))
        index = ABSENT if one.index is None else f"{one.index * 100:.0f}"
        value = shown(entry, one.value, currency)
        return [one.name, esc(value), index, f"{esc(low)} to {esc(high)}"]

    table.figures(heads, [cells(one) for one in found.weekdays], name="Weekdays")
    draw_html(f'<p class="fd-muted">{esc(OVERLAPPING_RANGES)}</p>')
