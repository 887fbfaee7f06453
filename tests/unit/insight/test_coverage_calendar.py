"""The coverage calendar: what is known of each day that Amazon can still be asked for."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from core.domain.freshness import Cell
from core.domain.ids import AdvertiserId, LoadId
from core.domain.metrics import Dataset
from core.domain.periods import DateRange
from core.insight.coverage_calendar import Strip, calendar, ranges
from core.insight.sheets import coverage_sheet
from core.store.ingest.coverage import CoveredDay
from core.store.schema.words import DayState
from tests.unit.insight.office import NOW, ONE, TWO, Office, day, days


def strip(office: Office, dataset: Dataset = Dataset.CAMPAIGN) -> Strip:
    with office.desk() as desk:
        [found] = calendar(desk, desk.tenant.advertisers.all(), [dataset])
        return found


def covered(back: int, dataset: Dataset, **more: object) -> CoveredDay:
    told = CoveredDay(
        AdvertiserId(ONE), dataset, day(back), DayState.PRESENT, 1, None, None, None,
        "digest", 2, NOW, NOW, LoadId("load-1"), None,
    )  # fmt: skip
    return replace(told, **more)  # type: ignore[arg-type]


def test_an_advertiser_without_data_misses_each_of_94_days(office: Office) -> None:
    office.advertiser()
    found = strip(office)
    assert found.days == days(93)
    assert found.counts == {Cell.MISSING: 94}
    assert (found.fetched_at, found.generated_at) == (None, None)
    assert found.stretches(Cell.MISSING) == [days(93)]


def test_a_day_is_provisional_then_unsettled_then_settled(office: Office) -> None:
    office.advertiser()
    office.deliver([], days(9, 1))
    office.deliver([], days(0), equal_reads=1)
    found = strip(office)
    # Seven days of the ten are three days old or more, and cost stands after three.
    assert found.counts == {
        Cell.MISSING: 84, Cell.PROVISIONAL: 1, Cell.UNSETTLED: 1, Cell.SETTLED: 8,
    }  # fmt: skip
    assert found.cells[-3:] == (Cell.SETTLED, Cell.UNSETTLED, Cell.PROVISIONAL)
    assert found.stretches(Cell.UNSETTLED, Cell.PROVISIONAL) == [days(1)]


def test_a_doubted_day_is_quarantined_whatever_stood_before(office: Office) -> None:
    office.advertiser()
    office.deliver([], days(4))
    office.cover(covered(2, Dataset.CAMPAIGN, state=DayState.QUARANTINED))
    assert strip(office).stretches(Cell.QUARANTINED) == [days(2, 2)]


def test_a_day_said_twice_to_hold_nothing_is_known(office: Office) -> None:
    office.advertiser()
    office.cover(covered(5, Dataset.CAMPAIGN, state=DayState.VANISHED, rows=0))
    assert strip(office).counts == {Cell.MISSING: 93, Cell.SETTLED: 1}


def test_a_table_of_windows_never_settles_and_says_so(office: Office) -> None:
    office.advertiser()
    office.cover(covered(5, Dataset.REACH), covered(4, Dataset.GEO))
    reach, geo = strip(office, Dataset.REACH), strip(office, Dataset.GEO)
    assert (reach.is_windowed, geo.is_windowed) == (True, False)
    assert reach.counts == {Cell.MISSING: 93, Cell.PRESENT: 1}
    assert geo.counts == {Cell.MISSING: 93, Cell.SETTLED: 1}


def test_the_age_is_of_the_newest_reading(office: Office) -> None:
    office.advertiser()
    old, new = NOW - timedelta(hours=9), NOW - timedelta(hours=2)
    office.cover(
        covered(5, Dataset.CAMPAIGN, fetched_at=new, generated_at=old),
        covered(6, Dataset.CAMPAIGN, fetched_at=old, generated_at=None),
    )
    found = strip(office)
    assert (found.fetched_at, found.generated_at) == (new, old)


def test_days_are_each_advertisers_own_and_strips_come_by_advertiser(office: Office) -> None:
    office.advertiser(ONE, "Lumen")
    office.advertiser(TWO, "Tsukishiro", zone="Asia/Tokyo")
    evening = NOW + timedelta(hours=2)  # past midnight in Tokyo
    with office.desk(now=evening) as desk:
        everybody = sorted(desk.tenant.advertisers.all(), key=lambda a: a.advertiser_id)
        found = calendar(desk, everybody, [Dataset.CAMPAIGN, Dataset.GEO])
    assert [(s.advertiser.name, s.dataset, s.days.end) for s in found] == [
        ("Lumen", Dataset.CAMPAIGN, day(0)),
        ("Lumen", Dataset.GEO, day(0)),
        ("Tsukishiro", Dataset.CAMPAIGN, day(-1)),
        ("Tsukishiro", Dataset.GEO, day(-1)),
    ]


def test_the_neighbours_days_are_not_ours(office: Office) -> None:
    """The neighbour has thirty days of an advertiser of the same id."""
    office.advertiser(ONE)
    assert strip(office).counts == {Cell.MISSING: 94}


def test_nobody_has_no_strips(office: Office) -> None:
    with office.desk() as desk:
        assert calendar(desk, [], list(Dataset)) == []


def test_days_become_the_fewest_ranges() -> None:
    assert ranges([]) == []
    apart = [day(0), day(5), day(1), day(4), day(9)]
    assert ranges(apart) == [days(9, 9), days(5, 4), days(1, 0)]
    assert ranges([day(2)]) == [DateRange(day(2), day(2))]


def test_the_file_has_a_row_for_each_day_with_its_state(office: Office) -> None:
    office.advertiser()
    office.deliver([], days(3))
    told = coverage_sheet([strip(office)])
    assert told.titles == ("Advertiser", "Table", "Day", "State")
    assert len(told.rows) == 94
    assert told.rows[0] == ("Lumen Pet", "campaign", "2026-08-21", "missing")
    assert told.rows[-1] == ("Lumen Pet", "campaign", "2026-11-22", "unsettled")


def test_months_before_the_squares_are_counted_as_far_as_something_is_kept(office: Office) -> None:
    office.advertiser()
    assert strip(office).older == ()
    kept = [covered(back, Dataset.CAMPAIGN) for back in (94, 95, 130, 131, 300)]
    office.cover(*kept, covered(94, Dataset.GEO))
    found = strip(office)
    assert found.days == days(93)
    assert found.older_known == 5
    assert found.older[0].first == day(300).replace(day=1)
    assert sum(month.days for month in found.older) == 300 - 93
    for month in found.older:
        assert month.known == sum(one.day.replace(day=1) == month.first for one in kept)
    assert strip(office, Dataset.GEO).older_days == 1
