"""How a scenario is written down: advertisers and orders relative to an anchor day.

A scenario is a short text; `planning` turns it into orders, flights, line items and creatives.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum

from sandbox.world.entities import Traits
from sandbox.world.rates import Stage


class Trouble(StrEnum):
    """Something that goes wrong on purpose, so that a product has something true to find."""

    BID_TOO_LOW = "a bid was cut and delivery fell"
    BUDGET_RAISED = "a budget was raised and delivery ran ahead"
    DEAD_LINE_ITEM = "a line item never delivered"
    STOPPED = "delivery stopped two days ago"
    CREATIVE_REJECTED = "a creative was rejected three days ago"
    OUT_OF_BUDGET = "the money was gone before the end"
    PAUSED = "everything is paused"


class Rollover(StrEnum):
    """What happens to money that a flight did not spend."""

    NONE = "NO_ROLLOVER"
    PRIOR = "PRIOR_BUDGET_ROLLOVER"
    CUMULATIVE = "CUMULATIVE_BUDGET_ROLLOVER"


@dataclass(frozen=True)
class OrderPlan:
    """One order; days count from the anchor, `per_day` is money in the seat's currency.

    An order for a shopping event ("prime" or "cyber") runs around the nearest one instead: a
    flight before it, one with a multiple of the money on its days, one after. Somebody touches a
    `touched` order around the anchor: a bid and a budget that evening, a pause the next morning.
    """

    label: str
    stage: Stage
    mixes: tuple[str, ...]
    starts: int
    ends: int
    per_day: float
    flight_days: int = 30
    rollover: Rollover = Rollover.NONE
    allocation: str = "MANUAL"
    agency_fee: float = 0.0
    trouble: Trouble | None = None
    event: str = ""
    touched: bool = False
    first_hour: int = 0
    flights_share_a_day: bool = False
    daily_cap: bool = False
    third_party_fees: bool = False
    name: str = ""
    line_names: tuple[str, ...] = ()
    creative_names: tuple[str, ...] = ()


@dataclass(frozen=True)
class AdvertiserPlan:
    """One advertiser: who it is and which orders it runs."""

    slug: str
    name: str
    seat: str
    timezone: str
    brand: str
    goods: tuple[str, ...]
    category: str
    traits: Traits
    orders: tuple[OrderPlan, ...]
    language: str = "en"
    url: str = ""


@dataclass(frozen=True)
class SeatPlan:
    """One DSP seat."""

    slug: str
    name: str
    region: str
    country: str
    currency: str
    timezone: str
    marketplace_id: str


@dataclass(frozen=True)
class ManagerPlan:
    """A manager account; its links to DSP advertisers are read-only."""

    name: str
    region: str
    advertisers: tuple[str, ...]
    seats: tuple[str, ...] = ()
    accounts: tuple[str, ...] = ()


@dataclass(frozen=True)
class SponsoredPlan:
    """A seller's or vendor's account for sponsored ads, or Amazon Attribution; it has no DSP."""

    slug: str
    name: str
    kind: str
    region: str
    country: str
    currency: str
    timezone: str
    marketplace_id: str
    per_day: float
    sub_type: str = ""


@dataclass(frozen=True)
class UserPlan:
    """An Amazon user who can be chosen on the consent page."""

    slug: str
    name: str
    email: str
    story: str
    seats: tuple[str, ...] = ()
    managers: tuple[ManagerPlan, ...] = ()
    sponsored: tuple[str, ...] = ()
    grant_hours: float | None = None


@dataclass(frozen=True)
class Scenario:
    """A whole world, written down."""

    seats: tuple[SeatPlan, ...]
    advertisers: tuple[AdvertiserPlan, ...]
    sponsored: tuple[SponsoredPlan, ...]
    users: tuple[UserPlan, ...] = field(default=())
