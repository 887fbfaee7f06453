"""Pacing figures are what a person with a calculator would get."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.domain.entities import Rollover
from core.domain.flights import span
from core.domain.pacing import (
    Pace,
    PacingStatus,
    delivery_rate,
    judged,
    paces,
    run_rate,
    spent_up_on,
)
from tests.unit.domain.builders import LA, at, flight

D = Decimal
TWENTY_DAYS = flight("2026-11-02 00:00", "2026-11-22 00:00", "2000")


def daily(amount: str, first: date, days: int) -> dict[date, Decimal]:
    return {first + timedelta(days=i): D(amount) for i in range(days)}


def one(spend: dict[date, Decimal], through: date) -> Pace:
    (pace,) = paces([TWENTY_DAYS], Rollover.NO, spend, LA, through)
    return pace


def test_a_flight_that_spends_its_plan_is_on_pace() -> None:
    pace = one(daily("100", date(2026, 11, 2), 10), date(2026, 11, 11))
    assert (pace.budget, pace.spent, pace.planned) == (D(2000), D(1000), D(1000))
    assert (pace.days_total, pace.days_run, pace.days_left) == (D(20), D(10), D(10))
    assert (pace.needed_per_day, pace.run_rate) == (D(100), D(100))
    assert (pace.projected, pace.gap, pace.ratio) == (D(2000), D(0), D(1))
    assert pace.delivery_rate == 1
    assert pace.status is PacingStatus.ON_PACE
    assert not pace.is_behind


def test_a_flight_that_lags_shows_the_money_it_will_leave() -> None:
    pace = one(daily("62", date(2026, 11, 2), 10), date(2026, 11, 11))
    assert pace.ratio == D("0.62")
    assert pace.needed_per_day == D(138)
    assert pace.projected == D(1240)
    assert pace.gap == D(-760)
    assert pace.status is PacingStatus.ACT
    assert pace.is_behind


def test_a_flight_that_runs_ahead_shows_what_it_would_overspend() -> None:
    pace = one(daily("115", date(2026, 11, 2), 10), date(2026, 11, 11))
    assert (pace.gap, pace.status) == (D(300), PacingStatus.WATCH)


def test_the_run_rate_weighs_newer_days_more() -> None:
    spend = daily("100", date(2026, 11, 2), 6) | {date(2026, 11, 8): D(0)}
    # 100 on six days weighing 1 to 6, nothing on the newest, which weighs 7: 2100 / 28
    assert run_rate(spend, span(TWENTY_DAYS), LA, date(2026, 11, 8)) == D(75)


@pytest.mark.parametrize(
    ("left", "gone"),
    [
        ("-5", date(2026, 11, 18)),
        ("0", date(2026, 11, 18)),
        ("100", date(2026, 11, 19)),
        ("100.01", date(2026, 11, 20)),
        ("300", date(2026, 11, 21)),
        ("300.01", None),
    ],
)
def test_money_is_gone_on_the_day_that_takes_the_last_of_it(left: str, gone: date | None) -> None:
    # Three days of the flight are left: the 19th, 20th and 21st.
    assert spent_up_on(D(left), D(100), span(TWENTY_DAYS), LA, date(2026, 11, 18)) == gone


def test_a_half_day_counts_half_in_the_run_rate() -> None:
    half = span(flight("2026-11-02 12:00", "2026-11-22 00:00"))
    assert run_rate({date(2026, 11, 2): D(50)}, half, LA, date(2026, 11, 2)) == D(100)


def test_there_is_no_run_rate_before_the_first_day() -> None:
    assert run_rate({}, span(TWENTY_DAYS), LA, date(2026, 11, 1)) is None
    pace = one({}, date(2026, 11, 1))
    assert pace.status is PacingStatus.NOT_STARTED
    assert (pace.projected, pace.gap, pace.ratio, pace.delivery_rate) == (None, None, None, None)
    assert pace.needed_per_day == D(100)
    assert not pace.is_behind


def test_an_unsettled_tail_is_left_out_of_the_run_rate_but_not_of_the_spend() -> None:
    spend = daily("100", date(2026, 11, 2), 9) | {date(2026, 11, 11): D(30)}
    (pace,) = paces(
        [TWENTY_DAYS],
        Rollover.NO,
        spend,
        LA,
        date(2026, 11, 11),
        settled_through=date(2026, 11, 10),
    )
    assert pace.run_rate == D(100)
    assert pace.spent == D(930)
    assert pace.projected == D(1930)


def test_days_after_the_last_one_looked_at_do_not_count() -> None:
    spend = daily("100", date(2026, 11, 2), 20)
    assert one(spend, date(2026, 11, 6)).spent == D(500)


def test_an_ended_flight_is_projected_at_what_it_spent() -> None:
    pace = one(daily("90", date(2026, 11, 2), 20), date(2026, 11, 25))
    assert pace.status is PacingStatus.ENDED
    assert (pace.projected, pace.gap, pace.needed_per_day) == (D(1800), D(-200), None)
    assert (pace.days_left, pace.ratio) == (D(0), D("0.9"))


def test_a_clock_change_shifts_neither_days_nor_pace() -> None:
    across = flight("2026-10-26 00:00", "2026-11-05 00:00", "1000")  # 241 hours
    spend = daily("100", date(2026, 10, 26), 7)
    (pace,) = paces([across], Rollover.NO, spend, LA, date(2026, 11, 1))
    assert (pace.days_total, pace.days_run, pace.days_left) == (D(10), D(7), D(3))
    assert pace.planned == (D(1000) * 169 / 241).quantize(D("0.000001"))
    assert pace.status is PacingStatus.ON_PACE


def test_rolled_over_money_raises_the_plan() -> None:
    before = flight("2026-10-01 00:00", "2026-11-02 00:00", "1000", key="f0")
    spend = daily("20", date(2026, 10, 1), 10) | daily("100", date(2026, 11, 2), 10)
    first, second = paces([before, TWENTY_DAYS], Rollover.PRIOR, spend, LA, date(2026, 11, 11))
    assert first.spent == D(200)
    assert (second.own_budget, second.rolled_over, second.budget) == (D(2000), D(800), D(2800))
    assert second.planned == D(1400)


def test_a_shared_day_is_named_on_both_flights() -> None:
    noon = flight("2026-11-01 00:00", "2026-11-04 12:00", key="a")
    after = flight("2026-11-04 12:00", "2026-11-20 00:00", key="b")
    spend = daily("80", date(2026, 11, 1), 5)
    first, second = paces([noon, after], Rollover.NO, spend, LA, date(2026, 11, 5))
    assert first.shared_days == second.shared_days == {date(2026, 11, 4)}
    assert (first.spent, second.spent) == (D(280), D(120))


def test_no_flights_no_paces() -> None:
    assert paces([], Rollover.CUMULATIVE, {}, LA, date(2026, 11, 5)) == []


def test_amazons_delivery_rate_counts_calendar_days() -> None:
    period = span(flight("2026-11-02 18:00", "2026-11-12 00:00"))
    # 5 of 10 calendar days, although the first had only 6 hours.
    now = at("2026-11-07 00:00")
    assert delivery_rate(D(400), D(1000), period, LA, now) == D("0.8")
    assert delivery_rate(D(400), D(0), period, LA, now) is None
    assert delivery_rate(D(0), D(1000), period, LA, at("2026-11-01 00:00")) is None


@pytest.mark.parametrize(
    ("ratio", "run", "expected"),
    [
        ("1.10", 10, PacingStatus.ON_PACE),
        ("0.90", 10, PacingStatus.ON_PACE),
        ("0.8999", 10, PacingStatus.WATCH),
        ("1.20", 10, PacingStatus.WATCH),
        ("0.80", 10, PacingStatus.WATCH),
        ("0.7999", 10, PacingStatus.ACT),
        ("1.2001", 10, PacingStatus.ACT),
        ("0.3999", 10, PacingStatus.CRITICAL),
        ("0.3999", 9, PacingStatus.ACT),
        ("0.40", 10, PacingStatus.ACT),
        ("0.10", 2, PacingStatus.TOO_EARLY),
        ("0.10", 3, PacingStatus.ACT),
        ("0.95", 16, PacingStatus.ON_PACE),
        ("0.94", 16, PacingStatus.WATCH),
        ("0.94", 15, PacingStatus.ON_PACE),
        ("1.11", 16, PacingStatus.ACT),
        ("0.10", 20, PacingStatus.ENDED),
    ],
)
def test_thresholds_are_those_of_the_page(ratio: str, run: int, expected: PacingStatus) -> None:
    assert judged(D(ratio), D(run), D(20), D(2000)) is expected


def test_a_flight_without_a_budget_is_not_judged() -> None:
    assert judged(None, D(5), D(20), D(0)) is PacingStatus.NO_BUDGET
    assert judged(D(1), D(5), D(20), D("0.01")) is PacingStatus.ON_PACE


@given(
    st.lists(st.decimals(min_value=0, max_value=D(10_000), places=4), min_size=1, max_size=25),
)
def test_what_is_spent_and_needed_makes_the_budget(amounts: list[Decimal]) -> None:
    spend = {date(2026, 11, 2) + timedelta(days=i): amount for i, amount in enumerate(amounts)}
    pace = one(spend, date(2026, 11, 10))
    assert pace.days_run + pace.days_left == pace.days_total
    assert pace.needed_per_day is not None
    assert pace.projected is not None
    assert pace.gap is not None
    if pace.spent <= pace.budget:
        assert pace.spent + pace.needed_per_day * pace.days_left == pytest.approx(pace.budget)
    else:
        assert pace.needed_per_day == 0
    assert pace.projected == pace.budget + pace.gap
    assert pace.projected >= pace.spent
