"""Reports of the unified API (beta): `/adsApi/v1/{create,retrieve,delete}/reports`.

Accounts stand in the body, not in a header: the call has no reach of its own. Answers are
multi-status, so that a 207 may be a refusal, and refusals are numbered. Nothing is ever called
a duplicate: asked twice, Amazon builds twice.

Source: Amazon Ads API v1 reporting guides: quickstart, query building, handling errors.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from core.amazon import wire
from core.amazon.error_body import item_faults
from core.amazon.http import Call, Generation
from core.amazon.link import AmazonLink
from core.amazon.reports.port import (
    TOO_LARGE,
    Build,
    BuildState,
    ColumnsRefused,
    ReportOrder,
    ReportTicket,
)
from core.domain.connections import Adapter
from core.errors import Refused, Upstream
from core.security.redaction import body_excerpt
from core.security.secret import Secret

CREATE = "/adsApi/v1/create/reports"
RETRIEVE = "/adsApi/v1/retrieve/reports"
DELETE = "/adsApi/v1/delete/reports"
UNKNOWN_REPORT = "404001"
_FAILED_TOO_LARGE = "002"
# Incompatible, unknown, without its companion, badly written: without the field it would build.
_FIELD_REFUSED = re.compile(r"40000[456]: field ([\w.]+)|400013: field ([\w.]+)")
_STATES = {
    "PENDING": BuildState.BUILDING,
    "PROCESSING": BuildState.BUILDING,
    "COMPLETED": BuildState.COMPLETED,
    "FAILED": BuildState.FAILED,
    "CANCELLED": BuildState.CANCELLED,
}


class V1Reports:
    """The adapter of the unified reports."""

    name = Adapter.V1.value

    def create(self, link: AmazonLink, order: ReportOrder) -> ReportTicket:
        call = Call(
            method="POST",
            path=CREATE,
            limit=link.limits.create(link.region, order.spec.report_type),
            generation=Generation.UNIFIED,
            body=request_body(order),
        )
        try:
            report = _report(link.ask(call).json())
        except Refused as refusal:
            refused = _refused_fields(str(refusal), order)
            if refused:
                raise ColumnsRefused(str(refusal), refused) from None
            raise
        return ReportTicket(wire.id_text(report, "reportId", "a report"))

    def poll(self, link: AmazonLink, order: ReportOrder, ticket: ReportTicket) -> Build:
        return _build(_report(_about(link, RETRIEVE, ticket)))

    def cancel(self, link: AmazonLink, order: ReportOrder, ticket: ReportTicket) -> None:
        try:
            _report(_about(link, DELETE, ticket))
        except Refused:
            # It is gone already, or too far on to be withdrawn.
            return


def request_body(order: ReportOrder) -> dict[str, object]:
    """Return the body of a request for `order`: one period, one query, the DSP alone.

    Raises Refused when Amazon has not said which account stands for an advertiser.
    """
    unnamed = [a for a in order.advertiser_ids if a not in order.accounts]
    if unnamed:
        said = f"Amazon has not named the unified account of advertiser {unnamed[0]}."
        raise Refused(said, status=400)
    accounts = dict.fromkeys(order.accounts[a] for a in order.advertiser_ids)
    days = {"startDate": order.days.start.isoformat(), "endDate": order.days.end.isoformat()}
    # A global account may advertise in other ways too: their rows are not ours.
    only_dsp = {
        "field": "adProduct.value",
        "comparisonOperator": "EQUALS",
        "not": False,
        "values": [order.spec.ad_product],
    }
    report = {
        "format": "GZIP_JSON",
        "periods": [{"datePeriod": days}],
        "query": {"fields": list(order.columns), "filter": {"on": only_dsp}},
    }
    return {
        "accessRequestedAccounts": [{"advertiserAccountId": account} for account in accounts],
        "reports": [report],
    }


def _about(link: AmazonLink, path: str, ticket: ReportTicket) -> object:
    """Return Amazon's answer about one report: exactly one id is taken at a time."""
    body = {"reportIds": [ticket.report_id]}
    return link.read("POST", path, body=body, generation=Generation.UNIFIED)


def _report(answer: object) -> wire.Record:
    """Return the one report of a multi-status answer. Raises Refused for the refusal in it."""
    parsed = wire.record(answer, "a report")
    succeeded = wire.records(parsed.get("success"), "a report")
    if succeeded:
        return wire.inner(succeeded[0], "report") or succeeded[0]
    faults = item_faults(parsed)
    if not faults:
        raise Upstream("A multi-status answer about a report holds neither success nor error.")
    said = "; ".join(str(fault) for fault in faults)
    status = 404 if any(fault.code == UNKNOWN_REPORT for fault in faults) else 400
    raise Refused(said, status=status, code=faults[0].code)


def _refused_fields(said: str, order: ReportOrder) -> frozenset[str]:
    """Return those of our fields that a numbered refusal names; several may be listed in one."""
    named = {name for pair in _FIELD_REFUSED.findall(said) for name in pair}
    return frozenset(named & set(order.columns))


def _build(report: wire.Record) -> Build:
    said = wire.text(report, "status")
    state = _STATES.get(said.upper())
    if state is None:
        raise Upstream(f"A report has the unknown status {body_excerpt(said)}.")
    if state is not BuildState.COMPLETED:
        return Build(state=state, failure=_failure(report))
    parts = wire.records(report.get("completedReportParts"), "a report's parts")
    urls = tuple(Secret(url) for url in (wire.text(part, "url") for part in parts) if url)
    if not urls or len(urls) != len(parts):
        raise Upstream("A completed report came without an address.")
    return Build(
        state=state,
        urls=urls,
        bytes=_size(parts),
        generated_at=wire.instant(report, "completedDateTime"),
    )


def _failure(report: wire.Record) -> str:
    reason = body_excerpt(wire.text(report, "failureReason"))
    if wire.text(report, "failureCode") == _FAILED_TOO_LARGE:
        return f"{reason or 'no reason given'} ({TOO_LARGE})"
    return reason


def _size(parts: Iterable[wire.Record]) -> int | None:
    sizes = [part.get("sizeInBytes") for part in parts]
    known = [size for size in sizes if isinstance(size, int)]
    return sum(known) if len(known) == len(sizes) else None
