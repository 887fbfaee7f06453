"""Compare: orders over one another, or one with itself, and how sure their differences are."""

from __future__ import annotations

from core.domain.views import Alignment, Screen
from core.insight.audience import Audience
from core.insight.compare_sheets import difference_sheet
from core.insight.comparison import Compared, compared, compared_audience, gaps, said_days
from core.insight.desk import Desk
from core.reports.parts.compare import over_places
from core.reports.parts.difference_lines import NOTHING_COMMON, left_out, told_of
from core.web import opening
from core.web.context import PageContext
from core.web.parts import charts, currencies, downloads, states
from core.web.parts.header import section
from core.web.parts.markup import draw, facts, named
from pages.compare_parts import choosing, differences

TITLE = "Compare"
_PARTS = frozenset({"dates", "comparison", "advertisers", "orders"})


def render(ctx: PageContext) -> None:
    """Draw the screen."""
    opening.screen(
        ctx,
        Screen.COMPARE,
        TITLE,
        lambda desk, whom: _draw(ctx, desk, whom),
        parts=_PARTS,
        meant=compared_audience,
    )


def _draw(ctx: PageContext, desk: Desk, whom: Audience) -> None:
    found = compared(desk, whom)
    choosing.draw(whom.view, found)
    if found.lineup.alignment is Alignment.EVENT:
        currencies.draw_others(ctx, whom)
    if found.lineup.lack:
        choosing.draw_lack(ctx, desk, whom, found.lineup.lack)
        return
    _draw_lines(found)
    for sentence in gaps(found):
        states.partial(sentence)
    if not found.common:
        states.empty(NOTHING_COMMON)
        return
    charts.places(over_places(found), key="compare.lines")
    section("Differences", beside=told_of(found))
    differences.draw(found)
    downloads.sheet_menu(
        ctx, lambda: difference_sheet(found), name="differences", key="compare.differences.file"
    )


def _draw_lines(found: Compared) -> None:
    """Print who is compared over which days, and of which of them figures are told."""
    if found.lineup.left_out:
        states.notice("warn", left_out(found))
    lines = (*found.lines, *found.unloaded)
    draw(facts(*((one.contender.name, named(said_days(found, one))) for one in lines)))
