"""The board of Pacing as tiles and lines: orders, advertisers, clients' budgets."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from zoneinfo import ZoneInfo

from core.domain.client_budget import FeeTerms
from core.domain.formats import ABSENT, compact, exact, percent
from core.domain.metrics import Unit
from core.insight.pacing.board import PAGE_ROWS, AdvertiserRow, Amounts, Board, BoardRow
from core.insight.pacing.causes import Cause
from core.insight.pacing.clients import ClientMonth
from core.insight.sheets import Sheet
from core.reports.document import Cell, Head, Table
from core.reports.figures import Tile
from core.reports.words import amount, share

NO_CLIENTS = (
    "No client's budget is kept for this month. One holds what a client gives a month over some "
    "orders, and what of it is the agency's."
)


def board_tiles(found: Board) -> Iterator[Tile]:
    """Yield what runs, what it should have spent, and what is at stake, of every order."""
    unit, sums = found.group.currency, found.amounts

    def money(label: str, value: Decimal, meaning: str, note: str) -> Tile:
        written = (write(value, Unit.MONEY, unit) for write in (compact, exact))
        figure, whole = written
        return Tile(label=label, figure=figure, exact=whole, note=note, meaning=meaning)

    yield money("Running budgets", sums.budget, "The effective budgets of the flights that run "
                "now.", f"{found.total} orders, {sums.flights} flights")  # fmt: skip
    yield money("Spent", sums.spent, "What left these budgets, fees that count included.",
                f"{share(sums.ratio)} of what was expected by now")  # fmt: skip
    yield money("Needed a day", sums.needed, "What must be spent a day to end on budget.",
                f"{compact(sums.rate, Unit.MONEY, unit)} on an ordinary day now")  # fmt: skip
    yield money("Will stay unspent", sums.unspent, "Money that flights leave at the present rate.",
                "at the present rate")  # fmt: skip
    yield money("Asked for beyond budgets", sums.beyond, "What the present rate would spend beyond "
                "budgets: these run dry before their end.", "runs dry before the end")  # fmt: skip


def nothing_runs(found: Board) -> str:
    """Return why the board is empty."""
    return (
        f"No order runs now: {found.waiting} wait for a flight or are over, {found.paused} are "
        f"paused, and of {found.planless} no budget is known."
    )


def left_out(found: Board) -> str:
    """Return which orders are not on the board."""
    return (
        f"Orders that are not on the board: {found.waiting} waiting for a flight or over, "
        f"{found.paused} paused, {found.planless} without a known budget."
    )


def counted(found: Board) -> str:
    """Return how many orders run, and which of them are shown."""
    if found.pages == 1:
        return f"{found.total:,} running"
    first = (found.page - 1) * PAGE_ROWS + 1
    return f"{first:,} to {first + len(found.rows) - 1:,} of {found.total:,} running"


def board_lines(found: Board, causes: Mapping[str, Sequence[Cause]], sheet: Sheet) -> Table:
    """Return the page of orders with the totals of all."""
    unit = found.group.currency
    several = len(found.group.advertisers) > 1
    return Table(
        name="Pacing of orders",
        heads=_board_heads(unit),
        rows=tuple(
            _order(row, causes.get(row.order_id, ()), unit, several=several) for row in found.rows
        ),
        totals=_board_totals(found),
        note=left_out(found),
        sheet=sheet,
    )


def _board_heads(unit: str) -> tuple[Head, ...]:
    return (
        Head("Order", is_number=False),
        Head("Days left"),
        Head(f"Budget, {unit}"),
        Head(f"Spent, {unit}"),
        Head("Delivery rate"),
        Head(f"Needed a day, {unit}"),
        Head(f"Projected end, {unit}"),
        Head("Likely cause", is_number=False),
        Head("Status", is_number=False),
    )


def _order(row: BoardRow, causes: Sequence[Cause], unit: str, *, several: bool) -> tuple[Cell, ...]:
    sums = row.amounts
    ends = f"{row.ends.astimezone(ZoneInfo(row.zone)):%-d %b}"
    rolled = f"{amount(sums.rolled_over, unit)} rolled over" if sums.rolled_over else ""
    return (
        Cell(row.name, f"{row.advertiser} · {row.order_id}" if several else row.order_id),
        Cell(f"{row.days_left:.0f}", f"{row.days_run:.0f} run, ends {ends}"),
        Cell(amount(sums.budget, unit), rolled),
        _spent(sums, unit),
        Cell(share(row.delivery_rate)),
        _needed(sums, unit),
        _projected(sums, unit, "at its end"),
        _cause(causes),
        Cell(row.status.value, tone=row.status.tone),
    )


def _spent(sums: Amounts, unit: str) -> Cell:
    return Cell(amount(sums.spent, unit), f"{share(sums.ratio)} of expected")


def _needed(sums: Amounts, unit: str) -> Cell:
    return Cell(amount(sums.needed, unit), f"{amount(sums.rate, unit)} now")


def _projected(sums: Amounts, unit: str, words: str = "in all") -> Cell:
    if sums.gap is None:
        return Cell(ABSENT)
    return Cell(amount(sums.projected, unit), f"{amount(sums.gap, unit)} {words}")


def _cause(causes: Sequence[Cause]) -> Cell:
    if not causes:
        return Cell("")
    first, *others = causes
    label = "likely" if first.is_inference else "certain"
    return Cell(first.lever.value, f"{label}, {len(others)} more" if others else label)


def _board_totals(found: Board) -> tuple[Cell, ...]:
    unit, sums = found.group.currency, found.amounts
    return (
        Cell(f"All {found.total:,}"),
        Cell(""),
        Cell(amount(sums.budget, unit)),
        _spent(sums, unit),
        Cell(ABSENT, "not added up"),
        _needed(sums, unit),
        _projected(sums, unit),
        Cell(""),
        Cell(""),
    )


def advertiser_lines(found: Board) -> Table:
    """Return a line an advertiser, the most money at stake first."""
    unit = found.group.currency
    titles = (f"Budget, {unit}", f"Spent, {unit}", "Of expected", f"Needed a day, {unit}",
              f"Projected end, {unit}", f"Unspent, {unit}", f"Beyond, {unit}")  # fmt: skip
    return Table(
        name="Pacing of advertisers",
        heads=(
            Head("Advertiser", is_number=False),
            *map(Head, titles),
            Head("Orders", is_number=False),
        ),
        rows=tuple(
            (Cell(row.name), *_sums(row.amounts, unit), Cell(_statuses(row)))
            for row in found.advertisers
        ),
        totals=(
            Cell(f"All {len(found.advertisers)}"),
            *_sums(found.amounts, unit),
            Cell(f"{found.total} orders"),
        ),
    )


def _sums(sums: Amounts, unit: str) -> tuple[Cell, ...]:
    return (
        Cell(amount(sums.budget, unit)),
        Cell(amount(sums.spent, unit)),
        Cell(share(sums.ratio)),
        _needed(sums, unit),
        _projected(sums, unit),
        Cell(amount(sums.unspent, unit)),
        Cell(amount(sums.beyond, unit)),
    )


def _statuses(row: AdvertiserRow) -> str:
    return ", ".join(f"{count} {one.value}" for one, count in row.statuses.items())


def client_lines(found: Sequence[ClientMonth], unit: str, sheet: Sheet) -> Table:
    """Return a line a client's monthly budget."""
    numbers = (f"Gives, {unit}", "Media it buys", "Media so far", "Client's money used",
               "Media needed a day", "Projected")  # fmt: skip
    return Table(
        name="Client budgets",
        heads=(
            Head("Client", is_number=False),
            *map(Head, numbers),
            Head("Status", is_number=False),
        ),
        rows=tuple(_client(one, unit) for one in found),
        sheet=sheet,
    )


def agency_part(one: ClientMonth) -> str:
    """Return what of a client's budget is the agency's."""
    label = one.budget.terms.label
    if one.budget.terms is FeeTerms.NONE:
        return label
    return f"{percent(one.budget.percent)} {label.removeprefix('a ')}"


def due_words(one: ClientMonth) -> str:
    """Return how much of the media due by now went out, and since when if not the whole month."""
    since = f" since {one.known_since:%-d %b}" if one.known_since else ""
    return f"{share(one.ratio)} of what is due{since}"


def _client(one: ClientMonth, unit: str) -> tuple[Cell, ...]:
    gap = "" if one.gap is None else f"{amount(one.gap, unit)} at its end"
    return (
        Cell(one.budget.name, f"{one.advertiser} · {one.orders} orders"),
        Cell(amount(one.budget.amount, unit), agency_part(one)),
        Cell(amount(one.buys, unit), f"{amount(one.flights, unit)} planned by flights"),
        Cell(amount(one.media, unit), due_words(one)),
        Cell(amount(one.billed, unit)),
        Cell(amount(one.needed_per_day, unit)),
        Cell(amount(one.projected, unit), gap),
        Cell(one.stands.value, tone=one.stands.tone),
    )
