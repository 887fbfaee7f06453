"""Days, ranges and comparisons. A day is the advertiser's own; ranges include both ends."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from core.errors import UserError

ONE_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True, order=True)
class DateRange:
    """Days from `start` to `end`, both included."""

    start: date
    end: date

    def __post_init__(self) -> None:
        if self.end < self.start:
            raise UserError(f"The range ends ({self.end}) before it starts ({self.start}).")

    @property
    def length(self) -> int:
        """Return how many days the range holds."""
        return (self.end - self.start).days + 1

    def days(self) -> Iterator[date]:
        """Yield each day, oldest first."""
        return (self.start + i * ONE_DAY for i in range(self.length))

    def __contains__(self, day: date) -> bool:
        return self.start <= day <= self.end

    def intersection(self, other: DateRange) -> DateRange | None:
        """Return the days in both, or None when there are none."""
        start, end = max(self.start, other.start), min(self.end, other.end)
        return DateRange(start, end) if start <= end else None

    def chunks(self, days: int) -> list[DateRange]:
        """Return consecutive pieces of at most `days` days, newest first."""
        pieces = []
        end = self.end
        while end >= self.start:
            start = max(self.start, end - (days - 1) * ONE_DAY)
            pieces.append(DateRange(start, end))
            end = start - ONE_DAY
        return pieces

    def __str__(self) -> str:
        if self.start == self.end:
            return f"{self.start:%-d %b %Y}"
        if self.start.year == self.end.year:
            return f"{self.start:%-d %b} – {self.end:%-d %b %Y}"
        return f"{self.start:%-d %b %Y} – {self.end:%-d %b %Y}"


class Preset(StrEnum):
    """Named ranges. Every one ends yesterday in the advertiser's zone: today is never whole."""

    YESTERDAY = "yesterday"
    LAST_7 = "7d"
    LAST_14 = "14d"
    LAST_30 = "30d"
    LAST_90 = "90d"
    MONTH_TO_DATE = "mtd"
    LAST_MONTH = "last-month"
    QUARTER_TO_DATE = "qtd"
    YEAR_TO_DATE = "ytd"

    @property
    def begins(self) -> str:
        """Return what a to-date range is the beginning of: month, quarter, year; else ""."""
        return _TO_DATE.get(self, "")


_TO_DATE = {
    Preset.MONTH_TO_DATE: "month",
    Preset.QUARTER_TO_DATE: "quarter",
    Preset.YEAR_TO_DATE: "year",
}
_LAST_N = {
    Preset.YESTERDAY: 1,
    Preset.LAST_7: 7,
    Preset.LAST_14: 14,
    Preset.LAST_30: 30,
    Preset.LAST_90: 90,
}


class Comparison(StrEnum):
    """What a period is held against; always of equal length."""

    PREVIOUS_PERIOD = "previous"
    PREVIOUS_YEAR = "year"
    NONE = "none"


Against = Comparison | date
"""What a period is held against: one of the named ones, or as many days from a day on."""


def yesterday(now: datetime, zone: str) -> date:
    """Return the last whole day in `zone` (an IANA name) at the instant `now`."""
    return now.astimezone(ZoneInfo(zone)).date() - ONE_DAY


def preset_range(preset: Preset, last_day: date) -> DateRange:
    """Return the days of `preset` when the last whole day is `last_day`.

    A to-date range on the first day of its month, quarter or year holds the one before:
    the whole of it, since yesterday belongs there.
    """
    if preset in _LAST_N:
        return DateRange(last_day - (_LAST_N[preset] - 1) * ONE_DAY, last_day)
    if preset is Preset.MONTH_TO_DATE:
        return DateRange(last_day.replace(day=1), last_day)
    if preset is Preset.QUARTER_TO_DATE:
        first_month = 3 * ((last_day.month - 1) // 3) + 1
        return DateRange(last_day.replace(month=first_month, day=1), last_day)
    if preset is Preset.YEAR_TO_DATE:
        return DateRange(last_day.replace(month=1, day=1), last_day)
    today = last_day + ONE_DAY
    end = today.replace(day=1) - ONE_DAY
    return DateRange(end.replace(day=1), end)


def compared_range(
    period: DateRange, comparison: Against, preset: Preset | None = None
) -> DateRange | None:
    """Return the range `period` is held against, of equal length, or None for none: nothing is
    held against itself.

    The previous period is the days right before; where `period` is a to-date `preset`, as many
    days of the month, quarter or year before, from its first on: its last days where it has fewer.
    The previous year is 364 days back, so that weekdays fall on weekdays.
    """
    if comparison in {Comparison.NONE, period.start}:
        return None
    if isinstance(comparison, date):
        return DateRange(comparison, comparison + (period.length - 1) * ONE_DAY)
    if comparison is Comparison.PREVIOUS_YEAR:
        back = timedelta(days=364)
        return DateRange(period.start - back, period.end - back)
    further, end = (period.length - 1) * ONE_DAY, period.start - ONE_DAY
    if preset and preset.begins:
        end = min(end, preset_range(preset, end).start + further)
    return DateRange(end - further, end)
