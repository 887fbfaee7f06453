"""Reports of the unified API: numbered refusals, other names, the same figures."""

from __future__ import annotations

import csv
import gzip
import io
import json
from collections import defaultdict
from decimal import Decimal
from typing import Any

import httpx
import pytest

from tests.sandbox.client import Amazon, Row, report

FIELDS = [
    "date.value",
    "campaign.id",
    "campaign.name",
    "adProduct.value",
    "budgetCurrency.value",
    "metric.impressions",
    "metric.totalCost",
    "metric.sales",
    "metric.salesPromoted",
]


# Without it the query tells of global accounts alone.
_REGIONAL = {"isGlobalAccountFilter": {"include": [False]}}


def needs(field: str, companion: str) -> str:
    """The live text of a missing companion."""
    return f"400006: field {field} cannot be used without also including fields: ({companion})"


def account(amazon: Amazon) -> str:
    """The account id of the agency's advertiser."""
    answer = amazon.post("/adsApi/v1/query/advertiserAccounts", json=_REGIONAL).json()
    mine = amazon.advertisers[0]
    return next(
        str(a["advertiserAccountId"])
        for a in answer["advertiserAccounts"]
        if a["alternateIds"][0].get("dspAdvertiserId") == mine
    )


def wanted(amazon: Amazon, fields: list[str] = FIELDS, **changed: Any) -> dict[str, Any]:
    days = changed.pop("days", ("2026-06-01", "2026-06-14"))
    one = {
        "format": "GZIP_JSON",
        "periods": [{"datePeriod": {"startDate": days[0], "endDate": days[1]}}],
        "query": {"fields": fields},
        **changed,
    }
    return {"accessRequestedAccounts": [{"advertiserAccountId": account(amazon)}], "reports": [one]}


def finished(amazon: Amazon, body: dict[str, Any]) -> dict[str, Any]:
    created = amazon.post("/adsApi/v1/create/reports", json=body)
    assert created.status_code == 207, created.text
    assert created.json()["error"] is None
    report_id = created.json()["success"][0]["report"]["reportId"]
    amazon.sandbox.advance(seconds=10)
    answer = amazon.post("/adsApi/v1/retrieve/reports", json={"reportIds": [report_id]})
    done: dict[str, Any] = answer.json()["success"][0]["report"]
    return done


def fetched(part: dict[str, Any]) -> bytes:
    return httpx.get(part["url"], trust_env=False).raise_for_status().content


def rows_of(amazon: Amazon, body: dict[str, Any]) -> list[Row]:
    parts = finished(amazon, body)["completedReportParts"]
    return [row for part in parts for row in json.loads(gzip.decompress(fetched(part)))]


def test_a_unified_report_says_what_version_3_says_under_other_names(agency: Amazon) -> None:
    """`sales` without more is the total with the brand halo here."""
    unified = rows_of(agency, wanted(agency))
    third = agency.rows(
        report(
            agency.advertisers,
            ["date", "orderId", "impressions", "totalCost", "totalSales", "sales"],
            group_by=("campaign",),
        )
    )

    assert set(unified[0]) == set(FIELDS)
    assert {row["adProduct.value"] for row in unified} == {"Amazon DSP"}
    one = {(r["date.value"], r["campaign.id"]): r for r in unified}
    other = {(r["date"], r["orderId"]): r for r in third}
    assert one.keys() == other.keys()
    for key, row in one.items():
        assert row["metric.impressions"] == other[key]["impressions"]
        assert row["metric.totalCost"] == other[key]["totalCost"]
        assert row["metric.sales"] == other[key]["totalSales"]
        assert row["metric.salesPromoted"] == other[key]["sales"]


def test_a_report_passes_through_its_states_and_has_signed_parts(agency: Amazon) -> None:
    created = agency.post("/adsApi/v1/create/reports", json=wanted(agency)).json()
    pending = created["success"][0]["report"]
    done = finished(agency, wanted(agency))

    assert pending["status"] == "PENDING"
    assert pending["query"] == {"fields": FIELDS}
    assert done["status"] == "COMPLETED"
    part = done["completedReportParts"][0]
    assert part["sizeInBytes"] == len(fetched(part))
    assert part["urlExpirationDateTime"] == "2026-06-15T15:00:10.000Z"


def test_months_and_years_beyond_the_95_days_are_sums_of_days(agency: Amazon) -> None:
    days = ("2026-03-01", "2026-04-30")
    fields = ["campaign.id", "metric.impressions"]
    monthly = rows_of(agency, wanted(agency, ["month.value", *fields], days=days))
    daily = rows_of(agency, wanted(agency, ["date.value", *fields], days=days))
    whole = rows_of(agency, wanted(agency, ["dateRange.value", *fields], days=days))

    summed: dict[str, int] = defaultdict(int)
    for row in daily:
        summed[row["date.value"][:7]] += row["metric.impressions"]
    by_month: dict[str, int] = defaultdict(int)
    for row in monthly:
        by_month[row["month.value"]] += row["metric.impressions"]
    assert by_month == summed
    assert set(by_month) == {"2026-03", "2026-04"}
    assert sum(r["metric.impressions"] for r in whole) == sum(summed.values())


def test_null_is_not_applicable_and_zero_is_measured(agency: Amazon) -> None:
    fields = [
        "dateRange.value",
        "campaign.id",
        "metric.impressions",
        "metric.completionRateVideoAd",
        "metric.completeViewsVideoAd",
    ]
    rows = rows_of(agency, wanted(agency, fields))

    display = [r for r in rows if r["metric.completeViewsVideoAd"] == 0]
    assert display
    assert all(r["metric.completionRateVideoAd"] is None for r in display)


def test_a_cut_has_its_own_dimensions(agency: Amazon) -> None:
    fields = ["dateRange.value", "campaign.id", "supplySource.name", "metric.impressions"]
    rows = rows_of(agency, wanted(agency, fields))

    assert {"Amazon.com", "Google AdX"} <= {row["supplySource.name"] for row in rows}


def test_filters_keep_and_drop(agency: Amazon) -> None:
    everything = rows_of(agency, wanted(agency))
    one = everything[0]["campaign.id"]

    def on(field: str, values: list[str], *, drops: bool = False) -> list[Row]:
        written = {
            "on": {"field": field, "comparisonOperator": "IN", "not": drops, "values": values}
        }
        return rows_of(agency, wanted(agency, query={"fields": FIELDS, "filter": written}))

    assert {r["campaign.id"] for r in on("campaign.id", [one])} == {one}
    assert one not in {r["campaign.id"] for r in on("campaign.id", [one], drops=True)}
    assert len(on("adProduct.value", ["AMAZON_DSP"])) == len(everything)
    assert on("adProduct.value", ["SPONSORED_PRODUCTS"]) == []


def test_money_can_be_converted(agency: Amazon) -> None:
    fields = [
        "dateRange.value",
        "campaign.id",
        "budgetCurrency.value",
        "convertedCurrency.value",
        "metric.totalCost",
        "metric.totalCostConverted",
    ]
    rows = rows_of(agency, wanted(agency, fields, currencyOfView="EUR"))

    for row in rows:
        assert row["convertedCurrency.value"] == "EUR"
        ratio = row["metric.totalCostConverted"] / row["metric.totalCost"]
        assert ratio == pytest.approx(1 / 1.087, rel=1e-5)


def test_csv_quotes_everything_and_parts_can_be_asked_for(agency: Amazon) -> None:
    done = finished(agency, wanted(agency, format="PARTITIONED_CSV"))

    text = b"".join(map(fetched, done["completedReportParts"])).decode()
    rows = list(csv.DictReader(io.StringIO(text)))

    assert text.startswith('"date.value","campaign.id"')
    assert Decimal(rows[0]["metric.totalCost"]) > 0


@pytest.mark.parametrize(
    ("fields", "code", "said"),
    [
        (["date.value", "campaign.id", "metric.totalCost"], "400006",
         needs("metric.totalCost", "budgetCurrency.value")),
        (["date.value", "campaign.name", "metric.impressions"], "400006",
         needs("campaign.name", "campaign.id")),
        (["date.value", "campaign.id", "metric.foo"], "400005",
         "400005: field metric.foo is unknown"),
        (["date.value", "campaign.id", "targetId"], "400013",
         "400013: field targetId has invalid format"),
        (["date.value", "campaign.id"], "400014", "400014: at least one metric is required"),
        (["date.value", "metric.impressions"], "400015",
         "400015: at least one level of detail is required"),
        (["campaign.id", "metric.impressions"], "400016",
         "400016: at least one time dimension is required"),
        (["date.value", "campaign.id", "campaign.id", "metric.clicks"], "400011",
         "400011: field campaign.id is duplicated"),
        (["date.value", "supplySource.name", "country.name", "metric.clicks"], "400004",
         "400004: the dimensions are incompatible with each other"),
        (["date.value", "siteApp.value", "metric.userReach"], "400004",
         "400004: field metric.userReach is incompatible with the other dimensions"),
        (["campaign.id", "campaign.name"], "400100", None),
    ],
)  # fmt: skip
def test_each_wrong_choice_of_fields_has_its_number(
    agency: Amazon, fields: list[str], code: str, said: str | None
) -> None:
    answer = agency.post("/adsApi/v1/create/reports", json=wanted(agency, fields))

    assert answer.status_code == 400
    assert answer.json()["code"] == code
    if said:
        assert answer.json()["message"] == said


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"days": ("2026-06-02", "2026-06-01")}, "400007"),
        ({"days": ("2026-07-02", "2026-07-03")}, "400009"),
        ({"days": ("2024-01-01", "2024-01-02")}, "400025"),
        ({"days": ("2026-01-01", "2026-06-01")}, "400025"),
        ({"format": "XLSX"}, "400017"),
        ({"query": {"fields": FIELDS, "filter": {"or": []}}}, "400021"),
        ({"periods": []}, "400000"),
    ],
)
def test_each_other_mistake_has_its_number(
    agency: Amazon, changed: dict[str, Any], code: str
) -> None:
    answer = agency.post("/adsApi/v1/create/reports", json=wanted(agency, **changed))

    assert (answer.status_code, answer.json()["code"]) == (400, code)


def test_accounts_are_limited_and_must_be_ones_own(agency: Amazon, other_agency: Amazon) -> None:
    body = wanted(agency)
    foreign = {
        **body,
        "accessRequestedAccounts": [
            {"advertiserAccountId": account(other_agency)} for _ in range(1)
        ],
    }
    many = {**body, "accessRequestedAccounts": body["accessRequestedAccounts"] * 6}

    def code(amazon: Amazon, sent: dict[str, Any]) -> str:
        return str(amazon.post("/adsApi/v1/create/reports", json=sent).json()["code"])

    assert code(other_agency, body) == "400026"
    assert code(agency, many) == "400019"
    # The agency reads this one through its manager account: reports are allowed.
    assert agency.post("/adsApi/v1/create/reports", json=foreign).status_code == 207


def test_one_id_is_retrieved_at_a_time_and_strangers_find_nothing(
    agency: Amazon, other_agency: Amazon
) -> None:
    report_id = finished(agency, wanted(agency))["reportId"]
    path = "/adsApi/v1/retrieve/reports"

    two = agency.post(path, json={"reportIds": [report_id, report_id]})
    stranger = other_agency.post(path, json={"reportIds": [report_id]}).json()
    gone = agency.post("/adsApi/v1/delete/reports", json={"reportIds": [report_id]})

    assert (two.status_code, two.json()["code"]) == (400, "400000")
    assert stranger["error"][0]["errors"][0]["code"] == "404001"
    assert gone.json()["success"][0]["reportId"] == report_id
    assert agency.post(path, json={"reportIds": [report_id]}).json()["success"] is None
