"""A document as a PDF: its words and figures as JSON, its charts as vector drawings.

What people and Amazon wrote reaches the template as data only; nothing of it is read as markup.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from core.errors import Defect
from core.insight.alarms import Name, Words
from core.reports.charts import specs
from core.reports.charts.paper import Paper, on_paper
from core.reports.charts.values import AnyChart, LineChart, PlaceChart, is_blank
from core.reports.document import Block, Cell, Chart, Document, Figures, Point, Points, Table
from core.reports.figures import Tile
from core.reports.press import Press

TEMPLATE = "report.typ"
ACCENT = "#0A6C94"
_SIDES_POINTS = {"a4": (595.0, 842.0), "us-letter": (612.0, 792.0)}
_MARGIN_POINTS = 48.0
_ROW_SCALE = 0.65  # of a screen's pixels: type on paper is so much smaller
_TALLEST_POINTS = 380.0

Told = dict[str, Any]
_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Brand:
    """Whose report it is: the organization's name, its colour, and its logo as SVG ("" none).

    `paper` is "a4" or "us-letter".
    """

    name: str
    colour: str = ACCENT
    logo: str = ""
    paper: str = "a4"


def pdf_of(document: Document, brand: Brand, press: Press, made_at: datetime) -> bytes:
    """Return the document as a tagged PDF; equal documents of one instant are equal files.

    A logo that the press cannot draw is left out. Raises as `Press.pdf`.
    """
    told = told_of(document, brand, press, made_at)
    try:
        return press.pdf(TEMPLATE, told, made_at=int(made_at.timestamp()))
    except Defect as refusal:
        if not brand.logo:
            raise
        _log.warning("a report is made without its logo: %s", refusal)
        return pdf_of(document, replace(brand, logo=""), press, made_at)


def pages_of(document: Document, brand: Brand, press: Press, made_at: datetime) -> list[bytes]:
    """Return the pages of the document as PNG, to look at."""
    told = told_of(document, brand, press, made_at)
    return press.pages(TEMPLATE, told, made_at=int(made_at.timestamp()))


def told_of(document: Document, brand: Brand, press: Press, made_at: datetime) -> Told:
    """Return everything the template shows, as JSON."""
    short, long = _SIDES_POINTS[brand.paper]
    room = (long if document.is_wide else short) - 2 * _MARGIN_POINTS
    return {
        "brand": {"name": brand.name, "colour": brand.colour, "logo": brand.logo},
        "paper": brand.paper,
        "wide": document.is_wide,
        "kind": document.kind,
        "subject": document.subject,
        "period": document.period,
        "compared": document.compared,
        "freshness": document.freshness,
        "filters": list(document.filters),
        "headlines": [
            {"title": h.title, "says": _words(h.says), "tone": h.tone} for h in document.headlines
        ],
        "comment": document.comment,
        "comment_by": document.comment_by,
        "has_cover": document.has_cover,
        "made": f"{made_at:%-d %b %Y, %H:%M} UTC",
        "sections": [
            {
                "title": section.title,
                "beside": section.beside,
                "breaks": section.breaks,
                "blocks": [_block(block, press, room) for block in section.blocks],
            }
            for section in document.sections
        ],
        "meanings": [list(pair) for pair in document.meanings],
    }


def chart_svg(chart: AnyChart, press: Press, *, width: float, height: float) -> str:
    """Return a chart without a title, as it stands in a page.

    Charts of rows are as tall as their rows need, and never taller than a page.
    """
    spec = specs.spec_of(chart)
    if not isinstance(chart, LineChart | PlaceChart):
        height = min(_ROW_SCALE * spec["height"], _TALLEST_POINTS)
    paper = Paper(width=width, height=height, font_size=8.5)
    return press.svg(on_paper(spec, paper))


def _block(block: Block, press: Press, room: float) -> Told:
    match block:
        case Figures():
            return {"form": "figures", "tiles": [_tile(tile) for tile in block.tiles]}
        case Chart() if is_blank(block.chart):
            told = f"{block.chart.question} There is nothing to draw for these days."
            return {"form": "points", "items": [], "empty": told}
        case Chart():
            return {
                "form": "chart",
                "question": block.chart.question,
                "caption": block.caption,
                "unit": _unit(block.chart),
                "svg": chart_svg(block.chart, press, width=room, height=block.height),
            }
        case Table():
            return _table(block)
        case Points():
            return {
                "form": "points",
                "items": [_point(item) for item in block.items],
                "empty": block.empty,
            }


def _unit(chart: AnyChart) -> str:
    """Return what a chart's axes count: places have no days below them that would tell."""
    if isinstance(chart, PlaceChart) and chart.since is None:
        return f"{chart.unit}, by {chart.axis[:1].lower()}{chart.axis[1:]}"
    return chart.unit


def _table(table: Table) -> Told:
    return {
        "form": "table",
        "heads": [{"title": h.title, "number": h.is_number, "share": h.share} for h in table.heads],
        "rows": [[_cell(cell) for cell in row] for row in table.rows],
        "totals": [_cell(cell) for cell in table.totals],
        "note": table.note,
        "size": table.size,
    }


def _cell(cell: Cell) -> Told:
    told: Told = {"text": cell.text, "small": cell.small, "tone": cell.tone}
    if cell.trail:
        told["trail"] = _trail(cell.trail)
    return {**told, "depth": cell.depth} if cell.depth else told


def _point(point: Point) -> Told:
    return {"says": _words(point.says), "beside": point.beside, "tone": point.tone}


def _tile(tile: Tile) -> Told:
    return {
        "label": tile.label,
        "figure": tile.figure,
        "change": tile.change,
        "tone": tile.tone,
        "note": tile.note,
        "trail": _trail(tile.trail),
    }


def _trail(values: Sequence[float | None]) -> list[float | None]:
    """Return a trail between 0 and 1; empty where there is no line to draw."""
    known = [value for value in values if value is not None]
    if len(known) < 2:
        return []
    low, span = min(known), (max(known) - min(known)) or 1.0
    return [None if value is None else (value - low) / span for value in values]


def _words(words: Words) -> list[Mapping[str, Any]]:
    return [
        {"text": w.text, "name": True} if isinstance(w, Name) else {"text": w, "name": False}
        for w in words
    ]
