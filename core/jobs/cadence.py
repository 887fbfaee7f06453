"""When each report is read again: the slots of an advertiser's local day.

The base facts are read twice a day: three days early, for the morning, and thirty-one after noon,
when yesterday is whole and corrections have come in. At weekends the early reading gives way to
days of about 45, 60 and 90 days of age, which are so read once more each fortnight. Cuts are read
once, reach by named windows, and reports that know no days once a week.

Source: Amazon Ads API documentation, Reporting v3 (31 days a request, 95 days kept; one or two
requests an advertiser, type and day).
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import date, time, timedelta
from itertools import chain

from core.amazon.reports.v1_specs import DAYS_KEPT
from core.domain.metrics import Dataset
from core.domain.periods import ONE_DAY, DateRange
from core.domain.requests import Reason

HISTORY_DAYS = 94
"""How far back reports are read: Amazon keeps 95 days, and the last one may end while we ask."""

CUTS = ("inventory", "site", "geo", "tech", "audience", "product")
BY_DAY = ("campaign", *CUTS)

COMPARED_DAYS = 7
COMPARED_AGE = 32
"""A comparison is of days that the daily readings have left behind: nothing moves them any more,
so that what differs there is not one reading being younger than the other."""
_SATURDAY, _SUNDAY = 5, 6


@dataclass(frozen=True, slots=True)
class Slot:
    """One reading that a local day calls for: what, which days, not before which local time.

    `spread` minutes are added, differing from advertiser to advertiser.
    """

    spec: str
    dataset: Dataset
    days: DateRange
    at: time
    reason: Reason = Reason.DAILY
    window: str = ""
    spread: int = 60


def slots(today: date, linked_on: date) -> list[Slot]:
    """Return the slots of an advertiser's local day, the base facts' first.

    `linked_on` is the local day on which the advertiser was chosen.
    """
    return list(chain(_campaign(today), _cuts(today), _reach(today, linked_on), _weekly(today)))


def history(today: date, dataset: Dataset) -> DateRange | None:
    """Return the days that can still be fetched, None for a table that is not filled back."""
    if dataset in _NOT_FILLED_BACK:
        return None
    return DateRange(today - HISTORY_DAYS * ONE_DAY, today - ONE_DAY)


def older_history(today: date) -> DateRange:
    """Return the days that the unified reports alone can still be asked for."""
    return DateRange(today - (DAYS_KEPT - 1) * ONE_DAY, today - (HISTORY_DAYS + 1) * ONE_DAY)


def comparable(today: date, known: Collection[date]) -> DateRange | None:
    """Return the week of known days to compare two generations by, None while there is none.

    It is the youngest that no daily reading moves any more. Younger days are not compared: a
    correction between the two readings would look like a difference, and be believed for days.
    """
    settled = [day for day in known if HISTORY_DAYS >= (today - day).days >= COMPARED_AGE]
    if not settled:
        return None
    last = max(settled)
    return DateRange(last - (COMPARED_DAYS - 1) * ONE_DAY, last)


_NOT_FILLED_BACK = frozenset({Dataset.REACH, Dataset.AUDIO_VIDEO, Dataset.BID_ADJUSTMENT})


def _last(today: date, days: int) -> DateRange:
    return DateRange(today - days * ONE_DAY, today - ONE_DAY)


def _aged(today: date, youngest: int) -> DateRange:
    """Return fourteen days, the youngest of which is `youngest` days old."""
    end = today - youngest * ONE_DAY
    return DateRange(end - 13 * ONE_DAY, end)


def _campaign(today: date) -> Iterator[Slot]:
    older = _older(today)
    if older is None:
        yield Slot("campaign", Dataset.CAMPAIGN, _last(today, 3), time(6))
    else:
        yield Slot("campaign", Dataset.CAMPAIGN, older, time(6), Reason.SETTLE)
    yield Slot("campaign", Dataset.CAMPAIGN, _last(today, 31), time(12, 30), spread=30)


def _older(today: date) -> DateRange | None:
    """Return the older days that this day re-reads: each is met once a fortnight and age."""
    fortnight = (today.toordinal() - 1) // 7 % 2  # whole weeks, whatever the year's count
    youngest = {(_SATURDAY, 0): 45, (_SUNDAY, 0): 60, (_SATURDAY, 1): 80}
    age = youngest.get((today.weekday(), fortnight))
    return None if age is None else _aged(today, age)


def _cuts(today: date) -> Iterator[Slot]:
    days = _last(today, 31 if today.weekday() == _SUNDAY else 7)
    for minutes, name in enumerate(CUTS):
        yield Slot(name, Dataset(name), days, time(7, 10 * minutes), spread=150)


_REACH_BY_WEEKDAY = {
    0: ("reach-advertiser", 7),
    1: ("reach-advertiser", 30),
    2: ("reach-order", 7),
    3: ("reach-order", 30),
    4: ("reach-supply", 7),
    5: ("reach-supply", 30),
    6: ("reach-advertiser", 14),
}
_REACH_OF_MONTH = {3: "reach-advertiser", 4: "reach-order", 5: "reach-supply"}
PROBE_WINDOWS = (7, 14, 31)
PROBE_SPEC = "reach-order"  # whose reach column is documented to look back for six months


def _reach(today: date, linked_on: date) -> Iterator[Slot]:
    """Yield two readings of reach: of yesterday alone and of one longer window.

    The first two days after linking compare windows that end on one day: the probe of what
    Amazon's reach column is about (`core.jobs.probes`).
    """
    since = (today - linked_on).days
    if since in (0, 1):
        end = linked_on - ONE_DAY
        for days in PROBE_WINDOWS[:2] if since == 0 else PROBE_WINDOWS[2:]:
            window = DateRange(end - (days - 1) * ONE_DAY, end)
            yield _window(PROBE_SPEC, window, f"{days}d")
        if since == 0:
            return
    yield _window("reach-advertiser", _last(today, 1), "1d")
    if since == 1:
        return
    month = _REACH_OF_MONTH.get(today.day) or _REACH_OF_MONTH.get(since + 1)
    if month:
        end = today.replace(day=1) - ONE_DAY
        yield _window(month, DateRange(end.replace(day=1), end), "month")
    else:
        name, days = _REACH_BY_WEEKDAY[today.weekday()]
        yield _window(name, _last(today, days), f"{days}d")


def _window(spec: str, days: DateRange, window: str) -> Slot:
    return Slot(spec, Dataset.REACH, days, time(9), window=window, spread=120)


def _weekly(today: date) -> Iterator[Slot]:
    if today.weekday() == 0:
        yield Slot("bid-adjustment", Dataset.BID_ADJUSTMENT, _last(today, 31), time(8, 30))
    if today.weekday() == 1:
        yield Slot("audio-video", Dataset.AUDIO_VIDEO, _last(today, 30), time(8, 30), window="30d")


def spread_of(advertiser_id: str, slot: Slot) -> timedelta:
    """Return by how much a slot is put off for one advertiser: the same each day."""
    minutes = max(1, slot.spread)
    mixed = int.from_bytes(f"{advertiser_id}/{slot.spec}".encode()) * 2654435761 >> 7
    return timedelta(minutes=mixed % minutes)
