"""Names, states and budgets beside the facts, so that SQL can filter, sort and show them.

They are the store's; the lake is handed small tables of them with a mark that changes whenever
they do, and keeps a copy in the engine. They are read as the person who asks, so what the
store lets a limited member know is kept in a schema apart from what the others may know.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from typing import Protocol

import pyarrow as pa

from core.domain.scope import TenantScope
from core.lake.engine import Connection, run
from core.lake.question import ENTITIES
from core.lake.schema import listed, quoted

Attributes = Mapping[str, frozenset[str]]
"""The attributes known of each entity: {"order": {"name", "state", ...}, ...}."""


class NameSource(Protocol):
    """Where names come from; the store keeps them as versions of entities."""

    def generation(self, scope: TenantScope) -> str:
        """Return a mark that changes whenever a name in the scope does; cheap to ask."""
        ...

    def tables(self, scope: TenantScope) -> Mapping[str, pa.Table]:
        """Return, by entity, one row per thing: `<entity>_id` (text, unique) and attributes."""
        ...


class NoNames:
    """A source without names: every entity is known by its id alone."""

    def generation(self, scope: TenantScope) -> str:
        return ""

    def tables(self, scope: TenantScope) -> Mapping[str, pa.Table]:
        return {}


def names_schema(scope: TenantScope) -> str:
    """Return the schema that keeps the names of everybody who sees what this scope sees."""
    if scope.advertiser_ids is None:
        return "names"
    seen = "\n".join(sorted(scope.advertiser_ids))
    return f"names_{hashlib.sha256(seen.encode()).hexdigest()[:16]}"


def load_names(con: Connection, schema: str, tables: Mapping[str, pa.Table]) -> Attributes:
    """Replace a schema's names by `tables` and return the attributes now known."""
    run(con, f"CREATE SCHEMA IF NOT EXISTS {schema}")
    for entity in ENTITIES:
        table = tables.get(entity, _nameless(entity))
        con.register("incoming", table)
        run(
            con,
            f"CREATE OR REPLACE TABLE {schema}.{quoted(entity)} AS "
            f"SELECT {listed(table.column_names)} FROM incoming",
        )
        con.unregister("incoming")
    return attributes_of(tables)


def attributes_of(tables: Mapping[str, pa.Table]) -> Attributes:
    """Return the attributes that these tables know of each entity."""
    return {
        entity: frozenset(tables.get(entity, _nameless(entity)).column_names) - {f"{entity}_id"}
        for entity in ENTITIES
    }


def _nameless(entity: str) -> pa.Table:
    nothing = pa.array([], pa.string())
    return pa.table({f"{entity}_id": nothing, "name": nothing})
