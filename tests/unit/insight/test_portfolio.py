"""The portfolio's edges: no data, no plan, mixed days, and whose advertisers are told of."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

from core.domain.content import Taggable
from core.domain.entities import State
from core.domain.ids import AdvertiserId
from core.domain.metrics import Stage
from core.domain.periods import DateRange
from core.domain.scope import TenantScope
from core.domain.views import Screen, View
from core.insight.audience import audience
from core.insight.goals import Goals
from core.insight.order_table import OrderStatus
from core.insight.pace_book import pace_book
from core.insight.portfolio import PortfolioRow, portfolio
from core.store.content.tags import EntityTag
from tests.unit.insight.office import (
    NOW,
    ONE,
    TWO,
    Office,
    day,
    days,
    delivered,
    flight,
    order,
    row,
)

LONG_AGO = NOW - timedelta(days=60)


def rows(
    office: Office, scope: TenantScope | None = None, **view: object
) -> dict[str, PortfolioRow]:
    with office.desk(scope) as desk:
        whom = audience(desk, View(screen=Screen.MORNING, **view))  # type: ignore[arg-type]
        found = portfolio(desk, whom, pace_book(desk, whom))
        return {str(row.advertiser.advertiser_id): row for row in found}


def test_an_advertiser_without_data_is_a_row_that_promises_nothing(office: Office) -> None:
    office.advertiser(ONE)
    office.keep(order("o1"), flight("o1", 9, -10, "200"))
    found = rows(office)[ONE]
    assert (found.spend, found.projected, found.consumed) == (None, None, 0)
    # Its flights are planned for, but nothing is known that could be held against them.
    assert (found.planned, found.planned_month, found.of_plan) == (0, 0, None)
    assert (found.days.through, found.statuses, found.tone) == (None, {}, "")


def test_days_without_a_row_are_nothing_spent(office: Office) -> None:
    office.advertiser(ONE)
    office.deliver([], days(30))
    assert rows(office)[ONE].spend == 0


def test_only_whole_days_are_held_against_the_plan(office: Office) -> None:
    office.advertiser(ONE, chosen_at=LONG_AGO)
    office.keep(order("o1"), flight("o1", 19, -10, "300"))
    office.deliver(delivered("o1", 19, 1, impressions=1, total_cost=10), days(19, 1))
    half_a_day = delivered("o1", 0, impressions=1, total_cost=2)
    office.deliver(half_a_day, days(0), equal_reads=1)
    found = rows(office)[ONE]
    assert found.spend == 19 * 10 + 2
    assert (found.planned, found.consumed) == (190, 190)


def test_the_month_ends_where_the_pacing_screen_says_when_mondays_are_heavy(
    office: Office,
) -> None:
    office.advertiser(ONE, chosen_at=LONG_AGO)
    office.keep(order("o1"), flight("o1", 62, -8, "7100"), order("o2"), flight("o2", -2, -9, "150"))
    mondays = [row("o1", n, impressions=9, total_cost=400 if day(n).weekday() == 0 else 50)
               for n in range(63)]  # fmt: skip
    office.deliver(mondays, days(62))
    # 22 days with 3 Mondays are 2,150, the 8 left with 2 of them 1,100. The flight to come has 7 of
    # its 8 days in the month: its Monday weighs as much as 8 others, so 14 of 15 parts of 150.
    with office.desk() as desk:
        whom = audience(desk, View(screen=Screen.MORNING))
        book = pace_book(desk, whom)
        [found] = portfolio(desk, whom, book)
        [known] = book.of("o1")
    assert known.pace.projected is not None
    assert known.pace.projected - known.pace.spent == 1100
    assert found.projected == 2150 + 1100 + 140


def _tag(office: Office, order_id: str) -> None:
    tag = EntityTag(
        kind=Taggable.ORDER,
        entity_id=order_id,
        tag="brand",
        advertiser_id=AdvertiserId(ONE),
        value="Lumen",
        rule_id=None,
    )
    with office.store.writing(office.org.scope()) as tenant:
        tenant.tags.put([tag], NOW)


def test_what_a_text_finds_is_looked_up_anew_when_tags_are_set(office: Office) -> None:
    office.advertiser(ONE, chosen_at=LONG_AGO)
    office.keep(order("o1"), order("o2"))
    office.deliver([row("o1", 0, total_cost=100), row("o2", 0, total_cost=50)], days(30))
    _tag(office, "o1")
    assert rows(office, text="brand:lumen")[ONE].spend == 100
    _tag(office, "o2")
    assert rows(office, text="brand:lumen")[ONE].spend == 150


def test_goals_are_judged_anew_when_a_stage_is_set_by_hand(office: Office) -> None:
    office.advertiser(ONE, chosen_at=LONG_AGO)
    office.keep(order("o1", kpi="TOTAL_RETURN_ON_AD_SPEND", kpi_target=Decimal(4)))
    office.deliver([row("o1", 0, total_cost=10, total_sales=90, total_purchases=40)], days(30))
    assert rows(office)[ONE].goals == Goals(met=1)
    with office.store.writing(office.org.scope()) as tenant:
        tenant.order_settings.set_stage(ONE, "o1", Stage.AWARENESS, NOW)
    assert rows(office)[ONE].goals == Goals()


def test_days_left_weigh_otherwise_once_an_event_is_on_them(office: Office) -> None:
    office.advertiser(ONE, chosen_at=LONG_AGO)
    office.keep(order("o1"), flight("o1", 62, -7, "3700"))
    fair = days(20, 19)
    daily = [row("o1", n, impressions=9, total_cost=150 if day(n) in fair else 50)
             for n in range(63)]  # fmt: skip
    office.deliver(daily, days(62))
    assert rows(office)[ONE].projected != 1850
    with office.store.writing(office.org.scope()) as tenant:
        tenant.calendar.put("fair.2026.fall", "A fair", fair, NOW)
        tenant.calendar.put("fair.2026.late", "A fair", days(-3, -4), NOW)
    # 20 days of 50 and 2 of 150 are 1,300; 5 of the 7 left are usual ones, 2 weigh three times.
    assert rows(office)[ONE].projected == 1300 + 5 * 50 + 2 * 150


def test_paused_orders_are_no_call_and_ended_ones_are_not_counted(office: Office) -> None:
    office.advertiser(ONE, chosen_at=LONG_AGO)
    office.keep(
        order("paused", state=State.PAUSED),
        flight("paused", 19, -10, "300"),
        order("ended"),
        flight("ended", 19, 5, "150"),
    )
    office.deliver([], days(30))
    found = rows(office)[ONE]
    assert found.statuses == {OrderStatus.PAUSED: 1}
    assert (found.calls, found.tone) == ([], "")


def test_on_the_first_of_a_month_the_month_before_is_told(office: Office) -> None:
    office.advertiser(ONE, chosen_at=LONG_AGO)
    office.deliver(delivered("o1", 30, total_cost=1), days(30))
    office.now = NOW + timedelta(days=8)  # 1 December: yesterday ended November
    found = rows(office)[ONE]
    assert found.month == DateRange(date(2026, 11, 1), date(2026, 11, 30))
    assert found.spend == 22


def test_a_limited_member_is_told_of_its_own_advertiser_alone(office: Office) -> None:
    for advertiser, cost in ((ONE, 1), (TWO, 100)):
        office.advertiser(advertiser)
        office.deliver(delivered("o1", 3, total_cost=cost), days(30), advertiser=advertiser)
    assert set(rows(office)) == {ONE, TWO}
    limited = rows(office, office.org.limited)
    assert (set(limited), limited[ONE].spend) == ({ONE}, 4)
