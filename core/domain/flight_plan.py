"""A flight plan that people bring as CSV: flights and budgets of orders that Amazon will not tell.

Columns, in any order, named in the first row: order_id, flight, start, end, budget; currency is
optional. Days are the advertiser's own, both ends included. Every wrong row is said, with its
number and what to do; a plan with a wrong row is not taken at all.
"""

from __future__ import annotations

import csv
import io
from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal, InvalidOperation
from itertools import pairwise
from zoneinfo import ZoneInfo

from core.domain.entities import Budget, Flight
from core.domain.periods import ONE_DAY, DateRange

COLUMNS = ("order_id", "flight", "start", "end", "budget")
OPTIONAL = ("currency",)
ROWS_MAX = 5_000
FAULTS_MAX = 50
_LARGEST = Decimal(10) ** 12


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong with one row. Row 1 holds the names; 0 is the file as a whole."""

    row: int
    sentence: str

    def __str__(self) -> str:
        return f"Row {self.row}: {self.sentence}" if self.row else self.sentence


@dataclass(frozen=True, slots=True)
class PlannedFlight:
    """One row of the plan."""

    row: int
    order_id: str
    name: str
    days: DateRange
    budget: Decimal


@dataclass(frozen=True, slots=True)
class FlightPlan:
    """A plan as read. It may be kept only when it has no faults."""

    flights: tuple[PlannedFlight, ...]
    faults: tuple[Fault, ...]

    @property
    def is_sound(self) -> bool:
        """Return whether the plan can be kept."""
        return not self.faults and bool(self.flights)

    def total(self) -> Decimal:
        """Return the sum of the budgets, for the preview."""
        return sum((flight.budget for flight in self.flights), Decimal(0))


def read_plan(text: str, *, currency: str, known_orders: Collection[str]) -> FlightPlan:
    """Return the plan that a CSV holds, with every fault found, the first fifty.

    `currency` is the advertiser's; a row in another one is a fault. Orders must be known.
    """
    lines = csv.DictReader(io.StringIO(text.removeprefix("\ufeff")), strict=True)
    try:
        names = [(name or "").strip().lower() for name in lines.fieldnames or ()]
        missing = [name for name in COLUMNS if name not in names]
        if missing:
            return _refused(
                f"The first row must name the columns {', '.join(COLUMNS)}; "
                f"missing: {', '.join(missing)}."
            )
        lines.fieldnames = names
        rows = list(lines)
    except csv.Error as error:
        return _refused(f"This is not a CSV file: {error}.")
    if len(rows) > ROWS_MAX:
        return _refused(f"A plan holds at most {ROWS_MAX:,} flights; this one has {len(rows):,}.")
    if not rows:
        return _refused("The file has no flight.")
    return _plan(rows, currency, known_orders)


def flights_of(plan: FlightPlan, advertiser_id: str, zone: str, currency: str) -> list[Flight]:
    """Return the plan's flights as entities; `plan` must be sound."""
    local = ZoneInfo(zone)
    return [
        Flight(
            entity_id=f"plan-{one.order_id}-{one.days.start:%Y%m%d}",
            advertiser_id=advertiser_id,
            parent_id=one.order_id,
            name=one.name,
            start=datetime.combine(one.days.start, time(), tzinfo=local),
            end=datetime.combine(one.days.end + ONE_DAY, time(), tzinfo=local)
            - timedelta(seconds=1),
            budget=Budget(one.budget, currency),
        )
        for one in plan.flights
    ]


def _refused(sentence: str) -> FlightPlan:
    return FlightPlan((), (Fault(0, sentence),))


def _plan(
    rows: Sequence[Mapping[str, str]], currency: str, known_orders: Collection[str]
) -> FlightPlan:
    flights: list[PlannedFlight] = []
    faults: list[Fault] = []
    for number, row in enumerate(rows, start=2):
        found = list(_row_faults(number, row, currency, known_orders))
        faults += found
        if not found:
            flights.append(_flight(number, row))
    faults += _overlaps(flights)
    return FlightPlan(tuple(flights), tuple(sorted(faults, key=lambda f: f.row)[:FAULTS_MAX]))


def _row_faults(
    number: int, row: Mapping[str, str], currency: str, known_orders: Collection[str]
) -> Iterator[Fault]:
    order_id = _cell(row, "order_id")
    if order_id not in known_orders:
        yield Fault(number, f"there is no order {order_id[:40]!r} here. Check the id.")
    start, end = _day(_cell(row, "start")), _day(_cell(row, "end"))
    if start is None or end is None:
        yield Fault(number, "start and end are days like 2026-01-31.")
    elif end < start:
        yield Fault(number, f"it ends ({end}) before it starts ({start}).")
    budget = _amount(_cell(row, "budget"))
    if budget is None:
        yield Fault(number, "the budget is a number above zero, like 12000.00.")
    told = _cell(row, "currency").upper()
    if told and told != currency:
        yield Fault(number, f"it is in {told[:10]}; this advertiser's money is {currency}.")


def _flight(number: int, row: Mapping[str, str]) -> PlannedFlight:
    start, end = _day(_cell(row, "start")), _day(_cell(row, "end"))
    budget = _amount(_cell(row, "budget"))
    assert start is not None
    assert end is not None
    assert budget is not None
    return PlannedFlight(
        number, _cell(row, "order_id"), _cell(row, "flight"), DateRange(start, end), budget
    )


def _overlaps(flights: Sequence[PlannedFlight]) -> Iterator[Fault]:
    by_order: dict[str, list[PlannedFlight]] = defaultdict(list)
    for flight in flights:
        by_order[flight.order_id].append(flight)
    for listed in by_order.values():
        ordered = sorted(listed, key=lambda f: (f.days.start, f.row))
        for earlier, later in pairwise(ordered):
            if later.days.start <= earlier.days.end:
                yield Fault(
                    later.row,
                    f"it overlaps the flight in row {earlier.row} of the same order. "
                    "Flights of one order follow one another.",
                )


def _cell(row: Mapping[str, str], name: str) -> str:
    return str(row.get(name) or "").strip()


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def _amount(text: str) -> Decimal | None:
    try:
        amount = Decimal(text.replace(",", ""))
    except InvalidOperation:
        return None
    return amount if amount.is_finite() and 0 < amount < _LARGEST else None
