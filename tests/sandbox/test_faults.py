"""Planted faults: each one that the product must live through can be planted, and goes again."""

from __future__ import annotations

import gzip
import json
import threading
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import httpx
import pytest

from tests.sandbox.client import CAMPAIGN, Amazon, Row, report
from tests.sandbox_process import SandboxProcess

COLUMNS = ["date", "advertiserId", "orderId", "impressions", "totalCost", "sales", "purchases"]


def plant(sandbox: SandboxProcess, **fault: Any) -> dict[str, Any]:
    planted: dict[str, Any] = sandbox.control("faults", fault)
    return planted


def wanted(amazon: Amazon, **changed: Any) -> dict[str, Any]:
    return report(amazon.advertisers, COLUMNS, group_by=("campaign",), **changed)


def content(amazon: Amazon, **changed: Any) -> bytes:
    return httpx.get(amazon.finished(wanted(amazon, **changed))["url"], trust_env=False).content


def read(packed: bytes) -> list[Row]:
    rows: list[Row] = json.loads(gzip.decompress(packed))
    return rows


def test_an_answer_can_be_replaced_for_some_requests_by_number(agency: Amazon) -> None:
    plant(
        agency.sandbox,
        match={"operation": "token"},
        when={"nth": [2, 3]},
        answer={"status": 503, "text": "<html>down</html>", "content_type": "text/html"},
    )

    assert [agency.refresh().status_code for _ in range(4)] == [200, 503, 503, 200]


def test_a_share_of_requests_is_struck_evenly(agency: Amazon) -> None:
    plant(
        agency.sandbox, match={"operation": "profiles"}, when={"share": 0.3}, answer={"status": 429}
    )

    codes = [agency.get("/v2/profiles").status_code for _ in range(20)]

    assert codes.count(429) == 6
    assert codes.count(200) == 14


def test_a_fault_may_last_for_a_while_of_the_sandboxs_clock(agency: Amazon) -> None:
    plant(
        agency.sandbox,
        match={"operation": "token"},
        when={"for_seconds": 600},
        answer={"status": 500},
    )

    before = agency.refresh().status_code
    agency.sandbox.advance(minutes=11)

    assert (before, agency.refresh().status_code) == (500, 200)


def test_a_fault_meets_one_account_and_spares_the_second_tenant(
    agency: Amazon, other_agency: Amazon
) -> None:
    refusal = {"error": "invalid_grant", "error_description": "revoked"}
    plant(
        agency.sandbox,
        match={"operation": "token", "account": agency.user["user_id"]},
        answer={"status": 400, "json": refusal},
    )

    assert agency.refresh().json() == refusal
    assert other_agency.refresh().status_code == 200


@pytest.mark.parametrize(
    ("headers", "retry_after"),
    [({"Retry-After": "7"}, "7"), ({}, None),
     ({"Retry-After": "Mon, 15 Jun 2026 14:00:30 GMT"}, "Mon, 15 Jun 2026 14:00:30 GMT")],
)  # fmt: skip
def test_429_comes_with_seconds_with_a_date_or_without_a_hint(
    agency: Amazon, headers: dict[str, str], retry_after: str | None
) -> None:
    plant(agency.sandbox, match={"operation": "token"}, answer={"status": 429, "headers": headers})

    answer = agency.refresh()

    assert answer.status_code == 429
    assert answer.headers.get("retry-after") == retry_after


@pytest.mark.parametrize("expires_in", ["3600", 0, -1, 1e12])
def test_a_token_answer_can_be_patched(agency: Amazon, expires_in: object) -> None:
    plant(
        agency.sandbox,
        match={"operation": "token"},
        patch={"set": {"expires_in": expires_in}, "drop": ["refresh_token"]},
    )

    body = agency.refresh().json()

    assert body["expires_in"] == expires_in
    assert "refresh_token" not in body
    assert body["access_token"].startswith("Atza|")


def test_a_request_can_be_carried_out_and_yet_answered_with_429(agency: Amazon) -> None:
    plant(
        agency.sandbox,
        match={"operation": "create_report"},
        when={"nth": [1]},
        swallow=True,
        answer={"status": 429},
    )

    lost = agency.create(wanted(agency))
    again = agency.create(wanted(agency))

    assert (lost.status_code, again.status_code) == (429, 425)
    taken = agency.sandbox.control("reports")["reports"]
    assert [r["reportId"] for r in taken] == [again.json()["detail"].split(" : ")[1]]


def test_a_slow_answer_keeps_others_fast_and_is_seen_in_flight(agency: Amazon) -> None:
    plant(agency.sandbox, match={"operation": "token"}, delay_ms=[300, 400])
    done = threading.Barrier(3)

    def refresh() -> float:
        done.wait()
        return agency.refresh().elapsed.total_seconds()

    with ThreadPoolExecutor(3) as pool:
        waits = list(pool.map(lambda _: refresh(), range(3)))
    quick = agency.get("/v2/profiles").elapsed.total_seconds()

    calls = agency.sandbox.http.get("/_sandbox/calls", params={"operation": "token"}).json()
    assert min(waits) >= 0.3
    assert quick < 0.3
    assert sorted(c["inFlight"] for c in calls["calls"][-3:]) == [1, 2, 3]


def test_a_hanging_answer_never_comes(agency: Amazon) -> None:
    plant(agency.sandbox, match={"operation": "profiles"}, hang_seconds=30)

    with pytest.raises(httpx.ReadTimeout):
        agency.get("/v2/profiles", timeout=0.2)


@pytest.mark.parametrize("cut", [{"fraction": 0.5}, {"drop_last": 8}])
def test_a_file_can_be_cut_with_an_honest_length(agency: Amazon, cut: dict[str, Any]) -> None:
    whole = content(agency)
    plant(agency.sandbox, match={"operation": "download"}, cut=cut)

    broken = content(agency)

    assert len(broken) < len(whole)
    with pytest.raises(EOFError):
        gzip.decompress(broken)


@pytest.mark.parametrize(
    ("cut", "error"),
    [({"short": True, "fraction": 0.5}, httpx.RemoteProtocolError),
     ({"reset": True, "fraction": 0.5}, httpx.ReadError)],
)  # fmt: skip
def test_a_download_can_break_off(
    agency: Amazon, cut: dict[str, Any], error: type[Exception]
) -> None:
    plant(agency.sandbox, match={"operation": "download"}, cut=cut)

    with pytest.raises(error):
        content(agency)


def test_a_download_can_trickle(agency: Amazon) -> None:
    url = agency.finished(wanted(agency))["url"]
    plant(agency.sandbox, match={"operation": "download"}, cut={"bytes_per_second": 1})

    with httpx.stream("GET", url, trust_env=False) as answer:
        first = next(answer.iter_raw())

    assert len(first) == 1


def test_completed_but_empty(agency: Amazon) -> None:
    plant(
        agency.sandbox,
        match={"reportTypeId": "dspCampaign"},
        when={"times": 1},
        report={"empty": True},
    )

    assert read(content(agency)) == []
    assert len(read(content(agency))) > 20


def test_a_partial_day_a_vanished_day_and_a_vanished_advertiser(agency: Amazon) -> None:
    whole = read(content(agency))
    day, advertiser = "2026-06-10", agency.advertisers[0]

    def after(effect: dict[str, Any]) -> list[Row]:
        agency.sandbox.http.delete("/_sandbox/faults")
        plant(agency.sandbox, report=effect)
        return read(content(agency))

    def cost(rows: list[Row], on: str) -> float:
        return float(sum(r["totalCost"] for r in rows if r["date"] == on))

    partial = after({"partial_day": {"date": day, "fraction": 0.4}})
    assert cost(partial, day) == pytest.approx(0.4 * cost(whole, day), rel=1e-4)
    assert cost(partial, "2026-06-11") == cost(whole, "2026-06-11")
    assert {r["date"] for r in whole} - {r["date"] for r in after({"vanished_day": day})} == {day}
    assert after({"vanished_advertiser": advertiser}) == []


def test_costs_can_be_restated_again_and_again(agency: Amazon) -> None:
    first = sum(r["totalCost"] for r in read(content(agency)))
    seen = []
    for factor in (1.03, 0.97, 1.01):
        agency.sandbox.http.delete("/_sandbox/faults")
        plant(agency.sandbox, report={"restate": {"cost": factor, "from": "2026-06-01"}})
        seen.append(sum(r["totalCost"] for r in read(content(agency))) / first)

    assert seen == pytest.approx([1.03, 0.97, 1.01], abs=1e-5)


def test_rows_can_be_edited_doubled_and_withdrawn(agency: Amazon) -> None:
    whole = read(content(agency))

    def after(**edit: Any) -> list[Row]:
        agency.sandbox.http.delete("/_sandbox/faults")
        plant(agency.sandbox, report={"rows": edit})
        return read(content(agency))

    assert len(after(double=True)) == 2 * len(whole)
    assert len(after(withdraw=True, every=2)) == len(whole) // 2
    assert "sales" not in after(drop=["sales"])[0]
    assert after(null=["sales"])[0]["sales"] is None
    assert after(negate=["purchases"])[0]["purchases"] == -whole[0]["purchases"]
    assert after(set={"surprise": 1, "orderId": 594085153805041900})[0]["surprise"] == 1
    assert "," in max((r["impressions"] for r in after(text=["impressions"])), key=len)


def test_a_bomb_is_small_and_opens_to_what_was_asked(agency: Amazon) -> None:
    plant(agency.sandbox, report={"bomb": 50_000_000})

    packed = content(agency)

    assert len(packed) < 60_000
    assert len(gzip.decompress(packed)) == pytest.approx(50_000_000, rel=0.03)


def test_nesting_can_be_deep_and_text_can_be_nonsense(agency: Amazon) -> None:
    plant(agency.sandbox, when={"nth": [1]}, report={"deep": 10_000})
    plant(agency.sandbox, when={"nth": [2]}, report={"text": "not JSON"})

    assert gzip.decompress(content(agency)).startswith(b"[" * 10_000)
    assert gzip.decompress(content(agency)) == b"not JSON"


@pytest.mark.parametrize(
    ("effect", "status", "reason"),
    [
        ({"status": "PENDING"}, "PENDING", None),
        ({"status": "CANCELLED"}, "CANCELLED", None),
        ({"fails": True, "failureReason": "Internal error"}, "FAILED", "Internal error"),
        ({"build_seconds": 10_800}, "PENDING", None),
    ],
)
def test_a_report_can_be_stuck_cancelled_fail_or_take_hours(
    agency: Amazon, effect: dict[str, Any], status: str, reason: str | None
) -> None:
    plant(agency.sandbox, report=effect)

    done = agency.finished(wanted(agency))

    assert (done["status"], done["failureReason"]) == (status, reason)
    assert done["url"] is None


def test_a_three_hour_build_outlives_its_token_and_then_completes(agency: Amazon) -> None:
    plant(agency.sandbox, report={"build_seconds": 10_800})
    report_id = agency.create(wanted(agency)).json()["reportId"]
    agency.sandbox.advance(hours=3)

    stale = agency.get(f"/reporting/reports/{report_id}", scope=agency.profile)
    agency.token = agency.refresh().json()["access_token"]

    assert stale.status_code == 401
    assert agency.status(report_id)["status"] == "COMPLETED"


def test_campaign_queries_can_be_refused(agency: Amazon) -> None:
    plant(
        agency.sandbox,
        match={"path": "/na/api/adsApi/v1/query"},
        answer={"status": 403, "json": {"code": "FORBIDDEN", "message": "no"}},
    )

    answer = agency.post("/adsApi/v1/query/campaigns", account=agency.advertisers[0], json={})

    assert (answer.status_code, answer.json()["code"]) == (403, "FORBIDDEN")


def test_faults_are_listed_with_their_counts_and_removed_by_id(agency: Amazon) -> None:
    planted = plant(agency.sandbox, id="one", match={"operation": "token"}, delay_ms=0)
    agency.refresh()
    listed = agency.sandbox.control("faults")["faults"]
    gone = agency.sandbox.http.delete("/_sandbox/faults", params={"id": "one"}).json()

    assert planted["id"] == "one"
    assert [(f["id"], f["met"], f["struck"]) for f in listed] == [("one", 1, 1)]
    assert gone == {"removed": 1}
    assert agency.sandbox.control("faults")["faults"] == []


@pytest.mark.parametrize(
    "fault", [{"match": {"colour": "red"}}, {"when": {"often": 1}}, {"explode": True}]
)
def test_a_word_that_means_nothing_is_refused(
    sandbox: SandboxProcess, fault: dict[str, Any]
) -> None:
    answer = sandbox.http.post("/_sandbox/faults", json=fault)

    assert answer.status_code == 400
    assert answer.json()["known"]


def test_group_by_narrows_report_faults(agency: Amazon) -> None:
    plant(agency.sandbox, match={"groupBy": "creative"}, report={"empty": True})

    by_creative = agency.rows(
        report(agency.advertisers, ["date", "impressions"], group_by=CAMPAIGN)
    )

    assert by_creative == []
    assert len(read(content(agency))) > 20
