"""Prefix sums against sums by hand."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from decimal import Decimal

import duckdb
import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.lake.cube import build
from core.lake.decimals import decimals

FIRST = date(2026, 2, 25)
Row = tuple[str, str, str, int, int, int]
rows = st.lists(
    st.tuples(
        st.sampled_from(["a1", "a2"]),
        st.sampled_from(["o1", "o2", "o3"]),
        st.sampled_from(["USD", "EUR"]),
        st.integers(0, 12),
        st.integers(0, 2**40),
        st.integers(-(10**15), 10**15),
    ),
    min_size=1,
    max_size=40,
    unique_by=lambda r: r[:4],
)


def rollup(given_rows: Sequence[Row]) -> duckdb.DuckDBPyConnection:
    con = duckdb.connect()
    con.execute(
        "CREATE TABLE order_days (advertiser_id VARCHAR, order_id VARCHAR, currency VARCHAR, "
        "day DATE, impressions BIGINT, total_cost DECIMAL(18,6))"
    ).fetchall()
    for advertiser, order, currency, day, impressions, micros in given_rows:
        con.execute(
            "INSERT INTO order_days VALUES (?, ?, ?, ?, ?, ?)",
            [
                advertiser,
                order,
                currency,
                FIRST + timedelta(days=day),
                impressions,
                Decimal(micros).scaleb(-6),
            ],
        ).fetchall()
    return con


@given(given_rows=rows, start=st.integers(-3, 15), length=st.integers(0, 15))
@settings(max_examples=60, deadline=None)
def test_any_range_of_any_series_is_the_sum_of_its_days(
    given_rows: list[Row], start: int, length: int
) -> None:
    with rollup(given_rows) as con:
        cube = build(con, "order_days", 1, 10**8)
    assert cube is not None
    assert cube.measures == ("total_cost", "impressions")
    inside = [r for r in given_rows if start <= r[3] <= start + length]
    first, last = FIRST + timedelta(days=start), FIRST + timedelta(days=start + length)
    orders = cube.orders
    sums = orders.sums(np.arange(len(orders.starts)), first, last)
    for number, found in enumerate(sums):
        key = tuple(
            orders.values[k][orders.codes[k][number]]
            for k in ("advertiser_id", "order_id", "currency")
        )
        mine = [r for r in inside if r[:3] == key]
        assert found.tolist() == [len(mine), sum(r[5] for r in mine), sum(r[4] for r in mine)]
    advertisers = cube.advertisers
    series = advertisers.days(np.arange(len(advertisers.starts)), first, last)
    for number, found in enumerate(series):
        mine = [r for r in inside if r[3] == start + number]
        assert found.tolist() == [len(mine), sum(r[5] for r in mine), sum(r[4] for r in mine)]


def test_a_measure_with_nulls_or_beyond_exact_sums_is_left_to_sql() -> None:
    with rollup([("a", "o", "USD", 1, 1, 1), ("a", "o", "USD", 2, 1, 1)]) as con:
        con.execute(
            "UPDATE order_days SET impressions = NULL WHERE day = ?", [FIRST + timedelta(1)]
        )
        con.complete()
        cube = build(con, "order_days", 1, 10**8)
        assert cube is not None
        assert cube.measures == ("total_cost",)
        con.execute("UPDATE order_days SET impressions = 9000000000000000000").fetchall()
        cube = build(con, "order_days", 1, 10**8)
        assert cube is not None
        assert cube.measures == ("total_cost",)


@pytest.mark.parametrize(("room", "kept"), [(10**8, 2), (30 * 8 * 2, 1), (8, None), (0, None)])
def test_as_many_measures_are_kept_as_there_is_room_for(room: int, kept: int | None) -> None:
    with rollup([("a", "o", "USD", n, 1, 1) for n in range(20)]) as con:
        cube = build(con, "order_days", 1, room)
    assert (None if cube is None else len(cube.measures)) == kept
    if cube is not None:
        assert cube.orders.bytes <= room


def test_no_rows_make_no_cube() -> None:
    with rollup([]) as con:
        assert build(con, "order_days", 1, 10**8) is None
        assert build(con, "not_there", 1, 10**8) is None


@given(st.lists(st.integers(-(2**63), 2**63 - 1)))
def test_millionths_become_exact_decimals(micros: list[int]) -> None:
    array = decimals(np.array(micros, dtype=np.int64), 38)
    assert array.type == pa.decimal128(38, 6)
    assert array.to_pylist() == [Decimal(m).scaleb(-6) for m in micros]
