"""Tables as columns and rows of plain values: what a file of a table holds.

A column's title is the screen's, with its unit; figures are exact and without signs or letters,
rates as fractions. What is not known is an empty cell, never 0.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import ROUND_HALF_UP, Context, Decimal
from typing import Generic, TypeVar

from core.domain.catalogue import METRICS
from core.domain.columns import Column, Form
from core.domain.comparisons import Difference
from core.domain.event_calendar import Event
from core.domain.metrics import Metric, Unit
from core.domain.money import minor_units
from core.insight.attention import Item
from core.insight.audience import Audience, Group
from core.insight.changes import Change
from core.insight.coverage_calendar import Strip
from core.insight.order_table import OrderRow
from core.insight.portfolio_row import PortfolioRow
from core.store.ingest.comparisons import Comparison

T = TypeVar("T")
Value = str | int | Decimal | date | datetime | None

_TEN_DIGITS = Context(prec=10)


@dataclass(frozen=True, slots=True)
class Sheet:
    """A table ready to be written: columns, and rows of text in step with them (None: empty).

    `lines` stand above the rows and say what the table is about.
    """

    columns: tuple[Column, ...]
    rows: tuple[tuple[str | None, ...], ...]
    lines: tuple[str, ...] = ()

    @property
    def titles(self) -> tuple[str, ...]:
        """Return the headings, in order."""
        return tuple(column.title for column in self.columns)

    @property
    def numbers(self) -> frozenset[str]:
        """Return the headings of the columns that hold numbers."""
        return frozenset(column.title for column in self.columns if column.form.is_number)


@dataclass(frozen=True, slots=True)
class _Column(Generic[T]):
    title: str
    read: Callable[[T], Value]
    form: Form = Form.TEXT
    currency: str = ""
    meaning: str = ""


def _sheet(columns: Sequence[_Column[T]], rows: Iterable[T], lines: Sequence[str] = ()) -> Sheet:
    return Sheet(
        tuple(Column(c.title, c.form, c.currency, c.meaning) for c in columns),
        tuple(tuple(_written(column.read(row)) for column in columns) for row in rows),
        tuple(lines),
    )


def _written(value: Value) -> str | None:
    if value is None:
        return None
    if isinstance(value, Decimal):
        return f"{value:f}"
    return value.isoformat() if isinstance(value, date | datetime) else str(value)


def money(amount: Decimal | int | None, currency: str) -> Decimal | None:
    """Return an amount at its currency's decimals, as the screens show it."""
    if amount is None:
        return None
    return Decimal(amount).quantize(Decimal(1).scaleb(-minor_units(currency)), ROUND_HALF_UP)


def order_sheet(audience: Audience, group: Group, rows: Iterable[OrderRow]) -> Sheet:
    """Return the orders table, a row an order, in the order given."""
    unit = group.currency

    def amount(title: str, read: Callable[[OrderRow], Decimal | int | None]) -> _Column[OrderRow]:
        return _Column(f"{title}, {unit}", lambda row: money(read(row), unit), Form.MONEY, unit)

    columns: list[_Column[OrderRow]] = [
        _Column("Order", lambda row: row.name),
        _Column("Order ID", lambda row: row.order_id),
        _Column("Advertiser", lambda row: row.advertiser),
        _Column("Stage", lambda row: row.stage.stage.value),
        _Column("Stage known", lambda row: row.stage.origin.value),
        amount("Spend", lambda row: row.spend),
        amount("Spend compared", lambda row: row.spend_before),
        _Column("Change of spend", lambda row: _short(row.spend_change), Form.RATE),
        amount("Plan", lambda row: row.planned),
        _Column("Of plan", lambda row: _short(row.of_plan), Form.RATE),
        _Column("Pacing", lambda row: _short(row.pacing), Form.RATE),
        amount("Projected less budget at its end", lambda row: row.gap),
        _Column("KPI", lambda row: row.kpi.name),
        _Column("KPI value", lambda row: _short(row.kpi_value), Form.NUMBER),
        _Column("KPI compared", lambda row: _short(row.kpi_before), Form.NUMBER),
        _Column("KPI goal", lambda row: _short(row.kpi_target), Form.NUMBER),
        _Column("Goal", lambda row: row.goal.value),
        _Column("Status", lambda row: row.status.value),
    ]
    return _sheet(columns, rows, period_lines(group))


def portfolio_sheet(rows: Iterable[PortfolioRow]) -> Sheet:
    """Return the portfolio, a row an advertiser; amounts in the currency that the row names."""
    listed = list(rows)

    def amount(
        title: str, read: Callable[[PortfolioRow], Decimal | int | None]
    ) -> _Column[PortfolioRow]:
        return _Column(title, lambda row: money(read(row), row.advertiser.currency), Form.MONEY)

    columns: list[_Column[PortfolioRow]] = [
        _Column("Advertiser", lambda row: row.advertiser.name),
        _Column("Advertiser ID", lambda row: str(row.advertiser.advertiser_id)),
        _Column("Currency", lambda row: row.advertiser.currency),
        *_conversion_columns(listed),
        _Column("Time zone", lambda row: row.advertiser.timezone),
        _Column("From", lambda row: row.month.start, Form.DAY),
        _Column("To", lambda row: row.month.end, Form.DAY),
        amount("Month to date", lambda row: row.spend),
        amount("Plan to date", lambda row: row.planned),
        amount("Budget spent", lambda row: row.consumed),
        _Column("Of plan", lambda row: _short(row.of_plan), Form.RATE),
        amount("Projected month", lambda row: row.projected),
        amount("Planned month", lambda row: row.planned_month),
        _Column("Orders at goal", lambda row: row.goals.met, Form.COUNT),
        _Column("Orders judged", lambda row: row.goals.judged, Form.COUNT),
        _Column("Data through", lambda row: row.days.through, Form.DAY),
        _Column("Status", lambda row: _calls(row)),
    ]
    return _sheet(columns, listed)


def _conversion_columns(rows: Iterable[PortfolioRow]) -> list[_Column[PortfolioRow]]:
    if all(row.conversion is None for row in rows):
        return []
    return [
        _Column("Own currency", lambda row: row.native_currency),
        _Column("Converted at", lambda row: row.conversion.words if row.conversion else None),
    ]


def attention_sheet(audience: Audience, items: Iterable[Item]) -> Sheet:
    """Return the "needs you" list, a row a trouble."""
    names = {str(a.advertiser_id): a.name for a in audience.kept}
    columns: list[_Column[Item]] = [
        _Column("Trouble", lambda item: item.alarm.trouble.value),
        _Column("Advertiser", lambda item: names.get(item.alarm.advertiser_id or "")),
        _Column("What", lambda item: item.alarm.sentence),
        _Column("At stake", lambda item: _stake(item), Form.MONEY),
        _Column("Currency", lambda item: _stake_currency(item)),
        _Column("State", lambda item: item.state.value),
    ]
    return _sheet(columns, items)


def change_sheet(audience: Audience, changes: Iterable[Change]) -> Sheet:
    """Return what changed, a row a difference, the latest first."""
    names = {str(a.advertiser_id): a.name for a in audience.advertisers}
    columns: list[_Column[Change]] = [
        _Column("Seen at", lambda change: change.at, Form.INSTANT),
        _Column("Advertiser", lambda change: names.get(change.advertiser_id)),
        _Column("Kind", lambda change: change.kind.value.replace("_", " ")),
        _Column("ID", lambda change: change.entity_id),
        _Column("What", lambda change: change.sentence),
    ]
    return _sheet(columns, changes)


def coverage_sheet(strips: Iterable[Strip]) -> Sheet:
    """Return the coverage calendar, a row for each advertiser, table and day."""
    cells = (
        (strip, day, cell)
        for strip in strips
        for day, cell in zip(strip.days.days(), strip.cells, strict=True)
    )
    columns: list[_Column[tuple[Strip, date, object]]] = [
        _Column("Advertiser", lambda one: one[0].advertiser.name),
        _Column("Table", lambda one: one[0].dataset.value.replace("_", " ")),
        _Column("Day", lambda one: one[1], Form.DAY),
        _Column("State", lambda one: str(one[2])),
    ]
    return _sheet(columns, cells)


def difference_sheet(
    found: Iterable[tuple[Comparison, Difference]], names: Mapping[str, str]
) -> Sheet:
    """Return what two generations of reports tell differently, a row each difference."""
    columns: list[_Column[tuple[Comparison, Difference]]] = [
        _Column("Advertiser", lambda one: names.get(one[0].advertiser_id, one[0].advertiser_id)),
        _Column("Table", lambda one: one[0].dataset.value.replace("_", " ")),
        _Column("Day", lambda one: one[1].day, Form.DAY),
        _Column("Figure", lambda one: figure_name(one[1].what)),
        _Column("Version 3", lambda one: one[1].v3),
        _Column("Unified", lambda one: one[1].v1),
    ]
    return _sheet(columns, found)


def figure_name(key: str) -> str:
    """Return a metric's name, or the key of a report in words."""
    return METRICS[key].name if key in METRICS else key.replace("_", " ")


def event_sheet(shown: Iterable[Event], hidden: Iterable[Event]) -> Sheet:
    """Return the event calendar, a row an event: those shown, then those hidden."""
    columns: list[_Column[tuple[Event, str]]] = [
        _Column("Event", lambda one: one[0].name),
        _Column("First day", lambda one: one[0].days.start, Form.DAY),
        _Column("Last day", lambda one: one[0].days.end, Form.DAY),
        _Column("Countries", lambda one: " ".join(one[0].countries) or "everywhere"),
        _Column("Standing", lambda one: one[1]),
    ]
    told = [(event, "yours" if event.is_own else "built in") for event in shown]
    return _sheet(columns, [*told, *((event, "hidden") for event in hidden)])


def word_sheet(heads: Sequence[str], rows: Iterable[Sequence[str]]) -> Sheet:
    """Return a table of words as it stands on a screen."""
    columns = tuple(Column(head, Form.TEXT) for head in heads)
    return Sheet(columns, tuple(tuple(cell or None for cell in row) for row in rows))


def figure_cell(entry: Metric, value: Decimal | int | None, currency: str) -> str | None:
    """Return a metric's value as a file holds it: an amount at its currency's decimals."""
    exact = money(value, currency) if entry.unit is Unit.MONEY else _short(value)
    return _written(exact)


def change_cell(change: Decimal | None) -> str | None:
    """Return a relative change as a file holds it: a fraction to ten digits."""
    return _written(_short(change))


def period_lines(group: Group) -> list[str]:
    """Return what a group's table is about: its days, and those it is held against."""
    lines = [f"Days: {group.shown}, in each advertiser's own time zone"]
    if group.compared:
        lines.append(f"Compared with: {group.compared}")
    return lines


def _short(value: Decimal | int | None) -> Decimal | int | None:
    """Return a ratio to ten significant digits: more would be digits of the division alone."""
    return value if value is None or isinstance(value, int) else value.normalize(_TEN_DIGITS)


def _calls(row: PortfolioRow) -> str:
    return ", ".join(f"{count} {status}" for status, count in row.calls)


def _stake(item: Item) -> Decimal | None:
    stake = item.alarm.stake
    return None if stake is None else stake.rounded().amount


def _stake_currency(item: Item) -> str | None:
    return None if item.alarm.stake is None else item.alarm.stake.currency
