"""The token bucket of one process."""

from __future__ import annotations

from core.amazon.rate import Grant, Limit, Limits, LocalBudget
from core.domain.regions import Region
from tests.unit.amazon.stage import StillClock, settings

LIMIT = Limit("NA:read", per_second=2.0, burst=3.0)


def test_a_burst_goes_at_once_and_the_next_call_waits_its_turn():
    clock = StillClock()
    budget = LocalBudget(clock.now)
    assert [budget.take(LIMIT).wait_seconds for _ in range(4)] == [0.0, 0.0, 0.0, 0.5]
    clock.pause(0.5)
    assert budget.take(LIMIT).wait_seconds == 0.0


def test_a_closed_gate_holds_everybody_until_its_time_and_keeps_the_longer_end():
    clock = StillClock()
    budget = LocalBudget(clock.now)
    assert budget.close(LIMIT, 10.0) == 1
    assert budget.close(LIMIT, 4.0) == 2
    assert budget.take(LIMIT) == Grant(10.0, strikes=2)
    clock.pause(10.0)
    assert budget.take(LIMIT) == Grant(0.0, strikes=2)
    budget.clear(LIMIT)
    assert budget.take(LIMIT).strikes == 0


def test_limits_are_apart_by_region_and_by_report_type():
    limits = Limits(settings())
    names = {
        limits.read(Region.NA).name,
        limits.read(Region.EU).name,
        limits.create(Region.NA, "dspGeo").name,
        limits.create(Region.NA, "dspTech").name,
        limits.token().name,
        limits.client().name,
    }
    assert len(names) == 6


def test_creating_reports_is_rationed_by_the_minute():
    limit = Limits(settings(amazon_report_creates_per_minute=6.0)).create(Region.NA, "dspGeo")
    assert limit.per_second == 0.1
