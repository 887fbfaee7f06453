"""Prefix sums in memory: any range of days of any orders in two reads, whatever the lake's size.

For every order the sums from its first day up to each of its days are kept, so that a range is
the difference of two rows (the prefix sums of Ho, Agrawal, Megiddo and Srikant, "Range queries
in OLAP data cubes", 1997). Amounts are whole millionths in int64: every total is exact. Orders
take only the days they run, which is a third of the calendar; a second layer holds advertisers.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from core.lake.engine import Connection, arrow, held_columns, rows
from core.lake.schema import EXACT, measure_column, quoted

Ints = npt.NDArray[np.int64]
Texts = npt.NDArray[np.object_]

MEASURES = (
    "total_cost",
    "impressions",
    "clicks",
    "total_sales",
    "sales",
    "total_purchases",
    "purchases",
    "total_new_to_brand_purchases",
    "new_to_brand_purchases",
    "total_detail_page_views",
    "detail_page_views",
    "viewable_impressions",
    "measurable_impressions",
    "video_starts",
    "video_completions",
    "total_add_to_cart",
    "add_to_cart",
    "supply_cost",
    "total_new_to_brand_sales",
    "brand_searches",
    "gross_impressions",
    "invalid_impressions",
    "total_units_sold",
    "units_sold",
)
"""What is asked for most, first; as many as fit are kept."""

_ROWS = "rows"
_SAFE = 2**62
_KEYS = ("advertiser_id", "order_id", "currency")


@dataclass(frozen=True, slots=True)
class Layer:
    """Ragged prefix sums: one series for each key, only as long as its days.

    Series i starts at day `starts[i]` (days since 1970) and runs `lengths[i]` days; its prefix
    sums are rows `offsets[i]` to `offsets[i] + lengths[i]` of `prefix`, the first of them zero.
    Column 0 counts rows; the others follow `measures`. Key k of series i is
    `values[k][codes[k][i]]`; the values, and the series by their keys, are in ascending order.
    """

    codes: dict[str, Ints]
    values: dict[str, Texts]
    measures: tuple[str, ...]
    starts: Ints
    lengths: Ints
    offsets: Ints
    prefix: Ints

    @property
    def bytes(self) -> int:
        """Return the memory the sums take."""
        return int(self.prefix.nbytes)

    def sums(self, chosen: Ints, start: date, end: date) -> Ints:
        """Return (series, column) sums over the days, both ends included; zeros for no day."""
        low = self._places(chosen, _number(start))
        high = self._places(chosen, _number(end) + 1)
        totals: Ints = self.prefix[high] - self.prefix[low]
        return totals

    def days(self, chosen: Ints, start: date, end: date) -> Ints:
        """Return (day, column) sums of all chosen series together, a row for every day."""
        edges = np.arange(_number(start), _number(end) + 2)
        places = self._places(chosen[:, None], edges[None, :])
        totals: Ints = np.diff(self.prefix[places].sum(axis=0), axis=0)
        return totals

    def _places(self, chosen: Ints, day: int | Ints) -> Ints:
        inside = np.clip(day - self.starts[chosen], 0, self.lengths[chosen])
        places: Ints = self.offsets[chosen] + inside
        return places


@dataclass(frozen=True, slots=True)
class Cube:
    """The two layers, of one generation of the lake."""

    generation: int
    measures: tuple[str, ...]
    orders: Layer
    advertisers: Layer

    @property
    def bytes(self) -> int:
        """Return the memory the cube takes."""
        return self.orders.bytes + self.advertisers.bytes


def build(con: Connection, rollup: str, generation: int, bytes_max: int) -> Cube | None:
    """Return the cube of the daily totals in `rollup`, None when they do not fit or there are none.

    A measure that is null somewhere is left out: a sum of prefix sums cannot tell an absent
    figure from a zero.
    """
    measures = _measures(con, rollup)
    cells = _cells(con, rollup) if measures else 0
    fitting = bytes_max // (8 * max(cells, 1)) - 1
    if not cells or fitting < 1:
        return None
    measures = measures[:fitting]
    columns = "".join(f", CAST({_whole(key)} AS BIGINT) AS {quoted(key)}" for key in measures)
    found = arrow(
        con,
        f"SELECT {', '.join(_KEYS)}, date_diff('day', DATE '1970-01-01', day) AS day, "
        f"CAST(1 AS BIGINT) AS {_ROWS}{columns} FROM {rollup}",
    )
    orders = _layer(found, _KEYS, measures)
    advertisers = _layer(found, ("advertiser_id", "currency"), measures)
    return Cube(generation, measures, orders, advertisers)


def _measures(con: Connection, rollup: str) -> tuple[str, ...]:
    """Return the measures that are never null and cannot overflow."""
    held = held_columns(con, rollup)
    kept = [key for key in MEASURES if key in held]
    if not kept:
        return ()
    tests = ", ".join(
        f"count(*) = count({quoted(k)}) AND "
        f"coalesce(sum(abs(CAST({_whole(k)} AS HUGEINT))), 0) < {_SAFE}"
        for k in kept
    )
    fine = rows(con, f"SELECT {tests} FROM {rollup}")[0]
    return tuple(key for key, is_fine in zip(kept, fine, strict=True) if is_fine)


def _cells(con: Connection, rollup: str) -> int:
    """Return how many days all the orders run from their first to their last."""
    runs = f"SELECT max(day) - min(day) + 2 AS days FROM {rollup} GROUP BY {', '.join(_KEYS)}"
    return int(rows(con, f"SELECT coalesce(sum(days), 0) FROM ({runs})")[0][0])


def _whole(key: str) -> str:
    name = quoted(key)
    is_exact = measure_column(key).type == EXACT
    return f"CAST(CAST({name} AS DECIMAL(38, 6)) * 1000000 AS HUGEINT)" if is_exact else name


def _layer(table: pa.Table, keys: Sequence[str], measures: tuple[str, ...]) -> Layer:
    """Return the layer of `table`'s rows under `keys`, in the ascending order of the keys."""
    series, codes, values = _series(table, keys)
    day = table["day"].to_numpy()
    starts = np.full(len(codes[keys[0]]), np.iinfo(np.int64).max)
    ends = np.full(len(starts), np.iinfo(np.int64).min)
    np.minimum.at(starts, series, day)
    np.maximum.at(ends, series, day)
    lengths = ends - starts + 1
    offsets = np.concatenate(([0], np.cumsum(lengths + 1)[:-1]))
    prefix = np.zeros((int(np.sum(lengths + 1)), len(measures) + 1), dtype=np.int64)
    places = offsets[series] + 1 + day - starts[series]
    for column, name in enumerate((_ROWS, *measures)):
        np.add.at(prefix[:, column], places, table[name].to_numpy())
    np.cumsum(prefix, axis=0, out=prefix)
    # One running sum over all series; each series starts again from its own zero.
    for column in range(prefix.shape[1]):
        prefix[:, column] -= np.repeat(prefix[offsets, column], lengths + 1)
    return Layer(codes, values, measures, starts, lengths, offsets, prefix)


def _series(table: pa.Table, keys: Sequence[str]) -> tuple[Ints, dict[str, Ints], dict[str, Texts]]:
    """Return each row's series number, and the codes and values of the series' keys."""
    joined = np.zeros(table.num_rows, dtype=np.int64)
    values: dict[str, Texts] = {}
    for key in keys:
        places, values[key] = ranked(table[key])
        joined = joined * len(values[key]) + places
    unique, series = np.unique(joined, return_inverse=True)
    codes: dict[str, Ints] = {}
    for key in reversed(keys):
        codes[key] = unique % len(values[key])
        unique = unique // len(values[key])
    return series.astype(np.int64), codes, values


def ranked(texts: pa.ChunkedArray) -> tuple[Ints, Texts]:
    """Return each text's place among the distinct ones, and these in ascending order."""
    encoded = texts.combine_chunks().dictionary_encode()
    values = encoded.dictionary.to_numpy(zero_copy_only=False)
    order = np.argsort(values.astype(object), kind="stable")
    places = np.empty(len(order), dtype=np.int64)
    places[order] = np.arange(len(order))
    return places[encoded.indices.to_numpy()], values[order].astype(object)


def _number(day: date) -> int:
    return day.toordinal() - _EPOCH


_EPOCH = date(1970, 1, 1).toordinal()
