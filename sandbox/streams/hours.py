"""The hours of a day: the same truth as the reports', cut by the part of a day that has passed.

What is first told of an hour is what Amazon knows soon: invalid traffic is mostly not found yet,
late conversions are missing. When the day is final, each hour that was told wrongly is corrected
by a record of its own that holds the difference, which may be negative. All records of a day
together are the day's final truth, to the last impression and millionth.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum
from typing import Any

import numpy as np

from sandbox.streams.subscriptions import Dataset
from sandbox.world.chance import Counts, key, uniform
from sandbox.world.entities import Advertiser, Book
from sandbox.world.families import CLICK, FAMILIES, NEW, PROMOTED, VIEW
from sandbox.world.knowledge import Knowledge, part_served
from sandbox.world.reading import Reading, read
from sandbox.world.window import Window

_HOUR = timedelta(hours=1)
FIRST_LAG = {Dataset.TRAFFIC: timedelta(minutes=40), Dataset.CONVERSION: timedelta(minutes=100)}
FINAL_LAG = {Dataset.TRAFFIC: timedelta(hours=72), Dataset.CONVERSION: timedelta(days=30)}
_FOUND_SOON, _CONVERTED_SOON = 0.5, 0.89


class Stage(StrEnum):
    """Which telling of an hour a record is."""

    FIRST = "first"
    CORRECTION = "correction"


@dataclass(frozen=True)
class Record:
    """One record of the stream, and the instant from which Amazon can send it."""

    at: datetime
    body: dict[str, Any]


def records(
    advertiser: Advertiser,
    book: Book,
    day: date,
    dataset: Dataset,
    after: datetime,
    until: datetime,
) -> Iterator[Record]:
    """Yield what becomes known of one day between two instants, by hour and creative."""
    window = Window(advertiser.timezone, day, day)
    ends = _hour_ends(window)
    final_at = ends[-1] + FINAL_LAG[dataset]
    firsts = [end + FIRST_LAG[dataset] for end in ends]
    is_due = [after < at <= until for at in firsts]
    is_final_due = after < final_at <= until
    if not (any(is_due) or is_final_due):
        return
    first = _Told(read(book, window, _soon(window)), dataset, ends)
    if any(is_due):
        for hour, at in enumerate(firsts):
            if is_due[hour]:
                yield from first.records(hour, at, Stage.FIRST, first.figures)
    if is_final_due:
        final = _Told(read(book, window, Knowledge.final(window)), dataset, ends)
        differences = {n: final.figures[n] - first.figures[n] for n in final.figures}
        for hour in range(len(ends)):
            yield from final.records(hour, final_at, Stage.CORRECTION, differences)


def days_between(advertiser: Advertiser, after: datetime, until: datetime) -> list[date]:
    """Return every day of which something may become known between two instants."""
    first = (after - max(FINAL_LAG.values()) - timedelta(days=2)).astimezone(advertiser.zone).date()
    last = until.astimezone(advertiser.zone).date()
    return [first + timedelta(days=n) for n in range((last - first).days + 1)]


def _hour_ends(window: Window) -> list[datetime]:
    """Return the end of each hour of the day; 23 or 25 of them when clocks change."""
    start, end = (datetime.fromtimestamp(edge, UTC) for edge in window.edges)
    hours = round((end - start) / _HOUR)
    return [start + (n + 1) * _HOUR for n in range(hours)]


def _soon(window: Window) -> Knowledge:
    one, zero = np.ones(len(window)), np.zeros(len(window))
    return Knowledge(one, one * _FOUND_SOON, one * _CONVERTED_SOON, zero, zero, zero)


class _Told:
    """A reading of one day, each figure an array of shape (leaves, hours)."""

    def __init__(self, reading: Reading, dataset: Dataset, ends: list[datetime]) -> None:
        self._reading, self._dataset, self._ends = reading, dataset, ends
        self._placings = reading.lines.placings
        self.figures = {
            name: self._by_hour(name, figure(reading)[:, 0])
            for name, figure in FIGURES[dataset].items()
        } if self._placings else {}  # fmt: skip

    def records(
        self, hour: int, at: datetime, stage: Stage, figures: Mapping[str, Counts]
    ) -> Iterator[Record]:
        """Yield the records of one hour; a creative with nothing to tell has none."""
        for leaf in range(len(self._placings)):
            told = {name: int(values[leaf, hour]) for name, values in figures.items()}
            if any(told.values()):
                yield Record(at, self._body(leaf, hour, stage, told))

    def _by_hour(self, name: str, totals: Counts) -> Counts:
        """Cut totals by cumulative parts with one offset a leaf: the hours add up to the total."""
        hours = len(self._ends)
        parts = part_served(np.arange(hours + 1) / hours)
        number = self._reading.window.numbers[0]
        offset = uniform(key("hour", self._dataset, name), self._leaf_keys, number)[:, None]
        upto = np.floor(totals[:, None] * parts + offset).astype(np.int64)
        cut: Counts = np.diff(upto, axis=1)
        return cut

    @property
    def _leaf_keys(self) -> Counts:
        found: Counts = self._reading.lines.leaf_keys.astype(np.int64)
        return found

    def _body(self, leaf: int, hour: int, stage: Stage, told: Mapping[str, int]) -> dict[str, Any]:
        lines = self._reading.lines
        advertiser, placing = lines.advertiser, self._placings[leaf]
        line = lines.lines[int(lines.leaf_line[leaf])]
        order = lines.orders[int(lines.order[lines.leaf_line[leaf]])]
        start = self._ends[hour] - _HOUR
        mark = key("stream", self._dataset, placing.association_id, start.isoformat(), stage)
        return {
            "dataset_id": self._dataset,
            "idempotency_id": f"{mark:016x}-{leaf:04d}",
            "time_window_start": start.isoformat().replace("+00:00", "Z"),
            "advertiser_id": advertiser.advertiser_id,
            "advertiser_name": advertiser.name,
            "advertiser_country": advertiser.seat.country,
            "advertiser_timezone": advertiser.timezone,
            "dsp_entity_id": advertiser.seat.entity_id,
            "marketplace_id": advertiser.seat.marketplace_id,
            "campaign_id": order.order_id,
            "adgroup_id": line.line_item_id,
            "flight_id": _flight_at(order, start),
            "creative_id": placing.creative.creative_id,
            "creative_name": placing.creative.name,
            "creative_type": placing.creative.kind,
            "creative_size": placing.creative.size,
            "creative_language": placing.creative.language,
            **{name: _written(name, value, advertiser.minor_units) for name, value in told.items()},
        }


def _flight_at(order: Any, start: datetime) -> str:
    return next((f.flight_id for f in order.flights if f.start <= start < f.end), "")


def _written(name: str, value: int, minor_units: int) -> int | float:
    if name.endswith(("_cost", "_fee")):
        return value / 1_000_000
    return value / 10**minor_units if name.endswith("sales") else value


def _atoms(*names: str) -> Callable[[Reading], Counts]:
    return lambda reading: np.sum([reading.atom(name) for name in names], axis=0)


def _events(*wanted: str, prefix: str = "") -> Callable[[Reading], Counts]:
    parts = [p for p in FAMILIES["purchase"].parts if set(wanted) <= set(p.split("."))]
    return _atoms(*(prefix + part for part in parts))


FIGURES: dict[Dataset, dict[str, Callable[[Reading], Counts]]] = {
    Dataset.TRAFFIC: {
        "impressions": _atoms("impressions"),
        "gross_impressions": _atoms("impressions", "invalid"),
        "invalid_impressions": _atoms("invalid"),
        "measurable_impressions": _atoms("clicked", "viewed", "out_of_view"),
        "viewable_impressions": _atoms("clicked", "viewed"),
        "clicks": _atoms("clicked"),
        "supply_cost": _atoms("supply"),
        "amazon_dsp_console_fee": _atoms("console"),
        "amazon_dsp_audience_fee": _atoms("audience"),
        "agency_fee": _atoms("agency"),
        "total_cost": _atoms("supply", "console", "audience", "omnichannel"),
    },
    Dataset.CONVERSION: {
        "purchases": _events(PROMOTED),
        "purchases_views": _events(PROMOTED, VIEW),
        "purchases_clicks": _events(PROMOTED, CLICK),
        "new_to_brand_purchases": _events(PROMOTED, NEW),
        "total_purchases": _events(),
        "total_purchases_views": _events(VIEW),
        "total_purchases_clicks": _events(CLICK),
        "total_new_to_brand_purchases": _events(NEW),
        "units_sold": _events(PROMOTED, prefix="units."),
        "total_units_sold": _events(prefix="units."),
        "sales": _events(PROMOTED, prefix="sales."),
        "total_sales": _events(prefix="sales."),
        "new_to_brand_product_sales": _events(PROMOTED, NEW, prefix="sales."),
        "total_new_to_brand_product_sales": _events(NEW, prefix="sales."),
    },
}
"""Each figure of each dataset: counts, money in millionths, sales in the smallest coin."""
