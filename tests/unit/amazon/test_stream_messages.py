"""What a message of the stream says, worked out by hand."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest

from core.amazon.stream_messages import Confirmation, Unreadable, read_message
from core.domain.stream import HourFigures, HourRecord, StreamDataset

TRAFFIC = {
    "dataset_id": "adsp-traffic",
    "idempotency_id": "r-1",
    "time_window_start": "2026-06-14T17:00:00Z",
    "advertiser_id": "581000000000000001",
    "advertiser_timezone": "America/Los_Angeles",
    "campaign_id": 594085153805041901,
    "impressions": 1200,
    "clicks": 3,
    "total_cost": 4.100001,
}


def one(**changed: Any) -> HourRecord:
    told = read_message(json.dumps({**TRAFFIC, **changed}), "m-1")
    assert not isinstance(told, Confirmation)
    (record,) = told
    return record


def test_a_record_is_read_bare_wrapped_and_among_others() -> None:
    bare = json.dumps(TRAFFIC)
    wrapped = json.dumps({"Type": "Notification", "MessageId": "n", "Message": bare})
    several = json.dumps([TRAFFIC, {**TRAFFIC, "idempotency_id": "r-2"}])
    expected = HourRecord(
        "adsp-traffic:r-1",
        StreamDataset.TRAFFIC,
        "581000000000000001",  # type: ignore[arg-type]
        "594085153805041901",  # type: ignore[arg-type]
        datetime(2026, 6, 14, 17, tzinfo=UTC),
        HourFigures(impressions=1200, clicks=3, cost=Decimal("4.100001")),
    )
    assert read_message(bare, "m") == (expected,)
    assert read_message(wrapped, "m") == (expected,)
    told = read_message(several, "m")
    assert not isinstance(told, Confirmation)
    assert [record.record_id for record in told] == ["adsp-traffic:r-1", "adsp-traffic:r-2"]


def test_an_hour_with_an_offset_is_that_instant_and_without_one_the_advertisers() -> None:
    assert one(time_window_start="2026-06-14T10:00:00-07:00").hour == one().hour
    assert one(time_window_start="2026-06-14T10:00:00").hour == one().hour


def test_money_is_exact_and_corrections_may_be_negative() -> None:
    record = one(total_cost=-0.1, impressions=-7, clicks=None)
    assert record.figures == HourFigures(impressions=-7, clicks=0, cost=Decimal("-0.100000"))


def test_conversions_count_all_products_of_the_brand() -> None:
    record = one(
        dataset_id="adsp-conversion", purchases=2, total_purchases=5, sales=10.5, total_sales=99.95
    )
    assert record.figures == HourFigures(purchases=5, sales=Decimal("99.95"))


def test_a_record_without_an_id_is_known_by_its_message_and_its_place() -> None:
    message = json.dumps([{**TRAFFIC, "idempotency_id": ""}, {**TRAFFIC, "idempotency_id": None}])
    first, second = (read_message(message, "m-9"), read_message(message, "m-9"))
    assert first == second
    assert not isinstance(first, Confirmation)
    assert [r.record_id for r in first] == ["adsp-traffic:m-9:0", "adsp-traffic:m-9:1"]


def test_other_datasets_hold_nothing_for_us_and_a_confirmation_is_told_apart() -> None:
    assert read_message(json.dumps({**TRAFFIC, "dataset_id": "adsp-clickstream"}), "m") == ()
    asked = {"Type": "SubscriptionConfirmation", "SubscribeURL": "https://sns.example/yes"}
    assert read_message(json.dumps(asked), "m") == Confirmation("https://sns.example/yes")


@pytest.mark.parametrize(
    "body",
    [
        "{",
        "[1]",
        json.dumps({"impressions": 1}),
        json.dumps({**TRAFFIC, "advertiser_id": None}),
        json.dumps({**TRAFFIC, "time_window_start": "yesterday"}),
        json.dumps({**TRAFFIC, "time_window_start": "2026-06-14T10:00", "advertiser_timezone": ""}),
        json.dumps({**TRAFFIC, "impressions": 1.5}),
        json.dumps({**TRAFFIC, "total_cost": "a lot"}),
        json.dumps({**TRAFFIC, "clicks": float("nan")}),
        "[" * 100_000,
    ],
)
def test_what_nobody_can_count_is_said_and_not_guessed(body: str) -> None:
    with pytest.raises(Unreadable):
        read_message(body, "m")
