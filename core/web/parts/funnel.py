"""The funnel: a strip of stages, the rate of each step between them. One element for the strip."""

from __future__ import annotations

from collections.abc import Sequence

from core.reports.parts.funnels import StripStep
from core.web.parts.markup import draw, esc
from core.web.parts.tiles import tile_html


def strip(steps: Sequence[StripStep], *, name: str) -> None:
    """Draw the stages from the widest to the narrowest; nothing for none."""
    if steps:
        draw(strip_html(steps, name=name))


def strip_html(steps: Sequence[StripStep], *, name: str) -> str:
    """Return the strip as HTML: a list, so that its order is read out too."""
    body = "".join(f"<li>{_rate(step)}<h3>{esc(step.stage)}</h3>{tile_html(step.tile)}</li>"
                   for step in steps)  # fmt: skip
    return f'<ol class="fd-funnel" aria-label="{esc(name)}">{body}</ol>'


def _rate(step: StripStep) -> str:
    if not step.rate:
        return '<p class="fd-step fd-first"></p>'
    tone = f' class="fd-{step.rate_tone}"' if step.rate_tone in {"good", "bad"} else ""
    moved = f" <small{tone}>{esc(step.rate_change)}</small>" if step.rate_change else ""
    return f'<p class="fd-step" title="{esc(step.rate_meaning)}"><b>{esc(step.rate)}</b>{moved}</p>'
