"""Report requests: each one a state machine whose every step is kept before the next is taken.

A step is written by compare-and-set on the state before it, so a step taken twice, by two
processes or after a crash, is written once.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Row, Text, case, cast, update

from core.domain.connections import AccessMode, Adapter
from core.domain.ids import ConnectionId, LoadId, OrgId
from core.domain.metrics import Dataset
from core.domain.periods import DateRange
from core.domain.regions import Region
from core.domain.requests import Reason, RequestState, step
from core.errors import LeaseLost, NotFound
from core.security.tokens import new_id
from core.store.schema import report_request
from core.store.scoped import Scoped
from core.store.transaction import Transaction, picked
from core.store.work.claims import Claim, ClaimTable

_OPEN = sorted(state for state in RequestState if not state.is_over)
# A quarantined file waits for its second reading, which has a request of its own.
_WORKED_ON = sorted(set(_OPEN) - {RequestState.QUARANTINED})
_OF_OLDER_DAYS = (Reason.BACKFILL, Reason.SETTLE, Reason.COMPARISON)
_CHANGEABLE = frozenset(
    {
        "amazon_report_id",
        "adopted",
        "attempts",
        "asked_anew",
        "polls",
        "run_at",
        "requested_at",
        "generated_at",
        "finished_at",
        "bytes",
        "rows",
        "load_id",
        "error",
    }
)


@dataclass(frozen=True, slots=True, kw_only=True)
class PlannedRequest:
    """A report to be asked for: of whom, what, which days, and through which door."""

    connection_id: ConnectionId
    region: Region
    adapter: Adapter
    mode: AccessMode
    header_value: str
    dataset: Dataset
    spec: str
    advertiser_ids: Sequence[str]
    days: DateRange
    reason: Reason
    run_at: datetime
    window: str = ""
    parent_id: str | None = None


@dataclass(frozen=True, slots=True)
class ReportRequest:
    """A request and how far it is."""

    id: str
    org_id: OrgId
    connection_id: ConnectionId
    region: Region
    adapter: Adapter
    mode: AccessMode
    header_value: str
    dataset: Dataset
    spec: str
    window: str
    advertiser_ids: Sequence[str]
    start_day: date
    end_day: date
    reason: Reason
    state: RequestState
    amazon_report_id: str | None
    adopted: bool
    attempts: int
    asked_anew: int
    polls: int
    planned_at: datetime
    run_at: datetime
    requested_at: datetime | None
    generated_at: datetime | None
    finished_at: datetime | None
    bytes: int | None
    rows: int | None
    load_id: LoadId | None
    parent_id: str | None
    error: str | None

    @property
    def days(self) -> DateRange:
        """Return the days it asks for."""
        return DateRange(self.start_day, self.end_day)


@dataclass(frozen=True, slots=True)
class ClaimedRequest:
    """A request in the hands of whoever takes its next step."""

    claim: Claim
    request: ReportRequest


def speaks_of(advertiser_id: str) -> ColumnElement[bool]:
    """Return the condition that a request has an advertiser among those it asks about."""
    # Both databases write the list of ids as text in quotes, so that no id is part of another.
    listed = cast(report_request.c.advertiser_ids, Text)
    return listed.contains(f'"{advertiser_id}"', autoescape=True)


class ReportRequests(Scoped):
    """The requests of one organization."""

    def plan(self, planned: Sequence[PlannedRequest], now: datetime) -> list[str]:
        """Keep requests to be made; return their ids in the same order."""
        rows = [self._row(request, now) for request in planned]
        self.tx.insert(report_request, rows)
        return [str(row["id"]) for row in rows]

    def get(self, request_id: str) -> ReportRequest:
        """Return one request. Raises NotFound."""
        query = picked(report_request, ReportRequest).where(self._one(request_id))
        found = self.tx.one(query, ReportRequest)
        if found is None:
            raise NotFound("The request")
        return found

    def open(self, datasets: Collection[Dataset] | None = None) -> list[ReportRequest]:
        """Return the requests that are not over, in the order in which they are due."""
        return self._listed(report_request.c.state.in_(_OPEN), datasets, newest_first=False)

    def since(self, instant: datetime) -> list[ReportRequest]:
        """Return every request planned at an instant or after it, newest first; often many."""
        return self._listed(report_request.c.planned_at >= instant, None)

    def recent(
        self,
        limit: int = 100,
        datasets: Collection[Dataset] | None = None,
        *,
        advertiser_id: str | None = None,
        over_by: datetime | None = None,
    ) -> list[ReportRequest]:
        """Return the latest requests, newest first.

        Of all, or of those that an advertiser is part of, or that were over by an instant.
        """
        wanted: ColumnElement[bool] = report_request.c.id.is_not(None)
        if advertiser_id is not None:
            wanted &= speaks_of(advertiser_id)
        if over_by is not None:
            wanted &= report_request.c.finished_at <= over_by
        return self._listed(wanted, datasets, limit=limit)

    def children(self, request_id: str) -> list[ReportRequest]:
        """Return the requests made out of one: its halves, or its second reading."""
        return self._listed(report_request.c.parent_id == request_id, None)

    def advance(
        self,
        request: ReportRequest,
        to: RequestState,
        *,
        claim: Claim | None = None,
        **changes: object,
    ) -> ReportRequest:
        """Return the request in its next state, with `changes` to its other columns.

        `to` may be the state it is in: polled again. With `claim`, the claim must still be held.
        Raises LeaseLost, writing nothing, when another took the step first, and Defect for a
        step that no request takes.
        """
        self.require_job()
        assert changes.keys() <= _CHANGEABLE, changes.keys() - _CHANGEABLE
        if to is not request.state:
            step(request.state, to)
        before = self._one(request.id) & (report_request.c.state == request.state)
        if claim is not None:
            before &= report_request.c.lease_token == claim.token
        moved = update(report_request).where(before).values(state=to, **changes)
        if not self.tx.run(moved):
            raise LeaseLost(f"The request {request.id} is no longer {request.state}.")
        return self.get(request.id)

    def _one(self, request_id: str) -> ColumnElement[bool]:
        return self.mine(report_request) & (report_request.c.id == request_id)

    def _row(self, planned: PlannedRequest, now: datetime) -> dict[str, Any]:
        told = {
            name: getattr(planned, name)
            for name in PlannedRequest.__slots__
            if name not in ("days", "advertiser_ids")
        }
        return {
            **self.own(report_request, id=new_id("rep"), **told),
            "advertiser_ids": list(planned.advertiser_ids),
            "start_day": planned.days.start,
            "end_day": planned.days.end,
            "state": RequestState.PLANNED,
            "planned_at": now,
        }

    def _listed(
        self,
        condition: ColumnElement[bool],
        datasets: Collection[Dataset] | None,
        *,
        limit: int | None = None,
        newest_first: bool = True,
    ) -> list[ReportRequest]:
        c = report_request.c
        query = picked(report_request, ReportRequest).where(self.mine(report_request), condition)
        if datasets is not None:
            query = query.where(c.dataset.in_(sorted(datasets)))
        order = (c.planned_at.desc(), c.id) if newest_first else (c.run_at, c.id)
        return self.tx.many(query.order_by(*order).limit(limit), ReportRequest)


@dataclass(frozen=True, slots=True)
class DueRequests:
    """The scheduler's view over the requests of all organizations."""

    tx: Transaction

    def claim(
        self, holder: str, limit: int, *, now: datetime, lease: timedelta
    ) -> list[ClaimedRequest]:
        """Return requests whose next step is due, now this holder's.

        Those on their way come before those not begun, so that a long list of new ones does not
        keep finished reports waiting; the base facts before the cuts, so that a queue that grows
        does not keep them waiting either; readings of the day before older days that can wait
        for tomorrow; among each the longest due first.
        """
        c = report_request.c
        not_begun = case((c.state == RequestState.PLANNED, 1), else_=0)
        is_cut = case((c.dataset == Dataset.CAMPAIGN, 0), else_=1)
        can_wait = case((c.reason.in_(_OF_OLDER_DAYS), 1), else_=0)
        due = c.state.in_(_WORKED_ON) & (c.run_at <= now) & self._table.is_free
        order = (not_begun, is_cut, can_wait, c.run_at, c.id)
        rows = self._table.take(due, order, holder=holder, length=lease, limit=limit)
        return [_claimed(row) for row in rows]

    def renew(self, claimed: ClaimedRequest, lease: timedelta) -> None:
        """Hold the request for `lease` from now. Raises LeaseLost when it has passed on."""
        self._table.renew(claimed.claim, lease)

    def release(self, claimed: ClaimedRequest) -> None:
        """Let the request go for whoever takes its next step. Raises LeaseLost."""
        self._table.end(claimed.claim)

    @property
    def _table(self) -> ClaimTable:
        return ClaimTable(self.tx, report_request)


def _claimed(row: Row[Any]) -> ClaimedRequest:
    request = ReportRequest(**{name: getattr(row, name) for name in ReportRequest.__slots__})
    return ClaimedRequest(Claim(row.id, row.lease_token), request)
