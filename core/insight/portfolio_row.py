"""One advertiser's month, as the portfolio shows it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from core.domain.fx import Conversion
from core.domain.periods import DateRange
from core.insight.goals import Goals
from core.insight.history import Amount
from core.insight.known_days import KnownDays
from core.insight.order_table import OrderStatus
from core.store.accounts.advertisers import Advertiser

_CALLS = frozenset(status for status in OrderStatus if status.tone in {"bad", "warn"})


@dataclass(frozen=True, slots=True, kw_only=True)
class PortfolioRow:
    """One advertiser's month, in its own currency and its own days.

    month       the days of the month that are over; the whole month before on its first day
    spend       total cost over them
    planned     the even plan over those of them that are whole, `consumed` the budget-consuming
                spend of the planned orders over the same days
    projected   budget-consuming spend at the end of the month if running flights go on as in
                their last settled days, and those to come, or just begun, as planned;
                None while no day is known. `planned_month` is the plan
    statuses    how many running orders there are of each status
    is_loading  whether the first load is under way; nothing calls for anybody before its end
    conversion  how amounts came to the currency they are in, None for the advertiser's own
    """

    advertiser: Advertiser
    days: KnownDays
    month: DateRange
    spend: Amount
    planned: Decimal
    consumed: Decimal
    projected: Decimal | None
    planned_month: Decimal
    goals: Goals
    statuses: Mapping[OrderStatus, int]
    is_loading: bool = False
    conversion: Conversion | None = None

    @property
    def native_currency(self) -> str:
        """Return the currency that Amazon counts the advertiser's money in."""
        return self.advertiser.currency if self.conversion is None else self.conversion.base

    @property
    def of_plan(self) -> Decimal | None:
        """Return the budget-consuming spend as a share of the plan to date."""
        return self.consumed / self.planned if self.planned else None

    @property
    def calls(self) -> list[tuple[OrderStatus, int]]:
        """Return the statuses that ask for somebody, the most pressing first, with counts."""
        if self.is_loading:
            return []
        return [(s, n) for s, n in self.statuses.items() if s in _CALLS]

    @property
    def tone(self) -> str:
        """Return the tone of its most pressing status; good when orders run and none calls."""
        if self.calls:
            return self.calls[0][0].tone
        return "good" if self.statuses.get(OrderStatus.ON_PACE) else ""
