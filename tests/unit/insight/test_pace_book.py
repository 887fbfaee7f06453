"""Plan and pace of flights: what is known of them, what fees take, what rolls over."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest

from core.domain.entities import (
    Budget,
    Fee,
    FeeBasis,
    FeeKind,
    Flight,
    LineItem,
    Order,
    Rollover,
)
from core.domain.pacing import PacingStatus
from core.domain.periods import Preset
from core.domain.views import Screen, View
from core.insight.audience import audience
from core.insight.pace_book import FlightPace, pace_book
from core.store.schema.words import Source
from tests.unit.insight.office import (
    ONE,
    TWO,
    Office,
    day,
    days,
    delivered,
    flight,
    midnight,
    order,
    row,
)


def pace(office: Office, order_id: str = "o1") -> tuple[FlightPace, ...]:
    """Return the flights of an order as the book has them."""
    with office.desk() as desk:
        return pace_book(desk, audience(desk, View(screen=Screen.MORNING))).of(order_id)


def one(office: Office, order_id: str = "o1") -> FlightPace:
    [found] = pace(office, order_id)
    return found


def test_a_flight_is_paced_to_its_last_whole_day(office: Office) -> None:
    office.advertiser()
    office.keep(order("o1"), flight("o1", 9, -10, "200"))
    office.deliver(delivered("o1", 9, total_cost="8"), days(9))
    found = one(office)
    assert (found.pace.spent, found.pace.planned, found.pace.ratio) == (80, 100, Decimal("0.8"))
    # Eight a day for ten days more; the run rate is of settled days, which say the same.
    assert found.pace.projected == 160
    assert found.pace.gap == -40
    assert found.known_since is None


def test_the_first_days_may_be_beyond_what_amazon_tells(office: Office) -> None:
    """Of a flight of forty days the first thirty are not known: it is paced over the last ten."""
    office.advertiser()
    office.keep(order("o1"), flight("o1", 39, -10, "500"))
    office.deliver(delivered("o1", 9, total_cost="8"), days(9))
    found = one(office)
    assert found.known_since == day(9)
    assert (found.pace.budget, found.pace.planned, found.pace.spent) == (200, 100, 80)
    assert found.flight.budget.amount == 500


def test_a_hole_in_the_days_is_not_taken_for_thrift(office: Office) -> None:
    office.advertiser()
    office.keep(order("o1"), flight("o1", 9, -10, "200"))
    office.deliver(delivered("o1", 9, 6, total_cost="10"), days(9, 6))
    office.deliver(delivered("o1", 4, total_cost="10"), days(4))  # the fifth day is missing
    found = one(office)
    assert found.known_since == day(4)
    assert found.pace.ratio == 1


def test_nothing_rolls_over_from_a_flight_that_is_not_known(office: Office) -> None:
    office.advertiser()
    flights = (flight("o1", 59, 30, "3000", id="f1"), flight("o1", 29, -30, "600", id="f2"))
    office.keep(order("o1", rollover=Rollover.CUMULATIVE), *flights)
    office.deliver(delivered("o1", 29, total_cost="10"), days(29))
    found = one(office)
    assert (found.flight.entity_id, found.pace.rolled_over, found.pace.ratio) == ("f2", 0, 1)


def test_money_of_a_known_flight_rolls_over(office: Office) -> None:
    office.advertiser()
    flights = (flight("o1", 19, 10, "100", id="f1"), flight("o1", 9, -10, "200", id="f2"))
    office.keep(order("o1", rollover=Rollover.PRIOR), *flights)
    office.deliver(delivered("o1", 19, total_cost="8"), days(19))
    first, second = pace(office)
    assert (first.pace.spent, first.pace.status) == (80, PacingStatus.ENDED)
    assert (second.pace.budget, second.pace.rolled_over) == (220, 20)


@pytest.mark.parametrize("shown", [Preset.LAST_7, Preset.LAST_30])
def test_the_day_of_a_hand_over_is_divided_whichever_days_are_looked_at(
    office: Office, shown: Preset
) -> None:
    """At noon of 31 October one flight hands over to the next; a book of November begins later."""
    office.advertiser(chosen_at=office.now - timedelta(days=60))
    noon = midnight(day(22)) + timedelta(hours=12)
    first = replace(flight("o1", 40, 22, "1850", id="f1"), end=noon)
    second = replace(flight("o1", 22, -10, "3250", id="f2"), start=noon)
    office.keep(order("o1"), first, second)
    office.deliver(delivered("o1", 40, total_cost="100"), days(40))
    with office.desk() as desk:
        book = pace_book(desk, audience(desk, View(screen=Screen.PACING, range=shown)))
        [found] = book.running("o1")
    # Half of 31 October's hundred, and 22 days of November.
    assert (found.pace.spent, found.pace.planned) == (2250, 2250)
    assert found.pace.shared_days == {day(22)}


def test_an_order_of_the_reports_is_one_flight_of_its_whole_budget(office: Office) -> None:
    office.advertiser()
    told = order("o1", budget=Decimal(200), start=midnight(day(9)),
                 end=midnight(day(-11)) - timedelta(seconds=1))  # fmt: skip
    office.keep(told, source=Source.REPORT)
    office.deliver(delivered("o1", 9, total_cost="8"), days(9))
    assert (one(office).pace.planned, one(office).pace.spent) == (100, 80)


def test_an_order_without_dates_or_budget_has_no_pace(office: Office) -> None:
    office.advertiser()
    office.keep(order("o1", budget=Decimal(200)), source=Source.REPORT)
    office.deliver(delivered("o1", 9, total_cost="8"), days(9))
    assert pace(office) == ()


def test_an_advertiser_without_data_has_no_pace(office: Office) -> None:
    office.advertiser()
    office.keep(order("o1"), flight("o1", 9, -10, "200"))
    assert pace(office) == ()


AGENCY = Fee(FeeKind.AGENCY, FeeBasis.PERCENT_OF_BUDGET, Decimal(20))


def paid(office: Office, known: Order, *lines: LineItem, **figures: object) -> Decimal:
    """Return what one day of an order took out of its budget."""
    office.advertiser()
    source = Source.CAMPAIGNS
    office.keep(known, flight("o1", 0, -10, "200"), *lines, source=source)
    office.deliver([row("o1", 0, line_item_id="l1", **figures)], days(0))
    return one(office).pace.spent


def test_the_agencys_fee_counts_where_the_order_has_one(office: Office) -> None:
    spent = paid(office, order("o1", fees=(AGENCY,)), total_cost="8", agency_fee="2")
    assert spent == 10


def test_an_agencys_fee_that_is_not_reported_is_its_share_of_the_budget(office: Office) -> None:
    # Twenty per cent of the budget is the agency's: eight of media are four fifths of it.
    spent = paid(office, order("o1", fees=(AGENCY,)), total_cost="8", agency_fee=None)
    assert spent == 10


def test_a_reported_agency_fee_does_not_count_against_an_order_without_one(
    office: Office,
) -> None:
    assert paid(office, order("o1"), total_cost="8", agency_fee="2") == 8


def test_where_fees_may_not_be_read_the_reported_agency_fee_counts(office: Office) -> None:
    office.advertiser()
    told = order("o1", budget=Decimal(200), start=midnight(day(9)), end=midnight(day(-11)))
    office.keep(told, source=Source.REPORT)
    office.deliver([row("o1", 0, total_cost="8", agency_fee="2")], days(9))
    assert one(office).pace.spent == 10


@pytest.mark.parametrize(("counts", "spent"), [(True, 11), (False, 8), (None, 8)])
def test_third_party_fees_count_where_the_line_item_says_so(
    office: Office, counts: bool | None, spent: int
) -> None:
    fee = Fee(FeeKind.THIRD_PARTY_APPLIED, FeeBasis.FIXED_CPM, Decimal(1), "Adserver", counts)
    line = LineItem(entity_id="l1", advertiser_id=ONE, parent_id="o1", fees=(fee,))
    figures = {"impressions": 1000, "total_cost": "8", "third_party_fees": "3"}
    assert paid(office, order("o1"), line, **figures) == spent


def test_each_currency_and_zone_keeps_its_own_days(office: Office) -> None:
    office.advertiser()
    office.advertiser(TWO, "Tsukishiro", currency="JPY", zone="Asia/Tokyo")
    office.keep(order("o1"), flight("o1", 9, -10, "200"))
    start = midnight(day(9), "Asia/Tokyo")
    theirs = Flight(
        entity_id="f2",
        advertiser_id=TWO,
        parent_id="o2",
        start=start,
        end=start + timedelta(days=20),
        budget=Budget(Decimal(20_000), "JPY"),
    )
    office.keep(order("o2", advertiser=TWO, currency="JPY"), theirs, advertiser=TWO)
    office.deliver(delivered("o1", 9, total_cost="8"), days(9))
    office.deliver(delivered("o2", 9, total_cost="900"), days(9), advertiser=TWO, currency="JPY")
    assert one(office, "o2").pace.ratio == Decimal("0.9")
    assert one(office, "o1").pace.ratio == Decimal("0.8")


def test_what_was_worked_out_is_not_kept_beyond_a_change(office: Office) -> None:
    office.advertiser()
    plan = flight("o1", 9, -10, "200")
    office.keep(order("o1"), plan)
    office.deliver(delivered("o1", 9, total_cost="8"), days(9))
    assert one(office).pace.planned == 100
    raised = replace(plan, budget=Budget(Decimal(400), "USD"))
    office.keep(order("o1"), raised, at=office.now + timedelta(minutes=1))
    assert one(office).pace.planned == 200
    office.deliver(delivered("o1", 9, total_cost="9"), days(9))
    assert one(office).pace.spent == 90


def test_there_is_no_pace_before_the_newest_days_of_a_first_load_have_come(
    office: Office,
) -> None:
    office.advertiser()
    office.keep(order("o1"), flight("o1", 39, -10, "500"))
    office.deliver(delivered("o1", 39, 30, total_cost="8"), days(39, 30))
    assert pace(office) == ()
    office.deliver(delivered("o1", 29, total_cost="8"), days(29))
    assert one(office).pace.spent == 320
