"""Columns that describe rather than measure: names, ids, dates, budgets, states."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

from sandbox.world.entities import APPROVED, ENABLED, Advertiser, LineItem, Order, Placing

Value = str | int | float | None


@dataclass(frozen=True)
class Owner:
    """Whose row it is, and the instant at which the report was built."""

    advertiser: Advertiser
    at: datetime
    order: Order | None = None
    line: LineItem | None = None
    placing: Placing | None = None


def advertiser_columns() -> dict[str, Callable[[Owner], Value]]:
    """Return the columns that speak of the advertiser."""
    return {
        "advertiserId": lambda o: o.advertiser.advertiser_id,
        "advertiserName": lambda o: o.advertiser.name,
        "advertiserCountry": lambda o: o.advertiser.seat.country,
        "advertiserTimezone": lambda o: o.advertiser.timezone,
        "entityId": lambda o: o.advertiser.seat.entity_id,
        "marketplace": lambda o: o.advertiser.seat.country,
        "brandName": lambda o: o.advertiser.name,
        "orderCurrency": lambda o: o.advertiser.currency,
    }


def order_columns() -> dict[str, Callable[[Owner], Value]]:
    """Return the columns that speak of the order."""
    return {
        "orderId": _order(lambda o, _: o.order_id),
        "orderName": _order(lambda o, _: o.name),
        "orderExternalId": _order(lambda o, _: o.external_id),
        "orderStartDate": _order(lambda o, w: _local_day(o.start, w)),
        "orderEndDate": _order(lambda o, w: _last_day(o.end, w)),
        "orderBudget": _order(lambda o, w: _number(o.budget_at(w.at))),
        "proposalId": lambda _: None,
        "omsProposalId": lambda _: None,
    }


def line_columns() -> dict[str, Callable[[Owner], Value]]:
    """Return the columns that speak of the line item."""
    return {
        "lineItemId": _line(lambda i, _: i.line_item_id),
        "lineItemName": _line(lambda i, _: i.name),
        "lineItemExternalId": _line(lambda i, _: i.external_id),
        "lineItemStartDate": _line(lambda i, w: _local_day(i.start, w)),
        "lineItemEndDate": _line(lambda i, w: _last_day(i.end, w)),
        "lineItemBudget": _line(_budget),
        "lineItemBudgetCap": _line(_budget),
        "lineItemComment": _line(lambda i, _: i.comments),
        "lineItemComments": _line(lambda i, _: i.comments),
        "lineItemStatus": line_status,
        "lineItemType": _line(lambda i, _: i.mix.inventory),
        "lineItemLanguageTargeting": lambda o: o.advertiser.language,
        "lineItemApprovalStatus": approval,
        "omsLineItemId": lambda _: None,
        "targetDemographic": lambda o: (
            "Adults 25-54" if o.advertiser.traits.measures_demographics else None
        ),
    }


def creative_columns() -> dict[str, Callable[[Owner], Value]]:
    """Return the columns that speak of the creative."""
    return {
        "creativeId": _placing(lambda p: p.creative.creative_id),
        "creativeAdId": _placing(lambda p: p.creative.creative_ad_id),
        "creativeName": _placing(lambda p: p.creative.name),
        "creativeType": _placing(lambda p: p.creative.kind),
        "creativeSize": _placing(lambda p: p.creative.size),
        "creativeLanguage": _placing(lambda p: p.creative.language),
        "creativeWeight": lambda o: _weight(o),
    }


def line_status(owner: Owner) -> Value:
    """Return the line item's status at the instant of the report."""
    order, line = owner.order, owner.line
    if order is None or line is None:
        return None
    if owner.at >= line.end:
        return "ENDED"
    if owner.at < line.start:
        return "READY_TO_DELIVER"
    on = order.state.at(owner.at) == line.state.at(owner.at) == ENABLED
    return "DELIVERING" if on else "INACTIVE"


def approval(owner: Owner) -> Value:
    """Return whether the creatives of the line item were approved at the instant."""
    if owner.line is None:
        return None
    states = {p.creative.moderation.at(owner.at) for p in owner.line.placings}
    if states == {APPROVED}:
        return "APPROVED"
    return "PARTIALLY_APPROVED" if APPROVED in states else "REJECTED"


def _order(read: Callable[[Order, Owner], Value]) -> Callable[[Owner], Value]:
    return lambda owner: read(owner.order, owner) if owner.order else None


def _line(read: Callable[[LineItem, Owner], Value]) -> Callable[[Owner], Value]:
    return lambda owner: read(owner.line, owner) if owner.line else None


def _placing(read: Callable[[Placing], Value]) -> Callable[[Owner], Value]:
    return lambda owner: read(owner.placing) if owner.placing else None


def _weight(owner: Owner) -> Value:
    weighted = owner.line and owner.placing and owner.line.rotation == "WEIGHTED"
    return owner.placing.weight if weighted and owner.placing else None


def _budget(line: LineItem, owner: Owner) -> Value:
    budget = line.budget.at(owner.at)
    return _number(budget) if budget else None


def _local_day(instant: datetime, owner: Owner) -> str:
    return instant.astimezone(ZoneInfo(owner.advertiser.timezone)).date().isoformat()


def _last_day(end: datetime, owner: Owner) -> str:
    return _local_day(end - timedelta(seconds=1), owner)


def _number(amount: Decimal) -> float:
    return float(amount)
