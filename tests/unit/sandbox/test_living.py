"""Where the demo's clock stops on its way through the days before today."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path

import pytest

from sandbox.demo.home import Home
from sandbox.demo.living import LIVED_TOKEN_SECONDS, STEP, instants
from sandbox.demo.plan import Plan
from sandbox.demo.trouble import Trouble

NOW = datetime(2026, 11, 26, 10, 20, tzinfo=UTC)
DAY = timedelta(days=1)


def test_the_first_start_begins_two_weeks_back_and_stops_twice_a_day():
    stops = instants(None, NOW, 14)
    assert (stops[0], stops[-1], len(stops)) == (NOW - 14 * DAY, NOW, 29)
    assert {b - a for a, b in pairwise(stops)} == {timedelta(hours=12)}


def test_a_later_start_goes_on_from_where_life_had_come():
    after_three_days = instants(NOW - 3 * DAY, NOW, 14)
    assert NOW - 3 * DAY < after_three_days[0] < NOW - 3 * DAY + timedelta(hours=2)
    assert len(after_three_days) == 7
    assert instants(NOW - timedelta(hours=2), NOW, 14) == [NOW]
    assert instants(NOW, NOW, 14) == [NOW]
    assert instants(NOW - 90 * DAY, NOW, 14)[0] == NOW - 14 * DAY


def test_without_days_to_live_it_is_today_at_once():
    assert instants(None, NOW, 0) == [NOW]


def test_a_token_is_renewed_in_time_at_each_step():
    margin = timedelta(minutes=15)
    lasts = timedelta(seconds=LIVED_TOKEN_SECONDS)
    assert lasts - margin < STEP < lasts


def test_the_tiny_world_lives_through_nothing_and_the_demo_through_two_weeks(tmp_path: Path):
    def plan(**told: str) -> Plan:
        return Plan.of({"FLIGHTDECK_HOME": str(tmp_path), **told})

    assert plan().days_lived == 14
    assert plan(FLIGHTDECK_SCENARIO="tiny").days_lived == 0
    assert plan(FLIGHTDECK_DAYS_LIVED="3").days_lived == 3
    with pytest.raises(Trouble, match="FLIGHTDECK_DAYS_LIVED"):
        plan(FLIGHTDECK_DAYS_LIVED="many")


def test_sessions_outlive_the_days_that_pass_in_seconds_and_only_there(tmp_path: Path):
    """A login is vouched for by the machine's clock, the session ends by the moved one."""

    def told(scenario: str) -> dict[str, str]:
        told = {"FLIGHTDECK_HOME": str(tmp_path), "FLIGHTDECK_SCENARIO": scenario}
        plan = Plan.of(told)
        plan.home.prepare()
        return {name: value for name, value in plan.web().items() if "SESSION" in name}

    lively = told("demo")
    assert told("tiny") == {}
    assert lively["SESSION_FOLLOWS_ID_TOKEN"] == "false"
    assert int(lively["SESSION_IDLE_HOURS"]) == int(lively["SESSION_ABSOLUTE_HOURS"]) > 14 * 24


def test_home_remembers_how_far_life_has_come(tmp_path: Path):
    home = Home(tmp_path)
    assert home.lived_to() is None
    home.note_lived_to(NOW)
    assert Home(tmp_path).lived_to() == NOW
