"""The names of things, as the store knows them today, for files that are read elsewhere."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import pyarrow as pa

from core.domain.entities import Kind
from core.domain.scope import TenantScope
from core.store.doors import Tenant
from core.store.store import Store

_KINDS = {Kind.ORDER: "order", Kind.LINE_ITEM: "line_item", Kind.CREATIVE: "creative"}


@dataclass(frozen=True, slots=True)
class StoredNames:
    """`core.lake.names.NameSource` over the store: advertisers, orders, line items, creatives.

    Screens name things themselves, so only files ask for these (`Lake.export_reader`).
    """

    store: Store

    def generation(self, scope: TenantScope) -> str:
        """Return a mark that changes whenever a name in the scope may have; cheap to ask."""
        with self.store.reading(scope) as tenant:
            return f"{tenant.entities.mark()} {len(tenant.advertisers.all())}"

    def tables(self, scope: TenantScope) -> Mapping[str, pa.Table]:
        """Return, by entity, one row per thing: `<entity>_id` and `name`, both text."""
        with self.store.reading(scope) as tenant:
            return {entity: _named(entity, names) for entity, names in _known(tenant).items()}


def _known(tenant: Tenant) -> dict[str, dict[str, str]]:
    known: dict[str, dict[str, str]] = {entity: {} for entity in _KINDS.values()}
    for version in tenant.entities.current(*_KINDS):
        known[_KINDS[version.kind]][version.entity_id] = version.name
    known["advertiser"] = {str(a.advertiser_id): a.name for a in tenant.advertisers.all()}
    return known


def _named(entity: str, names: Mapping[str, str]) -> pa.Table:
    def text(values: Iterable[str]) -> pa.Array:
        return pa.array(list(values), pa.string())

    return pa.table({f"{entity}_id": text(names), "name": text(names.values())})
