"""One report request in the hands of this process, and every way in which its step can end.

Each of these writes the request's next state, under the claim; when another process has taken
the request, nothing is written.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from core.amazon.http import Reach
from core.amazon.link import AmazonLink
from core.amazon.reports.port import ColumnsRefused, ReportAdapter, ReportOrder, ReportTicket
from core.domain.connections import AccessMode
from core.domain.ids import AdvertiserId
from core.domain.requests import RequestState
from core.domain.scope import TenantScope
from core.errors import AppError, BadReport, Defect, Refused, Throttled, Upstream
from core.jobs import coverage_rows
from core.jobs.background import Background
from core.jobs.ingest_rules import (
    ASKED_MAX,
    DUPLICATE_WAIT,
    STUMBLES_MAX,
    halves,
    stumble_wait,
)
from core.jobs.layouts import columns_of, spec_of
from core.store.ingest.checks import CheckRecord, ProbeVerdict
from core.store.ingest.requests import ClaimedRequest, ReportRequest
from core.store.schema.words import CheckOutcome

_S = RequestState
_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Way:
    """A claimed request, and what leads on from it."""

    parts: Background
    claimed: ClaimedRequest

    @property
    def scope(self) -> TenantScope:
        """Return what the request may see: its own organization."""
        return TenantScope.for_job(self.claimed.request.org_id)

    @property
    def now(self) -> datetime:
        """Return the present instant."""
        return self.parts.clock.now()

    def link(self, request: ReportRequest) -> AmazonLink:
        """Return the request's way to Amazon."""
        return self.parts.link(self.scope, request.connection_id, request.region)

    def adapter(self, request: ReportRequest) -> ReportAdapter:
        """Return the adapter that the request is made with. Raises Defect for one unknown."""
        if request.adapter not in self.parts.adapters:
            raise Defect(f"there is no adapter {request.adapter}")
        return self.parts.adapters[request.adapter]

    def file(self, request: ReportRequest) -> Path:
        """Return where the request's file is kept on this machine."""
        return self.parts.files / f"{request.id}.json.gz"

    def order(self, request: ReportRequest) -> ReportOrder:
        """Return what Amazon is asked for: the same for the same request, whenever it is made,
        so that asking twice is a duplicate and not a second report."""
        with self.parts.store.reading(self.scope) as tenant:
            refused = coverage_rows.refused_columns(tenant, request)
            accounts = coverage_rows.accounts_of(tenant.advertisers.all())
        reach = Reach.profile if request.mode is AccessMode.PROFILE else Reach.account
        return ReportOrder(
            spec=spec_of(request),
            columns=columns_of(request, refused),
            advertiser_ids=tuple(request.advertiser_ids),
            days=request.days,
            reach=reach(request.header_value),
            name=f"flightdeck {request.id}",
            accounts=accounts,
        )

    def reread(self) -> ReportRequest:
        """Return the request as it stands now."""
        with self.parts.store.reading(self.scope) as tenant:
            return tenant.requests.get(self.claimed.request.id)

    def move(self, request: ReportRequest, to: RequestState, **changes: object) -> ReportRequest:
        """Write the next state. Raises LeaseLost when another process has the request."""
        with self.parts.store.writing(self.scope) as tenant:
            return tenant.requests.advance(request, to, claim=self.claimed.claim, **changes)

    def end(self, request: ReportRequest, to: RequestState, why: str) -> None:
        """End the request without data: failed or cancelled."""
        self.move(request, to, error=why, finished_at=self.now)
        self.file(request).unlink(missing_ok=True)

    def put_off(self, request: ReportRequest, why: str) -> None:
        """Take the same step again later; after too many times, give up."""
        attempts = request.attempts + 1
        if attempts >= STUMBLES_MAX:
            self.end(request, _S.FAILED, why)
            return
        run_at = self.now + stumble_wait(attempts, self.parts.jitter)
        self.move(request, request.state, attempts=attempts, error=why, run_at=run_at)

    def pause(self, request: ReportRequest, error: AppError) -> None:
        """Wait as long as Amazon asks; no attempt is counted."""
        asked = error.retry_after_seconds if isinstance(error, Throttled) else None
        seconds = stumble_wait(1, self.parts.jitter).total_seconds() if asked is None else asked
        wait = timedelta(seconds=seconds * (1 + self.parts.jitter() / 4))
        self.move(request, request.state, error=str(error), run_at=self.now + wait)

    def wait_for_duplicate(self, request: ReportRequest, error: AppError) -> None:
        """Come back when the unnamed earlier report is named, or done."""
        attempts = request.attempts + 1
        if attempts >= STUMBLES_MAX:
            self.end(request, _S.FAILED, str(error))
            return
        run_at = self.now + DUPLICATE_WAIT
        self.move(request, request.state, attempts=attempts, error=str(error), run_at=run_at)

    def ask_anew(self, request: ReportRequest, why: str) -> None:
        """Ask for the report once more, as far as the ledger allows; some times, then give up."""
        asked = request.asked_anew + 1
        if asked >= ASKED_MAX:
            self.end(request, _S.FAILED, why)
            return
        self.move(
            request,
            _S.PLANNED,
            amazon_report_id=None,
            adopted=False,
            requested_at=None,
            polls=0,
            attempts=0,
            asked_anew=asked,
            error=why,
            run_at=self.now + stumble_wait(asked, self.parts.jitter),
        )

    def sign_anew(self, request: ReportRequest, error: AppError) -> None:
        """Ask for a newly signed address; a file that waited too long is no failure."""
        attempts = request.attempts + 1
        if attempts >= STUMBLES_MAX:
            self.end(request, _S.FAILED, str(error))
            return
        self.move(request, _S.BUILDING, attempts=attempts, run_at=self.now)

    def do_without(self, request: ReportRequest, error: AppError) -> None:
        """Keep which columns Amazon refuses, say so once, and ask again without them."""
        if not isinstance(error, ColumnsRefused):
            raise Defect("columns were said to be refused and none was named")
        if error.columns & spec_of(request).needed:
            self.fail(request, error)
            return
        now = self.now
        with self.parts.store.writing(self.scope) as tenant:
            known = coverage_rows.refused_columns(tenant, request)
            columns = ", ".join(sorted(known | error.columns))
            probe = coverage_rows.refusal_probe(request)
            verdicts = [
                ProbeVerdict(AdvertiserId(a), request.adapter, probe, columns, None, now)
                for a in request.advertiser_ids
            ]
            tenant.probes.put(verdicts)
            tenant.checks.record([self._check(request, "refused columns", columns, now)])
            tenant.requests.advance(
                request, _S.PLANNED, claim=self.claimed.claim, error=str(error), run_at=now
            )

    def halve(self, request: ReportRequest, why: str) -> None:
        """Ask for the halves of what was too large at once; for the smallest piece, give up."""
        pieces = halves(request, self.now)
        if not pieces:
            self.end(request, _S.FAILED, why)
            return
        with self.parts.store.writing(self.scope) as tenant:
            tenant.requests.plan(pieces, self.now)
            tenant.requests.advance(
                request,
                _S.CANCELLED,
                claim=self.claimed.claim,
                error=f"Too large, asked for in halves. {why}",
                finished_at=self.now,
            )

    def fail(self, request: ReportRequest, error: AppError) -> None:
        """Give the request up. A file that broke a rule leaves the rule's name among the checks."""
        if isinstance(error, BadReport):
            with self.parts.store.writing(self.scope) as tenant:
                check = self._check(request, error.rule, error.detail, self.now)
                tenant.checks.record([check])
        self.end(request, _S.FAILED, str(error))

    def cancel_at_amazon(self, request: ReportRequest) -> None:
        """Withdraw a report that takes too long, so that it no longer counts against us."""
        ticket = ReportTicket(request.amazon_report_id or "", request.adopted)
        try:
            self.adapter(request).cancel(self.link(request), self.order(request), ticket)
        except (Upstream, Refused) as failure:
            _log.info("report %s was not withdrawn: %s", request.id, failure)

    def _check(self, request: ReportRequest, rule: str, detail: str, now: datetime) -> CheckRecord:
        is_structure = rule != "refused columns"
        outcome = CheckOutcome.BLOCKED if is_structure else CheckOutcome.WARNED
        return CheckRecord(None, request.dataset, request.id, rule, outcome, detail, now)
