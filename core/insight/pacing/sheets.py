"""The tables of Pacing as files: the board, an order's flights, its limits and its line items."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from decimal import ROUND_HALF_EVEN, Context, Decimal

from core.domain.columns import Column, Form
from core.insight.order_table import flight_status
from core.insight.pace_book import FlightPace
from core.insight.pacing.board import Board, BoardRow
from core.insight.pacing.causes import Cause
from core.insight.pacing.flights import FlightRow
from core.insight.pacing.limits import Reconciled
from core.insight.pacing.lines import LineFacts
from core.insight.sheets import Sheet, money

Cells = tuple[str | None, ...]
_TEN_DIGITS = Context(prec=10, rounding=ROUND_HALF_EVEN)
_INFERRED = "Likely causes are inferences: Amazon tells nothing of the bids that were missed."


def board_sheet(
    board: Board, rows: Iterable[BoardRow], causes: Mapping[str, Sequence[Cause]]
) -> Sheet:
    """Return the board, a row an order, in the order given."""
    unit = board.group.currency
    columns = (
        *map(Column, ("Order", "Order ID", "Advertiser", "Advertiser ID")),
        Column("Ends", Form.INSTANT),
        Column("Days run", Form.NUMBER),
        Column("Days left", Form.NUMBER),
        *_money_columns(unit, "Budget", "Rolled over", "Spent", "Expected by now"),
        Column("Of expected", Form.RATE),
        Column("Delivery rate by Amazon's formula", Form.RATE),
        *_money_columns(unit, "Needed a day", "Run rate a day", "Projected end",
                        "Projected less budget", "At stake"),
        *map(Column, ("Plan known", "Likely cause", "Evidence", "Status")),
    )  # fmt: skip
    told = tuple(_board_cells(row, unit, causes.get(row.order_id, ())) for row in rows)
    return Sheet(columns, told, (_INFERRED,))


def _board_cells(row: BoardRow, unit: str, causes: Sequence[Cause]) -> Cells:
    a = row.amounts
    return (
        row.name,
        row.order_id,
        row.advertiser,
        row.advertiser_id,
        row.ends.isoformat(),
        _days(row.days_run),
        _days(row.days_left),
        *(_money(v, unit) for v in (a.budget, a.rolled_over, a.spent, a.planned)),
        _rate(a.ratio),
        _rate(row.delivery_rate),
        *(_money(v, unit) for v in (a.needed, a.rate, a.projected if a.judged else None, a.gap)),
        _money(a.stake if a.judged else None, unit),
        row.plan.value,
        "; ".join(cause.lever for cause in causes) or None,
        " ".join(cause.proof for cause in causes) or None,
        row.status.value,
    )


def flight_sheet(rows: Iterable[FlightRow], unit: str) -> Sheet:
    """Return an order's flights, oldest first; cells of flights that are not kept are empty."""
    columns = (
        Column("Flight"),
        Column("Flight ID"),
        Column("Starts", Form.INSTANT),
        Column("Ends", Form.INSTANT),
        Column("Days run", Form.NUMBER),
        Column("Days left", Form.NUMBER),
        *_money_columns(unit, "Own budget", "Rolled over", "Budget", "Spent", "Expected by now",
                        "Needed a day", "Run rate a day", "Projected end", "Projected less budget"),
        Column("Of expected", Form.RATE),
        Column("Status"),
        Column("Remark"),
    )  # fmt: skip
    return Sheet(columns, tuple(_flight_cells(row, unit) for row in rows))


def _flight_cells(row: FlightRow, unit: str) -> Cells:
    flight, pace = row.flight, row.paced.pace if row.paced else None
    amounts = (
        (pace.rolled_over, pace.budget, pace.spent, pace.planned, pace.needed_per_day,
         pace.run_rate, pace.projected, pace.gap)
        if pace
        else (None,) * 8
    )  # fmt: skip
    return (
        f"{row.number}",
        flight.entity_id,
        flight.start.isoformat(),
        flight.end.isoformat(),
        _days(pace.days_run) if pace else None,
        _days(pace.days_left) if pace else None,
        _money(flight.budget.amount, unit),
        *(_money(amount, unit) for amount in amounts),
        _rate(pace.ratio if pace else None),
        flight_status(pace).value if pace else "not kept",
        row.remark or None,
    )


def limit_sheet(found: Reconciled, unit: str) -> Sheet:
    """Return the levels of budget, and which of them counts."""
    columns = (
        Column("Level"), *_money_columns(unit, "Set to", "Room until the end"), Column("Counts"),
        Column("Remark"),
    )  # fmt: skip
    rows = tuple(
        (
            one.level.value,
            _money(one.amount, unit),
            _money(one.room, unit),
            "yes" if one is found.counts else "no",
            one.why or None,
        )
        for one in found.limits
    )
    return Sheet(columns, rows)


def line_sheet(
    facts: Iterable[LineFacts],
    spent: Mapping[str, Decimal],
    paced: Mapping[str, FlightPace],
    unit: str,
) -> Sheet:
    """Return an order's line items with what each cost in the flight, pays, and how it paces where
    it has a budget and dates of its own."""
    columns = (
        *map(Column, ("Line item", "Line item ID", "State", "Amazon says")),
        *_money_columns(unit, "Budget", "Cost in flight", "Cost in seven days",
                        "Cost in the seven before", "Paid a thousand", "Base bid",
                        "Maximum average bid"),
        Column("Starts", Form.INSTANT),
        Column("Ends", Form.INSTANT),
        Column("Days run", Form.NUMBER),
        Column("Days left", Form.NUMBER),
        *_money_columns(unit, "Spent of the budget", "Expected by now", "Needed a day",
                        "Run rate a day", "Projected end", "Projected less budget"),
        Column("Of expected", Form.RATE),
        Column("Delivery rate by Amazon's formula", Form.RATE),
        Column("Pacing"),
        Column("Pacing since", Form.DAY),
    )  # fmt: skip
    rows = tuple(
        (*_line_cells(fact, spent, unit), *_line_pace(fact, paced.get(fact.line.entity_id), unit))
        for fact in facts
    )
    return Sheet(columns, rows)


def _line_pace(fact: LineFacts, one: FlightPace | None, unit: str) -> Cells:
    start, end = fact.line.start, fact.line.end
    dates = (start.isoformat() if start else None, end.isoformat() if end else None)
    if one is None:
        return (*dates, *[None] * 12)
    pace = one.pace
    amounts = (pace.spent, pace.planned, pace.needed_per_day, pace.run_rate, pace.projected,
               pace.gap)  # fmt: skip
    return (
        *dates,
        _days(pace.days_run),
        _days(pace.days_left),
        *(_money(value, unit) for value in amounts),
        _rate(pace.ratio),
        _rate(pace.delivery_rate),
        flight_status(pace).value,
        one.known_since.isoformat() if one.known_since else None,
    )


def _line_cells(fact: LineFacts, spent: Mapping[str, Decimal], unit: str) -> Cells:
    line, bid = fact.line, fact.line.bid
    return (
        line.name,
        line.entity_id,
        line.state.value,
        line.delivery_status.value.replace("_", " "),
        _money(line.budget.amount if line.budget else None, unit),
        _money(spent.get(line.entity_id, Decimal(0)), unit),
        _money(fact.week.cost, unit),
        _money(fact.before.cost, unit),
        _money(fact.week.cpm, unit),
        _money(bid.base if bid else None, unit),
        _money(bid.maximum_average if bid else None, unit),
    )


def _money_columns(unit: str, *titles: str) -> list[Column]:
    return [Column(f"{title}, {unit}", Form.MONEY, unit) for title in titles]


def _money(amount: Decimal | None, unit: str) -> str | None:
    exact = money(amount, unit)
    return None if exact is None else f"{exact:f}"


def _rate(value: Decimal | None) -> str | None:
    return None if value is None else f"{value.normalize(_TEN_DIGITS):f}"


def _days(value: Decimal) -> str:
    return f"{value.quantize(Decimal('0.01')).normalize():f}"
