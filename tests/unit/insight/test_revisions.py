"""What changed after it was first told, worked out by hand."""

from __future__ import annotations

from datetime import datetime, timedelta
from decimal import Decimal

from core.domain.scope import TenantScope
from core.insight.revisions import Revision, way_of_days, what_changed
from tests.unit.insight.office import NOW, ONE, TWO, Office, day, days, delivered, row

HOUR = timedelta(hours=1)


def changed(
    office: Office, since: datetime, scope: TenantScope | None = None, now: datetime | None = None
) -> list[Revision]:
    with office.desk(scope, now=now) as desk:
        return what_changed(desk, desk.tenant.advertisers.all(), days(9), since)


def told(found: list[Revision]) -> list[tuple[object, ...]]:
    return [(r.day, r.metric.key, r.before, r.after, r.age) for r in found]


def loads(office: Office) -> None:
    """A first load, and two hours later another that restates, withdraws and adds."""
    office.advertiser(ONE)
    first = [
        row("o1", 3, impressions=100, total_cost=10),
        row("o1", 2, impressions=50, total_cost=5),
        row("o2", 2, impressions=7),
    ]
    office.deliver(first, days(9, 1))
    office.now = NOW + 2 * HOUR
    second = [
        row("o1", 3, impressions=90, total_cost=10),  # eleven in a hundred were no people
        row("o1", 2, impressions=50, total_cost=5),
        row("o1", 0, impressions=30, total_cost=3),
    ]
    office.deliver(second, days(9, 0))


def test_what_changed_is_told_by_day_and_measure_with_its_age(office: Office) -> None:
    loads(office)
    assert told(changed(office, NOW + HOUR)) == [
        (day(3), "impressions", 100, 90, 4),
        (day(2), "impressions", 57, 50, 3),
        (day(0), "impressions", None, 30, 1),
        (day(0), "total_cost", None, 3, 1),
    ]


def test_size_is_told_as_an_amount_and_as_a_share(office: Office) -> None:
    loads(office)
    first, _, new, _ = changed(office, NOW + HOUR)
    assert (first.change, first.share, first.is_new) == (-10, Decimal("-0.1"), False)
    assert (new.change, new.share, new.is_new) == (30, None, True)


def test_a_day_known_as_one_without_delivery_is_restated_and_not_new(office: Office) -> None:
    office.advertiser(ONE)
    office.deliver([row("o1", 5, impressions=10)], days(9, 1))
    office.now = NOW + 2 * HOUR
    bought = row("o1", 3, total_purchases=2, total_sales=50)  # long after the last impression
    office.deliver([row("o1", 5, impressions=10), bought], days(9, 1))
    found = changed(office, NOW + HOUR)
    assert told(found) == [
        (day(3), "total_purchases", 0, 2, 4),
        (day(3), "total_sales", 0, 50, 4),
    ]
    assert not any(one.is_new for one in found)


def test_every_measure_that_adds_up_is_watched_in_the_glossarys_order(office: Office) -> None:
    office.advertiser(ONE)
    first = row("o1", 5, clicks=4, detail_page_views=7, new_to_brand_purchases=2)
    office.deliver([first], days(9))
    office.now = NOW + 2 * HOUR
    office.deliver([first | {"detail_page_views": 6, "new_to_brand_purchases": 3}], days(9))
    assert told(changed(office, NOW + HOUR)) == [
        (day(5), "detail_page_views", 7, 6, 6),
        (day(5), "new_to_brand_purchases", 2, 3, 6),
    ]


def test_nothing_changed_after_the_last_load_nor_in_time_to_come(office: Office) -> None:
    loads(office)
    assert changed(office, NOW + 3 * HOUR, now=NOW + 4 * HOUR) == []
    assert changed(office, NOW + 9 * HOUR) == []


def test_seen_from_an_earlier_moment_only_what_was_known_by_then_changed(office: Office) -> None:
    loads(office)
    office.now = NOW + 4 * HOUR
    office.deliver([row("o1", 3, impressions=80, total_cost=10)], days(3, 3))
    with office.desk() as desk:
        advertisers = desk.tenant.advertisers.all()
        past = desk.as_known_at(NOW + 3 * HOUR)
        found = what_changed(past, advertisers, days(3, 3), NOW + HOUR)
    assert told(found) == [(day(3), "impressions", 100, 90, 4)]


def test_each_step_of_a_day_is_told_in_order(office: Office) -> None:
    loads(office)
    office.now = NOW + 26 * HOUR
    office.deliver([row("o1", 3, impressions=95, total_cost=9)], days(3, 3))
    with office.desk() as desk:
        [advertiser] = desk.tenant.advertisers.all()
        ways = way_of_days(desk, advertiser, days(9))
    steps = [(s.age, int(s.grown[0]), int(s.stood[0]), s.stood[2]) for s in ways[day(3)]]
    # Impressions, what they came to, and cost.
    assert steps == [(4, 100, 100, 10), (4, -10, 90, 10), (5, 5, 95, 9)]
    assert len(ways[day(2)]) == 2
    assert day(5) not in ways


def test_only_ones_own_advertisers_are_told_of(office: Office) -> None:
    loads(office)
    office.advertiser(TWO)
    office.deliver(delivered("o9", 4, impressions=9), days(4), advertiser=TWO)
    limited = changed(office, NOW - HOUR, office.org.limited)
    assert {r.advertiser.advertiser_id for r in limited} == {ONE}
    whole = changed(office, NOW - HOUR)
    assert {r.advertiser.advertiser_id for r in whole} == {ONE, TWO}
