"""The shadow run: a unified report of days that are known, held against the lake, never stored.

Every table is compared by itself: the sums of each measure that both generations have, day by
day, and the names that rows go by. What differs stays with version 3.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from core.domain.comparisons import Difference, Likeness, Sums, of_day, of_names
from core.domain.ids import AdvertiserId
from core.domain.scope import TenantScope
from core.jobs.coverage_rows import Basis
from core.lake.engine import rows
from core.lake.lake import Lake
from core.lake.question import Among, Question
from core.lake.reader import Reader
from core.lake.schema import TABLES, UNKNOWN, quoted
from core.lake.staging import Staged
from core.store.ingest.comparisons import Comparison
from core.store.ingest.requests import ReportRequest

# A name without anything behind it may be left out by either.
_WEIGHED_BY = "impressions"


@dataclass(frozen=True, slots=True)
class _Sides:
    """What the lake and the file say of one advertiser."""

    reader: Reader
    staged: Staged
    advertiser_id: str
    days: frozenset[date]

    @property
    def measures(self) -> tuple[str, ...]:
        return self.staged.layout.measures

    def lake(self, request: ReportRequest) -> dict[date, Sums]:
        found = self._asked(request, "day", self.measures)
        return {row["day"]: {key: _exact(row[key]) for key in self.measures} for row in found}

    def file(self) -> dict[date, Sums]:
        sums = "".join(f", sum({quoted(key)})" for key in self.measures)
        found = rows(
            self.staged.con,
            f"SELECT day{sums} FROM staged WHERE advertiser_id = ? GROUP BY day",
            [self.advertiser_id],
        )
        return {
            day: dict(zip(self.measures, map(_exact, values), strict=True))
            for day, *values in found
        }

    def names_in_lake(self, request: ReportRequest, key: str) -> set[str]:
        weight = self._weight
        found = self._asked(request, key, (weight,))
        return {str(row[key]) for row in found if row[weight]}

    def names_in_file(self, key: str) -> set[str]:
        name = quoted(key)
        found = rows(
            self.staged.con,
            f"SELECT {name} FROM staged WHERE advertiser_id = ? GROUP BY 1 "
            f"HAVING sum({quoted(self._weight)}) <> 0",
            [self.advertiser_id],
        )
        return {str(value) for (value,) in found}

    @property
    def _weight(self) -> str:
        return _WEIGHED_BY if _WEIGHED_BY in self.measures else "purchases"

    def _asked(
        self, request: ReportRequest, by: str, metrics: tuple[str, ...]
    ) -> list[dict[str, Any]]:
        where = (Among("advertiser_id", frozenset({self.advertiser_id})),)
        by_both = ("advertiser_id", by)
        question = Question(request.dataset, metrics, request.days, by_both, where=where)
        listed: list[dict[str, Any]] = self.reader.ask(question).table.to_pylist()
        return listed


def compare(
    lake: Lake,
    scope: TenantScope,
    request: ReportRequest,
    staged: Staged,
    basis: Basis,
    now: datetime,
) -> list[Comparison]:
    """Return what came of a comparison, an advertiser each; nothing of one whose days are unknown.

    A day counts when the lake has read it.
    """
    found = []
    with lake.reader(scope, from_files=True) as reader:
        for advertiser_id in request.advertiser_ids:
            known = frozenset(
                day
                for (whose, day), row in basis.covered.items()
                if whose == advertiser_id and row.load_id is not None
            )
            sides = _Sides(reader, staged, advertiser_id, known)
            if known:
                found.append(_compared(request, sides, now))
    return found


def _compared(request: ReportRequest, sides: _Sides, now: datetime) -> Comparison:
    old, new = sides.lake(request), sides.file()
    days = sorted(sides.days)
    differences = [*_figures(days, old, new, sides.measures), *_names(request, sides)]
    return Comparison(
        connection_id=request.connection_id,
        advertiser_id=AdvertiserId(sides.advertiser_id),
        dataset=request.dataset,
        outcome=_outcome(differences, is_silent=not sides.days & {*old, *new}),
        start_day=days[0],
        end_day=days[-1],
        compared=len(days) * len(sides.measures),
        differing=len(differences),
        differences=differences,
        request_id=request.id,
        at=now,
    )


def _outcome(differences: Sequence[Difference], *, is_silent: bool) -> Likeness:
    if is_silent:
        return Likeness.SILENT
    return Likeness.DIFFERENT if differences else Likeness.EQUAL


def _figures(
    days: list[date], old: Mapping[date, Sums], new: Mapping[date, Sums], measures: tuple[str, ...]
) -> Iterator[Difference]:
    nothing: Sums = dict.fromkeys(measures, Decimal(0))
    for day in days:
        yield from of_day(day, old.get(day, nothing), new.get(day, nothing))


def _exact(value: Decimal | int | None) -> Decimal | None:
    return None if value is None else Decimal(value)


def _names(request: ReportRequest, sides: _Sides) -> Iterator[Difference]:
    """Yield the names that one side alone has, where every asked day is known to both."""
    if len(sides.days) < request.days.length:
        return
    for key in TABLES[request.dataset].keys:
        theirs = sides.names_in_file(key) - {UNKNOWN}
        yield from of_names(key, sides.names_in_lake(request, key) - {UNKNOWN}, theirs)
