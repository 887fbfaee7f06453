"""One row in every table for an organization, whatever the tables are: for walks over them all."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import Any

from sqlalchemy import (
    JSON,
    Boolean,
    Column,
    Connection,
    Date,
    Float,
    Integer,
    LargeBinary,
    String,
    Table,
    UniqueConstraint,
    insert,
)

from core.domain.roles import Role
from core.store.schema import METADATA
from core.store.schema.base import Exact, Instant, Text, Word
from core.store.schema.words import JobState
from tests.databases import NOW, Organization

UNSEEN = "581000000000000002"  # an advertiser that the limited member does not see
# Standing rows are there already (tests/databases.py).
_STANDING = {"organization", "app_user", "membership", "membership_advertiser"}
_LOOKED_UP = {"screen", "rule_id"}  # what several rows may share, and methods ask by
# To the row of the same organization in the table before it.
_REFERENCES = {"definition_id", "schedule_id", "recipient_id", "delivery_id"}


def fill(connection: Connection, org: Organization, advertiser_id: str = UNSEEN) -> None:
    """Add a row of `org` to every table that has none yet."""
    for table in METADATA.sorted_tables:
        if table.name not in _STANDING:
            connection.execute(insert(table), row(table, org, advertiser_id))


def row(table: Table, org: Organization, advertiser_id: str = UNSEEN) -> dict[str, Any]:
    """Return a valid row of `org` for `table`."""
    made = {c.name: _value(c, org, advertiser_id) for c in table.columns}
    if table.name == "job":
        made |= {"state": JobState.DONE, "dedupe_key": None}
    return made


def another(table: Table, org: Organization, advertiser_id: str = UNSEEN) -> dict[str, Any]:
    """Return a valid row whose own ids are new, so that no key stands in its way."""
    made = row(table, org, advertiser_id)
    fixed = {"org_id", "advertiser_id", "connection_id", "user_id", "base", "quote", *_REFERENCES}
    if table.name == "fx_rate":
        made["day"] += timedelta(days=1)
    unique = {
        column.name
        for constraint in table.constraints
        if isinstance(constraint, UniqueConstraint)
        for column in constraint.columns
    }
    for column in table.columns:
        is_free_text = isinstance(column.type, String | Text) and column.name not in fixed
        is_looked_up = column.name in unique or column.name in _LOOKED_UP
        if is_free_text and (column.primary_key or column.unique or is_looked_up):
            made[column.name] = f"new-{made[column.name]}"
    return made


def _value(column: Column[Any], org: Organization, advertiser_id: str) -> Any:
    owner = org.user(Role.OWNER)
    known = {
        "org_id": org.id,
        "advertiser_id": advertiser_id,
        "connection_id": f"{org.id}-con",
        "user_id": owner,
        "created_by": owner,
        "actor": owner,
        "owner_user_id": owner,
        "is_default": False,
        "is_shared": True,
        "stage": "awareness",
        "base": "USD",
        "quote": "EUR",
    }
    if column.name in known:
        return known[column.name]
    if column.table.name == "connection" and column.name == "id":
        return f"{org.id}-con"
    if column.name in _REFERENCES:
        return f"{org.id}-id"
    values: tuple[tuple[type, Any], ...] = (
        (Text, f"{org.id}-{column.name}"),
        (String, f"{org.id}-{column.name}"),
        (Instant, NOW),
        (Exact, Decimal(1)),
        (Boolean, False),
        (Date, NOW.date()),
        (LargeBinary, b"box"),
        (JSON, {}),
        (Integer, 1),
        (Float, 1.0),
    )
    if isinstance(column.type, Word):
        return next(iter(column.type.words))
    return next(value for kind, value in values if isinstance(column.type, kind))
