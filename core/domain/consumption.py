"""What a flight's budget loses: more than Amazon's total cost where fees count against it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from core.domain.entities import Fee, FeeBasis, FeeKind

_NOTHING = Decimal(0)


@dataclass(frozen=True, slots=True)
class Delivered:
    """Sums of one line item over some days; None where Amazon reported nothing."""

    impressions: int
    total_cost: Decimal
    supply_cost: Decimal = _NOTHING
    third_party_fees: Decimal = _NOTHING
    agency_fee: Decimal | None = None


def budget_consuming_cost(
    delivered: Delivered,
    line_item_fees: Sequence[Fee] = (),
    order_fees: Sequence[Fee] | None = None,
) -> Decimal:
    """Return the money that counts against the flight's budget, in the order's currency.

    It is total cost; plus the third-party fees that the line item sets to count against its
    budget (`addToBudgetSpentAmount`); plus the agency's fee as the order defines it: the
    reported one, or where none is reported its percentage of the budget. `order_fees` is None
    when they may not be read: then the reported agency fee counts.

    Source: Amazon Ads API documentation, campaign management, fees of campaigns and ad groups.
    """
    media = delivered.total_cost + delivered.third_party_fees * _counted_share(
        delivered, line_item_fees
    )
    return media + _agency_fee(delivered, media, order_fees)


def _counted_share(delivered: Delivered, fees: Sequence[Fee]) -> Decimal:
    """Return which share of the third-party fees counts, by what each fee should come to.

    Amazon reports them as one sum; the line item says price and setting of each.
    """
    third = [fee for fee in fees if fee.kind.is_third_party]
    expected = {index: _expected(delivered, fee) for index, fee in enumerate(third)}
    whole = sum(expected.values(), _NOTHING)
    if not whole:
        counted = bool(third) and all(fee.counts_against_budget for fee in third)
        return Decimal(int(counted))
    counts = (expected[i] for i, fee in enumerate(third) if fee.counts_against_budget)
    return sum(counts, _NOTHING) / whole


def _expected(delivered: Delivered, fee: Fee) -> Decimal:
    if fee.basis is FeeBasis.FIXED_CPM:
        return fee.value * delivered.impressions / 1000
    if fee.basis is FeeBasis.PERCENT_OF_SUPPLY_COST:
        return fee.value * delivered.supply_cost / 100
    return _NOTHING


def _agency_fee(delivered: Delivered, media: Decimal, order_fees: Sequence[Fee] | None) -> Decimal:
    if order_fees is None:
        return delivered.agency_fee or _NOTHING
    agency = [fee for fee in order_fees if fee.kind is FeeKind.AGENCY]
    if not agency:
        return _NOTHING
    if delivered.agency_fee is not None:
        return delivered.agency_fee
    # p % of a budget goes to the agency and the rest buys media: media is (100 − p) % of it.
    percent = sum((fee.value for fee in agency), _NOTHING)
    return media * percent / (100 - percent)
