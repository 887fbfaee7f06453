"""What was called: one record for each request that came from a client."""

from __future__ import annotations

import re
from collections import Counter, deque
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sandbox.clock import written

_KEPT = 100_000
_OPERATIONS: tuple[tuple[str, str, str], ...] = (
    ("GET|POST", r"/(na|eu|fe)/ap/oa", "authorize"),
    ("POST", r"/(na|eu|fe)/auth/o2/token", "token"),
    ("GET", r"/(na|eu|fe)/user/profile", "user_profile"),
    ("GET", r"/(na|eu|fe)/api/v2/profiles(/.*)?", "profiles"),
    ("GET", r"/(na|eu|fe)/api/dsp/advertisers(/.*)?", "advertisers"),
    ("GET", r"/(na|eu|fe)/api/managerAccounts", "manager_accounts"),
    ("POST", r"/(na|eu|fe)/api/adsAccounts/list", "global_accounts"),
    ("POST", r"/(na|eu|fe)/api/adsApi/v1/query/advertiserAccounts", "unified_accounts"),
    ("POST", r"/(na|eu|fe)/api/adsApi/v1/query/campaigns", "query_campaigns"),
    ("POST", r"/(na|eu|fe)/api/adsApi/v1/query/adGroups", "query_ad_groups"),
    ("POST", r"/(na|eu|fe)/api/adsApi/v1/query/ads", "query_ads"),
    ("POST", r"/(na|eu|fe)/api/adsApi/v1/query/targets", "query_targets"),
    ("POST", r"/(na|eu|fe)/api/adsApi/v1/query/adAssociations", "query_associations"),
    ("POST", r"/(na|eu|fe)/api/adsApi/v1/create/reports", "create_unified_report"),
    ("POST", r"/(na|eu|fe)/api/adsApi/v1/retrieve/reports", "unified_report_status"),
    ("POST", r"/(na|eu|fe)/api/adsApi/v1/delete/reports", "delete_unified_report"),
    ("POST", r"/(na|eu|fe)/api/dsp/v1/adCreatives/moderations/list", "moderations"),
    ("POST", r"/(na|eu|fe)/api/dsp/v1/seats/.*", "seats"),
    ("POST", r"/(na|eu|fe)/api/dsp/streams/subscriptions", "subscribe"),
    ("GET", r"/(na|eu|fe)/api/dsp/streams/subscriptions(/.*)?", "subscriptions"),
    ("PUT", r"/(na|eu|fe)/api/dsp/streams/subscriptions/.*", "change_subscription"),
    ("POST", r"/(na|eu|fe)/api/reporting/reports", "create_report"),
    ("GET", r"/(na|eu|fe)/api/reporting/reports/.*", "report_status"),
    ("DELETE", r"/(na|eu|fe)/api/reporting/reports/.*", "delete_report"),
    ("GET", r"/(na|eu|fe)/storage/.*", "download"),
    ("GET|POST", r"/id/.*", "identity"),
)
_COMPILED = tuple((re.compile(m), re.compile(p), name) for m, p, name in _OPERATIONS)


@dataclass
class Call:
    """One request and, once it was answered, what became of it."""

    at: datetime
    method: str
    path: str
    query: str
    operation: str
    region: str
    client: str
    account: str
    grant: str
    scope: str
    detail: str
    number: int = 0
    in_flight: int = 1
    status: int | None = None
    milliseconds: float | None = None
    faults: list[str] = field(default_factory=list)

    def shown(self) -> dict[str, Any]:
        return {
            "id": self.number,
            "at": written(self.at),
            "method": self.method,
            "path": self.path,
            "query": self.query,
            "operation": self.operation,
            "region": self.region,
            "client": self.client,
            "account": self.account,
            "grant": self.grant,
            "scope": self.scope,
            "detail": self.detail,
            "inFlight": self.in_flight,
            "status": self.status,
            "milliseconds": self.milliseconds,
            "faults": self.faults,
        }


@dataclass
class CallLog:
    """The last hundred thousand calls, oldest first."""

    calls: deque[Call] = field(default_factory=lambda: deque(maxlen=_KEPT))
    count: int = 0
    _open: Counter[tuple[str, str]] = field(default_factory=Counter)

    def add(self, call: Call) -> None:
        """Keep a call that begins: it is numbered, and knows how many like it are in flight."""
        self.count += 1
        self._open[call.operation, call.account] += 1
        call.number = self.count
        call.in_flight = self._open[call.operation, call.account]
        self.calls.append(call)

    def done(self, call: Call, milliseconds: float) -> None:
        """Note that a call has ended; one that was never answered has status 0."""
        self._open[call.operation, call.account] -= 1
        call.milliseconds = round(milliseconds, 1)
        call.status = call.status or 0

    def found(self, query: dict[str, str]) -> list[dict[str, Any]]:
        """Return the calls after `since` that match path prefix and any field named."""
        since, prefix = int(query.get("since", 0)), query.get("path", "")
        fields = ("operation", "client", "account", "method", "region", "scope", "grant", "detail")
        wanted = {name: query[name] for name in fields if name in query}
        return [
            call.shown()
            for call in self.calls
            if call.number > since
            and call.path.startswith(prefix)
            and all(getattr(call, name) == value for name, value in wanted.items())
        ]

    def clear(self) -> None:
        self.calls.clear()


def operation_of(method: str, path: str) -> str:
    """Return the short name of what a request does; "other" when it is none of them."""
    for methods, paths, name in _COMPILED:
        if methods.fullmatch(method) and paths.fullmatch(path):
            return name
    return "other"
