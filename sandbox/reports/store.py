"""The life of reports: asked for, building, done, and the addresses they are fetched from."""

from __future__ import annotations

import hmac
import uuid
from collections import OrderedDict
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from hashlib import sha256
from math import exp
from typing import Any
from urllib.parse import urlencode

from sandbox.beliefs import Beliefs
from sandbox.clock import written
from sandbox.reports.asked import Asked
from sandbox.world.chance import one_normal

URL_SECONDS = 3600
_KEPT_BYTES = 120_000_000
PENDING, PROCESSING, COMPLETED, FAILED = "PENDING", "PROCESSING", "COMPLETED", "FAILED"


@dataclass
class Report:
    """One report and what will become of it; times are instants of the sandbox's clock."""

    report_id: str
    asked: Asked
    owner: str
    region: str
    created: datetime
    starts: datetime
    ready: datetime
    beliefs: Beliefs
    effects: list[dict[str, Any]] = field(default_factory=list)
    failure: str | None = None
    forced_status: str | None = None
    fetched_size: int | None = None

    def status(self, now: datetime) -> str:
        """Return the status at an instant."""
        if self.forced_status:
            return self.forced_status
        if now < self.starts:
            return PENDING
        if now < self.ready:
            return PROCESSING
        return FAILED if self.failure else COMPLETED

    def is_in_work(self, now: datetime) -> bool:
        return self.status(now) in {PENDING, PROCESSING}

    @property
    def file_name(self) -> str:
        """Return the path of its file, in the form of Amazon's storage."""
        stamp = int(self.ready.timestamp() * 1000)
        ending = _ENDINGS.get(self.asked.format, "csv.gz")
        return f"{self.report_id}-{stamp}/report-{self.report_id}-{stamp}.{ending}"


_ENDINGS = {"GZIP_JSON": "json.gz", "XLSX": "xlsx"}


@dataclass
class Store:
    """All reports of one sandbox, and the last files that were built."""

    seed: int
    base_url: str
    _reports: dict[str, Report] = field(default_factory=dict)
    _files: OrderedDict[str, bytes] = field(default_factory=OrderedDict)

    def add(self, report: Report) -> None:
        self._reports[report.report_id] = report

    def find(self, report_id: str) -> Report | None:
        return self._reports.get(report_id)

    def drop(self, report_id: str) -> None:
        self._reports.pop(report_id, None)

    def listed(self) -> list[Report]:
        """Return all reports, oldest first."""
        return list(self._reports.values())

    def forget(self) -> None:
        """Forget every report and file."""
        self._reports.clear()
        self._files.clear()

    def duplicate(self, asked: Asked, owner: str, now: datetime) -> Report | None:
        """Return an identical report that is still in work."""
        return next(
            (
                r
                for r in self._reports.values()
                if r.owner == owner and r.is_in_work(now) and _same(r.asked, asked)
            ),
            None,
        )

    def kept_file(self, report_id: str) -> bytes | None:
        """Return a file that was built before, if it is still kept."""
        found = self._files.get(report_id)
        if found is not None:
            self._files.move_to_end(report_id)
        return found

    def keep_file(self, report_id: str, content: bytes) -> None:
        """Keep a file, letting the least recently used go when there are too many bytes."""
        self._files[report_id] = content
        while len(self._files) > 1 and sum(map(len, self._files.values())) > _KEPT_BYTES:
            self._files.popitem(last=False)

    def signed_url(self, report: Report, now: datetime) -> str:
        """Return a new pre-signed address of a report's file."""
        return self.signed(f"/{report.region}/storage/{report.file_name}", now)

    def signed(self, path: str, now: datetime) -> str:
        """Return a pre-signed address of a path, good for an hour."""
        query = {
            "X-Amz-Algorithm": "AWS4-HMAC-SHA256",
            "X-Amz-Date": f"{now:%Y%m%dT%H%M%SZ}",
            "X-Amz-SignedHeaders": "host",
            "X-Amz-Expires": str(URL_SECONDS),
            "X-Amz-Credential": f"ASIASANDBOX/{now:%Y%m%d}/us-east-1/s3/aws4_request",
        }
        query["X-Amz-Signature"] = self.signature(path, query["X-Amz-Date"])
        return f"{self.base_url}{path}?{urlencode(query)}"

    def signature(self, path: str, date: str) -> str:
        """Return the signature of an address signed at a time."""
        content = f"{path}\n{date}".encode()
        return hmac.new(f"storage {self.seed}".encode(), content, sha256).hexdigest()


def new_report(
    asked: Asked, owner: str, region: str, now: datetime, beliefs: Beliefs, seconds: float
) -> Report:
    """Return a report that takes so many seconds to build."""
    return Report(
        str(uuid.uuid4()),
        asked,
        owner,
        region,
        now,
        now + timedelta(seconds=0.3 * seconds),
        now + timedelta(seconds=seconds),
        beliefs,
    )


def build_seconds(asked: Asked, pace: str, serial: int) -> float:
    """Return how long a report takes: 1-6 seconds, or seconds to three hours."""
    if pace == "fast":
        days = (asked.end - asked.start).days + 1
        size = len(asked.advertiser_ids) * days * len(asked.columns)
        return 1.0 + min(5.0, size / 6_000)
    drawn = 360.0 * exp(1.4 * one_normal("build", serial, asked.kind.name))
    return min(max(drawn, 20.0), 3 * 3600.0)


def document(report: Report, now: datetime, size: int | None, url: str | None) -> dict[str, Any]:
    """Return a report as the API shows it."""
    asked, status = report.asked, report.status(now)
    done = status == COMPLETED
    configuration = {"filters": None, **asked.configuration}
    return {
        "configuration": configuration,
        "createdAt": written(report.created),
        "endDate": asked.end.isoformat(),
        "failureReason": report.failure if status == FAILED else None,
        "fileSize": size if done else None,
        "generatedAt": written(report.ready) if done else None,
        "name": asked.name,
        "reportId": report.report_id,
        "startDate": asked.start.isoformat(),
        "status": status,
        "updatedAt": written(_updated(report, now)),
        "url": url if done else None,
        "urlExpiresAt": written(now + timedelta(seconds=URL_SECONDS)) if done else None,
    }


def _updated(report: Report, now: datetime) -> datetime:
    passed = [t for t in (report.created, report.starts, report.ready) if t <= now]
    return max(passed, default=report.created)


def _same(one: Asked, other: Asked) -> bool:
    same_days = (one.start, one.end) == (other.start, other.end)
    return same_days and one.configuration == other.configuration
