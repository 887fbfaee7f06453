"""From a report's file to the lake: staged, judged against what is known, committed, written down.

What becomes true, becomes true at once: the manifest, the coverage of each day, the checks and
the request's own state are written in one transaction.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from core.domain.ids import AdvertiserId, LoadId
from core.domain.requests import Reason, RequestState
from core.domain.scope import TenantScope
from core.errors import Defect, Upstream
from core.jobs import coverage_rows, probes, report_entities, report_labels
from core.jobs.background import Background
from core.jobs.comparing import compare
from core.jobs.coverage_rows import Basis
from core.jobs.ingest_rules import second_reading
from core.jobs.kinds import PLAN
from core.jobs.layouts import asked_of, layout_of
from core.lake.cells import Cell, RatioGap, cells_of, ratio_gaps
from core.lake.checks import CheckResult, Reading, Verdict, judge
from core.lake.commit import Committed, Load
from core.lake.layout import FileLimits
from core.lake.opening import Format
from core.lake.schema import TABLES
from core.lake.staging import Staged, stage_file
from core.lake.stored_manifests import append
from core.security.tokens import new_id
from core.store.doors import Tenant
from core.store.ingest.checks import CheckRecord
from core.store.ingest.requests import ReportRequest
from core.store.schema.words import CheckOutcome
from core.store.work.claims import Claim

OPENED_BYTES = 256 * 1024 * 1024
OPENED_TIMES = 60
SEVERAL_LOADS = timedelta(seconds=5)


@dataclass(frozen=True, slots=True)
class Loading:
    """One file on its way into the lake."""

    parts: Background
    scope: TenantScope
    claim: Claim

    def load(self, request: ReportRequest, file: Path) -> ReportRequest:
        """Return the request after its file was committed or kept aside.

        Raises Upstream for a file that was cut off, BadReport for one that breaks a rule of
        structure, LeaseLost when the request has passed to another.
        """
        with self.parts.store.reading(self.scope) as tenant:
            basis = coverage_rows.gather(tenant, request)
        layout = layout_of(request, basis.refused)
        asked = asked_of(request, basis.currencies, basis.accounts)
        scratch, limits = self.parts.lake.scratch, file_limits(file.stat().st_size)
        with stage_file(file, Format.JSON, layout, asked, scratch=scratch, limits=limits) as staged:
            gaps = ratio_gaps(staged)
            checked = self._checked(request, file, staged)
            if request.reason is Reason.COMPARISON:
                ended = self._compared(checked, staged, basis)
            else:
                verdict = self._judged(request, staged, basis, gaps)
                ended = self._settled(checked, staged, verdict, basis)
        meanings = probes.of_file(request, gaps, file, self.parts.clock.now())
        probes.keep(self.parts, self.scope, meanings)
        return ended

    def _judged(
        self, request: ReportRequest, staged: Staged, basis: Basis, gaps: tuple[RatioGap, ...]
    ) -> Verdict:
        cells = {cell.key: cell for cell in cells_of(staged)}
        now = self.parts.clock.now()
        reading = Reading(
            dataset=request.dataset,
            asked=staged.asked,
            read_on=_local_day(now, basis),
            cells=cells,
            negatives=staged.negatives,
            unknown_columns=frozenset(staged.unknown_columns),
            ratio_gaps=gaps,
        )
        if not TABLES[request.dataset].is_windowed:
            return judge(reading, coverage_rows.known_of(basis, request, now))
        # Windows of several lengths end on one day, so no day has a sum to be held against.
        return Verdict(frozenset(cells), {}, judge(reading, {}).results if cells else ())

    def _checked(self, request: ReportRequest, file: Path, staged: Staged) -> ReportRequest:
        if request.state is not RequestState.DOWNLOADING:
            return request
        with self.parts.store.writing(self.scope) as tenant:
            return tenant.requests.advance(
                request,
                RequestState.CHECKED,
                claim=self.claim,
                rows=staged.rows,
                bytes=file.stat().st_size,
                load_id=LoadId(new_id("load")),
            )

    def _compared(self, request: ReportRequest, staged: Staged, basis: Basis) -> ReportRequest:
        """Hold the file against the lake and keep what came of it; and plan what follows."""
        now = self.parts.clock.now()
        found = compare(self.parts.lake, self.scope, request, staged, basis, now)
        with self.parts.store.writing(self.scope) as tenant:
            tenant.comparisons.put(found)
            tenant.jobs.enqueue(PLAN.job(now), now)
            return tenant.requests.advance(
                request, RequestState.COMPARED, claim=self.claim, finished_at=now
            )

    def _settled(
        self, request: ReportRequest, staged: Staged, verdict: Verdict, basis: Basis
    ) -> ReportRequest:
        if request.load_id is None or request.generated_at is None:
            raise Defect(f"the request {request.id} was checked without a load id or an age")
        now = self.parts.clock.now()
        if not verdict.accepted:
            return self._kept_aside(request, verdict, basis, now)
        ends: list[ReportRequest] = []

        def publish(prepared: Committed) -> None:
            with self.parts.store.writing(self.scope) as tenant:
                append(tenant, prepared.manifest)
                _not_overtaken(tenant, request, verdict)
                ends.append(self._write(tenant, request, verdict, prepared.cells, basis, now))
                report_entities.keep(tenant, request, staged, now)
                report_labels.keep(tenant, staged, now)

        load = Load(request.load_id, request.adapter, request.generated_at, now)
        self.parts.lake.commit(self.scope, staged, verdict, load, publish)
        if request.reason is Reason.BACKFILL:
            self._plan_on(now)
        return ends[-1] if ends else self._already(request)

    def _plan_on(self, now: datetime) -> None:
        """Let planning look what may be asked for after history has grown; once for many loads."""
        with self.parts.store.writing(self.scope) as tenant:
            tenant.jobs.enqueue(PLAN.job(now + SEVERAL_LOADS), now)

    def _already(self, request: ReportRequest) -> ReportRequest:
        """Return a request whose load stands in the lake already."""
        with self.parts.store.writing(self.scope) as tenant:
            return tenant.requests.advance(request, RequestState.COMMITTED, claim=self.claim)

    def _kept_aside(
        self, request: ReportRequest, verdict: Verdict, basis: Basis, now: datetime
    ) -> ReportRequest:
        """Note a reading of which nothing is believed, or which says nothing of anybody."""
        with self.parts.store.writing(self.scope) as tenant:
            return self._write(tenant, request, verdict, (), basis, now)

    def _write(
        self,
        tenant: Tenant,
        request: ReportRequest,
        verdict: Verdict,
        cells: Iterable[Cell],
        basis: Basis,
        now: datetime,
    ) -> ReportRequest:
        """Write everything that a reading leads to but for the manifest."""
        seen = list(cells)
        tenant.coverage.record(coverage_rows.rows_of(request, verdict, seen, basis, now), now)
        tenant.checks.record([_record(result, request, now) for result in verdict.results])
        tenant.advertisers.set_synced(sorted({cell.advertiser_id for cell in seen}), now)
        self._resolve(tenant, request, seen, basis, now)
        self._read_again(tenant, request, verdict, now)
        aside = bool(verdict.doubted) and not verdict.accepted
        end = RequestState.QUARANTINED if aside else RequestState.COMMITTED
        return tenant.requests.advance(request, end, claim=self.claim, finished_at=now)

    def _resolve(
        self,
        tenant: Tenant,
        request: ReportRequest,
        cells: list[Cell],
        basis: Basis,
        now: datetime,
    ) -> None:
        """End the quarantined requests that this reading is the second reading of."""
        days = {cell.key for cell in cells}
        for earlier in tenant.requests.open([request.dataset]):
            if earlier.state is not RequestState.QUARANTINED or earlier.id == request.id:
                continue
            theirs = {(a, day) for a in earlier.advertiser_ids for day in earlier.days.days()}
            again = [cell for cell in cells if cell.key in theirs]
            if again and theirs & basis.covered.keys() <= days:
                said_twice = coverage_rows.confirms(basis, again)
                end = RequestState.COMMITTED if said_twice else RequestState.CANCELLED
                tenant.requests.advance(earlier, end, finished_at=now)

    def _read_again(
        self, tenant: Tenant, request: ReportRequest, verdict: Verdict, now: datetime
    ) -> None:
        """Plan a second reading of what was doubted; of a second reading the day's own are it."""
        span = coverage_rows.doubted_span(verdict)
        if span is None or request.reason is Reason.SECOND_READING:
            return
        advertisers, days = span
        tenant.requests.plan([second_reading(request, advertisers, days, now)], now)


def _not_overtaken(tenant: Tenant, request: ReportRequest, verdict: Verdict) -> None:
    """Raise Upstream when a newer report of the days was stored since they were judged: the step
    is then taken again."""
    if TABLES[request.dataset].is_windowed:
        return
    basis = coverage_rows.gather(tenant, request)
    if coverage_rows.known_newer(basis, request) & verdict.accepted:
        raise Upstream("A newer report of the same days was stored meanwhile.")


def file_limits(size: int) -> FileLimits:
    """Return how large a file of `size` bytes may become when it is opened.

    Rows that repeat their column names shrink to a thirtieth; what grows more than sixtyfold
    from a small file is no report.
    """
    return FileLimits(bytes_max=max(OPENED_BYTES, OPENED_TIMES * size))


def _local_day(now: datetime, basis: Basis) -> date:
    """Return today where the advertisers are; a report never mixes zones."""
    zone = next(iter(basis.zones.values()), "UTC")
    return now.astimezone(ZoneInfo(zone)).date()


def _record(result: CheckResult, request: ReportRequest, now: datetime) -> CheckRecord:
    advertiser = result.advertiser_id
    return CheckRecord(
        None if advertiser is None else AdvertiserId(advertiser),
        result.dataset,
        request.id,
        result.rule,
        CheckOutcome(result.outcome.value),
        result.detail,
        now,
    )
