"""People and their sessions."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from core.security.secret import Secret
from core.security.tokens import new_token, token_hash
from core.store.identity.people import Identity, Person
from core.store.schema import app_session
from core.store.store import Store
from tests.databases import NOW, Database, Organization
from tests.integration.store.makers import DAY, HOUR, MINUTE, at_once

ISSUER = "https://login.example"
IDLE = 12 * HOUR


def recognized(store: Store, subject: str = "s-1", **told: object) -> Person:
    with store.people() as door:
        return door.sessions.recognize(Identity(ISSUER, subject, **told), NOW)  # type: ignore[arg-type]


def logged_in(store: Store, subject: str = "s-1", **ends: object) -> Secret:
    token = new_token()
    with store.people() as door:
        person = door.sessions.recognize(Identity(ISSUER, subject), NOW)
        ends = {"absolute_end_at": NOW + 7 * DAY, **ends}
        door.sessions.open_session(person, token, NOW, **ends)  # type: ignore[arg-type]
    return token


def is_live(store: Store, token: Secret, now=NOW) -> bool:  # type: ignore[no-untyped-def]
    with store.reading_people() as door:
        return door.sessions.live_session(token, now, IDLE) is not None


def test_the_same_issuer_and_subject_is_the_same_person(store: Store) -> None:
    first = recognized(store, email="a@mail.example", name="Ada")
    again = recognized(store, email="b@mail.example", email_verified=True, name="Ada B.")
    assert again.id == first.id
    assert (again.email, again.email_verified, again.name) == ("b@mail.example", True, "Ada B.")


def test_an_equal_address_never_merges_two_people(store: Store) -> None:
    shared = {"email": "team@mail.example", "email_verified": True}
    first, second = recognized(store, "s-1", **shared), recognized(store, "s-2", **shared)
    with store.people() as door:
        elsewhere = door.sessions.recognize(Identity("https://other.example", "s-1", **shared), NOW)  # type: ignore[arg-type]
    assert len({first.id, second.id, elsewhere.id}) == 3


def test_ten_first_logins_at_once_make_one_person(store: Store) -> None:
    found = at_once([lambda: recognized(store).id] * 10)
    assert len(set(found)) == 1


def test_a_session_is_found_by_its_token_and_knows_its_person(store: Store) -> None:
    token = logged_in(store)
    with store.reading_people() as door:
        session = door.sessions.live_session(token, NOW + HOUR, IDLE)
        assert session is not None
        person = door.sessions.person(session.user_id)
    assert person is not None
    assert (person.issuer, person.subject) == (ISSUER, "s-1")
    assert session.is_of(ISSUER, "s-1")
    assert not session.is_of(ISSUER, "s-2")
    assert not session.is_of("https://other.example", "s-1")


def test_the_token_itself_is_not_kept(store: Store, database: Database) -> None:
    token = logged_in(store)
    with database.owner.connect() as connection:
        row = connection.execute(select(app_session)).one()
    assert row.token_hash == token_hash(token)
    assert token.reveal() not in repr(row)


@pytest.mark.parametrize("token", ["", "guess", "x" * 5000, "' or 1=1 --"])
def test_another_token_finds_nothing(store: Store, token: str) -> None:
    logged_in(store)
    assert not is_live(store, Secret(token))


def test_a_session_ends_when_idle_at_its_absolute_end_and_with_its_claims(store: Store) -> None:
    idle = logged_in(store)
    assert is_live(store, idle, NOW + IDLE - timedelta(microseconds=1))
    assert not is_live(store, idle, NOW + IDLE)
    absolute = logged_in(store, absolute_end_at=NOW + HOUR)
    assert is_live(store, absolute, NOW + HOUR - timedelta(microseconds=1))
    assert not is_live(store, absolute, NOW + HOUR)
    claims = logged_in(store, claims_end_at=NOW + MINUTE)
    assert is_live(store, claims, NOW + 59 * timedelta(seconds=1))
    assert not is_live(store, claims, NOW + MINUTE)


def test_using_a_session_keeps_it_alive_but_not_past_its_absolute_end(store: Store) -> None:
    token = logged_in(store, absolute_end_at=NOW + 20 * HOUR)
    with store.people() as door:
        door.sessions.touch(token, NOW + 11 * HOUR)
    assert is_live(store, token, NOW + 13 * HOUR)
    with store.people() as door:
        door.sessions.touch(token, NOW + 19 * HOUR)
    assert not is_live(store, token, NOW + 20 * HOUR)


def test_a_revoked_session_stays_dead_even_when_it_is_touched(store: Store) -> None:
    token = logged_in(store)
    with store.people() as door:
        door.sessions.revoke(token, NOW + MINUTE)
        door.sessions.touch(token, NOW + 2 * MINUTE)
    assert not is_live(store, token, NOW + 3 * MINUTE)


def test_logging_out_everywhere_ends_all_of_ones_own_sessions_and_nobody_elses(
    store: Store,
) -> None:
    mine = [logged_in(store), logged_in(store)]
    neighbour = logged_in(store, "s-2")
    with store.people() as door:
        session = door.sessions.live_session(mine[0], NOW, IDLE)
        assert session is not None
        assert door.sessions.revoke_all(session.user_id, NOW) == 2
    assert [is_live(store, token) for token in (*mine, neighbour)] == [False, False, True]


def test_a_person_sees_their_live_sessions_last_used_first(store: Store) -> None:
    old, gone, used = (logged_in(store) for _ in range(3))
    logged_in(store, "s-2")
    with store.people() as door:
        door.sessions.revoke(gone, NOW)
        door.sessions.touch(used, NOW + MINUTE)
        session = door.sessions.live_session(old, NOW, IDLE)
        assert session is not None
        found = door.sessions.live_sessions(session.user_id, NOW + MINUTE, IDLE)
    assert [s.last_seen_at for s in found] == [NOW + MINUTE, NOW]


def test_a_stranger_is_told_nothing_of_a_person(store: Store, acme: Organization) -> None:
    person = recognized(store)
    with store.people() as door:
        door.sessions.recognize(Identity(ISSUER, "s-2"), NOW)
        if store.engine.dialect.name == "postgresql":
            assert door.sessions.person(person.id) is None


def test_removing_a_person_removes_their_sessions(store: Store, database: Database) -> None:
    token = logged_in(store)
    with database.owner.begin() as connection:
        connection.exec_driver_sql("delete from app_user where subject = 's-1'")
    assert not is_live(store, token)
