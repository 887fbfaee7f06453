"""The hours: what the stream's records add up to, by order, each record counted once."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from sqlalchemy import func, select

from core.domain.ids import AdvertiserId, OrderId
from core.domain.periods import DateRange
from core.domain.stream import HourFigures, HourRecord
from core.store.schema import stream_hour, stream_record
from core.store.scoped import Scoped

_FIGURES = HourFigures.__slots__
Slot = tuple[str, datetime]


@dataclass(frozen=True, slots=True)
class OrderHour:
    """One hour of one order. `day` and `hour_of_day` are the advertiser's own."""

    advertiser_id: AdvertiserId
    order_id: OrderId
    hour: datetime
    day: date
    hour_of_day: int
    figures: HourFigures
    updated_at: datetime


class StreamHours(Scoped):
    """The hours of the advertisers that the scope sees."""

    def add(
        self, advertiser_id: str, zone: ZoneInfo, records: Iterable[HourRecord], now: datetime
    ) -> int:
        """Add records to an advertiser's hours; return how many of them were new.

        The caller holds the advertiser's subscription (`StreamSubscriptions.heard`). Only a job
        may.
        """
        self.require_job()
        new = self._unseen({r.record_id: r for r in records if r.advertiser_id == advertiser_id})
        seen = [
            self.own(stream_record, record_id=r.record_id, advertiser_id=advertiser_id, at=now)
            for r in new
        ]
        self.tx.insert(stream_record, seen)
        sums = self._known(advertiser_id, {r.hour for r in new})
        told: set[Slot] = set()
        for record in new:
            slot = (str(record.order_id), record.hour)
            told.add(slot)
            sums[slot] = sums.get(slot, HourFigures()) + record.figures
        rows = [
            self.own(
                stream_hour,
                advertiser_id=advertiser_id,
                order_id=order_id,
                hour=hour,
                day=hour.astimezone(zone).date(),
                hour_of_day=hour.astimezone(zone).hour,
                updated_at=now,
                **{name: getattr(sums[order_id, hour], name) for name in _FIGURES},
            )
            for order_id, hour in sorted(told)
        ]
        self.tx.upsert(stream_hour, rows)
        return len(new)

    def of_days(
        self,
        days: DateRange,
        advertiser_ids: Collection[str],
        order_ids: Collection[str] | None = None,
    ) -> list[OrderHour]:
        """Return the hours of some days, by advertiser, hour and order; those never told of have
        no row."""
        c = stream_hour.c
        query = select(stream_hour).where(
            self.mine(stream_hour),
            c.day.between(days.start, days.end),
            c.advertiser_id.in_(sorted(advertiser_ids)),
        )
        if order_ids is not None:
            query = query.where(c.order_id.in_(sorted(order_ids)))
        rows = self.tx.rows(query.order_by(c.advertiser_id, c.hour, c.order_id))
        return [
            OrderHour(
                AdvertiserId(row.advertiser_id),
                OrderId(row.order_id),
                row.hour,
                row.day,
                row.hour_of_day,
                HourFigures(*(getattr(row, name) for name in _FIGURES)),
                row.updated_at,
            )
            for row in rows
        ]

    def days_told(self, days: DateRange, advertiser_id: str) -> set[date]:
        """Return the days whose hours of an advertiser hold impressions, all together.

        What is only corrected, as days before the stream began are, was not told.
        """
        c = stream_hour.c
        told = c.day.between(days.start, days.end) & (c.advertiser_id == advertiser_id)
        query = select(c.day).where(self.mine(stream_hour), told).group_by(c.day)
        return {row.day for row in self.tx.rows(query.having(func.sum(c.impressions) > 0))}

    def _unseen(self, records: dict[str, HourRecord]) -> Sequence[HourRecord]:
        c = stream_record.c
        query = select(c.record_id).where(
            self.mine(stream_record), c.record_id.in_(sorted(records))
        )
        seen = {row.record_id for row in self.tx.rows(query)}
        return [record for key, record in records.items() if key not in seen]

    def _known(self, advertiser_id: str, hours: set[datetime]) -> dict[Slot, HourFigures]:
        c = stream_hour.c
        query = select(stream_hour).where(
            self.mine(stream_hour), c.advertiser_id == advertiser_id, c.hour.in_(sorted(hours))
        )
        return {
            (row.order_id, row.hour): HourFigures(*(getattr(row, name) for name in _FIGURES))
            for row in self.tx.rows(query)
        }
