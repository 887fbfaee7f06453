"""How far the data can be trusted: what is asked for, what was checked, what was set aside."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from core.amazon.reports.specs import counted_as
from core.domain.connections import Adapter
from core.domain.metrics import Dataset
from core.domain.periods import DateRange
from core.domain.probes import Probe, Verdict
from core.domain.requests import Reason, requests_a_day
from core.insight.comparing import read_unified
from core.insight.coverage_calendar import ranges, reachable
from core.insight.desk import Desk
from core.store.accounts.advertisers import Advertiser
from core.store.ingest.checks import CheckRecord
from core.store.ingest.requests import ReportRequest
from core.store.schema.words import CheckOutcome, DayState

RECENT_REQUESTS = 200
RECENT_CHECKS = 100


@dataclass(frozen=True, slots=True)
class LedgerLine:
    """How many requests the report type of an advertiser's table has used of its day, and how
    many there are. Tables of one type share them."""

    advertiser: Advertiser
    dataset: Dataset
    used: int
    allowed: int

    @property
    def left(self) -> int:
        """Return how many requests are left today, in the advertiser's own day."""
        return max(0, self.allowed - self.used)


@dataclass(frozen=True, slots=True)
class Belief:
    """A question about what Amazon's figures mean, what the data answered, and what follows."""

    advertiser: Advertiser
    question: str
    verdict: str
    meaning: str
    evidence: str
    at: datetime


@dataclass(frozen=True, slots=True)
class SetAside:
    """Days whose newest reading is kept aside.

    `why` is what the checks said; `second_reading` when they are read again, None when it is not
    planned any more: the next ordinary reading then decides.
    """

    advertiser: Advertiser
    dataset: Dataset
    days: DateRange
    why: str
    second_reading: datetime | None


@dataclass(frozen=True, slots=True)
class Fetches:
    """The last reading that came in and the next one that is planned, of one table."""

    last: datetime | None
    next: datetime | None
    under_way: tuple[ReportRequest, ...]
    failed: ReportRequest | None


def ledger(
    desk: Desk, advertisers: Sequence[Advertiser], datasets: Sequence[Dataset]
) -> list[LedgerLine]:
    """Return the request ledger of each advertiser's present day, by advertiser and table: that of
    the generation of reports which the table is read in."""
    days = {a: desk.now.astimezone(ZoneInfo(a.timezone)).date() for a in advertisers}
    unified = read_unified(desk.tenant)
    used = {
        (day, adapter): desk.tenant.ledger.used(day, adapter)
        for day in set(days.values())
        for adapter in Adapter
    }
    lines = []
    for advertiser, day in days.items():
        for dataset in datasets:
            key = advertiser.advertiser_id, dataset
            adapter = Adapter.V1 if key in unified else Adapter.V3
            named = advertiser.advertiser_id, counted_as(dataset, adapter)
            counted = used[day, adapter].get(named, 0)
            allowed = allowed_today(advertiser, dataset, desk.now)
            lines.append(LedgerLine(advertiser, dataset, counted, allowed))
    return lines


def allowed_today(advertiser: Advertiser, dataset: Dataset, now: datetime) -> int:
    """Return how many requests of a table the advertiser's present day allows."""
    zone = ZoneInfo(advertiser.timezone)
    chosen = advertiser.selected_at
    is_new = chosen is not None and chosen.astimezone(zone).date() == now.astimezone(zone).date()
    return requests_a_day(dataset, is_day_of_linking=is_new)


def requests_of(desk: Desk, advertiser: Advertiser) -> list[ReportRequest]:
    """Return the latest requests that an advertiser is part of, newest first.

    Requests speak of several advertisers at once: a limited member is given none. At a desk of an
    earlier moment it is those that were over by then: how far the others were is not kept.
    """
    return desk.tenant.requests.recent(
        RECENT_REQUESTS, advertiser_id=advertiser.advertiser_id, over_by=desk.as_of
    )


def fetches(requests: Sequence[ReportRequest], dataset: Dataset) -> Fetches:
    """Return how one table is being read, from an advertiser's requests."""
    mine = [request for request in requests if request.dataset is dataset]
    done = [r.finished_at for r in mine if r.load_id is not None and r.finished_at]
    waiting = [r for r in mine if not r.state.is_over]
    latest = next((r for r in mine if r.state.is_over), None)
    return Fetches(
        max(done, default=None),
        min((r.run_at for r in waiting), default=None),
        tuple(waiting),
        latest if latest is not None and latest.error else None,
    )


def checks(desk: Desk, advertiser: Advertiser, *outcomes: CheckOutcome) -> list[CheckRecord]:
    """Return the latest results of checks, newest first: of an advertiser, and of whole files."""
    return desk.tenant.checks.recent(
        RECENT_CHECKS, *outcomes, advertiser_id=advertiser.advertiser_id, by=desk.as_of
    )


def beliefs(desk: Desk, advertisers: Sequence[Advertiser]) -> list[Belief]:
    """Return what the probes found about Amazon's figures, by advertiser and question.

    Only the latest answer is kept: at a desk of an earlier moment, one found later is not told.
    """
    by_id = {str(a.advertiser_id): a for a in advertisers}
    told = []
    for found in desk.tenant.probes.all():
        advertiser = by_id.get(str(found.advertiser_id))
        if advertiser is None or found.at > desk.now:
            continue
        evidence = ", ".join(
            f"{k.replace('_', ' ')} {v}" for k, v in (found.evidence or {}).items()
        )
        question, meaning = _explained(found.probe, found.verdict)
        told.append(Belief(advertiser, question, found.verdict, meaning, evidence, found.at))
    return told


def _explained(probe: str, verdict: str) -> tuple[str, str]:
    """Return the question and what follows; a probe this code does not know tells itself."""
    known = probe in {p.value for p in Probe} and verdict in {v.value for v in Verdict}
    if known:
        return Probe(probe).question, Verdict(verdict).meaning
    if probe.startswith(_REFUSED):
        return (
            f"Which columns does Amazon refuse ({probe.removeprefix(_REFUSED).strip()})?",
            "They are no longer asked for; their figures are absent.",
        )
    return probe, ""


_REFUSED = "refused columns:"


def quarantine(desk: Desk, advertisers: Sequence[Advertiser]) -> list[SetAside]:
    """Return the days whose newest reading is kept aside, by advertiser, table and day.

    When they are read again is not told at a desk of an earlier moment.
    """
    by_id = {str(a.advertiser_id): a for a in advertisers}
    if not by_id:
        return []
    spans = [reachable(a, desk.now) for a in advertisers]
    whole = DateRange(min(s.start for s in spans), max(s.end for s in spans))
    aside: dict[tuple[str, Dataset], list[date]] = defaultdict(list)
    for day in desk.tenant.coverage.days(whole, advertiser_ids=by_id):
        if day.state is DayState.QUARANTINED:
            aside[day.advertiser_id, day.dataset].append(day.day)
    if not aside:
        return []
    why = {
        (advertiser_id, record.dataset): f"{record.rule}: {record.detail}"
        for advertiser_id in {a for a, _ in aside}
        for record in reversed(checks(desk, by_id[advertiser_id], CheckOutcome.BLOCKED))
        if record.advertiser_id is not None
    }
    opened = [] if desk.as_of else desk.tenant.requests.open()
    waiting = [r for r in opened if r.reason is Reason.SECOND_READING]
    return [
        SetAside(by_id[a], dataset, days, why.get((a, dataset), ""), _again(waiting, a, dataset))
        for (a, dataset), found in aside.items()
        for days in ranges(found)
    ]


def _again(
    waiting: Sequence[ReportRequest], advertiser_id: str, dataset: Dataset
) -> datetime | None:
    mine = (r for r in waiting if r.dataset is dataset and advertiser_id in r.advertiser_ids)
    return min((request.run_at for request in mine), default=None)
