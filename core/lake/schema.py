"""The tables of the lake: one table of facts and one of revisions for each dataset.

A fact is one row of one day: text keys, a currency, the measures of the catalogue, and where
the row came from. A revision is a row as it stood before a later report changed or withdrew
it. Names, budgets and states are not facts: they live in the store as versions of entities.

Rows lie in files by advertiser and calendar month, inside a file in the order of their days.
Tables only gain columns: a measure that a table has no column of yet reads as null.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

import pyarrow as pa

from core.domain.catalogue import METRICS, measured
from core.domain.metrics import Dataset, Metric, Pack, Unit

UNKNOWN: Final = "unknown"
"""The key of what Amazon does not name: a place, a device or a creative of unknown kind."""

PARTITION: Final = ("advertiser_id", "month")
PROVENANCE: Final = ("adapter", "load_id", "generated_at", "valid_from")

TEXT: Final = "VARCHAR"
DAY: Final = "DATE"
COUNT: Final = "BIGINT"
EXACT: Final = "DECIMAL(18,6)"
INSTANT: Final = "TIMESTAMP WITH TIME ZONE"

_ARROW: Final = {
    TEXT: pa.string(),
    DAY: pa.date32(),
    COUNT: pa.int64(),
    EXACT: pa.decimal128(18, 6),
    INSTANT: pa.timestamp("us", "UTC"),
}


@dataclass(frozen=True, slots=True)
class Column:
    """One column: its name and its SQL type, one of the five of this module."""

    name: str
    type: str
    nullable: bool = False

    @property
    def field(self) -> pa.Field:
        """Return the column as an Arrow field."""
        return pa.field(self.name, _ARROW[self.type], nullable=self.nullable)


@dataclass(frozen=True, slots=True)
class FactTable:
    """The shape of one dataset's facts.

    `keys` name a row within its advertiser and day; those in `optional` may be absent from a
    report's row and are then "unknown". A windowed dataset speaks about whole windows: its day
    is the window's last, and a load replaces only rows of its own window and level.
    """

    dataset: Dataset
    keys: tuple[str, ...]
    optional: frozenset[str] = frozenset()
    is_windowed: bool = False

    @property
    def name(self) -> str:
        """Return the table's name in the lake."""
        return self.dataset.value

    @property
    def revisions(self) -> str:
        """Return the name of the table that keeps what was replaced."""
        return f"{self.dataset.value}_revisions"

    @property
    def sliced_by(self) -> tuple[str, ...]:
        """Return the keys that, with the advertiser and the day, say what a load replaces."""
        return ("window_name", "level") if self.is_windowed else ()

    @property
    def identity(self) -> tuple[str, ...]:
        """Return every column that tells one row from another."""
        return ("advertiser_id", "day", *self.keys)

    def columns(self, measures: Iterable[str]) -> tuple[Column, ...]:
        """Return the columns of a row with these measures, in the order they are stored."""
        keys = (Column(key, DAY if key in _WINDOW_DAYS else TEXT) for key in self.keys)
        return (
            Column("advertiser_id", TEXT),
            Column("day", DAY),
            *keys,
            Column("currency", TEXT),
            *(measure_column(key) for key in measures),
            Column("adapter", TEXT),
            Column("load_id", TEXT),
            Column("generated_at", INSTANT),
            Column("valid_from", INSTANT),
        )

    def revision_columns(self, measures: Iterable[str]) -> tuple[Column, ...]:
        """Return the columns of a revision: a fact's, then when and by which load it ended."""
        return (*self.columns(measures), Column("valid_to", INSTANT), Column("ended_by", TEXT))


_WINDOW_DAYS: Final = frozenset({"window_start", "window_end"})
_WINDOW: Final = ("window_name", "window_start", "window_end", "level")

_CUTS: Final = {
    Dataset.CAMPAIGN: (("order_id", "line_item_id", "creative_id"), {"creative_id"}),
    Dataset.INVENTORY: (
        ("order_id", "line_item_id", "supply_source", "deal_id"),
        {"line_item_id", "supply_source", "deal_id"},
    ),
    Dataset.SITE: (("order_id", "site"), {"site"}),
    Dataset.GEO: (("order_id", "country", "region", "dma"), {"country", "region", "dma"}),
    Dataset.TECH: (
        ("order_id", "operating_system", "browser", "device", "environment"),
        {"operating_system", "browser", "device", "environment"},
    ),
    Dataset.AUDIENCE: (("order_id", "line_item_id", "segment_id"), {"line_item_id", "segment_id"}),
    Dataset.PRODUCT: (("order_id", "product_id"), {"product_id"}),
    Dataset.BID_ADJUSTMENT: (
        ("order_id", "line_item_id", "rule_id", "term_id"),
        {"rule_id", "term_id"},
    ),
}
_WINDOWED: Final = {
    Dataset.REACH: ("entity_id",),
    Dataset.AUDIO_VIDEO: ("order_id", "content_genre", "content_rating"),
    Dataset.CONVERSION_PATH: ("brand", "path"),
}

TABLES: Final = {
    **{
        dataset: FactTable(dataset, keys, frozenset(optional))
        for dataset, (keys, optional) in _CUTS.items()
    },
    **{
        dataset: FactTable(dataset, (*_WINDOW, *keys), frozenset(keys), is_windowed=True)
        for dataset, keys in _WINDOWED.items()
    },
}
"""The shape of every dataset's facts."""


def measure_column(key: str) -> Column:
    """Return the column of a measured metric: whole for counts, six exact places otherwise."""
    return Column(key, COUNT if METRICS[key].unit is Unit.COUNT else EXACT, nullable=True)


def core_measures(dataset: Dataset) -> tuple[str, ...]:
    """Return the measures that a table of `dataset` always has, in the glossary's order."""
    return tuple(metric.key for metric in measured(dataset))


def in_order(dataset: Dataset, keys: Iterable[str]) -> tuple[str, ...]:
    """Return those measures of `dataset`, of any pack, that are in `keys`, in glossary order."""
    wanted = frozenset(keys)
    every: tuple[Metric, ...] = measured(dataset, frozenset(Pack))
    return tuple(metric.key for metric in every if metric.key in wanted)


def arrow_schema(columns: Iterable[Column]) -> pa.Schema:
    """Return the Arrow schema of a Delta table: the columns and the month it is laid out by."""
    return pa.schema([*(column.field for column in columns), Column("month", TEXT).field])


def quoted(name: str) -> str:
    """Return the name as an SQL identifier."""
    return '"' + name.replace('"', '""') + '"'


def listed(names: Iterable[str], prefix: str = "") -> str:
    """Return the names as SQL identifiers behind commas, each after `prefix` (such as "t.")."""
    return ", ".join(f"{prefix}{quoted(name)}" for name in names)
