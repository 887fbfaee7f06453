"""Rates from a file: rows of day, pair and rate, or a central bank's table of one base currency.

    day,from,to,rate                     Date,USD,JPY,GBP
    2026-11-20,USD,EUR,0.9231            2026-11-20,1.0833,162.4,0.8341

The second form is how the European Central Bank publishes its reference rates: one euro in each
currency of the heading ("Euro foreign exchange reference rates", eurofxref-hist.csv).
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation

from core.domain.fx import FxRate
from core.errors import UserError

ROWS_MAX = 200_000
FAULTS_SHOWN = 20
SOURCE_CHARACTERS = 60
_BANK_BASE = "EUR"
_CODE = re.compile(r"[A-Z]{3}")
_NUMBER = re.compile(r"[0-9]{1,9}(\.[0-9]{1,12})?")
_FIRST_DAY, _LAST_DAY = date(1999, 1, 1), date(2099, 12, 31)
_HEADS = {
    "day": "day", "date": "day",
    "from": "base", "base": "base",
    "to": "quote", "quote": "quote",
    "rate": "rate",
}  # fmt: skip
_ABSENT = {"", "N/A", "-"}


@dataclass(frozen=True, slots=True)
class RateFile:
    """What a file says. `faults` are sentences about lines that were left out, the first twenty."""

    rates: tuple[FxRate, ...]
    faults: tuple[str, ...]
    left_out: int


def read_rates(text: str, source: str, since: date = _FIRST_DAY) -> RateFile:
    """Return the rates of a file, sorted, each under the name of its source.

    Rates of days before `since` are passed over: a central bank's table begins in 1999.

    Raises UserError when the heading is of neither form, the source has no name, or there are
    more rates than can be taken at once.
    """
    name = " ".join(source.split())
    if not name or len(name) > SOURCE_CHARACTERS or not name.isprintable():
        raise UserError(f"Name the source of these rates, in 1 to {SOURCE_CHARACTERS} characters.")
    try:
        return _gathered(_cells(csv.reader(io.StringIO(text.removeprefix("\ufeff")))), name, since)
    except csv.Error:
        raise UserError("This is no file of comma-separated values.") from None


@dataclass(frozen=True, slots=True)
class _Cell:
    line: int
    day: str
    base: str
    quote: str
    rate: str


Lines = Iterator[list[str]]


def _cells(lines: Lines) -> Iterator[_Cell]:
    heading = [cell.strip() for cell in next(lines, [])]
    cells = _by_pair(heading, lines) or _by_currency(heading, lines)
    if cells is None:
        raise UserError(
            "The first line must name the columns day, from, to and rate; or Date and then "
            "currencies, as the European Central Bank writes its table."
        )
    return cells


def _by_pair(heading: Sequence[str], lines: Lines) -> Iterator[_Cell] | None:
    places = {_HEADS.get(head.lower(), ""): place for place, head in enumerate(heading)}
    if not {"day", "base", "quote", "rate"} <= set(places):
        return None
    return (_cell(number, row, places) for number, row in enumerate(lines, start=2) if any(row))


def _cell(number: int, row: Sequence[str], places: Mapping[str, int]) -> _Cell:
    def at(name: str) -> str:
        return row[places[name]].strip() if places[name] < len(row) else ""

    return _Cell(number, at("day"), at("base").upper(), at("quote").upper(), at("rate"))


def _by_currency(heading: Sequence[str], lines: Lines) -> Iterator[_Cell] | None:
    first, *others = heading or [""]
    codes = [code for code in others if code]
    if first.lower() not in {"date", "day"} or not codes or not all(map(_CODE.fullmatch, codes)):
        return None
    return (
        _Cell(number, row[0].strip(), _BANK_BASE, code, rate.strip())
        for number, row in enumerate(lines, start=2)
        if any(row)
        for code, rate in zip(others, row[1:], strict=False)
        if code and rate.strip() not in _ABSENT
    )


def _gathered(cells: Iterator[_Cell], source: str, since: date) -> RateFile:
    found: dict[tuple[date, str, str], FxRate] = {}
    faults: list[str] = []
    for cell in cells:
        try:
            if (day := _day(cell.day)) < since:
                continue
            rate = _rate(day, cell, source)
            if found.setdefault((rate.day, *rate.pair), rate).rate != rate.rate:
                raise _Unreadable("the pair has another rate on the same day further up")
        except _Unreadable as fault:
            faults.append(f"Line {cell.line}: {fault}.")
        if len(found) > ROWS_MAX:
            raise UserError(f"At most {ROWS_MAX:,} rates can be imported at once.")
    ordered = tuple(sorted(found.values()))
    return RateFile(ordered, tuple(faults[:FAULTS_SHOWN]), len(faults))


class _Unreadable(ValueError):
    """A line says nothing that can be kept; the message says why."""


def _rate(day: date, cell: _Cell, source: str) -> FxRate:
    return FxRate(day, *_pair(cell.base, cell.quote), _positive(cell.rate), source)


def _day(text: str) -> date:
    try:
        day = date.fromisoformat(text)
    except ValueError:
        raise _Unreadable(f"{text[:20]!r} is no day such as 2026-11-20") from None
    if not _FIRST_DAY <= day <= _LAST_DAY:
        raise _Unreadable(f"{day} is no day that rates are kept of")
    return day


def _pair(base: str, quote: str) -> tuple[str, str]:
    for code in (base, quote):
        if not _CODE.fullmatch(code):
            raise _Unreadable(f"{code[:20]!r} is no currency such as USD")
    if base == quote:
        raise _Unreadable(f"{base} needs no rate to itself")
    return base, quote


def _positive(text: str) -> Decimal:
    # Exponents and commas are refused: what they were meant to be cannot be known.
    try:
        rate = Decimal(text) if _NUMBER.fullmatch(text) else Decimal(0)
    except InvalidOperation:
        rate = Decimal(0)
    if rate <= 0:
        raise _Unreadable(f"{text[:20]!r} is no rate above zero, such as 0.9231")
    return rate
