"""What a number means: the one place. Screens, SQL, exports, glossary and alerts read it.

A metric is either *measured* (Amazon reports it; a column of the lake) or a *ratio* of sums
of measured ones. A measured metric is *additive* when its days, orders and creatives may be
summed; reach and frequency may not, ever. The entries stand in `core.domain.catalogue`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum

from core.domain.formulas import Formula


class Unit(StrEnum):
    """What one unit of a metric is."""

    COUNT = "count"
    MONEY = "money"  # in the advertiser's currency
    RATE = "rate"  # a fraction, shown as a percentage
    MULTIPLE = "multiple"  # money back per money spent: ROAS
    AVERAGE = "average"  # a plain number: frequency
    HOURS = "hours"


class Better(StrEnum):
    """Which direction is good news."""

    UP = "up"
    DOWN = "down"
    NEITHER = "neither"


class Stage(StrEnum):
    """The funnel stage a metric speaks about."""

    DELIVERY = "delivery"
    AWARENESS = "awareness"
    CONSIDERATION = "consideration"
    CONVERSION = "conversion"
    NEW_TO_BRAND = "new-to-brand"


class Dataset(StrEnum):
    """A table of the lake; each is filled by one of Amazon's report types."""

    CAMPAIGN = "campaign"  # day × order × line item × creative: the base facts
    INVENTORY = "inventory"  # day × order × line item × supply source × deal
    SITE = "site"  # day × order × site: the inventory report in another cut, same columns
    GEO = "geo"  # day × order × country × region × dma
    TECH = "tech"  # day × order × operating system × browser × device × environment
    AUDIENCE = "audience"  # day × order × line item × segment (segments overlap)
    PRODUCT = "product"  # day × order × product (conversions only, no cost)
    REACH = "reach"  # named windows × advertiser, order or supply source
    BID_ADJUSTMENT = "bid_adjustment"
    AUDIO_VIDEO = "audio_video"
    CONVERSION_PATH = "conversion_path"


class Pack(StrEnum):
    """Measures that serve one purpose. Reports are asked for CORE; the rest is described only."""

    CORE = "core"
    FEES = "third-party fees"
    OFF_AMAZON = "off-Amazon events"
    MEDIA = "streaming, apps and devices"
    AUDIO = "audio"


@dataclass(frozen=True, slots=True)
class Ratio:
    """A ratio of sums: (Σ plus − Σ minus) / Σ over × scale. A zero denominator gives None."""

    plus: tuple[str, ...]
    over: tuple[str, ...]
    minus: tuple[str, ...] = ()
    scale: int = 1

    @property
    def parts(self) -> tuple[str, ...]:
        """Return the measured metrics this ratio is made of."""
        return (*self.plus, *self.minus, *self.over)

    def of(self, sums: Mapping[str, Decimal | int | None]) -> Decimal | None:
        """Return the ratio of already summed parts; None when a part is absent or Σ over is 0."""
        values = [sums.get(part) for part in self.parts]
        if any(value is None for value in values):
            return None
        known = {part: Decimal(value or 0) for part, value in zip(self.parts, values, strict=True)}
        bottom = sum((known[k] for k in self.over), Decimal(0))
        if bottom == 0:
            return None
        top = sum((known[k] for k in self.plus), Decimal(0))
        top -= sum((known[k] for k in self.minus), Decimal(0))
        return top * self.scale / bottom


@dataclass(frozen=True, slots=True, kw_only=True)
class Metric:
    """One entry of the catalogue.

    `v3`, `v1` and `legacy` are the wire names in Amazon's three generations of reports (None
    where that generation has none); `also` are further v3 names of the same figure. `datasets`
    says which tables can answer it; empty when it is kept with the entity instead. A ratio is
    never additive. `short` is the label of a tile or a column, the name when there is none.
    `is_own` marks what an organization defined itself (`core.domain.custom_metrics`); its formula
    is a ratio too where it can be one.
    """

    key: str
    name: str
    unit: Unit
    stage: Stage
    better: Better
    description: str
    formula: Ratio | Formula | None = None
    additive: bool = True
    v3: str | None = None
    v1: str | None = None
    legacy: str | None = None
    also: tuple[str, ...] = ()
    datasets: frozenset[Dataset] = frozenset({Dataset.CAMPAIGN})
    since: date | None = None
    pack: Pack = Pack.CORE
    caveat: str = ""
    short: str = ""
    is_own: bool = False

    @property
    def label(self) -> str:
        """Return what a tile or a column is headed with."""
        return self.short or self.name

    @property
    def is_ratio(self) -> bool:
        """Return whether the metric is computed from sums rather than measured."""
        return self.formula is not None

    @property
    def is_partial(self) -> bool:
        """Return whether the unified reports lack a measure that version 3 has.

        Where a row of facts is empty of it, it is unknown then and not nothing, and so is every
        sum over such rows: a sum of some days is never told as that of all.
        """
        return self.formula is None and self.additive and bool(self.v3) and not self.v1
