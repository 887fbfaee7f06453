"""Orders, flights, bids and states over time: from campaign queries, from reports, from people."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from core.domain.connections import AccessMode, CampaignAccess
from core.domain.entities import (
    AdAssociation,
    Approval,
    Creative,
    Flight,
    Kind,
    LineItem,
    Order,
)
from core.domain.metrics import Dataset
from core.jobs import kinds
from core.store.entities.versions import EntityVersion
from core.store.schema.words import JobState, Source
from tests.integration.jobs.looking import linked, synced
from tests.integration.jobs.rig import Rig

# One database is enough: what differs between them is proven in the store's own tests.
pytestmark = pytest.mark.parametrize("fresh_database", ["sqlite"], indirect=True)
NO = {"status": 403, "json": {"code": "FORBIDDEN", "message": "read only"}}
QUERIES = {"path": "/na/api/adsApi/v1/query/c"}


def entities(rig: Rig, *kinds_: Kind) -> list[EntityVersion]:
    with rig.web.reading(rig.org.scope()) as tenant:
        return tenant.entities.current(*kinds_)


def known_orders(rig: Rig, advertiser_id: str) -> list[dict[str, Any]]:
    """The simulation's own list of an advertiser's orders."""
    told = rig.sandbox.http.get("/_sandbox/truth/entities").json()
    found = next(a for a in told["advertisers"] if a["advertiserId"] == advertiser_id)
    orders: list[dict[str, Any]] = found["orders"]
    return orders


def access(rig: Rig, advertiser_id: str) -> CampaignAccess:
    with rig.web.reading(rig.org.scope()) as tenant:
        ways = tenant.advertisers.accesses()[advertiser_id]  # type: ignore[index]
    return next(way.campaign_access for way in ways if way.mode is AccessMode.PROFILE)


def discover_again(rig: Rig) -> None:
    with rig.web.reading(rig.org.scope()) as tenant:
        (connection,) = tenant.connections.all()
    rig.ask(kinds.DISCOVER, {"connection_id": connection.id}, key=connection.id)
    rig.run_due()


def test_every_order_is_kept_with_flights_line_items_and_creatives(
    rig: Rig, other_rig: Rig
) -> None:
    found = linked(rig)
    rig.datasets = frozenset({Dataset.REACH})
    rig.select(found["Alder"])
    rig.run_due()
    orders = [v.entity for v in entities(rig, Kind.ORDER)]
    expected = known_orders(rig, found["Alder"])
    assert {o.entity_id for o in orders} == {str(o["orderId"]) for o in expected}
    assert all(isinstance(o, Order) and o.kpi and o.currency == "USD" for o in orders)
    flights = [v.entity for v in entities(rig, Kind.FLIGHT)]
    assert {f.parent_id for f in flights} == {o.entity_id for o in orders}
    assert all(isinstance(f, Flight) and f.budget.amount > 0 for f in flights)
    items = [v.entity for v in entities(rig, Kind.LINE_ITEM)]
    assert all(isinstance(i, LineItem) and i.bid is not None for i in items)
    creatives = [v.entity for v in entities(rig, Kind.CREATIVE)]
    assert all(isinstance(c, Creative) and c.name for c in creatives)
    assert entities(rig, Kind.AD_ASSOCIATION)
    assert {v.source for v in entities(rig)} == {Source.CAMPAIGNS}
    assert entities(other_rig) == []


def test_a_rejected_creative_shows_in_the_review_and_on_its_line_item(rig: Rig) -> None:
    found = linked(rig)
    rig.datasets = frozenset({Dataset.REACH})
    rig.select(found["Alder"])
    rig.run_due()
    creatives = [v.entity for v in entities(rig, Kind.CREATIVE)]
    rejected = [c for c in creatives if isinstance(c, Creative) and c.approval is Approval.REJECTED]
    assert rejected
    assert all(c.approval_reasons for c in rejected)
    where = [v.entity for v in entities(rig, Kind.AD_ASSOCIATION)]
    ids = {c.entity_id for c in rejected}
    assert any(isinstance(a, AdAssociation) and a.creative_id in ids for a in where)


def test_a_snapshot_is_taken_once_a_local_day_and_writes_only_what_changed(rig: Rig) -> None:
    found = linked(rig)
    rig.datasets = frozenset({Dataset.REACH})
    rig.select(found["Alder"])
    rig.run_due()
    before = len(rig.calls(operation="query_campaigns"))
    rig.ask(kinds.SNAPSHOT)
    rig.run_due()
    assert len(rig.calls(operation="query_campaigns")) == before
    for _ in range(3):
        rig.pass_time(days=1)
        rig.run_due()
    assert len(rig.calls(operation="query_campaigns")) == before + 3
    with rig.web.reading(rig.org.scope()) as tenant:
        since = rig.now.date() - timedelta(days=4)
        runs = tenant.entities.runs(found["Alder"], since)
        changed = tenant.entities.changes(rig.now - timedelta(days=3), rig.now)
    assert len(runs) == 4
    assert 0 < sum(run.changes for run in runs[1:]) < runs[0].entities
    assert {c.subject.advertiser_id for c in changed} == {found["Alder"]}


def test_a_profile_that_may_not_query_campaigns_is_noted_and_its_reports_are_asked_for_names(
    rig: Rig,
) -> None:
    rig.sandbox.control("faults", {"match": QUERIES, "answer": NO})
    rig.datasets = frozenset({Dataset.CAMPAIGN})
    found = linked(rig)
    rig.select(found["Alder"])
    rig.run_due()
    assert access(rig, found["Alder"]) is CampaignAccess.FORBIDDEN
    calls = len(rig.calls(operation="query_campaigns"))
    rig.pass_time(days=1)
    rig.run_until(lambda: "campaign+names" in {r.spec for r in rig.requests()}, hours=2)
    assert len(rig.calls(operation="query_campaigns")) == calls + 1  # with the daily discovery


def test_a_right_that_is_given_later_is_noticed_at_the_next_discovery(rig: Rig) -> None:
    rig.sandbox.control("faults", {"match": QUERIES, "when": {"times": 1}, "answer": NO})
    rig.datasets = frozenset({Dataset.REACH})
    found = linked(rig)
    rig.select(found["Alder"])
    rig.run_due()
    assert access(rig, found["Alder"]) is CampaignAccess.FORBIDDEN
    assert entities(rig) == []
    discover_again(rig)
    assert access(rig, found["Alder"]) is CampaignAccess.ALLOWED
    assert {v.source for v in entities(rig, Kind.FLIGHT)} == {Source.CAMPAIGNS}


def test_a_401_that_passes_closes_no_campaigns_and_one_that_names_the_account_does(
    rig: Rig,
) -> None:
    odd = {"status": 401, "json": {"code": "401", "details": "Authentication failed"}}
    rig.sandbox.control("faults", {"match": QUERIES, "when": {"times": 2}, "answer": odd})
    rig.datasets = frozenset({Dataset.REACH})
    found = linked(rig)
    rig.select(found["Alder"])
    rig.run_due()
    assert access(rig, found["Alder"]) is CampaignAccess.UNKNOWN
    rig.ask(kinds.SNAPSHOT)
    rig.run_due()
    assert access(rig, found["Alder"]) is CampaignAccess.ALLOWED
    theirs = {**odd, "json": {"code": "401", "details": "Not authorized to access scope 7"}}
    rig.sandbox.control("faults", {"match": QUERIES, "answer": theirs})
    rig.pass_time(days=1)
    rig.ask(kinds.SNAPSHOT)
    rig.run_due()
    assert access(rig, found["Alder"]) is CampaignAccess.FORBIDDEN


def test_when_the_right_is_withdrawn_old_flights_end_and_an_imported_plan_counts(
    rig: Rig, other_rig: Rig
) -> None:
    rig.datasets = frozenset({Dataset.REACH})
    found = linked(rig)
    rig.select(found["Alder"])
    rig.run_due()
    flights, orders = entities(rig, Kind.FLIGHT), entities(rig, Kind.ORDER)
    order_id = flights[0].parent_id
    rig.sandbox.control("faults", {"match": QUERIES, "answer": NO})
    text = f"order_id,flight,start,end,budget\n{order_id},June,2026-06-01,2026-06-30,77777\n"
    rig.ask(kinds.IMPORT_PLAN, {"advertiser_id": found["Alder"], "text": text})
    rig.pass_time(days=1)
    discover_again(rig)
    now = entities(rig, Kind.FLIGHT)
    assert {f.entity_id for f in now} > {f.entity_id for f in flights}  # not forgotten at once
    rig.pass_time(days=1)
    discover_again(rig)
    (flight,) = entities(rig, Kind.FLIGHT)
    assert (flight.name, flight.source, flight.parent_id) == ("June", Source.PLAN, order_id)
    # Names and goals stand until a report tells of the orders.
    assert entities(rig, Kind.ORDER) == orders
    with rig.parts.store.writing(rig.scope) as tenant:
        told = {Kind.ORDER: [orders[0].entity]}
        tenant.entities.snapshot(found["Alder"], rig.now.date(), Source.REPORT, told, rig.now)
    rig.pass_time(days=1)
    discover_again(rig)
    (order,) = entities(rig, Kind.ORDER)
    assert (order.entity_id, order.source) == (orders[0].entity_id, Source.REPORT)
    assert entities(other_rig) == []


def test_an_advertiser_reached_read_only_gets_names_and_budgets_from_its_reports(rig: Rig) -> None:
    rig.datasets = frozenset({Dataset.CAMPAIGN})
    found = synced(rig, "reader", "Alder")
    assert rig.calls(operation="query_campaigns") == []
    orders = {v.entity_id: v.entity for v in entities(rig, Kind.ORDER)}
    expected = {str(o["orderId"]): o for o in known_orders(rig, found["Alder"])}
    assert orders.keys() <= expected.keys()
    assert len(orders) >= 3
    for order_id, order in orders.items():
        assert isinstance(order, Order)
        assert order.name == expected[order_id]["name"]
        assert order.budget is not None
        assert order.budget > Decimal(0)
        assert order.start is not None
        assert order.end is not None
        assert order.start < order.end
    items = [v.entity for v in entities(rig, Kind.LINE_ITEM)]
    assert {i.parent_id for i in items} <= orders.keys()
    assert {v.source for v in entities(rig)} == {Source.REPORT}
    assert not entities(rig, Kind.FLIGHT)  # not known, and not made up


def test_what_a_later_report_does_not_name_stays(rig: Rig) -> None:
    rig.datasets = frozenset({Dataset.CAMPAIGN})
    synced(rig, "reader", "Alder")
    before = {(v.kind, v.entity_id) for v in entities(rig)}
    rig.pass_time(hours=20)
    rig.run_until(rig.is_idle, step=300)
    assert before <= {(v.kind, v.entity_id) for v in entities(rig)}


def test_a_flight_plan_is_kept_beside_what_reports_tell(rig: Rig, other_rig: Rig) -> None:
    rig.datasets = frozenset({Dataset.CAMPAIGN})
    found = synced(rig, "reader", "Alder")
    order_id = entities(rig, Kind.ORDER)[0].entity_id
    text = (
        "order_id,flight,start,end,budget,currency\n"
        f'{order_id},June,2026-06-01,2026-06-30,"12,000.50",USD\n'
        f"{order_id},July,2026-07-01,2026-07-31,9000,\n"
    )
    rig.ask(kinds.IMPORT_PLAN, {"advertiser_id": found["Alder"], "text": text})
    rig.run_due()
    flights = [v.entity for v in entities(rig, Kind.FLIGHT)]
    assert [f.name for f in flights] == ["July", "June"]
    june = next(f for f in flights if f.name == "June")
    assert isinstance(june, Flight)
    assert june.budget.amount == Decimal("12000.50")
    assert june.start.isoformat() == "2026-06-01T00:00:00-07:00"
    assert june.end.isoformat() == "2026-06-30T23:59:59-07:00"
    assert {v.source for v in entities(rig, Kind.FLIGHT)} == {Source.PLAN}
    assert entities(other_rig) == []


def test_a_plan_with_a_wrong_row_changes_nothing_and_says_what_is_wrong(rig: Rig) -> None:
    found = linked(rig)
    rig.datasets = frozenset({Dataset.REACH})
    rig.select(found["Alder"])
    rig.run_due()
    flights = len(entities(rig, Kind.FLIGHT))
    text = "order_id,flight,start,end,budget\n1,x,2026-02-01,2026-01-01,-5\n"
    job_id = rig.ask(kinds.IMPORT_PLAN, {"advertiser_id": found["Alder"], "text": text})
    rig.run_due()
    with rig.web.reading(rig.org.scope()) as tenant:
        job = tenant.jobs.get(job_id)
    assert job.state is JobState.FAILED
    assert "Row 2: there is no order '1' here." in str(job.error)
    assert len(entities(rig, Kind.FLIGHT)) == flights
