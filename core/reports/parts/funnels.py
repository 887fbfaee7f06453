"""The funnel as a strip of figures, each with its rate on the step before."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from core.domain.formats import change, exact, percent
from core.domain.metrics import Stage, Unit
from core.insight.performance.funnel import Funnel, FunnelStep, StepRate
from core.reports.figures import Tile, Tone
from core.reports.words import about, brief, moved, shown, tone_of, trail

STAGES = {
    Stage.AWARENESS: "Awareness",
    Stage.CONSIDERATION: "Consideration",
    Stage.CONVERSION: "Purchase",
    Stage.NEW_TO_BRAND: "New-to-brand",
}
CAPTION = (
    "Whole brand: promoted products and halo. A step's rate is its events for each one of the step "
    "before, over the same days; it does not follow one set of people, since a purchase may come "
    "up to 14 days after the ad."
)


@dataclass(frozen=True, slots=True)
class StripStep:
    """One stage as it is drawn: its tile, and how many came of the step before it.

    `rate` is "" for the first step; `rate_meaning` says what it is of what.
    """

    stage: str
    tile: Tile
    rate: str = ""
    rate_change: str = ""
    rate_tone: Tone = "neutral"
    rate_meaning: str = ""


def funnel_strip(found: Funnel, words: str) -> Iterator[StripStep]:
    """Yield the steps, widest first; `words` say what changes are held against."""
    last: FunnelStep | None = None
    for step in found.steps:
        yield _step(step, last, found.group.currency, words)
        last = step


def _step(step: FunnelStep, last: FunnelStep | None, currency: str, words: str) -> StripStep:
    stage, tile = STAGES[step.stage], _tile(step, currency, words)
    if step.rate is None or last is None:
        return StripStep(stage, tile)
    told = step.rate.change
    return StripStep(
        stage,
        tile,
        rate=exact(step.rate.value, Unit.RATE),
        rate_change=_moved(step.rate, words),
        rate_tone="neutral" if not told else "good" if told > 0 else "bad",
        rate_meaning=f"{step.count.metric.name} for each of {last.count.metric.name.lower()}",
    )


def _moved(rate: StepRate, words: str) -> str:
    """Return the change of a rate, short: its words stand in the tiles beside it."""
    if not words or rate.before is None:
        return ""
    return change(rate.alike, rate.before, "").strip().removeprefix("n/a")


def _tile(step: FunnelStep, currency: str, words: str) -> Tile:
    entry, cost = step.count.metric, step.cost
    held = (
        f" ({percent(abs(cost.change))} {'more' if cost.change > 0 else 'less'})"
        if (cost.change)
        else ""
    )
    return Tile(
        label=entry.name,
        figure=brief(entry, step.count.value, currency),
        exact=shown(entry, step.count.value, currency),
        change=moved(step.count, words),
        tone=tone_of(entry, step.count.change),
        trail=trail(step.count.trail),
        note=f"{cost.metric.label} {shown(cost.metric, cost.value, currency)}{held}",
        meaning=about(entry),
    )


def funnel_tiles(found: Funnel, words: str) -> Iterator[Tile]:
    """Yield the steps as tiles, each with its rate on the step before in its note."""
    for step in funnel_strip(found, words):
        told = " ".join(filter(None, (step.rate, "of the step before", step.rate_change)))
        note = f"{told}. {step.tile.note}" if step.rate else step.tile.note
        yield replace(step.tile, label=f"{step.stage}: {step.tile.label}", note=note)
