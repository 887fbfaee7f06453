"""What was checked of each report, what the probes say, and when figures settle."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import ColumnElement, Row, select, true

from core.domain.connections import Adapter
from core.domain.ids import AdvertiserId
from core.domain.metrics import Dataset
from core.security.tokens import new_id
from core.store.ingest.requests import speaks_of
from core.store.schema import check_result, probe_verdict, report_request, settling
from core.store.schema.words import CheckOutcome
from core.store.scoped import Dated, Scoped
from core.store.transaction import picked


@dataclass(frozen=True, slots=True)
class CheckRecord:
    """One rule applied to a report: to one advertiser of it, or to the file (None)."""

    advertiser_id: AdvertiserId | None
    dataset: Dataset
    request_id: str | None
    rule: str
    outcome: CheckOutcome
    detail: str
    at: datetime


@dataclass(frozen=True, slots=True)
class ProbeVerdict:
    """What a probe found out about the meaning of Amazon's figures; `evidence` is JSON."""

    advertiser_id: AdvertiserId
    adapter: Adapter
    probe: str
    verdict: str
    evidence: Mapping[str, Any] | None
    at: datetime


@dataclass(frozen=True, slots=True)
class SettledLine:
    """After how many days a metric of an advertiser no longer moves, as far as was seen."""

    advertiser_id: AdvertiserId
    metric: str
    settled_after_days: int
    observed_days: int
    largest_change: Decimal
    at: datetime


class Checks(Scoped):
    """Results of checks; a limited member sees those of single advertisers only."""

    def record(self, results: Sequence[CheckRecord]) -> None:
        """Add results."""
        names = CheckRecord.__slots__
        rows = [
            self.own(check_result, id=new_id("chk"), **{n: getattr(result, n) for n in names})
            for result in results
        ]
        self.tx.insert(check_result, rows)

    def recent(
        self,
        limit: int = 200,
        *outcomes: CheckOutcome,
        advertiser_id: str | None = None,
        by: datetime | None = None,
    ) -> list[CheckRecord]:
        """Return the latest results, newest first; of these outcomes, when any is named.

        Of an advertiser it is its own, and those of whole reports that it is part of; `by` an
        instant, what had been found by then.
        """
        c = check_result.c
        query = picked(check_result, CheckRecord).where(self.mine(check_result))
        if outcomes:
            query = query.where(c.outcome.in_(sorted(outcomes)))
        if advertiser_id is not None:
            query = query.where(
                (c.advertiser_id == advertiser_id) | self._of_reports(advertiser_id)
            )
        if by is not None:
            query = query.where(c.at <= by)
        return self.tx.many(query.order_by(c.at.desc(), c.id).limit(limit), CheckRecord)

    def _of_reports(self, advertiser_id: str) -> ColumnElement[bool]:
        its = select(report_request.c.id).where(self.mine(report_request), speaks_of(advertiser_id))
        return check_result.c.advertiser_id.is_(None) & check_result.c.request_id.in_(its)


class Probes(Scoped):
    """Verdicts of the probes, one a probe, adapter and advertiser."""

    def put(self, verdicts: Sequence[ProbeVerdict]) -> None:
        """Write verdicts, in the place of those before."""
        names = ProbeVerdict.__slots__
        rows = [self.own(probe_verdict, **{n: getattr(v, n) for n in names}) for v in verdicts]
        self.tx.upsert(probe_verdict, rows)

    def all(self) -> list[ProbeVerdict]:
        """Return every verdict, by advertiser and probe."""
        c = probe_verdict.c
        query = picked(probe_verdict, ProbeVerdict).where(self.mine(probe_verdict))
        return self.tx.many(query.order_by(c.advertiser_id, c.probe, c.adapter), ProbeVerdict)


class SettledLines(Dated):
    """When figures settle, learnt from the revisions seen."""

    def put(self, lines: Sequence[SettledLine]) -> None:
        """Write lines, in the place of those before; what another line said before stays kept."""
        self.require_now()
        standing = {(row.advertiser_id, row.metric): row for row in self._standing()}
        rows = []
        for line in lines:
            before = standing.get((line.advertiser_id, line.metric))
            is_same = before and before.settled_after_days == line.settled_after_days
            since = before.since if before and is_same else line.at
            rows.append(self.own(settling, since=since, **_fields(line)))
        self.tx.upsert(settling, rows)

    def all(self) -> dict[AdvertiserId, dict[str, SettledLine]]:
        """Return the lines by advertiser and metric."""
        found: dict[AdvertiserId, dict[str, SettledLine]] = {}
        for row in self._standing():
            line = SettledLine(**{name: getattr(row, name) for name in SettledLine.__slots__})
            found.setdefault(line.advertiser_id, {})[line.metric] = line
        return found

    def _standing(self) -> Iterable[Row[Any]]:
        """Return the rows that stand at the instant this answers for."""
        c = settling.c
        begun = self.mine(settling) & (true() if self.at is None else c.since <= self.at)
        rows = self.tx.rows(select(settling).where(begun).order_by(c.since))
        return {(row.advertiser_id, row.metric): row for row in rows}.values()


def _fields(line: SettledLine) -> dict[str, Any]:
    return {name: getattr(line, name) for name in SettledLine.__slots__}
