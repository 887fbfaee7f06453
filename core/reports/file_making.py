"""Writing files: a table or an answer as CSV or a workbook, a chart as a picture, a view as PDF."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime
from pathlib import Path

from core.domain.views import Screen, read
from core.errors import Defect, UserError
from core.insight.desk import Desk
from core.insight.sheets import Sheet
from core.lake.export import columns_of
from core.lake.reader import Reader
from core.reports.about import About, Fact, about
from core.reports.csv_file import write_csv
from core.reports.document import Document
from core.reports.file_specs import ChartFile, Format, PageFile, QuestionFile, SheetFile
from core.reports.making import Kind, document_of
from core.reports.press import Press
from core.reports.tabular import Progress, of_answer, of_rows
from core.reports.typeset import Brand, pdf_of
from core.reports.xlsx import ROWS_MAX as SHEET_ROWS_MAX
from core.reports.xlsx import write_xlsx


def write_sheets(
    sheets: Sequence[tuple[str, Sheet]], format: Format, path: Path, told: Sequence[Fact]
) -> None:
    """Write finished tables, as CSV the first of them alone.

    Raises UserError when there is none, Defect for a format that is no table's.
    """
    if not sheets:
        raise UserError("There is no table in it, so there is nothing to write as a spreadsheet.")
    if format is Format.CSV:
        _, sheet = sheets[0]
        write_csv(sheet.columns, sheet.rows, path, [*_lines(told), *sheet.lines])
    elif format is Format.XLSX:
        columns = [column for _, sheet in sheets for column in sheet.columns]
        facts = [*told, *(fact for _, sheet in sheets for fact in facts_of(sheet.lines))]
        tables = [of_rows(name, sheet.columns, sheet.rows) for name, sheet in sheets]
        write_xlsx(tables, about(tuple(dict.fromkeys(facts)), columns), path, _unheard)
    else:
        raise Defect(f"a table is not written as {format}")


def write_sheet(spec: SheetFile, format: Format, path: Path, now: datetime) -> None:
    """Write one finished table. Raises as `write_sheets`."""
    told = [("Made", _instant(now))] if format is Format.XLSX else []
    write_sheets([(spec.name, spec.sheet)], format, path, told)


def write_answer(
    reader: Reader,
    spec: QuestionFile,
    format: Format,
    path: Path,
    *,
    rows_max: int,
    progress: Progress,
) -> int:
    """Write the answer of a question and return its rows, at most `rows_max`.

    A workbook is written row by row and never holds more than a sheet can. Raises UserError for
    a question that cannot be answered, and what the lake raises.
    """
    most = rows_max if format is Format.CSV else min(rows_max, SHEET_ROWS_MAX)
    asked = spec.question
    question = replace(asked, limit=most if asked.limit is None else min(most, asked.limit))
    if format is Format.CSV:
        count = reader.export_csv(question, path, spec.note)
        progress(count)
        return count
    columns = columns_of(question, spec.note.currency)
    rows = of_answer("Data", columns, reader.batches(question))
    told = about(tuple(facts_of(spec.note.lines)), tuple(columns.values()))
    return write_xlsx([rows], told, path, progress)


def write_chart(press: Press, spec: ChartFile, format: Format, path: Path) -> None:
    """Write a chart as a picture. Raises as `Press.png`, and Defect for another format."""
    if format is Format.SVG:
        path.write_text(press.svg(spec.spec), encoding="utf-8")
    elif format is Format.PNG:
        path.write_bytes(press.png(spec.spec))
    else:
        raise Defect(f"a chart is not written as {format}")


def page_document(desk: Desk, spec: PageFile) -> Document:
    """Return the report that a page's file holds."""
    view = read(Screen(spec.screen), spec.query).view
    return document_of(desk, view, Kind(spec.report))


def write_document(
    document: Document, format: Format, brand: Brand, press: Press, path: Path, now: datetime
) -> None:
    """Write a report: as PDF, or its tables as a workbook or CSV."""
    if format is Format.PDF:
        path.write_bytes(pdf_of(document, brand, press, now))
    else:
        told = [*document.facts, *document.meanings]
        write_sheets(
            document.sheets, format, path, told if format is Format.XLSX else document.facts
        )


def facts_of(lines: Sequence[str]) -> Iterator[Fact]:
    """Yield lines of a file ("Days: 1 – 7 Nov") as terms with what is told of them."""
    for line in lines:
        term, found, told = line.partition(": ")
        yield (term, told) if found else ("Note", line)


def _lines(told: Sequence[Fact]) -> list[str]:
    return About(tuple(told)).lines


def _instant(at: datetime) -> str:
    return f"{at:%-d %b %Y, %H:%M} UTC"


def _unheard(rows: int) -> None:
    """Hear how many rows are written, and let it be."""
