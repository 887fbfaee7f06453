"""Traffic, conversions, knowledge and reach: the laws they keep."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import numpy as np
import pytest

from sandbox.world.conversions import LOOKBACK, Conversions
from sandbox.world.families import FAMILIES, KERNEL
from sandbox.world.knowledge import Knowledge, known_at
from sandbox.world.lines import Lines
from sandbox.world.rates import MIXES
from sandbox.world.reach import population, reached, united
from sandbox.world.reading import Reading, read
from sandbox.world.traffic import Traffic
from sandbox.world.window import Window
from sandbox.world.world import World, world

ANCHOR = date(2026, 6, 15)


@pytest.fixture(scope="module")
def tiny() -> World:
    return world("tiny", 7, ANCHOR)


def whole_life(tiny: World) -> Traffic:
    """All traffic of the first advertiser, with days before and after it."""
    book = tiny.book(next(iter(tiny.advertisers)))
    window = Window(book.advertiser.timezone, date(2026, 1, 1), date(2026, 9, 30))
    return Traffic(Lines(book.advertiser, book.orders), window)


def reading(tiny: World, knowledge: Knowledge | None = None) -> Reading:
    book = tiny.book(next(iter(tiny.advertisers)))
    window = Window(book.advertiser.timezone, date(2026, 6, 1), date(2026, 6, 14))
    return read(book, window, knowledge or Knowledge.final(window))


@pytest.mark.parametrize("family", ["dpv", "purchase", "brandSearch"])
def test_every_event_is_booked_exactly_once(tiny: World, family: str) -> None:
    traffic = whole_life(tiny)
    by_conversion = Conversions(traffic).booked(family)
    by_traffic = Conversions(traffic, by_traffic=True).booked(family)

    assert by_conversion.sum(axis=1).tolist() == by_traffic.sum(axis=1).tolist()
    assert by_conversion.sum() > 100


def test_conversions_follow_their_impressions_within_fourteen_days(tiny: World) -> None:
    traffic = whole_life(tiny)
    booked = Conversions(traffic).booked("dpv")
    served = traffic.impressions > 0

    for leaf in range(0, booked.shape[0], 5):
        for day in np.flatnonzero(booked[leaf]):
            assert served[leaf, day : day + LOOKBACK + 1].any()


def test_the_kernel_spreads_as_published() -> None:
    assert KERNEL.sum() == pytest.approx(1.0)
    assert KERNEL[:7].sum() == pytest.approx(0.79, abs=0.02)
    assert KERNEL[0] == pytest.approx(0.56, abs=0.01)


def test_parts_are_disjoint_and_make_the_whole(tiny: World) -> None:
    conversions = Conversions(whole_life(tiny))

    for name in ("dpv", "purchase", "atc", "brandSearch"):
        parts = [conversions.part(part) for part in FAMILIES[name].parts]
        assert all((part >= 0).all() for part in parts)
        assert (np.sum(parts, axis=0) == conversions.booked(name)).all()


def test_a_window_reads_the_same_whatever_stands_around_it(tiny: World) -> None:
    book = tiny.book(next(iter(tiny.advertisers)))
    zone = book.advertiser.timezone
    short = Window(zone, date(2026, 6, 10), date(2026, 6, 10))
    one, many = read(book, short, Knowledge.final(short)), reading(tiny)

    for atom in ("impressions", "supply", "purchase.promoted.view.new"):
        assert one.atom(atom).sum() == many.atom(atom)[:, 9].sum()


def test_the_published_return_follows_from_the_rates() -> None:
    """Total ROAS at an order value of 32 dollars, as the table of rates was checked."""
    published = {
        "oo-remarketing": 7.8,
        "oo-inmarket": 2.4,
        "web-remarketing": 4.8,
        "web-prospecting": 1.0,
        "online-video": 0.55,
        "streaming-tv": 0.4,
        "twitch-video": 0.3,
        "audio": 0.25,
    }

    for name, roas in published.items():
        mix = MIXES[name]
        views = 100 * mix.page_view_rate.median
        follows = 10 * views * mix.purchase_per_view * 32 * mix.halo / mix.cpm.median
        assert follows == pytest.approx(roas, rel=0.16), name


def test_knowledge_only_grows_with_time(tiny: World) -> None:
    advertiser = next(iter(tiny.advertisers.values()))
    window = Window(advertiser.timezone, date(2026, 6, 1), date(2026, 6, 14))
    start = datetime(2026, 6, 1, tzinfo=UTC)
    instants = [start + timedelta(hours=h) for h in range(0, 24 * 50, 5)]
    known = [known_at(advertiser, window, instant, 3.0) for instant in instants]

    for name in ("traffic", "invalid_found", "conversions", "cancelled"):
        values = np.array([getattr(each, name) for each in known])
        assert (np.diff(values, axis=0) >= 0).all(), name
        assert (values[-1] == 1).all(), name
    assert known[0].traffic.max() == 0


def test_with_final_knowledge_reading_and_truth_are_one(tiny: World) -> None:
    final = reading(tiny)
    shown = slice(LOOKBACK, None)

    assert (final.impressions == final.traffic.impressions[:, shown]).all()
    assert (final.clicked == final.traffic.clicks[:, shown]).all()
    assert (final.invalid == final.traffic.invalid[:, shown]).all()


def test_reach_is_concave_and_bounded(tiny: World) -> None:
    audience = np.full(200, 50_000.0)
    impressions = np.linspace(0, 400_000, 200).astype(np.int64)

    people = reached(impressions, audience)

    assert people[0] == 0
    assert (people <= np.minimum(impressions, audience) + 1e-6).all()
    assert (np.diff(people) > 0).all()
    assert (np.diff(people, 2) <= 1e-6).all()


def test_a_group_reaches_more_than_any_part_and_less_than_their_sum(tiny: World) -> None:
    parts = np.array([[1000.0, 0.0], [4000.0, 10.0], [2500.0, 0.0]])

    union = united(parts, 20_000.0)

    assert 4000 < union[0] < 7500
    assert union[1] == pytest.approx(10.0)
    assert population(tiny.book(next(iter(tiny.advertisers)))) > 1000


def test_prices_remember_yesterday(tiny: World) -> None:
    traffic = whole_life(tiny)
    price = np.log(traffic.supply_price[0])
    change = price - np.convolve(price, np.ones(15) / 15, mode="same")

    assert np.corrcoef(change[20:-21], change[21:-20])[0, 1] > 0.2


def test_an_order_that_runs_ahead_ends_with_its_budget() -> None:
    """Amazon stops an order whose budget is gone."""
    demo = world("demo", 7, ANCHOR)
    advertiser_id = next(i for i, a in demo.advertisers.items() if a.name == "Lumen Pet")
    book = demo.book(advertiser_id)
    window = Window(book.advertiser.timezone, ANCHOR - timedelta(days=30), ANCHOR + timedelta(30))
    life = read(book, window, Knowledge.final(window))
    number, order = next((n, o) for n, o in enumerate(life.lines.orders) if "_Subscribe_" in o.name)
    fees = ("supply", "console", "audience", "omnichannel")
    paid = np.sum([life.atom(name) for name in fees], axis=0)
    spent = float(paid[life.lines.order[life.lines.leaf_line] == number].sum()) / 1e6
    (flight,) = order.flights
    assert 0.92 < spent / float(flight.budget.at(flight.end)) <= 1.0
