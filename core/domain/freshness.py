"""How far a day's figures can be trusted, and how their age is told."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from enum import StrEnum
from zoneinfo import ZoneInfo

from core.domain.periods import ONE_DAY

EQUAL_READS_NEEDED = 2
SETTLE_TOLERANCE = Decimal("0.005")  # a change of half a percent is noise
TRAFFIC_SETTLES_AFTER = 3  # days: Amazon's traffic checks take up to 72 hours
CONVERSIONS_SETTLE_AFTER = 14  # days: the attribution window
_NOON = time(12)


def firm_at(day: date, zone: str) -> datetime:
    """Return the instant from which a reading of `day` is no longer provisional.

    It is noon of the following day in the advertiser's zone.
    """
    noon = datetime.combine(day + ONE_DAY, _NOON, tzinfo=ZoneInfo(zone))
    return noon.astimezone(UTC)


def is_provisional(day: date, zone: str, generated_at: datetime, equal_reads: int) -> bool:
    """Return whether a day may still be part of a day: it raises no stop or pacing alarm.

    `generated_at` is when Amazon built the report that the figures are from, `equal_reads` how
    many readings in a row said the same.
    """
    return equal_reads < EQUAL_READS_NEEDED and generated_at < firm_at(day, zone)


def age_in_days(day: date, zone: str, generated_at: datetime) -> int:
    """Return how many local days after `day` the report was built; 0 on the day itself."""
    return (generated_at.astimezone(ZoneInfo(zone)).date() - day).days


@dataclass(frozen=True, slots=True)
class Change:
    """One revision seen: how old the day was, and by which share its figure moved (signed)."""

    age_days: int
    share: Decimal


@dataclass(frozen=True, slots=True)
class Settling:
    """What revisions have taught: after how many days a figure stands.

    `observed_days` says on how many days that rests, `largest_change` is the largest share that
    moved at or after the line.
    """

    settled_after_days: int
    observed_days: int
    largest_change: Decimal


def settling(
    changes: Iterable[Change],
    observed_days: int,
    assumed: int,
    *,
    needed_days: int = 14,
    tolerance: Decimal = SETTLE_TOLERANCE,
) -> Settling:
    """Return the age from which no revision above `tolerance` was seen.

    With fewer than `needed_days` days observed it is never below `assumed`: having seen little
    is not having seen that nothing moves.
    """
    seen = list(changes)
    moved = [change.age_days for change in seen if abs(change.share) > tolerance]
    learnt = max(moved) + 1 if moved else 0
    line = max(learnt, assumed) if observed_days < needed_days else learnt
    later = (abs(change.share) for change in seen if change.age_days >= line)
    return Settling(line, observed_days, max(later, default=Decimal(0)))


class Cell(StrEnum):
    """One day of one table in the coverage calendar."""

    MISSING = "missing"
    PRESENT = "present"  # stored; not known when such a day settles
    PROVISIONAL = "provisional"
    UNSETTLED = "unsettled"
    SETTLED = "settled"
    QUARANTINED = "quarantined"

    @property
    def meaning(self) -> str:
        """Return what the calendar says about such a day."""
        return _MEANINGS[self]


_MEANINGS = {
    Cell.MISSING: "never fetched",
    Cell.PRESENT: "stored",
    Cell.PROVISIONAL: "stored, but perhaps not yet a whole day",
    Cell.UNSETTLED: "stored, still being corrected by Amazon",
    Cell.SETTLED: "stored, no longer moving",
    Cell.QUARANTINED: "a new file looked wrong and was set aside; what was known before stays",
}


@dataclass(frozen=True, slots=True)
class Reading:
    """What is stored about a day: `state` is present, quarantined or vanished."""

    state: str
    generated_at: datetime
    equal_reads: int = 1


def cell(reading: Reading | None, day: date, zone: str, settled_after: int | None) -> Cell:
    """Return how the coverage calendar shows a day; `settled_after` None means not known."""
    if reading is None:
        return Cell.MISSING
    if reading.state != "present":
        return Cell.QUARANTINED
    if is_provisional(day, zone, reading.generated_at, reading.equal_reads):
        return Cell.PROVISIONAL
    if settled_after is None:
        return Cell.PRESENT
    is_old = age_in_days(day, zone, reading.generated_at) >= settled_after
    return Cell.SETTLED if is_old else Cell.UNSETTLED


def age_phrase(then: datetime, now: datetime) -> str:
    """Return an age as people say it: just now, 35 min ago, 5 h ago, 3 days ago."""
    minutes = int(max(timedelta(0), now - then).total_seconds()) // 60
    if minutes < 1:
        return "just now"
    if minutes < 90:
        return f"{minutes} min ago"
    hours = round(minutes / 60)
    if hours < 48:
        return f"{hours} h ago"
    return f"{round(hours / 24)} days ago"


@dataclass(frozen=True, slots=True)
class DataThrough:
    """The pieces of the line that stands over every screen; `str()` puts them together."""

    day: str
    zone: str
    age: str
    cautions: tuple[str, ...]

    def __str__(self) -> str:
        pieces = (f"Data through {self.day} ({self.zone})", self.age, *self.cautions)
        return ", ".join(piece for piece in pieces if piece) + "."


def data_through(
    through: date,
    zone: str,
    generated_at: datetime,
    now: datetime,
    *,
    provisional_days: int = 0,
    unsettled_days: int = 0,
) -> DataThrough:
    """Return the line about the data shown: last day, zone, age, and what still moves.

    The age is that of Amazon's report and not of our download.
    """
    this_year = now.astimezone(ZoneInfo(zone)).year
    day = f"{through:%-d %b}" if through.year == this_year else f"{through:%-d %b %Y}"
    cautions = (
        _last_days(provisional_days, "provisional"),
        _last_days(unsettled_days, "unsettled"),
    )
    age = f"fetched {age_phrase(generated_at, now)}"
    return DataThrough(day, zone, age, tuple(words for words in cautions if words))


def _last_days(count: int, word: str) -> str:
    if not count:
        return ""
    return f"last day {word}" if count == 1 else f"last {count} days {word}"
