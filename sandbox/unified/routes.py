"""`/adsApi/v1/{create,retrieve,delete}/reports`: multi-status answers, reports in parts."""

from __future__ import annotations

import csv
import io
import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import orjson
from anyio import to_thread
from starlette.requests import Request
from starlette.responses import Response

from sandbox.access import Caller, Gate
from sandbox.answers import json_answer
from sandbox.beliefs import Beliefs
from sandbox.bodies import json_object
from sandbox.clock import written
from sandbox.reports.building import Builder, gzipped
from sandbox.reports.store import URL_SECONDS, Store, build_seconds
from sandbox.unified.request import UnifiedAsked, refusal, understood
from sandbox.unified.rows import Row, named
from sandbox.world.world import World

_ROWS_OF_A_PART = 20_000
_TOO_LARGE = ("002", "The report is too large")


@dataclass
class UnifiedReport:
    """One report of the unified API."""

    report_id: str
    wanted: UnifiedAsked
    owner: str
    created: datetime
    ready: datetime
    beliefs: Beliefs
    parts: list[bytes] | None = None
    failure: tuple[str, str] | None = None

    def status(self, now: datetime) -> str:
        """Return the status at an instant."""
        if now < self.created + (self.ready - self.created) * 0.3:
            return "PENDING"
        if now < self.ready:
            return "PROCESSING"
        return "FAILED" if self.failure else "COMPLETED"


@dataclass
class UnifiedReports:
    """The unified report routes of one region."""

    gate: Gate
    region: str
    world: World
    store: Store
    now: Callable[[], datetime]
    beliefs: Callable[[], Beliefs]
    pace: str
    reports: dict[str, UnifiedReport] = field(default_factory=dict)

    async def create(self, request: Request) -> Response:
        """Answer POST create: the report, pending."""
        caller = self.gate.caller(request, self.region)
        body = await json_object(request, lambda said: refusal("400000", said))
        now = self.now()
        wanted = understood(body, now.date(), _accounts(caller))
        seconds = build_seconds(wanted.asked, self.pace, len(self.reports))
        report = UnifiedReport(
            str(uuid.uuid4()),
            wanted,
            _owner(caller),
            now,
            now + timedelta(seconds=seconds),
            self.beliefs(),
        )
        self.reports[report.report_id] = report
        return _multi_status(success=[{"index": 0, "report": self._shown(report, now)}])

    async def retrieve(self, request: Request) -> Response:
        """Answer POST retrieve for exactly one id."""
        caller = self.gate.caller(request, self.region)
        report_id = await _one_id(request)
        report = self._found(report_id, caller)
        if report is None:
            return _not_found(report_id)
        now = self.now()
        if report.status(now) == "COMPLETED" and report.parts is None:
            report.parts = await to_thread.run_sync(self._built, report)
        return _multi_status(success=[{"index": 0, "report": self._shown(report, now)}])

    async def delete(self, request: Request) -> Response:
        """Answer POST delete for exactly one id."""
        caller = self.gate.caller(request, self.region)
        report_id = await _one_id(request)
        if self._found(report_id, caller) is None:
            return _not_found(report_id)
        del self.reports[report_id]
        return _multi_status(success=[{"index": 0, "reportId": report_id}])

    def part(self, report_id: str, number: int) -> bytes | None:
        """Return a part's file for the storage, None when there is none."""
        report = self.reports.get(report_id)
        parts = (report.parts if report else None) or []
        return parts[number] if 0 <= number < len(parts) else None

    def _found(self, report_id: str, caller: Caller) -> UnifiedReport | None:
        report = self.reports.get(report_id)
        return report if report and report.owner == _owner(caller) else None

    def _built(self, report: UnifiedReport) -> list[bytes]:
        builder = Builder(self.world, report.beliefs, report.ready)
        rows = named(builder.rows(report.wanted.asked), report.wanted, self.world)
        if len(rows) > report.beliefs.rows_max:
            report.failure = _TOO_LARGE
            return []
        return [_file(part, report.wanted) for part in _parts(rows, report.wanted.format)]

    def _shown(self, report: UnifiedReport, now: datetime) -> dict[str, Any]:
        status = report.status(now)
        body = report.wanted.body
        shown: dict[str, Any] = {
            "reportId": report.report_id,
            "status": status,
            "format": report.wanted.format,
            "periods": body["periods"],
            "query": body["query"],
            "creationDateTime": written(report.created),
            "lastUpdatedDateTime": written(min(now, report.ready)),
        }
        if status == "FAILED" and report.failure:
            shown |= {"failureCode": report.failure[0], "failureReason": report.failure[1]}
        if status == "COMPLETED":
            shown["completedDateTime"] = written(report.ready)
            shown["completedReportParts"] = [
                self._part_shown(report, number, part, now)
                for number, part in enumerate(report.parts or [])
            ]
        return shown

    def _part_shown(
        self, report: UnifiedReport, number: int, part: bytes, now: datetime
    ) -> dict[str, Any]:
        ending = "csv" if "CSV" in report.wanted.format else "json.gz"
        path = f"/{self.region}/storage/{report.report_id}/part-{number:05}.{ending}"
        return {
            "url": self.store.signed(path, now),
            "urlExpirationDateTime": written(now + timedelta(seconds=URL_SECONDS)),
            "sizeInBytes": len(part),
        }


def _accounts(caller: Caller) -> dict[str, str]:
    reached = {**caller.linked, **caller.managed}
    return {a.account_id: advertiser_id for advertiser_id, a in reached.items()}


def _owner(caller: Caller) -> str:
    return f"{caller.client_id}|{caller.grant.user_id}"


async def _one_id(request: Request) -> str:
    body = await json_object(request, lambda said: refusal("400000", said))
    ids = body.get("reportIds")
    if not isinstance(ids, list) or len(ids) != 1:
        raise refusal("400000", "reportIds takes exactly one id")
    return str(ids[0])


def _multi_status(**parts: list[dict[str, Any]]) -> Response:
    return json_answer({"error": None, "success": None, **parts}, 207)


def _not_found(report_id: str) -> Response:
    error = {"code": "404001", "message": f"404001: reportId {report_id} is unknown"}
    return _multi_status(error=[{"index": 0, "errors": [error]}])


def _parts(rows: list[Row], format_: str) -> Iterator[list[Row]]:
    if not format_.startswith("PARTITIONED"):
        yield rows
        return
    for start in range(0, max(len(rows), 1), _ROWS_OF_A_PART):
        yield rows[start : start + _ROWS_OF_A_PART]


def _file(rows: list[Row], wanted: UnifiedAsked) -> bytes:
    if "CSV" not in wanted.format:
        return gzipped([orjson.dumps(rows)])
    text = io.StringIO()
    writer = csv.DictWriter(text, wanted.fields, quoting=csv.QUOTE_ALL)
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue().encode()
