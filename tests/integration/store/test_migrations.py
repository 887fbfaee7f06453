"""Migrations: one schema on both databases, frozen, and refused when it is not known."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Engine, Table, create_engine, inspect, text

from core.errors import OurConfig
from core.store import freeze, migrate
from core.store.engine import WRITING, create_store_engine
from core.store.identity.people import Identity
from core.store.schema import METADATA
from core.store.store import Process, Store
from tests.databases import NOW, Database
from tests.postgres_server import PostgresServer

BUILD = "python -m core.store.freeze"


@pytest.fixture
def empty_sqlite(tmp_path: Path) -> str:
    return f"sqlite:///{tmp_path / 'deep' / 'folder' / 'flightdeck.db'}"


@pytest.fixture
def empty_postgres(postgres: PostgresServer) -> Iterator[str]:
    name = f"e{uuid4().hex[:12]}"
    postgres.run([f"create database {name}"])
    yield postgres.address(name)
    postgres.run([f"drop database {name} with (force)"])


@pytest.fixture(params=["sqlite", "postgresql"])
def empty(request: pytest.FixtureRequest) -> str:
    kind = "empty_sqlite" if request.param == "sqlite" else "empty_postgres"
    return str(request.getfixturevalue(kind))


def shape(engine: Engine) -> dict[str, object]:
    """Return columns, keys and indexes by table, in words that both databases share."""
    found = {}
    inspector = inspect(engine)
    for table in METADATA.sorted_tables:
        schema = table.schema if engine.dialect.name == "postgresql" else None
        name = table.name
        found[name] = {
            "columns": {
                c["name"]: c["nullable"] for c in inspector.get_columns(name, schema=schema)
            },
            "key": inspector.get_pk_constraint(name, schema=schema)["constrained_columns"],
            "foreign": sorted(
                (
                    tuple(f["constrained_columns"]),
                    f["referred_table"],
                    f["options"].get("ondelete"),
                )
                for f in inspector.get_foreign_keys(name, schema=schema)
            ),
            "unique": sorted(
                tuple(u["column_names"])
                for u in inspector.get_unique_constraints(name, schema=schema)
            ),
            "indexes": sorted(
                (str(i["name"]), bool(i["unique"]))
                for i in inspector.get_indexes(name, schema=schema)
                if not i.get("duplicates_constraint")
            ),
            "checks": sorted(
                str(c["name"]) for c in inspector.get_check_constraints(name, schema=schema)
            ),
        }
    return found


def test_both_databases_have_the_same_shape(empty_sqlite: str, empty_postgres: str) -> None:
    shapes = []
    for address in (empty_sqlite, empty_postgres):
        engine = create_store_engine(address)
        migrate.migrate(engine)
        shapes.append(shape(engine))
        engine.dispose()
    assert shapes[0] == shapes[1]
    assert all(t["foreign"] for t in shapes[0].values() if "org_id" in t["columns"])  # type: ignore[index]


def test_what_migrations_build_is_what_the_code_says(database: Database) -> None:
    options = {
        "include_schemas": database.kind == "postgresql",
        "include_object": _ours,
        "compare_type": database.kind == "postgresql",
    }
    with database.owner.connect() as connection:
        context = MigrationContext.configure(connection, opts=options)
        if database.kind == "sqlite":  # one schema: the secret table stands beside the others
            metadata = type(METADATA)(naming_convention=METADATA.naming_convention)
            for table in METADATA.sorted_tables:
                table.to_metadata(metadata, schema=None)  # type: ignore[arg-type]
        else:
            metadata = METADATA
        assert compare_metadata(context, metadata) == []


def _ours(item: object, name: str, kind: str, reflected: bool, other: object) -> bool:
    return not (isinstance(item, Table) and name == "alembic_version")


def test_the_frozen_files_are_those_that_the_code_would_write() -> None:
    for path, written in freeze.written().items():
        assert path.read_text() == written, f"{path.name} is old: run `{BUILD}`"
    supabase = [p for p in freeze.written() if "supabase" in p.parts]
    assert re.fullmatch(r"\d{14}_first\.sql", supabase[0].name)


def test_freezing_twice_writes_the_same() -> None:
    assert freeze.written() == freeze.written()


def test_supabases_file_builds_the_same_database(empty_postgres: str, database: Database) -> None:
    if database.kind != "postgresql":
        return
    engine = create_store_engine(empty_postgres)
    with engine.begin() as connection:
        connection.execution_options(no_parameters=True).exec_driver_sql(
            freeze.SUPABASE.read_text()
        )
    assert shape(engine) == shape(database.owner)
    with engine.connect() as one, database.owner.connect() as two:
        assert _policies(one) == _policies(two)
    Store.open(empty_postgres, Process.WEB).close()
    assert migrate.migrate(engine) == ("0001", "0001")
    engine.dispose()


def _policies(connection) -> list[tuple[object, ...]]:  # type: ignore[no-untyped-def]
    query = text(
        "select schemaname, tablename, policyname, roles::text, cmd, qual, with_check"
        " from pg_policies order by 1, 2, 3"
    )
    return [tuple(row) for row in connection.execute(query)]


def test_migrating_twice_changes_nothing(empty: str) -> None:
    engine = create_store_engine(empty)
    assert migrate.migrate(engine) == (None, migrate.known_version())
    before = shape(engine)
    assert migrate.migrate(engine) == (migrate.known_version(), migrate.known_version())
    assert shape(engine) == before
    engine.dispose()


def test_a_migration_that_fails_leaves_nothing_behind(empty: str) -> None:
    engine = create_store_engine(empty)
    with engine.execution_options(**WRITING).begin() as connection:
        # in the way of the last table that the migration makes
        connection.exec_driver_sql("create table sponsored_account (x integer)")
    with pytest.raises(Exception, match="sponsored_account"):
        migrate.migrate(engine)
    assert inspect(engine).get_table_names() == ["sponsored_account"]
    engine.dispose()


@pytest.mark.parametrize("process", list(Process))
def test_both_processes_refuse_an_empty_database(empty: str, process: Process) -> None:
    with pytest.raises(OurConfig, match=r"empty\. Run `python -m core\.store\.migrate`"):
        Store.open(empty, process)


def test_a_schema_that_is_not_known_is_refused(empty: str) -> None:
    engine = create_store_engine(empty)
    migrate.migrate(engine)
    with engine.execution_options(**WRITING).begin() as connection:
        connection.exec_driver_sql("update alembic_version set version_num = '9999'")
    with pytest.raises(OurConfig, match="at version 9999 and this code knows 0001"):
        Store.open(empty, Process.WEB)
    with pytest.raises(OurConfig, match="9999, which this code does not know"):
        migrate.migrate(engine)
    engine.dispose()


def test_the_command_migrates_checks_and_says_so(
    empty: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("DATABASE_URL", empty.replace("postgresql+psycopg", "postgres"))
    said = []
    for arguments in (["--check"], [], ["--check"], []):
        code = migrate.main(arguments)
        captured = capsys.readouterr()
        said.append((code, (captured.out + captured.err).strip()))
    assert said == [
        (1, "The database is empty. Run `python -m core.store.migrate` first."),
        (0, "The database went from nothing to version 0001."),
        (0, "The database is at version 0001, as it should be."),
        (0, "The database was at version 0001 already."),
    ]


def test_the_command_says_when_the_database_does_not_answer(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("DATABASE_URL", "postgresql://nobody:hunter2@127.0.0.1:1/none")
    assert migrate.main([]) == 1
    said = capsys.readouterr().err
    assert said == "The database does not answer.\n"


def test_on_a_fresh_server_an_owner_without_superuser_rights_makes_everything() -> None:
    """As on Supabase: the role that migrates makes roles and owns tables, and that is all."""
    server = PostgresServer()
    try:
        server.start()
        server.run(
            [
                "create role keeper login createrole",
                "create role stranger login",
                "create database flightdeck owner keeper",
            ]
        )
        mine, theirs = (server.address("flightdeck", who) for who in ("keeper", "stranger"))
        with pytest.raises(OurConfig, match=r"no role flightdeck_web\. Run"):
            Store.open(mine, Process.WEB)
        engine = create_engine(mine)
        assert migrate.migrate(engine) == (None, "0001")
        with pytest.raises(OurConfig, match="may not act as flightdeck_scheduler: grant it"):
            Store.open(theirs, Process.SCHEDULER)
        store = Store.open(mine, Process.WEB)
        _a_person_can_found(store)
        store.close()
        _owned_and_forced(engine, "keeper")
        engine.dispose()
    finally:
        server.remove()


def _owned_and_forced(engine: Engine, owner: str) -> None:
    with engine.connect() as connection:
        owners = connection.execute(
            text("select distinct tableowner from pg_tables where schemaname = 'public'")
        )
        assert owners.scalars().all() == [owner]
        rows = connection.execute(text("select count(*) from organization")).scalar_one()
        assert rows == 0  # one was founded: the policies hold for the owner too


def _a_person_can_found(store: Store) -> None:
    with store.people() as door:
        person = door.sessions.recognize(Identity("https://login.example", "s"), NOW)
        org_id = door.organizations.found("Northwind", person.id, NOW)
        assert door.organizations.scope(person.id, org_id).org_id == org_id


def test_supabases_own_defaults_are_taken_back(empty_postgres: str) -> None:
    """Supabase grants anon, authenticated and service_role everything on a new public table."""
    engine = create_store_engine(empty_postgres)
    with engine.begin() as connection:
        for role in ("anon", "authenticated", "service_role"):
            connection.exec_driver_sql(
                f"do $$ begin create role {role} nologin; exception when duplicate_object"
                " then null; end $$"
            )
        connection.exec_driver_sql(
            "alter default privileges in schema public grant all on tables"
            " to anon, authenticated, service_role"
        )
    migrate.migrate(engine)
    query = text(
        "select grantee, privilege_type, count(*) from information_schema.role_table_grants"
        " where table_schema in ('public', 'app_private')"
        " and grantee in ('anon', 'authenticated', 'service_role', 'PUBLIC') group by 1, 2"
    )
    with engine.connect() as connection:
        granted = [tuple(row) for row in connection.execute(query)]
    # Seventeen tables to read, and eleven of content to read and edit as the person.
    edited = [("authenticated", verb, 11) for verb in ("DELETE", "INSERT", "UPDATE")]
    assert sorted(granted) == sorted([*edited, ("authenticated", "SELECT", 28)])
    engine.dispose()


def test_a_function_that_stands_is_never_replaced(empty_postgres: str) -> None:
    engine = create_store_engine(empty_postgres)
    mine = "create function app_private.me() returns text language sql as $$ select 'mine' $$"
    with engine.begin() as connection:
        connection.exec_driver_sql("create schema app_private")
        connection.exec_driver_sql(mine)
    migrate.migrate(engine)
    with engine.connect() as connection:
        assert connection.execute(text("select app_private.me()")).scalar_one() == "mine"
    engine.dispose()
