"""Links under way and connections (acceptance cases 13, 14, 16, 19)."""

from __future__ import annotations

from datetime import timedelta

import pytest

from core.domain.connections import AccessMode, RefreshOutcome, Status
from core.domain.regions import Region
from core.domain.roles import Role
from core.errors import NotAllowed, NotFound
from core.security.sealing import Sealed
from core.security.secret import Secret
from core.security.tokens import new_token
from core.store.accounts.connections import AmazonUser
from core.store.accounts.discovery import Profile
from core.store.accounts.oauth_states import LinkUnderWay, StateEnd, StateRefused
from core.store.accounts.refreshes import RefreshEvent
from core.store.store import Store
from tests.databases import NOW, Organization
from tests.integration.store.makers import (
    DAY,
    MINUTE,
    at_once,
    credentialed,
    found_advertiser,
    linked,
    way,
)

SESSION = "ses_1"


def begun(store: Store, org: Organization, role: Role = Role.OWNER, **more: object) -> Secret:
    state = new_token()
    terms = {"session_id": SESSION, "region": Region.EU, "verifier_sealed": b"box"}
    ends = {"now": NOW, "expires_at": NOW + 10 * MINUTE}
    with store.writing(org.scope(role)) as tenant:
        tenant.oauth_states.begin(state, **{**terms, **ends, **more})  # type: ignore[arg-type]
    return state


def consumed(  # type: ignore[no-untyped-def]
    store: Store, state: Secret, org: Organization, role: Role = Role.OWNER, **more: object
):
    terms = {"session_id": SESSION, "user_id": org.user(role), "now": NOW + MINUTE, **more}
    with store.people() as door:
        return door.oauth_states.consume(state, **terms)  # type: ignore[arg-type]


def refusal(store: Store, state: Secret, org: Organization, **more: object) -> StateEnd:
    with pytest.raises(StateRefused, match="Start again") as refused:
        consumed(store, state, org, **more)
    return refused.value.reason


# RFC 6749 §10.12: state


def test_a_state_comes_back_once_with_what_was_noted(store: Store, acme: Organization) -> None:
    state = begun(store, acme, connection_id="con_1")
    assert consumed(store, state, acme) == LinkUnderWay(
        acme.id,
        acme.user(Role.OWNER),
        Region.EU,
        "con_1",  # type: ignore[arg-type]
        b"box",
    )
    assert refusal(store, state, acme) is StateEnd.USED


def test_a_guessed_or_altered_state_is_unknown(store: Store, acme: Organization) -> None:
    state = begun(store, acme)
    altered = Secret(state.reveal()[:-1] + ("A" if state.reveal()[-1] != "A" else "B"))
    for wrong in (new_token(), altered, Secret("")):
        assert refusal(store, wrong, acme) is StateEnd.UNKNOWN
    assert consumed(store, state, acme).org_id == acme.id


def test_a_state_ends_after_its_time(store: Store, acme: Organization) -> None:
    state = begun(store, acme)
    assert refusal(store, state, acme, now=NOW + 10 * MINUTE) is StateEnd.EXPIRED
    just_before = NOW + 10 * MINUTE - timedelta(microseconds=1)
    assert consumed(store, state, acme, now=just_before).org_id == acme.id


def test_a_state_is_bound_to_the_session_and_the_person(
    store: Store, acme: Organization, other: Organization
) -> None:
    state = begun(store, acme)
    assert refusal(store, state, acme, session_id="ses_2") is StateEnd.OTHER_SESSION
    assert refusal(store, state, acme, role=Role.ADMIN) is StateEnd.UNKNOWN
    assert refusal(store, state, other) is StateEnd.UNKNOWN
    assert consumed(store, state, acme).org_id == acme.id  # none of these used it up


def test_of_ten_callbacks_at_once_one_gets_the_state(store: Store, acme: Organization) -> None:
    state = begun(store, acme)
    ends = at_once([lambda: consumed(store, state, acme)] * 10)
    assert sum(isinstance(end, LinkUnderWay) for end in ends) == 1
    refused = [end.reason for end in ends if isinstance(end, StateRefused)]
    assert refused == [StateEnd.USED] * 9


@pytest.mark.parametrize("role", [Role.ANALYST, Role.VIEWER])
def test_only_who_may_link_begins_a_link(store: Store, acme: Organization, role: Role) -> None:
    with pytest.raises(NotAllowed, match="link, re-authorize"):
        begun(store, acme, role)


# connections


def test_the_same_amazon_user_linked_twice_is_one_row(store: Store, acme: Organization) -> None:
    first = linked(store, acme)
    with store.writing(acme.scope(Role.ADMIN)) as tenant:
        user = AmazonUser("amzn1.account.A", "Renamed")
        again = tenant.connections.link(Region.NA, user, NOW + DAY)
        [found] = tenant.connections.all()
    assert again == first == found.id
    assert (found.amazon_name, found.linked_at) == ("Renamed", NOW + DAY)
    assert found.linked_by == acme.user(Role.ADMIN)


def test_another_region_or_user_or_tenant_is_another_row(
    store: Store, acme: Organization, other: Organization
) -> None:
    ids = {
        linked(store, acme),
        linked(store, acme, region=Region.EU),
        linked(store, acme, "amzn1.account.B"),
        linked(store, other),
        linked(store, acme, None),
        linked(store, acme, None),
    }
    assert len(ids) == 6


def test_ten_links_of_one_user_at_once_are_one_row(store: Store, acme: Organization) -> None:
    assert len(set(at_once([lambda: linked(store, acme)] * 10))) == 1


def test_authorizing_again_names_the_row_of_an_unknown_user(
    store: Store, acme: Organization
) -> None:
    unnamed = linked(store, acme, None)
    with store.writing(acme.scope()) as tenant:
        user = AmazonUser("amzn1.account.A")
        assert tenant.connections.link(Region.NA, user, NOW, again=unnamed) == unnamed
        assert tenant.connections.link(Region.NA, None, NOW, again=unnamed) == unnamed
        assert tenant.connections.get(unnamed).amazon_user_id == "amzn1.account.A"


def test_authorizing_again_as_somebody_else_leaves_the_row_alone(
    store: Store, acme: Organization
) -> None:
    first = linked(store, acme)
    with store.writing(acme.scope()) as tenant:
        user = AmazonUser("amzn1.account.B")
        second = tenant.connections.link(Region.NA, user, NOW, again=first)
        assert second != first
        assert tenant.connections.get(first).amazon_user_id == "amzn1.account.A"


def test_authorizing_again_over_a_foreign_row_makes_one_of_ones_own(
    store: Store, acme: Organization, other: Organization
) -> None:
    foreign = linked(store, other, None)
    with store.writing(acme.scope()) as tenant:
        own = tenant.connections.link(Region.NA, AmazonUser("x"), NOW, again=foreign)
    assert own != foreign
    with store.reading(other.scope()) as tenant:
        assert tenant.connections.get(foreign).amazon_user_id is None


def test_disconnecting_drops_the_tokens_and_keeps_the_history(
    store: Store, background: Store, acme: Organization, other: Organization
) -> None:
    connection_id, foreign = credentialed(store, acme), credentialed(store, other)
    event = RefreshEvent(connection_id, NOW, RefreshOutcome.REFRESHED, None, 90, in_time=True)
    with background.writing(acme.job) as tenant:
        tenant.refreshes.record(event)
    with store.writing(acme.scope(Role.ADMIN)) as tenant:
        tenant.connections.disconnect(connection_id, NOW + DAY)
        assert tenant.credentials.health() == []
        assert tenant.refreshes.recent(connection_id) == [event]
        ended = tenant.connections.get(connection_id)
    assert (ended.status, ended.disconnected_at) == (Status.DISCONNECTED, NOW + DAY)
    with background.system() as system:
        assert [c.connection_id for c in system.credentials.due(NOW + DAY, 9)] == [foreign]


def test_a_disconnected_row_is_revived_by_linking_and_by_nothing_else(
    store: Store, background: Store, acme: Organization
) -> None:
    connection_id = linked(store, acme)
    with store.writing(acme.scope()) as tenant:
        tenant.connections.disconnect(connection_id, NOW)
    with background.writing(acme.job) as tenant:
        assert not tenant.connections.set_status(connection_id, Status.ACTIVE, NOW)
        assert tenant.connections.get(connection_id).status is Status.DISCONNECTED
    assert linked(store, acme) == connection_id
    with store.reading(acme.scope()) as tenant:
        revived = tenant.connections.get(connection_id)
    assert (revived.status, revived.disconnected_at) == (Status.ACTIVE, None)


def test_a_status_is_news_once(store: Store, background: Store, acme: Organization) -> None:
    connection_id = linked(store, acme)
    with background.writing(acme.job) as tenant:
        lost = (connection_id, Status.NEEDS_RECONNECT, NOW, "invalid_grant")
        assert [tenant.connections.set_status(*lost) for _ in range(3)] == [True, False, False]
        assert tenant.connections.set_status(connection_id, Status.ACTIVE, NOW)


@pytest.mark.parametrize("role", [Role.ANALYST, Role.VIEWER])
def test_others_neither_link_nor_disconnect(store: Store, acme: Organization, role: Role) -> None:
    connection_id = linked(store, acme)
    with store.writing(acme.scope(role)) as tenant:
        for forbidden in (
            lambda: tenant.connections.link(Region.NA, None, NOW),
            lambda: tenant.connections.disconnect(connection_id, NOW),
            lambda: tenant.credentials.put(connection_id, Sealed("k", b""), NOW),
        ):
            with pytest.raises(NotAllowed):
                forbidden()


def test_a_limited_member_sees_no_connection(store: Store, acme: Organization) -> None:
    connection_id = linked(store, acme)
    with store.reading(acme.limited) as tenant:
        assert tenant.connections.all() == []
        with pytest.raises(NotFound):
            tenant.connections.get(connection_id)


# twins


def profiled(background: Store, org: Organization, connection_id: str, *ids: str) -> None:
    rows = [
        Profile(
            connection_id,  # type: ignore[arg-type]
            profile_id,  # type: ignore[arg-type]
            Region.NA,
            "US",
            "USD",
            "America/Los_Angeles",
            "agency",
            None,
            "ENTITY1",
            None,
            "Agency",
            "edit",
        )
        for profile_id in ids
    ]
    with background.writing(org.job) as tenant:
        tenant.discovery.record_profiles(connection_id, rows, NOW)


def twins(background: Store, org: Organization, connection_id: str) -> list[str]:
    with background.reading(org.job) as tenant:
        return list(tenant.connections.twins(connection_id))


def test_rows_with_equal_profiles_are_twins_where_one_user_is_not_known(
    store: Store, background: Store, acme: Organization, other: Organization
) -> None:
    known, unnamed, smaller = (
        linked(store, acme),
        linked(store, acme, None),
        linked(store, acme, None),
    )
    foreign = linked(store, other, None)
    profiled(background, acme, known, "1", "2")
    profiled(background, acme, unnamed, "2", "1")
    profiled(background, acme, smaller, "1")
    profiled(background, other, foreign, "1", "2")
    assert twins(background, acme, unnamed) == [known]
    assert twins(background, acme, known) == [unnamed]
    assert twins(background, acme, smaller) == []


def test_two_known_users_of_one_agency_are_two_grants(
    store: Store, background: Store, acme: Organization
) -> None:
    first, second = linked(store, acme), linked(store, acme, "amzn1.account.B")
    for connection_id in (first, second):
        profiled(background, acme, connection_id, "1")
    assert twins(background, acme, first) == []


def test_rows_without_a_profile_are_nobodys_twins(
    store: Store, background: Store, acme: Organization
) -> None:
    first = linked(store, acme, None)
    linked(store, acme, None)
    assert twins(background, acme, first) == []


def test_merging_keeps_the_newer_token_and_the_older_history(
    store: Store, background: Store, acme: Organization
) -> None:
    older, newer = credentialed(store, acme), linked(store, acme, None)
    event = RefreshEvent(older, NOW, RefreshOutcome.REFRESHED, None, 90, in_time=True)
    with store.writing(acme.scope()) as tenant:
        tenant.credentials.put(newer, Sealed("k1", b"newest"), NOW + DAY)
    with background.writing(acme.job) as tenant:
        tenant.refreshes.record(event)
        tenant.connections.merge(older, newer)
        [left] = tenant.connections.all()
        assert (left.id, left.amazon_user_id) == (newer, "amzn1.account.A")
        assert tenant.credentials.get(newer).refresh == Sealed("k1", b"newest")
        assert [e.at for e in tenant.refreshes.recent(newer)] == [NOW]
        with pytest.raises(NotFound):
            tenant.connections.get(older)


def test_ways_over_a_connection_that_does_not_work_are_not_offered(
    store: Store, background: Store, acme: Organization
) -> None:
    by_profile, by_account = linked(store, acme), linked(store, acme, "amzn1.account.B")
    with background.writing(acme.job) as tenant:
        tenant.advertisers.record(by_profile, [found_advertiser("7")], [way("7", by_profile)], NOW)
        tenant.advertisers.record(by_account, [], [way("7", by_account, AccessMode.ACCOUNT)], NOW)
        both = tenant.advertisers.accesses()
        assert [w.connection_id for w in both["7"]] == [by_profile, by_account]  # type: ignore[index]
        tenant.connections.set_status(by_profile, Status.NEEDS_RECONNECT, NOW)
        left = tenant.advertisers.accesses()
        assert [w.connection_id for w in left["7"]] == [by_account]  # type: ignore[index]
