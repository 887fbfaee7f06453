"""How each database is opened, and what its errors say."""

from __future__ import annotations

import multiprocessing
import sqlite3
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest
from sqlalchemy import create_engine, select, text, update
from sqlalchemy.exc import IntegrityError, StatementError

from core.domain.connections import Status
from core.domain.roles import Role
from core.domain.scope import TenantScope
from core.errors import Upstream
from core.store import engine
from core.store.schema import lease, organization, rate_budget
from core.store.store import Process, Store
from core.store.transaction import DatabaseNow
from tests.databases import NOW, Database, Organization
from tests.integration.store.makers import linked
from tests.postgres_server import PostgresServer

SQLITE = pytest.mark.parametrize("fresh_database", ["sqlite"], indirect=True, scope="module")


@SQLITE
def test_sqlite_is_opened_for_two_processes(database: Database, store: Store) -> None:
    pragmas = {
        "journal_mode": "wal",
        "synchronous": 1,
        "foreign_keys": 1,
        "busy_timeout": 5000,
    }
    with store.engine.connect() as connection:
        found = {
            name: connection.exec_driver_sql(f"pragma {name}").scalar_one() for name in pragmas
        }
    assert found == pragmas


@SQLITE
def test_a_reader_keeps_its_moment_while_another_writes(
    store: Store, background: Store, acme: Organization
) -> None:
    with store.reading(acme.scope()) as reader:
        before = reader.organization.get().name
        with background.engine.connect() as connection:  # another process would do the same
            writer = connection.execution_options(**engine.WRITING)
            with writer.begin():
                writer.execute(update(organization).values(name="Changed"))
        assert reader.organization.get().name == before
    with store.reading(acme.scope()) as reader:
        assert reader.organization.get().name == "Changed"


def test_a_reader_sees_one_moment_on_both(
    store: Store, database: Database, acme: Organization
) -> None:
    with store.reading(acme.scope()) as reader:
        names = [reader.organization.get().name]
        with database.owner.begin() as connection:
            connection.execute(update(organization).values(name="Changed"))
        names.append(reader.organization.get().name)
    assert names == [acme.id, acme.id]


def test_a_reading_door_writes_nothing(store: Store, acme: Organization) -> None:
    with pytest.raises(Exception, match=r"read-?only"), store.reading(acme.scope()) as tenant:
        tenant.organization.rename("Never")
    with store.writing(acme.scope()) as tenant:  # the same connection writes again
        tenant.organization.rename("Now")


@SQLITE
def test_a_writer_that_waits_too_long_is_told_to_try_again(
    database: Database, store: Store, acme: Organization, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(engine, "BUSY_MILLISECONDS", 50)
    impatient = Store.open(database.address, Process.WEB)
    path = database.address.removeprefix("sqlite:///")
    with sqlite3.connect(path, isolation_level=None) as hog:
        hog.execute("begin immediate")
        door = impatient.writing(acme.scope())
        with pytest.raises(Upstream, match="did not answer"):
            door.__enter__()
        with impatient.reading(acme.scope()) as tenant:
            assert tenant.organization.get().name == acme.id
        hog.execute("rollback")
    impatient.close()


def test_letters_are_lowered_beyond_ascii(store: Store) -> None:
    with store.engine.connect() as connection:
        lowered = connection.execute(text("select lower('GRÖSSE Ä É')")).scalar_one()
        nothing = connection.execute(text("select lower(null)")).scalar_one()
    assert (lowered, nothing) == ("grösse ä é", None)


def test_errors_never_show_values(store: Store, acme: Organization) -> None:
    secret = "c4n4ry"
    row = {"id": acme.id, "name": secret, "created_by": acme.user(Role.OWNER), "created_at": NOW}
    with pytest.raises(IntegrityError) as refused, store.writing(acme.scope()) as tenant:
        tenant.organization.tx.insert(organization, [row])
    assert secret not in str(refused.value)


def test_a_naive_instant_is_refused(store: Store, acme: Organization) -> None:
    connection_id = linked(store, acme)
    naive = NOW.replace(tzinfo=None)
    with pytest.raises(StatementError, match="naive"), store.writing(acme.scope()) as tenant:
        tenant.connections.set_status(connection_id, Status.RETRYING, naive)


def test_instants_keep_their_microseconds_and_come_back_in_utc(
    store: Store, background: Store, database: Database
) -> None:
    tokyo = NOW.replace(microsecond=123_456).astimezone(timezone(timedelta(hours=9)))
    with background.system() as system:
        system.rates.take("x", 1.0, 1.0, tokyo)
    with database.owner.connect() as connection:
        kept = connection.execute(select(rate_budget.c.filled_at)).scalar_one()
    assert kept == tokyo
    assert kept.utcoffset() == timedelta(0)


def test_the_databases_now_is_now_and_orders_like_time(
    database: Database, background: Store
) -> None:
    before = datetime.now(UTC) - timedelta(seconds=1)
    with database.owner.connect() as connection:
        now, later = connection.execute(
            select(DatabaseNow(), DatabaseNow(timedelta(seconds=90.5)))
        ).one()
    assert before < now < before + timedelta(seconds=30)
    assert timedelta(seconds=90.4) < later - now < timedelta(seconds=90.6)
    assert lease.c.expires_at.type.__class__ is DatabaseNow().type.__class__


def test_a_scope_that_was_made_up_opens_nothing(store: Store, acme: Organization) -> None:
    """On SQLite nothing but the repositories stands between; a foreign id is no way around them."""
    linked(store, acme)
    forged = TenantScope("org_none", acme.user(Role.OWNER), Role.OWNER)  # type: ignore[arg-type]
    with store.reading(forged) as tenant:
        assert tenant.connections.all() == []
        assert tenant.members.all() == []


def test_a_database_that_is_not_there_is_upstreams_fault(postgres: PostgresServer) -> None:
    with pytest.raises(Upstream, match="did not answer"):
        Store.open(postgres.address("nowhere"), Process.WEB)


def test_a_store_whose_connections_are_all_in_use_says_so(
    database: Database, acme: Organization
) -> None:
    only = create_engine(database.address, pool_size=1, max_overflow=0, pool_timeout=0.05)
    store = Store(only, Process.WEB)
    with store.engine.connect():
        door = store.people()
        with pytest.raises(Upstream, match="in use"):
            door.__enter__()
    store.close()


# two processes on one file


def _write_many(address: str, org_id: str, user_id: str, times: int) -> int:
    store = Store.open(address, Process.WEB)
    scope = TenantScope(org_id, user_id, Role.OWNER)  # type: ignore[arg-type]
    for _ in range(times):
        with store.writing(scope) as tenant:
            tenant.audit.add("act", "x", NOW)  # reads the chain's end, then writes
    store.close()
    return times


def test_two_processes_that_read_and_then_write_lose_nothing(
    store: Store, database: Database, acme: Organization, other: Organization
) -> None:
    arguments = [
        (database.address, org.id, org.user(Role.OWNER), 60) for org in (acme, acme, other)
    ]
    with multiprocessing.get_context("spawn").Pool(3) as pool:
        assert sum(pool.starmap(_write_many, arguments)) == 180
    for org, events in ((acme, 120), (other, 60)):
        with store.reading(org.scope()) as tenant:
            assert len(tenant.audit.recent(1000)) == events
            assert tenant.audit.first_fault() is None


@SQLITE
def test_the_folder_of_the_file_is_made(database: Database, tmp_path: Path) -> None:
    engine.create_store_engine(f"sqlite:///{tmp_path / 'a' / 'b' / 'x.db'}").dispose()
    assert (tmp_path / "a" / "b").is_dir()
