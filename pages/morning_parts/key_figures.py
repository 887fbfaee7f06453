"""The tiles: one row a currency."""

from __future__ import annotations

from core.insight.tiles import Tiles
from core.reports.parts.key_figures import key_figures
from core.web.parts import tiles


def draw(found: Tiles, words: str, *, name: str = "") -> None:
    """Draw the key figures of one currency; `words` say what changes are held against."""
    tiles.row(list(key_figures(found, words)), name=name or f"Key figures, {found.group.currency}")
