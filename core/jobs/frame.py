"""The frame around every piece of background work: the one place where everything is caught.

A job that raises is retried, failed or left to its next holder, as `core.jobs.endings` decides;
what it raised is kept without secrets. One job's end never touches another's.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime, timedelta

from core.amazon.deadline import deadline
from core.domain.catalogue import including
from core.domain.scope import TenantScope
from core.errors import AppError, Defect, LeaseLost
from core.insight.own_metrics import own_metrics
from core.jobs import ingest
from core.jobs.background import Again, Background, Handler
from core.jobs.endings import Decision, Ending, decide
from core.security.redaction import body_excerpt
from core.store.ingest.requests import ClaimedRequest
from core.store.work.jobs import ClaimedJob

REQUEST_SECONDS = 1800.0  # for one step of a report: the longest is bringing a large file home
_log = logging.getLogger(__name__)


def run_job(parts: Background, handlers: Mapping[str, Handler], job: ClaimedJob) -> Ending:
    """Run a claimed job to its end and write that down; return how it ended. Never raises."""
    error: Exception | None = None
    again: Again | None = None
    try:
        with deadline(job.timeout.total_seconds()), _catalogue(parts, job):
            again = _handler(handlers, job.kind)(parts, job)
    except AppError as told:
        _log.warning("job %s %s: %s: %s", job.kind, job.id, type(told).__name__, told)
        error = told
    except Exception as unforeseen:
        _log.exception("job %s %s broke", job.kind, job.id)
        error = unforeseen
    return _written(parts, job, error, again)


@contextmanager
def _catalogue(parts: Background, job: ClaimedJob) -> Iterator[None]:
    """Let the catalogue hold the own metrics of the organization that a job is done for."""
    if job.org_id is None:
        yield
        return
    with parts.store.reading(TenantScope.for_job(job.org_id)) as tenant:
        found = own_metrics(tenant)
    with including(found.metrics):
        yield


def run_request(parts: Background, claimed: ClaimedRequest) -> None:
    """Take the next steps of a claimed report request, and let it go. Never raises."""
    try:
        with deadline(REQUEST_SECONDS):
            ingest.take_steps(parts, claimed)
    except LeaseLost:
        return
    except AppError as failure:
        _log.warning("report %s: %s: %s", claimed.request.id, type(failure).__name__, failure)
        sentence = told(failure)
        _quietly(lambda: ingest.stumble(parts, claimed, sentence))
    except Exception as unforeseen:
        _log.exception("report %s broke", claimed.request.id)
        sentence = told(unforeseen)
        _quietly(lambda: ingest.stumble(parts, claimed, sentence))
    finally:
        _quietly(lambda: _let_go(parts, claimed))


def _let_go(parts: Background, claimed: ClaimedRequest) -> None:
    with parts.store.system() as system:
        system.requests.release(claimed)


def _quietly(write: Callable[[], object]) -> None:
    """Write the end of a piece of work; where that fails the lease runs out by itself."""
    try:
        write()
    except AppError as unwritten:
        _log.info("an end could not be kept: %s", unwritten)


def _handler(handlers: Mapping[str, Handler], kind: str) -> Handler:
    if kind not in handlers:
        raise Defect(f"no handler for jobs of the kind {kind!r}")
    return handlers[kind]


def _written(
    parts: Background, job: ClaimedJob, error: Exception | None, again: Again | None
) -> Ending:
    now = parts.clock.now()
    decision = Decision(Ending.DONE if again is None else Ending.AGAIN)
    if again is not None:
        decision = Decision(Ending.AGAIN, max(0.0, (again.at - now).total_seconds()))
    if error is not None:
        decision = decide(error, job.attempt, job.attempts_max, parts.jitter)
    try:
        _write(parts, job, decision, error, now)
    except LeaseLost:
        return Ending.DROP
    except AppError as unwritten:
        # The lease runs out and the job comes back by itself.
        _log.warning("the end of job %s could not be kept: %s", job.id, unwritten)
        return Ending.DROP
    return decision.ending


def _write(
    parts: Background,
    job: ClaimedJob,
    decision: Decision,
    error: Exception | None,
    now: datetime,
) -> None:
    later = now + timedelta(seconds=decision.wait_seconds)
    text = "" if error is None else told(error)
    with parts.store.system() as system:
        match decision.ending:
            case Ending.DONE:
                system.jobs.finish(job, now)
            case Ending.AGAIN:
                system.jobs.postpone(job, later)
            case Ending.RETRY:
                system.jobs.fail(job, text, now, retry_at=later)
            case Ending.FAIL:
                system.jobs.fail(job, text, now, retry_at=None)
            case Ending.DROP:
                pass


def told(error: Exception) -> str:
    """Return what is kept and shown of an error: its sentence, or that it is a fault of ours."""
    if isinstance(error, AppError):
        return body_excerpt(str(error))
    return f"A fault of ours ({type(error).__name__}); the log has the details."
