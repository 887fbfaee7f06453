"""The funnel: what was seen, looked at, bought, and bought by new customers; each step's rate.

Every step counts the whole brand (promoted products and halo), so that one may be held against
the next. The steps are events of the days shown, not one set of people followed through them: a
purchase stands on its own day, up to fourteen days after the ad.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from core.domain.catalogue import metric
from core.domain.formats import relative_change
from core.domain.metrics import Metric, Stage
from core.insight.audience import Audience, Group
from core.insight.desk import Desk
from core.insight.history import Amount, Figure, history

_STEPS = (
    (Stage.AWARENESS, "impressions", "", "ecpm"),
    (Stage.CONSIDERATION, "total_detail_page_views", "total_dpvr", "total_ecpdpv"),
    (Stage.CONVERSION, "total_purchases", "", "total_ecpp"),
    (Stage.NEW_TO_BRAND, "total_new_to_brand_purchases", "total_ntb_percent", "total_ntb_ecpp"),
)


@dataclass(frozen=True, slots=True)
class StepRate:
    """How many of a step came for each one of the step before; None over nothing."""

    value: Decimal | None
    alike: Decimal | None
    before: Decimal | None

    @property
    def change(self) -> Decimal | None:
        """Return the relative change of the rate, None where nothing can be compared."""
        return relative_change(self.alike, self.before)


@dataclass(frozen=True, slots=True)
class FunnelStep:
    """One stage: its count, what one of it costs, and its rate on the step before.

    `rate` is None for the first step.
    """

    stage: Stage
    count: Figure
    cost: Figure
    rate: StepRate | None


@dataclass(frozen=True, slots=True)
class Funnel:
    """The steps of one currency, widest first."""

    group: Group
    steps: tuple[FunnelStep, ...]


def funnel(desk: Desk, whom: Audience, group: Group) -> Funnel:
    """Return the funnel of a group over the days shown; counts are None where nothing is known."""
    counts = [metric(count) for _, count, _, _ in _STEPS]
    costs = [metric(cost) for _, _, _, cost in _STEPS]
    found = history(desk, group, whom.days, (*counts, *costs))
    steps = []
    last: Figure | None = None
    for place, (stage, *_) in enumerate(_STEPS):
        count = found.figure(counts[place])
        steps.append(FunnelStep(stage, count, found.figure(costs[place]), _rate(count, last)))
        last = count
    return Funnel(group, tuple(steps))


def named_rate(step: FunnelStep) -> Metric | None:
    """Return the metric of the catalogue that a step's rate is, None where it has none."""
    keys = {stage: rate for stage, _, rate, _ in _STEPS}
    return metric(keys[step.stage]) if keys[step.stage] else None


def _rate(count: Figure, last: Figure | None) -> StepRate | None:
    if last is None:
        return None
    return StepRate(
        _over(count.value, last.value),
        _over(count.alike, last.alike),
        _over(count.before, last.before),
    )


def _over(part: Amount, whole: Amount) -> Decimal | None:
    return None if part is None or not whole else Decimal(part) / Decimal(whole)
