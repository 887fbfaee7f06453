"""Types and small builders shared by the tables, and the words that say who reaches their rows."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any

from sqlalchemy import (
    Boolean,
    CheckConstraint,
    Column,
    DateTime,
    Dialect,
    ForeignKey,
    ForeignKeyConstraint,
    MetaData,
    Numeric,
    String,
    Table,
    false,
    true,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.types import JSON, TypeDecorator

from core.domain.roles import Role

METADATA = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
    }
)


# Postgres keeps secrets in a schema that no outside interface exposes; SQLite has one schema.
PRIVATE = "app_private"


class Guard(StrEnum):
    """Whose rows a table holds; see the package's docstring."""

    TENANT = "tenant"
    PERSON = "person"
    SYSTEM = "system"
    SECRET = "secret"  # noqa: S105


class Sight(StrEnum):
    """Which rows of its organization a member limited to some advertisers reaches."""

    ADVERTISER = "advertiser"  # those of its advertisers, by the column advertiser_id
    WHOLE = "whole"  # none: the rows speak of the whole organization
    EVERY = "every"  # all of them


@dataclass(frozen=True, slots=True)
class Access:
    """Who reaches a table's rows, in words that become row-level security on Postgres.

    guard    whose rows these are
    sight    what a limited member reaches
    reads    the weakest role that reads; None: no member does
    writes   the weakest role that writes; None: no member does
    system   whether the scheduler also works here over all organizations at once
    exposed  whether outside interfaces (PostgREST) may read it as the person
    edited   whether they may change it too, within the same rules
    by_whole whether only members who see every advertiser change it, whoever reads it
    personal whether rows bear `owner_user_id` and `is_shared`: what is not shared is its owner's
             alone, whatever their role; what is shared follows the other words
    """

    guard: Guard
    sight: Sight = Sight.WHOLE
    reads: Role | None = Role.VIEWER
    writes: Role | None = None
    system: bool = False
    exposed: bool = False
    edited: bool = False
    by_whole: bool = False
    personal: bool = False


def access_of(table: Table) -> Access:
    """Return who reaches the table's rows."""
    access = table.info["access"]
    assert isinstance(access, Access)
    return access


def guard_of(table: Table) -> Guard:
    """Return whose rows the table holds."""
    return access_of(table).guard


def per_advertiser(*, writes: Role | None = None, system: bool = False) -> dict[str, Access]:
    """Return the words of a tenant table whose rows each belong to one advertiser."""
    return {
        "access": Access(Guard.TENANT, Sight.ADVERTISER, writes=writes, system=system, exposed=True)
    }


def whole(
    *, reads: Role = Role.VIEWER, writes: Role | None = None, system: bool = False
) -> dict[str, Access]:
    """Return the words of a tenant table that speaks of the whole organization."""
    return {"access": Access(Guard.TENANT, Sight.WHOLE, reads, writes, system)}


def of_people(sight: Sight, *, personal: bool = False) -> dict[str, Access]:
    """Return the words of a tenant table that holds what people leave: analysts write it.

    What every member sees is changed by those who see every advertiser.
    """
    return {
        "access": Access(
            Guard.TENANT,
            sight,
            writes=Role.ANALYST,
            exposed=True,
            edited=True,
            by_whole=sight is Sight.EVERY,
            personal=personal,
        )
    }


class Instant(TypeDecorator[datetime]):
    """An aware UTC instant; refuses naive ones. SQLite keeps it as naive UTC text."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a naive datetime was about to be stored")
        utc = value.astimezone(UTC)
        return utc.replace(tzinfo=None) if dialect.name == "sqlite" else utc

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class Exact(TypeDecorator[Decimal]):
    """An exact decimal with six places; SQLite keeps it as text."""

    impl = Numeric(24, 6)
    cache_ok = True
    places = 6

    def load_dialect_impl(self, dialect: Dialect) -> Any:
        kind = String(32) if dialect.name == "sqlite" else Numeric(24, self.places)
        return dialect.type_descriptor(kind)

    def process_bind_param(self, value: Decimal | None, dialect: Dialect) -> Decimal | str | None:
        if value is None:
            return None
        return f"{value:f}" if dialect.name == "sqlite" else value

    def process_result_value(self, value: Any, dialect: Dialect) -> Decimal | None:
        return None if value is None else Decimal(value)


class Rate(Exact):
    """An exact decimal with twelve places: a yen in dollars still has ten digits."""

    impl = Numeric(24, 12)
    cache_ok = True
    places = 12


class Text(TypeDecorator[str]):
    """Text as people and Amazon write it. NUL, which Postgres cannot keep, becomes U+FFFD.

    So an id with one is simply an id that nothing has, on both databases.
    """

    impl = String
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:
        return None if value is None else value.replace("\0", "\N{REPLACEMENT CHARACTER}")


class Word(TypeDecorator[StrEnum]):
    """One of an enumeration's words, as text; a word it does not have is refused both ways."""

    impl = String
    cache_ok = True

    def __init__(self, words: type[StrEnum]) -> None:
        super().__init__()
        self.words = words

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:
        return None if value is None else self.words(value).value

    def process_result_value(self, value: str | None, dialect: Dialect) -> StrEnum | None:
        return None if value is None else self.words(value)


JSON_VALUE = JSON(none_as_null=True).with_variant(JSONB(none_as_null=True), "postgresql")


def org(*, null: bool = False, key: bool = False) -> Column[str]:
    """Return the column that says whose row it is; the rows of a purged organization go with it."""
    return Column(
        "org_id",
        Text,
        ForeignKey("organization.id", ondelete="CASCADE"),
        nullable=null,
        primary_key=key,
    )


def of_connection() -> ForeignKeyConstraint:
    """Return the tie to a connection of the same organization; no row refers across tenants."""
    return ForeignKeyConstraint(
        ["org_id", "connection_id"], ["connection.org_id", "connection.id"], ondelete="CASCADE"
    )


def one_of(column: str, words: type[StrEnum]) -> CheckConstraint:
    """Return the rule that a text column holds one of an enumeration's words."""
    listed = ", ".join(f"'{word}'" for word in words)
    return CheckConstraint(f"{column} in ({listed})", name=column)


def text(
    name: str, *, null: bool = False, key: bool = False, default: str | None = None
) -> Column[str]:
    """Return a text column: not null unless said, optionally part of the primary key."""
    return Column(name, Text, nullable=null, primary_key=key, server_default=default)


def word(
    name: str, words: type[StrEnum], *, key: bool = False, default: StrEnum | None = None
) -> Column[StrEnum]:
    """Return a not-null column that holds one of an enumeration's words."""
    return Column(name, Word(words), nullable=False, primary_key=key, server_default=default)


def instant(name: str, *, null: bool = True, key: bool = False) -> Column[datetime]:
    """Return a column of aware UTC instants, nullable unless said."""
    return Column(name, Instant, nullable=null, primary_key=key)


def flag(name: str, *, default: bool = False) -> Column[bool]:
    """Return a not-null boolean column."""
    return Column(name, Boolean, nullable=False, server_default=true() if default else false())
