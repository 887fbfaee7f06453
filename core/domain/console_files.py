"""A table exported from Amazon's console, read as it comes: whatever its columns are called there.

Known are the console's and the reports' names of every figure of the catalogue, days in the
American and the European order, separators of both kinds, signs of currency and percent, a mark
of byte order, lines above the heading and a row of totals. Ratios are passed over: sums are held
against sums.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from core.domain.catalogue import METRICS, measured
from core.domain.metrics import Dataset, Unit
from core.errors import UserError

BYTES_MAX = 20_000_000
ROWS_MAX = 200_000
CELL_CHARACTERS = 2_000
FAULTS_SHOWN = 20
_HEADING_WITHIN = 30
_DAYS = {"date", "day", "datum", "tag", "date (utc)"}
_ORDER_IDS = {"order id", "orderid", "campaign id", "campaignid"}
_ORDERS = {"order", "order name", "ordername", "campaign", "campaign name", "campaignname"}
_LINE_IDS = {"line item id", "lineitemid", "ad group id"}
_TOTALS = {"total", "totals", "grand total", "summe", "gesamt"}
_ABSENT = {"", "-", "--", "—", "n/a", "na", "null"}
_MARKS = re.compile(r"[$€£¥₹\s\u00a0\u202f']|^[A-Z]{3}\s?|\s?[A-Z]{3}$")
_PLAIN = re.compile(r"-?[0-9]{1,20}(\.[0-9]{1,12})?")
_SLASHED = re.compile(r"([0-9]{1,2})[/.]([0-9]{1,2})[/.]([0-9]{4})")
_WRITTEN = ("%b %d, %Y", "%d %b %Y", "%B %d, %Y", "%d %B %Y", "%d-%b-%Y", "%Y%m%d")
_FIRST_DAY, _LAST_DAY = date(2015, 1, 1), date(2099, 12, 31)


@dataclass(frozen=True, slots=True)
class ConsoleRow:
    """A day of an order; the id or the name is "" where the file has none."""

    day: date
    order_id: str
    order_name: str
    line_item_id: str
    values: Mapping[str, Decimal]


@dataclass(frozen=True, slots=True)
class ConsoleFile:
    """What a file says. `metrics` were recognised, `ignored` are headings that were not.

    `faults` are sentences about lines that were left out, the first twenty of `left_out`; `notes`
    say how what was unclear has been read.
    """

    rows: tuple[ConsoleRow, ...]
    metrics: tuple[str, ...]
    ignored: tuple[str, ...]
    faults: tuple[str, ...]
    left_out: int
    notes: tuple[str, ...]

    @property
    def has_line_items(self) -> bool:
        """Return whether its rows name line items."""
        return any(row.line_item_id for row in self.rows)


def read_console_file(data: bytes) -> ConsoleFile:
    """Return what an exported file says.

    Raises UserError, with what to do, for a file that is too large, is no text, has no column of
    days, of orders or of a known figure, or whose days can be read in two ways that disagree.
    """
    if len(data) > BYTES_MAX:
        raise UserError(f"The file is larger than {BYTES_MAX // 10**6} MB. Export fewer days.")
    heading, lines = _table(_text(data))
    places = _places(heading)
    figures = {place: key for place, name in enumerate(heading) if (key := _metric(name))}
    _require(places, figures)
    rows = [(n, row) for n, row in lines if not _is_total(row, places)]
    if len(rows) > ROWS_MAX:
        raise UserError(f"The file has more than {ROWS_MAX:,} rows. Export fewer days or orders.")
    days = _Days.of(row[places["day"]] for _, row in rows)
    mark = _decimal_mark(cell for _, row in rows for p in figures for cell in row[p : p + 1])
    return _gathered(heading, places, figures, rows, days, mark)


@dataclass(frozen=True, slots=True)
class _Days:
    """How days are written: the order in which numbers stand."""

    is_day_first: bool
    note: str = ""

    @classmethod
    def of(cls, cells: Iterable[str]) -> _Days:
        found = [m for cell in cells if (m := _SLASHED.fullmatch(cell.strip()))]
        firsts = any(int(m[1]) > 12 for m in found)
        seconds = any(int(m[2]) > 12 for m in found)
        if firsts and seconds:
            raise UserError("The days are written in two orders at once. Export the file again.")
        if not found or firsts or seconds:
            return cls(firsts)
        if all("." in m[0] for m in found):
            return cls(True)
        return cls(False, "Days such as 03/04/2026 are read as month/day, as Amazon writes them.")

    def read(self, cell: str) -> date:
        """Return a day. Raises ValueError for what is none."""
        text = cell.strip()
        if found := _SLASHED.fullmatch(text):
            first, second, year = int(found[1]), int(found[2]), int(found[3])
            day, month = (first, second) if self.is_day_first else (second, first)
            return _sane(date(year, month, day))
        for form in _WRITTEN:
            try:
                return _sane(datetime.strptime(text, form).date())  # noqa: DTZ007
            except ValueError:
                continue
        return _sane(date.fromisoformat(text[:10]))


def _sane(day: date) -> date:
    if not _FIRST_DAY <= day <= _LAST_DAY:
        raise ValueError("no day that anything is known of")
    return day


def _text(data: bytes) -> str:
    for mark, encoding in ((b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"), (b"", "utf-8-sig")):
        if data.startswith(mark):
            try:
                text = data.decode(encoding)
            except UnicodeDecodeError:
                text = data.decode("cp1252", errors="replace")
            break
    if "\x00" in text or data[:4] in (b"PK\x03\x04", b"%PDF"):
        raise UserError("This is no CSV file. Choose CSV when you export from the console.")
    return text


Lines = list[tuple[int, list[str]]]


def _table(text: str) -> tuple[list[str], Lines]:
    """Return the heading and the numbered rows below it."""
    first = text[:20_000]
    delimiter = max(",;\t", key=first.count)
    limit = csv.field_size_limit(CELL_CHARACTERS)
    try:
        read = list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter))
    except csv.Error:
        raise UserError("This is no table of separated values. Export it again as CSV.") from None
    finally:
        csv.field_size_limit(limit)
    for place, row in enumerate(read[:_HEADING_WITHIN]):
        if any(_plain(name) in _DAYS for name in row) and any(_metric(name) for name in row):
            width = len(row)
            below = enumerate(read[place + 1 :], place + 2)
            return row, [(n, r[:width] + [""] * (width - len(r))) for n, r in below if any(r)]
    raise UserError(
        "No heading with a day and a known figure was found in the first lines. Export by day, "
        "with columns such as Date, Order ID, Impressions and Total cost."
    )


def _plain(name: str) -> str:
    """Return a heading without case, unit and doubled spaces: "Total cost (USD)" is total cost."""
    return " ".join(re.sub(r"\((?:[A-Z]{3}|[$€£¥])\)", "", name).casefold().split())


def _known_names() -> dict[str, str]:
    found: dict[str, str] = {}
    every = [entry.key for entry in measured(Dataset.CAMPAIGN)]
    for key in every:
        entry = METRICS[key]
        for name in (entry.v3, entry.v1, entry.legacy, *entry.also, entry.short, entry.name, key):
            if name:
                found.setdefault(_plain(name), key)
    for key in every:  # the console's own name wins over any other's name on the wire
        found[_plain(METRICS[key].name)] = key
    return found


_NAMES = _known_names()


def _metric(name: str) -> str | None:
    key = _NAMES.get(_plain(name))
    return key if key and METRICS[key].additive else None


def _places(heading: Sequence[str]) -> dict[str, int]:
    kinds = {"day": _DAYS, "id": _ORDER_IDS, "name": _ORDERS, "line": _LINE_IDS}
    found: dict[str, int] = {}
    for place, name in enumerate(heading):
        for kind, names in kinds.items():
            if _plain(name) in names:
                found.setdefault(kind, place)
    return found


def _require(places: Mapping[str, int], figures: Mapping[int, str]) -> None:
    if "id" not in places and "name" not in places:
        raise UserError("The file has no column of orders. Add Order or Order ID to the export.")
    if len(set(figures.values())) != len(figures):
        raise UserError("Two columns of the file are the same figure. Leave one of them out.")


def _is_total(row: Sequence[str], places: Mapping[str, int]) -> bool:
    heads = {_plain(cell) for cell in row[:3]}
    return bool(heads & _TOTALS) or not row[places["day"]].strip()


def _decimal_mark(cells: Iterable[str]) -> str:
    """Return the mark before decimals: a comma where any figure can only be read so."""
    for cell in cells:
        text = _MARKS.sub("", cell.strip()).rstrip("%")
        both = "," in text and "." in text
        if both and text.rindex(",") > text.rindex("."):
            return ","
        if not both and re.fullmatch(r"-?[0-9]+,([0-9]{1,2}|[0-9]{4,})", text):
            return ","
        if both:
            return "."
    return "."


def _number(cell: str, mark: str) -> Decimal | None:
    """Return a figure, None for none. Raises ValueError for what is no number."""
    text = cell.strip()
    if text.casefold() in _ABSENT:
        return None
    is_negative = text.startswith("(") and text.endswith(")")
    text = text.strip("()")
    share = Decimal(100) if text.endswith("%") else Decimal(1)
    text = _MARKS.sub("", text.rstrip("%"))
    text = text.replace("." if mark == "," else ",", "").replace(mark, ".")
    if not _PLAIN.fullmatch(text):
        raise ValueError(f"{cell[:40]!r} is no number")
    return Decimal(text) / share * (-1 if is_negative else 1)


def _gathered(
    heading: Sequence[str],
    places: Mapping[str, int],
    figures: Mapping[int, str],
    rows: Lines,
    days: _Days,
    mark: str,
) -> ConsoleFile:
    read: list[ConsoleRow] = []
    faults: list[str] = []
    for number, row in rows:
        try:
            read.append(_row(row, places, figures, days, mark))
        except ValueError:
            faults.append(f"Line {number} was left out: a day or a figure in it cannot be read.")
    if not read:
        raise UserError("No line of the file could be read. Export it again, by day and order.")
    used = {*places.values(), *figures}
    ignored = tuple(name for place, name in enumerate(heading) if place not in used and name)
    notes = tuple(filter(None, (days.note, _NOTE_COMMA if mark == "," else "")))
    shown = tuple(faults[:FAULTS_SHOWN])
    return ConsoleFile(tuple(read), tuple(figures.values()), ignored, shown, len(faults), notes)


_NOTE_COMMA = "Figures are read with a comma before the decimals."


def _row(
    row: Sequence[str],
    places: Mapping[str, int],
    figures: Mapping[int, str],
    days: _Days,
    mark: str,
) -> ConsoleRow:
    def text(kind: str) -> str:
        return row[places[kind]].strip().strip("'\"=") if kind in places else ""

    values = {key: _number(row[place], mark) for place, key in figures.items()}
    known = {key: value for key, value in values.items() if value is not None}
    for key, value in known.items():
        if METRICS[key].unit is Unit.COUNT and value != value.to_integral_value():
            raise ValueError("a part of a count")
    return ConsoleRow(days.read(row[places["day"]]), text("id"), text("name"), text("line"), known)


def by_order_and_day(
    rows: Iterable[ConsoleRow],
) -> Iterator[tuple[tuple[str, str, date], Mapping[str, Decimal]]]:
    """Yield id, name and day with the sums of their rows, in the order of the file."""
    sums: dict[tuple[str, str, date], dict[str, Decimal]] = {}
    for row in rows:
        held = sums.setdefault((row.order_id, row.order_name, row.day), {})
        for key, value in row.values.items():
            held[key] = held.get(key, Decimal(0)) + value
    yield from sums.items()
