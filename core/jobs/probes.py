"""Measuring what Amazon's dates, windows, rates and ids mean, and keeping the verdicts."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path

from core.domain.connections import Adapter
from core.domain.ids import AdvertiserId
from core.domain.metrics import Dataset
from core.domain.periods import ONE_DAY, DateRange
from core.domain.probes import Probe, Verdict
from core.domain.scope import TenantScope
from core.jobs import probe_rules
from core.jobs.background import Again, Background
from core.jobs.cadence import HISTORY_DAYS
from core.jobs.probe_rules import Finding, OrderDay
from core.lake.cells import RatioGap
from core.lake.opening import pieces
from core.lake.question import Among, Question
from core.lake.reader import Reader
from core.store.ingest.checks import ProbeVerdict
from core.store.ingest.requests import ReportRequest
from core.store.work.jobs import ClaimedJob

RATE = "ctr"
_PROBED_LEVEL = "order"  # that of `core.jobs.cadence.PROBE_SPEC`


def measure(parts: Background, job: ClaimedJob) -> Again | None:
    """Measure, for each kept advertiser, what needs many days to be seen."""
    assert job.scope is not None
    now = parts.clock.now()
    with parts.store.reading(job.scope) as tenant:
        kept = [a.advertiser_id for a in tenant.advertisers.kept()]
    verdicts = []
    with parts.lake.reader(job.scope, from_files=True) as reader:
        for advertiser_id in kept:
            found = _conversion_date(reader, advertiser_id, now.date())
            verdicts.append(_verdict(advertiser_id, Probe.CONVERSION_DATE, found, now))
            reach = _reach_window(reader, advertiser_id, now.date())
            verdicts.append(_verdict(advertiser_id, Probe.REACH_WINDOW, reach, now))
    keep(parts, job.scope, verdicts)
    return None


def of_file(
    request: ReportRequest, gaps: Iterable[RatioGap], file: Path, now: datetime
) -> list[ProbeVerdict]:
    """Return what one report's file says about rates and ids; nothing where it says nothing."""
    quotients = {gap.metric: gap for gap in gaps}
    rate = quotients.get(RATE)
    findings = {Probe.IDS: probe_rules.ids(next(pieces(file), b""))}
    if rate is not None:
        findings[Probe.RATES] = probe_rules.rates(rate.median_quotient, rate.compared)
    return [
        _verdict(AdvertiserId(advertiser), probe, finding, now, request.adapter)
        for advertiser in request.advertiser_ids
        for probe, finding in findings.items()
        if finding.verdict is not Verdict.UNKNOWN
    ]


def keep(parts: Background, scope: TenantScope, verdicts: list[ProbeVerdict]) -> None:
    """Write verdicts; an unknown one does not take the place of one that was reached before."""
    with parts.store.writing(scope) as tenant:
        known = {(v.advertiser_id, v.probe, v.adapter) for v in tenant.probes.all()}
        tenant.probes.put(
            [
                v
                for v in verdicts
                if v.verdict != Verdict.UNKNOWN
                or (v.advertiser_id, v.probe, v.adapter) not in known
            ]
        )


def _conversion_date(reader: Reader, advertiser_id: str, today: date) -> Finding:
    days = DateRange(today - HISTORY_DAYS * ONE_DAY, today - ONE_DAY)
    question = Question(
        dataset=Dataset.CAMPAIGN,
        metrics=("impressions", "total_purchases"),
        days=days,
        by=("order_id", "day"),
        where=(Among("advertiser_id", frozenset({advertiser_id})),),
    )
    rows = reader.ask(question).table.to_pylist()
    return probe_rules.conversion_date(_order_days(rows), days.end)


def _order_days(rows: Iterable[dict[str, object]]) -> Iterator[OrderDay]:
    for row in rows:
        yield OrderDay(
            str(row["order_id"]),
            _day(row["day"]),
            int(str(row["impressions"] or 0)),
            int(str(row["total_purchases"] or 0)),
        )


def _day(value: object) -> date:
    assert isinstance(value, date)
    return value


def _windows(reader: Reader, advertiser_id: str, today: date) -> list[tuple[date, date]]:
    """Return the windows over which the reach of an advertiser's orders was read."""
    days = DateRange(today - HISTORY_DAYS * ONE_DAY, today)
    held = reader.windows(Dataset.REACH, days, frozenset({advertiser_id}))
    return [(w.days.start, w.days.end) for w in held if w.level == _PROBED_LEVEL]


def _reach_window(reader: Reader, advertiser_id: str, today: date) -> Finding:
    windows = _windows(reader, advertiser_id, today)
    by_length = {
        length: _reach_by_order(reader, advertiser_id, DateRange(start, end))
        for length, (start, end) in probe_rules.common_end(windows).items()
    }
    return probe_rules.reach_window(by_length)


def _reach_by_order(reader: Reader, advertiser_id: str, days: DateRange) -> dict[str, Decimal]:
    question = Question(
        dataset=Dataset.REACH,
        metrics=("reach",),
        days=days,
        by=("advertiser_id", "order_id"),
        where=(Among("advertiser_id", frozenset({advertiser_id})),),
    )
    rows = reader.ask(question).table.to_pylist()
    return {str(r["order_id"]): Decimal(str(r["reach"])) for r in rows if r["reach"]}


def _verdict(
    advertiser_id: AdvertiserId,
    probe: Probe,
    finding: Finding,
    now: datetime,
    adapter: Adapter = Adapter.V3,
) -> ProbeVerdict:
    return ProbeVerdict(advertiser_id, adapter, probe, finding.verdict, dict(finding.evidence), now)
