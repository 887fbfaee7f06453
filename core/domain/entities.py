"""What a campaign is made of: orders, their flights, line items, creatives and the links between.

Amazon's console says order and line item, its newer API campaign and ad group; the ids are the
same. Each entity splits into what the store keeps in columns (kind, id, parent, name, state) and
`attributes()`, everything else as JSON-safe values; `from_attributes` puts them together again.
Source: Amazon Ads API documentation, campaign management for Amazon DSP (unified API).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any, ClassVar, Self

from core.domain.plain import plain, restored

_SPELLINGS = {
    "no_rollover": "no",
    "prior_budget_rollover": "prior",
    "cumulative_budget_rollover": "cumulative",
    "lineitems_not_running": "line_items_not_running",
}


class _Word(StrEnum):
    """A word of Amazon's, read from any of its spellings: ENABLED, Out of budget, NO_ROLLOVER.

    A word that Amazon adds later reads as UNKNOWN where the list has that, and is refused with
    ValueError where guessing would change money.
    """

    @classmethod
    def _missing_(cls, value: object) -> Self | None:
        word = str(value).strip().lower().replace(" ", "_")
        word = _SPELLINGS.get(word, word)
        known = {member.value: member for member in cls}
        return known.get(word, cls.__members__.get("UNKNOWN"))


class Kind(StrEnum):
    """Which sort of entity a stored version is of."""

    ORDER = "order"
    FLIGHT = "flight"
    LINE_ITEM = "line_item"
    CREATIVE = "creative"
    AD_ASSOCIATION = "ad_association"


class State(_Word):
    """Whether people have it switched on."""

    ENABLED = "enabled"
    PAUSED = "paused"
    ARCHIVED = "archived"
    UNKNOWN = "unknown"


class DeliveryStatus(_Word):
    """Whether Amazon delivers it; the last six are the older API's and the reports' words."""

    DELIVERING = "delivering"
    NOT_DELIVERING = "not_delivering"
    LIMITED = "limited"
    UNAVAILABLE = "unavailable"
    INACTIVE = "inactive"
    ENDED = "ended"
    OUT_OF_BUDGET = "out_of_budget"
    READY_TO_DELIVER = "ready_to_deliver"
    CREATIVES_NOT_RUNNING = "creatives_not_running"
    LINE_ITEMS_NOT_RUNNING = "line_items_not_running"
    UNKNOWN = "unknown"


class Rollover(_Word):
    """What becomes of a flight's unspent budget."""

    NO = "no"
    PRIOR = "prior"
    CUMULATIVE = "cumulative"


class Allocation(_Word):
    """Who divides the money among line items: Amazon (AUTO) or people (MANUAL)."""

    AUTO = "auto"
    MANUAL = "manual"


class CapPeriod(_Word):
    """The calendar period of a budget cap."""

    DAILY = "daily"
    MONTHLY = "monthly"
    LIFETIME = "lifetime"


class Approval(_Word):
    """What Amazon's review of a creative, alone or on a line item, has said."""

    APPROVED = "approved"
    PENDING = "pending"
    REJECTED = "rejected"
    UNKNOWN = "unknown"


class FeeKind(_Word):
    """Who a fee goes to."""

    AGENCY = "agency"
    AMAZON_DSP = "amazon_dsp"
    AMAZON_AUDIENCE = "amazon_audience"
    MANAGED_SERVICE = "managed_service_fee"
    OMNICHANNEL_METRICS = "omnichannel_metrics"
    THIRD_PARTY_APPLIED = "third_party_applied"
    THIRD_PARTY_AUDIENCE = "third_party_audience"
    THIRD_PARTY_TARGETING = "third_party_targeting"
    UNKNOWN = "unknown"

    @property
    def is_third_party(self) -> bool:
        """Return whether the fee goes to a company that is neither Amazon nor the agency."""
        return self.value.startswith("third_party")


class FeeBasis(_Word):
    """What a fee's value is a price or a percentage of."""

    FIXED_CPM = "fixed_cpm"
    PERCENT_OF_BUDGET = "percentage_of_budget"
    PERCENT_OF_SUPPLY_COST = "percentage_of_supply_cost"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Budget:
    """An amount to be spent, in the order's currency."""

    amount: Decimal
    currency: str


@dataclass(frozen=True, slots=True)
class BudgetCap:
    """An amount that one day, one calendar month or the whole life may not exceed."""

    amount: Decimal
    currency: str
    period: CapPeriod


@dataclass(frozen=True, slots=True)
class Bid:
    """Prices for a thousand impressions: the base, and the average not to be passed."""

    base: Decimal | None
    maximum_average: Decimal | None
    currency: str


@dataclass(frozen=True, slots=True)
class Fee:
    """One fee of an order or line item.

    `value` is money for a thousand impressions or a percentage (5 means 5 %), as `basis` says.
    `counts_against_budget` is None where Amazon does not say.
    """

    kind: FeeKind
    basis: FeeBasis
    value: Decimal
    provider: str | None = None
    counts_against_budget: bool | None = None


@dataclass(frozen=True, slots=True)
class FrequencyCap:
    """At most `events` in `count` units of time for a user or a household."""

    events: int
    count: int
    unit: str
    setting: str = "USER"

    @property
    def span(self) -> str:
        """Return over how long it counts, as people say it: "1 day", "2 weeks"."""
        unit = self.unit.lower()
        return f"{self.count} {unit.removesuffix('s') if self.count == 1 else unit}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Entity:
    """What every entity has; the store keeps these in columns of their own."""

    kind: ClassVar[Kind]

    entity_id: str
    advertiser_id: str
    parent_id: str | None = None
    name: str = ""
    state: State = State.UNKNOWN

    def attributes(self) -> dict[str, Any]:
        """Return everything else as JSON-safe values, for `entity_version.attributes`."""
        stored: dict[str, Any] = plain(self)
        return {name: value for name, value in stored.items() if name not in _COLUMNS}

    @classmethod
    def from_attributes(
        cls,
        *,
        entity_id: str,
        advertiser_id: str,
        parent_id: str | None,
        name: str,
        state: str,
        attributes: dict[str, Any],
    ) -> Self:
        """Return the entity stored in these columns and attributes.

        Attributes of a newer version are left aside, absent ones take their defaults. Raises
        Defect when a stored value cannot be read.
        """
        columns = {
            "entity_id": entity_id,
            "advertiser_id": advertiser_id,
            "parent_id": parent_id,
            "name": name,
            "state": state,
        }
        return restored(cls, attributes | columns)


_COLUMNS = frozenset({"entity_id", "advertiser_id", "parent_id", "name", "state"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Order(Entity):
    """An order (a campaign of the newer API). Its flights are entities of their own.

    `budget` is only known from reports where the campaign API may not be read. `start` and
    `end` are instants; the campaign API derives them from the flights.
    """

    kind: ClassVar[Kind] = Kind.ORDER

    currency: str = ""
    start: datetime | None = None
    end: datetime | None = None
    budget: Decimal | None = None
    caps: tuple[BudgetCap, ...] = ()
    fees: tuple[Fee, ...] = ()
    frequency_caps: tuple[FrequencyCap, ...] = ()
    rollover: Rollover = Rollover.NO
    allocation: Allocation | None = None
    bid_strategy: str | None = None
    goal: str | None = None
    kpi: str | None = None
    kpi_target: Decimal | None = None
    kpi_currency: str | None = None
    inventory_types: tuple[str, ...] = ()
    countries: tuple[str, ...] = ()
    marketplaces: tuple[str, ...] = ()
    delivery_status: DeliveryStatus = DeliveryStatus.UNKNOWN
    delivery_reasons: tuple[str, ...] = ()
    purchase_order: str | None = None
    external_id: str | None = None
    created_at: datetime | None = None
    updated_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Flight(Entity):
    """A stretch of an order's time with a budget of its own; its parent is the order.

    A flight has no switch of its own, so its state is ENABLED. `end` is what Amazon says:
    the last second, or the instant after it (`core.domain.flights.span` reads both).
    """

    kind: ClassVar[Kind] = Kind.FLIGHT

    start: datetime
    end: datetime
    budget: Budget
    state: State = State.ENABLED


@dataclass(frozen=True, slots=True, kw_only=True)
class LineItem(Entity):
    """A line item (an ad group of the newer API); its parent is the order.

    `budget` is None where Amazon divides the order's money itself: n/a, not 0.
    """

    kind: ClassVar[Kind] = Kind.LINE_ITEM

    inventory_type: str | None = None
    start: datetime | None = None
    end: datetime | None = None
    bid: Bid | None = None
    budget: Budget | None = None
    caps: tuple[BudgetCap, ...] = ()
    fees: tuple[Fee, ...] = ()
    frequency_caps: tuple[FrequencyCap, ...] = ()
    allocation: Allocation | None = None
    daily_minimum_spend: Decimal | None = None
    bid_strategy: str | None = None
    delivery_profile: str | None = None
    creative_rotation: str | None = None
    viewability_tier: str | None = None
    time_zone_kind: str | None = None
    targeting_tactic: str | None = None
    targeted_deal_id: str | None = None
    delivery_status: DeliveryStatus = DeliveryStatus.UNKNOWN
    delivery_reasons: tuple[str, ...] = ()
    approval: Approval = Approval.UNKNOWN
    comments: str | None = None
    external_id: str | None = None
    created_at: datetime | None = None
    updated_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Creative(Entity):
    """A creative (an ad of the newer API); it belongs to the advertiser."""

    kind: ClassVar[Kind] = Kind.CREATIVE

    creative_type: str | None = None
    size: str | None = None
    language: str | None = None
    approval: Approval = Approval.UNKNOWN
    approval_reasons: tuple[str, ...] = ()
    delivery_status: DeliveryStatus = DeliveryStatus.UNKNOWN
    external_id: str | None = None
    created_at: datetime | None = None
    updated_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class AdAssociation(Entity):
    """A creative on a line item; its parent is the line item."""

    kind: ClassVar[Kind] = Kind.AD_ASSOCIATION

    creative_id: str
    weight: Decimal | None = None
    start: datetime | None = None
    end: datetime | None = None
    approval: Approval = Approval.UNKNOWN
    approval_reasons: tuple[str, ...] = ()
    delivery_status: DeliveryStatus = DeliveryStatus.UNKNOWN
    created_at: datetime | None = None
    updated_at: datetime | None = None


KINDS: dict[Kind, type[Entity]] = {
    entity.kind: entity for entity in (Order, Flight, LineItem, Creative, AdAssociation)
}
