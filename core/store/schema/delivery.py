"""How reports reach people: schedules, what was sent, to whom, and links for those without login.

Written by the web and the scheduler over SQL only; nothing here is open to PostgREST.
"""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Column,
    ForeignKeyConstraint,
    Index,
    String,
    Table,
    UniqueConstraint,
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
    one_of,
    org,
    text,
    whole,
    word,
)
from core.store.schema.words import DeliveryState

report_schedule = Table(
    "report_schedule",
    METADATA,
    text("id", key=True),
    org(),
    text("definition_id"),
    text("name"),
    text("rule"),  # core.domain.recurrence
    text("timezone"),
    # formats, attached or linked, skipped when empty or unchanged, comment and approval wanted
    Column("options", JSON_VALUE, nullable=False),
    flag("enabled", default=True),
    instant("next_run_at"),  # null: runs when data is complete, or never
    instant("last_run_at"),
    text("created_by"),
    instant("created_at", null=False),
    text("changed_by"),
    instant("changed_at", null=False),
    UniqueConstraint("org_id", "id"),
    ForeignKeyConstraint(
        ["org_id", "definition_id"],
        ["report_definition.org_id", "report_definition.id"],
        ondelete="CASCADE",
    ),
    Index(None, "enabled", "next_run_at"),
    info=whole(writes=Role.ANALYST, system=True),
)

recipient = Table(
    "recipient",
    METADATA,
    text("id", key=True),
    org(),
    text("schedule_id"),
    text("address"),
    text("added_by"),
    instant("added_at", null=False),
    instant("unsubscribed_at"),
    UniqueConstraint("org_id", "id"),
    UniqueConstraint("org_id", "schedule_id", "address"),
    ForeignKeyConstraint(
        ["org_id", "schedule_id"],
        ["report_schedule.org_id", "report_schedule.id"],
        ondelete="CASCADE",
    ),
    # Whoever holds an unsubscribe link may end their own row: policies of its own.
    info=whole(reads=Role.ANALYST, writes=Role.ANALYST),
)

# A mail's own way out. Each mail has a new token, so that links in older mails go on working.
unsubscribe_link = Table(
    "unsubscribe_link",
    METADATA,
    Column("token_hash", String, primary_key=True),
    org(),
    text("recipient_id"),
    instant("created_at", null=False),
    ForeignKeyConstraint(
        ["org_id", "recipient_id"],
        ["recipient.org_id", "recipient.id"],
        ondelete="CASCADE",
    ),
    info={"access": Access(Guard.TENANT, reads=None)},
)

report_delivery = Table(
    "report_delivery",
    METADATA,
    text("id", key=True),
    org(),
    # The history outlives definition and schedule.
    text("definition_id"),
    text("schedule_id", null=True),
    text("name"),
    instant("due_at", null=False),
    word("state", DeliveryState),
    flag("is_late"),
    Column("as_of", JSON_VALUE, nullable=False),  # manifest, data-through, ranges, filters
    Column("files", JSON_VALUE, nullable=False),  # name, media type, bytes, sha256, place
    Column("bytes", BigInteger),
    text("sha256", null=True),
    Column("message_ids", JSON_VALUE, nullable=False),
    text("comment", null=True),
    text("approved_by", null=True),
    instant("approved_at"),
    text("reason", null=True),  # why it was skipped, or failed
    text("created_by"),
    instant("created_at", null=False),
    instant("sent_at"),
    one_of("state", DeliveryState),
    UniqueConstraint("org_id", "id"),
    UniqueConstraint("org_id", "schedule_id", "due_at"),
    Index(None, "org_id", "created_at"),
    info=whole(writes=Role.ANALYST),
)

# The way from a mail to the very files of its report, for whoever holds the mail; over with the
# recipient, the delivery or its time. It names its files itself, so that it opens no other row.
file_link = Table(
    "file_link",
    METADATA,
    Column("token_hash", String, primary_key=True),
    org(),
    text("delivery_id"),
    text("recipient_id", null=True),  # none where somebody was written to just once
    Column("files", JSON_VALUE, nullable=False),  # as in report_delivery
    instant("created_at", null=False),
    instant("expires_at", null=False),
    ForeignKeyConstraint(
        ["org_id", "delivery_id"],
        ["report_delivery.org_id", "report_delivery.id"],
        ondelete="CASCADE",
    ),
    ForeignKeyConstraint(
        ["org_id", "recipient_id"],
        ["recipient.org_id", "recipient.id"],
        ondelete="CASCADE",
    ),
    info={"access": Access(Guard.TENANT, reads=None, system=True)},
)

share_link = Table(
    "share_link",
    METADATA,
    text("id", key=True),
    org(),
    Column("token_hash", String, nullable=False, unique=True),
    text("name"),
    Column("payload", JSON_VALUE, nullable=False),  # one view, and what the visitor may do
    text("password_hash", null=True),
    text("created_by"),
    instant("created_at", null=False),
    instant("expires_at", null=False),
    instant("revoked_at"),
    text("revoked_by", null=True),
    Index(None, "org_id", "created_at"),
    # Its maker's, and the admins'; its holder reads it. Policies of its own.
    info={"access": Access(Guard.TENANT, Sight.EVERY, writes=Role.ANALYST, system=True)},
)
