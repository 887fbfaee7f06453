"""The second wall: what Postgres itself lets each role see and change (acceptance case 36)."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import pytest
from sqlalchemy import Connection, Table, create_engine, delete, func, insert, select, text, update
from sqlalchemy.exc import IntegrityError, ProgrammingError

from core.domain.roles import Role
from core.errors import NotFound
from core.store.guards import AUTHENTICATED, GUARD, SCHEDULER, WEB
from core.store.guards.policies import policies_of
from core.store.schema import METADATA, Guard, Sight, access_of
from core.store.store import Process, Store
from core.store.transaction import Transaction
from tests.databases import LIMITED, NOW, Database, Organization
from tests.integration.store.every_table import UNSEEN, another, fill, row
from tests.integration.store.makers import linked
from tests.postgres_server import PostgresServer

pytestmark = pytest.mark.parametrize(
    "fresh_database", ["postgresql"], indirect=True, scope="module"
)

TABLES = METADATA.sorted_tables
TENANT_TABLES = [t for t in TABLES if "org_id" in t.columns]
ROLES = (WEB, SCHEDULER, AUTHENTICATED)
DENIED = (ProgrammingError, IntegrityError)
# What any process may know of the others without a tenant: nothing of anybody.
OPEN_TO_ALL = {(WEB, "heartbeat")} | {
    (SCHEDULER, name) for name in ("heartbeat", "lease", "rate_budget", "stream_aside")
}


@pytest.fixture
def filled(database: Database, acme: Organization, other: Organization) -> Database:
    """A row of each organization in every table, and of acme's two advertisers where it matters."""
    with database.owner.begin() as connection:
        for org in (acme, other):
            fill(connection, org)
        for table in TENANT_TABLES:
            if access_of(table).sight is Sight.ADVERTISER:
                connection.execute(insert(table), another(table, acme, LIMITED))
    return database


@contextmanager
def acting(database: Database, role: str, /, **claims: str) -> Iterator[Connection]:
    """Act as a database role with claims, and leave nothing behind."""
    with database.owner.connect() as connection, connection.begin() as transaction:
        Transaction(connection).begin_as(role, claims)
        yield connection
        transaction.rollback()


def member(org: Organization, role: Role = Role.OWNER) -> dict[str, str]:
    return {"sub": org.user(role), "org": org.id}


def privileges(database: Database, role: str, table: Table) -> set[str]:
    """Return what the role may do with the table at all, on all or some columns."""
    verbs = ("select", "insert", "update", "delete")
    query = text(
        "select has_table_privilege(:r, :t, :v) or (:v <> 'delete'"
        " and has_any_column_privilege(:r, :t, :v))"
    )
    with database.owner.connect() as connection:
        return {
            verb
            for verb in verbs
            if connection.execute(query, {"r": role, "t": table.fullname, "v": verb}).scalar_one()
        }


def visible(connection: Connection, table: Table) -> list[Mapping[str, Any]]:
    """Return the keys of the rows that can be seen."""
    columns = [c for c in table.columns if c.primary_key or c.name in ("org_id", "advertiser_id")]
    return [dict(r) for r in connection.execute(select(*columns)).mappings()]


def refused(connection: Connection, statement: Any) -> bool:
    """Return whether the statement is forbidden, or meets no row."""
    with connection.begin_nested() as attempt:
        try:
            met = connection.execute(statement).rowcount
        except DENIED as error:
            attempt.rollback()
            return "violates row-level security" in str(error) or "permission denied" in str(error)
    return met == 0


# the catalogue


def test_every_table_has_forced_row_level_security_and_its_policies(database: Database) -> None:
    query = text(
        "select c.oid::regclass::text as name, c.relrowsecurity as on, c.relforcerowsecurity as"
        " forced, array(select polname::text from pg_policy p where p.polrelid = c.oid) as policies"
        " from pg_class c join pg_namespace n on n.oid = c.relnamespace"
        " where n.nspname in ('public', 'app_private') and c.relkind in ('r', 'p', 'v', 'm')"
    )
    with database.owner.connect() as connection:
        found = {r.name: r for r in connection.execute(query)}
    assert set(found) == {t.fullname for t in TABLES} | {"alembic_version"}
    for table in TABLES:
        guarded = found[table.fullname]
        assert guarded.on, table
        assert guarded.forced, table
        assert sorted(guarded.policies) == sorted(p.name for p in policies_of(table))
        assert guarded.policies, table
    assert found["alembic_version"].on


def test_our_roles_own_nothing_and_bypass_nothing(database: Database) -> None:
    with database.owner.connect() as connection:
        flags = connection.execute(
            text(
                "select rolname, rolsuper or rolbypassrls or rolcreaterole or rolcreatedb or"
                " rolcanlogin as strong from pg_roles where rolname = any(:roles)"
            ),
            {"roles": [WEB, SCHEDULER, GUARD, AUTHENTICATED]},
        )
        assert {r.rolname: r.strong for r in flags} == dict.fromkeys(
            (WEB, SCHEDULER, GUARD, AUTHENTICATED), False
        )
        owned = connection.execute(
            text("select relname from pg_class where pg_get_userbyid(relowner) = any(:roles)"),
            {"roles": [WEB, SCHEDULER, GUARD, AUTHENTICATED]},
        )
        assert owned.all() == []


def test_helper_functions_are_closed_to_the_public_and_fix_their_search_path(
    database: Database,
) -> None:
    query = text(
        "select p.proname, p.proconfig, p.prosecdef, pg_get_userbyid(p.proowner) as owner,"
        " has_function_privilege('public', p.oid, 'execute') as open"
        " from pg_proc p join pg_namespace n on n.oid = p.pronamespace"
        " where n.nspname = 'app_private'"
    )
    with database.owner.connect() as connection:
        functions = connection.execute(query).all()
    assert len(functions) == 11
    assert {f.owner for f in functions} == {GUARD}
    assert {tuple(f.proconfig) for f in functions} == {('search_path=""',)}
    assert not any(f.open for f in functions)
    assert {f.proname for f in functions if f.prosecdef} == {
        "my_orgs",
        "my_whole_orgs",
        "my_advertisers",
        "my_colleagues",
        "founded_by_me",
        "invited_to",
    }


# without and with a tenant


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize("claims", [{}, {"sub": ""}, {"sub": "usr_none"}, {"org": "org_acme"}])
def test_without_a_tenant_every_table_is_empty(
    filled: Database, role: str, claims: dict[str, str]
) -> None:
    seen = {
        table.fullname
        for table in TABLES
        if "select" in privileges(filled, role, table) and (role, table.name) not in OPEN_TO_ALL
    }
    assert seen
    with acting(filled, role, **claims) as connection:
        counts = {name: _count(connection, name) for name in seen}
    assert {name: n for name, n in counts.items() if n} == {}


def _count(connection: Connection, name: str) -> int:
    table = METADATA.tables[name]
    column = next(iter(table.primary_key))
    return connection.execute(select(func.count(column))).scalar_one()


def test_a_member_sees_their_own_organization_and_no_other(
    filled: Database, acme: Organization, other: Organization
) -> None:
    for org, stranger in ((acme, other), (other, acme)):
        with acting(filled, WEB, **member(org)) as connection:
            for table in TENANT_TABLES:
                if "select" not in privileges(filled, WEB, table):
                    continue
                rows = visible(connection, table)
                in_hands = {"invitation", "unsubscribe_link", "file_link"}  # their holders see them
                assert rows or table.name in in_hands or org is other, table
                assert stranger.id not in {r["org_id"] for r in rows}, table


def test_a_member_of_two_organizations_sees_one_at_a_time(
    filled: Database, acme: Organization, other: Organization
) -> None:
    both = {"user_id": acme.user(Role.VIEWER), "role": "viewer", "created_at": NOW}
    membership = METADATA.tables["membership"]
    with filled.owner.begin() as connection:
        connection.execute(insert(membership), {"org_id": other.id, **both})
    for table in TENANT_TABLES:
        if "select" not in privileges(filled, WEB, table):
            continue
        with acting(filled, WEB, **member(acme, Role.VIEWER)) as connection:
            assert {r["org_id"] for r in visible(connection, table)} <= {acme.id}, table


def test_naming_an_organization_one_does_not_belong_to_shows_nothing(
    filled: Database, acme: Organization, other: Organization
) -> None:
    with acting(filled, WEB, sub=acme.user(Role.OWNER), org=other.id) as connection:
        for table in TENANT_TABLES:
            if "select" in privileges(filled, WEB, table):
                assert visible(connection, table) == [], table


def test_what_belongs_to_another_is_neither_added_changed_nor_removed(
    filled: Database, acme: Organization, other: Organization
) -> None:
    tried = 0
    with acting(filled, WEB, **member(acme)) as connection:
        for table in TENANT_TABLES:
            may = privileges(filled, WEB, table)
            theirs = table.c.org_id == other.id
            foreign = another(table, other)
            if "insert" in may:
                tried += 1
                assert refused(connection, insert(table).values(foreign)), table
            if "update" in may:
                for column in _changeable(filled, table):
                    tried += 1
                    change = {column: foreign[column]}
                    assert refused(connection, update(table).where(theirs).values(change)), table
            if "delete" in may:
                tried += 1
                assert refused(connection, delete(table).where(theirs)), table
    assert tried > 60


def test_nothing_of_ones_own_is_handed_to_another_organization(
    filled: Database, acme: Organization, other: Organization
) -> None:
    with acting(filled, WEB, **member(acme)) as connection:
        for table in TENANT_TABLES:
            if "org_id" in _changeable(filled, table):
                given = update(table).where(table.c.org_id == acme.id).values(org_id=other.id)
                assert refused(connection, given), table


def _changeable(database: Database, table: Table) -> list[str]:
    query = text("select has_column_privilege(:r, :t, :c, 'update')")
    with database.owner.connect() as connection:
        return [
            c.name
            for c in table.columns
            if connection.execute(query, {"r": WEB, "t": table.fullname, "c": c.name}).scalar_one()
        ]


# roles within an organization


@pytest.mark.parametrize("role", [Role.VIEWER, Role.ANALYST, Role.ADMIN])
def test_a_role_writes_what_the_words_of_the_table_say_and_no_more(
    filled: Database, acme: Organization, role: Role
) -> None:
    ranks = list(Role)
    own_rules = {"membership", "membership_advertiser", "invitation"}
    with acting(filled, WEB, **member(acme, role)) as connection:
        for table in TENANT_TABLES:
            writes = access_of(table).writes
            allowed = writes is not None and ranks.index(role) <= ranks.index(writes)
            if allowed or table.name in own_rules:
                continue
            may, mine = privileges(filled, WEB, table), table.c.org_id == acme.id
            if "delete" in may:
                assert refused(connection, delete(table).where(mine)), table
            if "insert" in may:
                new = another(table, acme)
                assert refused(connection, insert(table).values(new)), table


@pytest.mark.parametrize("role", [Role.VIEWER, Role.ANALYST, Role.ADMIN])
def test_nobody_promotes_themselves(filled: Database, acme: Organization, role: Role) -> None:
    membership = METADATA.tables["membership"]
    me = membership.c.user_id == acme.user(role)
    with acting(filled, WEB, **member(acme, role)) as connection:
        assert refused(connection, update(membership).where(me).values(role="owner"))
        if role is not Role.ADMIN:
            assert refused(connection, update(membership).where(me).values(role="admin"))
        owners = membership.c.role == "owner"
        assert refused(connection, delete(membership).where(owners))


def test_nobody_joins_an_organization_uninvited(
    filled: Database, acme: Organization, other: Organization
) -> None:
    membership, organization = METADATA.tables["membership"], METADATA.tables["organization"]
    joined = {"org_id": other.id, "user_id": acme.user(Role.OWNER), "role": "viewer"}
    with acting(filled, WEB, sub=acme.user(Role.OWNER)) as connection:
        for role in Role:
            row_ = {**joined, "role": role, "created_at": NOW}
            assert refused(connection, insert(membership).values(row_))
        founded = {"id": "org_new", "name": "n", "created_at": NOW}
        claimed = {**founded, "created_by": other.user(Role.OWNER)}
        assert refused(connection, insert(organization).values(claimed))
        own = {**founded, "created_by": acme.user(Role.OWNER)}
        assert not refused(connection, insert(organization).values(own))
        first = {**joined, "org_id": "org_new", "created_at": NOW}
        assert refused(connection, insert(membership).values({**first, "role": "admin"}))
        assert not refused(connection, insert(membership).values({**first, "role": "owner"}))


def test_an_invitation_shows_itself_to_its_holder_and_gives_what_it_says(
    filled: Database, acme: Organization, other: Organization
) -> None:
    invitation, membership = METADATA.tables["invitation"], METADATA.tables["membership"]
    with filled.owner.begin() as connection:
        reset = {"accepted_by": None, "accepted_at": None, "revoked_at": None, "role": "viewer"}
        connection.execute(update(invitation).values(reset))
        me = other.user(Role.VIEWER)
    with acting(filled, WEB, sub=me, invitation="org_acme-token_hash") as connection:
        assert [r["org_id"] for r in visible(connection, invitation)] == [acme.id]
        joined = {"org_id": acme.id, "user_id": me, "created_at": NOW, "role": "viewer"}
        joined["all_advertisers"] = False
        assert refused(connection, insert(membership).values(joined))  # not accepted yet
        stolen = {"accepted_by": acme.user(Role.VIEWER)}
        assert refused(connection, update(invitation).values(stolen))
        assert not refused(connection, update(invitation).values(accepted_by=me))
        assert refused(connection, insert(membership).values({**joined, "role": "admin"}))
        whole = {**joined, "all_advertisers": True}
        assert refused(connection, insert(membership).values(whole))
        assert not refused(connection, insert(membership).values(joined))
        again = {"accepted_by": me}
        assert refused(connection, update(invitation).values(again))


def test_a_limited_member_sees_their_advertisers_rows_only(
    filled: Database, acme: Organization
) -> None:
    limited = {"sub": acme.limited.user_id, "org": acme.id}
    with acting(filled, WEB, **limited) as connection:
        for table in TENANT_TABLES:
            if "select" not in privileges(filled, WEB, table) or "advertiser_id" not in table.c:
                continue
            seen = {r.get("advertiser_id") for r in visible(connection, table)}
            assert seen <= {LIMITED}, table
            if access_of(table).sight is Sight.ADVERTISER:
                assert seen == {LIMITED}, table
        whole = [t for t in TENANT_TABLES if access_of(t).sight is Sight.WHOLE]
        private = {"membership", "membership_advertiser"}  # one's own rows
        for table in whole:
            if "select" in privileges(filled, WEB, table) and table.name not in private:
                assert visible(connection, table) == [], table


def test_a_limited_analyst_changes_nothing_of_other_advertisers(
    filled: Database, acme: Organization
) -> None:
    with acting(filled, WEB, sub=acme.limited.user_id, org=acme.id) as connection:
        for name in (
            *("entity_version", "snapshot_run", "order_setting", "report_label", "attention"),
            *("annotation", "client_budget", "goal", "tag_rule", "entity_tag", "saved_view"),
            "report_definition",
        ):
            table = METADATA.tables[name]
            unseen = table.c.advertiser_id == UNSEEN
            assert refused(connection, delete(table).where(unseen)), table
            moved = update(table).where(table.c.advertiser_id == LIMITED)
            assert refused(connection, moved.values(advertiser_id=UNSEEN)), table


# what people leave


def personal(table: Table, org: Organization, who: str, *, shared: bool = False) -> dict[str, Any]:
    made = another(table, org, LIMITED)
    return {**made, "id": f"{who}-{shared}", "owner_user_id": who, "is_shared": shared}


@pytest.mark.parametrize("name", ["saved_view", "report_definition"])
@pytest.mark.parametrize("role", [WEB, AUTHENTICATED])
def test_a_personal_row_is_its_owners_alone(
    filled: Database, acme: Organization, other: Organization, name: str, role: str
) -> None:
    table = METADATA.tables[name]
    mine = acme.user(Role.VIEWER)
    with filled.owner.begin() as connection:
        for who in (mine, acme.user(Role.OWNER), acme.limited.user_id):
            connection.execute(insert(table), personal(table, acme, who))
    for who in (mine, acme.limited.user_id):
        with acting(filled, role, sub=who, org=acme.id) as connection:
            hidden = table.c.owner_user_id != who
            private = select(table.c.owner_user_id).where(~table.c.is_shared)
            assert connection.execute(private).scalars().all() == [who]
            others = ~table.c.is_shared & hidden
            assert refused(connection, update(table).where(others).values(name="taken"))
            assert refused(connection, delete(table).where(others))
            mine_now = update(table).where(table.c.owner_user_id == who, ~table.c.is_shared)
            assert not refused(connection, mine_now.values(name="renamed"))
            given = mine_now.values(owner_user_id=acme.user(Role.OWNER))
            assert refused(connection, given)
            forged = personal(table, acme, acme.user(Role.ADMIN)) | {"id": "forged"}
            assert refused(connection, insert(table).values(forged))


@pytest.mark.parametrize("name", ["saved_view", "report_definition"])
def test_sharing_is_for_analysts_and_within_what_they_see(
    filled: Database, acme: Organization, other: Organization, name: str
) -> None:
    table = METADATA.tables[name]
    viewer, limited = acme.user(Role.VIEWER), acme.limited.user_id
    with acting(filled, WEB, sub=viewer, org=acme.id) as connection:
        assert not refused(connection, insert(table).values(personal(table, acme, viewer)))
        assert refused(connection, insert(table).values(personal(table, acme, viewer, shared=True)))
        mine = update(table).where(table.c.owner_user_id == viewer)
        assert refused(connection, mine.values(is_shared=True))
        assert refused(connection, delete(table).where(table.c.is_shared))
    with acting(filled, WEB, sub=limited, org=acme.id) as connection:
        seen = personal(table, acme, limited, shared=True)
        assert not refused(connection, insert(table).values(seen))
        for unseen in (UNSEEN, None):
            wider = {**seen, "id": f"wider-{unseen}", "advertiser_id": unseen}
            assert refused(connection, insert(table).values(wider))


def test_a_share_link_is_its_makers_its_holders_and_the_admins(
    filled: Database, acme: Organization, other: Organization
) -> None:
    link = METADATA.tables["share_link"]
    maker = acme.user(Role.ANALYST)
    with filled.owner.begin() as connection:
        connection.execute(update(link).where(link.c.org_id == acme.id).values(created_by=maker))
    for who, seen in ((maker, 1), (acme.user(Role.ADMIN), 1), (acme.user(Role.VIEWER), 0)):
        with acting(filled, WEB, sub=who, org=acme.id) as connection:
            assert len(visible(connection, link)) == seen
            ended = update(link).values(revoked_at=NOW)
            assert refused(connection, ended) is not bool(seen)
    with acting(filled, WEB, share=f"{acme.id}-token_hash") as connection:
        assert [r["org_id"] for r in visible(connection, link)] == [acme.id]
        assert refused(connection, update(link).values(revoked_at=None))
        longer = update(link).values(payload={})
        assert refused(connection, longer)
    with acting(filled, WEB, sub=maker, org=acme.id) as connection:
        forged = another(link, acme) | {"created_by": acme.user(Role.OWNER)}
        assert refused(connection, insert(link).values(forged))


def test_the_holder_of_an_unsubscribe_link_meets_one_recipient(
    filled: Database, acme: Organization, other: Organization
) -> None:
    recipient, link = METADATA.tables["recipient"], METADATA.tables["unsubscribe_link"]
    with acting(filled, WEB, unsubscribe=f"{acme.id}-token_hash") as connection:
        assert [r["org_id"] for r in visible(connection, link)] == [acme.id]
        assert [r["org_id"] for r in visible(connection, recipient)] == [acme.id]
        left = update(recipient).values(unsubscribed_at=NOW)
        assert connection.execute(left).rowcount == 1
        assert refused(connection, delete(recipient))
    with acting(filled, WEB, unsubscribe="guessed") as connection:
        assert visible(connection, link) == visible(connection, recipient) == []
    with acting(filled, WEB, sub=acme.user(Role.VIEWER), org=acme.id) as connection:
        assert visible(connection, recipient) == []


def test_the_holder_of_a_file_link_meets_that_link_and_no_other(
    filled: Database, acme: Organization, other: Organization
) -> None:
    link, delivery = METADATA.tables["file_link"], METADATA.tables["report_delivery"]
    with acting(filled, WEB, file=f"{acme.id}-token_hash") as connection:
        assert [r["org_id"] for r in visible(connection, link)] == [acme.id]
        assert visible(connection, delivery) == []
        assert refused(connection, update(link).values(expires_at=NOW))
        assert refused(connection, delete(link))
    with acting(filled, WEB, file="guessed") as connection:
        assert visible(connection, link) == []


# people


def test_people_see_themselves_and_their_colleagues(
    filled: Database, acme: Organization, other: Organization
) -> None:
    app_user = METADATA.tables["app_user"]
    with acting(filled, WEB, sub=acme.user(Role.VIEWER)) as connection:
        seen = {r["id"] for r in visible(connection, app_user)}
    assert seen == {*(acme.user(role) for role in Role), acme.limited.user_id}
    with acting(filled, WEB, sub=acme.limited.user_id) as connection:
        assert [r["id"] for r in visible(connection, app_user)] == [acme.limited.user_id]


def test_a_session_is_seen_by_its_token_or_its_person(
    filled: Database, acme: Organization, other: Organization
) -> None:
    session = METADATA.tables["app_session"]
    mine = [{"id": f"{acme.id}-id"}]
    for claims in ({"session": f"{acme.id}-token_hash"}, {"sub": acme.user(Role.OWNER)}):
        with acting(filled, WEB, **claims) as connection:
            assert visible(connection, session) == mine
            changed = update(session).where(session.c.id == f"{other.id}-id")
            assert refused(connection, changed.values(revoked_at=None))
    with acting(filled, WEB, sub=acme.user(Role.ADMIN)) as connection:
        forged = row(session, acme) | {"id": "x", "token_hash": "x"}
        assert refused(connection, insert(session).values(forged))


# the scheduler


def test_a_job_sees_its_own_organization_only(
    filled: Database, acme: Organization, other: Organization
) -> None:
    with acting(filled, SCHEDULER, door="job", sub="job", org=acme.id) as connection:
        for table in TENANT_TABLES:
            if "select" in privileges(filled, SCHEDULER, table):
                assert {r["org_id"] for r in visible(connection, table)} <= {acme.id}, table
                theirs = table.c.org_id == other.id
                if "delete" in privileges(filled, SCHEDULER, table):
                    assert refused(connection, delete(table).where(theirs)), table


def test_the_system_door_reaches_just_the_tables_it_needs(filled: Database) -> None:
    with acting(filled, SCHEDULER, door="system") as connection:
        reached = {
            table.name
            for table in TENANT_TABLES
            if "select" in privileges(filled, SCHEDULER, table) and visible(connection, table)
        }
    assert reached == {
        "check_result",
        "credential",
        "download",
        "file_link",
        "invitation",
        "job",
        "oauth_state",
        "outbox",
        "refresh_event",
        "report_request",
        "report_schedule",
        "schedule",
        "share_link",
        "stream_hour",
        "stream_record",
        "stream_subscription",
    }


@pytest.mark.parametrize(
    "claims",
    [
        {"door": "system"},
        {"door": "job", "sub": "job", "org": "org_other"},
        {"door": "system", "sub": "job", "role": "service_role"},
    ],
)
def test_the_web_gains_nothing_by_claiming_to_be_the_scheduler(
    filled: Database, claims: dict[str, str]
) -> None:
    with acting(filled, WEB, **claims) as connection:
        for table in TENANT_TABLES:
            if "select" in privileges(filled, WEB, table):
                assert visible(connection, table) == [], table


def test_the_web_process_cannot_pass_through_the_system_door(store: Store) -> None:
    for use in (
        lambda system: system.leases.acquire("x", "y", NOW - NOW),
        lambda system: system.rates.take("x", 1, 1, NOW),
        lambda system: system.heartbeats.beat("x", "y", "z"),
    ):
        with store.system() as system, pytest.raises(ProgrammingError, match="permission denied"):
            use(system)
    with store.system() as system:
        assert system.organizations.active() == []
        assert system.schedules.all() == []


def test_the_scheduler_founds_invites_and_joins_nothing(
    filled: Database, acme: Organization
) -> None:
    for name in ("app_user", "app_session", "organization", "membership", "invitation"):
        table = METADATA.tables[name]
        assert not {"insert", "update"} & privileges(filled, SCHEDULER, table), table


# the outside interface


def test_outsiders_may_read_the_exposed_tables_and_edit_content(filled: Database) -> None:
    exposed = {t.name for t in TABLES if access_of(t).exposed}
    edited = {t.name for t in TABLES if access_of(t).edited}
    reached = {t.name: privileges(filled, AUTHENTICATED, t) for t in TABLES}
    everything = {"select", "insert", "update", "delete"}
    assert {name: may for name, may in reached.items() if may} == {
        name: everything if name in edited else {"select"} for name in exposed
    }
    assert edited == {
        "advertiser_group",
        "annotation",
        "calendar_event",
        "client_budget",
        "custom_metric",
        "entity_tag",
        "fx_rate",
        "goal",
        "report_definition",
        "saved_view",
        "tag_rule",
    }
    assert len(exposed) == 28
    assert not [t for t in TABLES if access_of(t).exposed and guard(t) is not Guard.TENANT]


def guard(table: Table) -> Guard:
    return access_of(table).guard


def test_a_person_through_postgrest_sees_all_their_organizations(
    filled: Database, acme: Organization, other: Organization
) -> None:
    advertiser = METADATA.tables["advertiser"]
    claims = {"sub": acme.user(Role.VIEWER), "role": "authenticated", "iss": "https://us"}
    with acting(filled, AUTHENTICATED, **claims) as connection:
        assert {r["org_id"] for r in visible(connection, advertiser)} == {acme.id}
    with acting(filled, AUTHENTICATED) as connection:
        for name in ("credential", "app_session", "connection", "audit_event"):
            table = next(t for t in TABLES if t.name == name)
            with pytest.raises(ProgrammingError, match="permission"), connection.begin_nested():
                connection.execute(select(table))


# claims and connections


def test_claims_and_role_end_with_their_transaction(database: Database, acme: Organization) -> None:
    """As behind a pooler: the next one on the same connection starts from nothing."""
    store = Store(create_engine(database.address, pool_size=1, max_overflow=0), Process.WEB)
    before = text(
        "select current_user, current_setting('request.jwt.claims', true) as claims,"
        " current_setting('statement_timeout') as patience, pg_backend_pid() as backend"
    )

    def standing() -> Any:
        with store.engine.connect() as connection:
            return connection.execute(before).one()

    first = standing()
    with store.writing(acme.scope()) as tenant:
        tenant.organization.rename("Kept")
    committed = standing()
    with pytest.raises(NotFound), store.writing(acme.scope()) as tenant:
        tenant.connections.get("con_none")
    rolled_back = standing()
    store.close()
    assert first.backend == committed.backend == rolled_back.backend
    for after in (first, committed, rolled_back):
        assert (after.current_user, after.claims or "", after.patience) == ("postgres", "", "0")


def test_an_error_inside_a_door_writes_nothing(store: Store, acme: Organization) -> None:
    def renamed_and_failed() -> None:
        with store.writing(acme.scope()) as tenant:
            tenant.organization.rename("Never")
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        renamed_and_failed()
    with store.reading(acme.scope()) as tenant:
        assert tenant.organization.get().name == acme.id


def test_each_process_works_with_a_login_of_its_own_and_cannot_be_the_other(
    database: Database, postgres: PostgresServer, acme: Organization
) -> None:
    name = database.address.rpartition("/")[2]
    postgres.run(
        [
            f"create role web_{name} login in role {WEB}",
            f"create role sched_{name} login noinherit in role {SCHEDULER}",
        ]
    )
    web = Store.open(postgres.address(name, f"web_{name}"), Process.WEB)
    scheduler = Store.open(postgres.address(name, f"sched_{name}"), Process.SCHEDULER)
    try:
        connection_id = linked(web, acme)
        with scheduler.reading(acme.job) as tenant:
            assert [c.id for c in tenant.connections.all()] == [connection_id]
        posing = Store(web.engine, Process.SCHEDULER)
        door = posing.system()
        with pytest.raises(ProgrammingError, match="permission denied to set role"):
            door.__enter__()
    finally:
        web.close()
        scheduler.close()
    postgres.run([f"drop role web_{name}", f"drop role sched_{name}"])


def test_a_reading_door_cannot_write(store: Store, acme: Organization) -> None:
    with pytest.raises(Exception, match="read-only"), store.reading(acme.scope()) as tenant:
        tenant.organization.rename("Never")


def test_policies_ask_who_one_is_once_a_statement(filled: Database, acme: Organization) -> None:
    """The helper stands in an InitPlan, not in a filter that runs for every row."""
    entity_version = METADATA.tables["entity_version"]
    query = select(func.count()).select_from(entity_version)
    with acting(filled, WEB, **member(acme)) as connection:
        sql = str(query.compile(connection, compile_kwargs={"literal_binds": True}))
        plan = connection.execute(text(f"explain (format json) {sql}")).scalar_one()
    told = json.dumps(plan)
    assert '"Parent Relationship": "InitPlan"' in told
    scans = [_without_children(node) for node in _nodes(plan[0]["Plan"]) if "Relation Name" in node]
    assert scans
    assert not any("my_orgs(" in scan for scan in scans)


def _without_children(node: dict[str, Any]) -> str:
    return json.dumps({name: told for name, told in node.items() if name != "Plans"})


def _nodes(plan: dict[str, Any]) -> Iterator[dict[str, Any]]:
    yield plan
    for child in plan.get("Plans", []):
        yield from _nodes(child)
