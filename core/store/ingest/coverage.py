"""Coverage: what the lake holds of each advertiser, dataset and day, and from which reading."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import ColumnElement, FromClause, Table, func, select

from core.domain.ids import AdvertiserId, LoadId
from core.domain.metrics import Dataset
from core.domain.periods import DateRange
from core.store.schema import coverage, coverage_reading
from core.store.schema.words import DayState
from core.store.scoped import Dated


@dataclass(frozen=True, slots=True)
class CoveredDay:
    """One day of one dataset. Money is in the advertiser's currency; None where not measured.

    `digest` stands for the day's rows; `equal_reads` counts readings in a row that said the
    same. `generated_at` is Amazon's, `fetched_at` ours.
    """

    advertiser_id: AdvertiserId
    dataset: Dataset
    day: date
    state: DayState
    rows: int
    impressions: int | None
    cost: Decimal | None
    sales: Decimal | None
    digest: str
    equal_reads: int
    generated_at: datetime | None
    fetched_at: datetime
    load_id: LoadId | None
    request_id: str | None


class Coverage(Dated):
    """The coverage of the advertisers that the scope sees; an absent day was never fetched."""

    def record(self, days: Iterable[CoveredDay], known_at: datetime | None = None) -> None:
        """Write days, in the place of what was known of them; what was known before stays kept.

        `known_at` is the instant from which it is so; without one, that of fetching each.
        """
        self.require_now()
        listed = list(days)
        self.tx.upsert(coverage, [self.own(coverage, **_told(day)) for day in listed])
        readings = [
            self.own(coverage_reading, known_at=known_at or day.fetched_at, **_told(day))
            for day in listed
        ]
        self.tx.upsert(coverage_reading, readings)

    def days(
        self,
        period: DateRange,
        *datasets: Dataset,
        advertiser_ids: Collection[str] | None = None,
    ) -> list[CoveredDay]:
        """Return the known days of a period, by advertiser, dataset and day."""
        table = coverage if self.at is None else coverage_reading
        wanted = [table.c.day.between(period.start, period.end)]
        if datasets:
            wanted.append(table.c.dataset.in_(sorted(datasets)))
        if advertiser_ids is not None:
            wanted.append(table.c.advertiser_id.in_(sorted(advertiser_ids)))
        known = self._known(table, *wanted)
        query = select(*(known.c[name] for name in CoveredDay.__slots__))
        ordered = query.order_by(known.c.advertiser_id, known.c.dataset, known.c.day)
        return self.tx.many(ordered, CoveredDay)

    def known_or_read_since(
        self, period: DateRange, since: datetime
    ) -> dict[tuple[AdvertiserId, Dataset], set[date]]:
        """Return the days of a period that the lake says something of, or that were read since an
        instant, by advertiser and dataset; light enough for years of days."""
        table = coverage if self.at is None else coverage_reading
        c = self._known(table, table.c.day.between(period.start, period.end)).c
        is_known = c.load_id.is_not(None) | (c.fetched_at > since)
        query = select(c.advertiser_id, c.dataset, c.day).where(is_known)
        found: dict[tuple[AdvertiserId, Dataset], set[date]] = {}
        for row in self.tx.rows(query):
            found.setdefault((AdvertiserId(row.advertiser_id), row.dataset), set()).add(row.day)
        return found

    def mark(self) -> str:
        """Return a text that changes whenever the coverage that the scope sees does; cheap."""
        table = coverage if self.at is None else coverage_reading
        query = select(
            func.max(table.c.fetched_at),
            func.count(),
            func.sum(table.c.equal_reads),
            func.count().filter(table.c.state == DayState.QUARANTINED),
        )
        return "/".join(map(str, self.tx.row(query.where(*self._then(table))) or ()))

    def data_through(self, dataset: Dataset) -> dict[AdvertiserId, date]:
        """Return the last day present of each advertiser; one without any has no entry."""
        table = coverage if self.at is None else coverage_reading
        c = self._known(table, table.c.dataset == dataset).c
        last = select(c.advertiser_id, func.max(c.day).label("day"))
        present = last.where(c.state != DayState.VANISHED).group_by(c.advertiser_id)
        return {AdvertiserId(row.advertiser_id): row.day for row in self.tx.rows(present)}

    def first_days(self, advertiser_id: str | None = None) -> dict[Dataset, date]:
        """Return the oldest day of each dataset that anything was ever known of: of an advertiser,
        or of all that the scope sees."""
        table = coverage if self.at is None else coverage_reading
        c = table.c
        wanted = [*self._then(table), c.load_id.is_not(None)]
        if advertiser_id is not None:
            wanted.append(c.advertiser_id == advertiser_id)
        first = select(c.dataset, func.min(c.day).label("day")).where(*wanted)
        return {Dataset(row.dataset): row.day for row in self.tx.rows(first.group_by(c.dataset))}

    def _then(self, table: Table) -> list[ColumnElement[bool]]:
        """Return the conditions of a row that the scope sees and that was written by then."""
        mine = self.mine(table)
        return [mine] if self.at is None else [mine, table.c.known_at <= self.at]

    def _known(self, table: Table, *conditions: ColumnElement[bool]) -> FromClause:
        """Return a row a day: what is known of it, at the instant that this answers for."""
        rows = select(table).where(*self._then(table), *conditions)
        if self.at is None:
            return rows.subquery()
        day = (table.c.advertiser_id, table.c.dataset, table.c.day)
        rank = func.row_number().over(partition_by=day, order_by=table.c.known_at.desc())
        ranked = rows.add_columns(rank.label("rank")).subquery()
        return select(ranked).where(ranked.c.rank == 1).subquery()


def _told(day: CoveredDay) -> dict[str, Any]:
    return {name: getattr(day, name) for name in CoveredDay.__slots__}
