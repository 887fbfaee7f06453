"""When each report is read again."""

from __future__ import annotations

from collections import Counter
from datetime import date, time, timedelta

import pytest

from core.amazon.reports.specs import SPECS
from core.domain.metrics import Dataset
from core.domain.periods import DateRange
from core.domain.requests import Reason
from core.jobs.cadence import comparable, history, slots, spread_of

LONG_AGO = date(2025, 1, 1)
MONDAY = date(2026, 6, 15)


def of(today: date, dataset: Dataset, linked_on: date = LONG_AGO):
    return [slot for slot in slots(today, linked_on) if slot.dataset is dataset]


def back(today: date, first: int, last: int = 1) -> DateRange:
    return DateRange(today - timedelta(days=first), today - timedelta(days=last))


def test_the_base_facts_are_read_three_days_early_and_thirty_one_after_noon():
    early, noon = of(MONDAY, Dataset.CAMPAIGN)
    assert (early.days, early.at) == (back(MONDAY, 3), time(6))
    assert (noon.days, noon.at) == (back(MONDAY, 31), time(12, 30))


def test_every_day_is_read_once_more_at_about_45_60_and_90_days():
    ages: Counter[tuple[date, int]] = Counter()
    for n in range(500):
        today = date(2026, 1, 1) + timedelta(days=n)
        for slot in of(today, Dataset.CAMPAIGN):
            if slot.reason is Reason.SETTLE:
                for day in slot.days.days():
                    ages[day, min((45, 60, 80), key=lambda a: abs((today - day).days - a - 6))] += 1
    middle = [date(2026, 3, 1) + timedelta(days=n) for n in range(250)]
    assert {ages[day, age] for day in middle for age in (45, 60, 80)} == {1}


@pytest.mark.parametrize("offset", range(7))
def test_cuts_are_read_once_a_day_and_longer_on_sundays(offset):
    today = MONDAY + timedelta(days=offset)
    for name in ("inventory", "site", "geo", "tech", "audience", "product"):
        (slot,) = of(today, Dataset(name))
        assert slot.days == back(today, 31 if today.weekday() == 6 else 7)


def test_no_day_asks_for_more_than_the_ledger_allows():
    for n in range(400):
        today = MONDAY + timedelta(days=n)
        for linked_on in (LONG_AGO, today, today - timedelta(days=1), today - timedelta(days=3)):
            counted = Counter(SPECS[s.spec].report_type for s in slots(today, linked_on))
            assert max(counted.values()) <= 2, (today, counted)


def test_every_slot_asks_for_what_amazon_allows():
    for n in range(400):
        today = MONDAY + timedelta(days=n)
        for slot in slots(today, LONG_AGO):
            spec = SPECS[slot.spec]
            assert spec.dataset is slot.dataset
            assert slot.days.length <= spec.days_max, slot
            assert slot.days.start >= today - timedelta(days=spec.retention_days), slot
            assert slot.days.end < today


def test_reach_is_read_by_every_named_window_and_level_within_a_month():
    read = {
        (slot.spec, slot.window)
        for n in range(31)
        for slot in of(MONDAY + timedelta(days=n), Dataset.REACH)
    }
    assert read >= {
        ("reach-advertiser", "1d"),
        ("reach-advertiser", "7d"),
        ("reach-advertiser", "30d"),
        ("reach-advertiser", "month"),
        ("reach-order", "7d"),
        ("reach-order", "30d"),
        ("reach-order", "month"),
        ("reach-supply", "7d"),
        ("reach-supply", "30d"),
        ("reach-supply", "month"),
    }


def test_the_first_days_compare_windows_of_reach_that_end_together():
    linked = MONDAY
    read = [
        slot
        for n in range(4)
        for slot in of(linked + timedelta(days=n), Dataset.REACH, linked)
        if slot.spec == "reach-order"
    ]
    # The day of linking spends all that the report type allows on history.
    assert [slot.window for slot in read] == ["7d", "31d", "14d"]
    assert {slot.days.end for slot in read} == {linked - timedelta(days=1)}


def test_a_month_is_read_when_it_is_over_and_as_it_was_called():
    third = date(2026, 7, 3)
    month = next(s for s in of(third, Dataset.REACH) if s.window == "month")
    assert month.days == DateRange(date(2026, 6, 1), date(2026, 6, 30))


def test_what_knows_no_days_is_read_once_a_week():
    weekly = Counter(
        slot.dataset
        for n in range(7)
        for slot in slots(MONDAY + timedelta(days=n), LONG_AGO)
        if slot.dataset in (Dataset.AUDIO_VIDEO, Dataset.BID_ADJUSTMENT)
    )
    assert weekly == {Dataset.AUDIO_VIDEO: 1, Dataset.BID_ADJUSTMENT: 1}


def test_history_is_the_94_days_that_can_still_be_fetched():
    assert history(MONDAY, Dataset.CAMPAIGN) == back(MONDAY, 94)
    assert history(MONDAY, Dataset.REACH) is None


def ages(first: int, last: int) -> set[date]:
    return set(back(MONDAY, first, last).days())


@pytest.mark.parametrize(
    ("known", "compared"),
    [
        (set(), None),
        (ages(31, 1), None),  # the first piece of a first load: daily readings move it still
        (ages(62, 1), back(MONDAY, 38, 32)),
        (ages(94, 63), back(MONDAY, 69, 63)),
        (ages(200, 95) | ages(31, 1), None),  # version 3 has the one no more, the other moves
    ],
)
def test_generations_are_compared_by_a_week_that_no_daily_reading_moves(known, compared):
    assert comparable(MONDAY, known) == compared


def test_advertisers_are_spread_within_their_slot_and_each_keeps_its_place():
    slot = of(MONDAY, Dataset.GEO)[0]
    spreads = [spread_of(str(n * 7919), slot) for n in range(500)]
    assert max(spreads) < timedelta(minutes=slot.spread)
    assert len({s.total_seconds() // 1800 for s in spreads}) == 5
    assert spread_of("7", slot) == spread_of("7", slot)
