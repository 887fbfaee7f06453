"""What-if: another budget, another last day, other bids. Nothing is changed at Amazon."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import streamlit as st

from core.domain.formats import compact, exact, percent
from core.domain.metrics import Unit
from core.domain.what_if import (
    ASSUMPTION,
    Change,
    Outcome,
    Standing,
    bid_to_end_on_budget,
    what_if,
)
from core.errors import UserError
from core.reports.figures import Tile
from core.web.parts import states, tiles
from core.web.parts.header import section
from core.web.parts.markup import draw as draw_html
from core.web.parts.markup import esc

_SAFE = "A trial on paper. Nothing is changed at Amazon, and nothing is kept."


def draw(now: Standing, unit: str) -> None:
    """Draw the trial; turning a figure re-draws it alone."""

    @st.fragment
    def block() -> None:
        section("What if", beside=_SAFE)
        with st.container(horizontal=True, vertical_alignment="bottom"):
            budget = st.number_input(
                f"Budget, {unit}", min_value=0.0, value=_offered(now),
                key="pacing.if.budget", width=200,
            )  # fmt: skip
            last_day = st.date_input(
                "Last day", now.last_day, key="pacing.if.day", format="DD/MM/YYYY", width=170
            )
            bid = st.number_input(
                "Bids, % up or down", min_value=-90, max_value=300, value=0, step=5,
                key="pacing.if.bid", width=170,
            )  # fmt: skip
        _draw_outcome(now, _change(now, budget, last_day, bid), unit)

    block()


def _offered(now: Standing) -> float:
    return float(round(now.budget, 2))


def _change(now: Standing, budget: float, last_day: object, bid: int) -> Change:
    """Return what is tried; a budget that is left as it was offered is the exact one."""
    assert isinstance(last_day, date)
    tried = now.budget if budget == _offered(now) else Decimal(str(budget))
    return Change(budget=tried, last_day=last_day, bid=Decimal(bid).scaleb(-2))


def _draw_outcome(now: Standing, change: Change, unit: str) -> None:
    try:
        found = what_if(now, change)
    except UserError as error:
        states.notice("bad", str(error))
        return
    tiles.row(_tiles(found, unit), name="What would become of it")
    draw_html(f'<p class="fd-muted">{esc(_advice(now))}{esc(ASSUMPTION)}</p>')


def _tiles(found: Outcome, unit: str) -> list[Tile]:
    gaps = found.gaps
    return [
        Tile(label="Days left", figure=f"{found.days_left:.1f}"),
        Tile(
            label="Needed a day",
            figure=compact(found.needed_per_day, Unit.MONEY, unit),
            exact=exact(found.needed_per_day, Unit.MONEY, unit),
        ),
        Tile(
            label="Projected end",
            figure=_range(found.low, found.high, unit),
            note=f"of {exact(found.budget, Unit.MONEY, unit)}",
        ),
        Tile(
            label="Less the budget",
            figure=_range(gaps[0], gaps[1], unit) if gaps else "n/a",
            note="minus stays unspent, plus runs dry early",
        ),
    ]


def _range(low: Decimal | None, high: Decimal | None, unit: str) -> str:
    if low is None or high is None or low == high:
        return compact(low, Unit.MONEY, unit) if low is not None else "n/a"
    return f"{compact(low, Unit.MONEY, unit)} to {compact(high, Unit.MONEY, unit)}"


def _advice(now: Standing) -> str:
    bids = bid_to_end_on_budget(now)
    if bids is None:
        return ""
    word = "higher" if bids[1] > 0 else "lower"
    sizes = sorted(abs(bid) for bid in bids)
    return (
        f"To end on the budget as it is, bids {percent(sizes[0])} to {percent(sizes[1])} {word} "
        "would be needed. "
    )
