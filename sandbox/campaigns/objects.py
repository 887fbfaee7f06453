"""Orders, line items and creatives in the unified API's words, as they stand at an instant."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from sandbox.world.entities import (
    APPROVED,
    ENABLED,
    Advertiser,
    Book,
    Fee,
    Flight,
    LineItem,
    Order,
    Placing,
)
from sandbox.world.identifiers import long_id
from sandbox.world.rates import Stage
from sandbox.world.timeline import Timeline

AD_PRODUCT = "AMAZON_DSP"
Json = dict[str, Any]
_GOALS = {
    Stage.AWARENESS: "AWARENESS",
    Stage.CONSIDERATION: "CONSIDERATION",
    Stage.CONVERSION: "CONVERSIONS",
}
_PRIMARY = {
    "DISPLAY": "DISPLAY", "ONLINE_VIDEO": "VIDEO_OLV", "STREAMING_TV": "VIDEO_STV",
    "AUDIO": "AUDIO",
}  # fmt: skip
_AD_TYPES = {
    "Image": ("DISPLAY", "displayCreative"),
    "Responsive eCommerce": ("COMPONENT", "componentCreative"),
    "Third party": ("THIRD_PARTY", "thirdPartyCreative"),
    "Video": ("VIDEO", "videoCreative"),
    "Audio": ("AUDIO", "audioCreative"),
}
_SOURCES = {"oo": "AMAZON", "web": "THIRD_PARTY_EXCHANGE"}


@dataclass(frozen=True)
class Catalogue:
    """One advertiser's objects at an instant; what was not created yet is not there."""

    book: Book
    at: datetime

    @property
    def orders(self) -> tuple[Order, ...]:
        return tuple(order for order in self.book.orders if order.created <= self.at)

    def campaigns(self) -> Iterable[Json]:
        """Return the orders."""
        return (self._campaign(order) for order in self.orders)

    def ad_groups(self) -> Iterable[Json]:
        """Return the line items."""
        return (self._ad_group(o, line) for o in self.orders for line in o.line_items)

    def ads(self) -> Iterable[Json]:
        """Return the creatives."""
        return (_ad(order, placing, self.at) for order, _, placing in self._places())

    def associations(self) -> Iterable[Json]:
        """Return which creative runs in which line item."""
        return (_association(line, placing, self.at) for _, line, placing in self._places())

    def targets(self) -> Iterable[Json]:
        """Return what line items aim at."""
        return (t for order in self.orders for line in order.line_items for t in _targets(line))

    def moderations(self) -> Iterable[Json]:
        """Return the approval of each creative, as the older creative API tells it."""
        return (_moderation(line, placing, self.at) for _, line, placing in self._places())

    def _places(self) -> Iterable[tuple[Order, LineItem, Placing]]:
        return ((o, line, p) for o in self.orders for line in o.line_items for p in line.placings)

    @property
    def _advertiser(self) -> Advertiser:
        return self.book.advertiser

    def _campaign(self, order: Order) -> Json:
        currency = self._advertiser.currency
        budgets = [flight.budget for flight in order.flights]
        return {
            "campaignId": order.order_id,
            "adProduct": AD_PRODUCT,
            "name": order.name,
            "state": order.state.at(self.at),
            "status": _campaign_status(order, self.at),
            "startDateTime": _written(order.start),
            "endDateTime": _last_second(order.end),
            "countries": [self._advertiser.seat.country],
            "marketplaces": [self._advertiser.seat.country],
            "purchaseOrderNumber": order.external_id,
            "tags": [],
            "targetsAmazonDeal": False,
            "creationDateTime": _written(order.created),
            "lastUpdatedDateTime": _updated(order.created, self.at, order.state, *budgets),
            "flights": [_flight(flight, currency, self.at) for flight in order.flights],
            "budgets": _caps(order, currency),
            "frequencies": _frequencies(order),
            "fees": _agency_fees(order),
            "optimizations": _optimizations(order, currency),
        }

    def _ad_group(self, order: Order, line: LineItem) -> Json:
        currency = self._advertiser.currency
        maximum = {} if line.max_bid is None else {"maxAverageBid": float(line.max_bid)}
        return {
            "adGroupId": line.line_item_id,
            "campaignId": order.order_id,
            "adProduct": AD_PRODUCT,
            "name": line.name,
            "state": line.state.at(self.at),
            "status": _ad_group_status(order, line, self.at),
            "inventoryType": line.mix.inventory,
            "startDateTime": _written(line.start),
            "endDateTime": _last_second(line.end),
            "bid": {"baseBid": float(line.bid.at(self.at)), **maximum, "currencyCode": currency},
            "budgets": _line_budgets(order, line, currency, self.at),
            "frequencies": [],
            "pacing": {"deliveryProfile": line.pacing},
            "optimization": {
                "bidStrategy": "USE_CAMPAIGN_STRATEGY",
                "budgetSettings": {"budgetAllocation": order.allocation},
            },
            "creativeRotationType": line.rotation,
            "advertisedProductCategoryIds": [long_id("category", order.stage)],
            "fees": [*_amazon_fees(), *(_third_party_fee(fee) for fee in line.fees)],
            "targetingSettings": _TARGETING,
            "tags": [],
            "creationDateTime": _written(order.created),
            "lastUpdatedDateTime": _updated(
                order.created, self.at, line.state, line.bid, line.budget
            ),
        }


_TARGETING: Json = {
    "amazonViewability": {"viewabilityTier": "ALL_TIERS", "includeUnmeasurableImpressions": True},
    "timeZoneType": "ADVERTISER_REGION",
    "userLocationSignal": "MULTIPLE_SIGNALS",
    "videoCompletionTier": "ALL_TIERS",
    "defaultAudienceTargetingMatchType": "EXACT",
    "enableLanguageTargeting": False,
}


def _flight(flight: Flight, currency: str, at: datetime) -> Json:
    return {
        "flightId": flight.flight_id,
        "name": flight.name,
        "startDateTime": _written(flight.start),
        "endDateTime": _last_second(flight.end),
        "budget": _money(flight.budget.at(at), currency),
    }


def _money(amount: Decimal, currency: str) -> Json:
    monetary = {"currencyCode": currency, "value": float(amount)}
    value = {"monetaryBudgetValue": {"monetaryBudget": monetary}}
    return {"budgetType": "MONETARY", "budgetValue": value}


def _caps(order: Order, currency: str) -> list[Json]:
    if order.daily_cap is None:
        return []
    return [{**_money(order.daily_cap, currency), "recurrenceTimePeriod": "DAILY"}]


def _line_budgets(order: Order, line: LineItem, currency: str, at: datetime) -> list[Json]:
    if order.allocation == "AUTO":
        return []
    return [{**_money(line.budget.at(at), currency), "recurrenceTimePeriod": "LIFETIME"}]


def _frequencies(order: Order) -> list[Json]:
    if order.frequency is None:
        return []
    most, count, unit = order.frequency
    return [
        {
            "eventMaxCount": most,
            "timeCount": count,
            "timeUnit": unit,
            "frequencyTargetingSetting": "USER",
        }
    ]


def _agency_fees(order: Order) -> list[Json]:
    if not order.agency_fee:
        return []
    return [
        {
            "feeType": "AGENCY",
            "feeValueType": "PERCENTAGE_OF_BUDGET",
            "feeValue": float(order.agency_fee),
        }
    ]


def _amazon_fees() -> list[Json]:
    return [{"feeType": AD_PRODUCT, "feeValueType": "PERCENTAGE_OF_SUPPLY_COST", "feeValue": 5.0}]


def _third_party_fee(fee: Fee) -> Json:
    return {
        "feeType": fee.kind,
        "feeValueType": "FIXED_CPM",
        "feeValue": fee.cpm,
        "thirdPartyProvider": fee.provider,
        "addToBudgetSpentAmount": fee.adds_to_budget,
    }


def _optimizations(order: Order, currency: str) -> Json:
    value = {} if order.kpi_value is None else {"kpiValue": float(order.kpi_value)}
    primary = sorted({_PRIMARY[line.mix.inventory] for line in order.line_items})
    return {
        "bidSettings": {"bidStrategy": order.bid_strategy},
        "budgetSettings": {
            "budgetAllocation": order.allocation,
            "flightBudgetRolloverStrategy": order.rollover,
        },
        "goalSettings": {
            "goal": _GOALS[order.stage],
            "kpi": order.kpi,
            **value,
            "currencyCode": currency,
        },
        "primaryInventoryTypes": primary,
    }


def _campaign_status(order: Order, at: datetime) -> Json:
    if at >= order.end:
        return _status("NOT_DELIVERING", "ENDED")
    if order.state.at(at) != ENABLED:
        return _status("NOT_DELIVERING", "CAMPAIGN_PAUSED")
    if at < order.start:
        return _status("NOT_DELIVERING", "PENDING_START_DATE")
    states = [_ad_group_status(order, line, at)["deliveryStatus"] for line in order.line_items]
    if set(states) == {"NOT_DELIVERING"}:
        return _status("NOT_DELIVERING", "AD_GROUPS_NOT_DELIVERING")
    return _status("DELIVERING" if set(states) == {"DELIVERING"} else "LIMITED")


def _ad_group_status(order: Order, line: LineItem, at: datetime) -> Json:
    if at >= line.end:
        return _status("NOT_DELIVERING", "ENDED")
    if at < line.start:
        return _status("NOT_DELIVERING", "PENDING_START_DATE")
    if line.state.at(at) != ENABLED:
        return _status("NOT_DELIVERING", "AD_GROUP_PAUSED")
    if order.state.at(at) != ENABLED:
        return _status("NOT_DELIVERING", "CAMPAIGN_PAUSED")
    if any(p.creative.moderation.at(at) != APPROVED for p in line.placings):
        return _status("LIMITED", "AD_REJECTED")
    return _status("DELIVERING")


def _status(delivery: str, *reasons: str) -> Json:
    return {"deliveryStatus": delivery, "deliveryReasons": list(reasons)}


def _ad(order: Order, placing: Placing, at: datetime) -> Json:
    creative = placing.creative
    ad_type, member = _AD_TYPES[creative.kind]
    width, _, height = creative.size.partition("x")
    return {
        "adId": creative.creative_id,
        "adProduct": AD_PRODUCT,
        "adType": ad_type,
        "name": creative.name,
        "state": ENABLED,
        "creative": {
            member: {
                "language": creative.language,
                "sizes": [{"width": int(width), "height": int(height)}],
            }
        },
        "tags": [],
        "creationDateTime": _written(order.created),
        "lastUpdatedDateTime": _updated(order.created, at, creative.moderation),
    }


def _association(line: LineItem, placing: Placing, at: datetime) -> Json:
    approved = placing.creative.moderation.at(at) == APPROVED
    status = _status("DELIVERING") if approved else _status("NOT_DELIVERING", "AD_REJECTED")
    weight = {"weight": placing.weight} if line.rotation == "WEIGHTED" else {}
    return {
        "adAssociationId": placing.association_id,
        "adId": placing.creative.creative_id,
        "adGroupId": line.line_item_id,
        "adProduct": AD_PRODUCT,
        "state": placing.state.at(at),
        "status": status,
        **weight,
        "startDateTime": _written(line.start),
        "endDateTime": _last_second(line.end),
    }


def _targets(line: LineItem) -> list[Json]:
    kind = line.mix.key.partition("-")[0]
    source = "DEAL" if line.deal else _SOURCES.get(kind, "APD")
    found = [_target(line, "inventorySourceTarget", {"inventorySourceType": source})]
    for segment in line.segments:
        audience = {"audienceId": {"defaultValue": segment.segment_id}, "groupId": "1"}
        found.append(_target(line, "audienceTarget", audience))
    return found


_TARGET_TYPES = {"inventorySourceTarget": "INVENTORY_SOURCE", "audienceTarget": "AUDIENCE"}


def _target(line: LineItem, member: str, details: Json) -> Json:
    return {
        "targetId": long_id(line.line_item_id, "target", sorted(map(str, details.values()))),
        "adGroupId": line.line_item_id,
        "adProduct": AD_PRODUCT,
        "targetLevel": "AD_GROUP",
        "targetType": _TARGET_TYPES[member],
        "negative": False,
        "state": ENABLED,
        "targetDetails": {member: details},
    }


def _moderation(line: LineItem, placing: Placing, at: datetime) -> Json:
    creative = placing.creative
    approved = creative.moderation.at(at) == APPROVED
    status = "APPROVED" if approved else "REJECTED"
    experience = {
        "adExperience": "STREAMING_TV_VIDEO"
        if line.mix.inventory == "STREAMING_TV"
        else {"ONLINE_VIDEO": "ONLINE_VIDEO", "AUDIO": "AUDIO"}.get(
            line.mix.inventory, "STANDARD_DISPLAY"
        ),
        "reasons": [] if approved else [creative.reason],
        "moderationStatus": status,
    }
    return {
        "adCreativeId": creative.creative_id,
        "adCreativeModerationStatus": status,
        "adExperiences": [experience],
    }


def _updated(created: datetime, at: datetime, *timelines: Timeline[Any]) -> str:
    changes = [timeline.changed_by(at) for timeline in timelines]
    return _written(max([created, *(change for change in changes if change)]))


def _written(instant: datetime) -> str:
    return instant.strftime("%Y-%m-%dT%H:%M:%SZ")


def _last_second(end: datetime) -> str:
    return _written(end - timedelta(seconds=1))
