"""Likely causes: each with its evidence, labelled as an inference unless Amazon says it."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from typing import Any

from core.domain.budget_levels import Level
from core.domain.entities import (
    AdAssociation,
    Approval,
    Bid,
    Budget,
    BudgetCap,
    CapPeriod,
    Creative,
    DeliveryStatus,
    FrequencyCap,
    LineItem,
    Order,
    State,
)
from core.domain.views import Screen, View, Window
from core.insight.audience import audience
from core.insight.pace_book import pace_book
from core.insight.pacing.board import board
from core.insight.pacing.causes import Cause, Lever, causes
from core.insight.pacing.limits import Reconciled, reconciled
from core.insight.pacing.lines import line_facts
from tests.unit.insight.office import ONE, Office, days, flight, order, row
from tests.unit.insight.reach_reports import report_reach

D = Decimal


def line(key: str = "l1", **more: Any) -> LineItem:
    told = {"name": f"Line {key}", "state": State.ENABLED, **more}
    return LineItem(entity_id=key, advertiser_id=ONE, parent_id="o1", **told)


def looked(office: Office) -> tuple[tuple[Cause, ...], Reconciled]:
    with office.desk() as desk:
        whom = audience(desk, View(screen=Screen.PACING))
        rows = board(desk, whom, whom.groups[0], pace_book(desk, whom)).rows
        facts = line_facts(desk, whom, [r.order_id for r in rows])
        limits = reconciled(desk, whom, rows, facts)
        return causes(desk, whom, rows, facts, limits)["o1"], limits["o1"]


def paced(office: Office, *entities: Any, known: Order | None = None, **figures: Any) -> None:
    """Keep an order half way through 400, and deliver what its line item l1 did each day."""
    office.advertiser()
    office.keep(known or order("o1"), flight("o1", 19, -20, "400"), *entities)
    told = {"total_cost": "5", "supply_cost": "5", "impressions": 2000, **figures}
    office.deliver([row("o1", n, line_item_id="l1", **told) for n in range(20)], days(19))


def levers(office: Office) -> list[Lever]:
    return [cause.lever for cause in looked(office)[0]]


def test_an_order_on_pace_is_not_explained(office: Office) -> None:
    paced(office, line(bid=Bid(D(5), None, "USD")), total_cost="10", supply_cost="10")
    assert levers(office) == []


def test_a_daily_cap_below_what_is_needed_is_a_likely_cause(office: Office) -> None:
    capped = order("o1", caps=(BudgetCap(D(6), "USD", CapPeriod.DAILY),))
    paced(office, line(), known=capped)
    [cause], limit = looked(office)
    # Twenty days of six are 120, of the 300 left.
    assert (limit.counts.level, limit.counts.room, limit.left) == (Level.ORDER_DAILY, 120, 300)
    assert limit.withheld == 180
    assert (cause.lever, cause.is_inference) == (Lever.BUDGET_CAP, True)
    assert "$6.00 let through at most $120.00 of the $300.00 left" in cause.proof


def test_a_line_items_monthly_cap_that_is_used_up_is_a_likely_cause(office: Office) -> None:
    # Twenty days of five since 3 November: the ninety of this month are gone. December has its
    # own ninety, the flight three hundred.
    paced(office, line(caps=(BudgetCap(D(90), "USD", CapPeriod.MONTHLY),)))
    [cause], limit = looked(office)
    assert (limit.counts.level, limit.counts.room) == (Level.LINE_ITEMS, 90)
    assert cause.lever is Lever.BUDGET_CAP


def test_a_caps_use_before_the_first_known_day_is_not_taken_for_nothing(office: Office) -> None:
    office.advertiser()
    capped = order("o1", caps=(BudgetCap(D(500), "USD", CapPeriod.LIFETIME),))
    bought = line(budget=Budget(D(450), "USD"))
    office.keep(capped, flight("o1", 39, -20, "1200"), bought)
    office.deliver([row("o1", n, line_item_id="l1", total_cost="5", impressions=1000)
                    for n in range(20)], days(19))  # fmt: skip
    _, limit = looked(office)
    assert [one.room for one in limit.limits[1:]] == [None, None]
    assert {one.why for one in limit.limits[1:]} == {"what was spent before 3 Nov is not known"}
    assert limit.counts.level is Level.FLIGHT


def test_paying_what_may_be_paid_speaks_of_the_bid(office: Office) -> None:
    # Five dollars for two thousand impressions: 2.50 a thousand.
    paced(office, line(bid=Bid(D(2), D("2.60"), "USD")))
    [cause], _ = looked(office)
    assert cause.lever is Lever.BID
    assert "$2.50 a thousand over seven days, 96.2\u00a0% of its bid of $2.60" in cause.proof


def test_paying_far_less_than_the_bid_does_not(office: Office) -> None:
    paced(office, line(bid=Bid(D(2), D("5"), "USD")))
    assert levers(office) == []


def after_a_bid(office: Office, before: Bid, after: Bid) -> Cause:
    """Return the first cause told of an order whose line item's bid changed six days ago."""
    held = line(bid=before)
    office.advertiser()
    plan = (order("o1"), flight("o1", 19, -20, "400"))
    office.keep(*plan, held, at=office.now - timedelta(days=30))
    office.keep(*plan, replace(held, bid=after), at=office.now - timedelta(days=6))
    spend = [row("o1", n, line_item_id="l1", total_cost="3" if n < 7 else "8", impressions=5000)
             for n in range(20)]  # fmt: skip
    office.deliver(spend, days(19))
    first, *_ = looked(office)[0]
    return first


def test_a_bid_that_was_cut_is_told_with_what_followed(office: Office) -> None:
    first = after_a_bid(office, Bid(D(9), None, "USD"), Bid(D(4), None, "USD"))
    assert first.lever is Lever.BID
    assert "bid $9.00 → $4.00" in first.proof
    assert "$21.00 in seven days, $56.00 in the seven before" in first.proof


def test_a_cut_of_the_average_not_to_be_passed_is_told_as_a_cut_bid(office: Office) -> None:
    first = after_a_bid(office, Bid(D(4), D(9), "USD"), Bid(D(4), D(5), "USD"))
    assert first.lever is Lever.BID
    assert "Line l1: bid not to be passed $9.00 → $5.00 in the last 14 days" in first.proof


def test_a_line_item_that_fell_by_itself_is_pointed_at(office: Office) -> None:
    office.advertiser()
    office.keep(order("o1"), flight("o1", 19, -20, "400"), line(), line("l2"))
    rows = [row("o1", n, line_item_id="l1", total_cost="1" if n < 7 else "6", impressions=1000)
            for n in range(20)]  # fmt: skip
    rows += [row("o1", n, line_item_id="l2", total_cost="2", impressions=1000) for n in range(20)]
    office.deliver(rows, days(19))
    [cause], _ = looked(office)
    assert cause.lever is Lever.FALLEN
    assert "Line l1 spent $7.00 in seven whole days, $42.00 in the seven before" in cause.proof


def test_a_silent_line_item_and_one_switched_off_are_named(office: Office) -> None:
    paced(office, line(), line("l2"))
    assert levers(office) == [Lever.LINE_ITEM]


def test_a_rejected_creative_is_named_with_its_places(office: Office) -> None:
    rejected = Creative(entity_id="c1", advertiser_id=ONE, name="Banner",
                        approval=Approval.REJECTED)  # fmt: skip
    placed = AdAssociation(entity_id="a1", advertiser_id=ONE, parent_id="l1", creative_id="c1")
    paced(office, line(), rejected, placed)
    [cause], _ = looked(office)
    assert cause.lever is Lever.CREATIVE
    assert "Banner was turned down: 1 of 1 placements" in cause.proof


def test_what_amazon_says_is_no_inference(office: Office) -> None:
    paced(office, line(delivery_status=DeliveryStatus.OUT_OF_BUDGET))
    [cause], _ = looked(office)
    assert (cause.lever, cause.is_inference) == (Lever.AMAZON, False)


def test_money_that_is_gone_is_a_fact(office: Office) -> None:
    paced(office, line(), total_cost="20", supply_cost="20")
    first, *_ = looked(office)[0]
    assert (first.lever, first.is_inference) == (Lever.BUDGET_GONE, False)
    assert "$400.00 of $400.00 is spent, 20 days before the end" in first.proof


def test_running_ahead_is_explained_by_a_hasty_profile(office: Office) -> None:
    paced(office, line(delivery_profile="PACE_AHEAD"), total_cost="14", supply_cost="14")
    [cause], _ = looked(office)
    assert cause.lever is Lever.PROFILE
    assert "pace ahead" in cause.proof


def test_running_ahead_after_a_raised_bid_names_the_bid(office: Office) -> None:
    before = line(bid=Bid(D(4), None, "USD"))
    office.advertiser()
    plan = (order("o1"), flight("o1", 19, -20, "400"))
    office.keep(*plan, before, at=office.now - timedelta(days=30))
    office.keep(*plan, replace(before, bid=Bid(D(9), None, "USD")),
                at=office.now - timedelta(days=6))  # fmt: skip
    spend = [row("o1", n, line_item_id="l1", total_cost="14", impressions=5000) for n in range(20)]
    office.deliver(spend, days(19))
    first, *_ = looked(office)[0]
    assert (first.lever, first.is_inference) == (Lever.BID, True)
    assert "Line l1: bid $4.00 → $9.00 in the last 14 days" in first.proof


def crowded(office: Office, frequency: str) -> None:
    """A behind order whose line item may show three ads a day: 21 a week."""
    paced(office, line(frequency_caps=(FrequencyCap(3, 1, "DAYS"),)))
    told = {"o1": {"reach": 100, "frequency": Decimal(frequency)}}
    report_reach(office, "order", Window.WEEK, days(6), told)


def test_people_who_saw_half_of_what_they_may_speak_of_frequency(office: Office) -> None:
    crowded(office, "10.5")
    [cause], _ = looked(office)
    assert (cause.lever, cause.is_inference) == (Lever.FREQUENCY, True)
    assert "On average 10.5 ads a person" in cause.proof
    assert "under a cap of 3 in 1 day." in cause.proof


def test_people_who_saw_less_than_half_do_not(office: Office) -> None:
    crowded(office, "10.4")
    assert levers(office) == []
