"""`/reporting/reports` and the storage the files are fetched from."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from anyio import Lock, to_thread
from starlette.requests import Request
from starlette.responses import Response

from sandbox.access import ACCOUNT, SCOPE, Caller, Gate, carried
from sandbox.answers import Refusal, json_answer, report_error, unauthorized
from sandbox.beliefs import Beliefs
from sandbox.bodies import json_object
from sandbox.reports.asked import Asked
from sandbox.reports.building import Builder, TooLarge, file_of
from sandbox.reports.effects import applied
from sandbox.reports.sponsored import SPONSORED_KINDS
from sandbox.reports.store import (
    COMPLETED,
    PENDING,
    Report,
    Store,
    build_seconds,
    document,
    new_report,
)
from sandbox.reports.validation import understood
from sandbox.world.world import World

_CREATE = "application/vnd.createasyncreportrequest.v3+json"
_DELETED = "application/vnd.deleteasyncreportresponse.v3+json"
_TOO_LARGE = "Report size too large"


@dataclass
class Reports:
    """The report routes of one region."""

    gate: Gate
    region: str
    world: World
    store: Store
    now: Callable[[], datetime]
    beliefs: Callable[[], Beliefs]
    effects: Callable[[Asked], list[dict[str, Any]]]
    pace: str
    created: int = 0
    _one_build: Lock = field(default_factory=Lock)

    async def create(self, request: Request) -> Response:
        """Answer POST: the report as it was taken, status PENDING."""
        caller = self.gate.caller(request, self.region)
        reach = _reach(request, caller)
        carried(request, _CREATE, "application/json")
        now, beliefs = self.now(), self.beliefs()
        asked = understood(await json_object(request, _malformed), now.date(), beliefs)
        asked = _within_reach(request, asked, reach)
        owner = f"{caller.client_id}|{self.region}|{caller.grant.user_id}|{_account(request)}"
        earlier = self.store.duplicate(asked, owner, now)
        if earlier:
            raise report_error(425, f"The Request is a duplicate of : {earlier.report_id}")
        report = self._report(asked, owner, now, beliefs)
        return json_answer(document(report, now, None, None))

    async def status(self, request: Request) -> Response:
        """Answer GET: the report as it is now, with a newly signed address when it is done."""
        report = self._owned(request)
        now = self.now()
        size, url = None, None
        if report.status(now) == COMPLETED:
            content = await self.content(report)
            if report.failure is None:
                size, url = len(content), self.store.signed_url(report, now)
        return json_answer(document(report, now, size, url))

    async def cancel(self, request: Request) -> Response:
        """Answer DELETE: a pending report is forgotten."""
        report = self._owned(request)
        if report.status(self.now()) != PENDING:
            raise report_error(400, "Only reports in PENDING status can be deleted")
        self.store.drop(report.report_id)
        body = {"code": "200", "detail": "Report deleted", "reportId": report.report_id}
        return json_answer(body, media_type=_DELETED)

    def _report(self, asked: Asked, owner: str, now: datetime, beliefs: Beliefs) -> Report:
        self.created += 1
        seconds = build_seconds(asked, self.pace, self.created)
        report = new_report(asked, owner, self.region, now, beliefs, seconds)
        report.effects = self.effects(asked)
        _bend(report)
        self.store.add(report)
        return report

    def _owned(self, request: Request) -> Report:
        caller = self.gate.caller(request, self.region)
        _reach(request, caller)
        report_id = request.path_params["report_id"]
        try:
            UUID(report_id)
        except ValueError:
            raise report_error(400, f"Invalid reportId: {report_id}") from None
        report = self.store.find(report_id)
        owner = f"{caller.client_id}|{self.region}|{caller.grant.user_id}|"
        if report is None or not report.owner.startswith(owner):
            raise report_error(404, f"Report with id {report_id} was not found")
        return report

    async def content(self, report: Report) -> bytes:
        """Return a report's file, built at the first look and kept for a while."""
        kept = self.store.kept_file(report.report_id)
        if kept is not None:
            return kept
        async with self._one_build:
            kept = self.store.kept_file(report.report_id)
            if kept is None:
                kept = await to_thread.run_sync(self._built, report)
                self.store.keep_file(report.report_id, kept)
        return kept

    def _built(self, report: Report) -> bytes:
        """Return the file; a report of too many rows fails and has none."""
        asked = report.asked
        parts = Builder(self.world, report.beliefs, report.ready).parts(asked)
        if report.effects:
            rows, whole_file = applied([r for part in parts for r in part], asked, report.effects)
            if whole_file is not None:
                return whole_file
            parts = iter([rows])
        try:
            return file_of(parts, asked.columns, asked.format, report.beliefs.rows_max)
        except TooLarge:
            report.failure = _TOO_LARGE
            return b""


def _bend(report: Report) -> None:
    """Let the planted faults change the life of a report."""
    for effect in report.effects:
        if "status" in effect:
            report.forced_status = effect["status"]
            report.failure = effect.get("failureReason")
        if "build_seconds" in effect:
            wait = timedelta(seconds=float(effect["build_seconds"]))
            report.starts, report.ready = report.created + wait * 0.9, report.created + wait
        if effect.get("fails"):
            report.failure = effect.get("failureReason", "Internal error")


def _reach(request: Request, caller: Caller) -> set[str] | None:
    """Return the advertisers the header opens; None for a sponsored profile."""
    scope, account = request.headers.get(SCOPE), request.headers.get(ACCOUNT)
    if scope and account:
        raise report_error(
            400,
            "Only one of the headers Amazon-Advertising-API-Scope and Amazon-Ads-AccountId "
            "can be sent",
        )
    if account:
        if account not in caller.linked:
            raise unauthorized(f"No matching advertiser found for {account}")
        return {account}
    if not scope:
        raise unauthorized("Scope header is missing")
    if caller.has_profile(scope) and all(str(s.profile_id) != scope for s in caller.seats):
        return None
    return {a.advertiser_id for a in caller.advertisers_of(caller.seat(scope))}


def _within_reach(request: Request, asked: Asked, reach: set[str] | None) -> Asked:
    """Return the request with what it may read filled in. Raises a 400 when it asks for more."""
    if (asked.kind.name in SPONSORED_KINDS) is not (reach is None):
        raise report_error(400, "configuration adProduct is not supported for this profile")
    if reach is None:
        return replace(asked, profile=_account(request))
    wanted = asked.advertiser_ids or tuple(sorted(reach))
    if ACCOUNT in request.headers and len(wanted) > 1:
        raise report_error(
            400,
            "configuration filters advertiserId must have exactly one value with the header "
            "Amazon-Ads-AccountId",
        )
    if not set(wanted) <= reach:
        raise report_error(400, "Invalid Advertiser or Marketplace ID.")
    return replace(asked, advertiser_ids=wanted)


def _malformed(sentence: str) -> Refusal:
    return report_error(400, sentence)


def _account(request: Request) -> str:
    return request.headers.get(SCOPE) or request.headers.get(ACCOUNT, "")
