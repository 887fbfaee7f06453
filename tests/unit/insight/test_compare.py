"""Compare beside figures made by hand: who stands beside whom, and how they differ."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from core.domain.noise import Verdict
from core.domain.periods import Comparison, DateRange
from core.domain.views import Alignment, Scale, Screen, View
from core.insight.audience import audience
from core.insight.compare_sheets import difference_sheet
from core.insight.comparison import Compared, compared, compared_audience, gaps, said_days
from core.reports.charts.specs import spec_of
from core.reports.charts.tables import sheet_of, table_of
from core.reports.parts.compare import certainty_text, difference_text, over_places, tone
from core.reports.parts.difference_lines import left_out
from tests.unit.insight.office import (
    ONE,
    TWO,
    YESTERDAY,
    Office,
    day,
    days,
    delivered,
    flight,
    midnight,
    order,
    row,
)
from tests.unit.insight.test_left_by_people import note

ROAS = "total_roas"


def asked(office: Office, **view: Any) -> Compared:
    with office.desk() as desk:
        return compared(desk, audience(desk, View(screen=Screen.COMPARE, **view)))


def values(found: Compared, key: str) -> list[object]:
    [told] = [one for one in found.table if one.metric.key == key]
    return [difference.value for difference in told.differences]


@pytest.fixture
def two(office: Office) -> Office:
    """Two orders over four weeks: one sells 4 for 1, the other 2 for 1 at twice the spend."""
    office.advertiser()
    office.keep(
        order("o1", "First"),
        flight("o1", 13, -5, "100"),
        order("o2", "Second"),
        flight("o2", 27, 8, "100", id="old"),
        flight("o2", 6, -9, "100", id="new"),
    )
    bought = {"total_purchases": 20, "impressions": 1000}
    facts = [
        *delivered("o1", 27, total_cost=10, total_sales=40, **bought),
        *delivered("o2", 27, total_cost=20, total_sales=40, **bought),
    ]
    office.deliver(facts, days(27))
    return office


def test_by_calendar_orders_stand_over_the_same_days(two: Office) -> None:
    found = asked(two, orders=("o1", "o2"))
    assert [line.contender.name for line in found.lines] == ["First", "Second"]
    assert {line.contender.days for line in found.lines} == {days(6)}
    assert found.common == (1, 2, 3, 4, 5, 6, 7)
    assert values(found, ROAS) == [4, 2]
    assert values(found, "total_cost") == [70, 140]
    roas = found.table[0].differences[1]
    assert roas.relative == Decimal("-0.5")
    assert roas.certainty is not None
    assert roas.certainty.verdict is Verdict.LOWER


def test_what_was_spent_is_counted_and_not_estimated(two: Office) -> None:
    found = asked(two, orders=("o1", "o2"))
    verdicts = {t.metric.key: t.differences[1].certainty for t in found.table}
    assert certainty_text(verdicts["total_cost"]) == "counted, not estimated"
    assert certainty_text(verdicts["impressions"]) == "counted, not estimated"
    assert certainty_text(verdicts["ctr"]) == "too little data"


def test_one_order_by_calendar_is_held_against_the_days_compared(two: Office) -> None:
    two.deliver(delivered("o1", 13, 7, total_cost=10, total_sales=10), days(13, 7))
    found = asked(two, orders=("o1",))
    assert [line.contender.days for line in found.lines] == [days(6), days(13, 7)]
    assert values(found, ROAS) == [4, 1]
    none = asked(two, orders=("o1",), comparison=Comparison.NONE)
    assert none.lineup.lack == "Choose days to compare with, or a second order."


def test_by_flight_first_days_stand_together(two: Office) -> None:
    found = asked(two, orders=("o1", "o2"), align=Alignment.FLIGHT)
    assert [line.contender.days for line in found.lines] == [days(13), days(6)]
    # Fourteen days of one and seven of the other: both are told of over seven.
    assert found.common == tuple(range(1, 8))
    assert found.lines[0].days[0] == day(13)
    assert values(found, "total_cost") == [70, 140]


def test_the_days_printed_are_those_that_figures_are_of(two: Office) -> None:
    found = asked(two, orders=("o1", "o2"), align=Alignment.FLIGHT)
    sheet = difference_sheet(found)
    # 70 is what the first seven days of the first flight cost; all fourteen of them cost 140.
    assert [line[:5] for line in sheet.rows if line[0].startswith("Total cost")] == [
        ("Total cost, USD", "First", "2026-11-09", "2026-11-15", "70.00"),
        ("Total cost, USD", "Second", "2026-11-16", "2026-11-22", "140.00"),
    ]
    whole, alike = "First: 9 Nov – 22 Nov 2026", "Second: 16 Nov – 22 Nov 2026"
    assert sheet.lines[:2] == (f"{whole}, figures of 9 Nov – 15 Nov 2026", alike)


def test_one_order_by_flight_is_held_against_its_flight_before(two: Office) -> None:
    found = asked(two, orders=("o2",), align=Alignment.FLIGHT)
    assert [line.contender.days for line in found.lines] == [days(6), days(27, 8)]
    assert found.common == tuple(range(1, 8))
    alone = asked(two, orders=("o1",), align=Alignment.FLIGHT)
    assert "no earlier flight" in alone.lineup.lack


def test_a_flight_that_ends_as_a_day_begins_has_no_day_more(two: Office) -> None:
    ended = flight("o1", 9, 6, "100")
    midnights = replace(ended, end=midnight(day(5)))
    nothing = replace(ended, entity_id="none", start=midnights.end)
    two.keep(
        order("o1", "First"), midnights, nothing, order("o2", "Second"), flight("o2", 6, -9, "1")
    )
    found = asked(two, orders=("o1", "o2"), align=Alignment.FLIGHT)
    assert [line.contender.days for line in found.lines] == [days(9, 6), days(6)]
    assert found.told_of == 4


def test_by_calendar_dates_stand_together_whatever_the_zones(office: Office) -> None:
    office.advertiser()
    office.advertiser(TWO, "Tokyo", zone="Asia/Tokyo")
    office.keep(order("o1", "First"))
    office.keep(order("x", "Second", advertiser=TWO), advertiser=TWO)
    # Each day costs as much as its date: 16 on the 16th of November.
    for of, advertiser in (("o1", ONE), ("x", TWO)):
        facts = [row(of, back, total_cost=day(back).day) for back in range(-1, 7)]
        office.deliver(facts, days(6, -1), advertiser=advertiser)
    # Afternoon of the 23rd in Phoenix, morning of the 24th in Tokyo.
    with office.desk(now=datetime(2026, 11, 23, 20, tzinfo=UTC)) as desk:
        view = View(screen=Screen.COMPARE, orders=("x", "o1"))
        found = compared(desk, compared_audience(desk, view))
    alike = "figures of 17 Nov – 22 Nov 2026"
    assert [said_days(found, line) for line in found.lines] == [
        f"17 Nov – 23 Nov 2026, {alike}",
        f"16 Nov – 22 Nov 2026, {alike}",
    ]
    assert found.common == found.places[1:-1]
    assert found.told_of == 6
    cost = 17 + 18 + 19 + 20 + 21 + 22
    assert values(found, "total_cost") == [cost, cost]
    chart = over_places(found)
    assert chart.since == date(2026, 11, 16)
    drawn = [[point.before_text for point in series.points] for series in chart.series]
    assert [each.index("Sun 22 Nov 2026") for each in drawn] == [6, 6]


def test_a_day_that_one_line_lacks_is_told_of_for_none(office: Office) -> None:
    office.advertiser()
    office.advertiser(TWO, "Other")
    office.keep(order("o1", "First"))
    office.keep(order("x", "Second", advertiser=TWO), advertiser=TWO)
    office.deliver(delivered("o1", 6, total_cost=10), days(6))
    office.deliver(delivered("x", 4, total_cost=10), days(4), advertiser=TWO)
    found = asked(office, orders=("o1", "x"))
    assert found.common == (3, 4, 5, 6, 7)
    assert values(found, "total_cost") == [50, 50]
    assert gaps(found) == ["Of Second, 5 of 7 days are loaded."]
    assert found.drawn(1, 1) is None


def test_a_line_of_which_nothing_is_loaded_is_left_out_and_said(two: Office) -> None:
    two.advertiser(TWO, "Other")
    two.keep(order("x", "Third", advertiser=TWO), advertiser=TWO)
    found = asked(two, orders=("o1", "o2", "x"))
    assert [line.contender.name for line in found.lines] == ["First", "Second"]
    assert gaps(found) == [f"Of Third, no day is loaded ({days(6)}): it is left out."]


def test_an_index_is_each_lines_own_average(two: Office) -> None:
    two.deliver([row("o1", 0, total_cost=10, total_sales=110)], days(0))
    found = asked(two, orders=("o1", "o2"), scale=Scale.INDEX, trend="total_sales")
    # o1 sells 40 on six days and 110 on the last: 50 a day. o2 sold on six of seven days.
    assert [found.drawn(0, place) for place in (1, 7)] == [80, 220]
    assert found.drawn(1, 7) == 0
    chart = over_places(found)
    assert chart.unit == "Index, 100 is each line's own average"
    assert chart.series[0].points[6].text == "220 ($110.00)"


def test_at_most_eight_orders_are_compared(office: Office) -> None:
    office.advertiser()
    ids = tuple(f"o{n}" for n in range(10))
    office.keep(*(order(o, "Twin") for o in ids))
    office.deliver(delivered("o0", 6, total_cost=10), days(6))
    found = asked(office, orders=ids)
    assert (len(found.lines), found.lineup.left_out) == (8, 2)
    assert found.lines[0].contender.name == "Twin (o0)"


def test_amounts_of_two_currencies_are_not_held_against_one_another(two: Office) -> None:
    two.advertiser(TWO, "Other", currency="EUR")
    two.keep(order("x", "Third", advertiser=TWO, currency="EUR"), advertiser=TWO)
    euros = delivered("x", 6, total_cost=10, total_sales=20, total_purchases=20)
    two.deliver(euros, days(6), advertiser=TWO, currency="EUR")
    found = asked(two, orders=("o1", "x"))
    told = {one.metric.key: one.differences[1] for one in found.table}
    assert (told["total_cost"].value, told["total_cost"].relative) == (70, None)
    assert told[ROAS].relative == Decimal("-0.5")
    assert "two currencies" in certainty_text(told["total_cost"].certainty)


def test_without_orders_it_says_what_to_choose(two: Office) -> None:
    assert asked(two).lineup.lack.startswith("Choose two to eight orders")


def test_by_event_this_time_is_held_against_the_last(office: Office) -> None:
    office.advertiser()
    office.keep(order("o1", "First"))
    # Halloween of both years, a day each; yesterday is 22 November 2026.
    this, last = date(2026, 10, 31), date(2025, 10, 31)
    for when, sales in ((this, 90), (last, 60)):
        back = (YESTERDAY - when).days
        facts = delivered("o1", back + 7, back - 7, total_cost=10, total_sales=sales)
        office.deliver(facts, days(back + 7, back - 7))
    found = asked(office, align=Alignment.EVENT, event="halloween.2026")
    assert [line.contender.name for line in found.lines] == ["Halloween 2026", "Halloween 2025"]
    assert [line.contender.days for line in found.lines] == [
        DateRange(this, this),
        DateRange(last, last),
    ]
    # The week around it is drawn, the figures are of its own day.
    assert found.places == tuple(range(-6, 9))
    assert found.lines[0].days[0] == this - timedelta(days=7)
    assert found.common == (1,)
    assert values(found, ROAS) == [9, 6]
    assert "halloween.2026" in {event.key for event in found.lineup.events}


def test_by_event_advertisers_of_another_currency_are_left_out_and_said(office: Office) -> None:
    office.advertiser()
    office.advertiser(TWO, "Euro", currency="EUR")
    office.keep(order("o1", "First"))
    office.keep(order("x", "Second", advertiser=TWO, currency="EUR"), advertiser=TWO)
    for of, advertiser, currency in (("o1", ONE, "USD"), ("x", TWO, "EUR")):
        for when in (date(2026, 10, 31), date(2025, 10, 31)):
            back = (YESTERDAY - when).days
            office.deliver(
                delivered(of, back, back, total_cost=10), days(back, back),
                advertiser=advertiser, currency=currency,
            )  # fmt: skip
    for view in ({}, {"orders": ("o1", "x")}):
        found = asked(office, align=Alignment.EVENT, event="halloween.2026", **view)
        assert {line.contender.group.currency for line in found.lines} == {"EUR"}
        assert values(found, "total_cost") == [10, 10]
        said = "These are the advertisers in EUR; those in USD are left out"
        assert left_out(found).startswith(said)
    alone = asked(office, align=Alignment.EVENT, event="halloween.2026", orders=("o1",))
    assert left_out(alone) == ""


def test_a_longer_event_prints_the_days_that_the_shorter_one_has_too(office: Office) -> None:
    office.advertiser()
    office.keep(order("o1", "First"))
    # Prime Day was four days in 2025 and two in 2024.
    for first, last in (
        (date(2025, 7, 8), date(2025, 7, 11)),
        (date(2024, 7, 16), date(2024, 7, 17)),
    ):
        back, until = (YESTERDAY - first).days, (YESTERDAY - last).days
        office.deliver(delivered("o1", back, until, total_cost=10), days(back, until))
    found = asked(office, align=Alignment.EVENT, event="prime-day.2025")
    assert [said_days(found, line) for line in found.lines] == [
        "8 Jul – 11 Jul 2025, figures of 8 Jul – 9 Jul 2025",
        "16 Jul – 17 Jul 2024",
    ]
    assert values(found, "total_cost") == [20, 20]


def test_the_file_and_the_chart_hold_what_is_shown(two: Office) -> None:
    found = asked(two, orders=("o1", "o2"))
    sheet = difference_sheet(found)
    first, second = sheet.rows[:2]
    assert first[:6] == ("Total return on ad spend", "First", "2026-11-16", "2026-11-22", "4", None)
    assert (second[1], second[4], second[5]) == ("Second", "2", "-0.500000")
    assert "First: 16 Nov – 22 Nov 2026" in sheet.lines
    chart = over_places(found)
    assert chart.since == day(6)
    assert len(table_of(chart).rows) == 7
    assert sheet_of(chart).rows[0] == ("1", "4.0", "2.0")
    assert spec_of(chart)["datasets"]["points"].num_rows == 14


def test_what_happened_is_shaded_where_all_lines_have_the_same_days(two: Office) -> None:
    note(two, "Prices down", DateRange(date(2026, 11, 18), date(2026, 11, 19)))
    chart = over_places(asked(two, orders=("o1", "o2")))
    assert chart.since == date(2026, 11, 16)
    [shade] = spec_of(chart)["datasets"]["events"].to_pylist()
    # 18 and 19 November are the third and fourth day of these seven.
    assert (shade["start"], shade["end"]) == (2.5, 4.5)
    assert shade["label"].startswith("Price")
    told = table_of(chart)
    assert told.heads[-1] == "Event"
    assert [bool(row[-1]) for row in told.rows] == [n in (3, 4) for n in range(1, 8)]
    by_flight = over_places(asked(two, orders=("o1", "o2"), align=Alignment.FLIGHT))
    assert (by_flight.since, list(by_flight.events)) == (None, [])
    assert "events" not in spec_of(by_flight)["datasets"]


def test_a_difference_is_worded_with_its_sign_and_tone(two: Office) -> None:
    found = asked(two, orders=("o1", "o2"))
    [_, roas] = found.table[0].differences
    assert difference_text(roas) == "\u221250.0\u00a0%"
    assert tone(roas, up_is_good=True) == "bad"
    assert tone(roas, up_is_good=None) == ""
    assert certainty_text(roas.certainty).startswith("lower, beyond the noise, \u2212")


def test_a_neighbours_orders_of_the_same_ids_are_not_seen(two: Office) -> None:
    found = asked(two, orders=("o1", "o2"), advertisers=(ONE,))
    assert values(found, "impressions") == [7000, 7000]
