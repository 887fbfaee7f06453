"""What a message of Amazon Marketing Stream says.

Amazon's topic wraps what it sends: once a message that asks for confirmation, from then on
notifications whose text holds a record (or several). A queue that is set to raw delivery gets the
records bare. Both are read. Figures are parsed as exact decimals, never as floats.

Source: Amazon Ads API documentation, "Amazon Marketing Stream", DSP datasets; Amazon SNS Developer
Guide, "Parsing message formats".
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal, InvalidOperation
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from core.domain.ids import AdvertiserId, OrderId
from core.domain.stream import ZERO, HourFigures, HourRecord, StreamDataset
from core.errors import Upstream

_PLACES = Decimal("0.000001")


class Unreadable(Upstream):
    """A message has a shape that nobody can count; its text says what is wrong with it."""


@dataclass(frozen=True, slots=True)
class Confirmation:
    """A topic asks whether the queue wants its messages: the address says yes when visited."""

    url: str


def read_message(body: str, message_id: str) -> Confirmation | tuple[HourRecord, ...]:
    """Return what a message says: its records, none for datasets that are not kept.

    A record without an id of its own is known by the message's and its place in it, so that a
    message that is delivered again counts once. Raises Unreadable.
    """
    told = _parsed(body)
    if isinstance(told, dict) and told.get("Type") == "SubscriptionConfirmation":
        return Confirmation(str(told.get("SubscribeURL", "")))
    if isinstance(told, dict) and isinstance(told.get("Message"), str):
        message_id = str(told.get("MessageId") or message_id)
        told = _parsed(told["Message"])
    listed = told if isinstance(told, list) else [told]
    return tuple(_records(listed, message_id))


def _records(listed: list[Any], message_id: str) -> Iterator[HourRecord]:
    for place, row in enumerate(listed):
        if not isinstance(row, dict):
            raise Unreadable("It holds something that is no record.")
        dataset = str(row.get("dataset_id", ""))
        if not dataset:
            raise Unreadable("A record does not say of which dataset it is.")
        if dataset in set(StreamDataset):
            record_id = str(row.get("idempotency_id") or f"{message_id}:{place}")
            yield _record(row, StreamDataset(dataset), record_id)


def _record(row: Mapping[str, Any], dataset: StreamDataset, record_id: str) -> HourRecord:
    return HourRecord(
        # Ids are only said to be unique within a dataset.
        record_id=f"{dataset}:{record_id}",
        dataset=dataset,
        advertiser_id=AdvertiserId(_id(row, "advertiser_id")),
        order_id=OrderId(_id(row, "campaign_id")),
        hour=_hour(row),
        figures=_figures(row, dataset),
    )


def _figures(row: Mapping[str, Any], dataset: StreamDataset) -> HourFigures:
    if dataset is StreamDataset.TRAFFIC:
        return HourFigures(
            impressions=_count(row, "impressions"),
            clicks=_count(row, "clicks"),
            cost=_money(row, "total_cost"),
        )
    return HourFigures(purchases=_count(row, "total_purchases"), sales=_money(row, "total_sales"))


def _parsed(text: str) -> Any:
    try:
        return json.loads(text, parse_float=Decimal)
    except (ValueError, RecursionError):
        raise Unreadable("It is not JSON.") from None


def _id(row: Mapping[str, Any], name: str) -> str:
    value = row.get(name)
    if isinstance(value, bool) or not isinstance(value, int | str) or value == "":
        raise Unreadable(f"A record lacks {name}.")
    return str(value)


def _hour(row: Mapping[str, Any]) -> datetime:
    """Return the instant at which the hour begins; without an offset it is the advertiser's."""
    try:
        start = datetime.fromisoformat(str(row.get("time_window_start", "")))
        if start.tzinfo is None:
            start = start.replace(tzinfo=ZoneInfo(str(row.get("advertiser_timezone", ""))))
    except (ValueError, ZoneInfoNotFoundError):
        raise Unreadable("A record does not say of which hour it is.") from None
    return start.astimezone(UTC)


def _count(row: Mapping[str, Any], name: str) -> int:
    value = _number(row, name)
    if value != value.to_integral_value():
        raise Unreadable(f"{name} is no whole number.")
    return int(value)


def _money(row: Mapping[str, Any], name: str) -> Decimal:
    return _number(row, name).quantize(_PLACES)


def _number(row: Mapping[str, Any], name: str) -> Decimal:
    value = row.get(name)
    if value is None:
        return ZERO
    try:
        number = Decimal(str(value))
        if isinstance(value, bool) or not number.is_finite() or abs(number) >= Decimal(10) ** 15:
            raise InvalidOperation
    except InvalidOperation:
        raise Unreadable(f"{name} is no number.") from None
    return number
