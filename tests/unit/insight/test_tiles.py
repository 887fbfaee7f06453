"""The key figures, worked out by hand beside the code."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest

from core.domain.content import Direction
from core.domain.entities import State
from core.domain.metrics import Stage
from core.domain.periods import Comparison, DateRange, Preset
from core.domain.views import Screen, View
from core.insight.audience import Audience, audience
from core.insight.order_table import order_table
from core.insight.pace_book import pace_book
from core.insight.performance.returns import returns
from core.insight.tiles import Tiles, tiles
from core.reports.parts.key_figures import key_figures, plan_words
from core.store.content.goals import Aim
from tests.unit.insight.office import (
    NOW,
    ONE,
    TWO,
    YESTERDAY,
    Office,
    day,
    days,
    delivered,
    flight,
    order,
    row,
)


def seen(office: Office, **view: object) -> tuple[Audience, list[Tiles]]:
    """Return the audience of a view, and the key figures of each of its currencies."""
    with office.desk() as desk:
        whom = audience(desk, View(screen=Screen.MORNING, **view))  # type: ignore[arg-type]
        book = pace_book(desk, whom)
        return whom, [tiles(desk, whom, group, book) for group in whom.groups]


@pytest.fixture
def steady(office: Office) -> Office:
    """One advertiser, one order: 10 dollars and 1,000 impressions a day for thirty days."""
    office.advertiser()
    office.keep(order("o1", goal="CONVERSIONS"), flight("o1", 29, -10, "480"))
    daily = {"impressions": 1000, "total_cost": "10", "total_sales": "40", "total_purchases": 2}
    office.deliver(delivered("o1", 29, **daily), days(29))
    return office


def test_spend_is_held_against_the_budget_spread_evenly(steady: Office) -> None:
    _, [found] = seen(steady)
    assert found.spend.value == Decimal(70)
    # 480 dollars over forty days are 12 a day.
    assert found.plan.planned == Decimal(84)
    assert found.plan.share == Decimal(70) / 84
    assert (found.plan.without_plan, found.plan.paused, found.plan.through) == (0, 0, None)


def test_pacing_is_since_the_flight_began_and_moves_day_by_day(steady: Office) -> None:
    _, [found] = seen(steady)
    # Thirty days at 10 of 12 dollars, whichever day one looks at.
    assert found.pacing.ratio == found.pacing.before == Decimal(300) / 360
    assert found.pacing.trail == (Decimal(10) / 12,) * 7
    assert (found.pacing.flights, found.pacing.behind, found.pacing.ahead) == (1, 1, 0)


def test_the_pace_of_a_row_and_of_all_is_the_one_of_the_pacing_screen(office: Office) -> None:
    office.advertiser()
    office.keep(order("o1"), flight("o1", 62, 3, "6000"), flight("o1", 2, -25, "2800", id="now"))
    # Mondays take eight times as much; the flight that runs began on a Friday, at the usual pace.
    mondays = [row("o1", n, impressions=9, total_cost=400 if day(n).weekday() == 0 else 50)
               for n in range(63)]  # fmt: skip
    office.deliver(mondays, days(62))
    with office.desk() as desk:
        whom = audience(desk, View(screen=Screen.MORNING))
        [group], book = whom.groups, pace_book(desk, whom)
        [known] = book.running("o1")
        [one] = order_table(desk, whom, group, book).rows
        whole = tiles(desk, whom, group, book).pacing
    # 28 days are 4 Mondays and 24 others: 4 × 400 + 24 × 50 = 2,800, on plan to the cent.
    assert book.shape(ONE).weekdays[0] == 4000
    assert known.pace.ratio == one.pacing == whole.ratio == whole.trail[-1] == 1
    # On the Thursday before, the first one ended: of its 60 days 9 were Mondays.
    assert whole.trail[3] == Decimal(9 * 400 + 51 * 50) / 6000


def test_a_comparison_is_with_the_days_before_and_carries_both(steady: Office) -> None:
    more = delivered("o1", 6, impressions=1500, total_cost="20", total_sales="40")
    steady.deliver(more, days(6))
    _, [found] = seen(steady)
    assert (found.spend.value, found.spend.before) == (Decimal(140), Decimal(70))
    assert found.spend.change == 1
    assert found.impressions.value == 10_500
    assert found.impressions.before == 7_000
    # Sales 7 × 40 over 7 × 20, before over 7 × 10: a ratio of sums.
    assert found.returns is not None
    assert (found.returns.value, found.returns.before) == (Decimal(2), Decimal(4))


def test_without_a_comparison_nothing_is_held_against_anything(steady: Office) -> None:
    _, [found] = seen(steady, comparison=Comparison.NONE)
    assert (found.spend.before, found.spend.change, found.pacing.before) == (None, None, None)


def test_trailing_returns_are_over_fourteen_days_whatever_is_shown(steady: Office) -> None:
    steady.deliver(delivered("o1", 0, total_cost="10", impressions=1), days(0))  # a day, no sales
    _, [found] = seen(steady, range=Preset.YESTERDAY)
    assert found.returns is not None
    assert found.returns.value == 0
    assert found.trailing_returns == Decimal(13 * 40) / 140


def test_trailing_returns_need_all_fourteen_days_as_on_performance(office: Office) -> None:
    office.advertiser()
    office.keep(order("o1", goal="CONVERSIONS"))
    sold = {"impressions": 1, "total_cost": "10", "total_sales": "30"}
    office.deliver(delivered("o1", 12, **sold), days(12))
    whom, [found] = seen(office)
    assert found.trailing_returns is None
    with office.desk() as desk:
        assert returns(desk, whom, whom.groups[0]).trailing is None
    office.deliver([row("o1", 13, **sold)], days(13, 13))
    whom, [found] = seen(office)
    assert found.trailing_returns == 3
    with office.desk() as desk:
        assert returns(desk, whom, whom.groups[0]).trailing == 3


def test_currencies_never_meet_in_a_tile(steady: Office) -> None:
    steady.advertiser(TWO, "Tsukishiro", currency="JPY", zone="Asia/Tokyo")
    plan = flight("o2", 20, -20, "900000", advertiser=TWO, currency="JPY")
    steady.keep(order("o2", advertiser=TWO, currency="JPY"), plan, advertiser=TWO)
    # In Tokyo it is the evening of the 23rd, so yesterday is the 22nd there, too.
    rows = delivered("o2", 13, impressions=10, total_cost="5000")
    steady.deliver(rows, days(13), advertiser=TWO, currency="JPY")
    whom, found = seen(steady)
    assert [(t.group.currency, t.spend.value) for t in found] == [("USD", 70), ("JPY", 35_000)]
    assert len(whom.advertisers) == 2


def test_stages_are_judged_apart_and_returns_by_conversion_orders_alone(office: Office) -> None:
    office.advertiser()
    office.keep(
        order("o1", goal="CONVERSIONS"),
        order("o2", goal="CONSIDERATION"),
        order("o3", goal="AWARENESS"),
    )
    office.deliver(
        [
            row("o1", 0, impressions=100, total_cost="10", total_sales="50", total_purchases=4,
                purchases=4, new_to_brand_purchases=1),
            row("o2", 0, impressions=400, total_cost="20", total_sales="900", detail_page_views=2),
            row("o3", 0, impressions=1000, total_cost="30", viewable_impressions=700,
                measurable_impressions=1000),
        ],
        days(0),
    )  # fmt: skip
    _, [found] = seen(office, range=Preset.YESTERDAY)
    assert found.spend.value == 60
    assert found.is_mixed
    told = {kpi.stage: (kpi.metric.key, kpi.figure and kpi.figure.value) for kpi in found.kpis}
    assert told == {
        Stage.AWARENESS: ("viewability_rate", Decimal("0.7")),
        Stage.CONSIDERATION: ("dpvr", Decimal(2) / 400),
        Stage.CONVERSION: ("total_roas", Decimal(5)),
    }
    assert found.returns is not None
    assert found.returns.value == 5  # not (50 + 900) / 60
    assert found.new_to_brand is not None
    assert found.new_to_brand.value == Decimal("0.25")


def test_mixed_stages_without_conversion_orders_have_no_returns(office: Office) -> None:
    office.advertiser()
    office.keep(order("o1", goal="AWARENESS"), order("o2", goal="CONSIDERATION"))
    figures = {"impressions": 10, "total_cost": "1", "total_sales": "5"}
    office.deliver([row("o1", 0, **figures), row("o2", 0, **figures)], days(0))
    _, [found] = seen(office, range=Preset.YESTERDAY)
    assert (found.returns, found.new_to_brand, found.trailing_returns) == (None, None, None)


def test_orders_of_one_stage_are_judged_by_the_kpi_they_all_name(office: Office) -> None:
    office.advertiser()
    named = {"goal": "CONSIDERATION", "kpi": "COST_PER_DETAIL_PAGE_VIEW"}
    office.keep(order("o1", **named), order("o2", **named))
    figures = {"impressions": 10, "total_cost": "6", "detail_page_views": 3}
    office.deliver([row("o1", 0, **figures), row("o2", 0, **figures)], days(0))
    _, [found] = seen(office, range=Preset.YESTERDAY)
    [kpi] = found.kpis
    assert kpi.metric.key == "ecpdpv"
    assert kpi.figure is not None
    assert (kpi.figure.value, kpi.orders) == (Decimal(2), 2)


def test_a_kpi_that_days_cannot_be_added_up_to_is_named_and_has_no_figure(office: Office) -> None:
    office.advertiser()
    office.keep(order("o1", goal="AWARENESS", kpi="REACH"))
    office.deliver([row("o1", 0, impressions=10, total_cost="6")], days(0))
    _, [found] = seen(office, range=Preset.YESTERDAY)
    [kpi] = found.kpis
    assert (kpi.metric.key, kpi.figure) == ("reach", None)


def test_a_stage_set_by_hand_wins(office: Office) -> None:
    office.advertiser()
    office.keep(order("o1", goal="AWARENESS"))
    office.deliver([row("o1", 0, impressions=10, total_cost="6")], days(0))
    with office.store.writing(office.org.scope()) as tenant:
        tenant.order_settings.set_stage(ONE, "o1", Stage.CONVERSION, NOW)
    _, [found] = seen(office, range=Preset.YESTERDAY)
    assert [kpi.stage for kpi in found.kpis] == [Stage.CONVERSION]


def _apart(office: Office) -> Tiles:
    """Return the tiles of an awareness order and a conversion order: 30 of 10, and 90 of 10."""
    office.advertiser()
    named = {"kpi": "TOTAL_RETURN_ON_AD_SPEND"}
    office.keep(order("o1", **named), order("o2", **named))
    sold = [row("o1", 0, impressions=9, total_cost="10", total_sales="30"),
            row("o2", 0, impressions=9, total_cost="10", total_sales="90")]  # fmt: skip
    office.deliver(sold, days(20))
    with office.store.writing(office.org.scope()) as tenant:
        tenant.order_settings.set_stage(ONE, "o1", Stage.AWARENESS, NOW)
    _, [found] = seen(office, range=Preset.YESTERDAY)
    return found


def test_an_awareness_stage_set_by_hand_is_not_judged_by_the_conversion_kpi(
    office: Office,
) -> None:
    told = {kpi.stage: kpi.metric.key for kpi in _apart(office).kpis}
    assert told == {Stage.AWARENESS: "viewability_rate", Stage.CONVERSION: "total_roas"}


def test_what_a_goal_by_hand_asks_of_an_awareness_order_is_not_the_conversion_orders_return(
    office: Office,
) -> None:
    office.advertiser()
    aim = Aim(advertiser_id=ONE, order_id="o1", metric="total_roas", direction=Direction.AT_LEAST,
              target=Decimal(2), valid_from=day(9))  # fmt: skip
    with office.store.writing(office.org.scope()) as tenant:
        tenant.goals.add(aim, NOW)
    shown = {tile.label + tile.note: tile for tile in key_figures(_apart(office), "")}
    by_hand = shown["Total ROAS1 awareness order"]
    conversion = shown["Total ROAS1 conversion order; 9.00 over the last 14 days"]
    assert (by_hand.figure, conversion.figure) == ("3.00", "9.00")


def test_conversion_orders_have_six_tiles_with_what_a_purchase_costs(office: Office) -> None:
    office.advertiser()
    office.keep(order("o1", goal="CONVERSIONS"))
    sold = {"total_sales": "50", "total_purchases": 4, "purchases": 4}
    office.deliver([row("o1", 0, impressions=100, total_cost="10", **sold)], days(0))
    _, [found] = seen(office, range=Preset.YESTERDAY)
    told = {tile.label: tile.figure for tile in key_figures(found, "")}
    assert list(told) == ["Spend", "Pacing", "Impressions", "Total ROAS", "eCPP", "NTB %"]
    assert (told["Total ROAS"], told["eCPP"]) == ("5.00", "$2.50")


def test_paused_orders_and_orders_without_budgets_are_told_of_and_not_planned(
    steady: Office,
) -> None:
    steady.keep(
        order("o1", goal="CONVERSIONS"),
        flight("o1", 29, -10, "480"),
        order("o2", state=State.PAUSED),
        flight("o2", 29, -10, "99999"),
        order("o3"),
    )
    steady.deliver(
        [*delivered("o1", 6, impressions=1000, total_cost="10"), row("o3", 0, total_cost="5")],
        days(6),
    )
    _, [found] = seen(steady)
    assert found.plan.planned == 84
    assert (found.plan.without_plan, found.plan.paused) == (1, 1)
    assert found.spend.value == 75
    assert found.plan.spent == 70


def test_a_provisional_day_is_shown_and_not_held_against_the_plan(steady: Office) -> None:
    early = NOW - timedelta(hours=6)  # 01:00 in Phoenix: the day has only just ended
    steady.deliver([row("o1", 0, impressions=1, total_cost="0.5")], days(0),
                   generated_at=early, equal_reads=1)  # fmt: skip
    _, [found] = seen(steady)
    assert found.spend.value == Decimal("60.5")
    assert (found.plan.spent, found.plan.planned) == (60, 72)
    assert found.plan.through == day(1)
    assert found.pacing.ratio == Decimal(290) / 348


def test_days_that_are_all_provisional_wait_for_the_plan_and_say_so(steady: Office) -> None:
    steady.deliver([row("o1", 0, impressions=1, total_cost="0.5")], days(0),
                   generated_at=NOW - timedelta(hours=6), equal_reads=1)  # fmt: skip
    _, [found] = seen(steady, range=Preset.YESTERDAY)
    assert (found.plan.share, found.plan.is_early) == (None, True)
    assert plan_words(found.plan, "USD") == "Held against the plan once these days are whole."


def test_nothing_delivered_is_zero_and_has_no_ratio(office: Office) -> None:
    office.advertiser()
    office.keep(order("o1", goal="CONVERSIONS"), flight("o1", 5, -5, "110"))
    office.deliver([], days(13))
    _, [found] = seen(office)
    assert (found.spend.value, found.impressions.value) == (0, 0)
    assert found.returns is not None
    assert found.returns.value is None
    assert found.kpis == ()
    assert found.pacing.ratio == 0


def test_days_that_are_not_known_are_absent_and_compared_with_nothing(office: Office) -> None:
    office.advertiser()
    office.deliver(delivered("o1", 8, 2, impressions=100, total_cost="10"), days(8, 2))
    whom, [found] = seen(office)
    # Known are five of the seven days shown, and two of the seven before.
    assert found.spend.value == 50
    assert found.spend.trail == (10, 10, 10, 10, 10, None, None)
    assert (found.spend.alike, found.spend.before) == (None, None)
    assert whom.groups[0].compared_in_part == (0, 7)


def test_a_comparison_is_over_the_days_known_on_both_sides(office: Office) -> None:
    office.advertiser()
    rows = [
        *delivered("o1", 13, 7, impressions=100, total_cost="10"),
        *delivered("o1", 6, 1, impressions=100, total_cost="30"),
    ]
    office.deliver(rows, days(13, 1))  # yesterday has not come yet
    whom, [found] = seen(office)
    assert (found.spend.value, found.spend.alike, found.spend.before) == (180, 180, 60)
    assert whom.groups[0].compared_in_part == (6, 7)
    assert whom.groups[0].cohorts[0].periods.alike == (days(6, 1), days(13, 8))


def test_a_limited_member_is_told_of_their_advertisers_alone(steady: Office) -> None:
    steady.advertiser(TWO, "Second")
    steady.deliver(delivered("o2", 6, total_cost="100", impressions=1), days(6), advertiser=TWO)
    limited = steady.org.limited  # who sees ONE alone
    with steady.desk(limited) as desk:
        whom = audience(desk, View(screen=Screen.MORNING, advertisers=(ONE, TWO)))
        book = pace_book(desk, whom)
        [found] = [tiles(desk, whom, group, book) for group in whom.groups]
    assert [a.advertiser_id for a in whom.advertisers] == [ONE]
    assert found.spend.value == 70
    _, [whole] = seen(steady)
    assert whole.spend.value == 770


def test_custom_days_may_reach_into_the_future(steady: Office) -> None:
    ahead = DateRange(day(1), YESTERDAY + timedelta(days=3))
    _, [found] = seen(steady, range=ahead, comparison=Comparison.NONE)
    assert found.spend.value == 20
    assert found.spend.trail == (10, 10, None, None, None)
    assert found.plan.planned == 24
