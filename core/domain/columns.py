"""Columns of a table that leaves the house: what each cell is, and how no cell can act.

A spreadsheet runs what begins with `=`, `+`, `-` or `@` (OWASP, "CSV Injection"). Where a file
has no types, such text is set off by an apostrophe; one that has them already gets one more, so
that nothing is lost: `revealed(harmless(text)) == text`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum

from core.domain.metrics import Metric, Unit

RISKY = "=+-@\t\r\n\uff1d\uff0b\uff0d\uff20"
"""First characters that make a spreadsheet run a cell; the last four are full-width ones."""

_BEGINS = re.compile(f"(^|;)('*[{re.escape(RISKY)}])")
_SET_OFF = re.compile(f"(^|;)'('*[{re.escape(RISKY)}])")


class Form(StrEnum):
    """What a cell holds: words, or a number and how it is written."""

    TEXT = "text"  # ids too: 64-bit ids do not survive as numbers
    COUNT = "count"
    MONEY = "money"
    RATE = "rate"  # a fraction, shown as a percentage
    MULTIPLE = "multiple"
    AVERAGE = "average"
    HOURS = "hours"
    NUMBER = "number"  # of several units, row by row
    DAY = "day"
    INSTANT = "instant"  # in UTC

    @property
    def is_number(self) -> bool:
        """Return whether cells can be added up."""
        return self not in {Form.TEXT, Form.DAY, Form.INSTANT}


@dataclass(frozen=True, slots=True)
class Column:
    """One column: its heading with the unit, what its cells are, and what they count.

    `currency` is the one of a column of money, "" where each row has its own.
    """

    title: str
    form: Form = Form.TEXT
    currency: str = ""
    meaning: str = ""


_FORMS = {
    Unit.COUNT: Form.COUNT,
    Unit.MONEY: Form.MONEY,
    Unit.RATE: Form.RATE,
    Unit.MULTIPLE: Form.MULTIPLE,
    Unit.AVERAGE: Form.AVERAGE,
    Unit.HOURS: Form.HOURS,
}


def column_of(metric: Metric, *, title: str, currency: str = "") -> Column:
    """Return the column of a metric of the catalogue under a heading."""
    is_money = metric.unit is Unit.MONEY
    meaning = " ".join(filter(None, (metric.description, metric.caveat)))
    return Column(title, _FORMS[metric.unit], currency if is_money else "", meaning)


def harmless(text: str) -> str:
    """Return text that no spreadsheet takes for a formula when it reads an untyped file.

    Where the comma is the decimal sign, spreadsheets begin a cell after each semicolon.
    """
    return _BEGINS.sub(r"\1'\2", text)


def comment(line: str) -> str:
    """Return a line that stands above the rows of an untyped file.

    It is one quoted cell, so that no separator in it begins a cell that a spreadsheet runs.
    """
    text = " ".join(line.split()).replace('"', '""')
    return f'"# {text}"'


def revealed(cell: str) -> str:
    """Return the text that `harmless` wrote."""
    return _SET_OFF.sub(r"\1\2", cell)
