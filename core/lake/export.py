"""CSV of exactly a question's answer, streamed to a file by the engine.

A cell that a spreadsheet would run as a formula is set off as `core.domain.columns.harmless` does
it, in columns of text and headings only: a number keeps its sign. The file appears whole, under
its name, or not at all.
"""

from __future__ import annotations

import shutil
import uuid
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from core.domain.columns import RISKY, Column, Form, column_of, comment, harmless
from core.domain.metrics import Metric, Unit
from core.lake.compiler import Compiled
from core.lake.engine import Connection, rows, told
from core.lake.question import BEFORE, GRAINS, Question
from core.lake.schema import quoted

_RISKY = ", ".join(f"chr({ord(character)})" for character in RISKY)
_UNITS = {Unit.RATE: "fraction", Unit.HOURS: "hours"}


@dataclass(frozen=True, slots=True)
class ExportNote:
    """What stands above the rows: lines of one's own, then the metrics' definitions if asked.

    `currency` names the one currency of the figures; None where a column says it.
    """

    lines: tuple[str, ...] = ()
    defines_metrics: bool = False
    currency: str | None = None


def write_csv(
    con: Connection, statement: Compiled, question: Question, path: Path, note: ExportNote | None
) -> int:
    """Write the rows of a compiled question to `path` and return how many there are.

    Fields are named as the catalogue names them, with unit or currency. Raises LakeFull, and
    leaves whatever was at `path`.
    """
    partial = path.with_name(f".{path.name}.{uuid.uuid4().hex}")
    body = partial.with_suffix(".body")
    target = str(body).replace("'", "''")
    try:
        with told("the download"):
            count = rows(
                con,
                f"COPY (SELECT {_columns(question, note)} FROM ({statement.sql})) "
                f"TO '{target}' (FORMAT csv, HEADER true)",
                statement.values,
            )[0][0]
        _joined(_preamble(question, note), body, partial)
        partial.replace(path)
    finally:
        partial.unlink(missing_ok=True)
        body.unlink(missing_ok=True)
    return int(count)


def columns_of(question: Question, currency: str | None = None) -> dict[str, Column]:
    """Return the columns of a question's answer by their names in it, in the order of a file.

    Fields come first, then each metric with the period before beside it.
    """
    suffixes = ("", BEFORE) if question.compare else ("",)
    fields = {name: Column(_title(name), _form(name)) for name in question.by}
    metrics = {
        key + suffix: column_of(
            question.metric(key),
            title=_metric_title(question.metric(key), suffix, currency),
            currency=currency or "",
        )
        for key in question.metrics
        for suffix in suffixes
    }
    return {**fields, **metrics}


def _form(field: str) -> Form:
    return Form.DAY if field in GRAINS else Form.TEXT


def _columns(question: Question, note: ExportNote | None) -> str:
    named = columns_of(question, note.currency if note else None)
    shown = {name: _shown(name) if name in question.by else quoted(name) for name in named}
    return ", ".join(
        f"{shown[name]} AS {quoted(harmless(column.title))}" for name, column in named.items()
    )


def _shown(name: str) -> str:
    """Return a field's value, harmless as a cell. A date cannot be a formula."""
    column = quoted(name)
    if name in GRAINS:
        return column
    text = f"CAST({column} AS VARCHAR)"
    risky = f"left(ltrim({text}, chr(39)), 1) IN ({_RISKY}) OR contains({text}, ';')"
    return f"CASE WHEN {risky} THEN {_harmless(text)} ELSE {text} END"


def _harmless(text: str) -> str:
    """Return as SQL what `core.domain.columns.harmless` returns."""
    first = "".join(rf"\x{{{ord(character):x}}}" for character in RISKY)
    return rf"regexp_replace({text}, '(^|;)(''*[{first}])', '\1''\2', 'g')"


def _title(name: str) -> str:
    return name.replace("_", " ").capitalize().replace(" id", " ID")


def _metric_title(metric: Metric, suffix: str, currency: str | None) -> str:
    unit = currency if metric.unit is Unit.MONEY else _UNITS.get(metric.unit)
    before = ", period before" if suffix else ""
    return f"{metric.name}{before} ({unit})" if unit else f"{metric.name}{before}"


def _preamble(question: Question, note: ExportNote | None) -> Iterator[str]:
    if note is None:
        return
    yield from note.lines
    if note.defines_metrics:
        for key in question.metrics:
            yield f"{question.metric(key).name}: {question.metric(key).description}"


def _joined(lines: Iterator[str], body: Path, whole: Path) -> None:
    comments: Sequence[str] = [f"{comment(line)}\n" for line in lines]
    if not comments:
        body.replace(whole)
        return
    with whole.open("w", encoding="utf-8") as file:
        file.writelines(comments)
    with whole.open("ab") as file, body.open("rb") as rest:
        shutil.copyfileobj(rest, file, 1 << 20)
