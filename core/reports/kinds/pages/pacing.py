"""The Pacing screen as a document: the board of each currency, or one order from the inside."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from core.domain.periods import Comparison
from core.domain.views import View
from core.insight.audience import Group, audience
from core.insight.desk import Desk
from core.insight.pace_book import PaceBook, pace_book
from core.insight.pacing.board import Board, BoardRow, board
from core.insight.pacing.causes import Cause, causes
from core.insight.pacing.clients import client_months, client_sheet
from core.insight.pacing.limits import reconciled
from core.insight.pacing.lines import line_facts
from core.insight.pacing.sheets import board_sheet
from core.reports.document import Block, Document, Figures, Section, remark
from core.reports.kinds.material import Setting
from core.reports.kinds.pages.framed import framed, titled
from core.reports.kinds.pages.pacing_order import order_sections
from core.reports.parts.fitting import WIDE, fitted
from core.reports.parts.pacing_lines import (
    NO_CLIENTS,
    advertiser_lines,
    board_lines,
    board_tiles,
    client_lines,
    counted,
    nothing_runs,
)

NAME = "Pacing"


def pacing(desk: Desk, view: View) -> Document:
    """Return the screen as it stands for a view: flights that run now, whatever its days."""
    whom = audience(desk, replace(view, comparison=Comparison.NONE))
    now = f"flights that run on {desk.now:%-d %b %Y}"
    return framed(NAME, desk, whom, _sections, is_quiet=_is_quiet, is_wide=True, period=now)


def _is_quiet(given: Setting) -> bool:
    """Return whether no order has a flight that runs."""
    book = pace_book(given.desk, given.audience)
    return not any(
        not known.is_paused and book.running(order_id)
        for group in given.groups
        for order_id, known in group.orders.items()
    )


def _sections(given: Setting) -> Iterator[Section]:
    book = pace_book(given.desk, given.audience)
    orders = given.view.orders
    known = given.audience.directory.orders.get(orders[0]) if len(orders) == 1 else None
    if known is not None:
        yield from order_sections(given, given.groups[0], book, known)
        return
    for group in given.groups:
        yield from _board(given, group, book)


def _board(given: Setting, group: Group, book: PaceBook) -> Iterator[Section]:
    found = board(given.desk, given.audience, group, book)
    tiles = Figures(tiles=tuple(board_tiles(found)))
    yield Section(title=titled("Running budgets", given, group), blocks=(tiles,))
    if not found.total:
        blocks: tuple[Block, ...] = (remark(nothing_runs(found)),)
        yield Section(title=titled("Orders", given, group), blocks=blocks)
    else:
        if not given.audience.is_single:
            yield Section(
                title=titled("Advertisers", given, group),
                beside=f"{len(found.advertisers)}, by money at stake",
                blocks=(fitted(advertiser_lines(found), WIDE),),
            )
        yield _orders(given, group, book, found)
    yield _clients(given, group, book)


def _orders(given: Setting, group: Group, book: PaceBook, found: Board) -> Section:
    every = board(given.desk, given.audience, group, book, whole=True).rows
    told = _causes(given, every)
    table = board_lines(found, told, board_sheet(found, every, told))
    return Section(
        title=titled("Orders", given, group),
        beside=f"{counted(found)}, {_ordered_by(found)}",
        blocks=(fitted(table, WIDE),),
    )


def _ordered_by(found: Board) -> str:
    if found.sort is None:
        return "by money at stake"
    if found.sort.key == "name":
        return f"by name, {'Z to A' if found.sort.descending else 'A to Z'}"
    return f"by spend, {'most' if found.sort.descending else 'least'} first"


def _causes(given: Setting, rows: Sequence[BoardRow]) -> dict[str, tuple[Cause, ...]]:
    desk, whom = given.desk, given.audience
    facts = line_facts(desk, whom, [row.order_id for row in rows])
    return causes(desk, whom, rows, facts, reconciled(desk, whom, rows, facts))


def _clients(given: Setting, group: Group, book: PaceBook) -> Section:
    unit = group.currency
    found = client_months(given.desk, given.audience, group, book)
    block: Block = remark(NO_CLIENTS)
    if found:
        block = fitted(client_lines(found, unit, client_sheet(found, unit)), WIDE)
    return Section(
        title=titled("Client budgets", given, group),
        beside=f"this month, over all their orders, {unit}",
        blocks=(block,),
    )
