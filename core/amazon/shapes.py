"""From the unified campaign API's objects to the product's entities.

What Amazon leaves out stays None. A word that would change money if guessed (a budget's period,
a rollover) is refused; other unknown words read as unknown.

Source: Amazon Ads API documentation, unified API: campaign, ad group, ad, ad association.
"""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal, InvalidOperation
from typing import Any

from core.amazon import wire
from core.domain.entities import (
    AdAssociation,
    Allocation,
    Approval,
    Bid,
    Budget,
    BudgetCap,
    CapPeriod,
    Creative,
    DeliveryStatus,
    Fee,
    FeeBasis,
    FeeKind,
    Flight,
    FrequencyCap,
    LineItem,
    Order,
    Rollover,
    State,
)
from core.errors import Upstream

_REVIEWS = {
    "not_approved": Approval.REJECTED,
    "approved_with_exceptions": Approval.APPROVED,
    "pending_review": Approval.PENDING,
    "under_review": Approval.PENDING,
    "component_not_yet_moderated": Approval.PENDING,
}
_REJECTION = ("REJECT", "NOT_APPROVED", "DISAPPROVED")


def order(item: wire.Record, advertiser_id: str) -> Order:
    """Return the order that a campaign object describes. Raises Upstream when it cannot be read."""
    budgets = wire.inner(item, "optimizations", "budgetSettings")
    goal = wire.inner(item, "optimizations", "goalSettings")
    flights_seen = flights(item, advertiser_id)
    target = _amount(goal.get("kpiValue"))
    return Order(
        entity_id=wire.id_text(item, "campaignId", "campaigns"),
        advertiser_id=advertiser_id,
        name=wire.text(item, "name"),
        state=State(wire.text(item, "state")),
        currency=_currency(item, flights_seen),
        start=moment(item.get("startDateTime")),
        end=moment(item.get("endDateTime")),
        caps=_caps(item),
        fees=_fees(item),
        frequency_caps=_frequency_caps(item),
        rollover=_word(Rollover, budgets.get("flightBudgetRolloverStrategy")) or Rollover.NO,
        allocation=_word(Allocation, budgets.get("budgetAllocation")),
        bid_strategy=wire.maybe(wire.inner(item, "optimizations", "bidSettings"), "bidStrategy"),
        goal=wire.maybe(goal, "goal"),
        kpi=wire.maybe(goal, "kpi"),
        kpi_target=target,
        kpi_currency=wire.maybe(goal, "currencyCode"),
        inventory_types=wire.texts(wire.inner(item, "optimizations"), "primaryInventoryTypes"),
        countries=wire.texts(item, "countries"),
        marketplaces=wire.texts(item, "marketplaces"),
        delivery_status=_delivery(item),
        delivery_reasons=_reasons(item),
        purchase_order=wire.maybe(item, "purchaseOrderNumber"),
        created_at=moment(item.get("creationDateTime")),
        updated_at=moment(item.get("lastUpdatedDateTime")),
    )


def flights(item: wire.Record, advertiser_id: str) -> tuple[Flight, ...]:
    """Return the flights of a campaign object, in Amazon's order; empty when it has none."""
    campaign = wire.id_text(item, "campaignId", "campaigns")
    return tuple(
        _flight(one, campaign, advertiser_id)
        for one in wire.records(item.get("flights"), "flights")
    )


def line_item(item: wire.Record, advertiser_id: str) -> LineItem:
    """Return the line item that an ad group object describes. Raises Upstream as `order` does."""
    targeting = wire.inner(item, "targetingSettings")
    settings = wire.inner(item, "optimization", "budgetSettings")
    bid = wire.inner(item, "bid")
    return LineItem(
        entity_id=wire.id_text(item, "adGroupId", "adGroups"),
        advertiser_id=advertiser_id,
        parent_id=wire.id_text(item, "campaignId", "adGroups"),
        name=wire.text(item, "name"),
        state=State(wire.text(item, "state")),
        inventory_type=wire.maybe(item, "inventoryType"),
        start=moment(item.get("startDateTime")),
        end=moment(item.get("endDateTime")),
        bid=_bid(bid) if bid else None,
        budget=_whole_budget(item),
        caps=_caps(item),
        fees=_fees(item),
        frequency_caps=_frequency_caps(item),
        allocation=_word(Allocation, settings.get("budgetAllocation")),
        daily_minimum_spend=_amount(settings.get("dailyMinSpendValue")),
        bid_strategy=wire.maybe(wire.inner(item, "optimization"), "bidStrategy"),
        delivery_profile=wire.maybe(wire.inner(item, "pacing"), "deliveryProfile"),
        creative_rotation=wire.maybe(item, "creativeRotationType"),
        viewability_tier=wire.maybe(wire.inner(targeting, "amazonViewability"), "viewabilityTier"),
        time_zone_kind=wire.maybe(targeting, "timeZoneType"),
        targeting_tactic=wire.maybe(targeting, "automatedTargetingTactic"),
        targeted_deal_id=wire.maybe(targeting, "targetedPGDealId"),
        delivery_status=_delivery(item),
        delivery_reasons=_reasons(item),
        created_at=moment(item.get("creationDateTime")),
        updated_at=moment(item.get("lastUpdatedDateTime")),
    )


def creative(item: wire.Record, advertiser_id: str) -> Creative:
    """Return the creative that an ad object describes."""
    inside = next(iter(_objects(wire.inner(item, "creative"))), {})
    return Creative(
        entity_id=wire.id_text(item, "adId", "ads"),
        advertiser_id=advertiser_id,
        name=wire.text(item, "name"),
        state=State(wire.text(item, "state")),
        creative_type=wire.maybe(item, "adType"),
        size=_size(inside),
        language=wire.maybe(inside, "language"),
        approval=_review_in(item),
        approval_reasons=_reasons(item) if _review_in(item) is Approval.REJECTED else (),
        delivery_status=_delivery(item),
        created_at=moment(item.get("creationDateTime")),
        updated_at=moment(item.get("lastUpdatedDateTime")),
    )


def association(item: wire.Record, advertiser_id: str) -> AdAssociation:
    """Return the creative on a line item that an ad association object describes."""
    review = _review_in(item)
    return AdAssociation(
        entity_id=wire.id_text(item, "adAssociationId", "adAssociations"),
        advertiser_id=advertiser_id,
        parent_id=wire.id_text(item, "adGroupId", "adAssociations"),
        state=State(wire.text(item, "state")),
        creative_id=wire.id_text(item, "adId", "adAssociations"),
        weight=_amount(item.get("weight")),
        start=moment(item.get("startDateTime")),
        end=moment(item.get("endDateTime")),
        approval=review,
        approval_reasons=_reasons(item) if review is Approval.REJECTED else (),
        delivery_status=_delivery(item),
        created_at=moment(item.get("creationDateTime")),
        updated_at=moment(item.get("lastUpdatedDateTime")),
    )


def approval(word: str) -> Approval:
    """Return what a word of Amazon's review means; an unknown one is UNKNOWN."""
    known = _REVIEWS.get(word.strip().lower().replace(" ", "_"))
    return known or Approval(word)


def moment(value: object) -> datetime | None:
    """Return an aware instant, None when absent. Raises Upstream for one that has no zone."""
    if value is None or value == "":
        return None
    try:
        found = datetime.fromisoformat(str(value))
    except ValueError:
        raise Upstream(f"Amazon wrote an instant we cannot read: {str(value)[:40]!r}.") from None
    if found.tzinfo is None:
        raise Upstream(f"Amazon wrote an instant without a zone: {str(value)[:40]!r}.")
    return found


def _flight(item: wire.Record, campaign_id: str, advertiser_id: str) -> Flight:
    start, end = moment(item.get("startDateTime")), moment(item.get("endDateTime"))
    amount = _money(wire.inner(item, "budget"))
    if start is None or end is None or amount is None:
        raise Upstream(f"A flight of order {campaign_id} lacks its dates or its budget.")
    return Flight(
        entity_id=wire.id_text(item, "flightId", "flights"),
        advertiser_id=advertiser_id,
        parent_id=campaign_id,
        name=wire.text(item, "name"),
        start=start,
        end=end,
        budget=amount,
    )


def _money(budget: wire.Record) -> Budget | None:
    """Return the amount inside Amazon's nested budget, None when there is none."""
    value = wire.inner(budget, "budgetValue", "monetaryBudgetValue", "monetaryBudget")
    amount = _amount(value.get("value"))
    return None if amount is None else Budget(amount, wire.text(value, "currencyCode"))


def _listed_budgets(item: wire.Record) -> list[tuple[CapPeriod, Budget]]:
    return [
        (_word(CapPeriod, one.get("recurrenceTimePeriod") or "LIFETIME"), amount)
        for one in wire.records(item.get("budgets"), "budgets")
        if (amount := _money(one)) is not None
    ]


def _whole_budget(item: wire.Record) -> Budget | None:
    whole = (b for period, b in _listed_budgets(item) if period is CapPeriod.LIFETIME)
    return next(whole, None)


def _caps(item: wire.Record) -> tuple[BudgetCap, ...]:
    """Return the budgets that cap; a line item's lifetime one is its budget instead."""
    is_line_item = "adGroupId" in item
    return tuple(
        BudgetCap(b.amount, b.currency, period)
        for period, b in _listed_budgets(item)
        if not (is_line_item and period is CapPeriod.LIFETIME)
    )


def _fees(item: wire.Record) -> tuple[Fee, ...]:
    return tuple(
        Fee(
            FeeKind(wire.text(one, "feeType")),
            FeeBasis(wire.text(one, "feeValueType")),
            _amount(one.get("feeValue")) or Decimal(0),
            wire.maybe(one, "thirdPartyProvider"),
            _flag(one.get("addToBudgetSpentAmount")),
        )
        for one in wire.records(item.get("fees"), "fees")
    )


def _frequency_caps(item: wire.Record) -> tuple[FrequencyCap, ...]:
    return tuple(
        FrequencyCap(
            int(_amount(one.get("eventMaxCount")) or 0),
            int(_amount(one.get("timeCount")) or 0),
            wire.text(one, "timeUnit"),
            wire.maybe(one, "frequencyTargetingSetting") or "USER",
        )
        for one in wire.records(item.get("frequencies"), "frequencies")
    )


def _bid(bid: wire.Record) -> Bid:
    return Bid(
        _amount(bid.get("baseBid")),
        _amount(bid.get("maxAverageBid")),
        wire.text(bid, "currencyCode"),
    )


def _currency(item: wire.Record, known: tuple[Flight, ...]) -> str:
    budgets = (one.budget.currency for one in known)
    caps = (cap.currency for cap in _caps(item))
    return next((currency for currency in (*budgets, *caps) if currency), "")


def _delivery(item: wire.Record) -> DeliveryStatus:
    return DeliveryStatus(wire.text(wire.inner(item, "status"), "deliveryStatus"))


def _reasons(item: wire.Record) -> tuple[str, ...]:
    return wire.texts(wire.inner(item, "status"), "deliveryReasons")


def _review_in(item: wire.Record) -> Approval:
    """Return the review an object carries: in words of its own, or among its delivery reasons."""
    status = wire.inner(item, "status")
    word = wire.maybe(item, "moderationStatus") or wire.maybe(status, "moderationStatus")
    if word:
        return approval(word)
    reasons = " ".join(_reasons(item)).upper()
    return Approval.REJECTED if any(mark in reasons for mark in _REJECTION) else Approval.UNKNOWN


def _word(kind: type[Any], value: object) -> Any:
    if value is None or value == "":
        return None
    try:
        return kind(str(value))
    except ValueError:
        raise Upstream(f"Amazon says {str(value)[:40]!r}, no {kind.__name__} we know.") from None


def _amount(value: object) -> Decimal | None:
    """Return a number exactly as written, whether it came as a number or as text."""
    if isinstance(value, dict):
        value = value.get("value")
    if value is None or value == "":
        return None
    try:
        return Decimal(str(value))
    except InvalidOperation:
        raise Upstream(f"Amazon wrote an amount we cannot read: {str(value)[:40]!r}.") from None


def _flag(value: object) -> bool | None:
    return value if isinstance(value, bool) else None


def _size(inside: wire.Record) -> str | None:
    for key in ("sizes", "creativeSizes"):
        for one in wire.records(inside.get(key), "ads"):
            return f"{wire.text(one, 'width')}x{wire.text(one, 'height')}"
    return None


def _objects(source: wire.Record) -> list[wire.Record]:
    return [value for value in source.values() if isinstance(value, dict)]
