"""What would become of a flight with another budget, another last day, other bids.

Nothing here is sent anywhere. Budget and days are arithmetic. What a bid brings is not known:
Amazon tells nothing of the auctions that were lost. It is assumed that spend moves at least in
proportion to the bid (the same impressions at the new price) and at most with its square (as
many more impressions as the price is higher), so the answer is a range.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal

from core.domain.flights import SMALLEST, Span, day_span, days_in, shaped_days
from core.domain.spend_shape import EVEN, SpendShape
from core.errors import UserError

ASSUMPTION = (
    "It is assumed that spend follows a bid at least in proportion and at most with its square; "
    "Amazon tells nothing of lost auctions, so this is a range and no promise."
)
BID_MOST = Decimal(3)  # three times the bid: beyond, the assumption says nothing
BID_LEAST = Decimal("-0.9")
DAYS_MOST = 400
_NOTHING = Decimal(0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """A flight as it stands after its last whole day.

    `rate` is spend on an ordinary day, None where none is known; `next_day` the first day left.
    `end` is when it ends on `last_day`, None for the end of that day.
    """

    budget: Decimal
    spent: Decimal
    rate: Decimal | None
    next_day: date
    last_day: date
    zone: str
    shape: SpendShape = EVEN
    end: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """What is tried: the effective budget, the last day, and bids by a fraction (0.1 is more)."""

    budget: Decimal
    last_day: date
    bid: Decimal = _NOTHING


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """Where it ends. `low` and `high` differ only where bids were changed; None without a rate.

    `needed_per_day` is the plain mean of the days left; None when none is left.
    """

    budget: Decimal
    days_left: Decimal
    needed_per_day: Decimal | None
    low: Decimal | None
    high: Decimal | None

    @property
    def gaps(self) -> tuple[Decimal, Decimal] | None:
        """Return projected spend less budget, the lesser first; minus is unspent."""
        if self.low is None or self.high is None:
            return None
        return self.low - self.budget, self.high - self.budget


def what_if(now: Standing, change: Change) -> Outcome:
    """Return the outcome of a change.

    Raises UserError for a budget lowered below what is spent, a last day that is over or far away,
    and a bid beyond what the assumption speaks of.
    """
    if change.budget < min(now.budget, now.spent):
        raise UserError("A budget cannot be lower than what is spent already.")
    if not 0 <= (change.last_day - now.next_day).days + 1 <= DAYS_MOST:
        raise UserError(f"The last day lies between yesterday and {DAYS_MOST} days from now.")
    if not BID_LEAST <= change.bid <= BID_MOST:
        raise UserError("Bids are tried from 90 % lower to three times higher.")
    rest = _rest(now, change.last_day)
    left = days_in(rest, now.zone)
    ordinary = shaped_days(rest, now.zone, now.shape)
    rates = () if now.rate is None else _rates(now.rate, change.bid)
    ends = [(now.spent + rate * ordinary).quantize(SMALLEST) for rate in rates]
    return Outcome(
        budget=change.budget,
        days_left=left,
        needed_per_day=max(_NOTHING, change.budget - now.spent) / left if left else None,
        low=min(ends, default=None),
        high=max(ends, default=None),
    )


def bid_to_end_on_budget(now: Standing) -> tuple[Decimal, Decimal] | None:
    """Return by which fractions bids would have to change to spend the budget, the lesser first.

    None where nothing is spent now, no day is left, or the budget is gone.
    """
    ordinary = shaped_days(_rest(now, now.last_day), now.zone, now.shape)
    left = now.budget - now.spent
    if not now.rate or not ordinary or left <= 0:
        return None
    wanted = left / (now.rate * ordinary)
    ends = sorted((wanted - 1, wanted.sqrt() - 1))
    return ends[0], ends[1]


def _rest(now: Standing, last_day: date) -> Span:
    if last_day < now.next_day:
        start = day_span(now.next_day, now.zone).start
        return Span(start, start)
    whole = Span(day_span(now.next_day, now.zone).start, day_span(last_day, now.zone).end)
    if now.end is None or last_day != now.last_day:
        return whole
    return replace(whole, end=now.end)


def _rates(rate: Decimal, bid: Decimal) -> tuple[Decimal, Decimal]:
    factor = 1 + bid
    return rate * factor, rate * factor * factor
