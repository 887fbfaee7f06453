"""Compare: orders over one another, or one with itself, and how sure their differences are."""

from __future__ import annotations

from dataclasses import replace

from core.domain.periods import Comparison
from core.domain.views import Alignment, Screen, View
from core.insight.audience import Audience, audience
from core.insight.compare_sheets import difference_sheet
from core.insight.comparison import Compared, compared, gaps
from core.insight.desk import Desk
from core.reports.parts.compare import over_places
from core.web import opening
from core.web.context import PageContext
from core.web.parts import charts, downloads, states
from core.web.parts.header import section
from core.web.parts.markup import draw, esc, facts, named
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
        meant=_meant,
    )


def _meant(desk: Desk, view: View) -> Audience:
    """Return whom a view means; days before matter only to one order laid over itself."""
    if view.align is Alignment.CALENDAR and len(view.orders) == 1:
        return audience(desk, view)
    return replace(audience(desk, replace(view, comparison=Comparison.NONE)), view=view)


def _draw(ctx: PageContext, desk: Desk, whom: Audience) -> None:
    found = compared(desk, whom)
    choosing.draw(whom.view, found)
    if found.lineup.lack:
        choosing.draw_lack(ctx, desk, whom, found.lineup.lack)
        return
    _draw_lines(found)
    for sentence in gaps(found):
        states.partial(sentence)
    if not found.common:
        states.empty("Fewer than two lines have a day in common that is loaded.")
        return
    charts.places(over_places(found), key="compare.lines")
    section("Differences", beside=_told_of(found))
    differences.draw(found)
    downloads.sheet_menu(
        ctx, lambda: difference_sheet(found), name="differences", key="compare.differences.file"
    )


def _draw_lines(found: Compared) -> None:
    """Print who is compared over which days."""
    if found.lineup.left_out:
        states.notice("warn", _left_out(found))
    lines = (line.contender for line in (*found.lines, *found.unloaded))
    draw(facts(*((one.name, named(str(one.days))) for one in lines)))


def _left_out(found: Compared) -> str:
    count = found.lineup.left_out
    if found.lineup.alignment is Alignment.EVENT:
        return f"{count} orders in other currencies are left out: amounts are never added up."
    return f"At most eight orders are compared at once; {count} more were left out."


def _told_of(found: Compared) -> str:
    days = len(found.common)
    if days == found.told_of:
        return f"over {days} days of each"
    return esc(f"over the {days} of {found.told_of} days that every line knows")
