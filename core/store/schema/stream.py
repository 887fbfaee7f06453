"""The stream: who takes part in it, the records seen, and the hours that they add up to."""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, Date, Index, Integer, Table

from core.domain.regions import Region
from core.domain.roles import Role
from core.domain.stream import StreamDataset, StreamState
from core.store.schema.base import (
    METADATA,
    Access,
    Exact,
    Guard,
    instant,
    of_connection,
    org,
    per_advertiser,
    text,
    word,
)

stream_subscription = Table(
    "stream_subscription",
    METADATA,
    org(key=True),
    text("advertiser_id", key=True),
    word("dataset", StreamDataset, key=True),
    text("connection_id"),
    word("state", StreamState),
    text("subscription_id", null=True),  # Amazon's
    text("error", null=True),
    instant("changed_at", null=False),
    instant("last_message_at"),
    Index(None, "advertiser_id", "dataset"),
    of_connection(),
    info=per_advertiser(writes=Role.ADMIN, system=True),
)

stream_record = Table(
    "stream_record",
    METADATA,
    org(key=True),
    text("record_id", key=True),
    text("advertiser_id"),
    instant("at", null=False),
    Index(None, "at"),
    info=per_advertiser(system=True),
)

stream_hour = Table(
    "stream_hour",
    METADATA,
    org(key=True),
    text("advertiser_id", key=True),
    text("order_id", key=True),
    instant("hour", null=False, key=True),
    Column("day", Date, nullable=False),  # of the advertiser's own calendar
    Column("hour_of_day", Integer, nullable=False),
    Column("impressions", BigInteger, nullable=False),
    Column("clicks", BigInteger, nullable=False),
    Column("cost", Exact, nullable=False),
    Column("purchases", BigInteger, nullable=False),
    Column("sales", Exact, nullable=False),
    instant("updated_at", null=False),
    Index(None, "org_id", "advertiser_id", "day"),
    Index(None, "day"),
    info=per_advertiser(system=True),
)

stream_aside = Table(
    "stream_aside",
    METADATA,
    text("message_id", key=True),
    word("region", Region),
    text("reason"),
    text("excerpt"),
    instant("at", null=False),
    info={"access": Access(Guard.SYSTEM, reads=None, system=True)},
)
