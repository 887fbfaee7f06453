"""Rows of the reach and frequency report: people by advertiser, supply source or group."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from sandbox.reports.asked import Asked
from sandbox.reports.table import LineRows
from sandbox.world.chance import Floats, key
from sandbox.world.cuts import Partition
from sandbox.world.entities import Book
from sandbox.world.places import supply_cells
from sandbox.world.reach import population, reached, united
from sandbox.world.reading import Reading

Row = dict[str, Any]
_GROUPS = ("Always on", "Bursts")
_TELEVISION = {"Prime Video", "Fire TV Channels", "Publisher direct"}


def reach_rows(asked: Asked, book: Book, reading: Reading) -> Iterator[Row]:
    """Yield the rows of dspReachFrequency."""
    if not reading.lines.lines:
        return
    people = population(book)
    for labels, served, audience in _parts(asked, reading):
        shown = served if asked.is_daily else served.sum(axis=1, keepdims=True)
        reach = np.floor(united(reached(shown, audience[:, None]), people))
        for day, (count, total) in enumerate(zip(reach, shown.sum(axis=0), strict=True)):
            if total:
                yield {
                    **labels,
                    **_dates(asked, reading, day),
                    "reach": int(count),
                    "frequencyAverage": round(float(total / max(count, 1.0)), 6),
                }


def supply_source_id(name: str | None) -> int:
    """Return the number of a supply source."""
    return key("supply", name) % 90_000 + 10_000


def _parts(asked: Asked, reading: Reading) -> Iterator[tuple[Row, Any, Floats]]:
    """Yield labels, impressions (line items, days) and audiences of each row group."""
    rows = LineRows(reading)
    served, audience = rows.atom("impressions"), reading.lines.audience_size
    if "supplySource" in asked.group_by:
        yield from _by_supply(reading, rows, audience)
    elif "frequencyGroup" in asked.group_by:
        for number, name in enumerate(_GROUPS):
            mine = reading.lines.order % len(_GROUPS) == number
            group_id = key("frequency group", reading.lines.advertiser.advertiser_id, name) % 10**9
            yield (
                {"frequencyGroupId": group_id, "frequencyGroupName": name},
                served * mine[:, None],
                audience,
            )
    else:
        yield {}, served, audience


def _by_supply(
    reading: Reading, rows: LineRows, audience: Floats
) -> Iterator[tuple[Row, Any, Floats]]:
    cells = supply_cells(reading.lines)
    served = Partition(rows, cells, "supply").atom("impressions")
    names = [label["supplySource"] for label in cells.labels]
    for name in dict.fromkeys(names):
        mine = np.array([each == name for each in names])
        part = served[:, :, mine].sum(axis=2)
        share = cells.impressions[:, mine].sum(axis=1)
        exclusive = round(100 * (1 - 0.6 * float(share.mean())), 2)
        labels = {
            "supplySource": name,
            "supplySourceId": supply_source_id(name),
            "amazonExclusiveReachRate": exclusive if name in _TELEVISION else None,
        }
        yield labels, part, audience * share + 1000.0


def _dates(asked: Asked, reading: Reading, day: int) -> Row:
    advertiser = reading.lines.advertiser
    return {
        "date": reading.window.days[day].isoformat() if asked.is_daily else None,
        "intervalStart": asked.start.isoformat(),
        "intervalEnd": asked.end.isoformat(),
        "advertiserId": advertiser.advertiser_id,
        "advertiserName": advertiser.name,
    }
