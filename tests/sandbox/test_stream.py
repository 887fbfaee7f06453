"""The stream: who may subscribe, what flows when, and that the hours add up to the truth."""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any
from urllib.parse import urlsplit

import boto3
import pytest

from tests.sandbox.client import START, Amazon
from tests.sandbox_process import SandboxProcess, start_sandbox

PATH = "/dsp/streams/subscriptions"
DAY = date(2026, 6, 14)
KEYS = {"aws_access_key_id": "x", "aws_secret_access_key": "x"}


@pytest.fixture(scope="module")
def streaming() -> Iterator[SandboxProcess]:
    with start_sandbox(today=START[:10], arguments=("--stream-port", "0")) as sandbox:
        yield sandbox


@pytest.fixture
def sandbox(streaming: SandboxProcess) -> SandboxProcess:
    streaming.control("clock", {"now": START, "rate": 0})
    streaming.http.delete("/_sandbox/stream").raise_for_status()
    return streaming


def queue_of(sandbox: SandboxProcess) -> tuple[Any, str]:
    url = sandbox.control("stream")["queues"]["na"]
    place = urlsplit(url)
    client = boto3.client(
        "sqs", "us-east-1", endpoint_url=f"{place.scheme}://{place.netloc}", **KEYS
    )
    return client, url


def arn(sandbox: SandboxProcess) -> str:
    client, url = queue_of(sandbox)
    told = client.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])
    client.close()
    return str(told["Attributes"]["QueueArn"])


def received(sandbox: SandboxProcess) -> list[dict[str, Any]]:
    """Everything that waits in the queue, taken out of it."""
    client, url = queue_of(sandbox)
    found: list[dict[str, Any]] = []
    while True:
        got = client.receive_message(QueueUrl=url, MaxNumberOfMessages=10, WaitTimeSeconds=0)
        if not got.get("Messages"):
            client.close()
            return found
        found += [json.loads(m["Body"]) for m in got["Messages"]]
        entries = [
            {"Id": str(n), "ReceiptHandle": m["ReceiptHandle"]}
            for n, m in enumerate(got["Messages"])
        ]
        client.delete_message_batch(QueueUrl=url, Entries=entries)


def subscribed(sandbox: SandboxProcess, dataset: str) -> str:
    """An active subscription of the agency's first advertiser."""
    amazon = Amazon.linked(sandbox, "agency")
    advertiser = amazon.advertisers[0]
    body = {"clientRequestToken": dataset, "dataSetId": dataset, "destinationArn": arn(sandbox)}
    amazon.post(PATH, account=advertiser, json=body).raise_for_status()
    (asked,) = received(sandbox)
    assert asked["Type"] == "SubscriptionConfirmation"
    sandbox.http.get(asked["SubscribeURL"]).raise_for_status()
    return advertiser


def records(sandbox: SandboxProcess) -> list[dict[str, Any]]:
    told = [json.loads(m["Message"], parse_float=Decimal) for m in received(sandbox)]
    return [row for rows in told for row in rows]


def test_nothing_flows_before_the_queue_has_confirmed(sandbox: SandboxProcess) -> None:
    amazon = Amazon.linked(sandbox, "agency")
    advertiser = amazon.advertisers[0]
    body = {"clientRequestToken": "t", "dataSetId": "adsp-traffic", "destinationArn": arn(sandbox)}
    made = amazon.post(PATH, account=advertiser, json=body).json()["subscriptionId"]
    again = amazon.post(PATH, account=advertiser, json=body).json()["subscriptionId"]
    assert again == made
    assert (
        sandbox.control("stream", {"since": "2026-06-14T00:00:00+00:00", "only": "2026-06-14"})[
            "sent"
        ]
        == 0
    )
    listed = amazon.get(PATH, account=advertiser).json()["subscriptions"]
    assert [(s["subscriptionId"], s["status"]) for s in listed] == [(made, "PENDING_CONFIRMATION")]
    second = amazon.post(PATH, account=advertiser, json={**body, "clientRequestToken": "u"})
    assert second.status_code == 409


def test_only_those_who_reach_an_advertiser_subscribe_to_it(sandbox: SandboxProcess) -> None:
    advertiser = Amazon.linked(sandbox, "agency").advertisers[0]
    stranger = Amazon.linked(sandbox, "seller")
    body = {"clientRequestToken": "t", "dataSetId": "adsp-traffic", "destinationArn": arn(sandbox)}
    assert stranger.post(PATH, account=advertiser, json=body).status_code == 403
    assert stranger.get(PATH, account=advertiser).status_code == 403


@pytest.mark.parametrize(
    ("dataset", "days_later", "pairs"),
    [
        (
            "adsp-traffic",
            5,
            {"impressions": "impressions", "clicks": "clicks", "total_cost": "totalCost",
             "invalid_impressions": "invalidImpressions"},
        ),
        (
            "adsp-conversion",
            33,
            {"purchases": "purchases", "total_purchases": "totalPurchases",
             "sales": "sales", "total_sales": "totalSales"},
        ),
    ],
)  # fmt: skip
def test_the_records_of_a_day_add_up_to_the_days_truth(
    sandbox: SandboxProcess, dataset: str, days_later: int, pairs: dict[str, str]
) -> None:
    advertiser = subscribed(sandbox, dataset)
    sandbox.advance(days=days_later)
    sandbox.control("stream", {"since": "2026-06-14T00:00:00+00:00", "only": "2026-06-14"})
    zone = next(
        a["timezone"]
        for a in sandbox.control("truth/entities")["advertisers"]
        if a["advertiserId"] == advertiser
    )
    once = {r["idempotency_id"]: r for r in records(sandbox)}
    sums: dict[str, Counter[str]] = defaultdict(Counter)
    for row in once.values():
        assert row["dataset_id"] == dataset
        if local_day(row["time_window_start"], zone) == DAY:
            for theirs in pairs:
                sums[row["campaign_id"]][theirs] += row[theirs]
    query = {"advertiserId": advertiser, "from": str(DAY), "to": str(DAY), "asOf": "final"}
    truth = sandbox.http.get("/_sandbox/truth/daily", params=query).json()["rows"]
    expected = {
        row["orderId"]: {theirs: Decimal(str(row[ours])) for theirs, ours in pairs.items()}
        for row in truth
    }
    assert any(sum(e.values()) for e in expected.values())
    for order_id, figures in expected.items():
        assert {name: Decimal(sums[order_id][name]) for name in pairs} == figures


def local_day(start: str, zone: str) -> date:
    from zoneinfo import ZoneInfo

    return datetime.fromisoformat(start).astimezone(ZoneInfo(zone)).date()


def test_some_messages_come_twice_and_what_was_told_wrongly_is_taken_back(
    sandbox: SandboxProcess,
) -> None:
    subscribed(sandbox, "adsp-traffic")
    sandbox.advance(days=5)
    sandbox.control("stream", {"since": "2026-06-14T00:00:00+00:00", "only": "2026-06-14"})
    found = records(sandbox)
    ids = Counter(row["idempotency_id"] for row in found)
    assert max(ids.values()) == 2
    assert any(row["impressions"] < 0 for row in found)
    starts = [row["time_window_start"] for row in found]
    assert starts != sorted(starts)


def test_hours_come_as_they_pass_and_not_before(sandbox: SandboxProcess) -> None:
    subscribed(sandbox, "adsp-traffic")
    sandbox.control("stream", {"since": START})
    assert records(sandbox) == []
    sandbox.advance(hours=2)
    sandbox.control("stream", {})
    found = records(sandbox)
    latest = max(datetime.fromisoformat(row["time_window_start"]) for row in found)
    assert latest + timedelta(hours=1) <= datetime.fromisoformat(START) + timedelta(hours=2)
