"""Reports of version 3: `/reporting/reports`.

Two ways in: an agency profile (Scope, up to a hundred advertisers a report) or one DSP
advertiser of a manager account (AccountId). A filter on `advertiserId` is needed in both.

Source: Amazon Ads API documentation, Reporting v3: "Creating DSP reports", "Get started".
"""

from __future__ import annotations

import re

from core.amazon import wire
from core.amazon.http import Call, Duplicate
from core.amazon.link import AmazonLink
from core.amazon.reports.port import Build, BuildState, ColumnsRefused, ReportOrder, ReportTicket
from core.domain.connections import Adapter
from core.errors import Refused, Upstream
from core.security.redaction import body_excerpt
from core.security.secret import Secret

PATH = "/reporting/reports"
_REQUEST = "application/vnd.createasyncreportrequest.v3+json"
# Answers have been recorded under their versioned media type and as plain JSON.
_ANY = "*/*"
_INVALID_COLUMNS = re.compile(r"columns includes invalid values:?\s*\(([^)]*)\)", re.I)
_STATES = {
    "PENDING": BuildState.BUILDING,
    "PROCESSING": BuildState.BUILDING,
    "COMPLETED": BuildState.COMPLETED,
    "FAILED": BuildState.FAILED,
    "CANCELLED": BuildState.CANCELLED,
}


class V3Reports:
    """The version 3 adapter."""

    name = Adapter.V3.value

    def create(self, link: AmazonLink, order: ReportOrder) -> ReportTicket:
        call = Call(
            method="POST",
            path=PATH,
            limit=link.limits.create(link.region, order.spec.report_type),
            reach=order.reach,
            body=request_body(order),
            content_type=_REQUEST,
            accept=_ANY,
        )
        try:
            answer = wire.record(link.ask(call).json(), "a report")
        except Duplicate as duplicate:
            if duplicate.report_id is None:
                raise
            return ReportTicket(duplicate.report_id, adopted=True)
        except Refused as refusal:
            refused = _refused_columns(str(refusal), order)
            if refused and refusal.status == 400:
                raise ColumnsRefused(str(refusal), refused) from None
            raise
        return ReportTicket(wire.id_text(answer, "reportId", "a report"))

    def poll(self, link: AmazonLink, order: ReportOrder, ticket: ReportTicket) -> Build:
        answer = wire.record(
            link.read("GET", f"{PATH}/{ticket.report_id}", reach=order.reach, accept=_ANY),
            "a report",
        )
        if ticket.adopted and not _answers(answer, order):
            return Build(state=BuildState.FOREIGN)
        return _build(answer)

    def cancel(self, link: AmazonLink, order: ReportOrder, ticket: ReportTicket) -> None:
        try:
            link.read("DELETE", f"{PATH}/{ticket.report_id}", reach=order.reach, accept=_ANY)
        except Refused:
            # It is being built, done or gone: Amazon lets only a pending report go.
            return


def request_body(order: ReportOrder) -> dict[str, object]:
    """Return the body of a request for `order`, as version 3 wants it."""
    spec = order.spec
    return {
        "name": order.name,
        "startDate": order.days.start.isoformat(),
        "endDate": order.days.end.isoformat(),
        "configuration": {
            "adProduct": spec.ad_product,
            "reportTypeId": spec.report_type,
            "groupBy": list(spec.group_by),
            "columns": list(order.columns),
            "filters": [{"field": "advertiserId", "values": list(order.advertiser_ids)}],
            "timeUnit": spec.time_unit.value,
            "format": "GZIP_JSON",
        },
    }


def _refused_columns(said: str, order: ReportOrder) -> frozenset[str]:
    """Return those of our columns that a 400 names: the first list in brackets, before what
    would be allowed."""
    found = _INVALID_COLUMNS.search(said)
    named = {name.strip() for name in found.group(1).split(",")} if found else set()
    return frozenset(named & set(order.columns))


def _answers(answer: wire.Record, order: ReportOrder) -> bool:
    """Return whether an adopted report is the one asked for; what it does not echo is believed.

    Amazon has been seen to call a SUMMARY and a DAILY request of one type duplicates.
    """
    asked = request_body(order)
    configuration = wire.inner(answer, "configuration")
    wanted = asked["configuration"]
    assert isinstance(wanted, dict)
    same_days = all(answer.get(k) in (None, asked[k]) for k in ("startDate", "endDate"))
    same = all(configuration.get(k) in (None, wanted[k]) for k in ("reportTypeId", "timeUnit"))
    columns, groups = configuration.get("columns"), configuration.get("groupBy")
    holds = columns is None or set(wanted["columns"]) <= set(columns)
    cut_alike = groups is None or set(groups) == set(wanted["groupBy"])
    return same_days and same and holds and cut_alike and _of_the_same(configuration, order)


def _of_the_same(configuration: wire.Record, order: ReportOrder) -> bool:
    """Return whether its filter by advertiser, where it echoes one, names ours and nobody else."""
    named = [
        {str(value) for value in one.get("values") or ()}
        for one in configuration.get("filters") or ()
        if one.get("field") == "advertiserId"
    ]
    return all(values == set(order.advertiser_ids) for values in named)


def _build(answer: wire.Record) -> Build:
    state = _STATES.get(wire.text(answer, "status").upper())
    if state is None:
        raise Upstream(
            f"A report has the unknown status {body_excerpt(str(answer.get('status')))}."
        )
    url = wire.maybe(answer, "url")
    if state is BuildState.COMPLETED and url is None:
        raise Upstream("A completed report came without an address.")
    size = answer.get("fileSize")
    return Build(
        state=state,
        urls=(Secret(url),) if url and state is BuildState.COMPLETED else (),
        bytes=size if isinstance(size, int) else None,
        generated_at=wire.instant(answer, "generatedAt"),
        failure=body_excerpt(wire.text(answer, "failureReason")),
    )
