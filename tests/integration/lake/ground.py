"""Ground to test a lake on: two organizations, reports written as Amazon writes them, an oracle.

The oracle keeps rows as plain Python values and answers by loops; it shares nothing with the
code under test but the words.
"""

from __future__ import annotations

import csv
import gzip
import io
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import pyarrow as pa

from core.domain.ids import AdvertiserId, LoadId, OrgId
from core.domain.metrics import Dataset
from core.domain.periods import DateRange
from core.domain.scope import TenantScope
from core.lake.cells import Key
from core.lake.checks import Verdict
from core.lake.commit import Committed, Load, Publish
from core.lake.lake import Lake
from core.lake.layout import Asked, FileLimits, Layout, Role, WireColumn
from core.lake.location import LakeRoot
from core.lake.manifest import ManifestSource
from core.lake.opening import Format
from core.lake.serving import ServingLimits
from core.lake.staging import Staged, stage_file
from tests.integration.lake.ledger import SqliteManifests

ACME = TenantScope.for_job(OrgId("org_acme"))
OTHER = TenantScope.for_job(OrgId("org_other"))
ADVERTISER = "580000000000000001"
SECOND = "580000000000000002"
FIRST_DAY = date(2026, 10, 28)
NOON = datetime(2026, 11, 21, 12, tzinfo=UTC)

_KEYS = {
    "date": "day",
    "advertiserId": "advertiser_id",
    "orderId": "order_id",
    "lineItemId": "line_item_id",
    "creativeId": "creative_id",
    "orderCurrency": "currency",
}
_MEASURES = {
    "impressions": "impressions",
    "clicks": "clicks",
    "totalCost": "total_cost",
    "purchases": "purchases",
    "sales": "sales",
    "totalSales": "total_sales",
}


def columns(role: Role, names: Mapping[str, str]) -> tuple[WireColumn, ...]:
    """Return columns of one role from wire name to ours."""
    return tuple(WireColumn(wire, key, role) for wire, key in names.items())


CAMPAIGN = Layout(
    Dataset.CAMPAIGN,
    (
        *columns(Role.KEY, _KEYS),
        *columns(Role.MEASURE, _MEASURES),
        *columns(Role.REPORTED, {"clickThroughRate": "ctr"}),
        *columns(Role.ATTRIBUTE, {"orderName": "order_name"}),
    ),
)
GEO = Layout(
    Dataset.GEO,
    (
        *columns(Role.KEY, {"date": "day", "advertiserId": "advertiser_id", "orderId": "order_id"}),
        *columns(Role.KEY, {"country": "country", "region": "region", "dmaCode": "dma"}),
        *columns(Role.MEASURE, {"impressions": "impressions", "clicks": "clicks"}),
    ),
)


def day(number: int) -> date:
    """Return the n-th day of the tests' calendar, which crosses the end of a month."""
    return FIRST_DAY + timedelta(days=number)


def days(first: int, last: int) -> DateRange:
    """Return the days from the n-th to the m-th, both included."""
    return DateRange(day(first), day(last))


def row(number: int = 0, **values: Any) -> dict[str, Any]:
    """Return one campaign row as Amazon writes it, of the n-th day."""
    return {
        "date": day(number).isoformat(),
        "advertiserId": ADVERTISER,
        "orderId": "590000000000000001",
        "lineItemId": "591000000000000001",
        "creativeId": "592000000000000001",
        "orderCurrency": "USD",
        "impressions": 1000,
        "clicks": 10,
        "totalCost": 12.5,
        "purchases": 2,
        "sales": 40.25,
        "totalSales": 60.5,
        "clickThroughRate": 0.01,
        "orderName": "Autumn",
    } | values


def asked(period: DateRange, *advertisers: str, **currencies: str) -> Asked:
    """Return what a report was asked for; one advertiser when none is named."""
    return Asked(frozenset(advertisers or (ADVERTISER,)), period, currencies)


def write_json(path: Path, rows: Iterable[Mapping[str, Any]]) -> Path:
    """Write rows as a gzip file of one JSON array."""
    path.write_bytes(gzip.compress(json.dumps(list(rows)).encode()))
    return path


def write_csv(path: Path, rows: Sequence[Mapping[str, Any]]) -> Path:
    """Write rows as a gzip file of CSV; null is an empty cell."""
    text = io.StringIO()
    table = csv.DictWriter(text, list(rows[0]))
    table.writeheader()
    table.writerows(rows)
    path.write_bytes(gzip.compress(text.getvalue().encode()))
    return path


@dataclass
class Names:
    """Names that a test sets; the mark changes with them."""

    held: dict[OrgId, dict[str, pa.Table]] = field(default_factory=dict)
    mark: int = 0

    def put(self, scope: TenantScope, **tables: pa.Table) -> None:
        self.held[scope.org_id] = tables
        self.mark += 1

    def generation(self, scope: TenantScope) -> str:
        return str(self.mark)

    def tables(self, scope: TenantScope) -> Mapping[str, pa.Table]:
        """Return what the scope may know, as the store does: names of advertisers it sees."""
        held = self.held.get(scope.org_id, {})
        return {entity: _seen(table, scope) for entity, table in held.items()}


def _seen(table: pa.Table, scope: TenantScope) -> pa.Table:
    if "advertiser_id" not in table.column_names:
        return table
    return table.filter([scope.sees(a) for a in table["advertiser_id"].to_pylist()])


class Ground:
    """A lake in a folder, with the means to load reports into it."""

    def __init__(
        self,
        home: Path,
        limits: ServingLimits | None = None,
        manifests: ManifestSource | None = None,
        url: str = "",
    ) -> None:
        self.home = home
        self.root = LakeRoot(url or str(home / "lake"))
        self.manifests = manifests or SqliteManifests(home / "manifests.db")
        self.names = Names()
        self.limits = limits or ServingLimits(retry_seconds=0.0)
        self.lake = self.opened()
        self._loads = 0

    def opened(self, manifests: ManifestSource | None = None) -> Lake:
        """Return another process's view of the same lake."""
        source = manifests or self.manifests
        return Lake(self.root, source, self.names, home=self.home, limits=self.limits)

    def staged(
        self,
        rows: Sequence[Mapping[str, Any]],
        period: DateRange,
        *advertisers: str,
        layout: Layout = CAMPAIGN,
        form: Format = Format.JSON,
        limits: FileLimits | None = None,
    ) -> Staged:
        """Return rows as read from a file of either format."""
        write = write_json if form is Format.JSON else write_csv
        path = write(self.home / f"report-{uuid4().hex}.gz", rows)
        found = advertisers or sorted({str(r["advertiserId"]) for r in rows})
        return stage_file(
            path, form, layout, asked(period, *found), scratch=self.lake.scratch, limits=limits
        )

    def load(
        self,
        rows: Sequence[Mapping[str, Any]],
        period: DateRange,
        *,
        scope: TenantScope = ACME,
        layout: Layout = CAMPAIGN,
        at: datetime = NOON,
        load_id: str | None = None,
        accepted: Iterable[Key] | None = None,
        publish: Publish | None = None,
        lake: Lake | None = None,
    ) -> Committed:
        """Commit rows; every asked day of every advertiser in them is accepted by default."""
        self._loads += 1
        name = LoadId(load_id or f"load-{self._loads}")
        with self.staged(rows, period, layout=layout) as staged:
            whole = [(a, d) for a in staged.asked.advertisers for d in period.days()]
            verdict = Verdict(frozenset(whole if accepted is None else accepted))
            load = Load(name, "v3", generated_at=at - timedelta(hours=1), at=at)
            return (lake or self.lake).commit(scope, staged, verdict, load, publish)

    def close(self) -> None:
        self.lake.close()


def limited_to(scope: TenantScope, *advertisers: str) -> TenantScope:
    """Return the scope seeing only these advertisers."""
    return scope.narrowed(AdvertiserId(a) for a in advertisers)


def table_rows(table: pa.Table) -> list[dict[str, Any]]:
    """Return an answer as a list of dicts."""
    found: list[dict[str, Any]] = table.to_pylist()
    return found
