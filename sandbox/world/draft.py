"""What every step of planning needs to know, and the small arithmetic they share."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from math import floor, log10
from zoneinfo import ZoneInfo

import numpy as np

from sandbox.world.blueprint import AdvertiserPlan
from sandbox.world.chance import key, uniform
from sandbox.world.entities import Advertiser

# Days around the anchor in which people change bids, budgets and states.
CHANGES_FROM, CHANGES_TO = -120, 120


@dataclass(frozen=True)
class Draft:
    """Whose book is being written, from which seed, around which day."""

    seed: int
    anchor: date
    advertiser: Advertiser
    plan: AdvertiserPlan

    def day(self, days: int) -> date:
        """Return the day that many days from the anchor."""
        return self.anchor + timedelta(days=days)

    def instant(self, days: int, hour: int = 0, minute: int = 0) -> datetime:
        """Return the instant of a local hour, `days` from the anchor."""
        return local_instant(self.day(days), self.advertiser.zone, hour, minute)

    def days_from_anchor(self, instant: datetime) -> int:
        """Return the local calendar days from the anchor to an instant."""
        return (instant.astimezone(self.advertiser.zone).date() - self.anchor).days

    def money(self, amount: float) -> Decimal:
        """Return an amount rounded to three figures, as people set budgets."""
        places = self.advertiser.minor_units
        step = 10.0 ** max(floor(log10(max(amount, 1.0))) - 2, -places)
        return Decimal(str(round(round(amount / step) * step, places))).quantize(
            Decimal(1).scaleb(-places)
        )

    def change_days(
        self, start: datetime, end: datetime, chance: float, *address: object
    ) -> list[tuple[int, datetime]]:
        """Return the days between start and end on which somebody changed something, and when."""
        first = max(CHANGES_FROM, self.days_from_anchor(start) + 3)
        days = np.arange(first, max(first, min(CHANGES_TO, self.days_from_anchor(end) - 2)))
        chosen = days[uniform(key("change", *address), days) < chance]
        return [
            (int(day), self.instant(int(day), 9 + int(day) % 8, day * 7 % 60)) for day in chosen
        ]


def local_instant(day: date, zone: ZoneInfo, hour: int = 0, minute: int = 0) -> datetime:
    """Return the UTC instant of a wall-clock time in a zone."""
    return datetime.combine(day, time(hour, int(minute)), zone).astimezone(UTC)
