"""When each report is read again: the slots of an advertiser's local day.

The base facts are read twice a day: three days early, for the morning, and thirty-one after noon,
when yesterday is whole and corrections have come in. That is all that their report type allows a
day, so what else it answers takes the place of the early reading: on Saturdays days of about 45, 60
and 90 days of age, which are so read once more each, and on Sundays the reach of orders. Cuts are
read once, reach by named windows, and reports that know no days once a week.

Source: Amazon Ads API documentation, Reporting v3 (31 days a request, 95 days kept; one or two
requests an advertiser, type and day).
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from itertools import chain
from zoneinfo import ZoneInfo

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
_MONDAY, _SATURDAY, _SUNDAY = 0, 5, 6


@dataclass(frozen=True, slots=True)
class Slot:
    """One reading that a local day calls for: what, which days, not before which local time.

    `spread` minutes are added, differing from advertiser to advertiser. One that `gives_way` is
    left out where its report type's requests are wanted for days that are missing.
    """

    spec: str
    dataset: Dataset
    days: DateRange
    at: time
    reason: Reason = Reason.DAILY
    window: str = ""
    spread: int = 60
    gives_way: bool = False

    def due_at(self, advertiser_id: str, today: date, zone: ZoneInfo) -> datetime:
        """Return when an advertiser's reading is due on its local day."""
        local = datetime.combine(today, self.at, tzinfo=zone)
        return local + spread_of(advertiser_id, self)


def slots(today: date, linked_on: date) -> list[Slot]:
    """Return the slots of an advertiser's local day, the base facts' first.

    `linked_on` is the local day on which the advertiser was chosen.
    """
    base = _campaign(today, linked_on)
    return list(chain(base, _cuts(today), _reach(today, linked_on), _weekly(today)))


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


def _campaign(today: date, linked_on: date) -> Iterator[Slot]:
    early = Slot("campaign", Dataset.CAMPAIGN, _last(today, 3), time(6))
    first = _reach_of_orders(today, linked_on) or _older(today) or early
    yield replace(first, gives_way=True)
    yield Slot("campaign", Dataset.CAMPAIGN, _last(today, 31), time(12, 30), spread=30)


def _fortnight(today: date) -> int:
    """Return 0 and 1 in turn, a week each: whole weeks, whatever the year's count."""
    return (today.toordinal() - 1) // 7 % 2


def _older(today: date) -> Slot | None:
    """Return the reading of older days: each fortnight 28 and 14 of them, so that each day is
    met at about 45, 60 and 90 days of age."""
    if today.weekday() != _SATURDAY:
        return None
    youngest, count = ((45, 28), (80, 14))[_fortnight(today)]
    end = today - youngest * ONE_DAY
    days = DateRange(end - (count - 1) * ONE_DAY, end)
    return Slot("campaign", Dataset.CAMPAIGN, days, time(6), Reason.SETTLE)


PROBE_WINDOWS = (7, 31, 14)
PROBE_SPEC = "reach-order"  # whose reach column is documented to look back for six months


def _reach_of_orders(today: date, linked_on: date) -> Slot | None:
    """Return the reading of the orders' reach, which is of the base facts' report type.

    The first days after linking compare windows that end on one day: the probe of what Amazon's
    reach column is about (`core.jobs.probes`). Then it is a month when it is over, and one of two
    windows on Sundays.
    """
    since = (today - linked_on).days
    if 1 <= since <= len(PROBE_WINDOWS):
        days = PROBE_WINDOWS[since - 1]
        return _window(PROBE_SPEC, _last(linked_on, days), f"{days}d")
    is_first_monday = today.weekday() == _MONDAY and 3 <= today.day < 10
    if is_first_monday or since == len(PROBE_WINDOWS) + 1:
        return _window("reach-order", _month_before(today), "month")
    if today.weekday() == _SUNDAY:
        days = (30, 7)[_fortnight(today)]
        return _window("reach-order", _last(today, days), f"{days}d")
    return None


def _cuts(today: date) -> Iterator[Slot]:
    days = _last(today, 31 if today.weekday() == _SUNDAY else 7)
    for minutes, name in enumerate(CUTS):
        yield Slot(
            name,
            Dataset(name),
            days,
            time(7, 10 * minutes),
            spread=150,
            gives_way=name == "site",  # of one report type with inventory, whose reading is firm
        )


_REACH_BY_WEEKDAY = {
    0: ("reach-advertiser", 7),
    1: ("reach-advertiser", 30),
    2: ("reach-supply", 7),
    3: ("reach-supply", 30),
    4: ("reach-advertiser", 7),
    5: ("reach-advertiser", 30),
    6: ("reach-advertiser", 14),
}
_REACH_OF_MONTH = {3: "reach-advertiser", 5: "reach-supply"}


def _reach(today: date, linked_on: date) -> Iterator[Slot]:
    """Yield two readings of reach: of yesterday alone and of one longer window."""
    yield _window("reach-advertiser", _last(today, 1), "1d")
    since = (today - linked_on).days
    month = _REACH_OF_MONTH.get(today.day) or _REACH_OF_MONTH.get(since + 1)
    if month:
        yield _window(month, _month_before(today), "month")
    else:
        name, days = _REACH_BY_WEEKDAY[today.weekday()]
        yield _window(name, _last(today, days), f"{days}d")


def _month_before(today: date) -> DateRange:
    end = today.replace(day=1) - ONE_DAY
    return DateRange(end.replace(day=1), end)


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


def next_local_day(now: datetime, zone: str) -> datetime:
    """Return ten minutes past the next midnight in `zone`: when the ledger is new."""
    local = now.astimezone(ZoneInfo(zone))
    midnight = datetime.combine(local.date() + ONE_DAY, time(0, 10), tzinfo=ZoneInfo(zone))
    return midnight.astimezone(now.tzinfo)
