"""Excel workbooks: typed cells, a frozen heading with filters, and a sheet about the file.

Rows pass through in batches, so memory does not grow with their number. A cell of text is text
for Excel whatever it begins with: it is written as such, and with a quote prefix, so that it
stays text when somebody edits it. Numbers stay numbers, to the fifteen digits that Excel keeps.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import chain
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
from rustpy_xlsxwriter import Format, write_worksheets

from core.domain.columns import Column, Form
from core.domain.money import minor_units, symbol
from core.errors import AppError, Defect, UserError
from core.lake.engine import full, says_full
from core.reports.about import About
from core.reports.names import sheet_names
from core.reports.tabular import Progress, Tabular, type_of

ROWS_MAX = 1_048_575
"""Rows of a sheet below its heading (Excel specifications and limits: 1,048,576 by 16,384)."""

TEXT_MAX = 32_767
"""Characters of a cell (the same page)."""

ABOUT_SHEET = "About this file"
_NARROW, _WIDE = 11.0, 52.0
_NUMBERS = {
    Form.COUNT: "#,##0",
    Form.RATE: "0.00%",
    Form.MULTIPLE: "0.00",
    Form.AVERAGE: "0.0",
    Form.HOURS: "0.0",
    Form.NUMBER: "#,##0.####",
    Form.DAY: "yyyy-mm-dd",
    Form.INSTANT: "yyyy-mm-dd hh:mm:ss",
    Form.TEXT: "@",
}
_PANIC = "PanicException"  # how the writer ends on a full disk; it is no Exception
_COLUMNS = (("", ""), ("Columns", "What they count"))
_SAYS = "\u00a0"
_INK, _RULE, _HEAD = "#14202B", "#DDE3EA", "#F6F8FA"


def write_xlsx(tabulars: Sequence[Tabular], about: About, path: Path, progress: Progress) -> int:
    """Write a workbook of one sheet per table and one about the file; return its rows.

    Raises UserError when a table has more rows than a sheet can hold, LakeFull.
    """
    names = sheet_names([*(t.name for t in tabulars), ABOUT_SHEET])
    sheets = [_Sheet(n, t, progress) for n, t in zip(names, tabulars, strict=False)]
    facts = _about_rows(about)
    try:
        _write(sheets, names[-1], facts, path)
    except RuntimeError:
        # What the rows raised comes back from the writer as an error of its own.
        for failure in (sheet.failure for sheet in sheets if sheet.failure):
            raise failure from None
        raise
    except BaseException as failure:  # house: broad_catches_only_in_frames (a panic of Rust's)
        if type(failure).__name__ != _PANIC:
            raise
        raise _told(str(failure)) from None
    return sum(sheet.count for sheet in sheets)


def _told(reason: str) -> AppError:
    if says_full(reason):
        return full("the workbook")
    return Defect(f"the workbook could not be written: {reason}")


def number_format(column: Column) -> str:
    """Return how Excel writes a column's cells: "$"#,##0.00 · #,##0 · 0.00% · @ for text."""
    if column.form is not Form.MONEY:
        return _NUMBERS[column.form]
    decimals = minor_units(column.currency) if column.currency else 2
    sign = f'"{symbol(column.currency)}"' if column.currency else ""
    return f"{sign}#,##0{'.' if decimals else ''}{'0' * decimals}"


@dataclass(slots=True)
class _Sheet:
    """One table on its way into the workbook."""

    name: str
    tabular: Tabular
    progress: Progress
    count: int = 0
    widths: list[float] = field(default_factory=list)
    failure: AppError | None = None

    def reader(self) -> pa.RecordBatchReader:
        """Return the rows in the types that a workbook has; the first ones give the widths."""
        columns = self.tabular.columns
        batches = iter(self.tabular.batches)
        first = next(batches, None)
        self.widths = [_width(c, first, n) for n, c in enumerate(columns)]
        fields = [pa.field(title, _cell_type(c)) for title, c in _titled(columns)]
        counted = self._counted(chain([] if first is None else [first], batches))
        return pa.RecordBatchReader.from_batches(
            pa.schema(fields), (_as_cells(batch, fields) for batch in counted)
        )

    def _counted(self, batches: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        try:
            for batch in batches:
                self.count += batch.num_rows
                self._refuse_too_many()
                yield batch
                self.progress(self.count)
        except AppError as failure:
            self.failure = failure
            raise

    def _refuse_too_many(self) -> None:
        if self.count > ROWS_MAX:
            raise UserError(
                f"A sheet of Excel holds {ROWS_MAX:,} rows and “{self.name}” has more. "
                "Take CSV or Parquet, or narrow the filters."
            )


def _write(
    sheets: Sequence[_Sheet], about_name: str, facts: Sequence[dict[str, str]], path: Path
) -> None:
    readers = [(sheet.name, sheet.reader()) for sheet in sheets]
    head = _head()
    text = Format().set_text_wrap().set_align("top").set_quote_prefix()
    write_worksheets(
        [*readers, (about_name, facts)],
        str(path),
        freeze_panes={s.name: {"row": 1, "col": 1} for s in sheets},
        autofilter={s.name: True for s in sheets},
        header_format=dict.fromkeys((*(s.name for s in sheets), about_name), head),
        column_formats={
            **{s.name: [_format(c) for c in s.tabular.columns] for s in sheets},
            about_name: [text, text],
        },
        column_widths={**{s.name: s.widths for s in sheets}, about_name: [28.0, 96.0]},
        sheet_view={s.name: {"gridlines": False} for s in sheets} | {about_name: _PLAIN},
        page_setup={s.name: _PAPER for s in sheets},
        # Ids are text on purpose: no green corner in each of their cells.
        ignore_errors={
            s.name: [title for title, c in _titled(s.tabular.columns) if c.form is Form.TEXT]
            for s in sheets
        },
    )


_PLAIN = {"gridlines": False}
_PAPER = {"landscape": True, "fit_to_pages": (1, 0), "repeat_rows": 0}


def _head() -> Format:
    head = Format().set_bold().set_font_color(_INK).set_background_color(_HEAD).set_quote_prefix()
    return (
        head.set_text_wrap()
        .set_align("top")
        .set_border_bottom("thin")
        .set_border_bottom_color(_RULE)
    )


def _format(column: Column) -> Format:
    made = Format().set_num_format(number_format(column))
    return made.set_quote_prefix() if column.form is Form.TEXT else made


def _titled(columns: Sequence[Column]) -> Iterator[tuple[str, Column]]:
    """Yield each column under a title of its own: a workbook's columns are named."""
    taken: set[str] = set()
    for column in columns:
        title, number = column.title, 2
        while title in taken:
            title, number = f"{column.title} ({number})", number + 1
        taken.add(title)
        yield title, column


def _cell_type(column: Column) -> pa.DataType:
    """Return what the writer takes: it leaves decimals out and knows no zones."""
    if column.form is Form.INSTANT:
        return pa.timestamp("s")
    return pa.float64() if column.form is Form.MONEY else type_of(column)


def _as_cells(batch: pa.RecordBatch, fields: Sequence[pa.Field]) -> pa.RecordBatch:
    arrays = [
        _cut(array) if pa.types.is_string(field.type) else array.cast(field.type, safe=False)
        for array, field in zip(batch.columns, fields, strict=True)
    ]
    return pa.RecordBatch.from_arrays(arrays, schema=pa.schema(fields))


def _cut(texts: pa.Array) -> pa.Array:
    """Return texts as long as a cell may be; what is cut ends with an ellipsis."""
    too_long = pc.greater(pc.utf8_length(texts), TEXT_MAX)
    if not pc.any(too_long).as_py():
        return texts
    short = pc.binary_join_element_wise(
        pc.utf8_slice_codeunits(texts, 0, TEXT_MAX - 1), "\N{HORIZONTAL ELLIPSIS}", ""
    )
    return pc.if_else(too_long, short, texts)


def _width(column: Column, first: pa.RecordBatch | None, place: int) -> float:
    """Return a width that shows the heading in two lines and most of the first rows' text."""
    wanted = [_NARROW, len(column.title) / 1.6 + 2]
    if column.form is Form.TEXT and first is not None:
        lengths = pc.utf8_length(first.column(place))
        wanted.append((pc.quantile(lengths, 0.95)[0].as_py() or 0) + 2)
    if column.form is Form.INSTANT:
        wanted.append(20.0)
    return float(min(_WIDE, max(wanted)))


def _about_rows(about: About) -> list[dict[str, str]]:
    pairs = [*about.facts, *(_COLUMNS if about.meanings else ()), *about.meanings]
    return [{ABOUT_SHEET: term, _SAYS: told[:TEXT_MAX]} for term, told in pairs or [("", "")]]
