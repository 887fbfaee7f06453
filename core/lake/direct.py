"""Answers straight from the Parquet files, while no serving copy can give them."""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass
from pathlib import Path
from threading import Lock

from core.domain.ids import OrgId
from core.domain.scope import TenantScope
from core.lake.engine import Connection, Limits, open_engine
from core.lake.names import Attributes, NameSource, load_names, names_schema

_OPEN_MAX = 4


@dataclass(frozen=True, slots=True)
class Direct:
    """An engine without rows of its own, but with the names of one organization."""

    con: Connection
    attributes: Attributes
    names_generation: str


class DirectEngines:
    """Engines in memory, one for each organization and what its readers may know of names."""

    def __init__(self, names: NameSource, limits: Limits, scratch: Path) -> None:
        self._names = names
        self._limits = limits
        self._scratch = scratch
        self._open: OrderedDict[tuple[OrgId, str], Direct] = OrderedDict()
        self._lock = Lock()

    def of(self, scope: TenantScope) -> Direct:
        """Return an engine with the names that the scope may know, for one thread's use."""
        schema = names_schema(scope)
        generation = self._names.generation(scope)
        with self._lock:
            held = self._open.get((scope.org_id, schema))
            if held is None or held.names_generation != generation:
                con = open_engine(None, self._limits, self._scratch / scope.org_id)
                attributes = load_names(con, schema, self._names.tables(scope))
                held = Direct(con, attributes, generation)
                self._open[scope.org_id, schema] = held
            self._open.move_to_end((scope.org_id, schema))
            while len(self._open) > _OPEN_MAX:
                self._open.popitem(last=False)
            return Direct(held.con.cursor(), held.attributes, generation)

    def forget(self, scope: TenantScope) -> None:
        """Drop the organization's engines."""
        with self._lock:
            for key in [key for key in self._open if key[0] == scope.org_id]:
                del self._open[key]
