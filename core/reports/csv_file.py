"""CSV of finished rows (RFC 4180)."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Sequence
from pathlib import Path

from core.domain.columns import Column, comment, harmless
from core.reports.tabular import Row


def write_csv(
    columns: Sequence[Column], rows: Iterable[Row], path: Path, lines: Sequence[str] = ()
) -> None:
    """Write rows of text under their headings; `lines` stand above, each as one quoted cell.

    Text that a spreadsheet would run gets an apostrophe, headings too; numbers and days do not.
    """
    is_text = [not column.form.is_number for column in columns]
    with path.open("w", encoding="utf-8", newline="") as file:
        file.writelines(f"{comment(line)}\r\n" for line in lines)
        out = csv.writer(file, lineterminator="\r\n")  # with "\n" a lone CR would go unquoted
        out.writerow(harmless(column.title) for column in columns)
        for row in rows:
            out.writerow(
                harmless(cell) if text and cell else cell or ""
                for cell, text in zip(row, is_text, strict=True)
            )
