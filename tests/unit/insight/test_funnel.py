"""The funnel, the credit and both ways of reckoning returns, beside figures made by hand."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from core.domain.connections import Adapter
from core.domain.ids import AdvertiserId
from core.domain.periods import Comparison
from core.domain.probes import Probe, Verdict
from core.domain.views import Level, Screen, View
from core.insight.performance.credit import Credit, credit
from core.insight.performance.funnel import Funnel, funnel
from core.insight.performance.levels import narrowed
from core.insight.performance.returns import Returns, returns
from core.insight.performance.sheets import credit_sheet, funnel_sheet, returns_sheet
from core.reports.parts.funnels import funnel_strip
from core.reports.parts.returns import returns_by_day, why_they_differ
from core.store.ingest.checks import ProbeVerdict
from tests.unit.insight.office import NOW, ONE, Office, days, delivered, order

DAY = {
    "impressions": 100_000,
    "total_cost": 500,
    "total_detail_page_views": 1000,
    "detail_page_views": 600,
    "total_detail_page_views_views": 900,
    "total_detail_page_views_clicks": 100,
    "total_purchases": 50,
    "purchases": 40,
    "total_purchases_views": 30,
    "total_purchases_clicks": 20,
    "total_new_to_brand_purchases": 20,
    "new_to_brand_purchases": 10,
    "total_sales": 2000,
    "sales": 1500,
}


@pytest.fixture
def week(office: Office) -> Office:
    """Fourteen days of an order: the last seven twice as many page views as those before."""
    office.advertiser(chosen_at=NOW - timedelta(days=60))
    office.keep(order("o1"))
    before = {**DAY, "total_detail_page_views": 500}
    facts = [*delivered("o1", 6, **DAY), *delivered("o1", 13, 7, **before)]
    office.deliver(facts, days(27))
    return office


def the_funnel(office: Office, **told: Any) -> Funnel:
    with office.desk() as desk:
        whom = narrowed(desk, View(screen=Screen.PERFORMANCE, **told))
        return funnel(desk, whom, whom.groups[0])


def the_credit(office: Office, **told: Any) -> dict[str, Credit]:
    with office.desk() as desk:
        whom = narrowed(desk, View(screen=Screen.PERFORMANCE, **told))
        return {one.metric.key: one for one in credit(desk, whom, whom.groups[0])}


def the_returns(office: Office, **told: Any) -> Returns:
    with office.desk() as desk:
        whom = narrowed(desk, View(screen=Screen.PERFORMANCE, **told))
        return returns(desk, whom, whom.groups[0])


def test_each_step_is_counted_priced_and_held_against_the_one_before(week: Office) -> None:
    found = the_funnel(week)
    assert [step.count.value for step in found.steps] == [700_000, 7000, 350, 140]
    rates = [step.rate and step.rate.value for step in found.steps]
    assert rates == [None, Decimal("0.01"), Decimal("0.05"), Decimal("0.4")]
    # 3,500 of cost: for a thousand impressions, a page view, a purchase, a new customer's one.
    assert [step.cost.value for step in found.steps] == [5, Decimal("0.5"), 10, 25]


def test_a_step_says_how_its_rate_moved(week: Office) -> None:
    _, views, purchases, new = the_funnel(week).steps
    assert views.rate is not None
    assert (views.rate.before, views.rate.change) == (Decimal("0.005"), 1)
    assert purchases.rate is not None
    assert purchases.rate.change == Decimal("-0.5")
    assert new.rate is not None
    assert new.rate.change == 0
    uncompared = the_funnel(week, comparison=Comparison.NONE)
    assert [step.rate.change for step in uncompared.steps if step.rate] == [None] * 3


def test_a_step_over_nothing_has_no_rate(office: Office) -> None:
    office.advertiser()
    office.deliver(delivered("o1", 6, impressions=10), days(6))
    _, views, purchases, _ = the_funnel(office).steps
    assert views.rate is not None
    assert views.rate.value == 0
    assert purchases.rate is not None
    assert purchases.rate.value is None
    assert purchases.cost.value is None


def test_the_strip_words_stages_rates_and_costs(week: Office) -> None:
    strip = list(funnel_strip(the_funnel(week), "on the 7 days before"))
    assert [one.stage for one in strip] == [
        "Awareness",
        "Consideration",
        "Purchase",
        "New-to-brand",
    ]
    assert [one.rate for one in strip] == ["", "1.00 %".replace(" ", "\u00a0"),
                                           "5.00\u00a0%", "40.0\u00a0%"]  # fmt: skip
    assert [one.rate_tone for one in strip] == ["neutral", "good", "bad", "neutral"]
    assert strip[1].tile.figure == "7,000"
    assert strip[1].tile.note.startswith("Total eCPDPV $0.50 (50.0\u00a0% less)")
    assert strip[2].rate_meaning == "Total purchases for each of total detail page views"


def test_views_and_clicks_make_the_whole_and_so_do_promoted_and_halo(week: Office) -> None:
    found = the_credit(week)
    purchases = found["total_purchases"]
    assert (purchases.whole, purchases.seen, purchases.clicked) == (350, 210, 140)
    assert (purchases.promoted, purchases.halo) == (280, 70)
    assert (purchases.clicked_share, purchases.halo_share) == (Decimal("0.4"), Decimal("0.2"))
    sales = found["total_sales"]
    assert (sales.whole, sales.promoted, sales.halo) == (14_000, 10_500, 3500)
    # Amazon does not tell sales by views and clicks in this report.
    assert (sales.seen, sales.clicked, sales.clicked_share) == (None, None, None)
    assert not sales.is_split_by_click
    carts = found["total_add_to_cart"]
    assert (carts.whole, carts.clicked_share, carts.halo_share) == (0, None, None)


def test_the_day_s_return_is_unlike_that_of_fourteen_days(office: Office) -> None:
    office.advertiser(chosen_at=NOW - timedelta(days=60))
    office.keep(order("o1"))
    paid = delivered("o1", 19, 7, total_cost=100, total_sales=300)
    paused = delivered("o1", 6, total_cost=0, total_sales=70)
    office.deliver([*paid, *paused], days(40))
    found = the_returns(office)
    # No cost in the days shown: no return at all, while fourteen days know what was spent.
    assert (found.reported.value, found.by_day) == (None, (None,) * 7)
    assert found.trailing == Decimal(7 * 300 + 7 * 70) / Decimal(700)
    assert found.trailing_by_day[0] == Decimal(13 * 300 + 70) / Decimal(1300)


def test_a_trailing_return_waits_for_fourteen_known_days(office: Office) -> None:
    office.advertiser(chosen_at=NOW - timedelta(days=60))
    office.keep(order("o1"))
    office.deliver(delivered("o1", 15, total_cost=10, total_sales=30), days(15))
    found = the_returns(office)
    assert found.by_day == (3,) * 7
    assert found.trailing_by_day == (None,) * 4 + (3,) * 3
    assert found.trailing == 3


def test_the_words_follow_what_was_found_about_dates(week: Office) -> None:
    found = the_returns(week)
    assert found.dated_by is Verdict.BY_CONVERSION
    assert "dates a sale by the sale" in why_they_differ(found)
    verdict = ProbeVerdict(
        AdvertiserId(ONE), Adapter.V3, Probe.CONVERSION_DATE, Verdict.BY_TRAFFIC, {}, NOW
    )
    with week.background.writing(week.org.job) as tenant:
        tenant.probes.put([verdict])
    assert "day of the ad" in why_they_differ(the_returns(week))


def test_the_chart_holds_both_ways_by_day(week: Office) -> None:
    chart = returns_by_day(the_returns(week))
    assert [one.name for one in chart.series] == ["as reported", "14 days"]
    assert [len(one.points) for one in chart.series] == [7, 7]
    assert chart.series[0].points[0].text == "4.00"


def test_funnel_credit_and_returns_are_narrowed_like_the_table(week: Office) -> None:
    other = delivered("o2", 6, **DAY)
    week.deliver([*delivered("o1", 6, **DAY), *other], days(6))
    assert the_funnel(week).steps[0].count.value == 1_400_000
    assert the_funnel(week, orders=("o1",)).steps[0].count.value == 700_000
    inside = {"level": Level.CREATIVE, "line_items": ("o2-line",)}
    assert the_funnel(week, **inside).steps[2].count.value == 350
    assert the_credit(week, **inside)["total_purchases"].whole == 350
    assert the_returns(week, **inside).reported.value == 4


def test_files_hold_what_is_shown(week: Office) -> None:
    steps = funnel_sheet(the_funnel(week))
    assert steps.rows[1][:5] == ("consideration", "Total detail page views", "7000", "3500", "0.01")
    whole = credit_sheet(list(the_credit(week).values()), "USD", ("Days",))
    assert whole.rows[2] == ("Total purchases", "350", "210", "140", "0.4", "280", "70", "0.2")
    daily = returns_sheet(the_returns(week))
    assert daily.rows[0] == ("2026-11-16", "4", "4")
    assert len(daily.rows) == 7
