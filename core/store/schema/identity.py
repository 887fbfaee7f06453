"""People, organizations, sessions and who may see what."""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Column,
    ForeignKey,
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
    Text,
    flag,
    instant,
    one_of,
    org,
    text,
    word,
)

# Rows about people have policies of their own: what a request has proved decides
# (a session's token, an issuer and subject, an invitation's token), not an organization.
_PERSON = {"access": Access(Guard.PERSON)}
_MEMBERS = {"access": Access(Guard.TENANT, writes=Role.ADMIN)}

app_user = Table(
    "app_user",
    METADATA,
    text("id", key=True),
    text("issuer"),
    text("subject"),
    text("email", null=True),
    flag("email_verified"),
    text("name", null=True),
    instant("created_at", null=False),
    instant("last_login_at"),
    # Identity is (issuer, subject); an address never merges two people.
    UniqueConstraint("issuer", "subject"),
    info=_PERSON,
)


def _user(name: str, *, key: bool = False) -> Column[str]:
    return Column(
        name,
        Text,
        ForeignKey("app_user.id", ondelete="CASCADE"),
        nullable=False,
        primary_key=key,
    )


app_session = Table(
    "app_session",
    METADATA,
    text("id", key=True),
    Column("token_hash", String, nullable=False, unique=True),
    _user("user_id"),
    text("issuer"),
    text("subject"),
    instant("created_at", null=False),
    instant("last_seen_at", null=False),
    instant("absolute_end_at", null=False),
    instant("claims_end_at"),
    instant("revoked_at"),
    text("user_agent", null=True),
    Index(None, "user_id"),
    info=_PERSON,
)

organization = Table(
    "organization",
    METADATA,
    text("id", key=True),
    text("name"),
    text("created_by"),
    instant("created_at", null=False),
    instant("deleted_at"),
    info={"access": Access(Guard.TENANT, Sight.EVERY, writes=Role.OWNER, system=True)},
)

membership = Table(
    "membership",
    METADATA,
    org(key=True),
    _user("user_id", key=True),
    word("role", Role),
    flag("all_advertisers", default=True),
    instant("created_at", null=False),
    one_of("role", Role),
    Index(None, "user_id", "org_id"),
    info=_MEMBERS,
)

membership_advertiser = Table(
    "membership_advertiser",
    METADATA,
    org(key=True),
    text("user_id", key=True),
    text("advertiser_id", key=True),
    ForeignKeyConstraint(
        ["org_id", "user_id"], ["membership.org_id", "membership.user_id"], ondelete="CASCADE"
    ),
    info=_MEMBERS,
)

invitation = Table(
    "invitation",
    METADATA,
    text("id", key=True),
    org(),
    Column("token_hash", String, nullable=False, unique=True),
    text("email"),
    word("role", Role),
    Column("advertiser_ids", JSON_VALUE),
    text("created_by"),
    instant("created_at", null=False),
    instant("expires_at", null=False),
    text("accepted_by", null=True),
    instant("accepted_at"),
    instant("revoked_at"),
    one_of("role", Role),
    Index(None, "org_id", "created_at"),
    info=_MEMBERS,
)

audit_event = Table(
    "audit_event",
    METADATA,
    org(key=True),
    Column("sequence", BigInteger, primary_key=True, autoincrement=False),
    instant("at", null=False),
    text("actor"),
    text("action"),
    text("subject"),
    Column("detail", JSON_VALUE, nullable=False),
    # Each row's hash covers the one before it in the same organization (core.security.audit).
    text("previous_hash"),
    text("hash"),
    # Any member's acts are added; admins read; nobody changes or removes.
    info={"access": Access(Guard.TENANT, Sight.EVERY, Role.ADMIN, Role.VIEWER)},
)

# The end of each chain: one row to lock while an event is added, and to compare when one is lost.
audit_head = Table(
    "audit_head",
    METADATA,
    org(key=True),
    Column("sequence", BigInteger, nullable=False),
    text("hash"),
    info={"access": Access(Guard.TENANT, Sight.EVERY, writes=Role.VIEWER)},
)
