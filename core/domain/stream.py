"""Amazon Marketing Stream as values: its datasets, its records, and how a subscription stands."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from enum import StrEnum

from core.domain.ids import AdvertiserId, OrderId

ZERO = Decimal(0)


class StreamDataset(StrEnum):
    """The datasets of DSP that are subscribed to, by Amazon's names."""

    TRAFFIC = "adsp-traffic"
    CONVERSION = "adsp-conversion"


class StreamState(StrEnum):
    """How a subscription stands with Amazon."""

    ASKED = "asked"  # a person asked for it; Amazon has not been asked yet
    PENDING = "pending"  # Amazon waits for the confirmation that it sent to the queue
    ACTIVE = "active"
    ENDING = "ending"  # a person asked for its end
    ENDED = "ended"
    FAILED = "failed"

    @property
    def takes_records(self) -> bool:
        """Return whether records that arrive are kept: Amazon accepted it, nobody ended it."""
        return self in {StreamState.PENDING, StreamState.ACTIVE}

    @property
    def is_wanted(self) -> bool:
        """Return whether a person wants it, wherever Amazon stands."""
        return self in {StreamState.ASKED, StreamState.PENDING, StreamState.ACTIVE}


@dataclass(frozen=True, slots=True)
class HourFigures:
    """What is known of one hour. Money is in the advertiser's currency.

    `purchases` and `sales` count all products of the brand, as total ROAS does. A record may
    hold negative figures: it takes back what an earlier one told.
    """

    impressions: int = 0
    clicks: int = 0
    cost: Decimal = ZERO
    purchases: int = 0
    sales: Decimal = ZERO

    def __add__(self, other: HourFigures) -> HourFigures:
        return HourFigures(
            self.impressions + other.impressions,
            self.clicks + other.clicks,
            self.cost + other.cost,
            self.purchases + other.purchases,
            self.sales + other.sales,
        )


@dataclass(frozen=True, slots=True)
class HourRecord:
    """One record of the stream. `record_id` is the same however often it is delivered."""

    record_id: str
    dataset: StreamDataset
    advertiser_id: AdvertiserId
    order_id: OrderId
    hour: datetime
    figures: HourFigures = field(default_factory=HourFigures)
