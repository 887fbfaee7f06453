"""Which windows the lake holds figures of, for the tables whose figures are of whole windows."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import pyarrow as pa

from core.domain.periods import DateRange
from core.lake.compiler import Compiled, Source, known_rows
from core.lake.question import Question


@dataclass(frozen=True, slots=True)
class HeldWindow:
    """A span of days of which an advertiser has figures at a level, under Amazon's name for it."""

    advertiser_id: str
    level: str
    name: str
    days: DateRange


def held_windows(question: Question, visible: frozenset[str] | None, source: Source) -> Compiled:
    """Return the SQL of the windows that ended on one of the question's days.

    A row for each advertiser, level, name and span, in this order; see `windows_in`.
    """
    result = Compiled()
    asked = question.advertisers
    start, end = result.bind(question.days.start), result.bind(question.days.end)
    tests = [f"day BETWEEN {start} AND {end}"]
    tests += [
        f"advertiser_id {result.bind_test(allowed)}"
        for allowed in (visible, asked)
        if allowed is not None
    ]
    pruned = visible if asked is None else asked
    known = known_rows(question, question.days, pruned, source, result)
    result.sql = (
        "SELECT DISTINCT advertiser_id, level, window_name, window_start, window_end "
        f"FROM {known} WHERE {' AND '.join(tests)} ORDER BY ALL"
    )
    return result


def windows_in(table: pa.Table) -> Iterator[HeldWindow]:
    """Yield the windows that `held_windows` found."""
    for row in table.to_pylist():
        days = DateRange(row["window_start"], row["window_end"])
        yield HeldWindow(row["advertiser_id"], row["level"], row["window_name"], days)
