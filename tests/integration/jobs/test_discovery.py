"""What a grant reaches, by which ways, and what becomes of it when it changes."""

from __future__ import annotations

from datetime import timedelta

import pytest

from core.domain.connections import AccessMode, CampaignAccess, Status, SyncState
from core.domain.regions import Region
from core.jobs import kinds
from core.store.schema.words import JobState
from tests.integration.jobs.looking import advertisers, linked
from tests.integration.jobs.rig import Rig


def ways(rig: Rig) -> dict[str, list[tuple[AccessMode, CampaignAccess]]]:
    with rig.web.reading(rig.org.scope()) as tenant:
        names = {a.advertiser_id: a.name.split()[0] for a in tenant.advertisers.all()}
        return {
            names[advertiser_id]: [(way.mode, way.campaign_access) for way in listed]
            for advertiser_id, listed in tenant.advertisers.accesses().items()
        }


def test_an_agency_reaches_its_advertisers_by_profile_and_others_by_its_manager_account(
    rig: Rig, other_rig: Rig
) -> None:
    connection_id = rig.link("agency")
    rig.run_due()
    by_profile = (AccessMode.PROFILE, CampaignAccess.UNKNOWN)
    by_manager = (AccessMode.ACCOUNT, CampaignAccess.FORBIDDEN)
    assert ways(rig) == {"Alder": [by_profile, by_manager], "Birch": [by_manager]}
    with rig.web.reading(rig.org.scope()) as tenant:
        dsp = [p for p in tenant.discovery.profiles() if p.account_type == "agency"]
        seats = {seat.seat_id for seat in tenant.discovery.seats()}
        managers = [m.name for m in tenant.discovery.manager_accounts()]
        connection = tenant.connections.get(connection_id)
        zones = {a.name.split()[0]: (a.timezone, a.currency) for a in tenant.advertisers.all()}
        chosen = {a.sync_state for a in tenant.advertisers.all()}
    assert dsp[0].account_id in seats
    assert managers == ["Cobalt Harbor NA"]
    assert zones["Birch"] == ("America/New_York", "USD")
    assert chosen == {SyncState.DISCOVERED}  # what is kept is a person's choice
    assert (connection.status, connection.discovered_at) != (Status.ACTIVE, None)
    with other_rig.web.reading(other_rig.org.scope()) as tenant:
        assert (tenant.advertisers.all(), tenant.connections.all()) == ([], [])


@pytest.mark.parametrize("zone", ["", "US/Nowhere", None])
def test_an_advertiser_without_a_zone_has_its_profiles_and_holds_up_nobody(
    rig: Rig, other_rig: Rig, zone: str | None
) -> None:
    told = {"advertiserId": "777", "name": "Zoneless", "country": "US", "timezone": zone}
    rig.sandbox.control(
        "faults",
        {
            "match": {"operation": "advertisers"},
            "answer": {"status": 200, "json": {"totalResults": 1, "response": [told]}},
        },
    )
    found = linked(rig)
    with rig.web.reading(rig.org.scope()) as tenant:
        (profile,) = [p for p in tenant.discovery.profiles() if p.account_type == "agency"]
        (zoneless,) = [a for a in tenant.advertisers.all() if a.advertiser_id == "777"]
    assert (zoneless.timezone, zoneless.currency) == (profile.timezone, profile.currency)
    rig.select(*found.values())
    rig.ask(kinds.PLAN)
    rig.run_due()
    assert {a for r in rig.requests() for a in r.advertiser_ids} == set(found.values())
    assert advertisers(other_rig) == {}


def test_each_region_shows_only_its_own(rig: Rig) -> None:
    rig.link("agency", Region.FE)
    rig.run_due()
    assert set(advertisers(rig)) == {"Sakura"}


def test_a_seller_has_no_dsp_and_that_is_no_error(rig: Rig) -> None:
    assert linked(rig, "seller") == {}
    with rig.web.reading(rig.org.scope()) as tenant:
        profiles = {(p.account_type, p.account_subtype) for p in tenant.discovery.profiles()}
        assert profiles == {("seller", None), ("agency", "AMAZON_ATTRIBUTION")}
        jobs = tenant.jobs.recent(kinds=[kinds.DISCOVER.name])
        assert [job.state for job in jobs] == [JobState.DONE]
        assert tenant.discovery.sponsored_accounts() != []


def test_a_manager_account_alone_reaches_an_advertiser_read_only(rig: Rig) -> None:
    linked(rig, "reader")
    assert ways(rig) == {"Alder": [(AccessMode.ACCOUNT, CampaignAccess.FORBIDDEN)]}


def test_what_a_grant_does_not_reach_holds_up_nothing(rig: Rig) -> None:
    for operation in ("manager_accounts", "global_accounts", "unified_accounts"):
        rig.sandbox.control(
            "faults",
            {
                "match": {"operation": operation},
                "answer": {"status": 403, "json": {"code": "FORBIDDEN", "message": "no"}},
            },
        )
    assert set(linked(rig)) == {"Alder"}


def test_a_401_that_passes_takes_no_way_away(rig: Rig, other_rig: Rig) -> None:
    connection_id = rig.link("agency")
    rig.run_due()
    before = ways(rig)
    odd = {"status": 401, "json": {"code": "401", "details": "Authentication failed"}}
    match = {"operation": "dsp_advertisers"}
    rig.sandbox.control("faults", {"match": match, "when": {"times": 2}, "answer": odd})
    rig.pass_time(hours=1)
    rig.ask(kinds.DISCOVER, {"connection_id": connection_id}, key=connection_id)
    rig.run_due()
    assert ways(rig) == before
    rig.run_until(rig.is_idle, hours=1)
    assert ways(rig) == before
    with rig.web.reading(rig.org.scope()) as tenant:
        job = tenant.jobs.recent(1, kinds=[kinds.DISCOVER.name])[0]
        connection = tenant.connections.get(connection_id)
    assert job.state is JobState.DONE
    assert connection.discovered_at is not None
    assert connection.discovered_at > rig.now - timedelta(minutes=5)
    with other_rig.web.reading(other_rig.org.scope()) as tenant:
        assert tenant.advertisers.accesses() == {}


def test_a_401_that_stays_counts_as_not_reached_in_the_end(rig: Rig) -> None:
    odd = {"status": 401, "json": {"code": "401", "details": "Authentication failed"}}
    rig.sandbox.control("faults", {"match": {"operation": "manager_accounts"}, "answer": odd})
    rig.link("agency")
    rig.run_until(rig.is_idle, hours=3)
    assert ways(rig) == {"Alder": [(AccessMode.PROFILE, CampaignAccess.UNKNOWN)]}


def test_a_way_that_is_gone_is_no_longer_taken(rig: Rig) -> None:
    connection_id = rig.link("agency")
    rig.run_due()
    rig.sandbox.control(
        "faults",
        {
            "match": {"operation": "manager_accounts"},
            "answer": {"status": 200, "json": {"managerAccounts": []}},
        },
    )
    rig.pass_time(hours=1)
    rig.ask(kinds.DISCOVER, {"connection_id": connection_id}, key=connection_id)
    rig.run_due()
    assert ways(rig) == {"Alder": [(AccessMode.PROFILE, CampaignAccess.UNKNOWN)]}
    assert set(advertisers(rig)) == {"Alder", "Birch"}  # what was known of it stays


def test_an_amazon_that_fails_is_asked_again_later(rig: Rig) -> None:
    rig.sandbox.control(
        "faults",
        {
            "match": {"operation": "profiles"},
            "when": {"for_seconds": 60},
            "answer": {"status": 503, "json": {"message": "later"}},
        },
    )
    rig.link("agency")
    rig.run_until(lambda: bool(advertisers(rig)), hours=1)
    with rig.web.reading(rig.org.scope()) as tenant:
        assert [c.status for c in tenant.connections.all()] == [Status.ACTIVE]


def test_discovery_shows_how_far_it_is(rig: Rig) -> None:
    linked(rig)
    with rig.web.reading(rig.org.scope()) as tenant:
        (job,) = tenant.jobs.recent(kinds=[kinds.DISCOVER.name])
    assert job.progress == {"step": "sponsored accounts", "done": 0, "of": 0}


def test_every_connection_that_works_is_looked_at_once_a_day(rig: Rig) -> None:
    rig.link("agency")
    rig.link("reader")
    rig.run_due()
    rig.start_schedules()
    rig.sandbox.http.delete("/_sandbox/calls")
    rig.run_until(lambda: len(rig.calls(operation="profiles")) >= 4, step=600)
    assert rig.now.hour == 4


@pytest.mark.parametrize("slug", ["agency", "second-agency"])
def test_two_tenants_with_one_grant_each_have_rows_of_their_own(
    rig: Rig, other_rig: Rig, slug: str
) -> None:
    one, two = linked(rig, slug), linked(other_rig, slug)
    assert one == two
    with rig.web.reading(rig.org.scope()) as tenant:
        mine = {c.id for c in tenant.connections.all()}
    with other_rig.web.reading(other_rig.org.scope()) as tenant:
        theirs = {c.id for c in tenant.connections.all()}
    assert not mine & theirs
