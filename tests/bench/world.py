"""A synthetic year of an agency, drawn in columns: orders in flights, lines, creatives, supply.

The same size gives the same rows. Volumes are log-normal, advertisers differ by Zipf's law and
an order runs for about a third of the time, as measured accounts do.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta

import numpy as np
import pyarrow as pa

from core.domain.metrics import Dataset
from core.domain.periods import DateRange
from core.lake.decimals import decimals
from core.lake.layout import Asked, Layout, Role, WireColumn
from core.lake.schema import COUNT, TABLES, core_measures, measure_column

LAST_DAY = date(2026, 11, 21)
CURRENCY = "USD"
_FIRST_ID = 580_000_000_000_000_000


@dataclass(frozen=True, slots=True)
class Size:
    """How large a world is. `pairs` are line items with one of their creatives."""

    name: str
    days: int
    advertisers: int
    orders: int
    pairs: int
    supply_per_line: int = 4

    @property
    def period(self) -> DateRange:
        """Return every day of the world."""
        return DateRange(LAST_DAY - timedelta(days=self.days - 1), LAST_DAY)

    @property
    def is_rolled_up(self) -> bool:
        """Return whether each order has one line item only: the daily totals of a larger world."""
        return self.pairs == self.orders


SIZES = {
    "1m": Size("1m", days=180, advertisers=8, orders=960, pairs=17_500),
    "10m": Size("10m", days=400, advertisers=40, orders=4_340, pairs=79_000),
    "report": Size("report", days=90, advertisers=40, orders=2_400, pairs=52_000),
    "100m": Size("100m", days=800, advertisers=40, orders=8_700, pairs=395_000),
}
ROLLED_UP = "-rollup"
"""What follows the name of a size when only as many rows are wanted as its daily totals have."""


def size_of(name: str) -> Size:
    """Return a size by its name, or by its rows ("100_000"). Raises ValueError for neither.

    "100m-rollup" has the advertisers, orders and days of "100m" and one line item an order: as
    many daily totals, so what the roll-up and the cube answer costs the same.
    """
    base = name.removesuffix(ROLLED_UP)
    size = SIZES[base] if base in SIZES else _of_rows(base)
    return replace(size, name=name, pairs=size.orders) if base != name else size


def _of_rows(name: str) -> Size:
    small, share = SIZES["1m"], int(name) / 1_000_000
    orders, pairs = max(24, round(small.orders * share)), max(72, round(small.pairs * share))
    return replace(small, name=name, orders=orders, pairs=pairs)


def layout_of(dataset: Dataset) -> Layout:
    """Return a layout whose wire names are our own, with every core measure."""
    keys = (*TABLES[dataset].identity, "currency")
    measures = core_measures(dataset)
    return Layout(
        dataset,
        (
            *(WireColumn(key, key, Role.KEY) for key in keys),
            *(WireColumn(key, key, Role.MEASURE) for key in measures),
        ),
    )


class World:
    """Which pairs exist, what they belong to and when they run."""

    def __init__(self, size: Size, seed: int = 7) -> None:
        self.size = size
        rng = np.random.default_rng(seed)
        weights = 1 / np.arange(1, size.advertisers + 1)
        self.order_advertiser = np.sort(
            rng.choice(size.advertisers, size.orders, p=weights / weights.sum())
        )
        length = np.clip(rng.normal(0.32, 0.12, size.orders), 0.05, 1) * size.days
        self.order_start = (rng.random(size.orders) * (size.days - length * 0.6)).astype(np.int64)
        self.order_end = np.minimum(self.order_start + length, size.days - 1).astype(np.int64)
        every = np.arange(size.orders)
        drawn = np.sort(rng.integers(0, size.orders, size.pairs))
        self.pair_order = every if size.is_rolled_up else drawn
        place = np.arange(size.pairs) - np.searchsorted(self.pair_order, self.pair_order)
        self.pair_line = self.pair_order * 100 + place // 3
        self.pair_creative = self.pair_order * 100 + place % 8
        self.pair_volume = rng.lognormal(7.2, 1.3, size.pairs)
        self.pair_cpm = rng.lognormal(1.4, 0.5, size.pairs)

    @property
    def advertisers(self) -> list[str]:
        """Return the ids of the advertisers, the largest first."""
        return [_id(n) for n in range(self.size.advertisers)]

    def orders(self) -> pa.Table:
        """Return id, advertiser, name, state, start, end and budget of every order."""
        numbers = np.arange(self.size.orders)
        first = self.size.period.start
        return pa.table(
            {
                "order_id": _ids(numbers),
                "advertiser_id": _ids(self.order_advertiser),
                "name": [f"Order {n} {_SEASONS[n % len(_SEASONS)]}" for n in numbers],
                "state": np.where(self.order_end >= self.size.days - 1, "RUNNING", "ENDED"),
                "start_day": [first + timedelta(days=int(d)) for d in self.order_start],
                "end_day": [first + timedelta(days=int(d)) for d in self.order_end],
            }
        )

    def names(self, entity: str, numbers: np.ndarray) -> pa.Table:
        """Return id and name of line items or creatives."""
        unique = np.unique(numbers)
        title = entity.replace("_", " ")
        return pa.table(
            {f"{entity}_id": _ids(unique), "name": [f"{title} {n} video" for n in unique]}
        )

    def months(self) -> Iterator[DateRange]:
        """Yield the days of the world in pieces of 31, oldest first."""
        yield from reversed(self.size.period.chunks(31))

    def asked(self, days: DateRange) -> Asked:
        """Return what a report over `days` for every advertiser is asked for."""
        return Asked(frozenset(self.advertisers), days)

    def facts(self, days: DateRange, seed: int = 0) -> pa.Table:
        """Return the campaign facts of `days` under our own names; `seed` restates volumes."""
        pairs, offsets = self._running(days)
        order = self.pair_order[pairs]
        keys = {
            "order_id": _ids(order),
            "line_item_id": _ids(self.pair_line[pairs]),
            "creative_id": _ids(self.pair_creative[pairs]),
        }
        volume = self.pair_volume[pairs]
        return self._rows(Dataset.CAMPAIGN, days, order, offsets, keys, volume, pairs, seed)

    def supply(self, days: DateRange) -> pa.Table:
        """Return the inventory facts of `days`: every line item over its supply sources."""
        pairs, offsets = self._running(days)
        firsts = np.r_[True, self.pair_line[1:] != self.pair_line[:-1]]
        lines = firsts[pairs]
        pairs, offsets = pairs[lines], offsets[lines]
        times = self.size.supply_per_line
        source = np.tile(np.arange(times), len(pairs)) + np.repeat(self.pair_line[pairs] % 9, times)
        pairs, offsets = np.repeat(pairs, times), np.repeat(offsets, times)
        keys = {
            "order_id": _ids(self.pair_order[pairs]),
            "line_item_id": _ids(self.pair_line[pairs]),
            "supply_source": pa.array([f"Source {n}" for n in range(16)]).take(pa.array(source)),
            "deal_id": pa.array(["unknown"]).take(pa.array(np.zeros(len(pairs), np.int64))),
        }
        volume = self.pair_volume[pairs] * 3 / times
        order = self.pair_order[pairs]
        return self._rows(Dataset.INVENTORY, days, order, offsets, keys, volume, pairs, 1)

    def _running(self, days: DateRange) -> tuple[np.ndarray, np.ndarray]:
        """Return (pair, day) of every row, by day: the rows that a report holds."""
        first = (days.start - self.size.period.start).days
        pairs, offsets = [], []
        for offset in range(first, first + days.length):
            order = self.pair_order
            running = np.flatnonzero(
                (self.order_start[order] <= offset) & (offset <= self.order_end[order])
            )
            pairs.append(running)
            offsets.append(np.full(len(running), offset))
        return np.concatenate(pairs), np.concatenate(offsets)

    def _rows(
        self,
        dataset: Dataset,
        days: DateRange,
        order: np.ndarray,
        offsets: np.ndarray,
        keys: dict[str, pa.Array],
        volume: np.ndarray,
        pairs: np.ndarray,
        seed: int,
    ) -> pa.Table:
        rng = np.random.default_rng([seed, days.start.toordinal()])
        luck = rng.random(len(order))
        weekday = 1 + 0.15 * np.sin((offsets % 7) * 0.9)
        impressions = np.floor(volume * weekday * (0.6 + 0.8 * luck)).astype(np.int64)
        cost = np.floor(impressions * self.pair_cpm[pairs] * 10).astype(np.int64) * 100
        start = self.size.period.start.toordinal() - date(1970, 1, 1).toordinal()
        columns: dict[str, pa.Array] = {
            "advertiser_id": _ids(self.order_advertiser[order]),
            "day": pa.array((start + offsets).astype(np.int32)).cast(pa.date32()),
            **keys,
            "currency": pa.array([CURRENCY]).take(pa.array(np.zeros(len(order), np.int64))),
        }
        for n, key in enumerate(core_measures(dataset)):
            columns[key] = _measure(key, n, impressions, cost, np.roll(luck, n * 7919))
        return pa.table(columns)


_SEASONS = ("spring launch", "always on", "prime day", "holiday", "new product", "retargeting")
_LIKELY = {"gross_impressions": 1.008, "measurable_impressions": 0.95, "viewable_impressions": 0.7}


def _measure(
    key: str, n: int, impressions: np.ndarray, cost: np.ndarray, luck: np.ndarray
) -> pa.Array:
    """Return a measure that follows impressions or cost at a rate of its own."""
    if key == "impressions":
        return pa.array(impressions)
    if key == "total_cost":
        return decimals(cost, 18)
    if measure_column(key).type == COUNT:
        rate = _LIKELY.get(key, 0.02 / (1 + n % 17))
        return pa.array(np.floor(impressions * rate + luck).astype(np.int64))
    share = 3.5 if "sales" in key else 0.9 / (1 + n % 11)
    return decimals(np.floor(cost * share * luck / 100).astype(np.int64) * 100, 18)


def _id(number: int) -> str:
    return str(_FIRST_ID + number)


def _ids(numbers: np.ndarray) -> pa.Array:
    unique, places = np.unique(numbers, return_inverse=True)
    return pa.array([_id(int(n)) for n in unique]).take(pa.array(places))
