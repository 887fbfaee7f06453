"""Tables whose columns are as wide as what stands in them, on paper that has an end."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from core.reports.document import Cell, Table

UPRIGHT, WIDE = 499.0, 696.0
"""The room of a page in points: A4 upright, and the narrower of both papers on its side."""

_SIZE, _SIZE_LEAST = 8.0, 5.5
_LETTER = 0.56  # of the type's size: how wide a figure or letter is, on average
_GAP_LETTERS = 2.4
_NAME_LETTERS = (12, 30)
_TRAIL_LETTERS = 14.0
_SMALL, _HEAD = 0.85, 0.9


def fitted(table: Table, room: float) -> Table:
    """Return the table with columns after their contents, in smaller type where it is needed.

    Figures are never broken; names and small words may stand on several lines.
    """
    needs = [_letters(table, place) for place in range(len(table.heads))]
    whole = sum(needs) * _LETTER * _SIZE
    size = min(_SIZE, max(_SIZE_LEAST, _SIZE * room / whole)) if whole else _SIZE
    heads = (replace(h, share=need) for h, need in zip(table.heads, needs, strict=True))
    return replace(table, heads=tuple(heads), size=round(size, 2))


def _letters(table: Table, place: int) -> float:
    """Return how many letters a column is wide, the gap beside it included."""
    head = table.heads[place]
    cells = [row[place] for row in (*table.rows, *([table.totals] if table.totals else ()))]
    if any(cell.trail for cell in cells):
        return _TRAIL_LETTERS
    titled = max((len(word) for word in head.title.split(" ")), default=0) * _HEAD
    texts = max((len(cell.text) for cell in cells), default=0)
    if not head.is_number:
        least, most = _NAME_LETTERS
        texts = min(max(texts, *(len(c.small) // 2 for c in cells), least), most) if texts else 0
    small = max((part for cell in cells for part in _small(cell)), default=0.0)
    return max(titled, len(head.title) * _HEAD / 3, texts, small) + _GAP_LETTERS


def _small(cell: Cell) -> Iterator[float]:
    """Yield what a second line takes: its longest word, and enough of it for two lines."""
    longest = max((len(word) for word in cell.small.split(" ")), default=0)
    yield min(longest, _NAME_LETTERS[1]) * _SMALL
    yield min(len(cell.small) / 1.5, _NAME_LETTERS[1]) * _SMALL
