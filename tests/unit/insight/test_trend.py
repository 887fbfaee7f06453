"""Lines over days: plan and spend added up, any metric by day, and the days that still move."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest

from core.domain.catalogue import METRICS, metric
from core.domain.periods import Comparison, Preset
from core.domain.views import Screen, View
from core.errors import UserError
from core.insight import trend as module
from core.insight.audience import audience
from core.insight.pace_book import pace_book
from core.insight.trend import Caution, Cumulative, Trend, can_be_drawn, choices, chosen
from tests.unit.insight.office import (
    NOW,
    ONE,
    TWO,
    Office,
    day,
    days,
    delivered,
    flight,
    order,
    row,
)


def drawn(office: Office, key: str = "total_cost", **view: object) -> Trend:
    with office.desk() as desk:
        whom = audience(desk, View(screen=Screen.MORNING, **view))  # type: ignore[arg-type]
        [group] = whom.groups
        return module.trend(desk, whom, group, metric(key))


def summed(office: Office, **view: object) -> Cumulative:
    with office.desk() as desk:
        whom = audience(desk, View(screen=Screen.MORNING, **view))  # type: ignore[arg-type]
        [group] = whom.groups
        return module.cumulative(desk, whom, group, pace_book(desk, whom))


def test_a_metric_by_day_stands_beside_the_days_before(office: Office) -> None:
    office.advertiser()
    office.deliver(
        [*delivered("o1", 13, 7, total_cost="2"), *delivered("o1", 6, total_cost="5")], days(13)
    )
    found = drawn(office)
    spend = metric("total_cost")
    assert found.history.days == tuple(day(n) for n in range(6, -1, -1))
    assert found.history.before_days == tuple(day(n) for n in range(13, 6, -1))
    assert found.history.by_day(spend) == (5,) * 7
    assert found.history.by_day_before(spend) == (2,) * 7
    assert (found.figure.value, found.figure.before) == (35, 14)
    assert found.figure.change == Decimal("1.5")


def test_a_ratio_by_day_is_of_the_day_and_as_a_whole_of_the_sums(office: Office) -> None:
    office.advertiser()
    rows = [
        row("o1", 1, impressions=1000, clicks=10),
        row("o1", 0, impressions=3000, clicks=60),
    ]
    office.deliver(rows, days(13))
    found = drawn(office, "ctr", comparison=Comparison.NONE)
    trail = found.history.by_day(metric("ctr"))
    # Days without an impression have no rate; it is not 0.
    assert trail == (None,) * 5 + (Decimal("0.01"), Decimal("0.02"))
    assert found.figure.value == Decimal(70) / 4000
    assert found.history.by_day_before(metric("ctr")) == ()


def test_a_measure_that_older_days_lack_is_never_told_of_some_days_as_of_all(
    office: Office,
) -> None:
    figures: dict[str, object] = {"on_target_impressions": 5, "on_target_cost": "0.10"}
    office.advertiser()
    older = delivered("o1", 13, 7, impressions=9)
    office.deliver(older, days(13, 7), lacks=("on_target_impressions", "on_target_cost"))
    office.deliver(delivered("o1", 6, impressions=9, **figures), days(6))
    both: dict[str, object] = {"range": Preset.LAST_14, "comparison": Comparison.NONE}
    found = drawn(office, "on_target_impressions", **both)
    assert found.figure.value is None
    assert found.figure.trail == (None,) * 7 + (5,) * 7
    assert drawn(office, "on_target_cpm", **both).figure.value is None
    assert drawn(office, "impressions", **both).figure.value == 14 * 9
    week = drawn(office, "on_target_cpm")
    assert (week.figure.value, week.figure.before) == (20, None)  # 1000 x 0.10 / 5


def test_a_day_not_known_breaks_the_line_and_a_day_without_a_row_is_nothing(
    office: Office,
) -> None:
    office.advertiser()
    office.deliver([row("o1", 6, total_cost="4")], days(6, 3))
    found = drawn(office)
    assert found.history.by_day(metric("total_cost")) == (4, 0, 0, 0, None, None, None)


def test_spend_and_plan_are_added_up_from_the_first_day_shown(office: Office) -> None:
    office.advertiser(chosen_at=NOW - timedelta(days=60))  # its first load is long over
    # Ten days of twelve dollars, of which the first three were before the days shown.
    office.keep(order("o1"), flight("o1", 9, 0, "120"))
    office.deliver(delivered("o1", 9, 2, impressions=1, total_cost="10"), days(9, 2))
    found = summed(office)
    assert found.days == tuple(day(n) for n in range(6, -1, -1))
    assert found.spent == (10, 20, 30, 40, 50, None, None)
    # The plan goes on over the days that are not known yet.
    assert found.planned == (12, 24, 36, 48, 60, 72, 84)
    assert found.has_plan


def test_without_any_flight_there_is_no_plan(office: Office) -> None:
    office.advertiser()
    office.keep(order("o1"))
    office.deliver(delivered("o1", 9, total_cost="10"), days(9))
    found = summed(office)
    assert not found.has_plan
    assert found.planned == (0,) * 7


def test_another_orders_flight_is_no_part_of_what_is_shown(office: Office) -> None:
    office.advertiser()
    office.keep(order("o1"), flight("o1", 9, 0, "120"), order("o2"), flight("o2", 9, 0, "700"))
    office.deliver(delivered("o2", 9, impressions=1, total_cost="50"), days(9))
    found = summed(office, orders=("o1",))
    assert found.planned[-1] == 84
    assert found.spent == (0,) * 7


def test_days_that_still_move_are_named_by_what_moves(office: Office) -> None:
    office.advertiser()
    office.deliver([], days(20))
    # What was served stands after three days, what was bought after fourteen: today is one more.
    assert drawn(office).cautions == (Caution(days(1), "unsettled"),)
    assert drawn(office, "total_sales").cautions == (Caution(days(6), "unsettled"),)
    assert drawn(office, "total_roas", range=Preset.LAST_30).cautions == (
        Caution(days(12), "unsettled"),
    )


def test_provisional_days_are_named_beside_the_unsettled_ones(office: Office) -> None:
    office.advertiser()
    office.deliver([], days(20, 1))
    office.deliver([], days(0), equal_reads=1)
    assert drawn(office).cautions == (Caution(days(1), "unsettled, last day provisional"),)
    assert drawn(office, range=Preset.YESTERDAY).cautions == (Caution(days(0), "provisional"),)


def test_settled_days_carry_no_caution(office: Office) -> None:
    office.advertiser()
    office.deliver([], days(40))
    found = drawn(office, range=days(30, 20), comparison=Comparison.NONE)
    assert found.cautions == ()


def test_two_advertisers_of_a_currency_are_added_and_their_moving_days_joined(
    office: Office,
) -> None:
    for advertiser in (ONE, TWO):
        office.advertiser(advertiser, chosen_at=NOW - timedelta(days=60))
    office.deliver(delivered("o1", 13, total_cost="1"), days(13))
    office.deliver(delivered("o2", 13, 1, total_cost="2"), days(13, 1), advertiser=TWO)
    found = drawn(office)
    assert found.history.by_day(metric("total_cost")) == (3, 3, 3, 3, 3, 3, 1)
    assert found.cautions == (Caution(days(1), "unsettled"),)


def test_what_cannot_be_added_up_over_days_cannot_be_drawn(office: Office) -> None:
    office.advertiser()
    office.deliver([], days(13))
    assert not can_be_drawn(METRICS["reach"])
    assert METRICS["reach"] not in choices()
    with pytest.raises(UserError):
        drawn(office, "reach")


def test_an_address_that_names_no_drawable_metric_draws_cost() -> None:
    assert chosen("ctr") is metric("ctr")
    for key in ("reach", "nonsense", ""):
        assert chosen(key) is metric("total_cost")


def test_choices_come_in_the_glossarys_order() -> None:
    order_of = list(METRICS)
    keys = [entry.key for entry in choices()]
    assert keys == sorted(keys, key=order_of.index)
    assert {"impressions", "ctr", "total_roas"} <= set(keys)
