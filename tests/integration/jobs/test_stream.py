"""The stream from Amazon to the hours: over a real SQS of moto's, with a second tenant beside."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import boto3
import pytest

from core.amazon.stream_queue import StreamQueue
from core.domain.periods import DateRange
from core.domain.regions import Region
from core.domain.roles import Role
from core.domain.stream import HourFigures, StreamState
from core.errors import NotAllowed
from core.jobs import kinds, stream
from core.jobs.frame import run_job
from core.jobs.handlers import HANDLERS
from core.store.store import Store
from core.store.stream.hours import OrderHour
from tests.databases import Database, Organization
from tests.integration.jobs.looking import linked
from tests.integration.jobs.rig import START, Rig
from tests.sandbox_process import SandboxProcess, start_sandbox

# One database is enough: what differs between them is proven in the store's own tests.
pytestmark = pytest.mark.parametrize("fresh_database", ["postgresql"], indirect=True)

DAY = date(2026, 6, 14)
SINCE = {"since": "2026-06-14T00:00:00+00:00", "only": DAY.isoformat()}
DAYS = DateRange(DAY, DAY)


@pytest.fixture(scope="module")
def streaming() -> Iterator[SandboxProcess]:
    arguments = ("--stream-port", "0")
    with start_sandbox(scenario="tiny", today=START[:10], arguments=arguments) as sandbox:
        yield sandbox


@pytest.fixture
def sandbox(streaming: SandboxProcess) -> SandboxProcess:
    streaming.control("clock", {"now": START, "rate": 0})
    streaming.http.delete("/_sandbox/stream").raise_for_status()
    return streaming


@pytest.fixture
def rig(
    sandbox: SandboxProcess, database: Database, acme: Organization, store: Store, tmp_path: Path
) -> Iterator[Rig]:
    made = Rig(sandbox, database, acme, store, tmp_path / "home", changed=streamed(sandbox))
    yield made
    made.close()


@pytest.fixture
def other_rig(
    sandbox: SandboxProcess, database: Database, other: Organization, store: Store, tmp_path: Path
) -> Iterator[Rig]:
    made = Rig(sandbox, database, other, store, tmp_path / "home", changed=streamed(sandbox))
    yield made
    made.close()


def streamed(sandbox: SandboxProcess) -> dict[str, Any]:
    url = sandbox.control("stream")["queues"]["na"]
    place = urlsplit(url)
    return {
        "stream_na_queue_url": url,
        "stream_endpoint_url": f"{place.scheme}://{place.netloc}",
        "stream_access_key_id": "x",
        "stream_secret_access_key": "x",
        "stream_wait_seconds": 0,
    }


def sqs(sandbox: SandboxProcess) -> tuple[Any, str]:
    told = streamed(sandbox)
    client = boto3.client(
        "sqs", "us-east-1", endpoint_url=told["stream_endpoint_url"],
        aws_access_key_id="x", aws_secret_access_key="x",
    )  # fmt: skip
    return client, told["stream_na_queue_url"]


def want(rig: Rig, advertiser_id: str) -> None:
    """Subscribe as a person does, and let the confirmation pass."""
    with rig.web.writing(rig.org.scope()) as tenant:
        way = tenant.advertisers.accesses()[advertiser_id][0]  # type: ignore[index]
        tenant.streams.want(advertiser_id, way.connection_id, rig.now)
    rig.ask(kinds.SUBSCRIBE)
    rig.run_due()
    drain(rig)
    rig.pass_time(minutes=2)
    rig.run_due()


def drain(rig: Rig) -> int:
    return stream.drain(rig.parts, Region.NA, rig.parts.queues[Region.NA])


def hours(rig: Rig, advertiser_id: str) -> list[OrderHour]:
    with rig.web.reading(rig.org.scope()) as tenant:
        return tenant.stream_hours.of_days(DAYS, [advertiser_id])


def states(rig: Rig) -> set[StreamState]:
    with rig.web.reading(rig.org.scope()) as tenant:
        return {one.state for one in tenant.streams.all()}


def by_order(found: list[OrderHour]) -> dict[str, HourFigures]:
    sums: dict[str, HourFigures] = defaultdict(HourFigures)
    for one in found:
        sums[one.order_id] += one.figures
    return dict(sums)


def truth(rig: Rig, advertiser_id: str) -> dict[str, HourFigures]:
    query = {"advertiserId": advertiser_id, "from": str(DAY), "to": str(DAY), "asOf": "final"}
    rows = rig.sandbox.http.get("/_sandbox/truth/daily", params=query).json()["rows"]
    return {
        row["orderId"]: HourFigures(
            row["impressions"], row["clicks"], Decimal(row["totalCost"]),
            row["totalPurchases"], Decimal(row["totalSales"]),
        )
        for row in rows
    }  # fmt: skip


def test_the_hours_of_a_day_add_up_to_its_truth_for_whoever_subscribed_and_nobody_else(
    rig: Rig, other_rig: Rig
) -> None:
    alder = linked(rig)["Alder"]
    linked(other_rig)
    want(rig, alder)
    assert states(rig) == {StreamState.ACTIVE}
    rig.pass_time(days=32)
    rig.sandbox.control("stream", SINCE)
    assert drain(rig) > 0
    assert by_order(hours(rig, alder)) == truth(rig, alder)
    assert {one.day for one in hours(rig, alder)} == {DAY}
    assert {one.hour_of_day for one in hours(rig, alder)} == set(range(24))
    assert hours(other_rig, alder) == []
    # All of it once more, as a queue may: nothing is counted twice.
    rig.sandbox.control("stream", SINCE)
    assert drain(rig) > 0
    assert by_order(hours(rig, alder)) == truth(rig, alder)


def test_a_crash_between_commit_and_delete_counts_once(rig: Rig) -> None:
    alder = linked(rig)["Alder"]
    want(rig, alder)
    rig.sandbox.control("stream", SINCE)
    queue = rig.parts.queues[Region.NA]
    messages = queue.receive(0)
    done = stream._committed(rig.parts, Region.NA, messages)
    assert done == messages
    before = by_order(hours(rig, alder))
    assert before
    # The process dies here. What it had received is hidden for a while and then comes again.
    client, url = sqs(rig.sandbox)
    for message in messages:
        client.change_message_visibility(
            QueueUrl=url, ReceiptHandle=message.receipt, VisibilityTimeout=0
        )
    drain(rig)
    rig.sandbox.control("stream", SINCE)
    drain(rig)
    with rig.web.reading(rig.org.scope()) as tenant:
        twice = tenant.stream_hours.of_days(DAYS, [alder])
    known = {key: told.impressions for key, told in by_order(twice).items() if told.impressions}
    expected: dict[str, int] = defaultdict(int)
    seen: set[str] = set()
    rig.sandbox.control("stream", SINCE)
    for body in bodies(rig):
        for row in json.loads(json.loads(body)["Message"]):
            if row["dataset_id"] == "adsp-traffic" and row["idempotency_id"] not in seen:
                seen.add(row["idempotency_id"])
                expected[row["campaign_id"]] += row["impressions"]
    assert known == dict(expected)


def bodies(rig: Rig) -> list[str]:
    found: list[str] = []
    queue = rig.parts.queues[Region.NA]
    while messages := queue.receive(0):
        found += [message.body for message in messages]
        queue.delete(messages)
    return found


def test_two_organizations_of_one_advertiser_each_get_its_hours_and_end_for_themselves(
    rig: Rig, other_rig: Rig
) -> None:
    alder = linked(rig)["Alder"]
    linked(other_rig)
    want(rig, alder)
    want(other_rig, alder)
    assert states(other_rig) == {StreamState.ACTIVE}
    rig.sandbox.control("stream", SINCE)
    drain(rig)
    assert hours(rig, alder)
    assert by_order(hours(rig, alder)) == by_order(hours(other_rig, alder))
    end(rig, alder)
    told = rig.sandbox.control("stream")["subscriptions"]
    assert {one["status"] for one in told} == {"ACTIVE"}
    assert states(rig) == {StreamState.ENDED}
    end(other_rig, alder)
    told = rig.sandbox.control("stream")["subscriptions"]
    assert {one["status"] for one in told} == {"ARCHIVED"}


def end(rig: Rig, advertiser_id: str) -> None:
    with rig.web.writing(rig.org.scope()) as tenant:
        tenant.streams.unwant(advertiser_id, rig.now)
    rig.ask(kinds.SUBSCRIBE)
    rig.run_due()


def test_a_message_that_nobody_can_read_is_set_aside_and_said_and_holds_up_nothing(
    rig: Rig,
) -> None:
    alder = linked(rig)["Alder"]
    want(rig, alder)
    client, url = sqs(rig.sandbox)
    client.send_message(QueueUrl=url, MessageBody='{"dataset_id": "adsp-traffic"}')
    rig.sandbox.control("stream", SINCE)
    rig.start_schedules()
    rig.pass_time(minutes=2)
    rig.run_due()
    assert hours(rig, alder)
    with rig.parts.store.system() as system:
        assert system.streams.aside(rig.now, timedelta(days=1)) == 1
    assert "1 messages" in rig.parts.alarms.standing()["stream messages"]
    assert bodies(rig) == []


def test_a_confirmation_that_nobody_waits_for_is_not_visited(rig: Rig) -> None:
    linked(rig)
    client, url = sqs(rig.sandbox)
    asked = {"Type": "SubscriptionConfirmation", "SubscribeURL": f"{rig.sandbox.base_url}/sns/x"}
    client.send_message(QueueUrl=url, MessageBody=json.dumps(asked))
    before = len(rig.calls())
    drain(rig)
    assert len(rig.calls()) == before


def test_only_who_may_link_accounts_subscribes(rig: Rig) -> None:
    alder = linked(rig)["Alder"]
    with rig.web.reading(rig.org.scope()) as tenant:
        way = tenant.advertisers.accesses()[alder][0]  # type: ignore[index]
    for role in (Role.ANALYST, Role.VIEWER):
        with rig.web.writing(rig.org.scope(role)) as tenant, pytest.raises(NotAllowed):
            tenant.streams.want(alder, way.connection_id, rig.now)


def test_a_refused_subscription_is_told_and_a_queue_that_is_gone_is_ours(rig: Rig) -> None:
    alder = linked(rig)["Alder"]
    away = {**streamed(rig.sandbox), "stream_na_queue_url": "http://127.0.0.1/123456789012/gone"}
    lost = StreamQueue.open(
        Region.NA, away["stream_na_queue_url"], endpoint=away["stream_endpoint_url"],
        key_id="x", secret=rig.parts.opener and _secret("x"),
    )  # fmt: skip
    parts = rig.assembled()
    parts.queues[Region.NA].close()
    parts.queues[Region.NA] = lost  # type: ignore[index]
    with rig.web.writing(rig.org.scope()) as tenant:
        way = tenant.advertisers.accesses()[alder][0]  # type: ignore[index]
        tenant.streams.want(alder, way.connection_id, rig.now)
    rig.ask(kinds.STREAM)
    with parts.store.system() as system:
        jobs = system.jobs.claim("me", 10, now=rig.now, lease=parts.lease)
    for job in jobs:
        run_job(parts, HANDLERS, job)
    assert "NonExistentQueue" in parts.alarms.standing()["stream queue NA"]
    parts.close()


def _secret(text: str) -> Any:
    from core.security.secret import Secret

    return Secret(text)
