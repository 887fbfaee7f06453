"""Tables whose columns are as wide as what stands in them, on paper that has an end."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from core.reports.document import Cell, Head, Table

UPRIGHT, WIDE = 499.0, 696.0
"""The room of a page in points: A4 upright, and the narrower of both papers on its side."""

_SIZE, _SIZE_LEAST = 8.0, 5.5
_LETTER = 0.56  # of the type's size: how wide a figure or letter is, on average
_GAP_LETTERS = 2.4
_NAME_LETTERS = (12, 30)
_TRAIL_LETTERS = 14.0
_BROKEN_FROM, _BROKEN_AFTER = 26, 12  # as `soft` in templates/report.typ
_SMALL, _HEAD = 0.85, 0.9


def fitted(table: Table, room: float) -> Table:
    """Return the table with columns after their contents, in smaller type where it is needed.

    Figures are never broken; names and small words may stand on several lines.
    """
    needs = [_least(*_column(table, place)) for place in range(len(table.heads))]
    wishes = [max(least, _wished(*_column(table, place))) for place, least in enumerate(needs)]
    size = min(_SIZE, max(_SIZE_LEAST, room / (sum(needs) * _LETTER)))
    widths = _shared(needs, wishes, room / (size * _LETTER))
    heads = (replace(h, share=width) for h, width in zip(table.heads, widths, strict=True))
    return replace(table, heads=tuple(heads), size=round(size, 2))


def _shared(needs: Sequence[float], wishes: Sequence[float], room: float) -> list[float]:
    """Return the columns' widths: what each wishes, or as much of it as there is room for."""
    wanted = sum(wishes) - sum(needs)
    part = max(0.0, min(1.0, (room - sum(needs)) / wanted)) if wanted else 0.0
    return [need + part * (wish - need) for need, wish in zip(needs, wishes, strict=True)]


def _column(table: Table, place: int) -> tuple[Head, list[Cell]]:
    rows = (*table.rows, table.totals) if table.totals else table.rows
    return table.heads[place], [row[place] for row in rows]


def _least(head: Head, cells: Sequence[Cell]) -> float:
    """Return the letters of a column's longest piece that is not broken, with the gap beside."""
    if any(cell.trail for cell in cells):
        return _TRAIL_LETTERS
    figures = (len(c.text) if head.is_number else _longest(c.text) for c in cells)
    small = _SMALL * max((_longest(cell.small) for cell in cells), default=0)
    return max(_HEAD * _longest(head.title), small, *figures, 1) + _GAP_LETTERS


def _wished(head: Head, cells: Sequence[Cell]) -> float:
    """Return the letters with which a name stands on one line and small words on two."""
    shortest, longest = _NAME_LETTERS
    small = max((_SMALL * len(cell.small) / 1.5 for cell in cells), default=0.0)
    texts = max((len(cell.text) for cell in cells), default=0)
    wish = max(_HEAD * len(head.title) / 2, min(small, longest), min(texts, longest))
    return (wish if head.is_number or not texts else max(wish, shortest)) + _GAP_LETTERS


def _longest(text: str) -> int:
    """Return the letters of the longest word, as far as the template does not break it."""
    words = map(len, text.split(" "))
    return max((n if n <= _BROKEN_FROM else _BROKEN_AFTER for n in words), default=0)
