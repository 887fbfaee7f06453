"""Plan and spend of many flights at once, as columns of whole numbers: exact, and fast.

A flight's budget spreads evenly over its time, so what it plans to have spent by an instant is
budget × time gone ÷ time in all; its pace is held against the same with each day weighing what
its advertiser's days weigh. `core.domain.flights.planned_by` says so for one flight; the same
figures, to the same millionth, are worked out here for thousands of flights and days.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property, lru_cache

import numpy as np
import numpy.typing as npt

from core.domain.entities import Flight
from core.domain.flights import day_span, local_days, span
from core.domain.periods import ONE_DAY, DateRange
from core.domain.spend_shape import EVEN, SpendShape

Ints = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True, kw_only=True)
class RunningFlight:
    """A flight as the columns take it.

    `budget` is the effective one in millionths; `firm` the last day known to be whole; `spent`
    has its budget-consuming cost in millionths by day; `counts` is False where its plan is
    nobody's promise (a paused order).
    """

    flight: Flight
    zone: str
    budget: int
    firm: date
    spent: Mapping[date, int]
    counts: bool = True


@dataclass(frozen=True)
class FlightColumns:
    """Flights side by side; every array has one element, or row, a flight.

    `shapes` say how money falls on the days of an advertiser, evenly where it is not in them.
    """

    orders: tuple[str, ...]
    advertisers: tuple[str, ...]
    zones: tuple[str, ...]
    start: Ints
    end: Ints
    budget: Ints
    first_day: Ints
    last_day: Ints
    firm: Ints
    counts: Flags
    cell_flight: Ints
    cell_day: Ints
    cell_amount: Ints
    shapes: Mapping[str, SpendShape] = field(default_factory=dict)

    @classmethod
    def of(
        cls, flights: Sequence[RunningFlight], shapes: Mapping[str, SpendShape] | None = None
    ) -> FlightColumns:
        """Return the columns of these flights, in the order given."""
        spans = [span(one.flight) for one in flights]
        edges = [local_days(s, one.zone) for s, one in zip(spans, flights, strict=True)]
        cells = [(n, d, a) for n, one in enumerate(flights) for d, a in one.spent.items()]
        return cls(
            orders=tuple(str(one.flight.parent_id) for one in flights),
            advertisers=tuple(one.flight.advertiser_id for one in flights),
            zones=tuple(one.zone for one in flights),
            start=_ints(int(s.start.timestamp()) for s in spans),
            end=_ints(int(s.end.timestamp()) for s in spans),
            budget=_ints(one.budget for one in flights),
            first_day=_ints(first.toordinal() for first, _ in edges),
            last_day=_ints(last.toordinal() for _, last in edges),
            firm=_ints(one.firm.toordinal() for one in flights),
            counts=np.array([one.counts for one in flights], dtype=np.bool_),
            cell_flight=_ints(n for n, _, _ in cells),
            cell_day=_ints(day.toordinal() for _, day, _ in cells),
            cell_amount=_ints(amount for _, _, amount in cells),
            shapes=shapes or {},
        )

    def chosen(self, order_ids: Iterable[str]) -> Flags:
        """Return which flights belong to these orders and count."""
        wanted = frozenset(order_ids)
        return self.counts & np.array([o in wanted for o in self.orders], dtype=np.bool_)

    def of_advertiser(self, advertiser_id: str) -> Flags:
        """Return which flights are an advertiser's."""
        return np.array([a == advertiser_id for a in self.advertisers], dtype=np.bool_)

    def only(self, chosen: Flags) -> FlightColumns:
        """Return the columns of the chosen flights alone."""
        kept = np.flatnonzero(chosen)
        place = np.full(len(self.orders), -1, dtype=np.int64)
        place[kept] = np.arange(len(kept))
        cells = place[self.cell_flight] >= 0
        arrays = ("start", "end", "budget", "first_day", "last_day", "firm", "counts")
        return FlightColumns(
            orders=tuple(self.orders[n] for n in kept.tolist()),
            advertisers=tuple(self.advertisers[n] for n in kept.tolist()),
            zones=tuple(self.zones[n] for n in kept.tolist()),
            **{name: getattr(self, name)[kept] for name in arrays},
            cell_flight=place[self.cell_flight[cells]],
            cell_day=self.cell_day[cells],
            cell_amount=self.cell_amount[cells],
            shapes=self.shapes,
        )

    def by_order(
        self, advertiser_ids: Collection[str], days: DateRange
    ) -> dict[str, tuple[int, int]]:
        """Return plan and spend over the whole days of `days` of each order of these advertisers
        that was planned for them.
        """
        firm = _numbers(days) <= self.firm[:, None]
        planned = (np.diff(self._planned_by(days), axis=1) * firm).sum(axis=1).tolist()
        spent = (self._spent(days) * firm).sum(axis=1).tolist()
        found: dict[str, tuple[int, int]] = {}
        for n, (order_id, advertiser) in enumerate(zip(self.orders, self.advertisers, strict=True)):
            if advertiser in advertiser_ids and (planned[n] or spent[n]):
                plan, done = found.get(order_id, (0, 0))
                found[order_id] = (plan + planned[n], done + spent[n])
        return found

    def plan_by_day(self, chosen: Flags, days: DateRange, *, firm_only: bool) -> Ints:
        """Return the planned money of each day; with `firm_only`, of days known to be whole."""
        planned = np.diff(self._planned_by(days), axis=1)
        return self._by_day(planned, chosen, days, firm_only=firm_only)

    def spend_by_day(self, chosen: Flags, days: DateRange, *, firm_only: bool) -> Ints:
        """Return what the flights took out of their budgets on each day, as `plan_by_day`."""
        return self._by_day(self._spent(days), chosen, days, firm_only=firm_only)

    def to_date(self, chosen: Flags, days: DateRange) -> tuple[Ints, Ints]:
        """Return, at the end of each day, what the flights that run on it have spent since their
        starts and should have spent by their shapes, as far as the day is known to be whole.
        """
        spent, due = self._to_date(days)
        return (spent * chosen[:, None]).sum(axis=0), (due * chosen[:, None]).sum(axis=0)

    def at_last_firm_day(self, chosen: Flags, end: date) -> dict[str, tuple[int, int]]:
        """Return the same, by order, of the flights that run on `end`, or on their advertiser's
        last whole day when that comes first.
        """
        found: dict[str, tuple[int, int]] = {}
        lasts = np.minimum(self.firm, end.toordinal())
        running = chosen & (self.first_day <= lasts) & (lasts <= self.last_day)
        for last in np.unique(lasts[running]).tolist():
            day = date.fromordinal(last)
            spent, due = self._to_date(DateRange(day, day))
            for n in np.flatnonzero(running & (lasts == last)).tolist():
                done, should = found.get(self.orders[n], (0, 0))
                found[self.orders[n]] = (done + int(spent[n, 0]), should + int(due[n, 0]))
        return found

    def _to_date(self, days: DateRange) -> tuple[Ints, Ints]:
        """Return spent and due of each flight at the end of each day: 0 where it does not run."""
        numbers = _numbers(days)
        running = (self.first_day[:, None] <= numbers) & (numbers <= self.last_day[:, None])
        known = running & (numbers <= self.firm[:, None])
        before = np.zeros(len(self.orders), dtype=np.int64)
        early = self.cell_day < numbers[0]
        np.add.at(before, self.cell_flight[early], self.cell_amount[early])
        spent = before[:, None] + np.cumsum(self._spent(days), axis=1)
        return spent * known, self._due_by(days)[:, 1:] * known

    def left_out(self, order_ids: Iterable[str], days: DateRange) -> frozenset[str]:
        """Return which of these orders have flights in the days that do not count."""
        wanted = frozenset(order_ids)
        touching = (self.first_day <= days.end.toordinal()) & (
            self.last_day >= days.start.toordinal()
        )
        idle = np.flatnonzero(~self.counts & touching).tolist()
        return frozenset(self.orders[place] for place in idle if self.orders[place] in wanted)

    @cached_property
    def _zone_numbers(self) -> tuple[tuple[str, ...], Ints]:
        zones = tuple(dict.fromkeys(self.zones))
        return zones, _ints(zones.index(zone) for zone in self.zones)

    def _planned_by(self, days: DateRange) -> Ints:
        """Return the plan of each flight by each midnight from the first day's to the last's."""
        zones, number = self._zone_numbers
        if not zones:
            return np.zeros((0, days.length + 1), dtype=np.int64)
        midnights = np.stack([_midnights(zone, days) for zone in zones])[number]
        total = np.maximum(self.end - self.start, 1)[:, None]
        gone = np.clip(midnights - self.start[:, None], 0, total)
        return _part(self.budget[:, None], gone, total)

    @cached_property
    def _calendars(self) -> Mapping[tuple[str, str], list[int]]:
        """Return the flights whose days weigh the same: those of one advertiser in one zone."""
        found: dict[tuple[str, str], list[int]] = defaultdict(list)
        for n, calendar in enumerate(zip(self.advertisers, self.zones, strict=True)):
            found[calendar].append(n)
        return found

    def _due_by(self, days: DateRange) -> Ints:
        """Return the plan as `_planned_by`, each day weighing what its advertiser's days weigh."""
        due = np.zeros((len(self.orders), days.length + 1), dtype=np.int64)
        for (advertiser, zone), rows in self._calendars.items():
            first, last = int(self.first_day[rows].min()), int(self.last_day[rows].max())
            clock = _clock(zone, self.shapes.get(advertiser, EVEN), first, last)
            start, end = self.start[rows][:, None], self.end[rows][:, None]
            begun = clock.at(start)
            total = np.maximum(clock.at(end) - begun, 1)
            gone = clock.at(np.clip(_midnights(zone, days), start, end)) - begun
            due[rows] = _part(self.budget[rows][:, None], gone, total)
        return due

    def _spent(self, days: DateRange) -> Ints:
        first = days.start.toordinal()
        inside = (self.cell_day >= first) & (self.cell_day <= days.end.toordinal())
        spent = np.zeros((len(self.orders), days.length), dtype=np.int64)
        places = (self.cell_flight[inside], self.cell_day[inside] - first)
        np.add.at(spent, places, self.cell_amount[inside])
        return spent

    def _by_day(self, values: Ints, chosen: Flags, days: DateRange, *, firm_only: bool) -> Ints:
        shown = np.broadcast_to(chosen[:, None], values.shape)
        if firm_only:
            shown = shown & (_numbers(days) <= self.firm[:, None])
        sums: Ints = (values * shown).sum(axis=0)
        return sums


@dataclass(frozen=True, slots=True)
class _Clock:
    """Weighted time: it passes the faster, the more a day weighs.

    `midnights` begin the days and end the last, `passed` is the weighted time up to each of them,
    and a second of a day counts its one of `weights`.
    """

    midnights: Ints
    passed: Ints
    weights: Ints

    def at(self, instants: Ints) -> Ints:
        """Return the weighted time that has passed by instants within its days."""
        place = np.searchsorted(self.midnights, instants, side="right") - 1
        place = np.clip(place, 0, len(self.weights) - 1)
        time: Ints = self.passed[place] + (instants - self.midnights[place]) * self.weights[place]
        return time


@lru_cache(maxsize=512)
def _clock(zone: str, shape: SpendShape, first: int, last: int) -> _Clock:
    days = DateRange(date.fromordinal(first), date.fromordinal(last))
    midnights = _midnights(zone, days)
    weights = _ints(shape.weight(day) for day in days.days())
    passed = np.concatenate([[0], np.cumsum(np.diff(midnights) * weights)])
    return _Clock(midnights, passed, weights)


def _part(budget: Ints, gone: Ints, total: Ints) -> Ints:
    """Return budget × gone ÷ total, halves to the even: to the last unit, within 64 bits.

    What `total` goes into is taken out first, and the rest divided in two steps of 20 bits: right
    while `total` is below 3 × 10¹², nearly a century of weighted seconds.
    """
    rest = budget % total
    high, left = np.divmod(rest * (gone >> _BITS), total)
    low, left = np.divmod((left << _BITS) + rest * (gone & _LOW), total)
    part = budget // total * gone + (high << _BITS) + low
    is_up = (2 * left > total) | ((2 * left == total) & (part % 2 == 1))
    whole: Ints = part + is_up
    return whole


_BITS = 20
_LOW = (1 << _BITS) - 1


def _numbers(days: DateRange) -> Ints:
    return np.arange(days.start.toordinal(), days.end.toordinal() + 1, dtype=np.int64)


def _midnights(zone: str, days: DateRange) -> Ints:
    starts = [int(day_span(day, zone).start.timestamp()) for day in days.days()]
    return _ints([*starts, int(day_span(days.end + ONE_DAY, zone).start.timestamp())])


def _ints(values: Iterable[int]) -> Ints:
    return np.fromiter(values, dtype=np.int64)
