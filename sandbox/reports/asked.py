"""A report request as it was understood."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np

from sandbox.reports.kinds import DAILY, SUMMARY, Kind
from sandbox.world.chance import Counts

WEEKLY, MONTHLY, YEARLY = "WEEKLY", "MONTHLY", "YEARLY"
# What days of one span have in common. Version 3 knows the first two; the unified API all.
_SPANS: dict[str, Callable[[date], object]] = {
    DAILY: lambda day: day,
    SUMMARY: lambda day: None,
    WEEKLY: lambda day: day.isocalendar()[:2],
    MONTHLY: lambda day: (day.year, day.month),
    YEARLY: lambda day: day.year,
}


@dataclass(frozen=True)
class Asked:
    """A valid request for a report; `profile` names the account of a sponsored one."""

    name: str | None
    kind: Kind
    start: date
    end: date
    group_by: tuple[str, ...]
    columns: tuple[str, ...]
    time_unit: str
    format: str
    advertiser_ids: tuple[str, ...]
    configuration: dict[str, Any]
    profile: str = ""

    @property
    def is_daily(self) -> bool:
        return self.time_unit == DAILY

    def spans(self, days: tuple[date, ...]) -> Counts:
        """Return the positions of the days that begin a row's span of time."""
        label = _SPANS[self.time_unit]
        labels = [label(day) for day in days]
        return np.array([n for n, each in enumerate(labels) if n == 0 or each != labels[n - 1]])
