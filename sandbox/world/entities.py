"""The things an advertiser owns: orders, flights, line items, creatives. Values only.

The names are the product's and the reports'; the unified API calls an order a campaign, a line
item an ad group, a creative an ad, with the same ids.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

from sandbox.world.rates import Mix, Stage
from sandbox.world.timeline import Timeline

ENABLED, PAUSED = "ENABLED", "PAUSED"
APPROVED, REJECTED = "APPROVED", "REJECTED"


@dataclass(frozen=True)
class Seat:
    """A DSP entity in one marketplace; its profile is the agency profile that reaches it."""

    entity_id: str
    profile_id: int
    region: str
    country: str
    currency: str
    timezone: str
    name: str
    marketplace_id: str


@dataclass(frozen=True)
class Product:
    """A product of the brand: promoted by orders, or bought beside them (brand halo)."""

    asin: str
    parent_asin: str
    name: str
    group: str
    category: str
    subcategory: str
    is_promoted: bool
    weight: float


@dataclass(frozen=True)
class Segment:
    """An audience a line item aims at; `coverage` is the part of impressions that carry it."""

    segment_id: str
    name: str
    kind: str
    class_code: str
    source: str
    coverage: float


@dataclass(frozen=True)
class Deal:
    """A private deal with a publisher."""

    deal_id: str
    name: str
    kind: str


@dataclass(frozen=True)
class Fee:
    """A third party's fee on a line item, per thousand impressions in the order's currency."""

    kind: str
    provider: str
    column: str
    cpm: float
    adds_to_budget: bool


@dataclass(frozen=True)
class Creative:
    """A creative; `creative_ad_id` is the older id that reports show beside it."""

    creative_id: str
    creative_ad_id: str
    name: str
    kind: str
    size: str
    language: str
    moderation: Timeline[str]
    reason: str = ""


@dataclass(frozen=True)
class Placing:
    """A creative in the rotation of a line item: the grain of the base report."""

    association_id: str
    creative: Creative
    weight: int
    share: float
    state: Timeline[str]


@dataclass(frozen=True)
class Flight:
    """A budget for a stretch of time. `end` is exclusive here and a second earlier in the API."""

    flight_id: str
    name: str
    start: datetime
    end: datetime
    budget: Timeline[Decimal]


@dataclass(frozen=True)
class LineItem:
    """A line item: where, to whom and at what bid an order's money is spent."""

    line_item_id: str
    name: str
    external_id: str
    comments: str
    mix: Mix
    start: datetime
    end: datetime
    share: float
    bid: Timeline[Decimal]
    max_bid: Decimal | None
    budget: Timeline[Decimal]
    state: Timeline[str]
    delivery: Timeline[float]
    pacing: str
    rotation: str
    fees: tuple[Fee, ...]
    segments: tuple[Segment, ...]
    deal: Deal | None
    placings: tuple[Placing, ...]


@dataclass(frozen=True)
class Order:
    """An order with its flights and line items."""

    order_id: str
    name: str
    external_id: str
    stage: Stage
    kpi: str
    kpi_value: Decimal | None
    bid_strategy: str
    allocation: str
    rollover: str
    agency_fee: Decimal
    daily_cap: Decimal | None
    frequency: tuple[int, int, str] | None
    state: Timeline[str]
    created: datetime
    flights: tuple[Flight, ...]
    line_items: tuple[LineItem, ...]

    @property
    def start(self) -> datetime:
        return min(flight.start for flight in self.flights)

    @property
    def end(self) -> datetime:
        return max(flight.end for flight in self.flights)

    def budget_at(self, instant: datetime) -> Decimal:
        """Return the sum of the flights' own budgets in force at the instant."""
        return sum((flight.budget.at(instant) for flight in self.flights), Decimal(0))


@dataclass(frozen=True)
class Traits:
    """What makes one advertiser's figures unlike another's."""

    order_value: float
    price_level: float
    subscribes: bool = False
    tracks_off_amazon: bool = False
    streams: bool = False
    has_app: bool = False
    measures_demographics: bool = False
    large_restatement: bool = False


@dataclass(frozen=True)
class Advertiser:
    """A DSP advertiser; what it owns is its book."""

    slug: str
    advertiser_id: str
    account_id: str
    name: str
    seat: Seat
    timezone: str
    url: str
    language: str
    traits: Traits

    @property
    def currency(self) -> str:
        return self.seat.currency

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.timezone)

    @property
    def minor_units(self) -> int:
        return 0 if self.currency == "JPY" else 2


@dataclass(frozen=True)
class Book:
    """Everything one advertiser owns."""

    advertiser: Advertiser
    orders: tuple[Order, ...]
    products: tuple[Product, ...]
