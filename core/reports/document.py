"""A document as a value: what a report says, before it is a page, a mail or a workbook.

Every text is finished, for people; whatever Amazon or a person wrote is data to be shown
literally. The tables bring their rows along as typed sheets, so that a workbook of the same
report holds exactly what its pages show.
"""

from __future__ import annotations

from dataclasses import dataclass

from core.domain.columns import Column
from core.insight.alarms import Name, Words
from core.insight.headlines import Headline
from core.insight.sheets import Sheet
from core.reports.charts.values import AnyChart
from core.reports.figures import Tile


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell for people: its text, a second line in small, and whether it is good news.

    `trail` is drawn as a small line in place of the text, oldest first; `depth`, from 0 to 1,
    shades the cell.
    """

    text: str
    small: str = ""
    tone: str = ""
    trail: tuple[float | None, ...] = ()
    depth: float = 0.0


@dataclass(frozen=True, slots=True)
class Head:
    """A heading; numbers are set right. `share` is the column's part of the width."""

    title: str
    is_number: bool = True
    share: float = 1.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    """A row of key figures."""

    tiles: tuple[Tile, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Chart:
    """A chart with a sentence under its question; `height` in points."""

    chart: AnyChart
    caption: str = ""
    height: float = 165.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """Rows for people, and the same table as a sheet with every row and column.

    `note` stands below: what was left out, why a total is missing. `size` is that of the type.
    `is_main` marks the table that a file with room for a single one holds.
    """

    name: str
    heads: tuple[Head, ...]
    rows: tuple[tuple[Cell, ...], ...]
    totals: tuple[Cell, ...] = ()
    note: str = ""
    sheet: Sheet | None = None
    size: float = 8.0
    is_main: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Points:
    """Sentences in a list; each may have a mark of its tone and a word at its right."""

    items: tuple[Point, ...]
    empty: str = ""


@dataclass(frozen=True, slots=True)
class Point:
    """One sentence of a list."""

    says: Words
    beside: str = ""
    tone: str = ""


Block = Figures | Chart | Table | Points


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """A part of a document under a heading, with a quiet remark beside it."""

    title: str
    blocks: tuple[Block, ...]
    beside: str = ""
    breaks: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """A report.

    kind        what kind of report it is ("Weekly summary")
    subject     whom it is about ("Lumen Outdoor", "4 advertisers")
    period      the days shown, `compared` those they are held against
    freshness   how far the data goes and how old it is, with its zone
    filters     what the view leaves out, a sentence each; empty for nothing
    headlines   the three things to know; `comment` is a person's word above them
    meanings    what the figures in it count, by name
    facts       where the figures come from, for files ("Lake generation", "214")
    is_empty    whether there was nothing to tell: nothing was delivered in the days shown
    mark        what the figures depend on; equal marks tell of equal figures
    is_wide     whether its tables need the paper's long side as their width
    """

    kind: str
    subject: str
    period: str
    compared: str = ""
    freshness: str = ""
    filters: tuple[str, ...] = ()
    headlines: tuple[Headline, ...] = ()
    comment: str = ""
    comment_by: str = ""
    sections: tuple[Section, ...] = ()
    meanings: tuple[tuple[str, str], ...] = ()
    facts: tuple[tuple[str, str], ...] = ()
    is_empty: bool = False
    mark: str = ""
    has_cover: bool = True
    is_wide: bool = False

    @property
    def title(self) -> str:
        """Return what a mail and a file are called after."""
        return ", ".join(filter(None, (f"{self.kind}: {self.subject}", self.period)))

    @property
    def sheets(self) -> tuple[tuple[str, Sheet], ...]:
        """Return the tables as sheets with their names: main ones first, then in order."""
        blocks = (block for section in self.sections for block in section.blocks)
        tables = sorted((b for b in blocks if isinstance(b, Table)), key=lambda b: not b.is_main)
        return tuple((table.name, table.sheet) for table in tables if table.sheet)

    @property
    def columns(self) -> tuple[Column, ...]:
        """Return every column of every sheet."""
        return tuple(column for _, sheet in self.sheets for column in sheet.columns)


def remark(sentence: str) -> Points:
    """Return a sentence that stands by itself, quietly."""
    return Points(items=(), empty=sentence)


def plain(words: Words) -> str:
    """Return a sentence as plain text."""
    return "".join(word.text if isinstance(word, Name) else word for word in words)
