"""The way into the account, and the funnel."""

from __future__ import annotations

from collections.abc import Sequence

from core.domain.views import query
from core.insight.performance.funnel import Funnel
from core.insight.performance.levels import Step
from core.reports.parts.funnels import CAPTION, funnel_strip
from core.web.context import PageContext
from core.web.parts import funnel
from core.web.parts.markup import draw as draw_html
from core.web.parts.markup import esc, link, named


def draw(found: Funnel, words: str) -> None:
    """Draw the stages with the rate of each step; `words` say what changes are held against."""
    funnel.strip(list(funnel_strip(found, words)), name=f"Funnel, {found.group.currency}")


def draw_caption() -> None:
    """Draw what a step's rate is, and what it is not."""
    draw_html(f'<p class="fd-muted">{esc(CAPTION)}</p>')


def draw_way(ctx: PageContext, steps: Sequence[Step]) -> None:
    """Draw the steps from all orders down to here; nothing at the top."""
    if not steps:
        return
    *before, here = steps
    back = "".join(
        f"<li>{link(ctx.path('performance', **query(step.view)), step.words)}</li>"
        for step in before
    )
    last = f'<li aria-current="page">{named(here.words)}</li>'
    draw_html(f'<nav aria-label="The way back"><ol class="fd-way">{back}{last}</ol></nav>')
