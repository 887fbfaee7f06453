"""Where the names of events stand in a chart: inside it, and none upon another."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

LETTER_PIXELS = 6.6
CHART_PIXELS = 520
"""Half of a screen: names that fit here fit anywhere wider."""


def named(rows: Iterable[dict[str, Any]], left: float, right: float) -> Iterator[dict[str, Any]]:
    """Yield rows with `start`, `end` and `label`, in order, each with the place of its name, `at`.

    A name without room is left out; the chart's table has them all.
    """
    letter = LETTER_PIXELS * (right - left) / CHART_PIXELS
    free = left
    for row in rows:
        room = letter * (len(row["label"]) + 1)
        at = max(left, min(row["start"], right - room))
        if at >= free:
            free = at + room
            yield {**row, "at": at}
        else:
            yield {**row, "label": "", "at": at}
