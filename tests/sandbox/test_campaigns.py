"""Campaign queries: objects as of the clock, filters, pages, and who may not ask."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest

from tests.sandbox.client import Amazon

DSP = {"adProductFilter": {"include": ["AMAZON_DSP"]}}


def queried(amazon: Amazon, objects: str, **body: Any) -> list[dict[str, Any]]:
    """Return every object of all pages."""
    found: list[dict[str, Any]] = []
    token = None
    while True:
        sent = {**DSP, **body, **({"nextToken": token} if token else {})}
        answer = amazon.post(
            f"/adsApi/v1/query/{objects}", account=amazon.advertisers[0], json=sent
        )
        page = answer.raise_for_status().json()
        found += page[objects]
        token = page.get("nextToken")
        if token is None:
            return found


def by_label(amazon: Amazon, label: str) -> dict[str, Any]:
    """Return the order that the scenario wrote down under a label."""
    return next(c for c in queried(amazon, "campaigns") if f"_{label}_" in c["name"])


def test_pages_hold_every_object_once(agency: Amazon) -> None:
    whole = queried(agency, "adAssociations")
    paged = queried(agency, "adAssociations", maxResults=7)

    assert paged == whole
    assert len({a["adAssociationId"] for a in whole}) == len(whole) > 40


def test_the_levels_hang_together(agency: Amazon) -> None:
    orders = {c["campaignId"] for c in queried(agency, "campaigns")}
    lines = queried(agency, "adGroups")
    ads = {a["adId"] for a in queried(agency, "ads")}
    links = queried(agency, "adAssociations")

    assert {line["campaignId"] for line in lines} == orders
    assert {link["adGroupId"] for link in links} == {line["adGroupId"] for line in lines}
    assert {link["adId"] for link in links} == ads
    assert all(len(order) == 18 for order in orders)


def test_a_campaign_has_flights_budgets_and_settings_in_the_api_form(agency: Amazon) -> None:
    order = by_label(agency, "Plain-1")

    assert order["adProduct"] == "AMAZON_DSP"
    assert order["state"] == "ENABLED"
    assert order["status"]["deliveryStatus"] == "DELIVERING"
    flight = order["flights"][0]
    money = flight["budget"]["budgetValue"]["monetaryBudgetValue"]["monetaryBudget"]
    assert flight["budget"]["budgetType"] == "MONETARY"
    assert money["currencyCode"] == "USD"
    assert money["value"] > 0
    assert flight["startDateTime"].endswith("T08:00:00Z")  # midnight in Los Angeles, winter
    assert flight["endDateTime"].endswith(":59:59Z")
    assert order["fees"] == [
        {"feeType": "AGENCY", "feeValueType": "PERCENTAGE_OF_BUDGET", "feeValue": 10.0}
    ]
    settings = order["optimizations"]["budgetSettings"]
    assert settings == {
        "budgetAllocation": "MANUAL",
        "flightBudgetRolloverStrategy": "PRIOR_BUDGET_ROLLOVER",
    }


def test_every_rollover_and_allocation_occurs(agency: Amazon) -> None:
    settings = [c["optimizations"]["budgetSettings"] for c in queried(agency, "campaigns")]

    assert {s["flightBudgetRolloverStrategy"] for s in settings} == {
        "NO_ROLLOVER",
        "PRIOR_BUDGET_ROLLOVER",
        "CUMULATIVE_BUDGET_ROLLOVER",
    }
    assert {s["budgetAllocation"] for s in settings} == {"AUTO", "MANUAL"}


def test_two_flights_share_a_day_and_one_starts_at_mid_day(agency: Amazon) -> None:
    flights = by_label(agency, "Ended")["flights"]

    assert flights[0]["startDateTime"].endswith("T16:00:00Z")  # nine in Los Angeles, summer
    assert flights[0]["endDateTime"].endswith("T18:59:59Z")
    assert flights[1]["startDateTime"] == flights[0]["endDateTime"].replace("18:59:59", "19:00:00")


def test_automatic_allocation_leaves_line_items_without_a_budget(agency: Amazon) -> None:
    automatic = {
        c["campaignId"]
        for c in queried(agency, "campaigns")
        if c["optimizations"]["budgetSettings"]["budgetAllocation"] == "AUTO"
    }

    for line in queried(agency, "adGroups"):
        assert bool(line["budgets"]) is (line["campaignId"] not in automatic)


def test_third_party_fees_say_whether_they_count(agency: Amazon) -> None:
    fees = [fee for line in queried(agency, "adGroups") for fee in line["fees"]]
    third = {f["thirdPartyProvider"]: f for f in fees if f["feeType"] == "THIRD_PARTY_APPLIED"}

    assert third["DOUBLE_VERIFY"]["addToBudgetSpentAmount"] is True
    assert third["INTEGRAL_AD_SCIENCE"]["addToBudgetSpentAmount"] is False


def test_filters_narrow_and_are_limited(agency: Amazon) -> None:
    order = by_label(agency, "Plain-1")["campaignId"]
    lines = queried(agency, "adGroups", campaignIdFilter={"include": [order]})
    account = agency.advertisers[0]

    def refused(objects: str, body: dict[str, Any]) -> str:
        answer = agency.post(f"/adsApi/v1/query/{objects}", account=account, json=body)
        assert answer.status_code == 400
        return str(answer.json()["code"])

    assert {line["campaignId"] for line in lines} == {order}
    assert queried(agency, "campaigns", stateFilter={"include": ["ARCHIVED"]}) == []
    assert refused("campaigns", {}) == "FIELD_VALUE_IS_NULL"
    assert refused("campaigns", {**DSP, "maxResults": 101}) == "FIELD_VALUE_IS_OUT_OF_RANGE"
    many = {"include": [str(n) for n in range(101)]}
    assert refused("adGroups", {**DSP, "campaignIdFilter": many}) == "FIELD_SIZE_IS_OUT_OF_RANGE"
    assert refused("ads", {**DSP, "nextToken": "not a token"}) == "FIELD_VALUE_IS_INVALID"


def test_a_read_only_link_is_refused_with_403(agency: Amazon, reader: Amazon) -> None:
    account = agency.advertisers[0]

    answer = reader.post("/adsApi/v1/query/campaigns", account=account, json=DSP)

    assert answer.status_code == 403
    assert answer.json()["code"] == "FORBIDDEN"


def test_another_agencys_advertiser_is_refused(agency: Amazon, other_agency: Amazon) -> None:
    account = agency.advertisers[0]

    assert (
        other_agency.post("/adsApi/v1/query/campaigns", account=account, json=DSP).status_code
        == 403
    )
    assert agency.post("/adsApi/v1/query/campaigns", json=DSP).status_code == 400


def test_a_budget_raise_and_a_bid_cut_show_at_their_instants(agency: Amazon) -> None:
    def budget() -> float:
        flight = by_label(agency, "Budget-Raised")["flights"][0]
        value = flight["budget"]["budgetValue"]["monetaryBudgetValue"]["monetaryBudget"]["value"]
        return float(value)

    after = budget()
    updated = datetime.fromisoformat(by_label(agency, "Budget-Raised")["lastUpdatedDateTime"])
    agency.sandbox.advance(days=-7)
    agency.token = agency.refresh().json()["access_token"]

    assert after > 1.2 * budget()
    assert updated.isoformat() == "2026-06-09T22:20:00+00:00"


def test_a_bid_a_budget_and_a_state_change_within_a_day_of_the_start(agency: Amazon) -> None:
    def seen() -> tuple[float, float, str]:
        order = by_label(agency, "Plain-1")
        first, second = queried(
            agency, "adGroups", campaignIdFilter={"include": [order["campaignId"]]}
        )
        running = order["flights"][3]["budget"]["budgetValue"]["monetaryBudgetValue"]
        return (first["bid"]["baseBid"], running["monetaryBudget"]["value"], second["state"])

    bid, budget, state = seen()
    agency.sandbox.advance(days=1, hours=4)
    agency.token = agency.refresh().json()["access_token"]
    later_bid, later_budget, later_state = seen()

    assert later_bid == pytest.approx(1.12 * bid, abs=0.006)
    assert later_budget == pytest.approx(1.06 * budget, rel=0.01)
    assert (state, later_state) == ("ENABLED", "PAUSED")


def test_something_changes_almost_every_day(agency: Amazon) -> None:
    def latest() -> set[str]:
        items = [*queried(agency, "campaigns"), *queried(agency, "adGroups")]
        return {i["lastUpdatedDateTime"][:10] for i in items}

    assert len(latest()) >= 6


def test_a_rejected_creative_shows_in_association_and_moderation(agency: Amazon) -> None:
    account = agency.advertisers[0]
    links = queried(agency, "adAssociations")
    stopped = [a for a in links if a["status"]["deliveryStatus"] == "NOT_DELIVERING"]

    answer = agency.post(
        "/dsp/v1/adCreatives/moderations/list",
        scope=agency.profile,
        account=account,
        json={"adCreativeIdFilter": {"include": [stopped[0]["adId"]]}},
    ).json()

    assert len(stopped) == 1
    assert stopped[0]["status"]["deliveryReasons"] == ["AD_REJECTED"]
    status = answer["adCreativeStatuses"][0]
    assert answer["totalResults"] == 1
    assert status["adCreativeModerationStatus"] == "REJECTED"
    assert status["adExperiences"][0]["moderationStatus"] == "REJECTED"
    assert status["adExperiences"][0]["reasons"][0]


def test_hostile_names_arrive_as_they_were_typed(agency: Amazon) -> None:
    names = {c["name"] for c in queried(agency, "campaigns")}
    names |= {line["name"] for line in queried(agency, "adGroups")}
    creatives = {ad["name"] for ad in queried(agency, "ads")}

    assert {"-1+1", "@SUM(A1:A9)", "\tled by a tab", "\rled by a return"} <= creatives

    for fragment in (
        "=HYPERLINK(",
        "<script>alert(1)</script>",
        "+1 | -1+1 | @SUM(A1:A9)",
        "<img src=x onerror=alert(1)>",
        "$x^2$ :red[x]",
        "\nsecond line",
        "[x](javascript:alert(1))",
        "\U0001f680",
    ):
        assert any(fragment in name for name in names), fragment


def test_reads_may_lag_when_that_is_believed(agency: Amazon) -> None:
    agency.sandbox.control("clock", {"now": "2026-06-09T22:20:10+00:00"})
    agency.token = agency.refresh().json()["access_token"]
    now = by_label(agency, "Budget-Raised")["lastUpdatedDateTime"]
    agency.sandbox.control("beliefs", {"reads_lag_seconds": 30})

    assert now == "2026-06-09T22:20:00Z"
    assert by_label(agency, "Budget-Raised")["lastUpdatedDateTime"] != now


@pytest.mark.parametrize("objects", ["campaigns", "adGroups", "ads", "targets", "adAssociations"])
def test_every_kind_of_object_can_be_queried(agency: Amazon, objects: str) -> None:
    assert queried(agency, objects)
