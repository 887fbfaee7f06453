"""Orders, flights, line items, creatives: read whole, chunked, and said exactly."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal

import httpx
import pytest

from core.amazon import campaigns, shapes
from core.domain.entities import (
    Allocation,
    Approval,
    Bid,
    Budget,
    BudgetCap,
    CapPeriod,
    DeliveryStatus,
    Fee,
    FeeBasis,
    FeeKind,
    Flight,
    FrequencyCap,
    Rollover,
    State,
)
from core.errors import Forbidden, Upstream
from tests.unit.amazon.stage import Amazon, link


def money(value: object, currency: str = "USD") -> dict[str, object]:
    nested = {"monetaryBudget": {"currencyCode": currency, "value": value}}
    return {"budgetType": "MONETARY", "budgetValue": {"monetaryBudgetValue": nested}}


CAMPAIGN = {
    "campaignId": "583135750850324001",
    "adProduct": "AMAZON_DSP",
    "name": "=HYPERLINK(1)",
    "state": "ENABLED",
    "status": {"deliveryStatus": "LIMITED", "deliveryReasons": ["BUDGET"]},
    "startDateTime": "2026-01-01T08:00:00Z",
    "endDateTime": "2026-03-31T07:59:59Z",
    "countries": ["US"],
    "purchaseOrderNumber": "PO-1",
    "flights": [
        {
            "flightId": "1",
            "name": "Q1",
            "startDateTime": "2026-01-01T08:00:00Z",
            "endDateTime": "2026-03-31T07:59:59Z",
            "budget": money(12345.67),
        }
    ],
    "budgets": [{**money("500.25"), "recurrenceTimePeriod": "DAILY"}],
    "fees": [
        {"feeType": "AGENCY", "feeValueType": "PERCENTAGE_OF_BUDGET", "feeValue": 7.5},
    ],
    "frequencies": [{"eventMaxCount": 3, "timeCount": 1, "timeUnit": "DAYS"}],
    "optimizations": {
        "bidSettings": {"bidStrategy": "SPEND_BUDGET_IN_FULL"},
        "budgetSettings": {
            "budgetAllocation": "AUTO",
            "flightBudgetRolloverStrategy": "CUMULATIVE_BUDGET_ROLLOVER",
        },
        "goalSettings": {
            "goal": "CONVERSIONS",
            "kpi": "RETURN_ON_AD_SPEND",
            "kpiValue": 4.2,
            "currencyCode": "USD",
        },
        "primaryInventoryTypes": ["DISPLAY"],
    },
    "creationDateTime": "2025-12-20T00:00:00.123Z",
    "lastUpdatedDateTime": "2026-01-05T00:00:00Z",
}
AD_GROUP = {
    "adGroupId": 591846449645415195,
    "campaignId": "583135750850324001",
    "name": "LI",
    "state": "PAUSED",
    "status": {"deliveryStatus": "SOMETHING_NEW"},
    "inventoryType": "ONLINE_VIDEO",
    "bid": {"baseBid": 4.1, "maxAverageBid": 8, "currencyCode": "USD"},
    "budgets": [
        {**money(100), "recurrenceTimePeriod": "LIFETIME"},
        {**money(9), "recurrenceTimePeriod": "MONTHLY"},
    ],
    "fees": [
        {
            "feeType": "THIRD_PARTY_APPLIED",
            "feeValueType": "FIXED_CPM",
            "feeValue": "0.10",
            "thirdPartyProvider": "MEASURER",
            "addToBudgetSpentAmount": True,
        }
    ],
    "pacing": {"deliveryProfile": "EVEN"},
    "optimization": {"budgetSettings": {"budgetAllocation": "MANUAL", "dailyMinSpendValue": 5}},
    "targetingSettings": {"timeZoneType": "VIEWER", "amazonViewability": {"viewabilityTier": "T"}},
}
AD = {
    "adId": "700",
    "adType": "DISPLAY",
    "name": "banner",
    "state": "ENABLED",
    "creative": {
        "displayCreative": {"language": "en", "creativeSizes": [{"width": 300, "height": 250}]}
    },
}
ASSOCIATION = {
    "adAssociationId": "900",
    "adGroupId": "591846449645415195",
    "adId": "700",
    "state": "ENABLED",
    "weight": 50,
    "status": {"deliveryStatus": "NOT_DELIVERING", "deliveryReasons": ["AD_REJECTED: gambling"]},
}
MODERATION = {
    "adCreativeId": "700",
    "adCreativeModerationStatus": "NOT_APPROVED",
    "adExperiences": [{"adExperience": "STANDARD_DISPLAY", "reasons": ["price claim"]}],
}


def served(pages: dict[str, list[dict[str, object]]]):
    """An Amazon that serves each resource's pages in order."""
    left = {resource: list(listed) for resource, listed in pages.items()}

    def answer(request: httpx.Request) -> httpx.Response:
        resource = request.url.path.rsplit("/", 2)[-1]
        resource = "moderations" if "moderations" in request.url.path else resource
        if resource not in left:
            return httpx.Response(404, json={"code": "NOT_FOUND", "message": "no such"})
        return httpx.Response(200, json=left[resource].pop(0))

    return Amazon(answer)


def whole() -> dict[str, list[dict[str, object]]]:
    return {
        "campaigns": [{"campaigns": [CAMPAIGN]}],
        "adGroups": [{"adGroups": [AD_GROUP]}],
        "adAssociations": [{"adAssociations": [ASSOCIATION]}],
        "ads": [{"ads": [AD]}],
        "moderations": [{"adCreativeStatuses": [MODERATION]}],
    }


def test_an_order_is_read_with_its_money_exact_and_its_words_understood():
    found = campaigns.everything(link(served(whole())), "42", "11")
    (order,) = found.orders
    assert (order.entity_id, order.name, order.state) == (
        "583135750850324001",
        "=HYPERLINK(1)",
        State.ENABLED,
    )
    assert order.caps == (BudgetCap(Decimal("500.25"), "USD", CapPeriod.DAILY),)
    assert order.rollover is Rollover.CUMULATIVE
    assert order.allocation is Allocation.AUTO
    assert (order.goal, order.kpi, order.kpi_target) == (
        "CONVERSIONS",
        "RETURN_ON_AD_SPEND",
        Decimal("4.2"),
    )
    assert order.fees == (Fee(FeeKind.AGENCY, FeeBasis.PERCENT_OF_BUDGET, Decimal("7.5")),)
    assert order.frequency_caps == (FrequencyCap(3, 1, "DAYS"),)
    assert (order.delivery_status, order.delivery_reasons) == (DeliveryStatus.LIMITED, ("BUDGET",))
    assert (order.currency, order.purchase_order) == ("USD", "PO-1")
    assert order.created_at == datetime(2025, 12, 20, 0, 0, 0, 123000, tzinfo=UTC)


def test_a_flight_has_its_budget_and_its_order():
    found = campaigns.everything(link(served(whole())), "42", "11")
    assert found.flights == (
        Flight(
            entity_id="1",
            advertiser_id="42",
            parent_id="583135750850324001",
            name="Q1",
            start=datetime(2026, 1, 1, 8, tzinfo=UTC),
            end=datetime(2026, 3, 31, 7, 59, 59, tzinfo=UTC),
            budget=Budget(Decimal("12345.67"), "USD"),
        ),
    )


def test_a_line_item_tells_its_budget_from_its_caps():
    (item,) = campaigns.everything(link(served(whole())), "42", "11").line_items
    assert (item.entity_id, item.parent_id) == ("591846449645415195", "583135750850324001")
    assert item.budget == Budget(Decimal(100), "USD")
    assert item.caps == (BudgetCap(Decimal(9), "USD", CapPeriod.MONTHLY),)
    assert item.bid == Bid(Decimal("4.1"), Decimal(8), "USD")
    assert item.fees == (
        Fee(
            FeeKind.THIRD_PARTY_APPLIED,
            FeeBasis.FIXED_CPM,
            Decimal("0.10"),
            "MEASURER",
            counts_against_budget=True,
        ),
    )
    assert (item.state, item.delivery_status) == (State.PAUSED, DeliveryStatus.UNKNOWN)
    assert (item.daily_minimum_spend, item.time_zone_kind) == (Decimal(5), "VIEWER")
    assert (item.allocation, item.viewability_tier) == (Allocation.MANUAL, "T")


def test_a_rejected_creative_shows_on_the_creative_and_on_its_line_item():
    found = campaigns.everything(link(served(whole())), "42", "11")
    (creative,), (association,) = found.creatives, found.associations
    assert (creative.approval, creative.approval_reasons) == (Approval.REJECTED, ("price claim",))
    assert (creative.size, creative.language) == ("300x250", "en")
    assert association.approval is Approval.REJECTED
    assert association.approval_reasons == ("AD_REJECTED: gambling",)
    assert (association.creative_id, association.weight) == ("700", Decimal(50))


def test_a_review_that_amazon_refuses_to_tell_leaves_the_rest_standing():
    """Trap: the review of creatives lives in an older API that does not know every kind."""
    pages = whole()
    del pages["moderations"]
    (creative,) = campaigns.everything(link(served(pages)), "42", "11").creatives
    assert (creative.approval, creative.approval_reasons) == (Approval.UNKNOWN, ())


def test_a_creative_without_a_review_keeps_what_it_says_itself():
    pages = {**whole(), "moderations": [{"adCreativeStatuses": []}]}
    assert campaigns.everything(link(served(pages)), "42", "11").creatives[0].name == "banner"


def test_every_query_goes_to_the_advertiser_and_only_associations_leave_out_the_product():
    """Trap: associations know no ad product; every other query needs it."""
    amazon = served(whole())
    campaigns.everything(link(amazon), "42", "11")
    asked = {
        r.url.path.rsplit("/", 1)[-1]: b
        for r, b in zip(amazon.requests, amazon.bodies, strict=True)
    }
    assert [r.url.path for r in amazon.requests][:4] == [
        f"/adsApi/v1/query/{resource}"
        for resource in ("campaigns", "adGroups", "adAssociations", "ads")
    ]
    assert {r.headers["amazon-ads-accountid"] for r in amazon.requests} == {"42"}
    assert all("amazon-advertising-api-scope" not in r.headers for r in amazon.requests[:4])
    assert amazon.requests[4].headers["amazon-advertising-api-scope"] == "11"
    product = {"include": ["AMAZON_DSP"]}
    assert asked["campaigns"] == {"adProductFilter": product, "maxResults": 100}
    assert asked["adGroups"]["campaignIdFilter"] == {"include": ["583135750850324001"]}
    assert "adProductFilter" not in asked["adAssociations"]
    assert asked["ads"]["adIdFilter"] == {"include": ["700"]}


def test_pages_are_followed_and_ids_go_a_hundred_at_a_time():
    many = [{**CAMPAIGN, "campaignId": str(n), "flights": []} for n in range(150)]
    amazon = served(
        {
            "campaigns": [{"campaigns": many[:100], "nextToken": "t"}, {"campaigns": many[100:]}],
            "adGroups": [{"adGroups": []}, {"adGroups": []}],
        }
    )
    found = campaigns.everything(link(amazon), "42", "11")
    assert [o.entity_id for o in found.orders] == [str(n) for n in range(150)]
    bodies = amazon.bodies
    assert bodies[1]["nextToken"] == "t"
    assert [len(b["campaignIdFilter"]["include"]) for b in bodies[2:]] == [100, 50]


def test_a_read_only_link_is_told_apart_by_its_type():
    """Trap: a manager link reads reports and is forbidden every campaign query."""
    amazon = Amazon(httpx.Response(403, json={"code": "FORBIDDEN", "message": "read only"}))
    with pytest.raises(Forbidden):
        campaigns.everything(link(amazon), "42", "11")


def test_a_list_without_an_end_is_given_up():
    amazon = Amazon(httpx.Response(200, json={"campaigns": [], "nextToken": "again"}))
    with pytest.raises(Upstream, match="does not end"):
        campaigns.everything(link(amazon), "42", "11")


def test_targets_come_in_the_words_of_amazon():
    target = {
        "targetId": "5",
        "adGroupId": "9",
        "targetType": "AUDIENCE",
        "negative": True,
        "state": "ENABLED",
        "targetDetails": {"audienceTarget": {"groupId": "1"}},
    }
    amazon = served({"targets": [{"targets": [target]}]})
    (found,) = campaigns.targets(link(amazon), "42", ["9"])
    assert (found.target_id, found.line_item_id, found.kind) == ("5", "9", "AUDIENCE")
    assert (found.is_negative, found.details) == (True, {"audienceTarget": {"groupId": "1"}})


@pytest.mark.parametrize(
    "spoilt",
    [
        {"flights": [{"flightId": "1", "startDateTime": "2026-01-01T00:00:00Z"}]},
        {"flights": [{**CAMPAIGN["flights"][0], "startDateTime": "2026-01-01T00:00:00"}]},
        {"flights": [{**CAMPAIGN["flights"][0], "endDateTime": "soon"}]},
        {"budgets": [{**money(5), "recurrenceTimePeriod": "FORTNIGHTLY"}]},
        {"budgets": [{**money("five"), "recurrenceTimePeriod": "DAILY"}]},
        {"budgets": [{**money(True), "recurrenceTimePeriod": "DAILY"}]},
        {"optimizations": {"budgetSettings": {"flightBudgetRolloverStrategy": "SOMETIMES"}}},
    ],
)
def test_what_would_change_money_if_guessed_is_refused(spoilt):
    with pytest.raises(Upstream):
        shapes.order({**CAMPAIGN, **spoilt}, "42")


def test_a_bare_order_has_no_budget_of_its_own_and_no_guesses():
    order = shapes.order({"campaignId": 7}, "42")
    assert (order.caps, order.kpi, order.rollover, order.start) == ((), None, Rollover.NO, None)
    assert shapes.line_item({"adGroupId": 8, "campaignId": 7}, "42").budget is None
    assert shapes.creative({"adId": 9, "creative": {"x": {}}}, "42").size is None
    nothing = {"adGroupId": 8, "campaignId": 7, "budgets": [{"recurrenceTimePeriod": "DAILY"}]}
    assert shapes.line_item(nothing, "42").caps == ()


def test_a_minimum_may_come_as_an_object():
    settings = {"budgetSettings": {"dailyMinSpendValue": {"currencyCode": "USD", "value": "5.5"}}}
    item = shapes.line_item({"adGroupId": 8, "campaignId": 7, "optimization": settings}, "42")
    assert item.daily_minimum_spend == Decimal("5.5")


@pytest.mark.parametrize(
    ("word", "expected"),
    [
        ("APPROVED", Approval.APPROVED),
        ("APPROVED_WITH_EXCEPTIONS", Approval.APPROVED),
        ("NOT_APPROVED", Approval.REJECTED),
        ("Rejected", Approval.REJECTED),
        ("PENDING", Approval.PENDING),
        ("COMPONENT_NOT_YET_MODERATED", Approval.PENDING),
        ("A_NEW_WORD", Approval.UNKNOWN),
        ("", Approval.UNKNOWN),
    ],
)
def test_words_of_a_review(word, expected):
    assert shapes.approval(word) is expected


def test_an_object_may_carry_its_review_itself():
    assert shapes.creative({**AD, "moderationStatus": "REJECTED"}, "42").approval is (
        Approval.REJECTED
    )
