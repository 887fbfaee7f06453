"""What a report's file is expected to hold: Amazon's column names and what each is for us."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from core.domain.catalogue import METRICS
from core.domain.metrics import Dataset
from core.domain.periods import DateRange
from core.errors import Defect
from core.lake.schema import TABLES, FactTable, in_order


class Role(StrEnum):
    """What a column of a report is for."""

    KEY = "key"  # the advertiser, the day, or a key of the dataset's facts, or the currency
    MEASURE = "measure"  # a measured metric, stored
    REPORTED = "reported"  # a ratio as Amazon reckons it: compared with ours, not stored
    SPLIT = "split"  # a key that Amazon demands beside ours: rows that differ in it are added up
    ATTRIBUTE = "attribute"  # a name, a budget, a state: handed to the caller, not a fact


@dataclass(frozen=True, slots=True)
class WireColumn:
    """One column as Amazon writes it (`wire`) and as we call it (`key`)."""

    wire: str
    key: str
    role: Role


@dataclass(frozen=True, slots=True)
class Layout:
    """The columns of one report, and the keys that are the same in every row of it.

    `constants` gives keys that the file does not repeat in its rows (a window's name, a level),
    `sums` measures that it lacks and that are the sum of others in each of its rows.
    """

    dataset: Dataset
    columns: tuple[WireColumn, ...]
    constants: Mapping[str, str | date] = field(default_factory=dict)
    sums: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        folded = [column.wire.casefold() for column in self.columns]
        twice = sorted({wire for wire in folded if folded.count(wire) > 1})
        absent = set(self.table.identity) - set(self.keys) - set(self.constants)
        unknown = [column.key for column in self.columns if not self._fits(column)]
        if twice or absent or unknown:
            raise Defect(
                f"a layout of {self.dataset} names columns twice {twice}, lacks keys "
                f"{sorted(absent)} or misplaces {unknown}"
            )

    @property
    def table(self) -> FactTable:
        """Return the shape of the facts this report fills."""
        return TABLES[self.dataset]

    @property
    def keys(self) -> tuple[str, ...]:
        """Return the keys that stand in the file."""
        return self._of(Role.KEY)

    @property
    def splits(self) -> tuple[str, ...]:
        """Return the keys in the file that are not kept: rows differ in them and are added up."""
        return self._of(Role.SPLIT)

    @property
    def measures(self) -> tuple[str, ...]:
        """Return the measures in the file and their `sums`, in the glossary's order."""
        return in_order(self.dataset, (*self._of(Role.MEASURE), *self.sums))

    @property
    def ratios(self) -> tuple[str, ...]:
        """Return the ratios that the file states and that our own can be held against."""
        return self._of(Role.REPORTED)

    @property
    def attributes(self) -> tuple[str, ...]:
        """Return the columns that are kept only for the caller."""
        return self._of(Role.ATTRIBUTE)

    def wire_of(self, key: str) -> str:
        """Return Amazon's name of one of our columns; our own of what the file does not hold."""
        return next((column.wire for column in self.columns if column.key == key), key)

    def _of(self, role: Role) -> tuple[str, ...]:
        return tuple(column.key for column in self.columns if column.role is role)

    def _fits(self, column: WireColumn) -> bool:
        match column.role:
            case Role.KEY:
                return column.key in (*self.table.identity, "currency")
            case Role.MEASURE:
                return bool(in_order(self.dataset, [column.key]))
            case Role.REPORTED:
                return column.key in METRICS and METRICS[column.key].is_ratio
            case Role.ATTRIBUTE | Role.SPLIT:
                return column.key not in (*self.table.identity, "currency", *METRICS)


@dataclass(frozen=True, slots=True)
class Asked:
    """What a report was asked for: rows outside of it prove that the file is another's."""

    advertisers: frozenset[str]
    days: DateRange
    currencies: Mapping[str, str] = field(default_factory=dict)
    """The currency of an advertiser whose rows do not say it."""

    called: Mapping[str, str] = field(default_factory=dict)
    """What rows may call an advertiser instead of its id, and the id."""


@dataclass(frozen=True, slots=True)
class FileLimits:
    """How large a report may be before it is refused unread."""

    bytes_max: int = 4_000_000_000
    """Bytes after decompression."""

    rows_max: int = 20_000_000
