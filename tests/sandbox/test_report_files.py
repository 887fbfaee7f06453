"""The file of a report: its address, its form, and the same bytes twice."""

from __future__ import annotations

import csv
import gzip
import io
import json
from urllib.parse import parse_qs, urlsplit

import httpx

from tests.sandbox.client import START, Amazon, report
from tests.sandbox_process import SandboxProcess, start_sandbox

COLUMNS = [
    "date",
    "orderId",
    "lineItemId",
    "creativeId",
    "orderName",
    "impressions",
    "totalCost",
    "totalSales",
    "clickThroughRate",
    "reach",
]


def fetched(url: str, **headers: str) -> httpx.Response:
    return httpx.get(url, headers=headers, trust_env=False)


def test_a_completed_report_names_size_time_and_a_presigned_address(agency: Amazon) -> None:
    done = agency.finished(report(agency.advertisers, COLUMNS))
    query = parse_qs(urlsplit(done["url"]).query)

    answer = fetched(done["url"])

    assert done["status"] == "COMPLETED"
    assert done["fileSize"] == len(answer.content)
    assert done["generatedAt"] > done["createdAt"]
    assert query["X-Amz-Algorithm"] == ["AWS4-HMAC-SHA256"]
    assert query["X-Amz-Expires"] == ["3600"]
    assert urlsplit(done["url"]).path.endswith(".json.gz")
    rows = json.loads(gzip.decompress(answer.content))
    assert set(rows[0]) == set(COLUMNS)


def test_each_look_signs_a_new_address_that_lives_an_hour(agency: Amazon) -> None:
    first = agency.finished(report(agency.advertisers, COLUMNS))
    agency.sandbox.advance(minutes=55)
    second = agency.status(first["reportId"])
    agency.sandbox.advance(minutes=6)

    dead, alive = fetched(first["url"]), fetched(second["url"])

    assert first["url"] != second["url"]
    assert second["urlExpiresAt"] == "2026-06-15T15:55:10.000Z"
    assert dead.status_code == 403
    assert "<Code>AccessDenied</Code><Message>Request has expired</Message>" in dead.text
    assert alive.status_code == 200


def test_the_address_refuses_an_authorization_header_and_a_changed_signature(
    agency: Amazon,
) -> None:
    url = agency.finished(report(agency.advertisers, COLUMNS))["url"]

    assert fetched(url, Authorization=f"Bearer {agency.token}").status_code == 400
    assert fetched(url[:-1] + ("0" if url[-1] != "0" else "1")).status_code == 403
    assert fetched(url.split("?")[0]).status_code == 403


def test_an_empty_report_is_an_empty_array_of_22_bytes(agency: Amazon) -> None:
    """Nothing ran below the paused order's id; ask a day on which nothing at all ran."""
    agency.region = "fe"
    wanted = report(
        agency.advertisers,
        ["date", "videoDownloads"],
        start="2026-03-12",
        end="2026-03-12",
        group_by=("campaign",),
    )
    wanted["configuration"]["columns"] = ["date", "addToShoppingCart"]
    done = agency.finished(wanted)

    content = fetched(done["url"]).content

    assert gzip.decompress(content) == b"[]"
    assert len(content) == done["fileSize"] == 22


def test_csv_has_the_same_figures(agency: Amazon) -> None:
    columns = ["date", "orderId", "impressions"]
    rows = agency.rows(report(agency.advertisers, columns, group_by=("campaign",)))
    done = agency.finished(
        report(agency.advertisers, columns, group_by=("campaign",), format="CSV")
    )

    text = gzip.decompress(fetched(done["url"]).content).decode()

    assert [
        {**r, "impressions": int(r["impressions"])} for r in csv.DictReader(io.StringIO(text))
    ] == rows


def test_the_same_seed_and_day_give_the_same_bytes_in_another_process(agency: Amazon) -> None:
    def content(amazon: Amazon) -> bytes:
        return fetched(amazon.finished(report(amazon.advertisers, COLUMNS))["url"]).content

    with start_sandbox(scenario="tiny", today=START[:10]) as twin:
        twin.control("clock", {"now": START, "rate": 0})
        same = content(Amazon.linked(twin, "agency"))
    with start_sandbox(scenario="tiny", today=START[:10], seed=8) as stranger:
        stranger.control("clock", {"now": START, "rate": 0})
        other = content(Amazon.linked(stranger, "agency"))

    assert content(agency) == same != other


def test_the_anchor_keeps_the_world_over_a_restart_on_a_later_day(sandbox: SandboxProcess) -> None:
    later = ("--anchor", START[:10])
    with start_sandbox(scenario="tiny", today="2026-06-20", arguments=later) as restarted:
        known = restarted.control("truth/entities")

    assert known == sandbox.control("truth/entities")
