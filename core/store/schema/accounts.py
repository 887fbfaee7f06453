"""Amazon accounts: links, their secrets, and what was discovered behind them."""

from __future__ import annotations

from sqlalchemy import (
    Column,
    ForeignKeyConstraint,
    Index,
    Integer,
    LargeBinary,
    Table,
    UniqueConstraint,
)
from sqlalchemy import (
    text as sql,
)

from core.domain.connections import (
    AccessMode,
    Adapter,
    CampaignAccess,
    RefreshOutcome,
    Status,
    SyncState,
)
from core.domain.regions import Region
from core.domain.roles import Role
from core.store.schema.base import (
    JSON_VALUE,
    METADATA,
    PRIVATE,
    Access,
    Guard,
    flag,
    instant,
    of_connection,
    org,
    per_advertiser,
    text,
    whole,
    word,
)

oauth_state = Table(
    "oauth_state",
    METADATA,
    text("state_hash", key=True),
    org(),
    text("user_id"),
    text("session_id"),
    word("region", Region),
    text("connection_id", null=True),  # set when an existing connection is re-authorized
    Column("verifier_sealed", LargeBinary, nullable=False),
    instant("created_at", null=False),
    instant("expires_at", null=False),
    instant("used_at"),
    Index(None, "org_id", "expires_at"),
    # A state is its starter's alone: policies of its own.
    info={"access": Access(Guard.TENANT, writes=Role.ADMIN)},
)

connection = Table(
    "connection",
    METADATA,
    text("id", key=True),
    org(),
    word("region", Region),
    text("amazon_user_id", null=True),
    text("amazon_name", null=True),
    text("amazon_email", null=True),
    word("status", Status),
    text("status_reason", null=True),
    instant("status_at", null=False),
    text("linked_by"),
    instant("linked_at", null=False),
    instant("discovered_at"),
    instant("disconnected_at"),
    word("adapter", Adapter, default=Adapter.V3),
    UniqueConstraint("org_id", "id"),
    Index(
        "uq_connection_amazon_user",
        "org_id",
        "region",
        "amazon_user_id",
        unique=True,
        sqlite_where=sql("amazon_user_id is not null"),
        postgresql_where=sql("amazon_user_id is not null"),
    ),
    info=whole(writes=Role.ADMIN),
)

credential = Table(
    "credential",
    METADATA,
    text("connection_id", key=True),
    org(),
    text("refresh_key_id"),
    Column("refresh_sealed", LargeBinary, nullable=False),
    text("access_key_id", null=True),
    Column("access_sealed", LargeBinary),
    instant("access_expires_at"),
    instant("refresh_due_at"),  # null: nobody refreshes it, the grant is lost
    instant("refreshed_at"),
    instant("attempted_at"),
    instant("cooldown_until"),
    Column("failures", Integer, nullable=False, server_default="0"),
    instant("failing_since"),
    text("last_error", null=True),
    Column("version", Integer, nullable=False, server_default="1"),
    Column("fencing_token", Integer, nullable=False, server_default="0"),
    of_connection(),
    Index(None, "refresh_due_at"),
    Index(None, "org_id"),
    info={"access": Access(Guard.SECRET, writes=Role.ADMIN, system=True)},
    schema=PRIVATE,
)

refresh_event = Table(
    "refresh_event",
    METADATA,
    text("id", key=True),
    org(),
    text("connection_id"),
    instant("at", null=False),
    word("outcome", RefreshOutcome),
    text("error", null=True),
    Column("milliseconds", Integer, nullable=False),
    # Reliability counts due refreshes that came before the old token's expiry.
    flag("in_time", default=True),
    of_connection(),
    Index(None, "org_id", "connection_id", "at"),
    info=whole(system=True),
)

profile = Table(
    "profile",
    METADATA,
    org(key=True),
    text("connection_id", key=True),
    text("profile_id", key=True),
    word("region", Region),
    text("country_code"),
    text("currency"),
    text("timezone"),
    text("account_type"),
    text("account_subtype", null=True),
    text("account_id"),
    text("marketplace_id", null=True),
    text("name"),
    text("access_level"),
    instant("seen_at", null=False),
    instant("gone_at"),
    of_connection(),
    info=whole(),
)

manager_account = Table(
    "manager_account",
    METADATA,
    org(key=True),
    text("connection_id", key=True),
    text("manager_account_id", key=True),
    text("name"),
    instant("seen_at", null=False),
    of_connection(),
    info=whole(),
)

manager_link = Table(
    "manager_link",
    METADATA,
    org(key=True),
    text("connection_id", key=True),
    text("manager_account_id", key=True),
    text("account_id", key=True),
    text("account_name"),
    text("account_type"),
    text("dsp_advertiser_id", null=True),
    text("marketplace_id", null=True),
    text("profile_id", null=True),
    instant("seen_at", null=False),
    of_connection(),
    info=whole(),
)

seat = Table(
    "seat",
    METADATA,
    org(key=True),
    text("connection_id", key=True),
    text("seat_id", key=True),
    text("name"),
    word("region", Region),
    Column("detail", JSON_VALUE),
    instant("seen_at", null=False),
    of_connection(),
    info=whole(),
)

sponsored_account = Table(
    "sponsored_account",
    METADATA,
    org(key=True),
    text("connection_id", key=True),
    text("ads_account_id", key=True),
    text("name"),
    text("status"),
    Column("country_codes", JSON_VALUE),
    Column("alternate_ids", JSON_VALUE),
    instant("seen_at", null=False),
    of_connection(),
    info=whole(),
)

advertiser = Table(
    "advertiser",
    METADATA,
    org(key=True),
    text("advertiser_id", key=True),
    word("region", Region),
    text("name"),
    text("currency"),
    text("country", null=True),
    text("timezone"),
    text("entity_id", null=True),
    text("url", null=True),
    text("v1_account_id", null=True),
    word("sync_state", SyncState),
    flag("is_default"),
    instant("selected_at"),
    text("selected_by", null=True),
    instant("synced_at"),
    instant("seen_at", null=False),
    Index(
        "uq_advertiser_default",
        "org_id",
        unique=True,
        sqlite_where=sql("is_default"),
        postgresql_where=sql("is_default"),
    ),
    info=per_advertiser(writes=Role.ADMIN),
)

advertiser_access = Table(
    "advertiser_access",
    METADATA,
    org(key=True),
    text("advertiser_id", key=True),
    text("connection_id", key=True),
    word("mode", AccessMode, key=True),
    text("header_value"),
    word("campaign_access", CampaignAccess),
    instant("seen_at", null=False),
    instant("gone_at"),
    of_connection(),
    ForeignKeyConstraint(
        ["org_id", "advertiser_id"],
        ["advertiser.org_id", "advertiser.advertiser_id"],
        ondelete="CASCADE",
    ),
    info=per_advertiser(),
)
