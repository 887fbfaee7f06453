"""The switch between the generations of reports: offered after a shadow run, by those who may."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from core.domain.comparisons import Difference, Likeness
from core.domain.connections import Adapter
from core.domain.ids import AdvertiserId, ConnectionId
from core.domain.job_kinds import JobKind
from core.domain.metrics import Dataset
from core.domain.roles import Role
from core.errors import NotAllowed, NotFound, UserError
from core.insight.comparing import outcome
from core.store.ingest.comparisons import Comparison
from core.store.store import Store
from core.web import generations
from tests.databases import LIMITED, NOW, Organization
from tests.integration.store.makers import advertised
from tests.integration.web.conftest import MakeServices

ONE, TWO = "581000000000000001", "581000000000000002"
DAY = NOW.date()


def compared(
    connection: ConnectionId,
    advertiser: str,
    likeness: Likeness = Likeness.EQUAL,
    dataset: Dataset = Dataset.CAMPAIGN,
    differences: Sequence[Difference] = (),
) -> Comparison:
    return Comparison(
        connection, AdvertiserId(advertiser), dataset, likeness, DAY, DAY, 600,
        len(differences), tuple(differences), "rep_1", NOW,
    )  # fmt: skip


def put(background: Store, org: Organization, *found: Comparison) -> None:
    with background.writing(org.job) as tenant:
        tenant.comparisons.put(found)


@pytest.fixture
def connection(store: Store, background: Store, acme: Organization) -> ConnectionId:
    """A connection through which two advertisers are kept."""
    made = advertised(store, background, acme, ONE, TWO)
    with store.writing(acme.scope()) as tenant:
        tenant.advertisers.select([ONE, TWO], NOW)
    with background.writing(acme.job) as tenant:
        tenant.advertisers.set_synced([ONE, TWO], NOW)
    return made


def test_the_switch_is_refused_until_every_kept_advertiser_was_found_equal(
    make_services: MakeServices,
    connection: ConnectionId,
    store: Store,
    background: Store,
    acme: Organization,
) -> None:
    services, scope = make_services(), acme.scope()

    def switched(adapter: Adapter) -> Adapter:
        generations.switch(services, scope, connection, adapter)
        with store.reading(scope) as tenant:
            return tenant.connections.get(connection).adapter

    with pytest.raises(UserError, match="not been found equal"):
        switched(Adapter.V1)
    put(background, acme, compared(connection, ONE))
    put(background, acme, compared(connection, TWO, Likeness.DIFFERENT))
    put(background, acme, compared(connection, TWO, Likeness.EQUAL, Dataset.GEO))
    with pytest.raises(UserError):
        switched(Adapter.V1)
    put(background, acme, compared(connection, TWO))
    assert switched(Adapter.V1) is Adapter.V1
    assert switched(Adapter.V3) is Adapter.V3, "the way back is always open"
    with store.reading(scope) as tenant:
        told = [event.detail for event in tenant.audit.recent() if event.action == "choose reports"]
        assert len(told) == 2
        assert [job.kind for job in tenant.jobs.open()] == [JobKind.PLAN]


def test_an_advertiser_of_which_nothing_is_known_has_no_say(
    make_services: MakeServices, store: Store, background: Store, acme: Organization
) -> None:
    link = advertised(store, background, acme, ONE, TWO)
    services, scope = make_services(), acme.scope()
    with store.writing(scope) as tenant:
        tenant.advertisers.select([ONE, TWO], NOW)
    with background.writing(acme.job) as tenant:
        tenant.advertisers.set_synced([ONE], NOW)
    with pytest.raises(UserError):
        generations.switch(services, scope, link, Adapter.V1)
    put(background, acme, compared(link, ONE))
    generations.switch(services, scope, link, Adapter.V1)
    with store.reading(scope) as tenant:
        assert tenant.connections.get(link).adapter is Adapter.V1


def test_nobody_switches_or_compares_what_is_not_theirs(
    make_services: MakeServices,
    connection: ConnectionId,
    store: Store,
    background: Store,
    acme: Organization,
    other: Organization,
) -> None:
    services = make_services()
    put(background, acme, compared(connection, ONE), compared(connection, TWO))
    for scope, error in (
        (acme.scope(Role.ANALYST), NotAllowed),
        (acme.scope(Role.VIEWER), NotAllowed),
        (acme.limited, NotAllowed),
        (other.scope(), NotFound),
    ):
        for adapter in Adapter:
            with pytest.raises(error):
                generations.switch(services, scope, connection, adapter)
        with pytest.raises(error):
            generations.compare_again(services, scope, connection)
    with store.reading(acme.limited) as tenant:
        assert {one.advertiser_id for one in tenant.comparisons.all()} == {LIMITED}
    with store.reading(other.scope()) as tenant:
        assert tenant.comparisons.all() == []


def test_asking_twice_for_a_comparison_is_asking_once(
    make_services: MakeServices, connection: ConnectionId, store: Store, acme: Organization
) -> None:
    services, scope = make_services(), acme.scope()
    assert generations.compare_again(services, scope, connection)
    assert not generations.compare_again(services, scope, connection)


def test_a_comparison_comes_back_as_it_was_put_and_a_newer_one_takes_its_place(
    connection: ConnectionId, store: Store, background: Store, acme: Organization
) -> None:
    found = [Difference(DAY, "sales", "5.5", ""), Difference(None, "country", "US", "Peru")]
    first = compared(connection, ONE, Likeness.DIFFERENT, differences=found)
    put(background, acme, first)
    with store.reading(acme.scope()) as tenant:
        assert tenant.comparisons.all() == [first]
    put(background, acme, compared(connection, ONE))
    with store.reading(acme.scope()) as tenant:
        assert tenant.comparisons.all() == [compared(connection, ONE)]


def test_the_outcome_counts_tables_and_names_what_stays_with_version_3() -> None:
    link = ConnectionId("con_1")
    found = [Difference(DAY, "sales", "5", "6")]
    told = outcome(
        [
            compared(link, ONE),
            compared(link, ONE, Likeness.DIFFERENT, Dataset.GEO, found),
            compared(link, TWO, Likeness.SILENT),
        ]
    )
    assert (told.equal, len(told.different), told.silent, told.sums) == (1, 1, 1, 1200)
    assert told.sentence == (
        "1 of 2 tables equal, 1,200 sums of 23 Nov 2026; 1 difference. "
        "Those tables stay with version 3."
    )
    assert "not been compared" in outcome([]).sentence
