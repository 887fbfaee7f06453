"""People by window, orders and supplies of one, and video, beside figures made by hand."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest

from core.domain.connections import Adapter
from core.domain.ids import AdvertiserId
from core.domain.periods import DateRange
from core.domain.probes import Probe, Verdict
from core.domain.views import Screen, Sort, View, Window
from core.insight.audience import audience
from core.insight.reach.reach import FREQUENCIES, Parts, WindowReach, orders_of, supplies_of
from core.insight.reach.reach import windows_of as spans_of
from core.insight.reach.sheets import parts_sheet, video_sheet, windows_sheet
from core.insight.reach.video import Video, trend_metric, video
from core.reports.parts.reaches import frequency_chart, video_tiles, watched_chart, window_tiles
from core.store.ingest.checks import ProbeVerdict
from tests.unit.insight.office import NOW, ONE, TWO, Office, days, delivered, order
from tests.unit.insight.reach_reports import report_reach


def view_of(**told: Any) -> View:
    return View(screen=Screen.REACH, **told)


def windows(office: Office, **told: Any) -> dict[Window | None, WindowReach]:
    with office.desk() as desk:
        return {one.window: one for one in spans_of(desk, audience(desk, view_of(**told)))}


def orders(office: Office, **told: Any) -> Parts:
    with office.desk() as desk:
        return orders_of(desk, audience(desk, view_of(**told)))


def the_video(office: Office, **told: Any) -> Video:
    with office.desk() as desk:
        whom = audience(desk, view_of(**told))
        return video(desk, whom, whom.groups[0])


@pytest.fixture
def account(office: Office) -> Office:
    """One advertiser with three orders and four weeks of days."""
    office.advertiser(chosen_at=NOW - timedelta(days=60))
    office.keep(order("o1", "Alpha"), order("o2", "Beta"), order("o3", "gamma"))
    office.deliver(delivered("o1", 27, impressions=100), days(27))
    return office


def of_all(reach: int, frequency: str = "2") -> dict[str, dict[str, Any]]:
    return {"all": {"reach": reach, "frequency": frequency}}


def test_each_window_stands_for_itself_with_its_own_days(account: Office) -> None:
    report_reach(account, "advertiser", Window.DAY, days(0), of_all(50, "1.1"))
    report_reach(account, "advertiser", Window.WEEK, days(8, 2), of_all(200, "1.9"))
    report_reach(account, "advertiser", Window.THIRTY_DAYS, days(30, 1), of_all(400, "3.4"))
    found = windows(account, range=days(1))
    assert list(found) == [None, Window.DAY, Window.WEEK, Window.THIRTY_DAYS, Window.MONTH]
    assert (found[Window.WEEK].days, found[Window.WEEK].reach) == (days(8, 2), 200)
    assert found[Window.THIRTY_DAYS].frequency == Decimal("3.4")
    month = found[Window.MONTH]
    assert (month.days, month.reach) == (None, None)
    assert "No report of this window with people in it" in month.reason


def test_days_without_a_report_are_absent_with_the_reason_and_never_summed(
    account: Office,
) -> None:
    assert "No report of reach with people in it" in windows(account)[None].reason
    report_reach(account, "advertiser", Window.WEEK, days(8, 2), of_all(200))
    # Seven days, but others: the week that was reported cannot be moved.
    moved = windows(account)[None]
    assert (moved.reach, moved.days) == (None, days(6))
    assert "it cannot be moved" in moved.reason
    free = windows(account, range=days(4))[None]
    assert free.reach is None
    assert "never for these 5 days" in free.reason
    assert windows(account, range=days(8, 2))[None].reach == 200
    # Two reported days are not the reach of both.
    report_reach(account, "advertiser", Window.DAY, days(0), of_all(50))
    report_reach(account, "advertiser", Window.DAY, days(1, 1), of_all(60))
    assert windows(account, range=days(1))[None].reach is None


def test_a_part_of_the_orders_has_no_reach_of_its_own(account: Office) -> None:
    report_reach(account, "advertiser", Window.WEEK, days(6), of_all(200))
    found = windows(account, orders=("o1",))[None]
    assert found.reach is None
    assert "not of the orders chosen together" in found.reason


def test_reach_as_of_an_earlier_moment_is_what_had_been_read_by_then(account: Office) -> None:
    report_reach(account, "advertiser", Window.WEEK, days(9, 3), of_all(140))
    account.now = NOW + timedelta(hours=3)
    report_reach(account, "advertiser", Window.WEEK, days(6), of_all(200))
    with account.desk() as desk:
        for moment, expected in ((NOW + timedelta(hours=1), 140), (account.now, 200)):
            then = desk.as_known_at(moment)
            found = spans_of(then, audience(then, view_of()))
            assert {one.reach for one in found if one.window is Window.WEEK} == {expected}


def test_a_member_limited_to_some_advertisers_sees_their_reach_and_no_other(
    account: Office,
) -> None:
    account.advertiser(TWO, "Birch")
    for whose, people in ((ONE, 200), (TWO, 7)):
        report_reach(
            account, "advertiser", Window.WEEK, days(8, 2), of_all(people), advertiser=whose
        )
    report_reach(account, "order", Window.WEEK, days(8, 2), {"o1": {"reach": 300}})
    with account.desk(account.org.limited) as desk:
        whom = audience(desk, view_of())
        told = [(one.advertiser.name, one.window, one.reach) for one in spans_of(desk, whom)]
        assert (("Lumen Pet", Window.WEEK, 200) in told, len(told)) == (True, 5)
        assert [row.figures["reach"] for row in orders_of(desk, whom).rows] == [300]


def test_a_month_read_long_ago_stands_beside_any_number_of_later_days(account: Office) -> None:
    october = DateRange(date(2026, 10, 1), date(2026, 10, 31))
    report_reach(account, "advertiser", Window.MONTH, october, of_all(400))
    for back in range(4):
        report_reach(account, "advertiser", Window.DAY, days(back, back), of_all(9))
    with account.background.reading(account.org.job) as tenant:
        assert tenant.requests.recent() == []  # they may be forgotten, the lake forgets nothing
    found = windows(account)
    assert (found[Window.MONTH].days, found[Window.MONTH].reach) == (october, 400)
    assert found[Window.DAY].days == days(0)


def test_a_window_of_which_amazon_tells_no_figure_says_so(account: Office) -> None:
    report_reach(account, "advertiser", Window.WEEK, days(8, 2), {"all": {"frequency": "2"}})
    week = windows(account)[Window.WEEK]
    assert (week.days, week.reach) == (days(8, 2), None)
    assert "has no figure of reach" in week.reason


def test_a_window_is_held_against_the_latest_of_equal_length_before_it(account: Office) -> None:
    report_reach(account, "advertiser", Window.WEEK, days(19, 13), of_all(100))
    report_reach(account, "advertiser", Window.WEEK, days(8, 2), of_all(150))
    report_reach(account, "advertiser", Window.WEEK, days(9, 3), of_all(140))
    found = windows(account)[Window.WEEK]
    assert (found.days, found.before) == (days(8, 2), days(19, 13))
    assert (found.reach_before, found.change) == (100, Decimal("0.5"))


PEOPLE: dict[str, dict[str, Any]] = {
    "o1": {"reach": 300, "household_reach": 200, "frequency": "1.5", "exclusive_reach_rate": "0.4"},
    "o2": {"reach": 500, "household_reach": 400, "frequency": "3"},
    "o3": {"reach": None, "frequency": None},
}


def test_orders_of_a_window_are_sorted_and_absent_ones_come_last(account: Office) -> None:
    report_reach(account, "order", Window.WEEK, days(6), PEOPLE)
    found = orders(account)
    assert [row.name for row in found.rows] == ["Beta", "Alpha", "gamma"]
    assert found.rows[1].figures["exclusive_reach_rate"] == Decimal("0.4")
    assert (found.spans, found.read, found.total) == ((days(6),), (Window.WEEK,), 3)
    by_frequency = orders(account, sort=Sort("frequency", descending=False))
    assert [row.name for row in by_frequency.rows] == ["Alpha", "Beta", "gamma"]
    assert orders(account, sort=Sort("name")).rows[0].name == "gamma"
    assert [row.name for row in orders(account, orders=("o1",)).rows] == ["Alpha"]


def test_another_window_is_empty_and_says_which_there_are(account: Office) -> None:
    report_reach(account, "order", Window.WEEK, days(6), PEOPLE)
    found = orders(account, window=Window.MONTH)
    assert (found.rows, found.total, found.pages) == ((), 0, 1)
    assert found.read == (Window.WEEK,)


def test_frequencies_count_orders_and_never_people(account: Office) -> None:
    people = {f"o{n}": {"reach": 10, "frequency": f} for n, f in
              enumerate(("1", "1.99", "2", "4.99", "5", "10", "37"))}  # fmt: skip
    report_reach(account, "order", Window.WEEK, days(6), people)
    found = orders(account)
    assert found.frequencies == (2, 1, 1, 1, 2)
    chart = frequency_chart(found)
    assert [bar.label for bar in chart.rows] == [words for words, _, _ in FREQUENCIES]
    assert chart.rows[0].point.text == "2 orders"
    assert chart.rows[1].point.text == "1 order"


def test_reach_that_is_of_one_fixed_span_is_left_out_by_name(account: Office) -> None:
    report_reach(account, "order", Window.WEEK, days(6), PEOPLE)
    verdict = ProbeVerdict(
        AdvertiserId(ONE), Adapter.V3, Probe.REACH_WINDOW, Verdict.FIXED_LOOK_BACK, {}, NOW
    )
    with account.background.writing(account.org.job) as tenant:
        tenant.probes.put([verdict])
    found = orders(account)
    assert found.total == 0
    assert [a.name for a in found.unclear] == ["Lumen Pet"]


def test_supply_sources_come_with_the_furthest_reaching_first(account: Office) -> None:
    told = {
        "Twitch": {"reach": 10, "frequency": "2", "tv_exclusive_reach_rate": "12.5"},
        "Prime Video": {"reach": 90, "frequency": "4"},
    }
    report_reach(account, "supply_source", Window.WEEK, days(6), told)
    with account.desk() as desk:
        found = supplies_of(desk, audience(desk, view_of()))
    assert [row.name for row in found.rows] == ["Prime Video", "Twitch"]
    assert found.rows[1].figures["tv_exclusive_reach_rate"] == Decimal("12.5")


def test_each_advertiser_has_windows_of_its_own(account: Office) -> None:
    account.advertiser(TWO, "Birch", zone="Asia/Tokyo")
    report_reach(account, "advertiser", Window.DAY, days(0), of_all(50))
    report_reach(account, "advertiser", Window.DAY, days(1, 1), of_all(7), advertiser=TWO)
    with account.desk() as desk:
        found = spans_of(desk, audience(desk, view_of()))
    of_a_day = {one.advertiser.name: one.reach for one in found if one.window is Window.DAY}
    assert of_a_day == {"Lumen Pet": 50, "Birch": 7}


def test_tiles_name_their_days_and_say_why_there_is_none(account: Office) -> None:
    report_reach(account, "advertiser", Window.WEEK, days(8, 2), of_all(20_000, "1.9"))
    with account.desk() as desk:
        tiles = list(window_tiles(spans_of(desk, audience(desk, view_of()))))
    week = next(tile for tile in tiles if tile.label.startswith("7 days"))
    assert (week.label, week.figure) == ("7 days, 14 Nov – 20 Nov 2026", "20.0\u00a0k")
    assert week.note == "seen 1.9 times each on average"
    assert tiles[0].label.startswith("Days chosen, 16 Nov")
    assert (tiles[0].figure, tiles[0].change) == ("n/a", "")


# Video


WATCHED = {
    "impressions": 1000,
    "measurable_impressions": 800,
    "viewable_impressions": 600,
    "total_cost": 90,
    "video_impressions": 500,
    "video_starts": 400,
    "video_first_quartiles": 360,
    "video_midpoints": 320,
    "video_third_quartiles": 300,
    "video_completions": 280,
    "on_target_impressions": 250,
    "on_target_cost": 5,
}


def test_watching_is_told_by_steps_of_those_who_started(account: Office) -> None:
    account.deliver(
        [*delivered("o1", 6, **WATCHED), *delivered("o2", 6, video_starts=100)], days(6)
    )
    found = the_video(account)
    assert [step.count.value for step in found.steps] == [3500, 2520, 2240, 2100, 1960]
    shares = [step.of_starts for step in found.steps]
    assert shares == [1, Decimal("0.72"), Decimal("0.64"), Decimal("0.6"), Decimal("0.56")]
    # Ratios of sums: completions over starts, viewable over measurable, cost over completions.
    assert found.figure("vcr").value == Decimal("0.56")
    assert found.figure("viewability_rate").value == Decimal("0.75")
    assert found.figure("ecpvc").value == Decimal(630) / Decimal(1960)
    assert found.figure("on_target_cpm").value == 20
    assert [bar.point.text for bar in watched_chart(found).rows][1] == (
        "2,520, 72.0\u00a0% of starts"
    )


def test_without_video_or_a_group_measured_nothing_is_made_up(account: Office) -> None:
    found = the_video(account)
    assert not found.has_video
    assert not found.is_measured
    tiles = {tile.label: tile for tile in video_tiles(found, "")}
    assert tiles["VCR"].figure == "n/a"
    assert tiles["On-target impressions"].figure == "n/a"
    assert "No impression was measured" in tiles["On-target impressions"].note


def test_the_line_by_day_is_of_a_rate_of_this_screen() -> None:
    assert trend_metric("").key == "vcr"
    assert trend_metric("viewability_rate").key == "viewability_rate"
    assert trend_metric("total_roas").key == "vcr"


def test_files_hold_what_is_shown(account: Office) -> None:
    report_reach(account, "order", Window.WEEK, days(6), PEOPLE)
    sheet = parts_sheet(orders(account), "Order")
    first = dict(zip(sheet.titles, sheet.rows[0], strict=True))
    assert (first["Order"], first["Reach"], first["From"]) == ("Beta", "500", "2026-11-16")
    assert any("never added up" in line for line in sheet.lines)
    with account.desk() as desk:
        spans = windows_sheet(spans_of(desk, audience(desk, view_of())))
    assert [row[1] for row in spans.rows] == [
        "days chosen",
        "1 day",
        "7 days",
        "30 days",
        "a month",
    ]
    assert spans.rows[0][7] is not None
    rates = video_sheet(the_video(account))
    assert rates.rows[0][0] == "Video starts"
