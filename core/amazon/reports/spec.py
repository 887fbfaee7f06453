"""What one kind of report is: its columns in Amazon's words and ours, and what Amazon allows."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from core.domain.catalogue import measured
from core.domain.connections import Adapter
from core.domain.metrics import Dataset, Metric, Pack

CORE_PACK = frozenset({Pack.CORE})


class TimeUnit(StrEnum):
    """One row a day, or one row for the whole range."""

    DAILY = "DAILY"
    SUMMARY = "SUMMARY"


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportSpec:
    """One kind of report. The mappings go from Amazon's column to ours.

    `keys` tell rows apart. `attributes` describe what a key names; `descriptors` describe orders,
    line items and creatives, and are asked for on demand. `reported` are ratios as Amazon reckons
    them, to hold ours against. `splits` are keys that Amazon demands and we do not keep: rows that
    differ in nothing else are added up. `sums` are measures of ours that the report lacks and that
    are by definition the sum of others that it has. `counted_with` is the table in whose name the
    ledger counts a report type that fills several. `only` names the measures of a report whose
    grouping does not offer all of its table's, `never` those it refuses. `level` says what a row
    of a windowed report speaks about.
    """

    name: str
    dataset: Dataset
    report_type: str
    group_by: tuple[str, ...]
    keys: Mapping[str, str]
    attributes: Mapping[str, str] = field(default_factory=dict)
    descriptors: Mapping[str, str] = field(default_factory=dict)
    reported: Mapping[str, str] = field(default_factory=dict)
    splits: Mapping[str, str] = field(default_factory=dict)
    sums: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    counted_with: Dataset | None = None
    only: tuple[str, ...] = ()
    never: frozenset[str] = frozenset()
    level: str = ""
    time_unit: TimeUnit = TimeUnit.DAILY
    days_max: int = 31
    retention_days: int = 95
    advertisers_max: int = 100
    ad_product: str = "DEMAND_SIDE_PLATFORM"
    adapter: Adapter = Adapter.V3

    def measures(self, packs: frozenset[Pack] = CORE_PACK) -> dict[str, str]:
        """Return Amazon's name → our key of each measure asked for, in the catalogue's order."""
        named = {self._wire(m): m.key for m in measured(self.dataset, packs)}
        return {wire: key for wire, key in named.items() if wire and self._offers(wire)}

    def columns(
        self,
        *,
        with_descriptors: bool,
        packs: frozenset[Pack] = CORE_PACK,
        without: Collection[str] = (),
    ) -> tuple[str, ...]:
        """Return the columns to ask for, each once: keys, what describes them, measures.

        `without` are those that Amazon has refused before: one refused column fails a report.
        """
        described = self.descriptors if with_descriptors else {}
        keys = {**self.keys, **self.splits}
        groups = (keys, self.attributes, described, self.reported, self.measures(packs))
        listed = dict.fromkeys(name for group in groups for name in group)
        return tuple(name for name in listed if name not in without)

    @property
    def counted_as(self) -> Dataset:
        """Return the table in whose name the ledger counts its requests: one for a report type,
        which is what Amazon's advice is about."""
        return self.counted_with or self.dataset

    @property
    def needed(self) -> frozenset[str]:
        """Return the columns without which a row means nothing; these are never left out."""
        return frozenset(self.keys) | frozenset(self.splits)

    def _wire(self, entry: Metric) -> str | None:
        return entry.v1 if self.adapter is Adapter.V1 else entry.v3

    def _offers(self, wire: str) -> bool:
        return wire not in self.never and (not self.only or wire in self.only)
