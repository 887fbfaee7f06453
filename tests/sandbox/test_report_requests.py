"""Asking for version 3 reports: both header modes, validation in Amazon's words, the life of a
report."""

from __future__ import annotations

import copy
import json
from typing import Any
from uuid import UUID

import pytest

from tests.sandbox.client import CREATE, Amazon, report

COLUMNS = ["date", "orderId", "impressions", "totalCost"]

FILTERED = (
    "configuration filters includes fields: (orderId) which are invalid for groupBys: campaign, "
    "ad, creative. Allowed filters for groupBy campaign, ad, creative: (advertiserId)"
)
TOO_OLD = (
    "startDate (2026-03-11) must be equal to or after report type data retention start date "
    "(2026-03-12)"
)


def invalid(name: str, value: str, allowed: str) -> str:
    return f"configuration {name} includes invalid values: ({value}). Allowed values: ({allowed})"


def body(amazon: Amazon, **changed: Any) -> dict[str, Any]:
    return report(amazon.advertisers, COLUMNS, **changed)


def refused(amazon: Amazon, wanted: dict[str, Any], **header: str) -> str:
    """Return the detail of a 400 in the reports' own form."""
    answer = amazon.create(wanted, **header)
    assert answer.status_code == 400, answer.text
    assert answer.json().keys() == {"code", "detail"}
    assert answer.json()["code"] == "400"
    return str(answer.json()["detail"])


def test_a_taken_report_echoes_its_configuration_and_is_pending(agency: Amazon) -> None:
    wanted = body(agency)

    taken = agency.create(wanted).json()

    assert str(UUID(taken["reportId"])) == taken["reportId"]
    assert taken["status"] == "PENDING"
    assert taken["configuration"] == wanted["configuration"]
    assert (taken["startDate"], taken["endDate"]) == (wanted["startDate"], wanted["endDate"])
    assert taken["name"] == "a report"
    assert taken["createdAt"] == taken["updatedAt"] == "2026-06-15T14:00:00.000Z"
    for name in ("url", "urlExpiresAt", "fileSize", "generatedAt", "failureReason"):
        assert taken[name] is None


def test_a_report_is_pending_then_processing_then_completed(agency: Amazon) -> None:
    report_id = agency.create(body(agency)).json()["reportId"]
    seen = []
    for seconds in (0, 0.6, 6):
        agency.sandbox.advance(seconds=seconds)
        seen.append(agency.status(report_id)["status"])

    assert seen == ["PENDING", "PROCESSING", "COMPLETED"]


def test_a_pending_report_can_be_cancelled_and_a_finished_one_cannot(agency: Amazon) -> None:
    path = f"/reporting/reports/{agency.create(body(agency)).json()['reportId']}"
    gone = agency._ask("DELETE", path, scope=agency.profile)
    done = agency.finished(body(agency))

    assert gone.json().keys() == {"code", "detail", "reportId"}
    assert agency.get(path, scope=agency.profile).status_code == 404
    late = agency._ask("DELETE", f"/reporting/reports/{done['reportId']}", scope=agency.profile)
    assert late.status_code == 400


def test_an_identical_request_in_work_is_a_425_naming_the_first(agency: Amazon) -> None:
    first = agency.create(body(agency)).json()["reportId"]
    again = agency.create(body(agency))
    other = agency.create(body(agency, end="2026-06-13"))
    agency.sandbox.advance(seconds=10)
    later = agency.create(body(agency))

    assert again.status_code == 425
    assert again.json() == {"code": "425", "detail": f"The Request is a duplicate of : {first}"}
    assert other.status_code == later.status_code == 200


def test_a_profile_opens_its_seats_advertisers_alone(agency: Amazon, other_agency: Amazon) -> None:
    foreign = report([*agency.advertisers, *other_agency.advertisers], COLUMNS)

    assert refused(agency, foreign) == "Invalid Advertiser or Marketplace ID."
    assert other_agency.create(body(other_agency)).status_code == 200


def test_an_account_header_opens_exactly_one_linked_advertiser(
    reader: Amazon, agency: Amazon
) -> None:
    alder = agency.advertisers[0]

    one = reader.create(report([alder], COLUMNS), account=alder)
    two = refused(reader, report([alder, "123456789012345678"], COLUMNS), account=alder)
    stranger = reader.create(report(["1"], COLUMNS), account="1")

    assert one.status_code == 200
    assert "exactly one value" in two
    assert stranger.status_code == 401


def test_both_headers_at_once_are_refused_and_none_is_a_401(agency: Amazon) -> None:
    alder = agency.advertisers[0]
    wanted = json.dumps(body(agency))
    media = {"Content-Type": CREATE}

    none = agency.post("/reporting/reports", headers=media, content=wanted)
    assert none.status_code == 401
    assert none.json()["details"] == "Scope header is missing"
    assert "Only one of the headers" in refused(
        agency, body(agency), scope=agency.profile, account=alder
    )


def test_a_body_of_another_media_type_is_a_415(agency: Amazon) -> None:
    answer = agency.post(
        "/reporting/reports",
        scope=agency.profile,
        headers={"Content-Type": "text/plain"},
        content=json.dumps(body(agency)),
    )

    assert answer.status_code == 415


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"adProduct": None},
         "Required fields are invalid or missing: configuration adProduct"),
        ({"columns": []}, "Required fields are invalid or missing: configuration columns"),
        ({"reportTypeId": "dspEverything"},
         "configuration reportTypeId is unknown or invalid"),
        ({"adProduct": "SPONSORED_PRODUCTS"},
         "configuration adProduct is not supported for this report type"),
        ({"timeUnit": "HOURLY"},
         invalid("timeUnit", "HOURLY", "DAILY, SUMMARY")),
        ({"format": "XLSX"},
         invalid("format", "XLSX", "CSV, GZIP_JSON")),
        ({"groupBy": ["campaign", "site"]},
         invalid("groupBy", "site", "ad, campaign, creative")),
        ({"filters": [{"field": "advertiserId", "values": ["x"]},
                      {"field": "orderId", "values": ["1"]}]},
         FILTERED),
        ({"filters": []},
         "Required fields are invalid or missing: configuration filters advertiserId"),
        ({"filters": [{"field": "advertiserId", "values": [str(n) for n in range(101)]}]},
         "configuration filters advertiserId cannot have more than 100 values"),
    ],
)  # fmt: skip
def test_each_wrong_configuration_is_named(
    agency: Amazon, change: dict[str, Any], said: str
) -> None:
    wanted = copy.deepcopy(body(agency))
    wanted["configuration"] |= change

    assert refused(agency, wanted) == said


def test_unknown_columns_are_named_first_and_the_allowed_ones_listed(agency: Amazon) -> None:
    wanted = report(agency.advertisers, ["date", "dpv14d", "impressions", "site"])

    said = refused(agency, wanted)

    assert said.startswith(
        "configuration columns includes invalid values: (dpv14d, site). Allowed values: (3PFees, "
    )
    assert "totalCost" in said


@pytest.mark.parametrize(
    ("time_unit", "column"),
    [("SUMMARY", "date"), ("DAILY", "intervalStart"), ("DAILY", "intervalEnd")],
)
def test_date_columns_belong_to_their_time_unit(
    agency: Amazon, time_unit: str, column: str
) -> None:
    wanted = report(agency.advertisers, ["impressions", column], time_unit=time_unit)

    assert f"invalid values: ({column})." in refused(agency, wanted)


def test_columns_of_a_groupby_need_the_groupby(agency: Amazon) -> None:
    wanted = report(agency.advertisers, ["date", "lineItemId"], group_by=("campaign",))

    assert "invalid values: (lineItemId)." in refused(agency, wanted)


@pytest.mark.parametrize(
    ("start", "end", "said"),
    [
        ("2026-05-01", "2026-06-01", "startDate to endDate range cannot exceed 31 days"),
        ("2026-06-10", "2026-06-09", "endDate must be equal to or after startDate"),
        ("2026-03-11", "2026-03-20",
         TOO_OLD),
        ("2026-06-10", "2026-06-30", "endDate (2026-06-30) cannot be in the future"),
        ("10.06.2026", "2026-06-12", "Required fields are invalid or missing: startDate"),
    ],
)  # fmt: skip
def test_range_and_retention_are_limited(agency: Amazon, start: str, end: str, said: str) -> None:
    assert refused(agency, body(agency, start=start, end=end)) == said


def test_the_oldest_day_and_the_longest_range_are_served(agency: Amazon) -> None:
    assert agency.create(body(agency, start="2026-03-12", end="2026-04-11")).status_code == 200


def test_inventory_needs_supply_source_or_site(agency: Amazon) -> None:
    wanted = report(
        agency.advertisers, ["date", "orderId"], kind="dspInventory", group_by=("campaign",)
    )

    assert refused(agency, wanted) == (
        "configuration groupBy must include one of: (supplySource, site)"
    )


def test_reach_is_grouped_in_three_ways_only(agency: Amazon) -> None:
    wanted = report(
        agency.advertisers,
        ["reach"],
        kind="dspReachFrequency",
        time_unit="SUMMARY",
        group_by=("advertiser", "supplySource", "frequencyGroup"),
    )

    assert refused(agency, wanted) == "configuration groupBy values cannot be combined"


def test_a_report_is_seen_by_its_own_user_alone(agency: Amazon, other_agency: Amazon) -> None:
    report_id = agency.create(body(agency)).json()["reportId"]
    path = f"/reporting/reports/{report_id}"

    stranger = other_agency.get(path, scope=other_agency.profile)

    assert stranger.status_code == 404
    assert stranger.json().keys() == {"code", "detail"}
    assert agency.get("/reporting/reports/not-a-uuid", scope=agency.profile).status_code == 400
