"""What came of holding the unified reports against version 3's, table by table."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Row

from core.domain.comparisons import Difference, Likeness
from core.domain.ids import AdvertiserId, ConnectionId
from core.domain.metrics import Dataset
from core.domain.periods import DateRange
from core.store.schema import report_comparison
from core.store.scoped import Scoped
from core.store.transaction import picked

DIFFERENCES_KEPT = 300


@dataclass(frozen=True, slots=True)
class Comparison:
    """The newest comparison of one advertiser's table through one connection.

    `compared` counts the sums that were held against each other. `differences` are the first
    that were found, `differing` is how many there were.
    """

    connection_id: ConnectionId
    advertiser_id: AdvertiserId
    dataset: Dataset
    outcome: Likeness
    start_day: date
    end_day: date
    compared: int
    differing: int
    differences: Sequence[Difference]
    request_id: str | None
    at: datetime

    @property
    def days(self) -> DateRange:
        """Return the days that were compared."""
        return DateRange(self.start_day, self.end_day)

    @property
    def is_equal(self) -> bool:
        """Return whether both generations say the same."""
        return self.outcome is Likeness.EQUAL


class Comparisons(Scoped):
    """The comparisons of the advertisers that the scope sees."""

    def put(self, found: Sequence[Comparison]) -> None:
        """Write comparisons, in the place of those before. Only a job may."""
        self.require_job()
        names = [name for name in Comparison.__slots__ if name != "differences"]
        rows = [
            self.own(
                report_comparison,
                **{name: getattr(one, name) for name in names},
                differences=[_kept(d) for d in one.differences[:DIFFERENCES_KEPT]],
            )
            for one in found
        ]
        self.tx.upsert(report_comparison, rows)

    def all(self) -> list[Comparison]:
        """Return every comparison, by connection, advertiser and table."""
        c = report_comparison.c
        query = picked(report_comparison, Comparison).where(self.mine(report_comparison))
        rows = self.tx.rows(query.order_by(c.connection_id, c.advertiser_id, c.dataset))
        return [_comparison(row) for row in rows]


def _kept(difference: Difference) -> dict[str, str | None]:
    day = difference.day.isoformat() if difference.day else None
    return {"day": day, "what": difference.what, "v3": difference.v3, "v1": difference.v1}


def _comparison(row: Row[Any]) -> Comparison:
    found = tuple(
        Difference(
            date.fromisoformat(one["day"]) if one["day"] else None,
            one["what"],
            one["v3"],
            one["v1"],
        )
        for one in row.differences
    )
    values = {name: getattr(row, name) for name in Comparison.__slots__}
    return Comparison(**{**values, "differences": found})
