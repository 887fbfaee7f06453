"""What was discovered: profiles, managers, seats, sponsored accounts, advertisers."""

from __future__ import annotations

from dataclasses import replace

import pytest

from core.domain.connections import AccessMode, CampaignAccess, SyncState
from core.domain.ids import ConnectionId, ProfileId
from core.domain.regions import Region
from core.domain.roles import Role
from core.errors import NotAllowed, NotFound
from core.store.accounts.discovery import (
    ManagerAccount,
    ManagerLink,
    Profile,
    Seat,
    SponsoredAccount,
)
from core.store.store import Store
from tests.databases import LIMITED, NOW, Organization
from tests.integration.store.makers import (
    DAY,
    HOUR,
    advertised,
    found_advertiser,
    linked,
    way,
)

A, B = "581000000000000002", "581000000000000003"


def profile(connection_id: ConnectionId, profile_id: str, country: str = "US") -> Profile:
    return Profile(
        connection_id,
        ProfileId(profile_id),
        Region.NA,
        country,
        "USD",
        "America/Los_Angeles",
        "agency",
        None,
        "ENTITY1",
        None,
        f"Agency {profile_id}",
        "edit",
    )


def test_profiles_are_written_and_what_is_gone_is_marked(
    store: Store, background: Store, acme: Organization, other: Organization
) -> None:
    mine, foreign = linked(store, acme), linked(store, other)
    us, ca = profile(mine, "2"), profile(mine, "1", "CA")
    with background.writing(other.job) as tenant:
        tenant.discovery.record_profiles(foreign, [profile(foreign, "9")], NOW)
    with background.writing(acme.job) as tenant:
        tenant.discovery.record_profiles(mine, [us, ca], NOW)
        assert tenant.discovery.profiles() == [ca, us]
        renamed = replace(us, name="Renamed")
        tenant.discovery.record_profiles(mine, [renamed], NOW + DAY)
        assert tenant.discovery.profiles() == [renamed]
        tenant.discovery.record_profiles(mine, [us, ca], NOW + 2 * DAY)
        assert tenant.discovery.profiles() == [ca, us]  # back again
        tenant.discovery.record_profiles(mine, [], NOW + 3 * DAY)
        assert tenant.discovery.profiles() == []
    with store.reading(other.scope(Role.VIEWER)) as tenant:
        assert [p.profile_id for p in tenant.discovery.profiles()] == ["9"]


def test_one_connections_look_leaves_anothers_findings_alone(
    store: Store, background: Store, acme: Organization
) -> None:
    first, second = linked(store, acme), linked(store, acme, "amzn1.account.B")
    with background.writing(acme.job) as tenant:
        tenant.discovery.record_profiles(first, [profile(first, "1")], NOW)
        tenant.discovery.record_seats(first, [Seat(first, "s1", "Seat", Region.NA, None)], NOW)
        tenant.discovery.record_profiles(second, [], NOW + DAY)
        tenant.discovery.record_seats(second, [], NOW + DAY)
        assert len(tenant.discovery.profiles()) == 1
        assert len(tenant.discovery.seats()) == 1


def test_managers_seats_and_sponsored_accounts_follow_what_is_there(
    store: Store, background: Store, acme: Organization, other: Organization
) -> None:
    mine = linked(store, acme)
    manager = ManagerAccount(mine, "m1", "Manager")
    below = ManagerLink(mine, "m1", "a1", "Account", "DSP_ADVERTISER_ACCOUNT", A, "ATV", None)
    seat = Seat(mine, "s1", "Seat", Region.NA, {"status": "ACTIVE"})
    sponsored = SponsoredAccount(mine, "amzn1.ads1", "Shop", "CREATED", ["US", "CA"], [{"p": 1}])
    with background.writing(acme.job) as tenant:
        found = tenant.discovery
        found.record_managers(mine, [manager], [below], NOW)
        found.record_seats(mine, [seat], NOW)
        found.record_sponsored(mine, [sponsored], NOW)
    with store.reading(acme.scope(Role.VIEWER)) as tenant:
        found = tenant.discovery
        assert (found.manager_accounts(), found.manager_links()) == ([manager], [below])
        assert (found.seats(), found.sponsored_accounts()) == ([seat], [sponsored])
    for scope in (other.scope(), acme.limited):
        with store.reading(scope) as tenant:
            found = tenant.discovery
            assert (found.manager_accounts(), found.manager_links()) == ([], [])
            assert (found.seats(), found.sponsored_accounts()) == ([], [])
    with background.writing(acme.job) as tenant:
        found = tenant.discovery
        found.record_managers(mine, [manager], [], NOW + DAY)
        found.record_seats(mine, [], NOW + DAY)
        found.record_sponsored(mine, [], NOW + DAY)
        assert (found.manager_accounts(), found.manager_links()) == ([manager], [])
        assert (found.seats(), found.sponsored_accounts()) == ([], [])


# advertisers


def test_new_advertisers_are_told_and_wait_to_be_chosen(
    store: Store, background: Store, acme: Organization, other: Organization
) -> None:
    connection_id = linked(store, acme)
    with background.writing(acme.job) as tenant:
        record = tenant.advertisers.record
        assert record(connection_id, [found_advertiser(A)], [], NOW) == [A]
        both = [found_advertiser(A, "Renamed"), found_advertiser(B)]
        assert record(connection_id, both, [], NOW + HOUR) == [B]
    with store.reading(acme.scope(Role.VIEWER)) as tenant:
        found = tenant.advertisers.all()
        assert [(a.name, a.sync_state) for a in found] == [
            (f"Advertiser {B}", SyncState.DISCOVERED),
            ("Renamed", SyncState.DISCOVERED),
        ]
        assert tenant.advertisers.kept() == []
    with store.reading(other.scope()) as tenant:
        assert tenant.advertisers.all() == []


def test_what_people_chose_survives_discovery(
    store: Store, background: Store, acme: Organization
) -> None:
    connection_id = advertised(store, background, acme, A, B)
    with store.writing(acme.scope(Role.ADMIN)) as tenant:
        tenant.advertisers.select([A, B], NOW)
        tenant.advertisers.pause([B])
        tenant.advertisers.set_default(B)
    with background.writing(acme.job) as tenant:
        tenant.advertisers.set_synced([A], NOW + HOUR)
        found = [found_advertiser(A, "Renamed"), found_advertiser(B)]
        tenant.advertisers.record(connection_id, found, [], NOW + DAY)
    with store.reading(acme.scope(Role.VIEWER)) as tenant:
        default, kept = tenant.advertisers.all()
        assert (default.advertiser_id, default.sync_state) == (B, SyncState.PAUSED)
        assert (kept.name, kept.sync_state, kept.synced_at) == (
            "Renamed",
            SyncState.SELECTED,
            NOW + HOUR,
        )
        assert kept.selected_at == NOW
        assert tenant.advertisers.kept() == [kept]


def test_there_is_one_default_an_organization(
    store: Store, background: Store, acme: Organization, other: Organization
) -> None:
    for org in (acme, other):
        advertised(store, background, org, A, B)
    with store.writing(other.scope()) as tenant:
        tenant.advertisers.set_default(A)
    with store.writing(acme.scope()) as tenant:
        for advertiser_id in (A, B):
            tenant.advertisers.set_default(advertiser_id)
        defaults = [a.advertiser_id for a in tenant.advertisers.all() if a.is_default]
        assert defaults == [B]
        with pytest.raises(NotFound):
            tenant.advertisers.set_default("none")
    with store.reading(other.scope()) as tenant:
        assert [a.advertiser_id for a in tenant.advertisers.all() if a.is_default] == [A]


def test_choosing_takes_all_or_none(
    store: Store, background: Store, acme: Organization, other: Organization
) -> None:
    advertised(store, background, acme, A)
    advertised(store, background, other, B)
    for wrong in ([A, B], [A, "none"]):
        with pytest.raises(NotFound), store.writing(acme.scope()) as tenant:
            tenant.advertisers.select(wrong, NOW)
    with store.reading(acme.scope()) as tenant:
        assert tenant.advertisers.kept() == []


@pytest.mark.parametrize("role", [Role.ANALYST, Role.VIEWER])
def test_others_choose_nothing(
    store: Store, background: Store, acme: Organization, role: Role
) -> None:
    advertised(store, background, acme, A)
    with store.writing(acme.scope(role)) as tenant:
        for forbidden in (
            lambda: tenant.advertisers.select([A], NOW),
            lambda: tenant.advertisers.pause([A]),
            lambda: tenant.advertisers.set_default(A),
            lambda: tenant.advertisers.set_synced([A], NOW),
        ):
            with pytest.raises(NotAllowed):
                forbidden()


def test_a_limited_member_sees_only_their_advertisers(
    store: Store, background: Store, acme: Organization
) -> None:
    advertised(store, background, acme, A, LIMITED)
    with store.reading(acme.limited) as tenant:
        assert [a.advertiser_id for a in tenant.advertisers.all()] == [LIMITED]
        assert tenant.advertisers.get(LIMITED).advertiser_id == LIMITED
        with pytest.raises(NotFound):
            tenant.advertisers.get(A)


def test_ways_prefer_the_profile_and_forget_what_is_gone(
    store: Store, background: Store, acme: Organization, other: Organization
) -> None:
    mine = linked(store, acme)
    ways = [way(A, mine, AccessMode.ACCOUNT), way(A, mine)]
    with background.writing(acme.job) as tenant:
        tenant.advertisers.record(mine, [found_advertiser(A)], ways, NOW)
        assert [w.mode for w in tenant.advertisers.accesses()[A]] == [  # type: ignore[index]
            AccessMode.PROFILE,
            AccessMode.ACCOUNT,
        ]
        tenant.advertisers.record(mine, [found_advertiser(A)], ways[:1], NOW + DAY)
        assert list(tenant.advertisers.accesses().values()) == [ways[:1]]
        tenant.advertisers.record(mine, [], [], NOW + 2 * DAY)
        assert tenant.advertisers.accesses() == {}
        assert [a.advertiser_id for a in tenant.advertisers.all()] == [A]
    with background.reading(other.job) as tenant:
        assert tenant.advertisers.accesses() == {}


def test_what_is_known_of_campaign_access_stays_until_known_better(
    store: Store, background: Store, acme: Organization
) -> None:
    mine = advertised(store, background, acme, A)

    def access() -> CampaignAccess:
        with background.reading(acme.job) as tenant:
            [[found]] = tenant.advertisers.accesses().values()
        return found.campaign_access

    with background.writing(acme.job) as tenant:
        tenant.advertisers.set_campaign_access(A, mine, CampaignAccess.FORBIDDEN)
        tenant.advertisers.record(mine, [found_advertiser(A)], [way(A, mine)], NOW + DAY)
    assert access() is CampaignAccess.FORBIDDEN
    told = way(A, mine, access=CampaignAccess.ALLOWED)
    with background.writing(acme.job) as tenant:
        tenant.advertisers.record(mine, [found_advertiser(A)], [told], NOW + DAY)
    assert access() is CampaignAccess.ALLOWED
