"""What every kind of report is written from, and what it says of itself on every page."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

import orjson

from core.domain.views import Screen, View
from core.insight.audience import Audience, Group, audience
from core.insight.desk import Desk
from core.insight.headlines import COUNT, Headline, headlines
from core.insight.known_days import Through, through
from core.insight.pace_book import PaceBook, pace_book
from core.insight.shortfalls import shortfalls
from core.insight.tiles import Tiles, tiles
from core.reports.charts.tables import table_of
from core.reports.charts.values import AnyChart, BarChart, LineChart
from core.reports.document import Block, Chart, Document, Figures, Points, Section, Table, plain
from core.reports.figures import Tile

NAMED_MAX = 3


@dataclass(frozen=True, slots=True)
class Setting:
    """Whom a document is about at one moment, and how far the data goes."""

    desk: Desk
    audience: Audience
    told: Through

    @property
    def view(self) -> View:
        """Return the view that is reported on."""
        return self.audience.view

    @property
    def groups(self) -> tuple[Group, ...]:
        """Return the currencies, each with its advertisers."""
        return self.audience.groups


@dataclass(frozen=True, slots=True)
class Material(Setting):
    """A view's audience, paces and key figures by currency, at one moment."""

    book: PaceBook
    figures: tuple[Tiles, ...]


def setting(desk: Desk, whom: Audience) -> Setting:
    """Return what a document says of an audience on every page."""
    return Setting(desk, whom, through(whom.advertisers, whom.days, desk.now))


def material(desk: Desk, view: View) -> Material:
    """Return what a report on a view is written from."""
    whom = audience(desk, view)
    book = pace_book(desk, whom)
    told = through(whom.advertisers, whom.days, desk.now)
    figures = tuple(tiles(desk, whom, group, book) for group in whom.groups)
    return Material(desk, whom, told, book, figures)


def written(kind: str, given: Setting, sections: Iterable[Section], **more: Any) -> Document:
    """Return a document with everything that all kinds say alike: whom, when, whence, what."""
    is_known_empty = more.pop("is_empty", False)
    listed = tuple(section for section in sections if section.blocks)
    made = Document(
        kind=kind,
        subject=more.pop("subject", "") or subject(given),
        period=more.pop("period", "") or _period(given),
        compared=more.pop("compared", None) or _compared(given),
        freshness=freshness(given),
        filters=(*more.pop("narrowed_by", ()), *filters(given)),
        sections=listed,
        meanings=tuple(_meanings(listed)),
        is_empty=is_known_empty or (isinstance(given, Material) and is_empty(given)),
        **more,
    )
    return replace(made, facts=tuple(_facts(made, given)), mark=_mark(made))


def three_things(given: Material) -> tuple[Headline, ...]:
    """Return the three things to know; of several currencies each has its say in turn."""
    told = [_told_of(given, figures) for figures in given.figures]
    turns = max(map(len, told), default=0)
    found = [one[turn] for turn in range(turns) for one in told if turn < len(one)]
    return tuple(dict.fromkeys(found))[:COUNT]


def _told_of(given: Material, figures: Tiles) -> list[Headline]:
    """Return a currency's headlines; of several, each says which it is."""
    group = figures.group
    found = headlines(given.desk, given.audience, group, given.book, figures)
    if len(given.figures) == 1:
        return found
    return [replace(h, title=f"{h.currency}: {h.title}") if h.currency else h for h in found]


def subject(given: Setting) -> str:
    """Return whom a report is about: an order, an advertiser, or how many."""
    whom = given.audience
    orders = [one for group in whom.groups for one in group.orders.values()]
    if whom.view.orders and len(orders) == 1:
        return orders[0].order.name or orders[0].id
    if len(whom.advertisers) == 1:
        return whom.advertisers[0].name
    return f"{len(whom.advertisers)} advertisers" if whom.advertisers else "No advertiser"


def freshness(given: Setting) -> str:
    """Return how far the data goes, in its zone, and when that was said."""
    return f"{given.told.sentence} As of {instant(given.desk.now)}."


def instant(at: datetime) -> str:
    """Return an instant as it stands in a report."""
    return f"{at:%-d %b %Y, %H:%M} UTC"


def filters(given: Setting) -> Iterator[str]:
    """Yield a sentence for each thing that the view leaves out, or asks for in vain."""
    view, whom = given.view, given.audience
    if not whom.advertisers:
        return
    if view.orders:
        orders = [one.order.name or one.id for g in whom.groups for one in g.orders.values()]
        yield f"Only {_named('order', orders)}"
    elif view.advertisers and len(whom.advertisers) < len(whom.kept):
        yield f"Only {_named('advertiser', [a.name for a in whom.advertisers])}"
    if view.text:
        yield f"Names that contain “{view.text}”"
    if view.currency and view.screen is not Screen.MORNING:
        yield f"Amounts in their own currencies: {view.currency} is for Morning's portfolio alone"
    if view.as_of:
        yield f"As the data stood on {instant(view.as_of)}"
    lacks = shortfalls(whom, given.told, given.desk.now)
    yield from (lack.sentence.removesuffix(".") for lack in lacks)


def is_empty(given: Material) -> bool:
    """Return whether nothing was delivered in the days shown."""
    return not any(f.spend.value or f.impressions.value for f in given.figures)


def _named(noun: str, names: list[str]) -> str:
    if len(names) > NAMED_MAX:
        return f"{len(names)} {noun}s: {', '.join(names[:NAMED_MAX])} and others"
    return f"the {noun}{'s' if len(names) > 1 else ''} {', '.join(names)}"


def _period(given: Setting) -> str:
    shown = [group.shown for group in given.groups]
    return str(replace(max(shown), start=min(s.start for s in shown))) if shown else ""


def _compared(given: Setting) -> str:
    found = [group.compared for group in given.groups if group.compared]
    return str(found[0]) if found else ""


def _meanings(sections: Iterable[Section]) -> Iterator[tuple[str, str]]:
    """Yield what the tiles count, each once; labels of one meaning together."""
    told: dict[str, dict[str, None]] = {}
    for tile in _tiles(sections):
        if tile.meaning:
            told.setdefault(tile.meaning, {})[tile.label] = None
    for meaning, labels in told.items():
        yield "; ".join(labels), meaning


def _tiles(sections: Iterable[Section]) -> Iterator[Tile]:
    for section in sections:
        for block in section.blocks:
            if isinstance(block, Figures):
                yield from block.tiles


def _facts(made: Document, given: Setting) -> Iterator[tuple[str, str]]:
    yield "Report", made.title
    if made.period:
        yield "Days", f"{made.period}, in each advertiser's own time zone"
    if made.compared:
        yield "Compared with", made.compared
    for told in made.filters:
        yield "Filter", told
    yield "Data", made.freshness
    yield "Lake generation", str(given.desk.reader.manifest.generation)


def _mark(made: Document) -> str:
    """Return a digest of every figure and sentence that a reader would see change."""
    seen = [[_seen(block) for block in section.blocks] for section in made.sections]
    told = [h.sentence for h in made.headlines]
    return hashlib.sha256(orjson.dumps([made.subject, told, seen])).hexdigest()


def _seen(block: Block) -> object:
    match block:
        case Figures():
            return [[tile.label, tile.figure, tile.exact] for tile in block.tiles]
        case Chart():
            return _drawn(block.chart)
        case Table():
            return [[cell.text for cell in row] for row in block.rows]
        case Points():
            return [plain(item.says) for item in block.items]


def _drawn(chart: AnyChart) -> object:
    match chart:
        case LineChart():
            return [[point.text for point in series.points] for series in chart.series]
        case BarChart():
            return [[row.label, row.point.text] for row in chart.rows]
        case _:
            return table_of(chart).rows
