"""A reader: one scope, one generation, clear refusals, answers that are never another's."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import Any

import pyarrow as pa
import pytest

from core.domain.ids import OrgId
from core.domain.metrics import Dataset
from core.domain.scope import TenantScope
from core.errors import NotFound, UserError
from core.lake.layout import Layout, Role
from core.lake.question import Among, Containing, Question, Sort
from core.lake.reader import Reader
from tests.integration.lake.ground import (
    ACME,
    ADVERTISER,
    CAMPAIGN,
    NOON,
    OTHER,
    SECOND,
    Ground,
    columns,
    day,
    days,
    limited_to,
    row,
)

COST = Question(Dataset.CAMPAIGN, ("total_cost",), days(0, 9))


def cost(ground: Ground, scope: TenantScope, question: Question = COST) -> Decimal | None:
    with ground.lake.reader(scope) as reader:
        found: Decimal | None = reader.ask(question).table["total_cost"][0].as_py()
        return found


def test_a_reader_keeps_its_generation_while_loads_go_on(ground: Ground) -> None:
    ground.load([row(0, totalCost=1)], days(0, 0))
    with ground.lake.reader(ACME) as reader:
        first = reader.ask(COST)
        ground.load([row(0, totalCost=2)], days(0, 0))
        ground.lake.prepare(ACME)
        clicks = reader.ask(Question(Dataset.CAMPAIGN, ("total_cost", "clicks"), days(0, 9)))
        assert first.manifest == clicks.manifest == reader.manifest
        assert clicks.table["total_cost"][0].as_py() == 1
    assert cost(ground, ACME) == 2


def test_a_sum_over_days_that_lack_a_measure_is_absent_and_not_that_of_the_others(
    ground: Ground,
) -> None:
    target = {"onTarget": "on_target_impressions", "onTargetCost": "on_target_cost"}
    whole = replace(CAMPAIGN, columns=(*CAMPAIGN.columns, *columns(Role.MEASURE, target)))
    young = [
        row(2, lineItemId="1", onTarget=500, onTargetCost=1),
        row(2, lineItemId="2", onTarget=None, onTargetCost=None),  # does not apply: nothing
        row(3, lineItemId="1", onTarget=300, onTargetCost=3),
    ]
    ground.load(young, days(2, 3), layout=whole)
    ground.load([row(0), row(1)], days(0, 1))
    ground.load([row(0, onTarget=7, onTargetCost=7)], days(0, 0), scope=OTHER, layout=whole)
    metrics = ("on_target_impressions", "on_target_cpm", "impressions")
    ground.lake.prepare(ACME)
    for from_files in (False, True):
        with ground.lake.reader(ACME, from_files=from_files) as reader:

            def told(
                first: int, last: int, *by: str, reader: Reader = reader
            ) -> list[tuple[Any, ...]]:
                asked = Question(Dataset.CAMPAIGN, metrics, days(first, last), by)
                return [tuple(r[k] for k in metrics) for r in reader.ask(asked).table.to_pylist()]

            assert told(0, 3) == [(None, None, 5000)]
            assert told(2, 3) == [(800, 5.0, 3000)]  # 1000 x 4 / 800
            assert told(1, 2, "day") == [(None, None, 1000), (500, 2.0, 2000)]
            assert told(1, 2, "order_id") == [(None, None, 3000)]
            assert (0, None, 1000) in told(2, 2, "line_item_id")


def test_a_reader_can_be_given_an_earlier_generation(ground: Ground) -> None:
    first = ground.load([row(0, totalCost=1)], days(0, 0)).manifest
    ground.load([row(0, totalCost=2)], days(0, 0))
    ground.lake.prepare(ACME)
    with ground.lake.reader(ACME, first.generation) as reader:
        assert not reader.is_served
        assert reader.ask(COST).table["total_cost"][0].as_py() == 1
    for absent in (0, 99, -1):
        with pytest.raises(NotFound):
            ground.lake.reader(ACME, absent)


def test_an_organization_without_a_load_has_an_empty_lake(ground: Ground) -> None:
    nobody = TenantScope.for_job(OrgId("org_new"))
    with ground.lake.reader(nobody) as reader:
        assert reader.ask(COST).table.to_pylist() == [{"total_cost": None}]
        by_day = Question(Dataset.GEO, ("clicks",), days(0, 9), by=("day", "country"))
        assert reader.ask(by_day).table.num_rows == 0
    assert not (ground.home / "lake" / "org_new").exists()


def test_two_tenants_with_the_same_ids_never_see_each_other(ground: Ground) -> None:
    ground.load([row(n, totalCost=100) for n in range(10)], days(0, 9))
    for _ in range(2):  # the second time from the cache
        assert cost(ground, ACME) == 1000
        assert cost(ground, OTHER) == Decimal("0.7")


def test_a_limited_member_has_totals_of_its_own_advertisers_only(ground: Ground) -> None:
    ground.load([row(0, totalCost=1), row(0, totalCost=10, advertiserId=SECOND)], days(0, 0))
    ground.lake.prepare(ACME)
    assert cost(ground, ACME) == 11
    assert cost(ground, limited_to(ACME, ADVERTISER)) == 1
    assert cost(ground, limited_to(ACME, SECOND)) == 10
    assert cost(ground, limited_to(ACME)) is None
    wished = Question(
        Dataset.CAMPAIGN,
        ("total_cost",),
        days(0, 9),
        where=(Among("advertiser_id", frozenset({SECOND})),),
    )
    assert cost(ground, limited_to(ACME, ADVERTISER), wished) is None


def test_a_question_asked_again_is_answered_from_memory(ground: Ground) -> None:
    ground.load([row(0)], days(0, 0))
    with ground.lake.reader(ACME) as first, ground.lake.reader(ACME) as second:
        assert first.ask(COST) is second.ask(COST)
    ground.load([row(0, totalCost=3)], days(0, 0))
    assert cost(ground, ACME) == 3


def test_a_new_name_is_seen_though_the_facts_are_the_same(ground: Ground) -> None:
    ground.load([row(0)], days(0, 0))
    question = Question(Dataset.CAMPAIGN, ("clicks",), days(0, 0), by=("order_id", "order_name"))
    for name in ("Before", "After"):
        orders = pa.table({"order_id": ["590000000000000001"], "name": [name]})
        ground.names.put(ACME, order=orders)
        ground.lake.prepare(ACME)
        with ground.lake.reader(ACME) as reader:
            assert reader.ask(question).table["order_name"].to_pylist() == [name]


def test_names_are_those_that_the_reader_may_know_whoever_came_before(ground: Ground) -> None:
    ground.load([row(0, orderId="1"), row(0, orderId="2", advertiserId=SECOND)], days(0, 0))
    orders = pa.table(
        {"order_id": ["1", "2"], "name": ["One", "Two"], "advertiser_id": [ADVERTISER, SECOND]}
    )
    ground.names.put(ACME, order=orders)
    question = Question(Dataset.CAMPAIGN, ("clicks",), days(0, 0), by=("order_id", "order_name"))
    whole, own, nobody = ACME, limited_to(ACME, SECOND), limited_to(ACME)
    for is_served in (False, True):
        for scope, names in ((own, ["Two"]), (whole, ["One", "Two"]), (nobody, []), (own, ["Two"])):
            if is_served:
                ground.lake.prepare(scope)
            with ground.lake.reader(scope) as reader:
                assert reader.ask(question).table["order_name"].to_pylist() == names
                assert reader.is_served or not is_served


def test_amounts_of_several_currencies_are_refused_until_they_are_grouped(ground: Ground) -> None:
    yen = row(0, advertiserId=SECOND, orderId="2", orderCurrency="JPY", totalCost=900)
    ground.load([row(0, totalCost=9), yen], days(0, 0))
    for is_served in (False, True):
        if is_served:
            ground.lake.prepare(ACME)
        with ground.lake.reader(ACME) as reader:
            for metric in ("total_cost", "ecpm", "total_roas"):
                with pytest.raises(UserError, match="in JPY and USD"):
                    reader.ask(Question(Dataset.CAMPAIGN, (metric,), days(0, 9), by=("day",)))
            grouped = Question(Dataset.CAMPAIGN, ("total_cost",), days(0, 9), by=("currency",))
            assert reader.ask(grouped).table.to_pylist() == [
                {"currency": "JPY", "total_cost": 900},
                {"currency": "USD", "total_cost": 9},
            ]
            clicks = Question(Dataset.CAMPAIGN, ("clicks", "ctr"), days(0, 9))
            assert reader.ask(clicks).table["clicks"][0].as_py() == 20
    assert cost(ground, limited_to(ACME, SECOND)) == 900


def test_ratios_over_nothing_are_absent_and_totals_are_ratios_of_sums(ground: Ground) -> None:
    nothing = row(0, lineItemId="0", impressions=0, clicks=0, totalCost=0, totalSales=0)
    some = row(0, lineItemId="1", impressions=100, clicks=50)
    many = row(0, lineItemId="2", impressions=900, clicks=0)
    ground.load([nothing, some, many], days(0, 0))
    with ground.lake.reader(ACME) as reader:
        by_line = Question(Dataset.CAMPAIGN, ("ctr",), days(0, 0), by=("line_item_id",))
        assert reader.ask(by_line).table["ctr"].to_pylist() == [None, 0.5, 0.0]
        total = Question(Dataset.CAMPAIGN, ("ctr",), days(0, 0))
        assert reader.ask(total).table["ctr"].to_pylist() == [0.05]


REACH = Layout(
    Dataset.REACH,
    (
        *columns(Role.KEY, {"advertiserId": "advertiser_id", "orderId": "entity_id"}),
        *columns(Role.MEASURE, {"reach": "reach", "frequencyAverage": "frequency"}),
    ),
    {
        "day": day(6),
        "window_name": "7 days",
        "window_start": day(0),
        "window_end": day(6),
        "level": "order",
    },
)


def test_reach_is_known_for_its_windows_and_absent_for_any_other(ground: Ground) -> None:
    given = [
        {"advertiserId": ADVERTISER, "orderId": o, "reach": r, "frequencyAverage": 2.5}
        for o, r in (("1", 70), ("2", 30))
    ]
    ground.load(given, days(6, 6), layout=REACH)
    with ground.lake.reader(ACME) as reader:
        asked = Question(Dataset.REACH, ("reach", "frequency"), days(0, 6), by=("order_id",))
        assert reader.ask(asked).table.to_pylist() == [
            {"order_id": "1", "reach": 70, "frequency": Decimal("2.5")},
            {"order_id": "2", "reach": 30, "frequency": Decimal("2.5")},
        ]
        other_window = Question(Dataset.REACH, ("reach",), days(0, 5), by=("order_id",))
        assert reader.ask(other_window).table.num_rows == 0
        other_level = Question(Dataset.REACH, ("reach",), days(0, 6), by=("advertiser_id",))
        assert reader.ask(other_level).table.num_rows == 0
        with pytest.raises(UserError, match="cannot be added up"):
            reader.ask(Question(Dataset.CAMPAIGN, ("reach",), days(0, 6)))
        with pytest.raises(UserError, match="whole windows"):
            reader.ask(Question(Dataset.REACH, ("reach",), days(0, 6), by=("day", "order_id")))


def test_a_load_of_one_window_leaves_the_others(ground: Ground) -> None:
    seven = {"advertiserId": ADVERTISER, "orderId": "1", "reach": 70, "frequencyAverage": 2}
    one_day = Layout(
        Dataset.REACH,
        REACH.columns,
        {**REACH.constants, "window_name": "1 day", "window_start": day(6)},
    )
    ground.load([seven], days(6, 6), layout=REACH)
    ground.load([seven | {"reach": 20}], days(6, 6), layout=one_day)
    ground.load([seven | {"reach": 71}], days(6, 6), layout=REACH)
    with ground.lake.reader(ACME) as reader:
        for period, reach in ((days(0, 6), 71), (days(6, 6), 20)):
            asked = Question(Dataset.REACH, ("reach",), period, by=("order_id",))
            assert reader.ask(asked).table["reach"].to_pylist() == [reach]


HOSTILE = ["'; DROP TABLE campaign; --", "%_", "a\0b", '"', "\\", "$v0", "${x}", "☃" * 50]


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_values_are_values(ground: Ground, text: str) -> None:
    ground.load([row(0)], days(0, 0))
    orders = pa.table({"order_id": ["590000000000000001"], "name": [f"x{text}y"]})
    ground.names.put(ACME, order=orders)
    ground.lake.prepare(ACME)
    with ground.lake.reader(ACME) as reader:
        for condition, count in (
            (Containing(text, ("order_name",)), 1),
            (Containing(text + "z", ("order_name",)), 0),
            (Among("order_name", frozenset({f"x{text}y"})), 1),
            (Among("line_item_id", frozenset({text})), 0),
        ):
            asked = Question(
                Dataset.CAMPAIGN, ("clicks",), days(0, 0), by=("order_id",), where=(condition,)
            )
            assert reader.ask(asked).table.num_rows == count
        assert reader.ask(COST).table["total_cost"][0].as_py() == Decimal("12.5")


def test_sorting_and_grouping_take_known_names_only(ground: Ground) -> None:
    ground.load([row(0)], days(0, 0), at=NOON)
    refused = [
        Question(Dataset.CAMPAIGN, ("clicks",), days(0, 0), order_by=(Sort("1; DROP TABLE x"),)),
        Question(Dataset.CAMPAIGN, ("clicks",), days(0, 0), order_by=(Sort("total_cost"),)),
        Question(Dataset.CAMPAIGN, ("clicks",), days(0, 0), by=("valid_from",)),
        Question(Dataset.CAMPAIGN, ("clicks",), days(0, 0), by=("order_secret",)),
        Question(Dataset.CAMPAIGN, ("clicks",), days(0, 0), by=("country",)),
    ]
    with ground.lake.reader(ACME) as reader:
        for question in refused:
            with pytest.raises(UserError):
                reader.ask(question)
