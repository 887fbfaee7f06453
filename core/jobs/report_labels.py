"""What a report's rows call their deals, audience segments and products: kept by their ids."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

from core.domain.cuts import Labelled
from core.domain.ids import AdvertiserId
from core.domain.metrics import Dataset
from core.lake.staging import Staged
from core.store.doors import Tenant
from core.store.entities.labels import Label


@dataclass(frozen=True, slots=True)
class _Columns:
    """Which columns of a report hold an id, its name, and what else is told of it."""

    kind: Labelled
    key: str
    name: str
    details: tuple[str, ...]


_COLUMNS: Mapping[Dataset, _Columns] = {
    Dataset.INVENTORY: _Columns(Labelled.DEAL, "deal_id", "deal", ("deal_type",)),
    Dataset.AUDIENCE: _Columns(
        Labelled.SEGMENT, "segment_id", "segment", ("segment_type", "segment_source")
    ),
    Dataset.PRODUCT: _Columns(
        Labelled.PRODUCT, "product_id", "product", ("product_category", "product_subcategory")
    ),
}


def keep(tenant: Tenant, staged: Staged, now: datetime) -> None:
    """Keep the names that a file tells, if it tells any; the last one told of an id counts."""
    columns = _COLUMNS.get(staged.layout.dataset)
    held = {column.key for column in staged.layout.columns}
    if columns is not None and {columns.key, columns.name} <= held:
        tenant.labels.record(_labels(staged, columns, held), now)


def _labels(staged: Staged, columns: _Columns, held: set[str]) -> Iterator[Label]:
    details = tuple(name for name in columns.details if name in held)
    asked = ("advertiser_id", columns.key, columns.name, *details)
    for row in staged.attributes(*asked).to_pylist():
        if row[columns.key] and row[columns.name]:
            told = dict.fromkeys(str(row[name]) for name in details if row[name])
            yield Label(
                AdvertiserId(str(row["advertiser_id"])),
                columns.kind,
                str(row[columns.key]),
                str(row[columns.name]),
                " · ".join(told),
            )
