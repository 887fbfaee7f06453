"""Three levels of budget and their caps: the least room counts, and it says which."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from core.domain.budget_levels import Gone, Level, Limit, Spent, counting, limits, room_under
from core.domain.entities import (
    Allocation,
    Budget,
    BudgetCap,
    CapPeriod,
    LineItem,
    Order,
    State,
)
from core.domain.periods import DateRange
from tests.unit.domain.builders import LA, at

D = Decimal
REST = DateRange(date(2026, 11, 21), date(2026, 12, 10))  # ten days in each month


def cap(amount: str, period: CapPeriod) -> BudgetCap:
    return BudgetCap(D(amount), "USD", period)


def line(key: str, budget: str | None = None, **more: Any) -> LineItem:
    own = None if budget is None else Budget(D(budget), "USD")
    told = {"state": State.ENABLED, "budget": own, **more}
    return LineItem(entity_id=key, advertiser_id="7", parent_id="o1", **told)


def spent(**more: Any) -> Spent:
    told = {"left": D(1000), "order": Gone(), "by_line_item": {}, "rest": REST, "zone": LA,
            "known_since": date(2026, 11, 3), **more}  # fmt: skip
    return Spent(**told)


def found(known: Order, /, *lines: LineItem, **more: Any) -> Limit:
    return counting(limits(known, D(5000), lines, spent(**more)))


def order(*caps: BudgetCap, allocation: Allocation | None = None) -> Order:
    return Order(entity_id="o1", advertiser_id="7", caps=caps, allocation=allocation)


def test_without_caps_the_flight_counts() -> None:
    limit = found(order(), line("l1"))
    assert (limit.level, limit.amount, limit.room) == (Level.FLIGHT, 5000, 1000)


@pytest.mark.parametrize(
    ("period", "amount", "so_far", "room"),
    [
        (CapPeriod.DAILY, "30", "0", 600),  # twenty days of thirty
        (CapPeriod.MONTHLY, "400", "300", 500),  # a hundred left of November, all of December
        (CapPeriod.MONTHLY, "400", "450", 400),  # November is beyond its cap already
        (CapPeriod.LIFETIME, "400", "150", 250),
    ],
)
def test_a_caps_room_is_counted_over_the_days_left(
    period: CapPeriod, amount: str, so_far: str, room: int
) -> None:
    assert room_under(cap(amount, period), REST, D(so_far)) == room


def test_a_daily_cap_below_what_is_needed_counts() -> None:
    limit = found(order(cap("30", CapPeriod.DAILY)), line("l1"))
    assert (limit.level, limit.room) == (Level.ORDER_DAILY, 600)


def test_a_generous_cap_leaves_the_flight_in_charge() -> None:
    assert found(order(cap("50", CapPeriod.DAILY)), line("l1")).level is Level.FLIGHT


def test_last_months_spend_does_not_fill_this_months_cap() -> None:
    december = DateRange(date(2026, 12, 1), date(2026, 12, 20))
    gone = Gone(this_month=D(390))
    limit = found(order(cap("400", CapPeriod.MONTHLY)), rest=december, order=gone)
    assert (limit.level, limit.room) == (Level.ORDER_MONTHLY, 400)


def test_line_items_that_divide_the_money_count_when_they_hold_less() -> None:
    lines = (line("l1", "300"), line("l2", "250"), line("off", "9000", state=State.PAUSED))
    limit = found(order(), *lines, by_line_item={"l1": Gone(ever=D(100))})
    assert (limit.level, limit.amount, limit.room) == (Level.LINE_ITEMS, 550, 450)


def test_where_amazon_divides_the_money_line_items_are_no_limit_and_say_so() -> None:
    divided = order(allocation=Allocation.AUTO)
    [_, lines] = limits(divided, D(5000), [line("l1", "10")], spent())
    assert (lines.room, lines.amount, lines.why) == (None, None, "Amazon divides the money")


def test_a_line_items_own_end_and_cap_make_its_room() -> None:
    capped = line("l1", caps=(cap("10", CapPeriod.DAILY),), end=at("2026-11-25 23:59"))
    limit = found(order(), capped)
    assert (limit.level, limit.room) == (Level.LINE_ITEMS, 50)  # 21 to 25 November


def test_a_line_items_monthly_cap_is_filled_by_what_it_spent_this_month() -> None:
    capped = line("l1", caps=(cap("400", CapPeriod.MONTHLY),))
    limit = found(order(), capped, by_line_item={"l1": Gone(this_month=D(450), ever=D(900))})
    assert (limit.level, limit.room) == (Level.LINE_ITEMS, 400), "all of December, no November"


def test_where_earlier_days_are_not_known_no_room_is_told_but_why() -> None:
    unknown = Gone(this_month=None, ever=None)
    capped = order(cap("400", CapPeriod.LIFETIME), cap("30", CapPeriod.DAILY),
                   cap("900", CapPeriod.MONTHLY))  # fmt: skip
    told = limits(capped, D(5000), [line("l1", "300")],
                  spent(order=unknown, by_line_item={"l1": unknown}))  # fmt: skip
    assert [one.room for one in told] == [1000, None, 600, None, None]
    assert told[1].why == told[4].why == "what was spent before 3 Nov is not known"
    assert counting(told).level is Level.ORDER_DAILY


def test_a_line_items_other_limit_still_says_what_it_can_spend_at_most() -> None:
    capped = line("l1", "300", caps=(cap("10", CapPeriod.DAILY),))
    limit = found(order(), capped, by_line_item={"l1": Gone(ever=None)})
    assert (limit.level, limit.room) == (Level.LINE_ITEMS, 200)


def test_a_line_item_that_is_over_lets_nothing_through_whatever_it_spent() -> None:
    over = line("l1", "300", end=at("2026-11-10 23:59"))
    assert found(order(), over, by_line_item={"l1": Gone(ever=None)}).room == 0


def test_when_nothing_is_switched_on_the_flight_still_says_what_is_left() -> None:
    [flight, lines] = limits(order(), D(5000), [line("l1", state=State.PAUSED)], spent())
    assert flight.room == 1000
    assert (lines.room, lines.why) == (None, "no line item is switched on")


def test_of_a_flight_that_is_over_no_cap_lets_anything_through() -> None:
    assert found(order(cap("30", CapPeriod.DAILY)), rest=None).room == 0
