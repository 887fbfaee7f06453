"""Beliefs: each switch changes what a client can notice from the figures, and nothing else."""

from __future__ import annotations

from collections import defaultdict
from decimal import Decimal
from typing import Any

import pytest

from tests.sandbox.client import Amazon, Row, report
from tests.sandbox_process import SandboxProcess


def believe(sandbox: SandboxProcess, **switches: Any) -> None:
    sandbox.control("beliefs", switches)


def summed(rows: list[Row], name: str, key: str = "date") -> dict[str, float]:
    totals: dict[str, float] = defaultdict(float)
    for row in rows:
        totals[row[key]] += row[name]
    return dict(totals)


def test_conversions_dated_by_traffic_stop_with_the_impressions(agency: Amazon) -> None:
    wanted = report(
        agency.advertisers,
        ["date", "orderId", "impressions", "totalDetailPageView"],
        group_by=("campaign",),
        start="2026-05-20",
        end="2026-06-14",
    )

    def after_the_end() -> int:
        return sum(r["totalDetailPageView"] for r in agency.rows(wanted) if not r["impressions"])

    by_conversion = after_the_end()
    believe(agency.sandbox, conversions_by="traffic")

    assert by_conversion > 10
    assert after_the_end() == 0


def test_both_datings_count_the_same_events_in_the_end(agency: Amazon) -> None:
    agency.sandbox.advance(days=60)
    agency.token = agency.refresh().json()["access_token"]
    wanted = report(
        agency.advertisers,
        ["totalDetailPageView"],
        group_by=("campaign",),
        start="2026-05-12",
        end="2026-06-11",
        time_unit="SUMMARY",
    )

    def events() -> int:
        return sum(row["totalDetailPageView"] for row in agency.rows(wanted))

    one = events()
    believe(agency.sandbox, conversions_by="traffic")

    assert events() == pytest.approx(one, rel=0.15)


def test_rates_as_percents_are_a_hundred_times_larger(agency: Amazon) -> None:
    wanted = report(
        agency.advertisers,
        ["clickThroughRate", "viewabilityRate", "eCPM"],
        group_by=("campaign",),
        time_unit="SUMMARY",
    )
    fractions = agency.rows(wanted)[0]
    believe(agency.sandbox, rates="percent")
    percents = agency.rows(wanted)[0]

    assert percents["clickThroughRate"] == pytest.approx(
        100 * fractions["clickThroughRate"], rel=1e-4
    )
    assert 40 < percents["viewabilityRate"] < 90
    assert percents["eCPM"] == fractions["eCPM"]


def test_ids_may_be_numbers_beyond_two_to_the_fifty_third(agency: Amazon) -> None:
    wanted = report(
        agency.advertisers,
        ["orderId", "lineItemId", "impressions"],
        group_by=("campaign", "ad"),
        time_unit="SUMMARY",
    )
    text = agency.rows(wanted)
    believe(agency.sandbox, ids="number")
    numbers = agency.rows(wanted)

    assert [r["orderId"] for r in numbers] == [int(r["orderId"]) for r in text]
    assert all(r["orderId"] > 2**53 for r in numbers)


def test_reach_over_six_months_does_not_follow_the_range(agency: Amazon) -> None:
    def reach(start: str) -> int:
        wanted = report(
            agency.advertisers,
            ["reach", "orderName"],
            group_by=("campaign",),
            time_unit="SUMMARY",
            start=start,
        )
        rows = {r["orderName"]: r["reach"] for r in agency.rows(wanted)}
        return int(next(v for name, v in rows.items() if "Plain-1" in name))

    short, long = reach("2026-06-08"), reach("2026-05-20")
    believe(agency.sandbox, reach_window="six_months")

    assert short < long
    assert reach("2026-06-08") == reach("2026-05-20") > long


def test_viewability_may_be_over_impressions(agency: Amazon) -> None:
    columns = ["viewabilityRate", "viewableImpressions", "measurableImpressions", "impressions"]
    wanted = report(agency.advertisers, columns, group_by=("campaign",), time_unit="SUMMARY")
    one = agency.rows(wanted)[0]
    believe(agency.sandbox, viewability_base="impressions")
    other = agency.rows(wanted)[0]

    assert one["viewabilityRate"] == pytest.approx(
        one["viewableImpressions"] / one["measurableImpressions"], abs=1e-7
    )
    assert other["viewabilityRate"] == pytest.approx(
        one["viewableImpressions"] / one["impressions"], abs=1e-7
    )


def test_a_restatement_on_day_forty_comes_late(agency: Amazon) -> None:
    wanted = report(
        agency.advertisers,
        ["date", "impressions", "totalCost"],
        group_by=("campaign",),
        start="2026-06-01",
        end="2026-06-02",
    )
    believe(agency.sandbox, late_restatement_day=40)
    costs = []
    for day in ("2026-07-10", "2026-07-12"):
        agency.sandbox.control("clock", {"now": f"{day}T12:00:00+00:00"})
        agency.token = agency.refresh().json()["access_token"]
        costs.append(summed(agency.rows(wanted), "totalCost"))

    assert costs[0]["2026-06-02"] == costs[1]["2026-06-02"]
    assert costs[1]["2026-06-01"] == pytest.approx(0.94 * costs[0]["2026-06-01"], rel=0.005)


def test_a_refused_column_is_named(agency: Amazon) -> None:
    believe(agency.sandbox, refused_columns=["longTermSales"])
    wanted = report(agency.advertisers, ["date", "longTermSales"], group_by=("campaign",))

    answer = agency.create(wanted)

    assert answer.status_code == 400
    assert "invalid values: (longTermSales)." in answer.json()["detail"]


def test_a_report_of_too_many_rows_fails(agency: Amazon) -> None:
    believe(agency.sandbox, rows_max=5)

    done = agency.finished(report(agency.advertisers, ["date", "impressions"]))

    assert (done["status"], done["failureReason"]) == ("FAILED", "Report size too large")
    assert done["url"] is None


def test_beliefs_are_shown_refused_when_unknown_and_taken_back(sandbox: SandboxProcess) -> None:
    believe(sandbox, rates="percent", ids="number")
    shown = sandbox.control("beliefs")
    unknown = sandbox.http.post("/_sandbox/beliefs", json={"moon": "cheese"})
    back = sandbox.http.delete("/_sandbox/beliefs").json()

    assert (shown["rates"], shown["ids"]) == ("percent", "number")
    assert unknown.status_code == 400
    assert "conversions_by" in unknown.json()["known"]
    assert (back["rates"], back["ids"]) == ("fraction", "text")


def test_a_report_keeps_the_beliefs_of_its_creation(agency: Amazon) -> None:
    wanted = report(
        agency.advertisers, ["orderId", "impressions"], group_by=("campaign",), time_unit="SUMMARY"
    )
    report_id = agency.create(wanted).json()["reportId"]
    believe(agency.sandbox, ids="number")
    agency.sandbox.advance(seconds=10)

    assert agency.status(report_id)["status"] == "COMPLETED"
    assert Decimal(agency.status(report_id)["fileSize"]) > 100
