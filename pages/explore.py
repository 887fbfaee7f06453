"""Explore: cut the figures by anything a report holds, and see what each part takes and moves."""

from __future__ import annotations

from core.domain.views import Screen, View
from core.insight.audience import Audience, Group, audience
from core.insight.cut_table import cut_table, dataset_of, explained
from core.insight.desk import Desk
from core.insight.explore_sheets import weekday_sheet
from core.insight.weekdays import weekday_pattern
from core.reports.words import held_against
from core.web import opening
from core.web.context import PageContext
from core.web.opening import dates
from core.web.parts import currencies, states
from core.web.parts.markup import draw, esc
from pages.explore_parts import choosing, crossing, moving, rows, weekdays

TITLE = "Explore"


def render(ctx: PageContext) -> None:
    """Draw the screen, of one currency at a time."""
    opening.screen(
        ctx, Screen.EXPLORE, TITLE, lambda desk, whom: _draw(ctx, desk, whom), meant=_meant
    )


def _meant(desk: Desk, view: View) -> Audience:
    """Return whom a view means, with the days that the report of its cut is known for."""
    return audience(desk, view, dataset_of(view))


def _draw(ctx: PageContext, desk: Desk, whom: Audience) -> None:
    group = whom.groups[0]
    choosing.draw(whom.view, explained(desk, whom, group))
    currencies.draw_others(ctx, whom)
    draw(f'<p class="fd-muted fd-dates">{esc(dates(group))}</p>')
    _draw_group(ctx, desk, whom, group)


def _draw_group(ctx: PageContext, desk: Desk, whom: Audience, group: Group) -> None:
    table = cut_table(desk, whom, group)
    if not table.rows:
        states.empty(f"Nothing is known of {table.cut.plural} in these days.")
        return
    moving.draw(ctx, table)
    generation = desk.reader.manifest.generation
    rows.draw(ctx, whom.view, table, held_against(whom.view, group), generation)
    crossing.draw(ctx, desk, whom, group)
    found = weekday_pattern(desk, whom, group, table.metric)
    weekdays.draw(ctx, group, found, lambda: weekday_sheet(found, group))
