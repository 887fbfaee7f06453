"""Asking for an advertiser's hours, as the Accounts screen does: by those who may, where it can."""

from __future__ import annotations

import pytest

from core.domain.ids import ConnectionId
from core.domain.job_kinds import JobKind
from core.domain.roles import Role
from core.domain.stream import StreamDataset, StreamState
from core.errors import NotAllowed, NotFound, UserError
from core.store.store import Store
from core.web import streams
from tests.databases import NOW, Organization
from tests.integration.store.makers import advertised
from tests.integration.web.conftest import MakeServices

ONE = "581000000000000001"
QUEUE = "http://127.0.0.1:9/123456789012/flightdeck-stream"


@pytest.fixture
def connection(store: Store, background: Store, acme: Organization) -> ConnectionId:
    made = advertised(store, background, acme, ONE)
    with store.writing(acme.scope()) as tenant:
        tenant.advertisers.select([ONE], NOW)
    return made


def states(store: Store, org: Organization) -> dict[StreamDataset, StreamState]:
    with store.reading(org.scope()) as tenant:
        return {one.dataset: one.state for one in tenant.streams.all()}


def test_hours_are_asked_for_and_ended_and_a_job_carries_it_out(
    make_services: MakeServices, connection: ConnectionId, store: Store, acme: Organization
) -> None:
    services, scope = make_services(stream_na_queue_url=QUEUE), acme.scope()
    streams.subscribe(services, scope, ONE, connection)
    assert states(store, acme) == dict.fromkeys(StreamDataset, StreamState.ASKED)
    with store.reading(scope) as tenant:
        assert len(tenant.jobs.open((JobKind.SUBSCRIBE,))) == 1
    streams.unsubscribe(services, scope, ONE)
    assert states(store, acme) == dict.fromkeys(StreamDataset, StreamState.ENDING)


def test_without_a_queue_and_without_the_right_nothing_is_asked_for(
    make_services: MakeServices,
    connection: ConnectionId,
    store: Store,
    acme: Organization,
    other: Organization,
) -> None:
    with pytest.raises(UserError, match="No queue"):
        streams.subscribe(make_services(), acme.scope(), ONE, connection)
    services = make_services(stream_na_queue_url=QUEUE)
    for role in (Role.ANALYST, Role.VIEWER):
        with pytest.raises(NotAllowed):
            streams.subscribe(services, acme.scope(role), ONE, connection)
    with pytest.raises(NotFound):
        streams.subscribe(services, other.scope(), ONE, connection)
    with pytest.raises(NotFound):
        streams.unsubscribe(services, other.scope(), ONE)
    assert states(store, acme) == {}
