"""Persons at a real PostgREST: which tokens it takes, and what the database then lets them do."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from joserfc import jwt
from sqlalchemy import delete, update

from core.clock import Clock, SystemClock
from core.doctor import Level, knocked
from core.domain.ids import OrgId, UserId
from core.domain.roles import Role
from core.domain.scope import TenantScope
from core.errors import NotAllowed, NotFound, OurConfig
from core.security.secret import Secret
from core.security.signing import ALGORITHM, AUDIENCE, SigningKeys, TokenMint
from core.store.rest.project import Project
from core.store.schema import membership
from tests.databases import LIMITED, NOW, Database, Organization
from tests.integration.store.content_doors import (
    ISSUER,
    KEYS,
    MINT,
    Doors,
    as_persons,
    by_postgrest,
    by_transaction,
)
from tests.integration.store.every_table import UNSEEN
from tests.integration.store.test_content import told
from tests.postgres_server import PostgresServer
from tests.postgrest_server import Gateway, PostgrestServer

pytestmark = pytest.mark.parametrize(
    "fresh_database", ["postgresql"], indirect=True, scope="module"
)


@pytest.fixture(scope="module")
def rest(postgres: PostgresServer, fresh_database: Database) -> Iterator[PostgrestServer]:
    with by_postgrest(postgres, fresh_database) as server:
        yield server


@pytest.fixture
def direct(database: Database, acme: Organization) -> Iterator[Doors]:
    """The way around PostgREST, with two annotations of acme standing."""
    with by_transaction(database) as doors:
        with doors(acme.scope()) as mine:
            mine.annotations.add(told("Seen", LIMITED), NOW)
            mine.annotations.add(told("Hidden", UNSEEN), NOW)
        yield doors


@pytest.fixture
def doors(rest: PostgrestServer, direct: Doors) -> Iterator[Doors]:
    with as_persons(rest) as opened:
        yield opened


@dataclass(frozen=True)
class Forger:
    """Makes tokens that differ from ours in some claims."""

    changed: dict[str, Any]
    keys: SigningKeys = KEYS
    issuer: str = ISSUER
    lifetime: timedelta = field(default=timedelta(seconds=60))

    def token(self, user_id: UserId, org_id: OrgId, now: datetime) -> Secret:
        moment = int(now.timestamp())
        ours = {
            "iss": self.issuer,
            "sub": user_id,
            "aud": AUDIENCE,
            "role": "authenticated",
            "org": org_id,
            "iat": moment,
            "exp": moment + 60,
        }
        claims = {k: v for k, v in (ours | self.changed).items() if v is not None}
        key = self.keys.keys[0]
        return Secret(jwt.encode({"alg": ALGORITHM, "kid": key.id}, claims, key.key))


@dataclass(frozen=True)
class Behind:
    """A clock that stands some time behind."""

    by: timedelta

    def now(self) -> datetime:
        return SystemClock().now() - self.by


def test_the_doctor_tells_whether_the_project_takes_our_tokens(
    rest: PostgrestServer, direct: Doors
) -> None:
    makers: list[tuple[Any, Level]] = [(MINT, Level.OK), (Forger({"aud": "others"}), Level.FAIL)]
    for mint, level in makers:
        project = Project(rest.address, "sb_publishable_test", mint, transport=Gateway())
        assert knocked(project).level is level
        project.close()


def seen_by(
    rest: PostgrestServer, scope: TenantScope, mint: Any = MINT, clock: Clock | None = None
) -> list[str]:
    """Return the words of the annotations that a person with such a token finds."""
    project = Project(rest.address, "sb_publishable_test", mint, clock=clock, transport=Gateway())
    try:
        return sorted(a.words for a in project.content(scope).annotations.all())
    finally:
        project.close()


# tokens


def test_either_published_key_may_sign(
    rest: PostgrestServer, doors: Doors, acme: Organization
) -> None:
    rotated = TokenMint(KEYS.promoted(), ISSUER, timedelta(seconds=60))
    assert rotated.keys.keys[0].id != KEYS.keys[0].id
    for mint in (MINT, rotated):
        assert seen_by(rest, acme.scope(), mint) == ["Hidden", "Seen"]


def test_a_token_is_good_for_its_lifetime_and_no_longer(
    rest: PostgrestServer, doors: Doors, acme: Organization
) -> None:
    # PostgREST allows clocks to differ by half a minute.
    assert seen_by(rest, acme.scope(), clock=Behind(timedelta(seconds=30)))
    with pytest.raises(OurConfig, match="does not accept our token"):
        seen_by(rest, acme.scope(), clock=Behind(timedelta(seconds=120)))


@pytest.mark.parametrize(
    "changed",
    [{"aud": "others"}, {"exp": 1}, {"nbf": 4_000_000_000}],
    ids=["wrong audience", "expired", "not yet valid"],
)
def test_a_token_that_is_not_for_here_and_now_is_refused(
    rest: PostgrestServer, doors: Doors, acme: Organization, changed: dict[str, Any]
) -> None:
    with pytest.raises(OurConfig, match="does not accept our token"):
        seen_by(rest, acme.scope(), Forger(changed))


def test_a_token_under_a_key_that_nobody_imported_is_refused(
    rest: PostgrestServer, doors: Doors, acme: Organization
) -> None:
    with pytest.raises(OurConfig, match="does not accept our token"):
        seen_by(rest, acme.scope(), Forger({}, SigningKeys(()).added()))


@pytest.mark.parametrize("role", [None, "anon", "postgres", "flightdeck_web", "nobody"])
def test_a_token_without_our_role_is_told_apart_from_finding_nothing(
    rest: PostgrestServer, doors: Doors, acme: Organization, role: str | None
) -> None:
    with pytest.raises(OurConfig, match="too few rights"):
        seen_by(rest, acme.scope(), Forger({"role": role}))


# what the database decides, whatever the product believes


def test_who_left_since_sees_and_changes_nothing(
    rest: PostgrestServer, doors: Doors, database: Database, acme: Organization
) -> None:
    scope = acme.scope(Role.ANALYST)
    with doors(scope) as mine:
        kept = mine.annotations.add(told("Mine"), NOW)
        with database.owner.begin() as connection:
            connection.execute(delete(membership).where(membership.c.user_id == scope.user_id))
        assert mine.annotations.all() == []
        with pytest.raises(NotFound):
            mine.annotations.remove(kept.id)
        with pytest.raises(NotAllowed):
            mine.annotations.add(told("Again"), NOW)


def test_a_scope_that_claims_too_much_is_given_what_the_membership_holds(
    doors: Doors, database: Database, acme: Organization, other: Organization
) -> None:
    limited = replace(acme.limited, advertiser_ids=None)
    with doors(limited) as client:
        assert [a.words for a in client.annotations.all()] == ["Seen"]
    with database.owner.begin() as connection:
        demoted = update(membership).where(membership.c.user_id == acme.user(Role.ADMIN))
        connection.execute(demoted.values(role=Role.VIEWER))
    with doors(acme.scope(Role.ADMIN)) as viewer, pytest.raises(NotAllowed):
        viewer.annotations.add(told("No longer"), NOW)
    stranger = replace(other.scope(), org_id=acme.id)
    with doors(stranger) as outside:
        assert outside.annotations.all() == []
        with pytest.raises(NotAllowed):
            outside.annotations.add(told("Planted"), NOW)


def test_persons_on_one_pool_never_act_as_one_another(doors: Doors, acme: Organization) -> None:
    scopes = [acme.scope(role) for role in Role] * 8

    def kept_and_found(scope: TenantScope) -> set[str]:
        with doors(scope) as mine:
            mine.saved_views.add(f"{scope.user_id}", "morning", {}, NOW)
            return {view.owner_user_id for view in mine.saved_views.all()}

    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(kept_and_found, scopes))
    assert found == [{scope.user_id} for scope in scopes]
