"""What people leave changes what screens tell: goals by hand, notes on charts, own metrics."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest

from core.domain.catalogue import including, metric
from core.domain.content import (
    AnnotationKind,
    Direction,
    can_be_aimed_at,
    read_target,
    target_words,
)
from core.domain.metrics import Better, Stage, Unit
from core.domain.periods import DateRange
from core.domain.views import Screen, View
from core.errors import UserError
from core.insight import trend as trends
from core.insight.audience import audience
from core.insight.calendar import marks_of
from core.insight.directory import KnownOrder, directory
from core.insight.own_metrics import own_metrics
from core.store.content.annotations import Told
from core.store.content.goals import Aim
from core.store.content.own_metrics import Definition
from tests.unit.insight.office import NOW, ONE, TWO, Office, day, days, delivered, order

TODAY = day(-1)


def aim(
    target: str, key: str = "total_roas", order_id: str | None = None, **changed: object
) -> Aim:
    told: dict[str, object] = {"valid_from": TODAY, "advertiser_id": ONE, **changed}
    return Aim(
        metric=key, direction=Direction.AT_LEAST, target=Decimal(target), order_id=order_id, **told
    )  # type: ignore[arg-type]


def set_goals(office: Office, *aims: Aim) -> None:
    for number, one in enumerate(aims):
        with office.store.writing(office.org.scope()) as tenant:
            tenant.goals.add(one, NOW + timedelta(minutes=number))


@pytest.fixture
def stocked(office: Office) -> Office:
    """Two orders with KPIs at Amazon, one without; the neighbour has goals of its own."""
    office.advertiser()
    office.keep(
        order("o1", kpi="TOTAL_RETURN_ON_AD_SPEND", kpi_target=Decimal(3)),
        order("o2", kpi="DETAIL_PAGE_VIEW_RATE", kpi_target=Decimal("0.5")),
        order("o3"),
    )
    with office.store.writing(office.neighbour.scope()) as tenant:
        tenant.goals.add(aim("99"), NOW)
        tenant.goals.add(aim("99", order_id="o1"), NOW)
    return office


def known(office: Office) -> dict[str, KnownOrder]:
    with office.desk() as desk:
        return dict(directory(desk).orders)


def judged(office: Office) -> dict[str, tuple[str | None, Decimal | None]]:
    return {
        o: (one.kpi.key if one.kpi else None, one.kpi_target) for o, one in known(office).items()
    }


def test_without_goals_by_hand_orders_are_judged_by_amazons(stocked: Office) -> None:
    assert judged(stocked) == {
        "o1": ("total_roas", Decimal(3)),
        "o2": ("dpvr", Decimal("0.005")),
        "o3": (None, None),
    }


def test_an_orders_goal_takes_the_place_of_its_kpi(stocked: Office) -> None:
    set_goals(stocked, aim("0.02", "ctr", "o1"))
    assert judged(stocked)["o1"] == ("ctr", Decimal("0.02"))
    assert judged(stocked)["o2"] == ("dpvr", Decimal("0.005"))


def test_an_advertisers_goal_speaks_for_orders_of_the_same_figure_and_of_none(
    stocked: Office,
) -> None:
    set_goals(stocked, aim("4.5"))
    assert judged(stocked) == {
        "o1": ("total_roas", Decimal("4.5")),
        "o2": ("dpvr", Decimal("0.005")),
        "o3": ("total_roas", Decimal("4.5")),
    }


def test_the_goal_set_last_counts_and_an_orders_own_before_its_advertisers(
    stocked: Office,
) -> None:
    set_goals(stocked, aim("6", order_id="o1"), aim("4"), aim("5"))
    assert judged(stocked)["o1"] == ("total_roas", Decimal(6))
    assert judged(stocked)["o3"] == ("total_roas", Decimal(5))


def test_a_goal_counts_on_its_days_and_on_no_others(stocked: Office) -> None:
    set_goals(
        stocked,
        aim("7", valid_from=TODAY + timedelta(days=1)),
        aim("8", valid_from=TODAY - timedelta(days=9), valid_to=TODAY - timedelta(days=1)),
    )
    assert judged(stocked)["o1"] == ("total_roas", Decimal(3))


def test_a_goal_for_a_sum_is_not_judged_since_a_sum_grows_with_the_days_shown(
    stocked: Office,
) -> None:
    set_goals(stocked, aim("1000", "total_sales", "o1"), aim("1000", "total_sales"))
    assert judged(stocked)["o1"] == ("total_roas", Decimal(3))
    assert judged(stocked)["o3"] == (None, None)
    assert not any(can_be_aimed_at(metric(key)) for key in ("total_sales", "total_cost", "clicks"))
    assert all(can_be_aimed_at(metric(key)) for key in ("total_roas", "ecpdpv", "dpvr"))


def test_taking_a_goal_away_is_seen_at_once(stocked: Office) -> None:
    set_goals(stocked, aim("4.5"))
    assert judged(stocked)["o1"][1] == Decimal("4.5")
    with stocked.store.writing(stocked.org.scope()) as tenant:
        tenant.goals.remove(tenant.goals.all()[0].id)
    assert judged(stocked)["o1"][1] == Decimal(3)


@pytest.mark.parametrize(
    ("written", "unit", "read"),
    [
        ("4.5", Unit.MULTIPLE, "4.5"),
        ("2.5%", Unit.RATE, "0.025"),
        ("1,250.00", Unit.MONEY, "1250"),
        ("1,250", Unit.MONEY, "1250"),
        ("12,345,678.9", Unit.MONEY, "12345678.9"),
    ],
)
def test_a_target_is_read_as_people_write_it(written: str, unit: Unit, read: str) -> None:
    found = read_target(written, unit)
    assert found == Decimal(read)
    assert read_target(target_words(found, unit), unit) == found


@pytest.mark.parametrize("written", ["0,5 %", "4,5", "0,500", "1.250,00", "1,2500", "12,34,567"])
def test_a_comma_that_parts_no_thousands_is_refused_and_never_dropped(written: str) -> None:
    with pytest.raises(UserError, match="decimals with a point"):
        read_target(written, Unit.RATE)


@pytest.mark.parametrize("written", ["", "much", "-1", "0", "NaN", "Infinity", "1e999999999"])
def test_what_is_no_target_is_refused(written: str) -> None:
    with pytest.raises(UserError, match="as a number above zero"):
        read_target(written, Unit.MONEY)


# notes on charts


def note(office: Office, words: str, of: DateRange, **about: str) -> None:
    told = Told(kind=AnnotationKind.PRICE, days=of, words=words, **about)  # type: ignore[arg-type]
    with office.store.writing(office.org.scope()) as tenant:
        tenant.annotations.add(told, NOW)


def marks(office: Office, **view: object) -> list[tuple[str, DateRange]]:
    with office.desk() as desk:
        whom = audience(desk, View(screen=Screen.MORNING, **view))  # type: ignore[arg-type]
        return [(m.name, m.days) for m in marks_of(desk, whom.groups[0]) if m.name[:5] == "Price"]


def test_a_chart_bears_the_notes_of_its_days_advertisers_and_orders(office: Office) -> None:
    for advertiser in (ONE, TWO):
        office.advertiser(advertiser)
    office.keep(order("o1"), order("o2"))
    note(office, "everywhere", days(2, 1))
    note(office, "here", days(5, 4), advertiser_id=ONE)
    note(office, "there", days(5, 4), advertiser_id=TWO)
    note(office, "its order", days(3, 3), advertiser_id=ONE, order_id="o1")
    note(office, "long ago", days(40, 30))
    found = [name for name, _ in marks(office, advertisers=(ONE,))]
    assert found == ["Price: here", "Price: its order", "Price: everywhere"]
    narrowed = [name for name, _ in marks(office, advertisers=(ONE,), orders=("o2",))]
    assert narrowed == ["Price: here", "Price: everywhere"]


def test_long_words_are_cut_on_charts(office: Office) -> None:
    office.advertiser()
    note(office, "x" * 200, days(2, 1))
    [(name, of)] = marks(office)
    assert (len(name), name[-1], of) == (48, "…", days(2, 1))


# own metrics


def test_an_own_metric_is_drawn_like_any_other(office: Office) -> None:
    office.advertiser()
    office.deliver(
        [*delivered("o1", 13, 7, total_cost="2", clicks=4), *delivered("o1", 6, total_cost="5")],
        days(13),
    )
    said = Definition(
        name="Cost less clicks",
        formula="total_cost * 3 - total_cost / 2",
        unit=Unit.MONEY,
        better=Better.DOWN,
        stage=Stage.DELIVERY,
        description="",
    )
    with office.store.writing(office.org.scope()) as tenant:
        key = tenant.own_metrics.add(said, NOW).key
    with office.desk() as desk, including(own_metrics(desk.content).metrics):
        assert metric(key) in trends.choices()
        whom = audience(desk, View(screen=Screen.MORNING, trend=key))
        found = trends.trend(desk, whom, whom.groups[0], trends.chosen(key))
        assert found.history.by_day(metric(key)) == (Decimal("12.5"),) * 7
        assert found.figure.value == Decimal("87.5")
        assert found.figure.before == Decimal(35)
    assert trends.chosen(key).key == "total_cost"
