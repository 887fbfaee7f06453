"""How often people saw an order's ads in a week, and how often they may."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from core.domain.entities import FrequencyCap
from core.domain.metrics import Dataset
from core.domain.periods import ONE_DAY, DateRange
from core.insight.audience import Audience
from core.insight.desk import Desk
from core.insight.pacing.board import BoardRow
from core.lake.question import Among, Question

WEEK = timedelta(days=6)
LOOKED_BACK_DAYS = 7
"""Windows of reach are asked for once a day; so far back one is taken as the present."""

_CROWDED = Decimal("0.5")
_HOURS = {"MINUTES": Decimal(1) / 60, "HOURS": Decimal(1), "DAYS": Decimal(24),
          "WEEKS": Decimal(168), "MONTHS": Decimal(720), "LIFETIME": Decimal(8760)}  # fmt: skip
_WEEK_HOURS = 168


@dataclass(frozen=True, slots=True)
class Frequency:
    """Amazon's own average frequency of an order over a window of seven days."""

    average: Decimal
    days: DateRange

    @property
    def crowded_from(self) -> Decimal:
        """Return from which share of the cap on an average means that many have reached it.

        Frequencies are skewed: most people see few ads, so an average of half the cap already
        means that those who are seen most often are at it.
        """
        return _CROWDED


def allowed_in_a_week(cap: FrequencyCap) -> Decimal:
    """Return how many ads a cap lets one person see in seven days; at least its own number."""
    hours = _HOURS.get(cap.unit.upper(), Decimal(24)) * max(cap.count, 1)
    return cap.events * max(Decimal(1), _WEEK_HOURS / hours)


def frequencies(desk: Desk, audience: Audience, rows: Sequence[BoardRow]) -> dict[str, Frequency]:
    """Return the latest known weekly frequency of each order; absent where Amazon told none."""
    by_last: dict[date, set[str]] = defaultdict(set)
    for row in rows:
        last = audience.days[row.advertiser_id].through
        if last is not None:
            by_last[last].add(row.order_id)
    found: dict[str, Frequency] = {}
    for last, orders in by_last.items():
        for back in range(LOOKED_BACK_DAYS):
            missing = frozenset(orders - found.keys())
            if missing:
                found |= _window(desk, missing, last - back * ONE_DAY)
    return found


def _window(desk: Desk, orders: frozenset[str], last: date) -> dict[str, Frequency]:
    days = DateRange(last - WEEK, last)
    question = Question(
        Dataset.REACH, ("frequency",), days, by=("advertiser_id", "order_id"),
        where=(Among("order_id", orders),),
    )  # fmt: skip
    rows = desk.reader.ask(question).table.to_pylist()
    return {
        row["order_id"]: Frequency(Decimal(str(row["frequency"])), days)
        for row in rows
        if row["frequency"]
    }
