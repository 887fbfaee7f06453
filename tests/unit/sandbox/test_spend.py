"""Money over days: a flight's budget is spent exactly, whatever its hours, changes and rollover."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from itertools import pairwise
from zoneinfo import ZoneInfo

import numpy as np
import pytest

from sandbox.world.chance import Floats
from sandbox.world.entities import Flight, Order
from sandbox.world.spend import DELIVERED, daily_mean, planned_spend, stretches
from sandbox.world.timeline import Timeline
from sandbox.world.window import Window
from sandbox.world.world import world

ZONE = "America/Los_Angeles"
WINDOW = Window(ZONE, date(2026, 2, 20), date(2026, 4, 20))


def local(day: str, hour: int = 0) -> datetime:
    return (
        datetime.fromisoformat(f"{day}T{hour:02}:00").replace(tzinfo=ZoneInfo(ZONE)).astimezone(UTC)
    )


def order(*flights: tuple[datetime, datetime, Timeline[Decimal]], rollover: str) -> Order:
    """An order of the tiny world with other flights."""
    tiny = world("tiny", 7, date(2026, 6, 15))
    some = tiny.book(next(iter(tiny.advertisers))).orders[0]
    made = tuple(
        Flight(str(n), f"Flight {n}", start, end, budget)
        for n, (start, end, budget) in enumerate(flights)
    )
    return replace(some, flights=made, rollover=rollover)


def spent(of: Order) -> Floats:
    days: Floats = planned_spend((stretches(of, ZoneInfo(ZONE)),), WINDOW)[0]
    return days


def test_a_flight_spends_its_budget_exactly_over_a_change_of_the_clocks() -> None:
    one = order(
        (local("2026-03-01"), local("2026-03-15"), Timeline(Decimal(1400))), rollover="NO_ROLLOVER"
    )  # daylight saving begins on 8 March

    days = spent(one)

    assert days.sum() == pytest.approx(1400)
    assert np.count_nonzero(days) == 14
    sunday = (date(2026, 3, 8) - WINDOW.first).days
    assert days[sunday] / days[sunday - 7] == pytest.approx(23 / 24, rel=1e-6)


def test_a_mid_day_start_shortens_the_first_day_and_a_shared_day_gets_both_flights() -> None:
    noon = local("2026-03-12", 12)
    one = order(
        (local("2026-03-02", 9), noon, Timeline(Decimal(1000))),
        (noon, local("2026-03-22"), Timeline(Decimal(3000))),
        rollover="NO_ROLLOVER",
    )

    days = spent(one)

    first, shared = (date(2026, 3, 2) - WINDOW.first).days, (date(2026, 3, 12) - WINDOW.first).days
    assert days.sum() == pytest.approx(4000)
    assert days[first] / days[first + 7] == pytest.approx(15 / 24, rel=1e-6)
    assert days[shared - 1] < days[shared] < days[shared + 1]


def test_after_a_raise_the_rest_is_spread_over_what_is_left() -> None:
    raised = Timeline(Decimal(1000), ((local("2026-03-06"), Decimal(1600)),))
    one = order((local("2026-03-01"), local("2026-03-11"), raised), rollover="NO_ROLLOVER")

    days = spent(one)

    sixth = (date(2026, 3, 6) - WINDOW.first).days
    before = 1.01 + 1.02 + 1.03 + 1.02 + 1.00  # Sunday to Thursday
    after = 0.95 + 0.97 + 1.01 * 23 / 24 + 1.02 + 1.03  # Friday to Tuesday, the clocks change
    assert days.sum() == pytest.approx(1600)
    assert days[:sixth].sum() == pytest.approx(1000 * before / (before + after))


@pytest.mark.parametrize(
    ("rollover", "third"),
    [
        ("NO_ROLLOVER", 1000.0),
        ("PRIOR_BUDGET_ROLLOVER", 1000.0 * (2 - DELIVERED)),
        ("CUMULATIVE_BUDGET_ROLLOVER",
         1000.0 * (1 + (1 - DELIVERED) * (1 + (1 - DELIVERED)))),
    ],
)  # fmt: skip
def test_each_rollover_carries_what_it_says(rollover: str, third: float) -> None:
    marks = [local("2026-03-01"), local("2026-03-11"), local("2026-03-21"), local("2026-03-31")]
    thousand = Timeline(Decimal(1000))
    one = order(
        *((start, end, thousand) for start, end in pairwise(marks)),
        rollover=rollover,
    )

    days = spent(one)

    begins = (date(2026, 3, 21) - WINDOW.first).days
    assert days[begins:].sum() == pytest.approx(third, rel=1e-6)


def test_a_value_that_changes_has_a_mean_weighted_by_hours() -> None:
    state = Timeline("on", ((local("2026-03-02", 6), "off"), (local("2026-03-03", 12), "on")))

    mean = daily_mean(state, Window(ZONE, date(2026, 3, 1), date(2026, 3, 4)), lambda s: s == "on")

    assert np.allclose(mean, [1.0, 0.25, 0.5, 1.0])


def test_a_timeline_tells_value_and_last_change() -> None:
    noon = datetime(2026, 6, 1, 12, tzinfo=UTC)
    line = Timeline(1).then(noon + timedelta(days=1), 3).then(noon, 2)

    assert [line.at(noon + timedelta(hours=h)) for h in (-1, 0, 23, 24)] == [1, 2, 2, 3]
    assert line.changed_by(noon - timedelta(seconds=1)) is None
    assert line.changed_by(noon + timedelta(days=9)) == noon + timedelta(days=1)
    assert line.mean(noon - timedelta(hours=12), noon + timedelta(hours=12), float) == 1.5
