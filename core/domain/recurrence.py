"""When a schedule runs next, in its own zone, whatever the clocks do.

Rules are written as people say them:

    every 15 min            every 2 h
    daily 06:30             weekly mon,thu 07:00
    monthly 1 07:00         monthly last 07:00         first business day 08:00

A local time that a clock change skips runs as many hours after midnight as it says (02:30
becomes 03:30); one that comes twice runs the first time only. "every" counts from midnight UTC
of 1 January 1970 and is untouched by clock changes. A month without the day runs on its last
one. Business days are Monday to Friday; public holidays are not known.
"""

from __future__ import annotations

import calendar
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from core.domain.periods import ONE_DAY
from core.errors import UserError

EACH_MAX = 100
LATE_AFTER = timedelta(minutes=15)
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_LAST_DAY = 31
_FARTHEST = 64  # days: more than two months hold a run of every rule
_SATURDAY = 5


class CatchUp(StrEnum):
    """What becomes of runs that were missed while nothing was running."""

    ONCE = "once"  # one run stands for all that were missed
    SKIP = "skip"  # missed runs are dropped, the next one comes at its time
    EACH = "each"  # every missed run is made up for, the newest 100


@dataclass(frozen=True, slots=True)
class Every:
    """A run every so often, by elapsed time."""

    interval: timedelta

    def next_after(self, zone: ZoneInfo, instant: datetime) -> datetime:
        """Return the first run after the instant."""
        return self.latest_until(zone, instant) + self.interval

    def latest_until(self, zone: ZoneInfo, instant: datetime) -> datetime:
        """Return the last run at or before the instant."""
        return instant.astimezone(UTC) - (instant - _EPOCH) % self.interval


@dataclass(frozen=True, slots=True)
class OnDays:
    """A run at one local time on the days that `falls_on` picks."""

    at: time
    falls_on: Callable[[date], bool]

    def next_after(self, zone: ZoneInfo, instant: datetime) -> datetime:
        """Return the first run after the instant."""
        today = instant.astimezone(zone).date()
        days = (today + i * ONE_DAY for i in range(-1, _FARTHEST))
        return next(run for run in self._runs(zone, days) if run > instant)

    def latest_until(self, zone: ZoneInfo, instant: datetime) -> datetime:
        """Return the last run at or before the instant."""
        today = instant.astimezone(zone).date()
        days = (today - i * ONE_DAY for i in range(-1, _FARTHEST))
        return next(run for run in self._runs(zone, days) if run <= instant)

    def _runs(self, zone: ZoneInfo, days: Iterator[date]) -> Iterator[datetime]:
        # fold=0 is the earlier offset: it moves skipped times on, and takes the first of two.
        return (
            datetime.combine(day, self.at, tzinfo=zone).astimezone(UTC)
            for day in days
            if self.falls_on(day)
        )


Rule = Every | OnDays


def parse(rule: str) -> Rule:
    """Return the rule that the words mean. Raises UserError with an example otherwise."""
    words = " ".join(rule.lower().split())
    for pattern, build in _FORMS:
        if found := pattern.fullmatch(words):
            return build(*found.groups())
    raise UserError(
        f"The schedule {rule!r} is not understood. Write it like 'daily 06:30', "
        "'weekly mon,thu 07:00', 'monthly 1 07:00', 'first business day 08:00' or 'every 15 min'."
    )


def next_after(rule: str, zone: str, instant: datetime) -> datetime:
    """Return the first run after an instant, as a UTC instant.

    Raises UserError for a rule or a zone that is not understood.
    """
    return parse(rule).next_after(zone_of(zone), instant)


def due_runs(
    rule: str,
    zone: str,
    last: datetime,
    now: datetime,
    policy: CatchUp,
    *,
    late_after: timedelta = LATE_AFTER,
) -> list[datetime]:
    """Return the runs that are due now, oldest first, given the last one that was made.

    ONCE gives the latest alone, SKIP the latest if it is not `late_after` old, EACH all of them
    up to the newest 100. Empty when none has come since `last`.
    """
    known, local = parse(rule), zone_of(zone)
    latest = known.latest_until(local, now)
    if latest <= last:
        return []
    if policy is CatchUp.ONCE:
        return [latest]
    if policy is CatchUp.SKIP:
        return [latest] if now - latest < late_after else []
    runs = [latest]
    while len(runs) < EACH_MAX:
        earlier = known.latest_until(local, runs[-1] - timedelta(seconds=1))
        if earlier <= last:
            break
        runs.append(earlier)
    return runs[::-1]


def zone_of(name: str) -> ZoneInfo:
    """Return a time zone by its name. Raises UserError for one that there is not."""
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise UserError(f"There is no time zone {name!r}; write it like 'Europe/Berlin'.") from None


def _every(count: str, unit: str) -> Rule:
    interval = timedelta(minutes=int(count)) if unit == "min" else timedelta(hours=int(count))
    if not timedelta(minutes=1) <= interval <= timedelta(days=1):
        raise UserError("A schedule may run from every 1 min to every 24 h.")
    return Every(interval)


def _daily(at: str) -> Rule:
    return OnDays(_time(at), lambda day: True)


def _weekly(names: str, at: str) -> Rule:
    wanted = {_WEEKDAYS.index(name) for name in names.split(",")}
    return OnDays(_time(at), lambda day: day.weekday() in wanted)


def _monthly(number: str, at: str) -> Rule:
    wanted = _LAST_DAY if number == "last" else int(number)
    if not 1 <= wanted <= _LAST_DAY:
        raise UserError("A month has days 1 to 31; write 'last' for its last one.")
    return OnDays(_time(at), lambda day: day.day == min(wanted, _days_of_month(day)))


def _first_business_day(at: str) -> Rule:
    return OnDays(_time(at), _is_first_business_day)


def _is_first_business_day(day: date) -> bool:
    earlier = (day.replace(day=number) for number in range(1, day.day))
    return day.weekday() < _SATURDAY and all(d.weekday() >= _SATURDAY for d in earlier)


def _days_of_month(day: date) -> int:
    return calendar.monthrange(day.year, day.month)[1]


def _time(at: str) -> time:
    try:
        return time.fromisoformat(at.zfill(5))
    except ValueError:
        raise UserError(f"{at!r} is not a time of day; write it like 06:30.") from None


_DAY = "(?:mon|tue|wed|thu|fri|sat|sun)"
_AT = r"(\d{1,2}:\d{2})"
_FORMS: tuple[tuple[re.Pattern[str], Callable[..., Rule]], ...] = (
    (re.compile(r"every (\d{1,4}) (min|h)"), _every),
    (re.compile(rf"daily {_AT}"), _daily),
    (re.compile(rf"weekly ({_DAY}(?:,{_DAY})*) {_AT}"), _weekly),
    (re.compile(rf"monthly (\d{{1,2}}|last) {_AT}"), _monthly),
    (re.compile(rf"first business day {_AT}"), _first_business_day),
)
