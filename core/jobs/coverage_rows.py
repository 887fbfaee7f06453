"""Between the store's coverage and the lake's cells: what is known of a day, and what is kept.

A coverage row says what the lake holds of a day. While a later reading is kept aside, the row is
quarantined and its digest is that of the doubted reading: the second reading is held against it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from decimal import Decimal

from core.domain.freshness import age_in_days
from core.domain.ids import AdvertiserId
from core.domain.metrics import Dataset
from core.domain.periods import DateRange
from core.jobs.layouts import spec_of
from core.lake.cells import Cell, Key
from core.lake.checks import Known, Verdict
from core.store.accounts.advertisers import Advertiser
from core.store.doors import Tenant
from core.store.ingest.checks import SettledLine
from core.store.ingest.coverage import CoveredDay
from core.store.ingest.requests import ReportRequest
from core.store.schema.words import DayState

# Without any observation a fall is believed for as long as Amazon corrects conversions.
SETTLED_WHEN_UNSEEN = 28
SETTLING_METRICS = ("total_cost", "sales")
REFUSED_COLUMNS = "refused columns"


@dataclass(frozen=True, slots=True)
class Basis:
    """What is known about a request's advertisers before its file is read."""

    zones: Mapping[str, str]
    currencies: Mapping[str, str]
    refused: frozenset[str] = frozenset()
    covered: Mapping[Key, CoveredDay] = field(default_factory=dict)
    parents: Mapping[Key, CoveredDay] = field(default_factory=dict)
    settled_after: Mapping[str, int] = field(default_factory=dict)
    accounts: Mapping[str, str] = field(default_factory=dict)


def gather(tenant: Tenant, request: ReportRequest) -> Basis:
    """Return what is known about the advertisers and days of a request."""
    wanted = set(request.advertiser_ids)
    advertisers = [a for a in tenant.advertisers.all() if a.advertiser_id in wanted]
    days = tenant.coverage.days(
        request.days, request.dataset, Dataset.CAMPAIGN, advertiser_ids=wanted
    )
    lines = tenant.settling.all()
    return Basis(
        zones={a.advertiser_id: a.timezone for a in advertisers},
        currencies={a.advertiser_id: a.currency for a in advertisers},
        refused=refused_columns(tenant, request),
        covered={(d.advertiser_id, d.day): d for d in days if d.dataset is request.dataset},
        parents={(d.advertiser_id, d.day): d for d in days if d.dataset is Dataset.CAMPAIGN},
        settled_after={a: _settled_after(metrics) for a, metrics in lines.items()},
        accounts=accounts_of(advertisers),
    )


def accounts_of(advertisers: Iterable[Advertiser]) -> dict[str, str]:
    """Return the unified account of each advertiser for which Amazon has told one."""
    return {str(a.advertiser_id): a.v1_account_id for a in advertisers if a.v1_account_id}


def _settled_after(lines: Mapping[str, SettledLine]) -> int:
    """Return after how many days money and sales both stand."""
    known = [lines[m].settled_after_days for m in SETTLING_METRICS if m in lines]
    return max(known, default=SETTLED_WHEN_UNSEEN)


def refused_columns(tenant: Tenant, request: ReportRequest) -> frozenset[str]:
    """Return the columns of the request's spec that Amazon has refused anybody of it."""
    probe = refusal_probe(request)
    return frozenset(
        name
        for verdict in tenant.probes.all()
        if verdict.probe == probe
        and verdict.adapter is request.adapter
        and verdict.advertiser_id in request.advertiser_ids
        for name in verdict.verdict.split(", ")
    )


def refusal_probe(request: ReportRequest) -> str:
    """Return under which name refused columns of the request's spec are kept."""
    return f"{REFUSED_COLUMNS}: {spec_of(request).name}"


def known_of(basis: Basis, request: ReportRequest, now: datetime) -> dict[Key, Known]:
    """Return what the lake's judge needs to know of each day, in its own terms."""
    newer = known_newer(basis, request)
    return {
        key: replace(_known(basis, key, request.dataset, now), is_newer=key in newer)
        for key in basis.covered.keys() | basis.parents.keys()
    }


def known_newer(basis: Basis, request: ReportRequest) -> frozenset[Key]:
    """Return the days that stand in the lake from a report generated after the request's own:
    of two readings under way at once, the older may come home last."""
    ours = request.generated_at
    return frozenset(
        key
        for key, row in basis.covered.items()
        if row.load_id is not None and ours and row.generated_at and row.generated_at > ours
    )


def rows_of(
    request: ReportRequest,
    verdict: Verdict,
    cells: Iterable[Cell],
    basis: Basis,
    now: datetime,
) -> list[CoveredDay]:
    """Return the coverage rows after a reading: accepted days as read, doubted ones marked."""
    accepted = [_accepted(request, cell, basis.covered.get(cell.key), now) for cell in cells]
    doubted = [
        _doubted(request, key, digest, basis.covered.get(key), now)
        for key, digest in verdict.doubted.items()
    ]
    return accepted + doubted


def doubted_span(verdict: Verdict) -> tuple[list[str], DateRange] | None:
    """Return the advertisers and the range that a second reading has to cover, None for none."""
    if not verdict.doubted:
        return None
    days = [day for _, day in verdict.doubted]
    return sorted({a for a, _ in verdict.doubted}), DateRange(min(days), max(days))


def confirms(basis: Basis, cells: Iterable[Cell]) -> bool:
    """Return whether a reading said of some doubted day what was doubted."""
    pairs = ((basis.covered.get(cell.key), cell) for cell in cells)
    return any(
        row is not None and row.state is DayState.QUARANTINED and row.digest == cell.digest
        for row, cell in pairs
    )


def _known(basis: Basis, key: Key, dataset: Dataset, now: datetime) -> Known:
    row = basis.covered.get(key)
    parent = basis.parents.get(key) if dataset is not Dataset.CAMPAIGN else None
    advertiser, day = key
    line = basis.settled_after.get(advertiser, SETTLED_WHEN_UNSEEN)
    zone = basis.zones.get(advertiser, "UTC")
    return Known(
        present=_cell(row) if row is not None and row.load_id is not None else None,
        doubted=row.digest if row is not None and row.state is DayState.QUARANTINED else None,
        is_settled=age_in_days(day, zone, now) >= line,
        parent=_cell(parent) if parent is not None and parent.state is DayState.PRESENT else None,
    )


def _cell(row: CoveredDay) -> Cell:
    totals: dict[str, Decimal | None] = {
        "impressions": None if row.impressions is None else Decimal(row.impressions),
        "total_cost": row.cost,
        "sales": row.sales,
    }
    return Cell(row.advertiser_id, row.day, row.rows, totals, row.digest)


def _accepted(
    request: ReportRequest, cell: Cell, before: CoveredDay | None, now: datetime
) -> CoveredDay:
    impressions = cell.totals.get("impressions")
    had_rows = before is not None and before.rows > 0
    is_gone = cell.rows == 0 and had_rows
    return CoveredDay(
        advertiser_id=AdvertiserId(cell.advertiser_id),
        dataset=request.dataset,
        day=cell.day,
        state=DayState.VANISHED if is_gone else DayState.PRESENT,
        rows=cell.rows,
        impressions=None if impressions is None else int(impressions),
        cost=cell.totals.get("total_cost"),
        sales=cell.totals.get("sales"),
        digest=cell.digest,
        equal_reads=_equal_reads(cell, before),
        generated_at=request.generated_at,
        fetched_at=now,
        load_id=request.load_id,
        request_id=request.id,
    )


def _equal_reads(cell: Cell, before: CoveredDay | None) -> int:
    """Return how many readings in a row said this; a doubted one that was confirmed counts."""
    if before is None or before.digest != cell.digest:
        return 1
    return before.equal_reads + 1 if before.state is DayState.PRESENT else 2


def _doubted(
    request: ReportRequest, key: Key, digest: str, before: CoveredDay | None, now: datetime
) -> CoveredDay:
    stands = before or CoveredDay(
        advertiser_id=AdvertiserId(key[0]),
        dataset=request.dataset,
        day=key[1],
        state=DayState.QUARANTINED,
        rows=0,
        impressions=None,
        cost=None,
        sales=None,
        digest=digest,
        equal_reads=0,
        generated_at=None,
        fetched_at=now,
        load_id=None,
        request_id=request.id,
    )
    return replace(stands, state=DayState.QUARANTINED, digest=digest)
