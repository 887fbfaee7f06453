"""Every way to an answer gives the same rows, and they are the ones that loops reckon."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from core.domain.metrics import Dataset
from core.domain.periods import DateRange
from core.domain.scope import TenantScope
from core.lake.compiler import TOTAL, Source, compiled, uses_rollup
from core.lake.cube_answers import answered
from core.lake.question import Among, Condition, Containing, Question, Sort, Within, sortable
from core.lake.serving import View
from core.lake.sources import ParquetSource
from tests.integration.lake.ground import ACME, FIRST_DAY, NOON, OTHER, Ground, limited_to, row
from tests.integration.lake.oracle import Oracle

DAYS = 50
ADVERTISERS = ("5801", "5802", "5803")
CURRENCY = {"5801": "USD", "5802": "USD", "5803": "EUR"}
ORDERS = {f"59{n:02}": ADVERTISERS[n % 3] for n in range(7)}
NAMES = ("Autumn 10%", "autumn_launch", 'O\'Brien "x"', "=SUM(A1)", "日本 Ünïcode", "AUTUMN")
METRICS = (
    "impressions",
    "clicks",
    "total_cost",
    "total_sales",
    "purchases",
    "ctr",
    "total_roas",
    "ecpm",
)


class Stand:
    """A lake with a past, and its oracle."""

    def __init__(self, ground: Ground, oracle: Oracle) -> None:
        self.ground = ground
        self.oracle = oracle
        self.instants = tuple(at for at, _ in oracle.states)


def _facts(chance: random.Random, first: int, last: int) -> list[dict[str, Any]]:
    rows = []
    for number in range(first, last + 1):
        for order, advertiser in ORDERS.items():
            for line in range(2):
                if chance.random() < 0.45:
                    continue
                impressions = chance.choice([0, chance.randrange(1, 5000)])
                rows.append(
                    {
                        "day": FIRST_DAY + timedelta(days=number),
                        "advertiser_id": advertiser,
                        "order_id": order,
                        "line_item_id": f"{order}{line}",
                        "creative_id": f"{order}{chance.randrange(2)}",
                        "currency": CURRENCY[advertiser],
                        "impressions": impressions,
                        "clicks": chance.randrange(0, impressions // 50 + 1),
                        "total_cost": Decimal(chance.randrange(0, 10**8)) / 10**4,
                        "purchases": chance.choice([None, 0, chance.randrange(9)]),
                        "sales": None,
                        "total_sales": Decimal(chance.randrange(0, 10**13)) / 10**6,
                    }
                )
    return rows


def _wire(fact: dict[str, Any]) -> dict[str, Any]:
    written = {
        "date": fact["day"].isoformat(),
        "advertiserId": fact["advertiser_id"],
        "orderId": fact["order_id"],
        "lineItemId": fact["line_item_id"],
        "creativeId": fact["creative_id"],
        "orderCurrency": fact["currency"],
        "impressions": fact["impressions"],
        "clicks": fact["clicks"],
        "totalCost": str(fact["total_cost"]),
        "purchases": fact["purchases"],
        "sales": None,
        "totalSales": str(fact["total_sales"]),
    }
    return row(**written, clickThroughRate=None)


@pytest.fixture(scope="module")
def stand(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stand]:
    """Four loads, each restating a part of the one before; the other tenant's rows beside them."""
    home: Path = tmp_path_factory.mktemp("answers")
    ground, oracle, chance = Ground(home), Oracle(), random.Random(11)
    state: list[dict[str, Any]] = []
    for number, (first, last) in enumerate([(0, DAYS - 1), (20, 39), (35, 49), (3, 6)]):
        facts = _facts(chance, first, last)
        period = DateRange(FIRST_DAY + timedelta(days=first), FIRST_DAY + timedelta(days=last))
        at = NOON + timedelta(days=number)
        ground.load([_wire(f) for f in facts], period, at=at)
        state = [f for f in state if f["day"] not in period] + facts
        oracle.states.append((at, state))
    ground.load([_wire(f) for f in _facts(chance, 0, 9)], period_of(0, 9), scope=OTHER)
    oracle.names = {
        "order": {
            order: {"name": NAMES[n], "state": ("RUNNING", None, "ENDED")[n % 3]}
            for n, order in enumerate(ORDERS)
            if n < len(NAMES)
        },
        "advertiser": {a: {"name": f"Brand {a}"} for a in ADVERTISERS[:2]},
    }
    ground.names.put(ACME, **{e: _table(e, known) for e, known in oracle.names.items()})
    ground.lake.prepare(ACME)
    yield Stand(ground, oracle)
    ground.close()


def _table(entity: str, known: dict[str, Any]) -> pa.Table:
    columns = {f"{entity}_id": list(known)}
    for name in next(iter(known.values())):
        columns[name] = [values[name] for values in known.values()]
    return pa.table(columns)


def period_of(first: int, last: int) -> DateRange:
    return DateRange(FIRST_DAY + timedelta(days=first), FIRST_DAY + timedelta(days=last))


class FactsOnly:
    """The serving copy without its daily totals."""

    def __init__(self, view: View) -> None:
        self._snapshot = view.snapshot
        self.names = view.snapshot.names

    def facts(self, question: Question, days: DateRange, advertisers: frozenset[str] | None) -> str:
        assert self._snapshot.facts(question, days, advertisers) in ('"campaign"', '"order_days"')
        return '"campaign"'

    def revisions(
        self, question: Question, days: DateRange, advertisers: frozenset[str] | None
    ) -> str:
        return self._snapshot.revisions(question, days, advertisers)


def every_way(
    stand: Stand, scope: TenantScope, question: Question
) -> Iterator[tuple[str, pa.Table]]:
    """Yield each way's name and answer."""
    lake = stand.ground.lake
    visible = None if scope.advertiser_ids is None else frozenset(map(str, scope.advertiser_ids))
    with lake.reader(scope) as reader:
        view = reader._origin
        assert isinstance(view, View)
        assert view.cube is not None
        assert view.labels is not None
        ways: list[tuple[str, Source]] = [
            ("rollup" if uses_rollup(question) else "served", view.snapshot),
            ("facts", FactsOnly(view)),
        ]
        for name, source in ways:
            yield name, _run(view.snapshot.con, question, visible, source)
        from_cube = answered(question, visible, view.cube, view.labels)
        if from_cube is not None:
            yield "cube", _without_total(from_cube)
        direct = lake._direct.of(scope)
        archive = ParquetSource(lake.tables(scope), reader.manifest, view.snapshot.names)
        yield "files", _run(direct.con, question, visible, archive)
        if question.as_of is None:
            dated = replace(question, as_of=reader.manifest.at)
            yield "as of now", _run(view.snapshot.con, dated, visible, view.snapshot)


def _run(con: Any, question: Question, visible: frozenset[str] | None, source: Source) -> pa.Table:
    statement = compiled(question, visible, source)
    return _without_total(con.sql(statement.sql, params=statement.values).to_arrow_table())


def _without_total(table: pa.Table) -> pa.Table:
    return table.drop_columns([TOTAL]) if TOTAL in table.column_names else table


def approximately(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return the rows with ratios, the only floats, held to twelve digits."""
    return [
        {k: pytest.approx(v, rel=1e-12) if isinstance(v, float) else v for k, v in r.items()}
        for r in rows
    ]


@st.composite
def periods(draw: st.DrawFn) -> DateRange:
    first = draw(st.integers(-5, DAYS))
    return period_of(first, first + draw(st.integers(0, 35)))


BY = (
    (),
    ("day",),
    ("week", "advertiser_id"),
    ("month",),
    ("currency",),
    ("advertiser_id", "advertiser_name"),
    ("order_id",),
    ("order_id", "order_name", "order_state"),
    ("order_state", "currency"),
    ("order_id", "day"),
    ("line_item_id",),
    ("creative_id", "currency"),
    ("advertiser_id", "order_id", "order_name"),
    ("day", "advertiser_id", "order_id", "line_item_id", "creative_id"),
    ("advertiser_id", "order_id", "order_name", "line_item_id", "creative_id", "day"),
)
CONDITIONS: st.SearchStrategy[Condition] = st.one_of(
    st.builds(
        Among,
        st.just("advertiser_id"),
        st.frozensets(st.sampled_from([*ADVERTISERS, "9"]), max_size=3),
        st.booleans(),
    ),
    st.builds(
        Among, st.just("order_id"), st.frozensets(st.sampled_from([*ORDERS, "9"])), st.booleans()
    ),
    st.builds(
        Among,
        st.just("line_item_id"),
        st.frozensets(st.sampled_from([f"{o}1" for o in ORDERS]), min_size=1),
    ),
    st.builds(
        Containing,
        st.sampled_from(["autumn", "AUTUMN", "%", "_", "'", '"', "日本", "ü", "zzz", "sum("]),
        st.sampled_from([("order_name",), ("order_name", "advertiser_name"), ("order_id",)]),
    ),
)


@st.composite
def questions(draw: st.DrawFn) -> Question:
    """Return any question the campaign facts can answer."""
    days = draw(periods())
    back = draw(st.one_of(st.none(), st.integers(-3, 40)))
    metrics = tuple(draw(st.lists(st.sampled_from(METRICS), min_size=1, max_size=4, unique=True)))
    conditions = draw(st.lists(CONDITIONS, max_size=2))
    if draw(st.booleans()):
        low = draw(st.sampled_from([None, Decimal(1), Decimal(100)]))
        conditions.append(Within(metrics[0], low, Decimal(10) ** 9))
    question = Question(
        Dataset.CAMPAIGN,
        metrics,
        days,
        by=draw(st.sampled_from(BY)),
        where=tuple(conditions),
        compare=None if back is None else DateRange(*(d - timedelta(back) for d in _ends(days))),
    )
    sorts = draw(st.lists(st.sampled_from(sortable(question)), max_size=2, unique=True))
    limit = draw(st.one_of(st.none(), st.integers(1, 12)))
    return replace(
        question,
        order_by=tuple(Sort(column, draw(st.booleans())) for column in sorts),
        limit=limit,
        offset=draw(st.integers(0, 5)) if limit else 0,
    )


def _ends(days: DateRange) -> tuple[date, date]:
    return days.start, days.end


SCOPES = st.sampled_from(
    [ACME, limited_to(ACME, "5801"), limited_to(ACME, "5802", "5803"), limited_to(ACME)]
)


@given(question=questions(), scope=SCOPES)
@settings(
    max_examples=250, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_every_way_gives_the_rows_that_loops_reckon(
    stand: Stand, question: Question, scope: TenantScope
) -> None:
    expected = approximately(stand.oracle.answer(question, scope))
    for way, table in every_way(stand, scope, question):
        assert table.to_pylist() == expected, way


@given(question=questions(), scope=SCOPES, generation=st.integers(0, 3), seconds=st.integers(-1, 1))
@settings(
    max_examples=80, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_as_of_an_instant_every_row_has_the_value_of_its_time(
    stand: Stand, question: Question, scope: TenantScope, generation: int, seconds: int
) -> None:
    instant = stand.instants[generation] + timedelta(seconds=seconds)
    dated = replace(question, as_of=instant)
    expected = approximately(stand.oracle.answer(dated, scope))
    for way, table in every_way(stand, scope, dated):
        assert table.to_pylist() == expected, way


def test_the_cube_answers_what_the_morning_page_asks_most(stand: Stand) -> None:
    asked = [
        Question(Dataset.CAMPAIGN, ("total_cost",), period_of(10, 30)),
        Question(Dataset.CAMPAIGN, ("total_cost",), period_of(10, 30), by=("day",)),
        Question(Dataset.CAMPAIGN, ("ctr",), period_of(10, 30), by=("order_id", "order_name")),
    ]
    for question in asked:
        assert "cube" in dict(every_way(stand, ACME, question))


def test_columns_have_the_types_that_are_promised_whatever_the_way(stand: Stand) -> None:
    question = Question(
        Dataset.CAMPAIGN,
        ("impressions", "total_cost", "ctr"),
        period_of(0, 9),
        by=("order_id",),
        compare=period_of(10, 19),
    )
    promised = pa.schema(
        [("order_id", pa.string())]
        + [
            (metric + suffix, kind)
            for metric, kind in (
                ("impressions", pa.int64()),
                ("total_cost", pa.decimal128(38, 6)),
                ("ctr", pa.float64()),
            )
            for suffix in ("", "__before")
        ]
    )
    for way, table in every_way(stand, ACME, question):
        assert table.schema.equals(promised), way
