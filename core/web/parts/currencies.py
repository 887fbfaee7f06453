"""A screen of one currency at a time: which one it is, and the way to the others."""

from __future__ import annotations

from dataclasses import replace

from core.domain.views import View, query
from core.insight.audience import Audience, Group
from core.web.context import PageContext
from core.web.parts.markup import draw, esc, link


def draw_others(ctx: PageContext, whom: Audience) -> None:
    """Say that the first currency is drawn and lead to the others; nothing where there is one."""
    first, *others = whom.groups
    if not others:
        return
    screen = whom.view.screen.value
    ways = "".join(
        link(ctx.path(screen, **query(_only(whom.view, group))), group.currency, style="button")
        for group in others
    )
    draw(
        f'<div class="fd-actions"><span>These are the advertisers in {esc(first.currency)}'
        f"; amounts of several currencies are never added up. Others:</span>{ways}</div>"
    )


def _only(view: View, group: Group) -> View:
    return replace(view, advertisers=tuple(str(a.advertiser_id) for a in group.advertisers))
