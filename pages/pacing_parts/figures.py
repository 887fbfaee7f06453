"""The key figures of the board: what runs, what it should have spent, what is at stake."""

from __future__ import annotations

from core.domain.formats import compact, exact, percent
from core.domain.metrics import Unit
from core.insight.pacing.board import Board
from core.reports.figures import Tile
from core.web.parts import tiles


def draw(found: Board) -> None:
    """Draw the tiles of one currency; they speak of every order and not of the page alone."""
    tiles.row(_tiles(found), name=f"Pacing, {found.group.currency}")


def _tiles(found: Board) -> list[Tile]:
    unit, sums = found.group.currency, found.amounts

    def money(label: str, amount: object, meaning: str, note: str = "") -> Tile:
        return Tile(
            label=label,
            figure=compact(amount, Unit.MONEY, unit),  # type: ignore[arg-type]
            exact=exact(amount, Unit.MONEY, unit),  # type: ignore[arg-type]
            note=note,
            meaning=meaning,
        )

    ratio = "n/a" if sums.ratio is None else percent(sums.ratio)
    return [
        money("Running budgets", sums.budget, "The effective budgets of the flights that run now.",
              f"{found.total} orders, {sums.flights} flights"),
        money("Spent", sums.spent, "What left these budgets, fees that count included.",
              f"{ratio} of what was expected by now"),
        money("Needed a day", sums.needed, "What must be spent a day to end on budget.",
              f"{compact(sums.rate, Unit.MONEY, unit)} on an ordinary day now"),
        money("Will stay unspent", sums.unspent, "Money that flights leave at the present rate.",
              "at the present rate"),
        money("Asked for beyond budgets", sums.beyond,
              "What the present rate would spend beyond budgets: these run dry before their end.",
              "runs dry before the end"),
    ]  # fmt: skip
