"""The endpoints that were shut off: unknown by default, with the old names when believed alive."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import httpx
import pytest

from sandbox.legacy.names import column_of
from tests.sandbox.client import Amazon, report

BODY = {
    "startDate": "2026-06-01",
    "endDate": "2026-06-14",
    "type": "CAMPAIGN",
    "dimensions": ["ORDER", "LINE_ITEM"],
    "timeUnit": "DAILY",
    "metrics": ["impressions", "clickThroughs", "totalCost", "dpv14d", "totalSales14d",
                "amazonPlatformFee"],
}  # fmt: skip
ACCEPT = {"Accept": "application/vnd.dspcreatereports.v3+json"}


def entity(amazon: Amazon) -> str:
    profile = amazon.get("/v2/profiles").json()[0]
    return str(profile["accountInfo"]["id"])


def created(amazon: Amazon, **changed: Any) -> httpx.Response:
    path = f"/accounts/{entity(amazon)}/dsp/reports"
    return amazon.post(path, headers=ACCEPT, json={**BODY, **changed})


def test_the_old_endpoints_are_unknown_unless_believed_alive(agency: Amazon) -> None:
    assert created(agency).status_code == 404
    assert agency.get("/dsp/orders/", scope=agency.profile).status_code == 404


def test_an_old_report_has_old_names_number_ids_and_milliseconds(agency: Amazon) -> None:
    agency.sandbox.control("beliefs", {"legacy_endpoints": True})
    taken = created(agency)
    agency.sandbox.advance(seconds=10)
    path = f"/accounts/{entity(agency)}/dsp/reports/{taken.json()['reportId']}"
    done = agency.get(path, headers={"Accept": "application/vnd.dspgetreports.v3+json"}).json()
    rows = httpx.get(done["location"], trust_env=False).json()
    third = agency.rows(
        report(
            agency.advertisers,
            [
                "date",
                "lineItemId",
                "clicks",
                "totalSales",
                "detailPageViews",
                "amazonDSPConsoleFee",
            ],
            group_by=("campaign", "ad"),
        )
    )

    assert taken.status_code == 202
    assert (taken.json()["status"], done["status"]) == ("IN_PROGRESS", "SUCCESS")
    known = {(r["date"], r["lineItemId"]): r for r in third}
    assert len(rows) >= len(third) > 50
    for row in rows:
        day = datetime.fromtimestamp(row["date"] / 1000, UTC).date().isoformat()
        other = known.get((day, str(row["lineItemId"])))
        assert isinstance(row["orderId"], int)
        if other:
            assert row["clickThroughs"] == other["clicks"]
            assert row["totalSales14d"] == other["totalSales"]
            assert row["dpv14d"] == other["detailPageViews"]
            assert row["amazonPlatformFee"] == other["amazonDSPConsoleFee"]


def test_a_default_or_unknown_field_is_refused_as_a_metric(agency: Amazon) -> None:
    agency.sandbox.control("beliefs", {"legacy_endpoints": True})

    answer = created(agency, metrics=["orderId", "newName"])

    assert answer.status_code == 400
    error = answer.json()["errors"][0]
    assert error["errorType"] == "REQUEST_BODY_FIELD_INVALID_METRICS"
    assert error["message"] == (
        "Request body field 'metrics' has invalid values: [orderId, newName]"
    )


def test_the_second_tenants_entity_is_refused(agency: Amazon, other_agency: Amazon) -> None:
    agency.sandbox.control("beliefs", {"legacy_endpoints": True})
    path = f"/accounts/{entity(agency)}/dsp/reports"

    assert other_agency.post(path, headers=ACCEPT, json=BODY).status_code == 403


def test_orders_are_listed_in_the_old_form(agency: Amazon) -> None:
    agency.sandbox.control("beliefs", {"legacy_endpoints": True})

    answer = agency.get(
        "/dsp/orders/", scope=agency.profile, params={"advertiserIdFilter": agency.advertisers[0]}
    )

    assert answer.json()["totalResults"] == len(answer.json()["response"]) > 5
    assert answer.json()["response"][0]["budget"]["totalBudgetAmount"] > 0


@pytest.mark.parametrize(
    ("legacy", "column"),
    [("atc14d", "addToCart"), ("atcClicks14d", "addToCartClicks"), ("dpv14d", "detailPageViews"),
     ("dpvViews14d", "detailPageViewViews"), ("pRPVr14d", "productReviewPageVisitRate"),
     ("videoComplete", "videoAdComplete"), ("videoStreams14d", "videoStreams"),
     ("brandSearch14d", "brandSearches"), ("brandSearchViews14d", "brandSearchesViews"),
     ("totalPRPVClicks14d", "totalProductReviewPageVisitsClicks"), ("ROAS14d", "ROAS"),
     ("totalSubscribeAndSaveSubscriptionViews14d", "totalSubscribeAndSaveViews"),
     ("newToBrandPurchases14d", "newToBrandPurchases"), ("surveyStart14d", None)],
)  # fmt: skip
def test_old_names_map_to_the_documented_columns(legacy: str, column: str | None) -> None:
    assert column_of(legacy) == column
