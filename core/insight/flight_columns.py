"""Plan and spend of many flights at once, as columns of whole numbers: exact, and fast.

A flight's budget spreads evenly over its time, so what it should have spent by an instant is
budget × time gone ÷ time in all. `core.domain.flights.planned_by` says so for one flight; the
same figure, to the same millionth, is worked out here for thousands of flights and days.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property

import numpy as np
import numpy.typing as npt

from core.domain.entities import Flight
from core.domain.flights import day_span, local_days, span
from core.domain.periods import ONE_DAY, DateRange

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
    """Flights side by side; every array has one element, or row, a flight."""

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

    @classmethod
    def of(cls, flights: Sequence[RunningFlight]) -> FlightColumns:
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
        """Return, at the end of each day, spend and plan since their starts of the flights that
        run on it, as far as the day is known to be whole.
        """
        numbers = _numbers(days)
        running = (self.first_day[:, None] <= numbers) & (numbers <= self.last_day[:, None])
        known = running & (numbers <= self.firm[:, None]) & chosen[:, None]
        before = np.zeros(len(self.orders), dtype=np.int64)
        early = self.cell_day < numbers[0]
        np.add.at(before, self.cell_flight[early], self.cell_amount[early])
        spent = before[:, None] + np.cumsum(self._spent(days), axis=1)
        planned = self._planned_by(days)[:, 1:]
        return (spent * known).sum(axis=0), (planned * known).sum(axis=0)

    def at_last_firm_day(self, chosen: Flags, end: date) -> tuple[int, int]:
        """Return spend and plan since their starts of the flights that run on `end`, or on their
        advertiser's last whole day when that comes first.
        """
        spent = planned = 0
        lasts = np.minimum(self.firm, end.toordinal())
        for last in np.unique(lasts[chosen]).tolist():
            day = date.fromordinal(last)
            done, should = self.to_date(chosen & (lasts == last), DateRange(day, day))
            spent, planned = spent + int(done[0]), planned + int(should[0])
        return spent, planned

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
        budget = self.budget[:, None]
        # budget × gone would not fit 64 bits: whole units of `total` are taken out first.
        rest = (budget % total) * gone
        planned = (budget // total) * gone + rest // total
        twice = 2 * (rest % total)
        is_up = (twice > total) | ((twice == total) & (planned % 2 == 1))
        whole: Ints = planned + is_up
        return whole

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


def _numbers(days: DateRange) -> Ints:
    return np.arange(days.start.toordinal(), days.end.toordinal() + 1, dtype=np.int64)


def _midnights(zone: str, days: DateRange) -> Ints:
    starts = [int(day_span(day, zone).start.timestamp()) for day in days.days()]
    return _ints([*starts, int(day_span(days.end + ONE_DAY, zone).start.timestamp())])


def _ints(values: Iterable[int]) -> Ints:
    return np.fromiter(values, dtype=np.int64)
