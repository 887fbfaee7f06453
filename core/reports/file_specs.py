"""What a file will hold, as JSON that waits in the database until it is made or fetched.

question   a question to the lake, pinned to the generation that the page showed
sheet      finished rows, for what no single question answers; at most twenty thousand
chart      a chart as it is drawn on paper
table      every row of a table that a screen shows a page of, reckoned when the file is made
page       a report of a view, made anew from the generation that the page showed
kept       a file that the background has made, by its place on the organization's shelf
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any

from core.domain.columns import Column, Form
from core.domain.metrics import Dataset
from core.domain.periods import DateRange
from core.errors import Defect
from core.insight.sheets import Sheet
from core.lake.export import ExportNote
from core.lake.question import Among, Condition, Containing, Question, Sort, Within

ROWS_MAX = 20_000
Json = dict[str, Any]


class Format(StrEnum):
    """What a file is written as; its own ending."""

    CSV = "csv"
    XLSX = "xlsx"
    PDF = "pdf"
    PNG = "png"
    SVG = "svg"

    @property
    def media_type(self) -> str:
        """Return the type under which it is sent."""
        return _MEDIA_TYPES[self]

    @property
    def words(self) -> str:
        """Return what people call it."""
        return "Excel" if self is Format.XLSX else self.value.upper()


_MEDIA_TYPES = {
    Format.CSV: "text/csv; charset=utf-8",
    Format.XLSX: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    Format.PDF: "application/pdf",
    Format.PNG: "image/png",
    Format.SVG: "image/svg+xml",
}


@dataclass(frozen=True, slots=True)
class QuestionFile:
    """The answer of a question at one generation of the lake."""

    question: Question
    generation: int
    note: ExportNote = field(default_factory=ExportNote)

    def as_json(self) -> Json:
        """Return it ready for the database."""
        asked = self.question
        return {
            "kind": "question",
            "generation": self.generation,
            "dataset": asked.dataset,
            "metrics": list(asked.metrics),
            "days": _days(asked.days),
            "by": list(asked.by),
            "where": [_condition(c) for c in asked.where],
            "compare": asked.compare and _days(asked.compare),
            "order_by": [[s.column, s.is_descending] for s in asked.order_by],
            "limit": asked.limit,
            "as_of": asked.as_of and asked.as_of.isoformat(),
            "lines": list(self.note.lines),
            "defines_metrics": self.note.defines_metrics,
            "currency": self.note.currency,
        }


@dataclass(frozen=True, slots=True)
class SheetFile:
    """A finished table under a name, which is that of the sheet in a workbook."""

    name: str
    sheet: Sheet

    def as_json(self) -> Json:
        """Return it ready for the database. Raises Defect for more rows than are kept."""
        if len(self.sheet.rows) > ROWS_MAX:
            raise Defect(f"{len(self.sheet.rows)} rows were about to be kept for a download")
        return {
            "kind": "sheet",
            "name": self.name,
            "columns": [[c.title, c.form, c.currency, c.meaning] for c in self.sheet.columns],
            "rows": [list(row) for row in self.sheet.rows],
            "lines": list(self.sheet.lines),
        }


@dataclass(frozen=True, slots=True)
class TableFile:
    """The whole table of a screen's view, in one currency, at one generation of the lake.

    `name` is that of the sheet in a workbook; `lines` are told beside the table's own.
    """

    name: str
    screen: str
    query: Mapping[str, str]
    currency: str
    generation: int
    lines: tuple[str, ...] = ()

    def as_json(self) -> Json:
        """Return it ready for the database."""
        return {
            "kind": "table",
            "name": self.name,
            "screen": self.screen,
            "query": dict(self.query),
            "currency": self.currency,
            "generation": self.generation,
            "lines": list(self.lines),
        }


@dataclass(frozen=True, slots=True)
class ChartFile:
    """A chart as `core.reports.charts.paper` drew it up."""

    spec: Mapping[str, Any]

    def as_json(self) -> Json:
        """Return it ready for the database."""
        return {"kind": "chart", "spec": dict(self.spec)}


@dataclass(frozen=True, slots=True)
class PageFile:
    """A report of a view, which is kept as its address is. `brand` is the organization's name."""

    report: str
    screen: str
    query: Mapping[str, str]
    brand: str
    generation: int = 0

    def as_json(self) -> Json:
        """Return it ready for the database."""
        return {
            "kind": "page",
            "report": self.report,
            "screen": self.screen,
            "query": dict(self.query),
            "brand": self.brand,
            "generation": self.generation,
        }


@dataclass(frozen=True, slots=True)
class KeptFile:
    """A finished file at its place on the shelf, with its length and digest (SHA-256, hex)."""

    place: str
    bytes: int
    sha256: str

    def as_json(self) -> Json:
        """Return it ready for the database."""
        return {"kind": "kept", "place": self.place, "bytes": self.bytes, "sha256": self.sha256}


FileSpec = QuestionFile | SheetFile | TableFile | ChartFile | PageFile | KeptFile


def read_spec(told: Mapping[str, Any]) -> FileSpec:
    """Return what `as_json` wrote. Raises Defect for anything else."""
    reader = _READERS.get(str(told.get("kind")))
    if reader is None:
        raise Defect("a file of an unknown kind is kept")
    return reader(told)


def _read_question(told: Mapping[str, Any]) -> QuestionFile:
    return QuestionFile(
        Question(
            dataset=Dataset(told["dataset"]),
            metrics=tuple(told["metrics"]),
            days=_range(told["days"]),
            by=tuple(told["by"]),
            where=tuple(_read_condition(c) for c in told["where"]),
            compare=told["compare"] and _range(told["compare"]),
            order_by=tuple(Sort(column, descending) for column, descending in told["order_by"]),
            limit=told["limit"],
            as_of=told["as_of"] and datetime.fromisoformat(told["as_of"]),
        ),
        told["generation"],
        ExportNote(tuple(told["lines"]), told["defines_metrics"], told["currency"]),
    )


def _read_sheet(told: Mapping[str, Any]) -> SheetFile:
    columns = tuple(
        Column(title, Form(form), unit, says) for title, form, unit, says in told["columns"]
    )
    rows = tuple(tuple(row) for row in told["rows"])
    return SheetFile(told["name"], Sheet(columns, rows, tuple(told["lines"])))


def _read_table(told: Mapping[str, Any]) -> TableFile:
    return TableFile(
        told["name"],
        told["screen"],
        told["query"],
        told["currency"],
        told["generation"],
        tuple(told["lines"]),
    )


def _read_page(told: Mapping[str, Any]) -> PageFile:
    return PageFile(
        told["report"], told["screen"], told["query"], told["brand"], told["generation"]
    )


_READERS: Mapping[str, Callable[[Mapping[str, Any]], FileSpec]] = {
    "question": _read_question,
    "sheet": _read_sheet,
    "table": _read_table,
    "chart": lambda told: ChartFile(told["spec"]),
    "page": _read_page,
    "kept": lambda told: KeptFile(told["place"], told["bytes"], told["sha256"]),
}


def _days(days: DateRange) -> list[str]:
    return [days.start.isoformat(), days.end.isoformat()]


def _range(told: Sequence[str]) -> DateRange:
    return DateRange(date.fromisoformat(told[0]), date.fromisoformat(told[1]))


def _condition(condition: Condition) -> Json:
    match condition:
        case Among():
            return {
                "among": condition.field,
                "values": sorted(condition.values),
                "not": condition.is_excluded,
            }
        case Containing():
            return {"containing": condition.text, "fields": list(condition.fields)}
        case Within():
            return {"within": condition.metric, "low": _text(condition.low),
                    "high": _text(condition.high)}  # fmt: skip


def _read_condition(told: Json) -> Condition:
    if "among" in told:
        return Among(told["among"], frozenset(told["values"]), told["not"])
    if "containing" in told:
        return Containing(told["containing"], tuple(told["fields"]))
    return Within(told["within"], _decimal(told["low"]), _decimal(told["high"]))


def _text(number: Decimal | None) -> str | None:
    return None if number is None else str(number)


def _decimal(text: str | None) -> Decimal | None:
    return None if text is None else Decimal(text)
