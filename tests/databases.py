"""Databases for tests: SQLite and a real Postgres, migrated, with two organizations standing.

    database    its address and kind; each test starts from the same few rows
    store       the web process's store on it
    background  the scheduler's store on it
    acme, other two organizations with a member of every role and one limited member each

A test that takes any of these runs twice, once on each kind of database.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from uuid import uuid4

import pytest
from sqlalchemy import Engine, Insert, delete, insert, null

from core.domain.ids import AdvertiserId, OrgId, UserId
from core.domain.roles import Role
from core.domain.scope import TenantScope
from core.store.engine import WRITING, create_store_engine
from core.store.migrate import migrate
from core.store.schema import (
    app_user,
    heartbeat,
    job,
    lease,
    membership,
    membership_advertiser,
    organization,
    rate_budget,
    schedule,
    stream_aside,
)
from core.store.store import Process, Store
from tests.postgres_server import PostgresServer

NOW = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
LIMITED = AdvertiserId("581000000000000001")  # the one advertiser that a limited member sees


@dataclass(frozen=True)
class Database:
    """A migrated database. `owner` bypasses row-level security: for looking at what is there."""

    kind: str
    address: str
    owner: Engine = field(repr=False)


@dataclass(frozen=True)
class Organization:
    """A standing organization."""

    id: OrgId

    def user(self, role: Role) -> UserId:
        return UserId(f"{self.id}-{role}")

    def scope(self, role: Role = Role.OWNER) -> TenantScope:
        """Return what the member of that role may see: all advertisers."""
        return TenantScope(self.id, self.user(role), role)

    @property
    def limited(self) -> TenantScope:
        """Return what the analyst limited to one advertiser may see."""
        return TenantScope(
            self.id, UserId(f"{self.id}-limited"), Role.ANALYST, frozenset({LIMITED})
        )

    @property
    def job(self) -> TenantScope:
        """Return the scope of background work."""
        return TenantScope.for_job(self.id)


@pytest.fixture(scope="session")
def postgres() -> Iterator[PostgresServer]:
    """A PostgreSQL of this test process, without any database of ours yet."""
    server = PostgresServer()
    try:
        server.start()
        yield server
    finally:
        server.remove()


@pytest.fixture(scope="session")
def migrated_postgres(postgres: PostgresServer) -> str:
    """The name of a migrated database that others are copied from."""
    postgres.run(["create database migrated"])
    _migrate(postgres.address("migrated"))
    return "migrated"


@pytest.fixture(scope="session")
def migrated_sqlite(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated file that others are copied from."""
    path = tmp_path_factory.mktemp("sqlite") / "migrated.db"
    _migrate(f"sqlite:///{path}")
    return path


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def fresh_database(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Database]:
    """A database of this test module, copied from the migrated one."""
    if request.param == "sqlite":
        path = tmp_path_factory.mktemp("store") / "flightdeck.db"
        shutil.copy(request.getfixturevalue("migrated_sqlite"), path)
        address = f"sqlite:///{path}"
    else:
        server: PostgresServer = request.getfixturevalue("postgres")
        name, template = f"t{uuid4().hex[:12]}", request.getfixturevalue("migrated_postgres")
        server.run([f"create database {name} template {template}"])
        address = server.address(name)
    owner = create_store_engine(address).execution_options(**WRITING)
    yield Database(request.param, address, owner)
    owner.dispose()
    if request.param == "postgresql":
        server.run([f"drop database {name} with (force)"])


@pytest.fixture
def acme() -> Organization:
    """The organization that a test is about."""
    return Organization(OrgId("org_acme"))


@pytest.fixture
def other() -> Organization:
    """The second organization, which stands beside every test over tenant data."""
    return Organization(OrgId("org_other"))


@pytest.fixture
def database(fresh_database: Database, acme: Organization, other: Organization) -> Database:
    """The module's database with nothing in it but the two organizations."""
    return with_only(fresh_database, acme, other)


def with_only(database: Database, *organizations: Organization) -> Database:
    """Return the database with nothing in it but these organizations."""
    with database.owner.begin() as connection:
        for table in (organization, app_user, lease, heartbeat, rate_budget, stream_aside):
            connection.execute(delete(table))
        for table in (job, schedule):
            connection.execute(delete(table).where(table.c.org_id.is_(null())))
        for standing in organizations:
            for statement, rows in standing_rows(standing):
                connection.execute(statement, rows)
    return database


@pytest.fixture
def store(database: Database) -> Iterator[Store]:
    """The web process's store."""
    opened = Store.open(database.address, Process.WEB)
    yield opened
    opened.close()


@pytest.fixture
def background(database: Database) -> Iterator[Store]:
    """The scheduler's store."""
    opened = Store.open(database.address, Process.SCHEDULER)
    yield opened
    opened.close()


def _migrate(address: str) -> None:
    engine = create_store_engine(address)
    migrate(engine)
    engine.dispose()


def standing_rows(standing: Organization) -> Iterator[tuple[Insert, list[dict[str, object]]]]:
    """Yield the statements, with their rows, that make an organization and its members stand."""
    people = [(standing.user(role), role, True) for role in Role]
    people.append((standing.limited.user_id, Role.ANALYST, False))
    yield (
        insert(app_user),
        [
            {
                "id": user_id,
                "issuer": "https://id.example",
                "subject": user_id,
                "email": f"{user_id}@mail.example",
                "email_verified": True,
                "name": user_id.replace("-", " "),
                "created_at": NOW,
            }
            for user_id, _, _ in people
        ],
    )
    founder = standing.user(Role.OWNER)
    founded = {"id": standing.id, "name": standing.id, "created_by": founder, "created_at": NOW}
    yield insert(organization), [founded]
    yield (
        insert(membership),
        [
            {
                "org_id": standing.id,
                "user_id": user_id,
                "role": role,
                "all_advertisers": whole,
                "created_at": NOW,
            }
            for user_id, role, whole in people
        ],
    )
    limited = {"org_id": standing.id, "user_id": standing.limited.user_id}
    yield insert(membership_advertiser), [{**limited, "advertiser_id": LIMITED}]
