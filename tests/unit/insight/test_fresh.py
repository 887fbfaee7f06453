"""Days so far and the hours of the week, worked out by hand."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest

from core.domain.entities import Fee, FeeBasis, FeeKind, State
from core.domain.ids import AdvertiserId, OrderId
from core.domain.stream import HourFigures, HourRecord, StreamDataset
from core.domain.views import Screen, View
from core.insight.audience import audience
from core.insight.directory import Directory
from core.insight.fresh import (
    HourPattern,
    SoFar,
    hour_pattern,
    hour_sheet,
    order_hours,
    pattern_sheet,
    so_far,
)
from core.insight.pace_book import pace_book
from core.reports.parts.fresh import by_the_hour, need_words
from tests.databases import Organization
from tests.unit.insight.office import (
    NOW,
    ONE,
    PHOENIX,
    TWO,
    Office,
    day,
    days,
    delivered,
    flight,
    midnight,
    order,
)

ZONE = ZoneInfo(PHOENIX)
TODAY = -1  # days before yesterday


def told(back: int, hour: int, cost: str, order: str = "o1", **figures: int) -> HourRecord:
    """One record of a local hour; its id is made of what it says."""
    start = midnight(day(back)) + timedelta(hours=hour)
    return HourRecord(
        f"{order}-{back}-{hour}-{cost}", StreamDataset.TRAFFIC, AdvertiserId(ONE), OrderId(order),
        start, HourFigures(cost=Decimal(cost), **figures),
    )  # fmt: skip


def hear(office: Office, *records: HourRecord, org: Organization | None = None) -> None:
    with office.background.writing((org or office.org).job) as tenant:
        tenant.stream_hours.add(ONE, ZONE, records, office.now)


def seen(office: Office, now: datetime | None = None) -> tuple[SoFar, ...]:
    with office.desk(now=now) as desk:
        return so_far(desk, desk.tenant.advertisers.get(ONE))


def pattern(office: Office, order: str = "o1") -> HourPattern | None:
    with office.desk() as desk:
        return hour_pattern(desk, desk.tenant.advertisers.get(ONE), order)


@pytest.fixture
def heard(office: Office) -> Office:
    """It is seven in the morning; the neighbour has the same advertiser and spends madly."""
    office.advertiser()
    hear(office, told(TODAY, 0, "100000", "mad"), org=office.neighbour)
    hear(
        office,
        told(TODAY, 0, "1.50", impressions=1000, clicks=2),
        told(TODAY, 5, "2.50", impressions=3000, clicks=6),
        told(TODAY, 5, "-0.25", impressions=-100),
        told(0, 23, "4", impressions=500),
    )
    return office


def test_today_is_the_sum_of_its_hours_and_corrections_and_says_how_far_it_goes(
    heard: Office,
) -> None:
    yesterday, today = seen(heard)
    assert today.figures == HourFigures(impressions=3900, clicks=8, cost=Decimal("3.75"))
    assert today.is_today
    assert today.through == midnight(day(TODAY)) + timedelta(hours=6)
    assert today.roas == Decimal(0)
    assert today.click_rate == Decimal(8) / 3900
    assert (yesterday.day, yesterday.figures.cost) == (day(0), Decimal(4))


def test_a_record_that_comes_again_counts_once(heard: Office) -> None:
    before = seen(heard)
    hear(heard, told(TODAY, 5, "2.50", impressions=3000, clicks=6))
    assert seen(heard) == before


def test_a_report_takes_the_place_of_its_days_hours(heard: Office) -> None:
    heard.deliver(delivered("o1", 0, total_cost="4"), days(0))
    [today] = seen(heard)
    assert today.is_today


def test_hours_say_nothing_at_an_earlier_moment_and_without_a_stream(heard: Office) -> None:
    with heard.desk() as desk:
        earlier = desk.as_known_at(NOW - timedelta(hours=1))
        advertiser = desk.tenant.advertisers.get(ONE)
        assert so_far(earlier, advertiser) == ()
        assert hour_pattern(earlier, advertiser, "o1") is None
    assert pattern(heard, "another") is None


def test_a_member_limited_to_others_sees_no_hour(heard: Office) -> None:
    with heard.desk(heard.org.scope().narrowed([TWO])) as desk:
        assert desk.tenant.stream_hours.of_days(days(0, TODAY), [ONE]) == []
        assert desk.tenant.stream_hours.days_told(days(0, TODAY), ONE) == set()


def test_an_ordinary_hour_is_the_mean_of_whole_days_of_its_weekday(office: Office) -> None:
    office.advertiser()
    hear(
        office,
        told(21, 9, "0", impressions=-5), told(21, 10, "0", impressions=1),  # only corrected
        told(15, 9, "1", order="o2", impressions=9),  # the first day heard of is not a whole one
        told(14, 9, "6", impressions=9), told(14, 10, "2"),  # a Sunday
        told(7, 9, "2", impressions=9),  # a Sunday
        told(5, 9, "8", impressions=9),  # a Tuesday
        told(TODAY, 1, "3"), told(TODAY, 2, "1"),
    )  # fmt: skip
    found = pattern(office)
    assert found is not None
    assert found.days == {6: 2, 1: 1}
    assert found.cells[6, 9] == Decimal(4)
    assert found.cells[6, 10] == Decimal(1)
    assert found.cells[1, 9] == Decimal(8)
    assert (0, 9) not in found.cells
    assert found.today == (Decimal(0), Decimal(3), Decimal(4))
    # Three whole days: 6 + 2 + 8 by ten o'clock, 2 more after it.
    assert (found.usual[8], found.usual[9]) == (Decimal(0), Decimal(16) / 3)
    assert found.usual[23] == Decimal(16) / 3 + Decimal(2) / 3
    assert (found.depth(Decimal(8), 45), found.depth(Decimal(4), 45)) == (45, 22)


@pytest.fixture
def paced(office: Office) -> Office:
    """Four orders that spent 40 in five days, three quarters of a day by ten o'clock."""
    office.advertiser()
    noon = midnight(day(TODAY)) + timedelta(hours=12)
    office.keep(
        order("o1"), flight("o1", 4, -5, "100"),
        order("o2"), replace(flight("o2", 4, -1, "46"), end=noon),
        order("o3", state=State.PAUSED), flight("o3", 4, -5, "100"),
        order("o4"), flight("o4", 4, 0, "100"),
    )  # fmt: skip
    orders = ("o1", "o2", "o3", "o4")
    office.deliver([x for o in orders for x in delivered(o, 4, total_cost=8)], days(4))
    office.advertiser(org=office.neighbour)
    office.keep(order("o1"), flight("o1", 4, -5, "9999999"), org=office.neighbour)
    for one in orders:
        hear(
            office,
            told(4, 9, "1", one, impressions=9),  # the first day heard of is not a whole one
            told(0, 9, "6", one, impressions=9), told(0, 10, "2", one),
            told(TODAY, 9, "5", one),
        )  # fmt: skip
    return office


def hours_of(office: Office, order_id: str) -> HourPattern:
    with office.desk() as desk:
        whom = audience(desk, View(screen=Screen.PACING))
        [group] = whom.groups
        known = whom.directory.orders[order_id]
        found = order_hours(desk, group, pace_book(desk, whom), known)
    assert found is not None
    return found


def test_what_today_needs_goes_out_as_an_ordinary_days_money(paced: Office) -> None:
    found = hours_of(paced, "o1")
    # 100 less the 40 spent, over the five days left from today on.
    assert found.need == Decimal(12)
    assert [found.needed[hour] for hour in (8, 9, 10, 23)] == [0, 9, 12, 12]
    chart = by_the_hour(found, "USD")
    assert [series.name for series in chart.series] == [
        "Today so far",
        "An ordinary day",
        "What today needs",
    ]
    assert [point.text for point in chart.series[2].points[8:11]] == ["$0.00", "$9.00", "$12.00"]
    assert need_words(found, "USD").startswith("To end on budget, today needs $12.00")


def test_todays_need_is_cost_as_the_hours_are_and_its_fees_are_told_beside_it(
    paced: Office,
) -> None:
    agency = Fee(FeeKind.AGENCY, FeeBasis.PERCENT_OF_BUDGET, Decimal(20))
    paced.keep(order("o1", fees=(agency,)), flight("o1", 4, -5, "100"))
    paced.deliver(delivered("o1", 4, total_cost=8, agency_fee=2), days(4))
    found = hours_of(paced, "o1")
    # Fifty of the hundred are gone: ten a day for five days, two of them the agency's.
    assert (found.need, found.fees) == (8, 2)
    assert found.needed[23] == 8
    assert need_words(found, "USD").endswith("bears $2.00 of fees beside that: hours tell no fees.")


def test_a_flight_that_ends_today_needs_what_is_left_of_it(paced: Office) -> None:
    assert hours_of(paced, "o2").need == Decimal(6)


@pytest.mark.parametrize("order_id", ["o3", "o4"])
def test_nothing_is_needed_of_an_order_that_is_paused_or_has_ended(
    paced: Office, order_id: str
) -> None:
    found = hours_of(paced, order_id)
    assert (found.need, found.needed, need_words(found, "USD")) == (None, (), "")
    assert len(by_the_hour(found, "USD").series) == 2


def test_the_files_hold_what_is_shown(heard: Office) -> None:
    sheet = hour_sheet(seen(heard), Directory("", {}))
    assert [row[4] for row in sheet.rows] == ["4.00", "1.50", "2.25"]
    found = pattern(heard)
    assert found is not None
    assert pattern_sheet(found, "USD").titles == ("Hour, local",)
