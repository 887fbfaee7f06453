"""The first load of a table, day by day, for as long as nothing can be shown yet."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import count

import streamlit as st

from core.domain.freshness import Cell
from core.domain.metrics import Dataset
from core.insight.coverage_calendar import calendar
from core.store.accounts.advertisers import Advertiser
from core.web.context import PageContext
from core.web.parts import states
from core.web.parts.states import Mark

LOOK_AGAIN_SECONDS = 3.0


def draw(ctx: PageContext, advertisers: Sequence[Advertiser], dataset: Dataset) -> None:
    """Draw how many days of a screen's table are here, looked at again every few seconds.

    The screen is drawn anew once the first day has come; never at once, so that what screen and
    calendar do not agree upon cannot draw it for ever.
    """
    looks = count()

    @st.fragment(run_every=LOOK_AGAIN_SECONDS)
    def block() -> None:
        with ctx.desk() as desk:
            strips = calendar(desk, advertisers, [dataset])
        marks = [_mark([strip.cells[place] for strip in strips]) for place in _places(strips)]
        if next(looks) and any(mark is Mark.DONE for mark in marks):
            st.rerun()
        whose = advertisers[0].name if len(advertisers) == 1 else f"{len(advertisers)} advertisers"
        states.loading(f"Data of {whose}", marks)

    block()


def _places(strips: Sequence[object]) -> range:
    return range(len(strips[0].cells)) if strips else range(0)  # type: ignore[attr-defined]


def _mark(cells: Sequence[Cell]) -> Mark:
    """Return what is known of one day, over all advertisers."""
    if any(cell is Cell.QUARANTINED for cell in cells):
        return Mark.TROUBLE
    is_here = any(cell is not Cell.MISSING for cell in cells)
    return Mark.DONE if is_here else Mark.WAITING
