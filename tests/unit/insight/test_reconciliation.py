"""The console's file against ours: what agrees, what differs, and what speaks for the reason."""

from __future__ import annotations

from decimal import Decimal

import pytest

from core.domain.console_files import read_console_file
from core.errors import UserError
from core.insight.reconciliation import Reason, Reconciliation, reconcile
from tests.unit.insight.office import ONE, Office, day, days, order, row

HEAD = "Date,Order ID,Order,Impressions,Total cost\n"


def against(office: Office, *lines: str, head: str = HEAD, **more: object) -> Reconciliation:
    file = read_console_file((head + "\n".join(lines)).encode())
    with office.desk() as desk:
        [advertiser] = desk.tenant.advertisers.all()
        return reconcile(desk, advertiser, file, **more)  # type: ignore[arg-type]


def told(found: Reconciliation) -> list[tuple[object, ...]]:
    return [(d.day, d.metric.key, d.console, d.ours, d.reason) for d in found.differences]


@pytest.fixture
def known(office: Office) -> Office:
    """An order that served a thousand a day for ten, with fifty more that were no people."""
    office.advertiser()
    office.keep(order("o1", "Lumen Brand"), order("o2", "Lumen RMKT"))
    facts = [
        row("o1", n, impressions=1000, gross_impressions=1050, total_cost="10.00")
        for n in range(20)
    ]
    office.deliver(facts, days(29))
    return office


def test_figures_within_the_tolerance_agree(known: Office) -> None:
    found = against(known, f"{day(9)},o1,,1009,10.04", f"{day(10)},o1,,991,9.99")
    assert (found.compared, found.agreeing, found.differences) == (4, 4, ())
    assert (found.orders, found.days) == (1, days(10, 9))
    stricter = against(known, f"{day(9)},o1,,1009,10.04", tolerance=Decimal("0.001"))
    assert [d.metric.key for d in stricter.differences] == ["impressions"]


def test_days_that_still_move_are_said_to(known: Office) -> None:
    found = against(known, f"{day(0)},o1,,1300,10")
    assert told(found) == [(day(0), "impressions", 1300, 1000, Reason.UNSETTLED)]
    assert found.differences[0].evidence == (
        "Read here when the day was 1 days old; it still moves."
    )
    assert found.differences[0].gap == 300


def test_what_equals_the_gross_figure_holds_invalid_traffic(known: Office) -> None:
    [found] = against(known, f"{day(9)},o1,,1050,10").differences
    assert found.reason is Reason.GROSS
    assert found.evidence == "With invalid traffic it is 1,050 here, as in the console."


def test_days_that_differ_while_their_sum_agrees_are_cut_by_another_zone(known: Office) -> None:
    found = against(known, f"{day(9)},o1,,800,10", f"{day(8)},o1,,1200,10")
    assert {d.reason for d in found.differences} == {Reason.ZONE}
    assert "America/Phoenix" in found.differences[0].evidence


def test_less_on_every_day_is_likely_a_filter(known: Office) -> None:
    found = against(known, f"{day(9)},o1,,400,4", f"{day(8)},o1,,500,5")
    assert found.reasons == {Reason.FILTER: 4}
    assert "in all 45%" in found.differences[0].evidence


def test_what_nothing_speaks_for_is_left_open(known: Office) -> None:
    [found] = against(known, f"{day(9)},o1,,7777,10").differences
    assert found.reason is Reason.OPEN


def test_orders_and_days_that_are_not_known_are_named(known: Office) -> None:
    unknown = against(known, f"{day(9)},o1,,1000,10", f"{day(9)},o77,,5,1")
    missing = against(known, f"{day(40)},o1,,9,1")
    assert set(unknown.reasons) == {Reason.UNKNOWN_ORDER}
    assert set(missing.reasons) == {Reason.MISSING_DAY}
    assert all(d.ours is None for d in (*unknown.differences, *missing.differences))


def test_what_is_here_and_has_no_row_in_the_file_is_a_difference(known: Office) -> None:
    both = [row(o, n, impressions=1000, total_cost="10") for o in ("o1", "o2") for n in range(20)]
    known.deliver(both, days(29))
    found = against(known, f"{day(11)},o1,,1000,10", f"{day(9)},o1,,1000,10")
    # One day of the first order and three of the second, two figures each, stand in no row.
    assert (found.compared, found.agreeing, found.orders) == (12, 4, 2)
    assert found.reasons == {Reason.FILTER: 8}
    assert {(d.order_id, d.day, d.console) for d in found.differences} == {
        ("o1", day(10), None),
        *(("o2", day(n), None) for n in (9, 10, 11)),
    }
    said = {d.order_id: d.evidence for d in found.differences}
    assert said["o1"].startswith("The file has no row of this order on this day")
    assert said["o2"].startswith("The file has no row of this order;")
    assert {(d.gap, d.share) for d in found.differences} == {(-1000, None), (-10, None)}


def test_orders_of_one_name_are_in_the_file_though_nobody_can_tell_which(known: Office) -> None:
    known.keep(order("o1", "Lumen Brand"), order("o2", "Same"), order("o3", "same"))
    known.deliver([row(o, 9, impressions=10) for o in ("o1", "o2", "o3")], days(9, 9))
    lines = (f"{day(9)},Lumen Brand,10", f"{day(9)},Same,20")
    found = against(known, *lines, head="Date,Order,Impressions\n")
    assert found.reasons == {Reason.UNKNOWN_ORDER: 1}


def test_a_known_day_without_a_row_delivered_nothing(known: Office) -> None:
    [found] = against(known, f"{day(25)},o1,,500,0").differences
    assert (found.ours, found.share) == (0, 1)


def test_orders_are_found_by_name_where_the_file_has_no_ids(known: Office) -> None:
    head = "Date,Order,Impressions\n"
    found = against(known, f"{day(9)},lumen  BRAND,1000", head=head)
    assert (found.agreeing, found.compared) == (1, 1)


def test_a_file_of_another_advertiser_is_refused(known: Office) -> None:
    with pytest.raises(UserError, match="None of the file's orders is one of Lumen Pet"):
        against(known, f"{day(9)},o77,,5,1")


def test_the_neighbours_figures_are_no_part_of_it(known: Office) -> None:
    """The neighbour has an order of the same id, with absurd figures."""
    assert against(known, f"{day(9)},o1,,1000,10").differences == ()
    assert ONE == "581000000000000001"
