"""The two worlds: as large, as varied and as troubled as they are said to be."""

from __future__ import annotations

import re
import time
from datetime import UTC, date, datetime, timedelta

import pytest

from sandbox.beliefs import Beliefs
from sandbox.options import Options
from sandbox.reports.asked import Asked
from sandbox.reports.building import Builder
from sandbox.reports.kinds import DAILY, KINDS
from sandbox.world.blueprint import Trouble
from sandbox.world.knowledge import Knowledge, large_restatement_day
from sandbox.world.reading import read
from sandbox.world.window import Window
from sandbox.world.world import World, world

ANCHORS = [date(2026, 1, 2), date(2026, 6, 15), date(2026, 11, 23)]


def noon(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, 12, tzinfo=UTC)


def orders(of: World) -> list[tuple[str, datetime, datetime]]:
    books = [of.book(advertiser_id) for advertiser_id in of.advertisers]
    return [(o.order_id, o.start, o.end) for book in books for o in book.orders]


@pytest.mark.parametrize("anchor", ANCHORS)
def test_the_demo_is_as_large_as_an_agency(anchor: date) -> None:
    demo = world("demo", 7, anchor)
    all_orders, now = orders(demo), noon(anchor)
    running = [o for o in all_orders if o[1] <= now < o[2]]

    assert 9 <= len(demo.advertisers) <= 12
    assert 60 <= len(all_orders) <= 90
    assert 25 <= len(running) <= 38
    assert min(start for _, start, _ in all_orders) < now - timedelta(days=385)
    assert {a.currency for a in demo.advertisers.values()} == {"USD", "CAD", "GBP", "EUR", "JPY"}
    assert len({a.timezone for a in demo.advertisers.values()}) >= 7
    assert {a.seat.region for a in demo.advertisers.values()} == {"NA", "EU", "FE"}


@pytest.mark.parametrize("anchor", ANCHORS)
def test_an_advertisers_day_has_twenty_to_a_hundred_and_fifty_rows(anchor: date) -> None:
    demo = world("demo", 7, anchor)
    day = anchor - timedelta(days=5)
    for advertiser in demo.advertisers.values():
        window = Window(advertiser.timezone, day, day)
        found = read(demo.book(advertiser.advertiser_id), window, Knowledge.final(window))
        rows = int((found.impressions > 0).sum())
        assert rows == 0 if advertiser.slug == "stillwasser" else 15 <= rows <= 150


def test_every_id_is_there_once_and_has_its_form() -> None:
    demo = world("demo", 7, ANCHORS[2])
    ids: list[str] = list(demo.advertisers)
    for advertiser_id in demo.advertisers:
        for order in demo.book(advertiser_id).orders:
            ids += [order.order_id, *(flight.flight_id for flight in order.flights)]
            for line in order.line_items:
                ids.append(line.line_item_id)
                ids += [p.association_id for p in line.placings]
                ids += [p.creative.creative_id for p in line.placings]

    assert len(ids) == len(set(ids)) > 1500
    assert all(re.fullmatch(r"5\d{17}", each) for each in ids)
    assert all(re.fullmatch(r"ENTITY[A-Z0-9]{13}", s.entity_id) for s in demo.seats.values())
    assert all(10**15 < seat.profile_id < 10**16 for seat in demo.seats.values())


@pytest.mark.parametrize("name", ["demo", "tiny"])
def test_every_trouble_is_planted(name: str) -> None:
    written = world(name, 7, ANCHORS[1]).written

    planted = {order.trouble for plan in written.advertisers for order in plan.orders}

    assert set(Trouble) <= planted


def test_one_large_restatement_a_quarter_and_only_where_it_is_planted() -> None:
    demo = world("demo", 7, ANCHORS[2])
    lumen, harbor = list(demo.advertisers.values())[:2]
    days = [date(2026, 1, 1) + timedelta(days=n) for n in range(365)]

    planted = [day for day in days if large_restatement_day(lumen, day)]

    assert [(day.month - 1) // 3 for day in planted] == [0, 1, 2, 3]
    assert not any(large_restatement_day(harbor, day) for day in days)


def test_another_seed_is_another_world_and_the_same_is_the_same() -> None:
    one, same, other = (World("tiny", seed, ANCHORS[1]) for seed in (7, 7, 8))
    same_book = [same.book(i) for i in same.advertisers]

    assert [one.book(i) for i in one.advertisers] == same_book
    assert not set(one.advertisers) & set(other.advertisers)


@pytest.mark.parametrize("name", ["demo", "tiny"])
def test_orders_multiply_with_the_scale(name: str) -> None:
    plain, large = world(name, 7, ANCHORS[1]), world(name, 7, ANCHORS[1], 40)
    first = next(iter(plain.advertisers))

    ids = [order.order_id for order in large.book(first).orders]

    assert len(ids) - len(plain.book(first).orders) == 39 * (5 if name == "demo" else 1)
    assert len(set(ids)) == len(ids)


def test_a_month_of_a_hundred_advertisers_is_built_in_three_seconds() -> None:
    """A hundred and eight advertiser-months by creative, every third of the base columns."""
    demo = world("demo", 7, ANCHORS[2])
    asked = Asked(
        name=None,
        kind=KINDS["dspCampaign"],
        start=date(2026, 10, 23),
        end=date(2026, 11, 22),
        group_by=("campaign", "ad", "creative"),
        time_unit=DAILY,
        format="GZIP_JSON",
        columns=(
            "date",
            "advertiserId",
            "orderId",
            "lineItemId",
            "creativeId",
            "impressions",
            "clicks",
            "totalCost",
            "supplyCost",
            "agencyFee",
            "viewableImpressions",
            "detailPageViews",
            "totalDetailPageView",
            "addToCart",
            "purchases",
            "totalPurchases",
            "totalUnitsSold",
            "sales",
            "totalSales",
            "totalNewToBrandPurchases",
            "totalNewToBrandSales",
            "brandSearches",
        ),
        advertiser_ids=tuple(demo.advertisers),
        configuration={},
    )
    builder = Builder(demo, Beliefs(), noon(ANCHORS[2]))
    builder.rows(asked)

    def built() -> float:
        started = time.process_time()
        assert sum(len(builder.rows(asked)) for _ in range(3)) > 26_000
        return time.process_time() - started

    # The best of three: a busy machine makes the same work dearer, never cheaper.
    assert min(built() for _ in range(3)) < 2.0


def test_options_are_read_from_the_command_line() -> None:
    chosen = Options.parse(["--port", "9100", "--today", "2026-06-15", "--scenario", "tiny"])

    assert (chosen.port, chosen.smtp_port) == (9100, 9101)
    assert chosen.today == date(2026, 6, 15)
    assert chosen.base_url == "http://127.0.0.1:9100"


@pytest.mark.parametrize("wrong", [["--today", "tomorrow"], ["--scale", "0"], ["--builds", "now"]])
def test_wrong_options_end_with_a_sentence(
    wrong: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit):
        Options.parse(wrong)

    assert wrong[0] in capsys.readouterr().err
