"""People by window: tiles for one advertiser, a row each for several; and the window chosen."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import streamlit as st

from core.domain.formats import ABSENT, exact
from core.domain.metrics import Unit
from core.domain.views import View, Window
from core.insight.reach.reach import WindowReach
from core.insight.reach.windows import WORDS
from core.reports.parts.reach_lines import NO_WINDOW, kinds_of
from core.reports.parts.reaches import NEVER_ADDED, window_tiles
from core.web.parts import filters, table, tiles
from core.web.parts.markup import draw as draw_html
from core.web.parts.markup import esc
from core.web.parts.table import Head


def draw(found: Sequence[WindowReach], *, is_single: bool) -> None:
    """Draw each window's people, and why none is added to another."""
    if is_single:
        tiles.row(list(window_tiles(found)), name="People reached")
    else:
        _draw_table(found)
    draw_html(f'<p class="fd-muted">{esc(NEVER_ADDED)}</p>')


def _draw_table(found: Sequence[WindowReach]) -> None:
    whose = {str(one.advertiser.advertiser_id): one.advertiser for one in found}
    at = {(str(one.advertiser.advertiser_id), one.window): one for one in found}
    kinds = kinds_of(found)
    heads = [
        Head("Advertiser", is_number=False),
        *(Head(WORDS[kind].capitalize() if kind else "Days chosen") for kind in kinds),
    ]
    rows = [
        [esc(advertiser.name), *(_cell(at.get((one, kind))) for kind in kinds)]
        for one, advertiser in whose.items()
    ]
    table.figures(heads, rows, name="People reached, by advertiser")


def _cell(one: WindowReach | None) -> str:
    if one is None:
        return f'<span title="{NO_WINDOW}">{ABSENT}</span>'
    if one.reach is None:
        days = f"<br><small>{esc(one.days)}</small>" if one.days else ""
        return f'<span title="{esc(one.reason)}">{ABSENT}</span>{days}'
    times = f"{exact(one.frequency, Unit.AVERAGE)} times · " if one.frequency is not None else ""
    return f"{exact(one.reach, Unit.COUNT)}<br><small>{esc(times)}{esc(one.days)}</small>"


def draw_choice(view: View) -> None:
    """Draw the choice of the window that orders and supplies are shown for."""
    key = "reach.window"
    st.session_state[key] = view.window

    def picked() -> None:
        # What is pressed already is let go by a second press: it stays as it is.
        filters.show(replace(view, window=st.session_state[key] or view.window, page=1))

    st.segmented_control(
        "Window of orders and supply sources", list(Window), key=key,
        format_func=lambda window: WORDS[window].capitalize(), on_change=picked, width="content",
    )  # fmt: skip
