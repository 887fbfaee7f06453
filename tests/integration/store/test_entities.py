"""Orders, flights and the rest over time."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from decimal import Decimal

import pytest

from core.domain.cuts import Labelled
from core.domain.entities import (
    AdAssociation,
    Approval,
    Budget,
    Creative,
    Entity,
    Flight,
    Kind,
    LineItem,
    Order,
    State,
)
from core.domain.ids import AdvertiserId
from core.domain.metrics import Stage
from core.domain.roles import Role
from core.errors import Defect, NotAllowed, NotFound
from core.store.entities.labels import Label
from core.store.entities.versions import SnapshotRun
from core.store.schema.words import Source
from core.store.store import Store
from tests.databases import LIMITED, NOW, Organization
from tests.integration.store.makers import DAY, HOUR

TODAY = date(2026, 11, 23)
A = "581000000000000002"


def order(n: int = 1, advertiser_id: str = A, **more: object) -> Order:
    told = {"name": f"Order {n}", "state": State.ENABLED, "budget": Decimal("1000.5"), **more}
    return Order(entity_id=f"57000000000000000{n}", advertiser_id=advertiser_id, **told)  # type: ignore[arg-type]


def snapshot(
    background: Store,
    org: Organization,
    orders: Sequence[Entity],
    now: datetime = NOW,
    *,
    source: Source = Source.CAMPAIGNS,
    advertiser_id: str = A,
) -> SnapshotRun:
    with background.writing(org.job) as tenant:
        present = {Kind.ORDER: orders}
        return tenant.entities.snapshot(advertiser_id, TODAY, source, present, now)


def names(background: Store, org: Organization, at: datetime | None = None) -> list[str]:
    with background.reading(org.job) as tenant:
        found = tenant.entities.current() if at is None else tenant.entities.as_of(at)
    return [version.name for version in found]


def test_what_a_snapshot_wrote_is_read_back_whole(background: Store, acme: Organization) -> None:
    flight = Flight(
        entity_id="f1",
        advertiser_id=A,
        parent_id="570000000000000001",
        start=NOW,
        end=NOW + 30 * DAY,
        budget=Budget(Decimal("12345.67"), "USD"),
    )
    line_item = LineItem(entity_id="l1", advertiser_id=A, parent_id="o1", name="=HYPERLINK()")
    with background.writing(acme.job) as tenant:
        present = {Kind.ORDER: [order()], Kind.FLIGHT: [flight], Kind.LINE_ITEM: [line_item]}
        run = tenant.entities.snapshot(A, TODAY, Source.CAMPAIGNS, present, NOW)
        assert run == SnapshotRun(A, TODAY, Source.CAMPAIGNS, NOW, 3, 3)  # type: ignore[arg-type]
        found = {v.kind: v.entity for v in tenant.entities.current()}
        assert found == {Kind.ORDER: order(), Kind.FLIGHT: flight, Kind.LINE_ITEM: line_item}
        assert [v.entity for v in tenant.entities.current(Kind.FLIGHT)] == [flight]


def test_an_unchanged_snapshot_writes_nothing_but_that_the_day_was_looked_at(
    background: Store, acme: Organization
) -> None:
    assert snapshot(background, acme, [order(1), order(2)]).changes == 2
    again = snapshot(background, acme, [order(2), order(1)], NOW + DAY)
    assert (again.entities, again.changes) == (2, 0)
    with background.reading(acme.job) as tenant:
        [version] = tenant.entities.history(Kind.ORDER, order().entity_id)
        assert (version.valid_from, version.valid_to) == (NOW, None)
        assert tenant.entities.runs(A, TODAY) == [again]
        assert tenant.entities.runs(A, TODAY + DAY) == []


def test_old_spend_meets_old_budgets(background: Store, acme: Organization) -> None:
    snapshot(background, acme, [order(budget=Decimal(1000))])
    snapshot(background, acme, [order(budget=Decimal(1500))], NOW + DAY)
    just_before = NOW + DAY - timedelta(microseconds=1)
    with background.reading(acme.job) as tenant:
        budgets = [
            [v.entity.budget for v in tenant.entities.as_of(at)]  # type: ignore[attr-defined]
            for at in (NOW - HOUR, NOW, just_before, NOW + DAY, NOW + 9 * DAY)
        ]
    assert budgets == [[], [Decimal(1000)], [Decimal(1000)], [Decimal(1500)], [Decimal(1500)]]


def test_what_is_gone_is_closed_and_what_returns_is_a_new_version(
    background: Store, acme: Organization
) -> None:
    for n, orders in enumerate(([order(1), order(2)], [order(1)], [order(1), order(2)])):
        snapshot(background, acme, orders, NOW + n * DAY)
    assert names(background, acme) == ["Order 1", "Order 2"]
    assert names(background, acme, NOW + DAY) == ["Order 1"]
    assert names(background, acme, NOW) == ["Order 1", "Order 2"]
    with background.reading(acme.job) as tenant:
        spans = [
            (v.valid_from, v.valid_to)
            for v in tenant.entities.history(Kind.ORDER, order(2).entity_id)
        ]
    assert spans == [(NOW, NOW + DAY), (NOW + 2 * DAY, None)]


def test_an_empty_snapshot_closes_a_kind_and_an_unread_kind_stays(
    background: Store, acme: Organization
) -> None:
    snapshot(background, acme, [order()])
    with background.writing(acme.job) as tenant:
        tenant.entities.snapshot(A, TODAY, Source.CAMPAIGNS, {Kind.LINE_ITEM: []}, NOW + DAY)
    assert names(background, acme) == ["Order 1"]
    assert snapshot(background, acme, [], NOW + 2 * DAY).changes == 1
    assert names(background, acme) == []


def test_one_advertisers_snapshot_leaves_the_others_alone(
    background: Store, acme: Organization, other: Organization
) -> None:
    snapshot(background, acme, [order(1, LIMITED)], advertiser_id=LIMITED)
    snapshot(background, other, [order(1)])
    snapshot(background, acme, [order(2)])
    snapshot(background, acme, [], NOW + DAY)
    assert names(background, acme) == ["Order 1"]
    assert names(background, other) == ["Order 1"]


def test_campaigns_are_believed_before_a_plan_and_a_plan_before_a_report(
    background: Store, acme: Organization
) -> None:
    told = {
        Source.REPORT: [order(n, name=f"report {n}") for n in (1, 2, 3)],
        Source.PLAN: [order(n, name=f"plan {n}") for n in (1, 2)],
        Source.CAMPAIGNS: [order(1, name="campaigns 1")],
    }
    for source, orders in told.items():
        snapshot(background, acme, orders, source=source)
    assert names(background, acme) == ["campaigns 1", "plan 2", "report 3"]
    snapshot(background, acme, [], NOW + DAY, source=Source.CAMPAIGNS)
    assert names(background, acme) == ["plan 1", "plan 2", "report 3"]


def test_two_snapshots_in_one_instant_keep_time_going_forward(
    background: Store, acme: Organization
) -> None:
    for budget, at in ((1, NOW), (2, NOW), (3, NOW - HOUR)):
        snapshot(background, acme, [order(budget=Decimal(budget))], at)
    with background.reading(acme.job) as tenant:
        history = tenant.entities.history(Kind.ORDER, order().entity_id)
    assert [v.entity.budget for v in history] == [1, 2, 3]  # type: ignore[attr-defined]
    ends = [v.valid_to for v in history]
    assert ends[:-1] == [v.valid_from for v in history[1:]]
    assert ends[-1] is None


def test_changes_say_what_was_before_and_after(background: Store, acme: Organization) -> None:
    first = [order(1, budget=Decimal(1)), order(2)]
    second = [order(1, budget=Decimal(2)), order(3)]
    snapshot(background, acme, first)
    snapshot(background, acme, second, NOW + DAY)
    with background.reading(acme.job) as tenant:
        changes = tenant.entities.changes(NOW, NOW + DAY)
        assert tenant.entities.changes(NOW + DAY, NOW + 2 * DAY) == []
        assert len(tenant.entities.changes(NOW - HOUR, NOW)) == 2
        assert tenant.entities.changes(NOW, NOW + DAY, Kind.LINE_ITEM) == []
        assert tenant.entities.changes(NOW, NOW + DAY, advertiser_ids=["x"]) == []
    seen = {
        change.subject.entity_id[-1]: (
            change.before and change.before.entity.budget,  # type: ignore[attr-defined]
            change.after and change.after.entity.budget,  # type: ignore[attr-defined]
        )
        for change in changes
    }
    default = Decimal("1000.5")
    assert seen == {"1": (1, 2), "2": (default, None), "3": (None, default)}
    assert {change.at for change in changes} == {NOW + DAY}


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("SOMMER", ["Größe Sommer 50%"]),
        ("GRÖSSE", []),
        ("größe", ["Größe Sommer 50%"]),
        ("50%", ["Größe Sommer 50%"]),
        ("%", ["Größe Sommer 50%"]),
        ("_", ["a_b"]),
        ("", ["'; DROP TABLE job; --", "a_b", "Größe Sommer 50%"]),
        ("'; drop", ["'; DROP TABLE job; --"]),
        ("570000000000000003", ["'; DROP TABLE job; --"]),
        ("5700000000000000", []),
        ("a_b\0", []),
        ("a_b" * 10**6, []),
    ],
)
def test_a_search_takes_words_as_they_are(
    background: Store, acme: Organization, other: Organization, words: str, found: list[str]
) -> None:
    titles = ("Größe Sommer 50%", "a_b", "'; DROP TABLE job; --")
    snapshot(background, acme, [order(n, name=t) for n, t in enumerate(titles, 1)])
    snapshot(background, other, [order(4, name="Sommer a_b 50% '; drop größe")])
    with background.reading(acme.job) as tenant:
        assert sorted(v.name for v in tenant.entities.search(words)) == sorted(found)
        assert len(tenant.entities.search("", limit=2)) == 2


def test_names_and_values_with_a_nul_are_kept_without_it(
    background: Store, acme: Organization
) -> None:
    hostile = order(name="a\0b", purchase_order="x\0y")
    assert snapshot(background, acme, [hostile]).changes == 1
    assert snapshot(background, acme, [hostile], NOW + DAY).changes == 0
    with background.reading(acme.job) as tenant:
        [version] = tenant.entities.current()
    assert (version.name, version.entity.purchase_order) == ("a\ufffdb", "x\ufffdy")  # type: ignore[attr-defined]


def test_an_entity_of_another_advertiser_or_twice_is_our_mistake(
    background: Store, acme: Organization
) -> None:
    for wrong in ([order(1, "other")], [order(1), order(1)]):
        with pytest.raises(Defect):
            snapshot(background, acme, wrong)
    with background.writing(acme.job) as tenant, pytest.raises(Defect):
        tenant.entities.snapshot(A, TODAY, Source.PLAN, {Kind.FLIGHT: [order()]}, NOW)


def test_a_limited_member_sees_and_writes_only_their_advertisers_entities(
    store: Store, background: Store, acme: Organization
) -> None:
    snapshot(background, acme, [order(1)])
    snapshot(background, acme, [order(2, LIMITED)], advertiser_id=LIMITED)
    plan = {Kind.ORDER: [order(3, LIMITED)]}
    with store.writing(acme.limited) as tenant:
        assert [v.name for v in tenant.entities.current()] == ["Order 2"]
        assert tenant.entities.history(Kind.ORDER, order(1).entity_id) == []
        assert tenant.entities.search("Order 1") == []
        assert [c.subject.name for c in tenant.entities.changes(NOW - HOUR, NOW)] == ["Order 2"]
        tenant.entities.snapshot(LIMITED, TODAY, Source.PLAN, plan, NOW)
        with pytest.raises(NotFound):
            tenant.entities.snapshot(A, TODAY, Source.PLAN, {Kind.ORDER: []}, NOW)
    with store.writing(acme.scope(Role.VIEWER)) as tenant, pytest.raises(NotAllowed):
        tenant.entities.snapshot(A, TODAY, Source.PLAN, {Kind.ORDER: [order(1)]}, NOW)


def test_five_thousand_line_items_are_one_snapshot(background: Store, acme: Organization) -> None:
    items = [
        LineItem(entity_id=f"l{n}", advertiser_id=A, name=f"Line {n}", state=State.ENABLED)
        for n in range(5000)
    ]
    changed = [replace(i, state=State.PAUSED) if n % 10 == 0 else i for n, i in enumerate(items)]
    with background.writing(acme.job) as tenant:
        for state, at in ((items, NOW), (changed, NOW + DAY)):
            run = tenant.entities.snapshot(A, TODAY, Source.CAMPAIGNS, {Kind.LINE_ITEM: state}, at)
        assert run.changes == 500
        assert len(tenant.entities.current(Kind.LINE_ITEM)) == 5000


# settings of orders


def test_a_stage_set_by_hand_stands_until_it_is_lifted(
    store: Store, acme: Organization, other: Organization
) -> None:
    with store.writing(acme.scope(Role.ANALYST)) as tenant:
        tenant.order_settings.set_stage(A, "1", Stage.AWARENESS, NOW)
        tenant.order_settings.set_stage(A, "1", Stage.CONVERSION, NOW)
        tenant.order_settings.set_stage(LIMITED, "2", Stage.AWARENESS, NOW)
        assert tenant.order_settings.stages() == {"1": Stage.CONVERSION, "2": Stage.AWARENESS}
    with store.reading(acme.limited) as tenant:
        assert tenant.order_settings.stages() == {"2": Stage.AWARENESS}
    with store.writing(acme.limited) as tenant, pytest.raises(NotFound):
        tenant.order_settings.set_stage(A, "1", None, NOW)
    with store.writing(acme.scope(Role.VIEWER)) as tenant, pytest.raises(NotAllowed):
        tenant.order_settings.set_stage(A, "1", None, NOW)
    with store.writing(other.scope()) as tenant:
        tenant.order_settings.set_stage(A, "1", None, NOW)
        assert tenant.order_settings.stages() == {}
    with store.writing(acme.scope()) as tenant:
        tenant.order_settings.set_stage(A, "1", None, NOW)
        assert list(tenant.order_settings.stages()) == ["2"]


def test_the_mark_changes_with_every_snapshot_and_not_with_a_neighbours(
    background: Store, acme: Organization, other: Organization
) -> None:
    def mark(org: Organization) -> str:
        with background.reading(org.job) as tenant:
            return tenant.entities.mark()

    seen = [mark(acme)]
    snapshot(background, acme, [order(1)])
    seen.append(mark(acme))
    snapshot(background, acme, [order(2, LIMITED)], advertiser_id=LIMITED)  # at the same instant
    seen.append(mark(acme))
    snapshot(background, acme, [order(1, name="New")], NOW + HOUR)
    seen.append(mark(acme))
    assert len(set(seen)) == len(seen)
    snapshot(background, other, [order(3)], NOW + DAY)
    assert mark(acme) == seen[-1]


def test_only_what_a_review_turned_down_is_listed_as_rejected(
    background: Store, acme: Organization, other: Organization
) -> None:
    def creative(n: int, approval: Approval) -> Creative:
        return Creative(entity_id=f"c{n}", advertiser_id=A, approval=approval)

    placed = AdAssociation(
        entity_id="a1", advertiser_id=A, creative_id="c2", approval=Approval.REJECTED
    )
    with background.writing(acme.job) as tenant:
        present = {
            Kind.CREATIVE: [creative(1, Approval.REJECTED), creative(2, Approval.APPROVED)],
            Kind.AD_ASSOCIATION: [placed],
        }
        tenant.entities.snapshot(A, TODAY, Source.CAMPAIGNS, present, NOW)
        found = {v.entity_id for v in tenant.entities.rejected()}
        assert found == {"c1", "a1"}
        assert tenant.entities.rejected(advertiser_ids=[LIMITED]) == []
    with background.reading(other.job) as tenant:
        assert tenant.entities.rejected() == []


def test_entities_are_found_by_id_by_parent_and_by_the_creative_placed(
    background: Store, acme: Organization, other: Organization
) -> None:
    lines = [
        LineItem(entity_id=f"l{n}", advertiser_id=A, parent_id=f"o{n % 2}", name=f"Line {n}")
        for n in range(4)
    ]
    placed = [
        AdAssociation(entity_id=f"a{n}", advertiser_id=A, parent_id=f"l{n}", creative_id=c)
        for n, c in enumerate(("c1", "c2", "c1"))
    ]
    for org in (acme, other):
        with background.writing(org.job) as tenant:
            present = {Kind.LINE_ITEM: lines, Kind.AD_ASSOCIATION: placed}
            tenant.entities.snapshot(A, TODAY, Source.CAMPAIGNS, present, NOW)
    with background.writing(other.job) as tenant:
        tenant.entities.snapshot(A, TODAY, Source.CAMPAIGNS, {Kind.LINE_ITEM: []}, NOW + DAY)
    with background.reading(acme.job) as tenant:
        by_id = tenant.entities.named(Kind.LINE_ITEM, entity_ids=["l1", "l9"])
        assert [v.entity_id for v in by_id] == ["l1"]
        below = tenant.entities.named(Kind.LINE_ITEM, parent_ids=["o0"])
        assert [v.entity_id for v in below] == ["l0", "l2"]
        assert {v.entity_id for v in tenant.entities.placings(["c1"])} == {"a0", "a2"}
        assert tenant.entities.named(Kind.ORDER, entity_ids=["l1"]) == []
    with background.reading(other.job) as tenant:
        assert tenant.entities.named(Kind.LINE_ITEM, parent_ids=["o0"]) == []


# what only reports name


def test_labels_are_written_where_they_differ_and_kept_by_advertiser(
    store: Store, background: Store, acme: Organization, other: Organization
) -> None:
    one = Label(AdvertiserId(A), Labelled.DEAL, "D1", "Spring deal", "PREFERRED")
    two = Label(AdvertiserId(LIMITED), Labelled.SEGMENT, "0", "Everybody")
    with background.writing(acme.job) as tenant:
        assert tenant.labels.record([one, two], NOW) == 2
        first = tenant.labels.mark()
        assert tenant.labels.record([one], NOW + DAY) == 0
        assert tenant.labels.mark() == first
        assert tenant.labels.record([replace(one, name="Summer deal")], NOW + DAY) == 1
        assert tenant.labels.mark() != first
    with store.reading(acme.scope()) as tenant:
        assert [x.name for x in tenant.labels.all()] == ["Everybody", "Summer deal"]
        assert tenant.labels.all(Labelled.SEGMENT) == [two]
    with store.reading(acme.limited) as tenant:
        assert tenant.labels.all() == [two]
    with store.reading(other.scope()) as tenant:
        assert tenant.labels.all() == []


def test_a_label_of_an_advertiser_out_of_sight_is_refused(store: Store, acme: Organization) -> None:
    label = Label(AdvertiserId(A), Labelled.DEAL, "D1", "Spring deal")
    with store.writing(acme.limited) as tenant, pytest.raises(NotFound):
        tenant.labels.record([label], NOW)
