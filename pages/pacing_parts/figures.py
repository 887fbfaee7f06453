"""The key figures of the board: what runs, what it should have spent, what is at stake."""

from __future__ import annotations

from core.insight.pacing.board import Board
from core.reports.parts.pacing_lines import board_tiles
from core.web.parts import tiles


def draw(found: Board) -> None:
    """Draw the tiles of one currency; they speak of every order and not of the page alone."""
    tiles.row(list(board_tiles(found)), name=f"Pacing, {found.group.currency}")
