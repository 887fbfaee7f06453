"""What people and teams leave: views, goals, annotations, metrics, groups, tags, events, rates.

Every member reads what is shared with them; a personal row is its owner's alone. These are the
tables that may also be read and written through PostgREST, as the person (docs/architecture.md,
"Content"), so their policies must say everything that the repositories say.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import CheckConstraint, Column, Date, Index, Table, UniqueConstraint

from core.domain.client_budget import FeeTerms
from core.domain.content import AnnotationKind, Direction, Taggable
from core.domain.metrics import Better, Stage, Unit
from core.store.schema.base import (
    JSON_VALUE,
    METADATA,
    Exact,
    Rate,
    Sight,
    flag,
    instant,
    of_people,
    one_of,
    org,
    text,
    word,
)


def _made() -> tuple[Column[Any], ...]:
    return text("created_by"), instant("created_at", null=False)


def _changed() -> tuple[Column[Any], ...]:
    return text("changed_by"), instant("changed_at", null=False)


def _days_in_order(first: str, last: str) -> CheckConstraint:
    return CheckConstraint(f"{first} <= {last}", name="days")


saved_view = Table(
    "saved_view",
    METADATA,
    text("id", key=True),
    org(),
    text("owner_user_id"),
    flag("is_shared"),
    text("advertiser_id", null=True),  # the only advertiser it is about; null: several or all
    text("name"),
    text("screen"),
    Column("payload", JSON_VALUE, nullable=False),  # core.domain.views: the address's own grammar
    instant("created_at", null=False),
    *_changed(),
    Index(None, "org_id", "owner_user_id"),
    info=of_people(Sight.ADVERTISER, personal=True),
)

report_definition = Table(
    "report_definition",
    METADATA,
    text("id", key=True),
    org(),
    text("owner_user_id"),
    flag("is_shared"),
    text("advertiser_id", null=True),
    text("name"),
    Column("payload", JSON_VALUE, nullable=False),  # views, template, format
    instant("created_at", null=False),
    *_changed(),
    UniqueConstraint("org_id", "id"),
    Index(None, "org_id", "owner_user_id"),
    info=of_people(Sight.ADVERTISER, personal=True),
)

annotation = Table(
    "annotation",
    METADATA,
    text("id", key=True),
    org(),
    text("advertiser_id", null=True),  # null: about the whole organization
    text("order_id", null=True),
    word("kind", AnnotationKind),
    Column("first_day", Date, nullable=False),
    Column("last_day", Date, nullable=False),
    text("words"),
    *_made(),
    *_changed(),
    one_of("kind", AnnotationKind),
    _days_in_order("first_day", "last_day"),
    Index(None, "org_id", "first_day"),
    info=of_people(Sight.ADVERTISER),
)

goal = Table(
    "goal",
    METADATA,
    text("id", key=True),
    org(),
    text("advertiser_id"),
    text("order_id", null=True),  # null: a goal of the whole advertiser
    text("metric"),
    word("direction", Direction),
    Column("target", Exact, nullable=False),
    Column("valid_from", Date, nullable=False),
    Column("valid_to", Date),
    text("note", null=True),
    *_made(),
    *_changed(),
    one_of("direction", Direction),
    _days_in_order("valid_from", "valid_to"),
    Index(None, "org_id", "advertiser_id"),
    info=of_people(Sight.ADVERTISER),
)

custom_metric = Table(
    "custom_metric",
    METADATA,
    org(key=True),
    text("key", key=True),  # as a question and an address name it
    text("name"),
    text("formula"),  # core.domain.custom_metrics
    word("unit", Unit),
    word("better", Better),
    word("stage", Stage),
    text("description"),
    *_made(),
    *_changed(),
    one_of("unit", Unit),
    one_of("better", Better),
    one_of("stage", Stage),
    UniqueConstraint("org_id", "name"),
    info=of_people(Sight.EVERY),
)

advertiser_group = Table(
    "advertiser_group",
    METADATA,
    text("id", key=True),
    org(),
    text("name"),
    Column("advertiser_ids", JSON_VALUE, nullable=False),
    *_changed(),
    UniqueConstraint("org_id", "name"),
    info=of_people(Sight.WHOLE),
)

tag_rule = Table(
    "tag_rule",
    METADATA,
    text("id", key=True),
    org(),
    text("advertiser_id", null=True),  # null: names of every advertiser
    word("kind", Taggable),
    text("name"),
    text("pattern"),  # core.domain.naming
    *_changed(),
    one_of("kind", Taggable),
    info=of_people(Sight.ADVERTISER),
)

entity_tag = Table(
    "entity_tag",
    METADATA,
    org(key=True),
    # In the key, so that nobody overwrites what hangs on an advertiser they do not see.
    text("advertiser_id", key=True),
    word("kind", Taggable, key=True),
    text("entity_id", key=True),
    text("tag", key=True),  # "brand"
    text("value"),  # "Lumen"
    text("rule_id", null=True),  # null: set by hand, which no rule overwrites
    *_changed(),
    one_of("kind", Taggable),
    Index(None, "org_id", "tag", "value"),
    info=of_people(Sight.ADVERTISER),
)

calendar_event = Table(
    "calendar_event",
    METADATA,
    org(key=True),
    text("key", key=True),  # a built-in event's key, which this row changes; or an own one
    text("name"),
    Column("countries", JSON_VALUE, nullable=False),  # empty: everywhere
    Column("first_day", Date, nullable=False),
    Column("last_day", Date, nullable=False),
    flag("is_hidden"),
    *_changed(),
    _days_in_order("first_day", "last_day"),
    info=of_people(Sight.EVERY),
)

client_budget = Table(
    "client_budget",
    METADATA,
    text("id", key=True),
    org(),
    text("advertiser_id"),
    text("name"),
    Column("order_ids", JSON_VALUE, nullable=False),  # empty: every order of the advertiser
    Column("amount", Exact, nullable=False),  # a month's, in the advertiser's currency
    word("terms", FeeTerms),
    Column("percent", Exact, nullable=False),  # 0.15 is 15 %
    Column("first_month", Date, nullable=False),  # first days of months
    Column("last_month", Date),
    *_made(),
    *_changed(),
    one_of("terms", FeeTerms),
    _days_in_order("first_month", "last_month"),
    Index(None, "org_id", "advertiser_id"),
    info=of_people(Sight.ADVERTISER),
)

fx_rate = Table(
    "fx_rate",
    METADATA,
    org(key=True),
    Column("day", Date, primary_key=True),
    text("base", key=True),
    text("quote", key=True),
    Column("rate", Rate, nullable=False),  # how much of `quote` one `base` buys
    text("source"),
    *_changed(),
    CheckConstraint("base <> quote", name="pair"),
    info=of_people(Sight.EVERY),
)
