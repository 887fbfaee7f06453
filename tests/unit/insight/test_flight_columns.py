"""Plan and spend of many flights at once say what the domain says of each flight alone."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

from hypothesis import given, settings
from hypothesis import strategies as st

from core.domain.entities import Budget, Flight
from core.domain.flights import allotted, day_span, local_days, plan_by_day, planned_by, span
from core.domain.periods import DateRange
from core.domain.spend_shape import SpendShape
from core.insight.flight_columns import FlightColumns, RunningFlight

ZONES = ("America/Los_Angeles", "Europe/Berlin", "Asia/Tokyo")
FIRST = datetime(2026, 10, 1, tzinfo=UTC)
WATCHED = DateRange(date(2026, 10, 20), date(2026, 11, 20))  # clocks change within, twice


@st.composite
def flights(draw: st.DrawFn) -> Flight:
    starts = FIRST + timedelta(minutes=draw(st.integers(0, 60 * 24 * 45)))
    lasts = timedelta(seconds=draw(st.integers(60, 86_400 * 60)))
    cents = draw(st.integers(1, 10**12))
    return Flight(
        entity_id=f"f{draw(st.integers(0, 10**9))}",
        advertiser_id="a",
        parent_id=f"o{draw(st.integers(0, 3))}",
        start=starts,
        end=starts + lasts,
        budget=Budget(Decimal(cents) / 1_000_000, "USD"),
    )


def micros(amount: Decimal) -> int:
    return int(amount * 1_000_000)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(flights(), st.sampled_from(ZONES)), min_size=1, max_size=6))
def test_the_plan_of_each_day_is_the_domains_to_the_millionth(
    drawn: list[tuple[Flight, str]],
) -> None:
    running = [
        RunningFlight(flight=f, zone=zone, budget=micros(f.budget.amount), firm=WATCHED.end,
                      spent={})
        for f, zone in drawn
    ]  # fmt: skip
    columns = FlightColumns.of(running)
    everybody = columns.chosen(f.parent_id or "" for f, _ in drawn)
    told = columns.plan_by_day(everybody, WATCHED, firm_only=False).tolist()
    plans = [plan_by_day(f.budget.amount, span(f), zone) for f, zone in drawn]
    expected = [micros(sum((p.get(day, Decimal(0)) for p in plans), Decimal(0)))
                for day in WATCHED.days()]  # fmt: skip
    assert told == expected


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.tuples(flights(), st.sampled_from(ZONES)), min_size=1, max_size=6),
    st.lists(st.integers(100, 10_000), min_size=7, max_size=7),
    st.integers(100, 10_000),
)
def test_what_is_due_by_a_day_is_the_domains_shaped_plan_to_the_millionth(
    drawn: list[tuple[Flight, str]], weekdays: list[int], sale: int
) -> None:
    event = (DateRange(date(2026, 10, 30), date(2026, 11, 2)), sale, "a sale")
    shape = SpendShape(tuple(weekdays), (event,))
    running = [
        RunningFlight(flight=f, zone=zone, budget=micros(f.budget.amount), firm=WATCHED.end,
                      spent={})
        for f, zone in drawn
    ]  # fmt: skip
    columns = FlightColumns.of(running, {"a": shape})
    everybody = columns.chosen(f.parent_id or "" for f, _ in drawn)
    _, told = columns.to_date(everybody, WATCHED)
    assert told.tolist() == [
        sum(micros(planned_by(f.budget.amount, span(f), day_span(day, zone).end, zone, shape))
            for f, zone in drawn
            if local_days(span(f), zone)[0] <= day <= local_days(span(f), zone)[1])
        for day in WATCHED.days()
    ]  # fmt: skip


def column(*running: RunningFlight) -> FlightColumns:
    return FlightColumns.of(running)


def one(
    order: str = "o1", firm: int = 20, counts: bool = True, advertiser: str = "a"
) -> RunningFlight:
    """Return a flight over November 1 to 20 in Tokyo, 2 yen planned and 1 spent a day."""
    zone = "Asia/Tokyo"
    start = datetime(2026, 10, 31, 15, tzinfo=UTC)
    plan = Flight(
        entity_id=f"f-{order}",
        advertiser_id=advertiser,
        parent_id=order,
        start=start,
        end=start + timedelta(days=20),
        budget=Budget(Decimal(40), "JPY"),
    )
    spent = {date(2026, 11, n): 1_000_000 for n in range(1, 21)}
    return RunningFlight(
        flight=plan,
        zone=zone,
        budget=40_000_000,
        firm=date(2026, 11, firm),
        spent=spent,
        counts=counts,
    )


NOVEMBER = DateRange(date(2026, 11, 1), date(2026, 11, 30))


def test_only_whole_days_are_counted_where_that_is_asked() -> None:
    columns = column(one("o1", firm=5), one("o2", firm=10))
    both = columns.chosen(["o1", "o2"])
    assert columns.spend_by_day(both, NOVEMBER, firm_only=True).sum() == 15_000_000
    assert columns.plan_by_day(both, NOVEMBER, firm_only=True).sum() == 30_000_000
    assert columns.spend_by_day(both, NOVEMBER, firm_only=False).sum() == 40_000_000


def test_what_is_paused_is_never_chosen_and_told_of_apart() -> None:
    columns = column(one("o1"), one("o2", counts=False))
    both = columns.chosen(["o1", "o2", "o3"])
    assert columns.plan_by_day(both, NOVEMBER, firm_only=False).sum() == 40_000_000
    assert columns.left_out(["o1", "o2"], NOVEMBER) == {"o2"}
    assert columns.left_out(["o1"], NOVEMBER) == frozenset()
    december = DateRange(date(2026, 12, 1), date(2026, 12, 2))
    assert columns.left_out(["o2"], december) == frozenset()


def test_pace_to_date_counts_the_days_before_the_window_and_none_after_the_end() -> None:
    columns = column(one("o1"))
    last_days = DateRange(date(2026, 11, 19), date(2026, 11, 22))
    spent, planned = columns.to_date(columns.chosen(["o1"]), last_days)
    assert spent.tolist() == [19_000_000, 20_000_000, 0, 0]
    assert planned.tolist() == [38_000_000, 40_000_000, 0, 0]


def test_each_flight_is_looked_at_on_its_own_last_whole_day() -> None:
    columns = column(one("o1", firm=5), one("o2", firm=10))
    both = columns.chosen(["o1", "o2"])
    assert columns.at_last_firm_day(both, date(2026, 11, 30)) == {
        "o1": (5_000_000, 10_000_000),
        "o2": (10_000_000, 20_000_000),
    }
    assert columns.at_last_firm_day(both, date(2026, 11, 3)) == {
        "o1": (3_000_000, 6_000_000),
        "o2": (3_000_000, 6_000_000),
    }


def test_a_part_of_the_columns_says_the_same_of_its_flights() -> None:
    whole = column(one("o1"), one("o2", firm=10), one("o3", advertiser="b"))
    part = whole.only(whole.chosen(["o2", "o3"]))
    assert part.orders == ("o2", "o3")
    days = DateRange(date(2026, 11, 9), date(2026, 11, 12))
    assert part.by_order({"a", "b"}, days) == {"o2": (4_000_000, 2_000_000),
                                               "o3": (8_000_000, 4_000_000)}  # fmt: skip
    assert part.by_order({"b"}, days) == {"o3": (8_000_000, 4_000_000)}


def test_no_flights_are_no_trouble() -> None:
    columns = column()
    nobody = columns.chosen([])
    assert columns.plan_by_day(nobody, NOVEMBER, firm_only=True).tolist() == [0] * 30
    assert columns.at_last_firm_day(nobody, date(2026, 11, 30)) == {}
    assert columns.only(nobody).by_order({"a"}, NOVEMBER) == {}


def stretch(name: str, start: datetime, length: timedelta) -> Flight:
    budget = Budget(Decimal(50), "JPY")
    return Flight(entity_id=name, advertiser_id="a", parent_id="o1", start=start,
                  end=start + length, budget=budget)  # fmt: skip


def test_spend_reaches_flights_by_the_day_as_the_domain_gives_it() -> None:
    """The columns take what `allotted` gave: a shared day is divided by hours."""
    noon = datetime(2026, 11, 10, 3, tzinfo=UTC)  # twelve in Tokyo
    five = timedelta(days=5)
    both = [stretch("f1", noon - five, five), stretch("f2", noon, five)]
    shares = allotted({date(2026, 11, 10): Decimal(10)}, both, "Asia/Tokyo").by_flight
    columns = column(*(
        RunningFlight(flight=f, zone="Asia/Tokyo", budget=50_000_000, firm=date(2026, 11, 10),
                      spent={d: micros(a) for d, a in shares[f.entity_id].items()})
        for f in both
    ))  # fmt: skip
    day = DateRange(date(2026, 11, 10), date(2026, 11, 10))
    spent = columns.spend_by_day(columns.chosen(["o1"]), day, firm_only=True)
    assert spent.tolist() == [10_000_000]
    assert columns.by_order({"a"}, day) == {"o1": (10_000_000, 10_000_000)}
