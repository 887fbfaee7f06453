"""Which orders a change comes from, so that the parts add up to the change exactly.

An order's part is its mix and its rate effect together (`core.domain.effects`): what it moved
beyond what its weight alone would have at the old ratio. Of a sum it is its own difference.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from core.domain.effects import Effect, effects
from core.domain.metrics import Metric
from core.insight.audience import Audience, Group
from core.insight.desk import Desk
from core.insight.history import measures
from core.insight.order_sums import OrderSums, order_sums


@dataclass(frozen=True, slots=True)
class Share:
    """One order's part of a change, in the metric's own unit."""

    order_id: str
    name: str
    effect: Effect

    @property
    def amount(self) -> Decimal:
        """Return the part as people are told it; `effect` is the exact one."""
        return decimal(self.effect.whole)


@dataclass(frozen=True, slots=True)
class Contribution:
    """A change and its parts, those that move it most first; together they are the change."""

    metric: Metric
    change: Decimal
    shares: tuple[Share, ...]

    @property
    def largest(self) -> Share | None:
        """Return the order that pulls hardest the way the whole went; None where none does."""
        return self._first(up=self.change > 0)

    @property
    def against(self) -> Share | None:
        """Return the order that pulls hardest the other way; None where none does."""
        return self._first(up=self.change <= 0)

    def _first(self, *, up: bool) -> Share | None:
        meant = (s for s in self.shares if s.effect.whole and (s.effect.whole > 0) is up)
        return next(meant, None)


def contribution(
    desk: Desk, audience: Audience, group: Group, entry: Metric, orders: frozenset[str] | None
) -> Contribution | None:
    """Return what the change of a metric comes from, among `orders` or all of a group.

    None when nothing can be compared, or the metric has no value on either side.
    """
    sums = order_sums(desk, group, measures(entry))
    meant = {o: s for o, s in sums.items() if orders is None or o in orders}
    parts = contributions(entry, meant)
    if parts is None:
        return None
    change = sum((part.whole for part in parts.values()), Fraction(0))
    names = audience.directory.orders
    shares = (Share(o, names[o].order.name if o in names else o, part) for o, part in parts.items())
    strongest_first = sorted(shares, key=lambda share: -abs(share.effect.whole))
    return Contribution(entry, decimal(change), tuple(strongest_first))


def contributions(entry: Metric, sums: Mapping[str, OrderSums]) -> dict[str, Effect] | None:
    """Return each order's part of a change; None when there is nothing to hold against."""
    compared = {o: s for o, s in sums.items() if s.before}
    return effects(
        entry,
        {o: s.alike for o, s in compared.items()},
        {o: s.before for o, s in compared.items()},
    )


def decimal(exact: Fraction) -> Decimal:
    """Return a fraction as a decimal of 28 digits."""
    return Decimal(exact.numerator) / Decimal(exact.denominator)
