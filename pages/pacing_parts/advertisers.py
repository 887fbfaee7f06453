"""The advertisers on the board, the most money at stake first; each leads to its orders."""

from __future__ import annotations

from dataclasses import replace

from core.domain.views import View, query
from core.insight.pacing.board import AdvertiserRow, Amounts, Board
from core.web.context import PageContext
from core.web.parts import table
from core.web.parts.header import section
from core.web.parts.markup import esc, link, status
from core.web.parts.table import Head
from core.web.parts.words import amount, share
from pages.pacing_parts.orders import projected, two


def draw(ctx: PageContext, view: View, found: Board) -> None:
    """Draw a row an advertiser; the amounts are the sums of its orders'."""
    unit = found.group.currency
    section("Advertisers", beside=f"{len(found.advertisers)}, by money at stake")
    heads = [
        Head("Advertiser", is_number=False),
        Head(f"Budget, {unit}", meaning="The effective budgets of its running flights."),
        Head(f"Spent, {unit}"),
        Head("Of expected", meaning="Spend over what the advertiser's own past expects by now."),
        Head(f"Needed a day, {unit}", meaning="To end on budget; below, an ordinary day now."),
        Head(f"Projected end, {unit}", meaning="At the present rate; below, that less the budget."),
        Head(f"Unspent, {unit}", meaning="What flights leave at the present rate."),
        Head(f"Beyond, {unit}", meaning="What the present rate would spend beyond budgets."),
        Head("Orders", is_number=False),
    ]
    rows = [
        [_way(ctx, view, row), *_cells(row.amounts, unit), _statuses(row)]
        for row in found.advertisers
    ]
    totals = [f"All {len(rows)}", *_cells(found.amounts, unit), f"{found.total} orders"]
    table.figures(heads, rows, name="Advertisers", totals=totals)


def _way(ctx: PageContext, view: View, row: AdvertiserRow) -> str:
    only = replace(view, advertisers=(row.advertiser_id,), page=1)
    return link(ctx.path("pacing", **query(only)), row.name)


def _cells(sums: Amounts, unit: str) -> list[str]:
    return [
        esc(amount(sums.budget, unit)),
        esc(amount(sums.spent, unit)),
        share(sums.ratio),
        two(esc(amount(sums.needed, unit)), f"{esc(amount(sums.rate, unit))} now"),
        projected(sums, unit),
        esc(amount(sums.unspent, unit)),
        esc(amount(sums.beyond, unit)),
    ]


def _statuses(row: AdvertiserRow) -> str:
    told = (status(one.tone, f"{count} {one.value}") for one, count in row.statuses.items())
    return "<br>".join(told)
