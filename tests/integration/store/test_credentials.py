"""Sealed tokens: who can read them, and how a refresh is written (cases 1, 2, 9)."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.exc import ProgrammingError

from core.domain.connections import RefreshOutcome
from core.domain.roles import Role
from core.errors import LeaseLost, NotFound
from core.security.sealing import Sealed
from core.store.accounts.credentials import Credential
from core.store.accounts.refreshes import RefreshEvent, Reliability
from core.store.schema import credential
from core.store.store import Store
from core.store.work.leases import Lease
from tests.databases import NOW, Organization
from tests.integration.store.makers import (
    DAY,
    HOUR,
    MINUTE,
    at_once,
    credentialed,
    granted,
    linked,
)

LEASE = timedelta(seconds=90)


def taken(background: Store, org: Organization, connection_id: str) -> tuple[Credential, Lease]:
    with background.system() as system:
        held = system.leases.acquire(f"token:{connection_id}", "one", LEASE)
    assert held is not None
    with background.reading(org.job) as tenant:
        return tenant.credentials.get(connection_id), held


def due(background: Store, now: datetime = NOW) -> list[str]:
    with background.system() as system:
        return [found.connection_id for found in system.credentials.due(now, 100)]


def test_the_web_puts_boxes_in_and_cannot_read_them_back(
    store: Store, background: Store, acme: Organization
) -> None:
    connection_id = credentialed(store, acme)
    with background.reading(acme.job) as tenant:
        assert tenant.credentials.get(connection_id).refresh == Sealed("k1", b"refresh")
    if store.engine.dialect.name == "postgresql":
        for query in (select(credential), select(credential.c.refresh_sealed)):
            with store.reading(acme.scope()) as tenant, pytest.raises(ProgrammingError) as refused:
                tenant.credentials.tx.rows(query)
            assert "permission denied" in str(refused.value)


def test_health_shows_when_and_how_but_no_box(store: Store, acme: Organization) -> None:
    connection_id = credentialed(store, acme, due=NOW + HOUR)
    with store.reading(acme.scope(Role.VIEWER)) as tenant:
        [health] = tenant.credentials.health()
    assert health.connection_id == connection_id
    assert health.refresh_due_at == NOW + HOUR
    assert health.access_expires_at == NOW + HOUR + 15 * MINUTE
    assert (health.refreshed_at, health.failures, health.last_error) == (NOW, 0, None)
    assert not [name for name in health.__slots__ if "sealed" in name]


def test_a_grant_without_an_access_token_is_due_at_once(
    store: Store, background: Store, acme: Organization
) -> None:
    connection_id = linked(store, acme)
    with store.writing(acme.scope()) as tenant:
        tenant.credentials.put(connection_id, Sealed("k1", b"r"), NOW)
    assert due(background) == [connection_id]


def test_due_credentials_of_all_tenants_come_the_longest_due_first(
    store: Store, background: Store, acme: Organization, other: Organization
) -> None:
    later = credentialed(store, acme, due=NOW)
    first = credentialed(store, other, due=NOW - HOUR)
    credentialed(store, acme, "amzn1.account.B", due=NOW + timedelta(seconds=1))
    assert due(background) == [first, later]


def test_a_refresh_is_written_and_due_again(
    store: Store, background: Store, acme: Organization
) -> None:
    connection_id = credentialed(store, acme)
    before, lease = taken(background, acme, connection_id)
    grant = granted(NOW + HOUR, NOW + 45 * MINUTE, box=b"new")
    with background.writing(acme.job) as tenant:
        tenant.credentials.refreshed(before, lease, grant, NOW)
        after = tenant.credentials.get(connection_id)
    assert after.access == Sealed("k1", b"new")
    assert after.refresh == before.refresh  # Amazon does not rotate it
    assert due(background) == []
    assert due(background, NOW + 45 * MINUTE) == [connection_id]


def test_a_rotated_refresh_token_takes_the_place_of_the_old_one(
    store: Store, background: Store, acme: Organization
) -> None:
    connection_id = credentialed(store, acme)
    before, lease = taken(background, acme, connection_id)
    rotated = granted(NOW + HOUR, NOW + HOUR)
    rotated = type(rotated)(rotated.access, NOW + HOUR, NOW + HOUR, Sealed("k2", b"rotated"))
    with background.writing(acme.job) as tenant:
        tenant.credentials.refreshed(before, lease, rotated, NOW)
        assert tenant.credentials.get(connection_id).refresh == Sealed("k2", b"rotated")


def test_a_second_write_from_the_same_reading_is_refused(
    store: Store, background: Store, acme: Organization
) -> None:
    connection_id = credentialed(store, acme)
    before, lease = taken(background, acme, connection_id)

    def write(box: bytes) -> None:
        with background.writing(acme.job) as tenant:
            grant = granted(NOW + HOUR, NOW + HOUR, box=box)
            tenant.credentials.refreshed(before, lease, grant, NOW)

    ends = at_once([lambda i=i: write(b"box%d" % i) for i in range(8)])  # type: ignore[misc]
    assert sum(end is None for end in ends) == 1
    assert sum(isinstance(end, LeaseLost) for end in ends) == 7


def test_a_late_holder_is_refused_by_its_fencing_token(
    store: Store, background: Store, acme: Organization
) -> None:
    connection_id = credentialed(store, acme)
    before, late = taken(background, acme, connection_id)
    with background.system() as system:
        system.leases.release(late)
        newer = system.leases.acquire(late.name, "two", LEASE)
    assert newer is not None
    with background.writing(acme.job) as tenant:
        tenant.credentials.failed(before, newer, "HTTP 503", NOW, cooldown_until=NOW + MINUTE)
        now_there = tenant.credentials.get(connection_id)
    grant = granted(NOW + HOUR, NOW + HOUR)
    with background.writing(acme.job) as tenant, pytest.raises(LeaseLost):
        tenant.credentials.refreshed(now_there, late, grant, NOW)


def test_a_relink_during_a_refresh_wins(
    store: Store, background: Store, acme: Organization
) -> None:
    connection_id = credentialed(store, acme)
    before, lease = taken(background, acme, connection_id)
    with store.writing(acme.scope()) as tenant:
        tenant.credentials.put(connection_id, Sealed("k1", b"relinked"), NOW)
    with background.writing(acme.job) as tenant, pytest.raises(LeaseLost):
        tenant.credentials.refreshed(before, lease, granted(NOW + HOUR, NOW + HOUR), NOW)
    with background.writing(acme.job) as tenant, pytest.raises(LeaseLost):
        tenant.credentials.lost(before, lease, "invalid_grant", NOW)
    with background.reading(acme.job) as tenant:
        kept = tenant.credentials.get(connection_id)
    assert (kept.refresh, kept.failures, kept.refresh_due_at) == (
        Sealed("k1", b"relinked"),
        0,
        NOW,
    )


def test_a_dropped_credential_is_not_resurrected_by_a_refresh_in_flight(
    store: Store, background: Store, acme: Organization
) -> None:
    connection_id = credentialed(store, acme)
    before, lease = taken(background, acme, connection_id)
    with store.writing(acme.scope()) as tenant:
        tenant.connections.disconnect(connection_id, NOW)
    with background.writing(acme.job) as tenant:
        for write in (
            lambda: tenant.credentials.refreshed(before, lease, granted(NOW, NOW), NOW),
            lambda: tenant.credentials.failed(before, lease, "x", NOW, cooldown_until=NOW),
            lambda: tenant.credentials.lost(before, lease, "x", NOW),
        ):
            with pytest.raises(LeaseLost):
                write()
        with pytest.raises(NotFound):
            tenant.credentials.get(connection_id)


def test_failures_are_counted_cool_down_and_are_forgotten_when_one_succeeds(
    store: Store, background: Store, acme: Organization
) -> None:
    connection_id = credentialed(store, acme)
    before, lease = taken(background, acme, connection_id)
    for attempt in (1, 2):
        at = NOW + attempt * MINUTE
        with background.writing(acme.job) as tenant:
            cooldown = at + 5 * MINUTE
            tenant.credentials.failed(before, lease, "HTTP 503", at, cooldown_until=cooldown)
            before = tenant.credentials.get(connection_id)
            [health] = tenant.credentials.health()
        assert (health.failures, health.failing_since) == (attempt, NOW + MINUTE)
        assert (health.attempted_at, health.last_error) == (at, "HTTP 503")
    assert due(background, NOW + 6 * MINUTE) == []
    assert due(background, NOW + 7 * MINUTE) == [connection_id]
    with background.writing(acme.job) as tenant:
        tenant.credentials.refreshed(before, lease, granted(NOW + DAY, NOW + DAY), NOW + HOUR)
        [health] = tenant.credentials.health()
    assert (health.failures, health.failing_since, health.last_error) == (0, None, None)
    assert (health.refreshed_at, health.cooldown_until) == (NOW + HOUR, None)


def test_a_lost_grant_is_never_due_until_it_is_linked_again(
    store: Store, background: Store, acme: Organization
) -> None:
    connection_id = credentialed(store, acme)
    before, lease = taken(background, acme, connection_id)
    with background.writing(acme.job) as tenant:
        tenant.credentials.lost(before, lease, "invalid_grant", NOW)
        [health] = tenant.credentials.health()
    assert (health.refresh_due_at, health.last_error) == (None, "invalid_grant")
    assert due(background, NOW + 365 * DAY) == []
    credentialed(store, acme)
    assert due(background) == [connection_id]


def test_boxes_are_counted_by_key(
    store: Store, background: Store, acme: Organization, other: Organization
) -> None:
    credentialed(store, acme)
    connection_id = linked(store, other)
    with store.writing(other.scope()) as tenant:
        tenant.credentials.put(connection_id, Sealed("k2", b"r"), NOW)
    with background.system() as system:
        assert system.credentials.key_ids() == {"k1": 2, "k2": 1}
        others = system.credentials.under_other_keys("k2", 10)
    assert [found.org_id for found in others] == [acme.id]


def test_a_credential_belongs_to_a_connection_of_its_own_organization(
    store: Store, acme: Organization, other: Organization
) -> None:
    foreign = linked(store, other)
    with store.writing(acme.scope()) as tenant, pytest.raises(NotFound):
        tenant.credentials.put(foreign, Sealed("k1", b"r"), NOW)


# reliability


def recorded(background: Store, org: Organization, *events: RefreshEvent) -> None:
    with background.writing(org.job) as tenant:
        for event in events:
            tenant.refreshes.record(event)


def test_reliability_is_the_share_of_due_refreshes_that_came_in_time(
    store: Store, background: Store, acme: Organization, other: Organization
) -> None:
    mine, foreign = credentialed(store, acme, due=NOW + HOUR), credentialed(store, other)

    def event(
        age: timedelta, outcome: RefreshOutcome, *, in_time: bool = True, of: str = mine
    ) -> RefreshEvent:
        return RefreshEvent(of, NOW - age, outcome, None, 80, in_time)  # type: ignore[arg-type]

    recorded(
        background,
        acme,
        *[event(i * DAY, RefreshOutcome.REFRESHED) for i in range(7)],
        event(8 * DAY, RefreshOutcome.REFRESHED, in_time=False),
        event(9 * DAY, RefreshOutcome.RETRIED, in_time=False),
        event(10 * DAY, RefreshOutcome.LOST, in_time=False),
        event(30 * DAY, RefreshOutcome.REFRESHED, in_time=False),  # too long ago
    )
    recorded(background, other, event(DAY, RefreshOutcome.REFRESHED, in_time=False, of=foreign))
    with store.reading(acme.scope()) as tenant:
        reliability = tenant.refreshes.reliability(NOW)
    assert reliability == {mine: Reliability(due=8, in_time=7)}
    assert str(reliability[mine].share) == "0.875"


def test_a_refresh_still_missing_after_the_token_ended_counts_as_late(
    store: Store, acme: Organization
) -> None:
    connection_id = credentialed(store, acme)
    with store.reading(acme.scope()) as tenant:
        assert tenant.refreshes.reliability(NOW + 15 * MINUTE - timedelta(seconds=1)) == {}
        late = tenant.refreshes.reliability(NOW + 15 * MINUTE)
    assert late == {connection_id: Reliability(due=1, in_time=0)}
    assert Reliability(0, 0).share is None
