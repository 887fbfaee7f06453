"""Lines over days: spend against plan since the first day shown, and any metric by day."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from core.domain.catalogue import METRICS, answerable, metric
from core.domain.event_calendar import Event
from core.domain.metrics import Dataset, Metric, Pack
from core.domain.periods import DateRange
from core.insight.audience import Audience, Group
from core.insight.calendar import marks_of
from core.insight.desk import Desk
from core.insight.history import Figure, History, history
from core.insight.known_days import settled_after
from core.insight.pace_book import PaceBook, money

DEFAULT = "total_cost"


@dataclass(frozen=True, slots=True)
class Caution:
    """Days whose figures may still change, and the words that name them on a chart."""

    days: DateRange
    word: str


@dataclass(frozen=True, slots=True)
class Trend:
    """A metric by day for a group, with the days it is held against."""

    metric: Metric
    group: Group
    history: History
    cautions: tuple[Caution, ...]
    events: tuple[Event, ...] = ()

    @property
    def figure(self) -> Figure:
        """Return the metric over all of its days."""
        return self.history.figure(self.metric)


@dataclass(frozen=True, slots=True)
class Cumulative:
    """Budget-consuming spend and the even plan, added up from the first day shown.

    `spent` is None on days that are not known; `planned` goes on to the end of the period.
    """

    group: Group
    days: tuple[date, ...]
    spent: tuple[Decimal | None, ...]
    planned: tuple[Decimal, ...]
    cautions: tuple[Caution, ...]
    events: tuple[Event, ...] = ()

    @property
    def has_plan(self) -> bool:
        """Return whether anything was planned for these days."""
        return bool(self.planned) and self.planned[-1] > 0


def choices() -> list[Metric]:
    """Return the metrics that can be drawn by day, in the order of the glossary."""
    return [m for m in METRICS.values() if can_be_drawn(m)]


def can_be_drawn(entry: Metric) -> bool:
    """Return whether the base facts answer the metric day by day."""
    adds_up = entry.is_ratio or entry.additive
    return adds_up and entry.pack is Pack.CORE and answerable(entry.key, Dataset.CAMPAIGN)


def chosen(key: str) -> Metric:
    """Return the metric of an address; total cost where it names none that can be drawn."""
    known = METRICS.get(key)
    return known if known and can_be_drawn(known) else metric(DEFAULT)


def trend(desk: Desk, audience: Audience, group: Group, entry: Metric) -> Trend:
    """Return a metric by day. Raises UserError for one that cannot be drawn."""
    found = history(desk, group, audience.days, (entry,))
    moving = cautions(desk, audience, group, entry)
    return Trend(entry, group, found, moving, marks_of(desk, group))


def cumulative(desk: Desk, audience: Audience, group: Group, book: PaceBook) -> Cumulative:
    """Return spend against plan, added up day by day."""
    columns, shown = book.columns, group.shown
    chosen_flights = columns.chosen(group.orders)
    spent = columns.spend_by_day(chosen_flights, shown, firm_only=False).cumsum().tolist()
    planned = columns.plan_by_day(chosen_flights, shown, firm_only=False).cumsum().tolist()
    days = tuple(shown.days())
    known = [audience.days[a].days for a in group.advertiser_ids]
    return Cumulative(
        group,
        days,
        tuple(
            money(amount) if any(day in held for held in known) else None
            for day, amount in zip(days, spent, strict=True)
        ),
        tuple(money(amount) for amount in planned),
        cautions(desk, audience, group, metric(DEFAULT)),
        marks_of(desk, group),
    )


def cautions(desk: Desk, audience: Audience, group: Group, entry: Metric) -> tuple[Caution, ...]:
    """Return the days shown that may still change for a metric: none, or one stretch of them."""
    lines = desk.tenant.settling.all()
    known = [audience.days[str(a.advertiser_id)] for a in group.advertisers]
    moving: set[date] = set()
    for advertiser, days in zip(group.advertisers, known, strict=True):
        after = settled_after(lines.get(advertiser.advertiser_id, {}), entry)
        moving.update(days.moving(after))
    provisional = {day for days in known for day in days.provisional}
    return moving_days(moving, provisional, group.shown)


def moving_days(
    moving: Iterable[date], provisional: Iterable[date], shown: DateRange
) -> tuple[Caution, ...]:
    """Return the stretch of the days shown that may still change, in words; none without any."""
    first_read = {day for day in provisional if day in shown}
    found = sorted({day for day in moving if day in shown} | first_read)
    if not found:
        return ()
    return (Caution(DateRange(found[0], found[-1]), _caution(found, first_read)),)


def _caution(moving: Sequence[date], provisional: Collection[date]) -> str:
    if not provisional:
        return "unsettled"
    if len(provisional) == len(moving):
        return "provisional"
    last = "last day" if len(provisional) == 1 else f"last {len(provisional)} days"
    return f"unsettled, {last} provisional"
