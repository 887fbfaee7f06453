"""Today so far: what the stream tells of days without a report, beside the period's figures."""

from __future__ import annotations

from core.domain.freshness import age_phrase
from core.insight.audience import Audience
from core.insight.desk import Desk
from core.insight.fresh import SoFar, hour_sheet, so_far
from core.reports.parts.fresh import so_far_tiles
from core.web.context import PageContext
from core.web.parts import downloads, tiles
from core.web.parts.header import section
from core.web.parts.markup import draw as draw_html


def draw(ctx: PageContext, desk: Desk, whom: Audience) -> None:
    """Draw the days of a single advertiser that no report tells of yet; nothing without a stream.

    The whole advertiser is told of, whatever orders the view is narrowed to.
    """
    found = so_far(desk, whom.advertisers[0])
    for day in found:
        section(_name(day), beside=_beside(ctx, day))
        tiles.row(list(so_far_tiles(day)), name=_name(day))
    if found:
        draw_html(
            '<p class="fd-muted">Provisional, from Amazon Marketing Stream, over all orders; not '
            "part of the figures above. Daily reports replace them.</p>"
        )
        downloads.sheet_menu(
            ctx, lambda: hour_sheet(found, whom.directory), name="hours so far",
            key="morning.so_far.file",
        )  # fmt: skip


def _name(day: SoFar) -> str:
    return "Today so far" if day.is_today else f"{day.day:%A, %-d %b}: no report yet"


def _beside(ctx: PageContext, day: SoFar) -> str:
    until = f"hours to {day.through:%H:%M} ({day.advertiser.timezone})"
    return f"Provisional · {until} · last heard of {age_phrase(day.updated_at, ctx.now)}"
