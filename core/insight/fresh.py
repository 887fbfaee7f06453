"""Fresh numbers: what Amazon Marketing Stream tells of days that no report has told of yet.

Hours are provisional and stand beside the figures of a period, never in them. A day's hours are
shown as "so far" until a daily report of that day is in the lake; from then on the report stands,
and the hours only say when in the week money is spent.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

from core.domain.columns import Column, Form
from core.domain.metrics import Dataset
from core.domain.periods import ONE_DAY, DateRange
from core.domain.stream import ZERO, HourFigures
from core.insight.audience import Group
from core.insight.desk import Desk
from core.insight.directory import Directory, KnownOrder
from core.insight.pace_book import PaceBook
from core.insight.pace_book import money as budget_money
from core.insight.pacing.lines import costs_between
from core.insight.sheets import Sheet, money
from core.insight.spending import spending
from core.insight.weekdays import NAMES
from core.store.accounts.advertisers import Advertiser
from core.store.schema.words import DayState
from core.store.stream.hours import OrderHour

HOURS = range(24)
WEEKS = 8
_HOUR = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class SoFar:
    """One day of an advertiser, as far as its hours are known and no report tells of it.

    `through` is the local instant at which the last hour told of ended, `updated_at` when a
    record last changed any of them.
    """

    advertiser: Advertiser
    day: date
    is_today: bool
    figures: HourFigures
    through: datetime
    updated_at: datetime
    hours: tuple[OrderHour, ...]

    @property
    def roas(self) -> Decimal | None:
        """Return sales over cost, None without cost."""
        return self.figures.sales / self.figures.cost if self.figures.cost else None

    @property
    def click_rate(self) -> Decimal | None:
        """Return clicks over impressions, None without impressions."""
        shown = self.figures.impressions
        return Decimal(self.figures.clicks) / shown if shown else None


def so_far(desk: Desk, advertiser: Advertiser) -> tuple[SoFar, ...]:
    """Return yesterday and today of an advertiser, each only while no report tells of it.

    Empty without a stream, and at a desk of an earlier moment: hours say nothing of the past.
    """
    if desk.as_of is not None:
        return ()
    zone = ZoneInfo(advertiser.timezone)
    today = desk.now.astimezone(zone).date()
    days = DateRange(today - ONE_DAY, today)
    reported = {
        one.day
        for one in desk.tenant.coverage.days(
            days, Dataset.CAMPAIGN, advertiser_ids=[advertiser.advertiser_id]
        )
        if one.load_id is not None and one.state is not DayState.VANISHED
    }
    by_day: dict[date, list[OrderHour]] = defaultdict(list)
    for hour in desk.tenant.stream_hours.of_days(days, [advertiser.advertiser_id]):
        if hour.day not in reported:
            by_day[hour.day].append(hour)
    return tuple(
        SoFar(
            advertiser,
            day,
            day == today,
            total(one.figures for one in hours),
            (max(one.hour for one in hours) + _HOUR).astimezone(zone),
            max(one.updated_at for one in hours),
            tuple(hours),
        )
        for day, hours in sorted(by_day.items())
    )


def total(figures: Iterable[HourFigures]) -> HourFigures:
    """Return figures added up; zeros for none."""
    return sum(figures, HourFigures())


@dataclass(frozen=True, slots=True)
class HourPattern:
    """When an order's money goes out. Money is in the advertiser's currency, hours are local.

    `cells` is the cost of an hour on an ordinary day, by weekday (0: Monday) and hour, over the
    whole days that the stream has told of (`days` by weekday); a weekday without any has no cell.
    `today` is what was spent by the end of each hour told of today, `usual` the same of an
    ordinary day. `need` is what today must cost to end on budget, None where that is not known,
    and `fees` what its budget bears beside that cost: the stream tells none.
    """

    cells: Mapping[tuple[int, int], Decimal]
    days: Mapping[int, int]
    today: tuple[Decimal, ...]
    usual: tuple[Decimal, ...]
    zone: str
    need: Decimal | None = None
    fees: Decimal = ZERO

    @property
    def needed(self) -> tuple[Decimal, ...]:
        """Return what must be spent by the end of each hour today, were its money to go out as
        that of an ordinary day; empty where either is not known.
        """
        whole = self.usual[-1] if self.usual else ZERO
        if self.need is None or whole <= 0:
            return ()
        return tuple(self.need * spent / whole for spent in self.usual)

    @property
    def highest(self) -> Decimal:
        """Return the cost of the dearest cell; 0 when there is none."""
        return max(self.cells.values(), default=ZERO)

    def depth(self, value: Decimal, deepest: int) -> int:
        """Return how deep a cell is shaded: 0 for nothing spent, `deepest` for the dearest."""
        return max(0, round(deepest * value / self.highest)) if self.highest > 0 else 0


def order_hours(desk: Desk, group: Group, book: PaceBook, known: KnownOrder) -> HourPattern | None:
    """Return when an order spends, and what today needs; None as `hour_pattern`.

    A paused order needs nothing: none is expected of it.
    """
    owner = str(known.order.advertiser_id)
    advertiser = next((a for a in group.advertisers if a.advertiser_id == owner), None)
    found = hour_pattern(desk, advertiser, known.id) if advertiser else None
    if found is None or known.is_paused:
        return found
    today = desk.now.astimezone(ZoneInfo(found.zone)).date()
    whole = book.needed_on(known.id, today, found.zone)
    if whole is None:
        return found
    cost = whole * _cost_share(desk, known, DateRange(today - 7 * WEEKS * ONE_DAY, today))
    return replace(found, need=cost, fees=whole - cost)


def _cost_share(desk: Desk, known: KnownOrder, days: DateRange) -> Decimal:
    """Return how much of what left an order's budget was cost, and no fee; 1 before it spent."""
    consumed = budget_money(spending(desk, {known.id: known}, days).amounts.sum())
    cost = sum(costs_between(desk, known.id, days).values(), ZERO)
    return cost / consumed if consumed else Decimal(1)


def hour_pattern(desk: Desk, advertiser: Advertiser, order_id: str) -> HourPattern | None:
    """Return when an order spends, over eight weeks; None when the stream tells nothing of it,
    and at a desk of an earlier moment.

    The first day told of is left out: the stream began somewhere in it.
    """
    if desk.as_of is not None:
        return None
    now = desk.now.astimezone(ZoneInfo(advertiser.timezone))
    span = DateRange(now.date() - 7 * WEEKS * ONE_DAY, now.date())
    hours = desk.tenant.stream_hours
    told = sorted(hours.days_told(span, advertiser.advertiser_id))
    found = hours.of_days(span, [advertiser.advertiser_id], [order_id])
    if not found:
        return None
    whole = [day for day in told[1:] if day < now.date()]
    return _pattern(found, whole, now, advertiser.timezone)


def _pattern(
    found: Iterable[OrderHour], whole: list[date], now: datetime, zone: str
) -> HourPattern:
    spent: dict[tuple[date, int], Decimal] = defaultdict(lambda: ZERO)
    for one in found:
        spent[one.day, one.hour_of_day] += one.figures.cost
    days: dict[int, int] = defaultdict(int)
    for day in whole:
        days[day.weekday()] += 1
    cells = {
        (weekday, hour): sum(
            (spent.get((d, hour), ZERO) for d in whole if d.weekday() == weekday), ZERO
        )
        / count
        for weekday, count in sorted(days.items())
        for hour in HOURS
    }
    ordinary = [
        sum((spent.get((d, hour), ZERO) for d in whole), ZERO) / len(whole)
        for hour in HOURS
        if whole
    ]
    last = max((hour for day, hour in spent if day == now.date()), default=-1)
    today = [spent.get((now.date(), hour), ZERO) for hour in range(last + 1)]
    return HourPattern(cells, dict(days), _added_up(today), _added_up(ordinary), zone)


def _added_up(amounts: Iterable[Decimal]) -> tuple[Decimal, ...]:
    sums: list[Decimal] = []
    for amount in amounts:
        sums.append((sums[-1] if sums else ZERO) + amount)
    return tuple(sums)


def hour_sheet(found: Iterable[SoFar], orders: Directory) -> Sheet:
    """Return the hours of days so far, a row an hour and order, the oldest first."""
    listed = list(found)
    unit = listed[0].advertiser.currency if listed else ""
    columns = (
        Column("Day", Form.DAY),
        Column("Hour, local", Form.COUNT),
        Column("Order", Form.TEXT),
        Column("Order ID", Form.TEXT),
        Column(f"Spend, {unit}", Form.MONEY, unit),
        Column("Impressions", Form.COUNT),
        Column("Clicks", Form.COUNT),
        Column("Total purchases", Form.COUNT),
        Column(f"Total sales, {unit}", Form.MONEY, unit),
    )
    rows = tuple(
        (
            one.day.isoformat(),
            str(one.hour_of_day),
            orders.orders[one.order_id].order.name if one.order_id in orders.orders else None,
            str(one.order_id),
            f"{money(one.figures.cost, unit):f}",
            str(one.figures.impressions),
            str(one.figures.clicks),
            str(one.figures.purchases),
            f"{money(one.figures.sales, unit):f}",
        )
        for day in listed
        for one in day.hours
    )
    line = "Provisional: hours of Amazon Marketing Stream. Daily reports replace them."
    return Sheet(columns, rows, (line,))


def pattern_sheet(found: HourPattern, currency: str) -> Sheet:
    """Return the cost of each hour of an ordinary day by weekday, a row an hour."""
    weekdays = sorted(found.days)
    columns = (
        Column("Hour, local", Form.COUNT),
        *(Column(f"{NAMES[n]}, {currency}", Form.MONEY, currency) for n in weekdays),
    )
    rows = tuple(
        (str(hour), *(f"{money(found.cells[n, hour], currency):f}" for n in weekdays))
        for hour in HOURS
    )
    days = ", ".join(f"{NAMES[n]} {found.days[n]}" for n in weekdays)
    return Sheet(columns, rows, (f"Mean cost of an hour; days read: {days}",))
