"""Orders, line items and creatives as a report's columns tell of them.

For advertisers whose campaigns may not be queried this is the only source: names, dates, whole
budgets, approval. A report speaks only of what delivered in its days, so what it does not name
stays as it was.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from datetime import date, datetime, time, timedelta
from decimal import Decimal, InvalidOperation
from zoneinfo import ZoneInfo

from core.amazon.reports.specs import (
    CREATIVE_DESCRIPTORS,
    LINE_ITEM_DESCRIPTORS,
    ORDER_DESCRIPTORS,
    WITH_NAMES,
)
from core.amazon.shapes import approval
from core.domain.entities import (
    Budget,
    BudgetCap,
    CapPeriod,
    Creative,
    DeliveryStatus,
    Entity,
    Kind,
    LineItem,
    Order,
)
from core.domain.periods import ONE_DAY
from core.lake.staging import Staged
from core.store.accounts.advertisers import Advertiser
from core.store.doors import Tenant
from core.store.ingest.requests import ReportRequest
from core.store.schema.words import Source

Row = Mapping[str, str | None]
_LAST_SECOND = timedelta(seconds=1)


def keep(tenant: Tenant, request: ReportRequest, staged: Staged, now: datetime) -> None:
    """Keep what the file says of orders, line items and creatives, if it was asked for."""
    if not request.spec.endswith(WITH_NAMES):
        return
    advertisers = {str(a.advertiser_id): a for a in tenant.advertisers.all()}
    told: dict[str, dict[Kind, dict[str, Entity]]] = defaultdict(lambda: defaultdict(dict))
    for entity in _entities(staged, advertisers):
        told[entity.advertiser_id][entity.kind][entity.entity_id] = entity
    for advertiser_id, kinds in told.items():
        present = {kind: _with_others(tenant, kind, found) for kind, found in kinds.items()}
        today = now.astimezone(ZoneInfo(advertisers[advertiser_id].timezone)).date()
        tenant.entities.snapshot(advertiser_id, today, Source.REPORT, present, now)


def _with_others(tenant: Tenant, kind: Kind, found: Mapping[str, Entity]) -> list[Entity]:
    """Return what was found and, of the same advertiser, what earlier reports have told."""
    advertiser_id = next(iter(found.values())).advertiser_id
    known = tenant.entities.current(kind, advertiser_ids=[advertiser_id])
    others = [
        version.entity
        for version in known
        if version.source is Source.REPORT and version.entity_id not in found
    ]
    return [*others, *found.values()]


def _entities(staged: Staged, advertisers: Mapping[str, Advertiser]) -> Iterator[Entity]:
    for row in _rows(staged, "order_id", *ORDER_DESCRIPTORS.values()):
        yield _order(row, advertisers[str(row["advertiser_id"])])
    for row in _rows(staged, "line_item_id", "order_id", *LINE_ITEM_DESCRIPTORS.values()):
        yield _line_item(row, advertisers[str(row["advertiser_id"])])
    for row in _rows(staged, "creative_id", *CREATIVE_DESCRIPTORS.values()):
        yield _creative(row)


def _rows(staged: Staged, id_column: str, *columns: str) -> Iterator[Row]:
    """Yield the distinct descriptions in the file; a column that was not asked for is None."""
    held = {column.key for column in staged.layout.columns}
    asked = [name for name in ("advertiser_id", id_column, *columns) if name in held]
    for row in staged.attributes(*asked).to_pylist():
        if row[id_column] is not None:
            yield {name: row.get(name) for name in ("advertiser_id", id_column, *columns)}


def _order(row: Row, advertiser: Advertiser) -> Order:
    return Order(
        entity_id=str(row["order_id"]),
        advertiser_id=advertiser.advertiser_id,
        name=row["order_name"] or "",
        currency=advertiser.currency,
        start=_start(row["order_start"], advertiser),
        end=_end(row["order_end"], advertiser),
        budget=_amount(row["order_budget"]),
        external_id=row["order_external_id"],
    )


def _line_item(row: Row, advertiser: Advertiser) -> LineItem:
    budget = _amount(row["line_item_budget"])
    cap = _amount(row["line_item_budget_cap"])
    currency = advertiser.currency
    return LineItem(
        entity_id=str(row["line_item_id"]),
        advertiser_id=advertiser.advertiser_id,
        parent_id=row["order_id"],
        name=row["line_item_name"] or "",
        inventory_type=row["line_item_type"],
        start=_start(row["line_item_start"], advertiser),
        end=_end(row["line_item_end"], advertiser),
        budget=None if budget is None else Budget(budget, currency),
        caps=() if cap is None else (BudgetCap(cap, currency, CapPeriod.LIFETIME),),
        delivery_status=DeliveryStatus(row["line_item_status"] or ""),
        approval=approval(row["line_item_approval"] or ""),
        external_id=row["line_item_external_id"],
    )


def _creative(row: Row) -> Creative:
    return Creative(
        entity_id=str(row["creative_id"]),
        advertiser_id=str(row["advertiser_id"]),
        name=row["creative_name"] or "",
        creative_type=row["creative_type"],
        size=row["creative_size"],
        language=row["creative_language"],
    )


def _start(day: str | None, advertiser: Advertiser) -> datetime | None:
    found = _day(day)
    zone = ZoneInfo(advertiser.timezone)
    return None if found is None else datetime.combine(found, time(), tzinfo=zone)


def _end(day: str | None, advertiser: Advertiser) -> datetime | None:
    """Return the last second of a local day: reports name the day on which a thing ends."""
    found = _day(day)
    if found is None:
        return None
    zone = ZoneInfo(advertiser.timezone)
    return datetime.combine(found + ONE_DAY, time(), tzinfo=zone) - _LAST_SECOND


def _day(value: str | None) -> date | None:
    try:
        return date.fromisoformat((value or "")[:10])
    except ValueError:
        return None


def _amount(value: str | None) -> Decimal | None:
    try:
        return None if value is None else Decimal(value.replace(",", ""))
    except InvalidOperation:
        return None
