"""What the way of a report is decided by: waits, ends of patience, halves. Pure functions."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from core.amazon.http import Duplicate, Unauthorized
from core.amazon.reports.download import AddressExpired
from core.amazon.reports.port import ColumnsRefused, says_too_large
from core.amazon.retry_policy import Backoff
from core.config import Settings
from core.domain.periods import ONE_DAY, DateRange
from core.domain.requests import Reason, RequestState
from core.errors import (
    AppError,
    BadReport,
    NeedsReconnect,
    NotFound,
    Refused,
    Throttled,
    Upstream,
)
from core.store.ingest.requests import PlannedRequest, ReportRequest

# How often a report that failed is asked for in all, and a step that failed is taken in a row.
ASKED_MAX = 3
STUMBLES_MAX = 8
UNPLANNED_AFTER = timedelta(hours=24)
SECOND_READING_AFTER = timedelta(hours=1)
DUPLICATE_WAIT = timedelta(minutes=10)
AFTER_STUMBLE = Backoff(base_seconds=30.0, cap_seconds=1800.0)

# These wait for tomorrow's ledger; a reading of the day is simply planned anew tomorrow.
PATIENT = frozenset({Reason.BACKFILL, Reason.HALVED, Reason.SECOND_READING, Reason.SETTLE})


class Fate(StrEnum):
    """What an error means for a report under way."""

    PAUSE = "pause"  # Amazon asks for time; no attempt is counted
    LATER = "later"  # an unnamed duplicate is in work: it will be named, or done
    WITHOUT = "without"  # ask again without the columns that were refused
    HALVE = "halve"
    ASK_ANEW = "ask anew"
    SIGN_ANEW = "sign anew"  # only the address of the file has ended
    STUMBLE = "stumble"  # take the same step again, some times
    CANCEL = "cancel"  # the way to Amazon is closed
    FAIL = "fail"
    RAISE = "raise"  # none of a report's business


def fate_of(error: AppError, state: RequestState) -> Fate:
    """Return what becomes of a report in `state` that met `error`."""
    for kind, fate in _FATES:
        if isinstance(error, kind):
            return fate
    if isinstance(error, Refused):
        if says_too_large(str(error)):
            return Fate.HALVE
        is_followed = state in (RequestState.REQUESTED, RequestState.BUILDING)
        return Fate.ASK_ANEW if error.status == 404 and is_followed else Fate.FAIL
    return Fate.STUMBLE if isinstance(error, Upstream) else Fate.RAISE


# The narrower kind first: several are kinds of Upstream or of Refused.
_FATES: tuple[tuple[type[AppError], Fate], ...] = (
    (Throttled, Fate.PAUSE),
    (Duplicate, Fate.LATER),
    (AddressExpired, Fate.SIGN_ANEW),
    (ColumnsRefused, Fate.WITHOUT),
    (Unauthorized, Fate.STUMBLE),  # seen to pass by itself while a report is polled
    (NeedsReconnect, Fate.CANCEL),
    (NotFound, Fate.CANCEL),
    (BadReport, Fate.FAIL),
)


@dataclass(frozen=True, slots=True)
class Polling:
    """How a report in work is looked at: first after a while, then less and less often."""

    first: timedelta
    longest: timedelta
    give_up_after: timedelta

    @classmethod
    def of(cls, settings: Settings) -> Polling:
        """Return the polling that the settings ask for."""
        return cls(
            timedelta(seconds=settings.report_poll_first_seconds),
            timedelta(seconds=settings.report_poll_max_seconds),
            timedelta(hours=settings.report_give_up_hours),
        )

    def wait(self, polls: int, jitter: Callable[[], float]) -> timedelta:
        """Return the wait after `polls` looks (0: after asking): 2, 4, 8… minutes by default,
        up to a tenth longer so that reports asked for together are not looked at together."""
        doubled = self.first * 2.0 ** min(polls, 20)
        return min(doubled, self.longest) * (1 + jitter() / 10)

    def is_hopeless(self, request: ReportRequest, now: datetime) -> bool:
        """Return whether Amazon has had long enough to build it."""
        since = request.requested_at
        return since is not None and now - since >= self.give_up_after


def stumble_wait(attempts: int, jitter: Callable[[], float]) -> timedelta:
    """Return the wait after a step that failed for the `attempts`th time."""
    return timedelta(seconds=AFTER_STUMBLE.wait(attempts - 1, jitter))


def halves(request: ReportRequest, now: datetime) -> list[PlannedRequest]:
    """Return the two requests that ask for what was too large at once, days before advertisers.

    Empty when there is nothing left to halve: one day of one advertiser.
    """
    days, advertisers = request.days, list(request.advertiser_ids)
    if days.length > 1:
        middle = days.start + (days.length // 2 - 1) * ONE_DAY
        pieces = (DateRange(days.start, middle), DateRange(middle + ONE_DAY, days.end))
        return [again(request, Reason.HALVED, advertisers, piece, now) for piece in pieces]
    if len(advertisers) > 1:
        cut = len(advertisers) // 2
        return [
            again(request, Reason.HALVED, part, days, now)
            for part in (advertisers[:cut], advertisers[cut:])
        ]
    return []


def second_reading(
    request: ReportRequest, advertisers: Sequence[str], days: DateRange, now: datetime
) -> PlannedRequest:
    """Return the request that reads doubted days once more, an hour later."""
    run_at = now + SECOND_READING_AFTER
    return again(request, Reason.SECOND_READING, advertisers, days, run_at)


def again(
    request: ReportRequest,
    reason: Reason,
    advertisers: Sequence[str],
    days: DateRange,
    run_at: datetime,
) -> PlannedRequest:
    """Return a request like another one, for some of its advertisers and days."""
    return PlannedRequest(
        connection_id=request.connection_id,
        region=request.region,
        adapter=request.adapter,
        mode=request.mode,
        header_value=request.header_value,
        dataset=request.dataset,
        spec=request.spec,
        window=request.window,
        advertiser_ids=list(advertisers),
        days=days,
        reason=reason,
        run_at=run_at,
        parent_id=request.id,
    )
