"""A connection's card keeps what it reaches while only its grant is lost."""

from __future__ import annotations

from core.domain.connections import Status
from core.store.store import Store
from core.web.account_cards import Card, cards
from tests.databases import NOW, Organization
from tests.integration.store.makers import advertised, linked

ONE, TWO = "581000000000000001", "581000000000000002"


def card(store: Store, org: Organization) -> Card:
    """The one card of an organization's only connection."""
    with store.reading(org.scope()) as tenant:
        (found,) = cards(tenant, NOW, tenant.advertisers.all())
    return found


def test_a_lost_grant_hides_no_advertiser_and_is_not_taken_for_no_access(
    store: Store, background: Store, acme: Organization, other: Organization
) -> None:
    link = advertised(store, background, acme, ONE, TWO)
    advertised(store, background, other, ONE)
    with background.writing(acme.job) as tenant:
        tenant.connections.set_discovered(link, NOW)
        tenant.connections.set_status(link, Status.NEEDS_RECONNECT, NOW, "revoked")
    lost = card(store, acme)
    assert [r.advertiser.advertiser_id for r in lost.reached] == [ONE, TWO]
    assert not lost.has_no_dsp
    assert len(card(store, other).reached) == 1


def test_nothing_reached_is_no_access_only_where_amazon_was_asked_and_may_be(
    store: Store, background: Store, acme: Organization
) -> None:
    link = linked(store, acme)
    assert card(store, acme).is_unlooked
    assert not card(store, acme).has_no_dsp
    with background.writing(acme.job) as tenant:
        tenant.connections.set_discovered(link, NOW)
    assert card(store, acme).has_no_dsp
    assert not card(store, acme).is_unlooked
    with background.writing(acme.job) as tenant:
        tenant.connections.set_status(link, Status.NEEDS_RECONNECT, NOW, "revoked")
    assert not card(store, acme).has_no_dsp
