"""What needs somebody: each trouble, what does not raise one, and how they are dealt with."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest

from core.domain.connections import Status
from core.domain.entities import (
    AdAssociation,
    Approval,
    Budget,
    Creative,
    LineItem,
    State,
)
from core.domain.ids import UserId
from core.domain.money import Money
from core.domain.roles import Role
from core.domain.views import Screen, View
from core.errors import NotAllowed, NotFound
from core.insight import attention
from core.insight.alarms import Alarm, Trouble
from core.insight.attention import NeedsYou, needs_you
from core.insight.attention import State as Handled
from core.insight.audience import audience
from core.insight.pace_book import pace_book
from tests.unit.insight.office import (
    NOW,
    ONE,
    TWO,
    Office,
    day,
    days,
    delivered,
    flight,
    midnight,
    order,
    row,
)

DAILY = {"impressions": 1000, "total_cost": "10"}


def looked(office: Office, scope: object = None, **view: object) -> NeedsYou:
    """Return the list of a view."""
    with office.desk(scope) as desk:  # type: ignore[arg-type]
        whom = audience(desk, View(screen=Screen.MORNING, **view))  # type: ignore[arg-type]
        return needs_you(desk, whom, pace_book(desk, whom))


def told(alarm: Alarm) -> str:
    """Return the sentence with plain spaces."""
    return alarm.sentence.replace("\u00a0", " ")


def raised(office: Office) -> list[Trouble]:
    return [item.alarm.trouble for item in looked(office).open]


def only(office: Office) -> Alarm:
    [item] = looked(office).open
    return item.alarm


@pytest.fixture
def settled(office: Office) -> Office:
    """An advertiser chosen long ago."""
    office.advertiser(chosen_at=NOW - timedelta(days=60))
    return office


def test_all_quiet_is_an_empty_list(settled: Office) -> None:
    settled.keep(order("o1"), flight("o1", 19, -10, "300"))
    settled.deliver(delivered("o1", 19, **DAILY), days(19))
    assert looked(settled) == NeedsYou((), ())


def test_a_flight_far_behind_says_what_it_will_leave_and_by_when(settled: Office) -> None:
    settled.keep(order("o1", "Lumen Remarketing"), flight("o1", 19, -10, "600"))
    settled.deliver(delivered("o1", 19, **DAILY), days(19))
    alarm = only(settled)
    # Ten of twenty dollars a day: 50 % behind; ten days more at ten leave 300 of 600.
    assert alarm.trouble is Trouble.UNDER_PACING
    assert told(alarm).startswith(
        "Order Lumen Remarketing is 50 % behind plan and will leave $300.00 unspent by 2 Dec."
    )
    assert alarm.stake == Money(Decimal(300), "USD")
    assert (alarm.advertiser_id, alarm.order_id) == (ONE, "o1")


def test_a_flight_far_ahead_says_when_its_money_is_gone(settled: Office) -> None:
    settled.keep(order("o1"), flight("o1", 9, -10, "150"))
    settled.deliver(delivered("o1", 9, **DAILY), days(9))
    alarm = only(settled)
    assert alarm.trouble is Trouble.OVER_PACING
    # 100 of 150 are gone after half of the time; five days' money is left for ten days.
    assert "is 33 % ahead of plan" in told(alarm)
    assert "will have spent its budget by 27 Nov, 5 days before its end" in told(alarm)
    assert alarm.stake == Money(Decimal(50), "USD")


def test_the_day_the_money_is_gone_is_the_one_on_which_the_last_of_it_is_spent(
    settled: Office,
) -> None:
    settled.keep(order("o1"), flight("o1", 9, -10, "1250"))
    settled.deliver(delivered("o1", 9, impressions=2000, total_cost="100"), days(9))
    # 250 are left: 100 on the 23rd and on the 24th, the last 50 on the 25th of until 2 December.
    assert "will have spent its budget by 25 Nov, 7 days before its end" in told(only(settled))


def test_a_heavy_day_ahead_takes_its_weight_of_the_money_left(settled: Office) -> None:
    settled.keep(order("o1"), flight("o1", 62, 7, "5600"), flight("o1", 6, -8, "1150", id="now"))
    mondays = [row("o1", n, impressions=2000, total_cost=400 if day(n).weekday() == 0 else 50)
               for n in range(63)]  # fmt: skip
    settled.deliver(mondays, days(62))
    # 700 of 1,150 are spent. Monday the 23rd takes 400, the 24th the last 50; it ends on the 30th.
    assert "will have spent its budget by 24 Nov, 6 days before its end" in told(only(settled))


def test_a_flight_that_catches_up_needs_nobody(settled: Office) -> None:
    settled.keep(order("o1"), flight("o1", 19, -20, "400"))
    slow = delivered("o1", 19, 10, impressions=500, total_cost="2")
    fast = delivered("o1", 9, impressions=2000, total_cost="15")
    settled.deliver([*slow, *fast], days(19))
    # Behind by a seventh, but fifteen a day for twenty days is more than what is left.
    assert raised(settled) == []


def test_the_first_two_days_of_a_flight_say_nothing(settled: Office) -> None:
    settled.keep(order("o1"), flight("o1", 1, -20, "2200"))
    settled.deliver(delivered("o1", 1, **DAILY), days(19))
    assert raised(settled) == []


def test_a_pace_known_in_part_says_since_when(settled: Office) -> None:
    settled.keep(order("o1", "Long"), flight("o1", 39, -20, "1200"))
    settled.deliver(delivered("o1", 19, **DAILY), days(19))
    assert "behind plan since 3 Nov, the first day known, and will leave" in told(only(settled))


def test_an_order_that_stops_is_told_of_after_one_whole_day(settled: Office) -> None:
    settled.keep(order("o1", "Loyalty"), flight("o1", 19, -10, "300"))
    settled.deliver(delivered("o1", 19, 1, **DAILY), days(19))
    alarm = only(settled)
    assert alarm.trouble is Trouble.STOPPED
    assert told(alarm).startswith(
        "Order Loyalty served about 1,000 impressions a day until 21 Nov and nothing since, over "
        "one whole day; $110.00 is left to spend."
    )
    assert alarm.stake == Money(Decimal(110), "USD")


def test_a_provisional_day_raises_no_alarm(settled: Office) -> None:
    settled.keep(order("o1"), flight("o1", 19, -10, "300"))
    settled.deliver(delivered("o1", 19, 1, **DAILY), days(19, 1))
    settled.deliver([], days(0), generated_at=NOW - timedelta(hours=5), equal_reads=1)
    assert raised(settled) == []
    settled.deliver([], days(0), generated_at=NOW - timedelta(hours=5), equal_reads=2)
    assert raised(settled) == [Trouble.STOPPED]


def test_what_never_delivered_much_may_fall_silent(settled: Office) -> None:
    settled.keep(order("o1"), flight("o1", 19, -10, "30"))
    settled.deliver(delivered("o1", 19, 1, impressions=100, total_cost="1"), days(19))
    assert raised(settled) == []


def test_a_running_order_without_an_impression_is_told_of_after_two_days(settled: Office) -> None:
    settled.keep(order("o1", "New"), flight("o1", 2, -10, "1300"))
    settled.deliver([], days(19))
    alarm = only(settled)
    assert alarm.trouble is Trouble.NO_IMPRESSIONS
    assert "New runs and has not served an impression; $1,300.00 is left" in told(alarm)


def test_an_order_that_began_yesterday_may_take_its_time(settled: Office) -> None:
    settled.keep(order("o1"), flight("o1", 0, -10, "1100"))
    settled.deliver([], days(19))
    assert raised(settled) == []


def test_paused_orders_and_ended_flights_raise_nothing(settled: Office) -> None:
    settled.keep(
        order("o1", state=State.PAUSED),
        flight("o1", 19, -10, "9000"),
        order("o2"),
        flight("o2", 19, 3, "9000"),
    )
    settled.deliver(delivered("o2", 19, 3, **DAILY), days(19))
    assert raised(settled) == []


def line(order_id: str, name: str, **more: object) -> LineItem:
    known = {"name": name, "state": State.ENABLED, "start": midnight(day(19)), **more}
    return LineItem(entity_id=name, advertiser_id=ONE, parent_id=order_id, **known)  # type: ignore[arg-type]


def test_a_silent_line_item_of_a_delivering_order_is_told_of(settled: Office) -> None:
    ended = midnight(day(5))
    settled.keep(
        order("o1", "Bundles"),
        flight("o1", 19, -10, "300"),
        line("o1", "alive"),
        line("o1", "dead"),
        line("o1", "paused", state=State.PAUSED),
        line("o1", "over", end=ended),
        line("o1", "young", start=midnight(day(0))),
    )
    settled.deliver(delivered("o1", 19, line_item_id="alive", **DAILY), days(19))
    alarm = only(settled)
    assert alarm.trouble is Trouble.LINE_ITEM_SILENT
    assert told(alarm).startswith(
        "Line item dead is switched on and has not served an impression, while its order Bundles "
        "delivers."
    )
    assert alarm.stake is None


def test_the_line_items_of_a_silent_order_are_not_told_of_one_by_one(settled: Office) -> None:
    settled.keep(order("o1"), flight("o1", 19, -10, "300"), line("o1", "a"), line("o1", "b"))
    settled.deliver([], days(19))
    assert raised(settled) == [Trouble.NO_IMPRESSIONS]


def test_a_rejected_creative_is_told_of_with_its_share_of_the_order(settled: Office) -> None:
    def placed(n: int, creative: str, approval: Approval = Approval.APPROVED) -> AdAssociation:
        return AdAssociation(entity_id=f"a{n}", advertiser_id=ONE, parent_id="line",
                             creative_id=creative, approval=approval,
                             approval_reasons=("TEXT_TOO_SMALL",))  # fmt: skip

    settled.keep(
        order("o1", "Seasonal"),
        flight("o1", 19, -10, "300"),
        line("o1", "line"),
        Creative(entity_id="c1", advertiser_id=ONE, name="Banner 300x250"),
        Creative(entity_id="c2", advertiser_id=ONE, name="Banner 728x90"),
        placed(1, "c1", Approval.REJECTED),
        *(placed(n, "c2") for n in (2, 3, 4)),
    )
    settled.deliver(delivered("o1", 19, line_item_id="line", **DAILY), days(19))
    alarm = only(settled)
    assert alarm.trouble is Trouble.CREATIVE_REJECTED
    assert told(alarm) == (
        "Creative Banner 300x250 was rejected by Amazon's review (text too small) and does not "
        "run in order Seasonal: 1 of its 4 placements. Replace it, or appeal."
    )
    # A quarter of the hundred dollars that are left.
    assert alarm.stake == Money(Decimal(25), "USD")


def test_a_lost_connection_comes_first_and_says_what_runs_unwatched(settled: Office) -> None:
    settled.keep(order("o1"), flight("o1", 19, -10, "600"))
    settled.deliver(delivered("o1", 19, **DAILY), days(19))
    with settled.background.writing(settled.org.job) as tenant:
        [link] = tenant.connections.all()
        tenant.connections.set_status(link.id, Status.NEEDS_RECONNECT, NOW, "withdrawn")
    first, second = (item.alarm for item in looked(settled).open)
    assert (first.trouble, second.trouble) == (Trouble.CONNECTION_LOST, Trouble.UNDER_PACING)
    assert told(first).startswith(
        "Amazon no longer accepts the connection of Robin Vale (North America). 1 advertiser gets "
        "no new data; what runs there runs unwatched."
    )
    assert first.stake == Money(Decimal(400), "USD")
    assert first.advertiser_id is None


def test_while_the_first_load_is_under_way_nothing_is_raised(office: Office) -> None:
    office.advertiser()  # chosen now
    office.keep(order("o1"), flight("o1", 19, -10, "600"))
    office.deliver(delivered("o1", 9, **DAILY), days(9))
    assert raised(office) == []


def test_the_most_money_comes_first(settled: Office) -> None:
    budgets = {"small": "600", "large": "6000", "middle": "1200"}
    flights = [flight(name, 19, -10, budget) for name, budget in budgets.items()]
    settled.keep(*map(order, budgets), *flights)
    settled.deliver([r for name in budgets for r in delivered(name, 19, **DAILY)], days(19))
    assert [item.alarm.order_id for item in looked(settled).open] == ["large", "middle", "small"]


def test_yen_are_weighed_by_their_share_and_not_by_their_number(settled: Office) -> None:
    """A thousandth of the yen is at stake, half of the dollars: the dollars come first."""
    settled.advertiser(TWO, "Tsukishiro", currency="JPY", zone="Asia/Tokyo",
                       chosen_at=NOW - timedelta(days=60))  # fmt: skip
    settled.keep(order("o1"), flight("o1", 19, -10, "600"))
    steady = flight("o3", 19, -10, "30000000", advertiser=TWO, currency="JPY")
    slow = flight("o2", 19, -10, "60000", advertiser=TWO, currency="JPY")
    orders = [order(o, advertiser=TWO, currency="JPY") for o in ("o2", "o3")]
    settled.keep(*orders, steady, slow, advertiser=TWO)
    yen = [*delivered("o2", 19, impressions=1000, total_cost="1000"),
           *delivered("o3", 19, impressions=1000, total_cost="1000000")]  # fmt: skip
    settled.deliver(delivered("o1", 19, **DAILY), days(19))
    settled.deliver(yen, days(19), advertiser=TWO, currency="JPY")
    stakes = [item.alarm.stake for item in looked(settled).open]
    assert [stake and stake.currency for stake in stakes] == ["USD", "JPY"]


@pytest.fixture
def troubled(settled: Office) -> Office:
    settled.keep(order("o1", "Slow"), flight("o1", 19, -10, "600"))
    settled.deliver(delivered("o1", 19, **DAILY), days(19))
    return settled


def test_what_was_seen_is_kept_apart_until_it_grows_worse(troubled: Office) -> None:
    alarm = only(troubled)
    with troubled.store.writing(troubled.org.scope()) as tenant:
        attention.acknowledge(tenant, [alarm], NOW)
    found = looked(troubled)
    assert found.open == ()
    assert [item.state for item in found.handled] == [Handled.ACKNOWLEDGED]
    worse = replace(flight("o1", 19, -10, "600"), budget=Budget(Decimal(3000), "USD"))
    troubled.keep(order("o1", "Slow"), worse, at=NOW + timedelta(minutes=1))
    assert len(looked(troubled).open) == 1  # from act to critical: another matter


def test_a_snooze_ends_by_itself(troubled: Office) -> None:
    alarm = only(troubled)
    with troubled.store.writing(troubled.org.scope()) as tenant:
        attention.snooze(tenant, alarm, NOW, NOW + timedelta(hours=1))
    [item] = looked(troubled).handled
    assert (item.state, item.snoozed_until) == (Handled.SNOOZED, NOW + timedelta(hours=1))
    later = troubled.org.scope()
    with troubled.desk(later, NOW + timedelta(hours=2)) as desk:
        whom = audience(desk, View(screen=Screen.MORNING))
        assert len(needs_you(desk, whom, pace_book(desk, whom)).open) == 1


def test_somebody_takes_it_on_and_opens_it_again(troubled: Office) -> None:
    alarm = only(troubled)
    me = troubled.org.user(Role.OWNER)
    with troubled.store.writing(troubled.org.scope()) as tenant:
        attention.assign(tenant, alarm, NOW, me)
        attention.acknowledge(tenant, [alarm], NOW)
        attention.reopen(tenant, alarm, NOW)
    [item] = looked(troubled).open
    assert item.owner == me
    with troubled.store.writing(troubled.org.scope()) as tenant:
        attention.assign(tenant, alarm, NOW, None)
    assert looked(troubled).open[0].owner is None


def test_a_viewer_sees_and_does_not_touch(troubled: Office) -> None:
    viewer = troubled.org.scope(Role.VIEWER)
    assert len(looked(troubled, viewer).open) == 1
    with (
        troubled.store.writing(viewer) as tenant,
        pytest.raises(NotAllowed),
    ):
        attention.acknowledge(tenant, [only(troubled)], NOW)


def test_a_limited_member_handles_their_own_alone(troubled: Office) -> None:
    limited = troubled.org.limited
    assert len(looked(troubled, limited).open) == 1
    foreign = replace(only(troubled), advertiser_id=TWO)
    with troubled.store.writing(limited) as tenant, pytest.raises(NotFound):
        attention.acknowledge(tenant, [foreign], NOW)
    whole = replace(only(troubled), advertiser_id=None)
    with troubled.store.writing(limited) as tenant, pytest.raises(NotFound):
        attention.assign(tenant, whole, NOW, UserId("somebody"))


def test_a_neighbours_handling_is_not_ours(troubled: Office) -> None:
    alarm = only(troubled)
    with troubled.store.writing(troubled.neighbour.scope()) as tenant:
        attention.acknowledge(tenant, [alarm], NOW)
    assert len(looked(troubled).open) == 1


def test_a_filter_leaves_only_what_concerns_its_orders(troubled: Office) -> None:
    assert looked(troubled, text="slow").open
    assert not looked(troubled, text="other").open
    assert not looked(troubled, advertisers=(TWO,)).open
