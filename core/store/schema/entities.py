"""Orders, flights, budgets, line items, bids, creatives and their states, as versions.

One row is one state of one entity over time: `valid_to` is null for the present one. A daily
snapshot writes a row only where something differs from the row before, and `snapshot_run`
proves that the day was looked at; so "as of" shows old spend against old budgets.
"""

from __future__ import annotations

from sqlalchemy import Column, Date, Index, Integer, Table

from core.domain.cuts import Labelled
from core.domain.entities import Kind
from core.domain.roles import Role
from core.store.schema.base import JSON_VALUE, METADATA, instant, org, per_advertiser, text, word
from core.store.schema.words import Source

entity_version = Table(
    "entity_version",
    METADATA,
    org(key=True),
    word("kind", Kind, key=True),
    word("source", Source, key=True),
    text("entity_id", key=True),
    instant("valid_from", null=False, key=True),
    instant("valid_to"),
    text("advertiser_id"),
    text("parent_id", null=True),
    text("name"),
    text("state"),
    Column("attributes", JSON_VALUE, nullable=False),
    text("fingerprint"),
    Index(None, "org_id", "advertiser_id", "kind", "valid_to"),
    Index(None, "org_id", "valid_from"),
    info=per_advertiser(writes=Role.ANALYST),
)

snapshot_run = Table(
    "snapshot_run",
    METADATA,
    org(key=True),
    text("advertiser_id", key=True),
    Column("day", Date, primary_key=True),
    word("source", Source, key=True),
    instant("taken_at", null=False),
    Column("entities", Integer, nullable=False),
    Column("changes", Integer, nullable=False),
    info=per_advertiser(writes=Role.ANALYST),
)

order_setting = Table(
    "order_setting",
    METADATA,
    org(key=True),
    text("advertiser_id"),
    text("order_id", key=True),
    text("stage", null=True),
    text("set_by"),
    instant("set_at", null=False),
    info=per_advertiser(writes=Role.ANALYST),
)

report_label = Table(
    "report_label",
    METADATA,
    org(key=True),
    text("advertiser_id", key=True),
    word("kind", Labelled, key=True),
    text("label_id", key=True),
    text("name"),
    text("detail"),
    instant("seen_at", null=False),
    info=per_advertiser(writes=Role.ANALYST),
)
