"""The portfolio in one currency, where somebody asks for it and rates are held.

Each advertiser's amounts are converted at one rate: that of its data's last day, or the latest
before it, at most a week older (`core.domain.fx`). The rate, its day and its source travel with
the row. Where there is none the row stays in its own currency, and says so.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal

from core.domain.fx import AGE_MAX, Conversion, RateBook
from core.domain.periods import DateRange
from core.insight.desk import Desk
from core.insight.portfolio_row import PortfolioRow


def offered(desk: Desk, rows: Sequence[PortfolioRow]) -> list[str]:
    """Return the currencies that every row can be shown in, by code; none where that is no choice:
    without rates, or with nothing but what the rows are in already.
    """
    own = {row.native_currency for row in rows}
    book = _book(desk, rows)
    codes = [code for code in sorted(book.currencies | own) if all(_ways(book, rows, code))]
    return [] if set(codes) <= own and len(own) == 1 else codes


def converted(desk: Desk, rows: Sequence[PortfolioRow], currency: str) -> list[PortfolioRow]:
    """Return the rows in a currency; as they are for "", and each that has no rate to it."""
    if not currency:
        return list(rows)
    book = _book(desk, rows)
    ways = _ways(book, rows, currency)
    return [row if way is None else _in(row, way) for row, way in zip(rows, ways, strict=True)]


def _ways(book: RateBook, rows: Sequence[PortfolioRow], currency: str) -> list[Conversion | None]:
    return [book.conversion(row.native_currency, currency, _day(row)) for row in rows]


def _book(desk: Desk, rows: Sequence[PortfolioRow]) -> RateBook:
    days = [_day(row) for row in rows]
    if not days:
        return RateBook(())
    return RateBook(desk.content.rates.within(DateRange(min(days) - AGE_MAX, max(days))))


def _day(row: PortfolioRow) -> date:
    return row.days.through or row.month.end


def _in(row: PortfolioRow, way: Conversion) -> PortfolioRow:
    return replace(
        row,
        advertiser=replace(row.advertiser, currency=way.quote),
        spend=None if row.spend is None else way.of(Decimal(row.spend)),
        planned=way.of(row.planned),
        consumed=way.of(row.consumed),
        projected=None if row.projected is None else way.of(row.projected),
        planned_month=way.of(row.planned_month),
        conversion=way,
    )
