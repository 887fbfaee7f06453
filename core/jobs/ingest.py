"""The way of a report: planned, requested, building, downloading, checked, committed.

Each state is written before the next step is begun, so a process may die anywhere and another
takes up where it stood. Asking twice is harmless: Amazon names the earlier report (HTTP 425) and
that one is followed. What goes wrong for good ends as failed and loses nothing of what stands.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping

from core.amazon.reports.port import Build, BuildState, ReportTicket, says_too_large
from core.domain.requests import RequestState
from core.errors import AppError, Upstream
from core.jobs import spending
from core.jobs.background import Background
from core.jobs.ingest_rules import Fate, Polling, fate_of
from core.jobs.loading import Loading
from core.jobs.report_way import Way
from core.store.ingest.requests import ClaimedRequest, ReportRequest

_S = RequestState
_log = logging.getLogger(__name__)


def take_steps(parts: Background, claimed: ClaimedRequest) -> None:
    """Take the steps of a claimed request that can be taken now.

    Raises what no rule here foresees; `stumble` then puts the step off.
    """
    way = Way(parts, claimed)
    request: ReportRequest | None = claimed.request
    while request is not None and request.state in _STEPS:
        try:
            request = _STEPS[request.state](way, request)
        except AppError as error:
            _meet(way, way.reread(), error)
            return


def stumble(parts: Background, claimed: ClaimedRequest, sentence: str) -> None:
    """Put off a step that failed in a way no rule foresaw; after many times, give up."""
    way = Way(parts, claimed)
    way.put_off(way.reread(), sentence)


def _ask(way: Way, request: ReportRequest) -> ReportRequest | None:
    """Ask Amazon for a planned report, once the ledger has counted it."""
    counted = spending.count(way.parts, way.scope, way.claimed.claim, request)
    if counted is None:
        return None
    ticket = way.adapter(counted).create(way.link(counted), way.order(counted))
    polling = Polling.of(way.parts.settings)
    way.move(
        counted,
        _S.REQUESTED,
        amazon_report_id=ticket.report_id,
        adopted=ticket.adopted,
        polls=0,
        attempts=0,
        error=None,
        run_at=way.now + polling.wait(0, way.parts.jitter),
    )
    return None


def _look(way: Way, request: ReportRequest) -> ReportRequest | None:
    """Look how far Amazon is with a report."""
    build = _build(way, request)
    match build.state:
        case BuildState.COMPLETED:
            return way.move(
                request,
                _S.DOWNLOADING,
                generated_at=build.generated_at or way.now,
                bytes=build.bytes,
                run_at=way.now,
            )
        case BuildState.BUILDING:
            _wait_on(way, request)
        case BuildState.FOREIGN:
            way.ask_anew(request, "The report that Amazon named answers another question.")
        case BuildState.FAILED if says_too_large(build.failure):
            way.halve(request, build.failure)
        case BuildState.FAILED | BuildState.CANCELLED:
            way.ask_anew(request, f"Amazon gave the report up: {build.failure or build.state}.")
    return None


def _wait_on(way: Way, request: ReportRequest) -> None:
    polling = Polling.of(way.parts.settings)
    if polling.is_hopeless(request, way.now):
        way.cancel_at_amazon(request)
        way.ask_anew(request, "Amazon did not finish the report in time.")
        return
    polls = request.polls + 1
    wait = polling.wait(polls, way.parts.jitter)
    way.move(request, _S.BUILDING, polls=polls, attempts=0, run_at=way.now + wait)


def _fetch(way: Way, request: ReportRequest) -> ReportRequest | None:
    """Bring the file home and load it. The address is asked for anew: it is good for an hour."""
    build = _build(way, request)
    if build.state is not BuildState.COMPLETED or not build.urls:
        raise Upstream("A completed report is no longer completed.")
    way.parts.downloads.fetch(build.urls, way.file(request))
    return _load(way, request)


def _load(way: Way, request: ReportRequest) -> ReportRequest | None:
    """Stage, judge and commit the file; one that was lost in a crash is fetched again."""
    file = way.file(request)
    if not file.exists():
        return way.move(request, _S.DOWNLOADING, run_at=way.now)
    ended = Loading(way.parts, way.scope, way.claimed.claim).load(request, file)
    file.unlink(missing_ok=True)
    _log.info("report %s: %s, %s rows", ended.id, ended.state, ended.rows)
    return None


_STEPS: Mapping[RequestState, Callable[[Way, ReportRequest], ReportRequest | None]] = {
    _S.PLANNED: _ask,
    _S.REQUESTED: _look,
    _S.BUILDING: _look,
    _S.DOWNLOADING: _fetch,
    _S.CHECKED: _load,
}


def _build(way: Way, request: ReportRequest) -> Build:
    ticket = ReportTicket(request.amazon_report_id or "", request.adopted)
    return way.adapter(request).poll(way.link(request), way.order(request), ticket)


def _meet(way: Way, request: ReportRequest, error: AppError) -> None:
    """Do what an error means for the request. Raises it when it is none of a report's business."""
    fate = fate_of(error, request.state)
    if fate is Fate.RAISE:
        raise error
    _log.info("report %s, %s: %s: %s", request.id, request.state, fate, error)
    _MEETINGS[fate](way, request, error)


_MEETINGS: Mapping[Fate, Callable[[Way, ReportRequest, AppError], None]] = {
    Fate.PAUSE: Way.pause,
    Fate.LATER: Way.wait_for_duplicate,
    Fate.WITHOUT: Way.do_without,
    Fate.HALVE: lambda way, request, error: way.halve(request, str(error)),
    Fate.ASK_ANEW: lambda way, request, error: way.ask_anew(request, str(error)),
    Fate.SIGN_ANEW: Way.sign_anew,
    Fate.STUMBLE: lambda way, request, error: way.put_off(request, str(error)),
    Fate.CANCEL: lambda way, request, error: way.end(request, _S.CANCELLED, str(error)),
    Fate.FAIL: Way.fail,
}
