"""One order's money as lines of a document: flights, levels of budget, causes, line items."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from zoneinfo import ZoneInfo

from core.domain.formats import ABSENT
from core.domain.pacing import Pace
from core.insight.order_table import flight_status
from core.insight.pace_book import FlightPace
from core.insight.pacing.causes import Cause
from core.insight.pacing.flights import FlightRow
from core.insight.pacing.limits import Reconciled
from core.insight.pacing.lines import LineFacts
from core.insight.sheets import Sheet
from core.reports.document import Cell, Head, Point, Points, Table
from core.reports.words import amount, share

INFERENCE, CERTAIN = "an inference from what can be seen", "certain, no inference"
_OFF = {"bad", "warn"}


def flight_lines(
    rows: Sequence[FlightRow], looked_at: FlightRow | None, unit: str, zone: str, sheet: Sheet
) -> Table:
    """Return a line a flight, the latest first; the one whose curve is drawn says so."""
    numbers = ("Days left", "Budget", "Spent", "Delivery rate", "Needed a day", "Projected end")
    return Table(
        name="Flights",
        heads=(
            Head("Flight", is_number=False),
            *map(Head, numbers),
            Head("Status", is_number=False),
        ),
        rows=tuple(_flight(row, unit, zone, is_shown=row is looked_at) for row in reversed(rows)),
        sheet=sheet,
    )


def _flight(row: FlightRow, unit: str, zone: str, *, is_shown: bool) -> tuple[Cell, ...]:
    name, days = f"Flight {row.number}", days_words(row, zone)
    if row.paced is None:
        own = Cell(amount(row.flight.budget.amount, unit))
        return (Cell(name, days), Cell(ABSENT), own, *[Cell(ABSENT)] * 4, Cell("not kept"))
    return (Cell(f"{name}, shown" if is_shown else name, days), *_paced(row.paced, unit))


def days_words(row: FlightRow, zone: str) -> str:
    """Return the days of a flight, and what its figures leave out or estimate."""
    tz = ZoneInfo(zone)
    days = f"{row.flight.start.astimezone(tz):%-d %b} – {row.flight.end.astimezone(tz):%-d %b %Y}"
    return "; ".join(filter(None, (days, row.remark)))


def _paced(one: FlightPace, unit: str) -> tuple[Cell, ...]:
    pace, stands = one.pace, flight_status(one.pace)
    return (
        days_left(pace),
        Cell(amount(pace.budget, unit), beside(pace.rolled_over or None, unit, "rolled over")),
        Cell(amount(pace.spent, unit), of_expected(pace)),
        Cell(share(pace.delivery_rate)),
        Cell(amount(pace.needed_per_day, unit), beside(pace.run_rate, unit, "now")),
        Cell(amount(pace.projected, unit), beside(pace.gap, unit, "at its end")),
        Cell(stands.value, tone=stands.tone),
    )


def days_left(pace: Pace) -> Cell:
    """Return the days left of a flight, and how many it ran."""
    return Cell(f"{pace.days_left:.0f}", f"{pace.days_run:.0f} run")


def of_expected(pace: Pace) -> str:
    """Return how much of what is expected by now a flight spent; "" before it has begun."""
    return "" if pace.ratio is None else f"{share(pace.ratio)} of expected"


def beside(value: Decimal | None, unit: str, words: str) -> str:
    """Return an amount with its words, "" where there is none."""
    return "" if value is None else f"{amount(value, unit)} {words}"


def limit_lines(found: Reconciled, unit: str, sheet: Sheet) -> Table:
    """Return a line a level of budget; the one that counts says so."""
    return Table(
        name="Levels of budget",
        heads=(Head("Level", is_number=False), Head(f"Set to, {unit}"), Head(f"Room, {unit}")),
        rows=tuple(
            (
                Cell(one.level.value, "counts" if one is found.counts else one.why),
                Cell(amount(one.amount, unit)),
                Cell(amount(one.room, unit)),
            )
            for one in found.limits
        ),
        sheet=sheet,
    )


def cause_points(told: Sequence[Cause], tone: str) -> Points:
    """Return the likely causes with their evidence, the surest first."""
    return Points(
        items=tuple(
            Point(
                (f"{one.lever.value.capitalize()}. {one.says} ", *one.evidence, f" ({_label(one)})")
            )
            for one in told
        ),
        empty=no_cause(tone),
    )


def no_cause(tone: str) -> str:
    """Return what stands where no cause is told of."""
    if tone in _OFF:
        return "Nothing that can be seen speaks of a cause."
    return "It is on pace: none is looked for."


def _label(cause: Cause) -> str:
    return INFERENCE if cause.is_inference else CERTAIN


def line_lines(
    facts: Sequence[LineFacts],
    spent: Mapping[str, Decimal],
    paced: Mapping[str, FlightPace],
    unit: str,
    sheet: Sheet,
) -> Table:
    """Return a line a line item: what it cost in the flight and in seven days, and how it paces."""
    return Table(
        name="Line items",
        heads=(
            Head("Line item", is_number=False),
            *map(Head, ("Budget", "In this flight", "Seven days", "Paid a thousand")),
            *map(Head, ("Days left", "Needed a day", "Projected end")),
            Head("Caps", is_number=False),
            Head("State", is_number=False),
            Head("Pacing", is_number=False),
        ),
        rows=tuple(_line(fact, spent, paced.get(fact.line.entity_id), unit) for fact in facts),
        totals=(
            Cell(f"All {len(facts)}"),
            Cell(""),
            Cell(amount(sum(spent.values(), Decimal(0)), unit)),
            Cell(amount(sum((fact.week.cost for fact in facts), Decimal(0)), unit)),
            *[Cell("")] * 7,
        ),
        sheet=sheet,
    )


def _line(
    fact: LineFacts, spent: Mapping[str, Decimal], one: FlightPace | None, unit: str
) -> tuple[Cell, ...]:
    line = fact.line
    *days, stands = line_pace(one, unit)
    return (
        Cell(line.name or line.entity_id, line.entity_id),
        line_budget(fact, one, unit),
        Cell(amount(spent.get(line.entity_id, Decimal(0)), unit)),
        Cell(amount(fact.week.cost, unit), f"{amount(fact.before.cost, unit)} before"),
        Cell(amount(fact.week.cpm, unit), bid_words(fact, unit)),
        *days,
        Cell(caps_words(fact, unit)),
        Cell(line.state.value, line.delivery_status.value.replace("_", " "), line_tone(fact)),
        stands,
    )


def line_budget(fact: LineFacts, one: FlightPace | None, unit: str) -> Cell:
    """Return a line item's own budget, and how much of what is expected of it went out."""
    budget = fact.line.budget
    return Cell(
        amount(budget.amount if budget else None, unit), of_expected(one.pace) if one else ""
    )


def line_pace(one: FlightPace | None, unit: str) -> tuple[Cell, Cell, Cell, Cell]:
    """Return days left, need, end and status of a line item that is paced; n/a of another."""
    if one is None:
        return (Cell(ABSENT), Cell(ABSENT), Cell(ABSENT), Cell(ABSENT))
    pace, stands = one.pace, flight_status(one.pace)
    since = f"since {one.known_since:%-d %b}" if one.known_since else ""
    return (
        days_left(pace),
        Cell(amount(pace.needed_per_day, unit), beside(pace.run_rate, unit, "now")),
        Cell(amount(pace.projected, unit), beside(pace.gap, unit, "at its end")),
        Cell(stands.value, since, stands.tone),
    )


def caps_words(fact: LineFacts, unit: str) -> str:
    """Return the caps of a line item in words; "none" without any."""
    caps = [f"{amount(cap.amount, unit)} {cap.period.value}" for cap in fact.line.caps]
    caps += [f"{c.events} ads in {c.span}" for c in fact.line.frequency_caps]
    return ", ".join(caps) or "none"


def line_tone(fact: LineFacts) -> str:
    """Return whether a line item that is on delivers; "" for one that is off."""
    if not fact.is_on:
        return ""
    return "good" if fact.week.impressions else "warn"


def bid_words(fact: LineFacts, unit: str) -> str:
    """Return the bid of a line item in words; "" where none is known."""
    bid = fact.line.bid
    if bid is None:
        return ""
    most = f", at most {amount(bid.maximum_average, unit)}" if bid.maximum_average else ""
    return f"bid {amount(bid.base, unit)}{most}"
