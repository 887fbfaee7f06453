"""The loop: claims what is due, hands it to the crew, keeps the leases, and stops when told.

The store is the truth. A process that dies loses its leases, and whoever comes next takes over;
a process that is told to stop claims nothing more, gives its work some seconds, and puts the
rest back.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from threading import Event

import schedule

from core.errors import AppError
from core.jobs.background import Background, Handler
from core.jobs.crew import Crew, Task
from core.jobs.frame import REQUEST_SECONDS, run_job, run_request
from core.jobs.recurring import enqueue_due
from core.store.ingest.requests import ClaimedRequest
from core.store.work.jobs import ClaimedJob

VERSION = "0.1.0"
KIND = "scheduler"
BEAT_SECONDS = 5.0
_log = logging.getLogger(__name__)


class Loop:
    """The life of one scheduler process."""

    def __init__(
        self, parts: Background, handlers: Mapping[str, Handler], stop: Event | None = None
    ) -> None:
        self._parts = parts
        self._handlers = handlers
        self._crew = Crew(parts.settings.scheduler_workers)
        self.stop = stop or Event()

    def run(self) -> int:
        """Run until `stop` is set, then drain; return the process's exit code."""
        ticker = self._ticker()
        ticker.run_all()
        code = 0
        while not self.stop.is_set():
            ticker.run_pending()
            if self._crew.given_up > self._crew.size:
                _log.critical("too many threads hang; this process ends, to be started anew")
                code = 1
                break
            self.stop.wait(self._parts.settings.scheduler_tick_seconds / 2)
        self._end(0.0 if code else self._parts.settings.drain_seconds)
        return code

    def claim(self) -> None:
        """Claim what is due, as far as hands are free, and start it.

        One of them is kept for jobs, so that what a person asks for never waits for reports.
        """
        parts = self._parts
        now = parts.clock.now()
        if self._crew.free > 0:
            with parts.store.system() as system:
                jobs = system.jobs.claim(parts.holder, self._crew.free, now=now, lease=parts.lease)
            for job in jobs:
                self._crew.start(self._job(job))
        if self._crew.free > 1:
            with parts.store.system() as system:
                requests = system.requests.claim(
                    parts.holder, self._crew.free - 1, now=now, lease=parts.lease
                )
            for claimed in requests:
                self._crew.start(self._request(claimed))

    def reap(self) -> None:
        """Put back the jobs of processes that stopped without a word."""
        now = self._parts.clock.now()
        with self._parts.store.system() as system:
            lost = system.jobs.reap(now)
        if lost:
            _log.warning("%d jobs came back from a process that stopped", lost)

    def beat(self) -> None:
        """Say that this process lives, what it does and what alarms it."""
        detail = {"running": self._crew.names(), "alarms": self._parts.alarms.standing()}
        with self._parts.store.system() as system:
            system.heartbeats.beat(self._parts.holder, KIND, VERSION, detail)

    def _ticker(self) -> schedule.Scheduler:
        settings = self._parts.settings
        steps: tuple[tuple[float, Callable[[], object]], ...] = (
            (BEAT_SECONDS, self.beat),
            (settings.scheduler_tick_seconds, lambda: enqueue_due(self._parts)),
            (settings.scheduler_tick_seconds, self.claim),
            (settings.job_lease_seconds / 4, self._crew.keep_leases),
            (settings.job_lease_seconds / 4, self.reap),
        )
        ticker = schedule.Scheduler()
        for seconds, step in steps:
            # The package takes whole units of what it says, and hands any number to timedelta.
            ticker.every(seconds).seconds.do(_guarded, step)  # type: ignore[arg-type]
        return ticker

    def _job(self, job: ClaimedJob) -> Task:
        parts = self._parts

        def renew() -> None:
            with parts.store.system() as system:
                system.jobs.renew(job, parts.lease)

        def release() -> None:
            with parts.store.system() as system:
                system.jobs.postpone(job, parts.clock.now())

        def run() -> object:
            return run_job(parts, self._handlers, job)

        return Task(f"{job.kind} {job.id}", run, renew, release, job.timeout.total_seconds())

    def _request(self, claimed: ClaimedRequest) -> Task:
        parts = self._parts

        def renew() -> None:
            with parts.store.system() as system:
                system.requests.renew(claimed, parts.lease)

        def release() -> None:
            with parts.store.system() as system:
                system.requests.release(claimed)

        def run() -> None:
            run_request(parts, claimed)

        return Task(f"report {claimed.request.id}", run, renew, release, REQUEST_SECONDS)

    def _end(self, seconds: float) -> None:
        left = self._crew.drain(seconds)
        _log.info("stopping: %d pieces of work put back", left)
        _guarded(self._farewell)

    def _farewell(self) -> None:
        with self._parts.store.system() as system:
            system.heartbeats.remove(self._parts.holder)


def _guarded(step: Callable[[], object]) -> None:
    """Take a step; a database that does not answer is waited for, since the loop outlives it."""
    try:
        step()
    except AppError as failure:
        _log.warning("a step of the loop failed and is taken again: %s", failure)
