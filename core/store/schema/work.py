"""The background's own state: jobs, schedules, leases, mail; and small things people leave."""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Column,
    Float,
    Index,
    Integer,
    Table,
    UniqueConstraint,
)
from sqlalchemy import (
    text as sql,
)

from core.domain.roles import Role
from core.store.schema.base import (
    JSON_VALUE,
    METADATA,
    Access,
    Guard,
    Sight,
    flag,
    instant,
    org,
    per_advertiser,
    text,
    whole,
    word,
)
from core.store.schema.words import JobState, MailState

job = Table(
    "job",
    METADATA,
    text("id", key=True),
    org(null=True),
    text("kind"),
    # One queued or running job per key: asking twice is asking once. Begins with the org_id.
    text("dedupe_key", null=True),
    Column("payload", JSON_VALUE, nullable=False),
    word("state", JobState),
    Column("priority", Integer, nullable=False, server_default="5"),
    instant("run_at", null=False),
    instant("lease_until"),
    text("lease_holder", null=True),
    Column("lease_token", BigInteger, nullable=False, server_default="0"),
    Column("attempts", Integer, nullable=False, server_default="0"),
    Column("attempts_max", Integer, nullable=False, server_default="8"),
    Column("timeout_seconds", Float, nullable=False, server_default="600"),
    Column("progress", JSON_VALUE),
    text("error", null=True),
    text("created_by"),
    instant("created_at", null=False),
    instant("finished_at"),
    Index(
        "uq_job_dedupe_key",
        "dedupe_key",
        unique=True,
        sqlite_where=sql("state in ('queued', 'running')"),
        postgresql_where=sql("state in ('queued', 'running')"),
    ),
    Index("ix_job_due", "state", "priority", "run_at", "id"),
    Index("ix_job_org", "org_id", "created_at"),
    # Members add jobs; limited ones see only their own. Policies of its own.
    info={"access": Access(Guard.TENANT, Sight.EVERY, writes=Role.VIEWER, system=True)},
)

schedule = Table(
    "schedule",
    METADATA,
    text("id", key=True),
    org(null=True),
    text("kind"),
    Column("payload", JSON_VALUE, nullable=False),
    text("rule"),  # core.domain.recurrence
    text("timezone"),
    text("catch_up"),  # once | skip | each
    instant("next_run_at", null=False),
    instant("last_run_at"),
    flag("enabled", default=True),
    Index(None, "enabled", "next_run_at"),
    info=whole(writes=Role.ADMIN, system=True),
)

lease = Table(
    "lease",
    METADATA,
    text("name", key=True),
    text("holder"),
    Column("token", BigInteger, nullable=False),
    instant("expires_at", null=False),
    info={"access": Access(Guard.SYSTEM, reads=None, system=True)},
)

heartbeat = Table(
    "heartbeat",
    METADATA,
    text("process", key=True),
    text("kind"),
    instant("started_at", null=False),
    instant("beat_at", null=False),
    text("version"),
    Column("detail", JSON_VALUE),
    info={"access": Access(Guard.SYSTEM, system=True)},  # the web shows it to anybody logged in
)

download = Table(
    "download",
    METADATA,
    text("token_hash", key=True),
    org(),
    text("user_id"),
    text("session_id"),
    text("file_name"),
    Column("spec", JSON_VALUE, nullable=False),
    instant("created_at", null=False),
    instant("expires_at", null=False),
    Index(None, "expires_at"),
    # A download is its maker's alone: policies of its own.
    info={"access": Access(Guard.TENANT, Sight.EVERY, writes=Role.VIEWER)},
)

attention = Table(
    "attention",
    METADATA,
    org(key=True),
    text("item_key", key=True),
    text("advertiser_id", null=True),
    instant("acknowledged_at"),
    instant("snoozed_until"),
    text("owner_user_id", null=True),
    text("changed_by"),
    instant("changed_at", null=False),
    info=per_advertiser(writes=Role.ANALYST),
)

outbox = Table(
    "outbox",
    METADATA,
    text("id", key=True),
    org(),
    text("kind"),
    text("recipient"),
    text("subject"),
    Column("body", JSON_VALUE, nullable=False),
    text("message_id"),
    word("state", MailState),
    Column("attempts", Integer, nullable=False, server_default="0"),
    instant("created_at", null=False),
    instant("run_at", null=False),
    instant("sent_at"),
    text("error", null=True),
    instant("lease_until"),
    text("lease_holder", null=True),
    Column("lease_token", BigInteger, nullable=False, server_default="0"),
    UniqueConstraint("org_id", "message_id"),
    Index(None, "state", "run_at", "id"),
    info=whole(reads=Role.ADMIN, writes=Role.ADMIN, system=True),
)
