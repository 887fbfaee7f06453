"""What figures can be cut by, which of Amazon's reports holds each cut, and what its total means.

Two cuts can only be crossed where one report counts both at once: what two reports know of the
same impressions apart says nothing of how they fall together.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from core.domain.metrics import Dataset


class Dimension(StrEnum):
    """A way to cut figures, as it is named in an address."""

    SUPPLY = "supply"
    SITE = "site"
    DEAL = "deal"
    DEVICE = "device"
    ENVIRONMENT = "environment"
    SYSTEM = "os"
    BROWSER = "browser"
    COUNTRY = "country"
    REGION = "region"
    DMA = "dma"
    AUDIENCE = "audience"
    PRODUCT = "product"
    SIZE = "size"
    CREATIVE = "creative"
    LINE_ITEM = "line"
    ORDER = "order"


class Labelled(StrEnum):
    """What only the rows of reports name: no query of Amazon's lists it."""

    DEAL = "deal"
    SEGMENT = "segment"
    PRODUCT = "product"


class Total(StrEnum):
    """What the rows of a cut make together."""

    WHOLE = "whole"  # each impression is in one row: they add up to what was served
    OVERLAP = "overlap"  # one impression may be in several rows: they are never added up
    NO_COST = "no cost"  # what was bought, product by product: nothing says what it cost


@dataclass(frozen=True, slots=True)
class Cut:
    """One way to cut figures.

    field     the key of the facts that it groups by
    datasets  the tables that have it, the first of which answers when it stands alone
    """

    dimension: Dimension
    name: str
    plural: str
    field: str
    datasets: tuple[Dataset, ...]

    @property
    def total(self) -> Total:
        """Return what its rows make together."""
        return _TOTALS.get(self.datasets[0], Total.WHOLE)


_TOTALS = {Dataset.AUDIENCE: Total.OVERLAP, Dataset.PRODUCT: Total.NO_COST}

REPORTS: Mapping[Dataset, str] = {
    Dataset.CAMPAIGN: "campaign report",
    Dataset.INVENTORY: "inventory report",
    Dataset.SITE: "site report",
    Dataset.GEO: "geography report",
    Dataset.TECH: "technology report",
    Dataset.AUDIENCE: "audience report",
    Dataset.PRODUCT: "product report",
}
"""How a screen calls the report that fills a table."""

_EVERY = tuple(REPORTS)
_WITH_LINE_ITEMS = (Dataset.CAMPAIGN, Dataset.INVENTORY, Dataset.AUDIENCE)
_CAMPAIGN, _INVENTORY, _SITE = (Dataset.CAMPAIGN,), (Dataset.INVENTORY,), (Dataset.SITE,)
_GEO, _TECH = (Dataset.GEO,), (Dataset.TECH,)
_D = Dimension

CUTS: Mapping[Dimension, Cut] = {
    cut.dimension: cut
    for cut in (
        Cut(_D.SUPPLY, "Supply source", "supply sources", "supply_source", _INVENTORY),
        Cut(_D.SITE, "Site", "sites", "site", _SITE),
        Cut(_D.DEAL, "Deal", "deals", "deal_id", _INVENTORY),
        Cut(_D.DEVICE, "Device", "devices", "device", _TECH),
        Cut(_D.ENVIRONMENT, "Environment", "environments", "environment", _TECH),
        Cut(_D.SYSTEM, "Operating system", "operating systems", "operating_system", _TECH),
        Cut(_D.BROWSER, "Browser", "browsers", "browser", _TECH),
        Cut(_D.COUNTRY, "Country", "countries", "country", _GEO),
        Cut(_D.REGION, "Region", "regions", "region", _GEO),
        Cut(_D.DMA, "Market area", "market areas", "dma", _GEO),
        Cut(_D.AUDIENCE, "Audience", "audience segments", "segment_id", (Dataset.AUDIENCE,)),
        Cut(_D.PRODUCT, "Product", "products", "product_id", (Dataset.PRODUCT,)),
        Cut(_D.SIZE, "Creative size", "creative sizes", "creative_id", _CAMPAIGN),
        Cut(_D.CREATIVE, "Creative", "creatives", "creative_id", _CAMPAIGN),
        Cut(_D.LINE_ITEM, "Line item", "line items", "line_item_id", _WITH_LINE_ITEMS),
        Cut(_D.ORDER, "Order", "orders", "order_id", _EVERY),
    )
}
"""Every cut, in the order of the screen's list."""


def held_together(one: Cut, other: Cut) -> Dataset | None:
    """Return the table that counts two cuts at once, the fittest first; None for none.

    A cut and its finer self (a creative and its size) are of one key, and one table holds them.
    """
    if one.dimension is other.dimension:
        return None
    return next((dataset for dataset in one.datasets if dataset in other.datasets), None)


def why_not(one: Cut, other: Cut) -> str:
    """Return why two cuts cannot be crossed, as a sentence; "" where they can."""
    if one.dimension is other.dimension:
        return f"{one.name} is what the rows are already."
    if held_together(one, other):
        return ""
    first, second = (_reports(cut) for cut in (one, other))
    return (
        f"Amazon's {first} knows {one.plural}, its {second} knows {other.plural}; "
        "no report counts both at once."
    )


def _reports(cut: Cut) -> str:
    return " and ".join(REPORTS[dataset] for dataset in cut.datasets)
