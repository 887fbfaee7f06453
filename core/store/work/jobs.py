"""Jobs: work for the background. The table is the truth; whoever runs them only borrows them.

A job is asked for once per key while it waits or runs. It is claimed under a lease, with a token
that every later write must carry, and comes back by itself when its process dies.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Row, and_, case, func, literal, or_, select, update

from core.domain.ids import JobId, OrgId
from core.domain.scope import JOB_USER, TenantScope
from core.errors import NotFound, Upstream
from core.security.tokens import new_id
from core.store.schema import job
from core.store.schema.base import Instant
from core.store.schema.words import JobState
from core.store.scoped import Scoped
from core.store.transaction import DatabaseNow, Transaction, picked
from core.store.work.claims import Claim, ClaimTable, unclaimed

Payload = Mapping[str, Any]


_OPEN = (JobState.QUEUED, JobState.RUNNING)
# The open job with one's key may end between two statements; thrice in a row it does not.
_ATTEMPTS = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class NewJob:
    """A job to be done at `run_at`. Lower `priority` goes first. `payload` is JSON.

    `key` makes it unique within its organization while it waits or runs.
    """

    kind: str
    payload: Payload
    run_at: datetime
    key: str | None = None
    priority: int = 5
    attempts_max: int = 8
    timeout: timedelta = timedelta(minutes=10)


@dataclass(frozen=True, slots=True)
class Enqueued:
    """The job that stands for what was asked, and whether asking made it."""

    id: JobId
    is_new: bool


@dataclass(frozen=True, slots=True)
class Job:
    """A job as people see it."""

    id: JobId
    kind: str
    payload: Payload
    state: JobState
    run_at: datetime
    attempts: int
    progress: Mapping[str, Any] | None
    error: str | None
    created_by: str
    created_at: datetime
    finished_at: datetime | None


@dataclass(frozen=True, slots=True)
class ClaimedJob:
    """A job in the hands of whoever claimed it. `attempt` counts from 1."""

    claim: Claim
    org_id: OrgId | None
    kind: str
    payload: Payload
    attempt: int
    attempts_max: int
    timeout: timedelta

    @property
    def id(self) -> JobId:
        """Return the job's id."""
        return JobId(self.claim.id)

    @property
    def scope(self) -> TenantScope | None:
        """Return what the job may see: its own organization. None for a job of none."""
        return None if self.org_id is None else TenantScope.for_job(self.org_id)

    @property
    def is_last_attempt(self) -> bool:
        """Return whether a failure now is the end."""
        return self.attempt >= self.attempts_max


class Jobs(Scoped):
    """The jobs of one organization. A member limited to some advertisers sees only their own."""

    def enqueue(self, new: NewJob, now: datetime) -> Enqueued:
        """Return the job that will do this: a new one, or the open one with the same key.

        An open one that was to run later is pulled forward.
        """
        prefix = self.scope.user_id if self.scope.advertiser_ids is not None else ""
        key = None if new.key is None else f"{self.scope.org_id}:{prefix}:{new.key}"
        row = self.own(job, **_row(new, key, self.scope.user_id, now))
        return _enqueue(self.tx, row, self._visible, new.run_at)

    def recent(self, limit: int = 50, kinds: Collection[str] | None = None) -> list[Job]:
        """Return the latest jobs, newest first."""
        query = picked(job, Job).where(self._visible)
        if kinds is not None:
            query = query.where(job.c.kind.in_(sorted(kinds)))
        ordered = query.order_by(job.c.created_at.desc(), job.c.id)
        return self.tx.many(ordered.limit(limit), Job)

    def open(self, kinds: Collection[str] | None = None) -> list[Job]:
        """Return what waits or runs, in the order in which it will."""
        query = picked(job, Job).where(self._visible, job.c.state.in_(_OPEN))
        if kinds is not None:
            query = query.where(job.c.kind.in_(sorted(kinds)))
        return self.tx.many(query.order_by(job.c.state.desc(), job.c.priority, job.c.run_at), Job)

    def get(self, job_id: str) -> Job:
        """Return one job. Raises NotFound."""
        query = picked(job, Job).where(self._visible, job.c.id == job_id)
        found = self.tx.one(query, Job)
        if found is None:
            raise NotFound("The job")
        return found

    @property
    def _visible(self) -> ColumnElement[bool]:
        if self.scope.advertiser_ids is None:
            return self.mine(job)
        return self.mine(job) & (job.c.created_by == self.scope.user_id)


@dataclass(frozen=True, slots=True)
class JobQueue:
    """The scheduler's side of the table, over all organizations."""

    tx: Transaction

    def enqueue(self, new: NewJob, now: datetime, org_id: str | None = None) -> Enqueued:
        """Return the job that will do this, as `Jobs.enqueue`; None: for no organization."""
        key = None if new.key is None else f"{org_id or ''}::{new.key}"
        row = {"org_id": org_id, **_row(new, key, JOB_USER, now)}
        here = job.c.org_id.is_(None) if org_id is None else job.c.org_id == org_id
        return _enqueue(self.tx, row, here, new.run_at)

    def claim(
        self,
        holder: str,
        limit: int,
        *,
        now: datetime,
        lease: timedelta,
        kinds: Collection[str] | None = None,
    ) -> list[ClaimedJob]:
        """Return up to `limit` jobs that are due, now this holder's, the most urgent first."""
        ready = (job.c.state == JobState.QUEUED) & (job.c.run_at <= now)
        if kinds is not None:
            ready &= job.c.kind.in_(sorted(kinds))
        rows = self._table.take(
            ready,
            (job.c.priority, job.c.run_at, job.c.id),
            holder=holder,
            length=lease,
            limit=limit,
            state=JobState.RUNNING,
            attempts=job.c.attempts + 1,
        )
        return [_claimed(row) for row in rows]

    def renew(self, claimed: ClaimedJob, lease: timedelta) -> None:
        """Hold the job for `lease` from now. Raises LeaseLost when it has passed on."""
        self._table.renew(claimed.claim, lease)

    def set_progress(self, claimed: ClaimedJob, progress: Payload) -> None:
        """Show how far the job is; JSON. Raises LeaseLost."""
        self._table.change(claimed.claim, progress=dict(progress))

    def finish(self, claimed: ClaimedJob, now: datetime) -> None:
        """Note that the job is done. Raises LeaseLost, and then another does it again."""
        self._table.end(claimed.claim, state=JobState.DONE, error=None, finished_at=now)

    def fail(
        self, claimed: ClaimedJob, error: str, now: datetime, *, retry_at: datetime | None
    ) -> None:
        """Note a failure: tried again at `retry_at`, or with None not again. Raises LeaseLost."""
        if retry_at is None:
            self._table.end(claimed.claim, state=JobState.FAILED, error=error, finished_at=now)
        else:
            self._table.end(claimed.claim, state=JobState.QUEUED, error=error, run_at=retry_at)

    def postpone(self, claimed: ClaimedJob, run_at: datetime) -> None:
        """Let the job wait until `run_at` without counting an attempt. Raises LeaseLost."""
        self._table.end(
            claimed.claim, state=JobState.QUEUED, run_at=run_at, attempts=job.c.attempts - 1
        )

    def release(self, holder: str) -> int:
        """Put back everything a holder has claimed, as if it had not; return how many.

        For a process that is asked to stop.
        """
        mine = (job.c.state == JobState.RUNNING) & (job.c.lease_holder == holder)
        back = unclaimed(state=JobState.QUEUED, attempts=job.c.attempts - 1)
        return self.tx.run(update(job).where(mine).values(back))

    def reap(self, now: datetime) -> int:
        """Put back jobs whose holder let the lease run out; return how many there were.

        One that has had its last attempt is failed instead.
        """
        lost = (job.c.state == JobState.RUNNING) & (job.c.lease_until <= DatabaseNow())
        over = job.c.attempts >= job.c.attempts_max
        back = unclaimed(
            state=case((over, JobState.FAILED), else_=JobState.QUEUED),
            finished_at=case((over, literal(now, Instant)), else_=None),
            run_at=now,
            error="The process that ran it stopped without a word.",
        )
        return self.tx.run(update(job).where(lost).values(back))

    def failed(self, kind: str, since: datetime) -> list[tuple[OrgId, Payload]]:
        """Return what an organization's jobs of a kind that failed since an instant were to do.

        Each with its organization, in no order.
        """
        ended = (job.c.state == JobState.FAILED) & (job.c.finished_at >= since)
        kinds = (job.c.kind == kind) & job.c.org_id.is_not(None)
        rows = self.tx.rows(select(job.c.org_id, job.c.payload).where(ended, kinds))
        return [(OrgId(row.org_id), row.payload) for row in rows]

    def backlog(self, now: datetime) -> tuple[int, datetime | None]:
        """Return how many jobs are due and unclaimed, and since when the oldest is."""
        due = and_(job.c.state == JobState.QUEUED, job.c.run_at <= now)
        counted = select(func.count().label("jobs"), func.min(job.c.run_at).label("oldest"))
        row = self.tx.row(counted.where(due))
        assert row is not None
        return row.jobs, row.oldest

    @property
    def _table(self) -> ClaimTable:
        return ClaimTable(self.tx, job)


def _row(new: NewJob, key: str | None, created_by: str, now: datetime) -> dict[str, object]:
    return {
        "id": new_id("job"),
        "kind": new.kind,
        "dedupe_key": key,
        "payload": dict(new.payload),
        "state": JobState.QUEUED,
        "priority": new.priority,
        "run_at": new.run_at,
        "attempts_max": new.attempts_max,
        "timeout_seconds": new.timeout.total_seconds(),
        "created_by": created_by,
        "created_at": now,
    }


def _enqueue(
    tx: Transaction, row: Mapping[str, Any], visible: ColumnElement[bool], run_at: datetime
) -> Enqueued:
    same = visible & (job.c.dedupe_key == row["dedupe_key"]) & job.c.state.in_(_OPEN)
    for _ in range(_ATTEMPTS):
        if tx.insert_absent(job, row):
            return Enqueued(JobId(row["id"]), is_new=True)
        found = tx.row(select(job.c.id).where(same))
        if found is not None:
            return _pulled_forward(tx, JobId(found.id), run_at, row["priority"])
    raise Upstream("The same job was begun and ended at every attempt to ask for it.")


def _pulled_forward(tx: Transaction, job_id: JobId, run_at: datetime, priority: int) -> Enqueued:
    later = or_(job.c.run_at > run_at, job.c.priority > priority)
    waits = (job.c.id == job_id) & (job.c.state == JobState.QUEUED) & later
    sooner = {
        "run_at": case((job.c.run_at > run_at, literal(run_at, Instant)), else_=job.c.run_at),
        "priority": case((job.c.priority > priority, priority), else_=job.c.priority),
    }
    tx.run(update(job).where(waits).values(sooner))
    return Enqueued(job_id, is_new=False)


def _claimed(row: Row[Any]) -> ClaimedJob:
    return ClaimedJob(
        Claim(row.id, row.lease_token),
        None if row.org_id is None else OrgId(row.org_id),
        row.kind,
        row.payload,
        row.attempts,
        row.attempts_max,
        timedelta(seconds=row.timeout_seconds),
    )
