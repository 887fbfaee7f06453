"""What the shelves share: a table with its file, when something changed, how it is changed."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

import streamlit as st

from core.domain.freshness import age_phrase
from core.errors import UserError
from core.insight.desk import Desk
from core.insight.directory import directory
from core.insight.sheets import word_sheet
from core.store.content.content import Content
from core.web.context import PageContext
from core.web.parts import downloads, states, table
from core.web.parts.markup import esc, named

NEW = ""
"""What a choice of things to change says for one that is not there yet."""
EVERYTHING = "everything"
_MADE = "library.made"


@dataclass(frozen=True, slots=True)
class Names:
    """Names by id of what the person sees; orders with the advertiser they belong to."""

    advertisers: Mapping[str, str]
    orders: Mapping[str, tuple[str, str]]

    def of(self, advertiser_id: str | None, order_id: str | None) -> str:
        """Return what something is about, in words."""
        if advertiser_id is None:
            return EVERYTHING
        whole = self.advertisers.get(advertiser_id, advertiser_id)
        if order_id is None:
            return whole
        return f"{whole}: {self.orders.get(order_id, ('', order_id))[1]}"

    def orders_of(self, advertiser_id: str) -> dict[str, str]:
        """Return the orders of an advertiser."""
        return {o: name for o, (whose, name) in self.orders.items() if whose == advertiser_id}


def names(desk: Desk) -> Names:
    """Return the names of the advertisers and orders that can be chosen."""
    known = directory(desk).orders.values()
    return Names(
        {str(a.advertiser_id): a.name for a in desk.tenant.advertisers.kept()},
        {one.id: (one.order.advertiser_id, one.order.name or one.id) for one in known},
    )


def draw_table(
    ctx: PageContext,
    heads: Sequence[str],
    rows: Sequence[Sequence[str]],
    *,
    name: str,
    first: Sequence[str] = (),
) -> None:
    """Draw rows of words and the menu of their file. `first` are the first cells as HTML, where
    they are more than a name.
    """
    heading = first or [named(row[0]) for row in rows]
    cells = [[top, *map(esc, row[1:])] for top, row in zip(heading, rows, strict=True)]
    table.small(heads, cells, name=name)
    downloads.sheet_menu(
        ctx, lambda: word_sheet(heads, rows), name=name.lower(), key=f"library.{name}.file"
    )


def changed(ctx: PageContext, at: datetime) -> str:
    """Return when something was changed last."""
    return age_phrase(at, ctx.now)


def make(ctx: PageContext, change: Callable[[Content], object]) -> None:
    """Make a change and draw the screen anew, or say why it cannot be made."""
    try:
        with ctx.content() as content:
            change(content)
    except UserError as error:
        states.notice("bad", str(error))
    else:
        st.session_state[_MADE] = st.session_state.get(_MADE, 0) + 1
        st.rerun()


def place_of(shelf: str, key: str) -> str:
    """Return the key of a form or of the choice above it; after each change it is a new one.

    So the form is empty again, and no choice is held by a name that the change has made another.
    """
    return f"library.{shelf}.{key}.{st.session_state.get(_MADE, 0)}"


def remove_button(ctx: PageContext, key: str, remove: Callable[[Content], None]) -> None:
    """Draw what takes something away, with a second click for being sure."""
    with st.popover("Remove", key=f"{key}.popover", width="content"):
        st.write("It is gone for everybody, at once.")
        if st.button("Yes, take it away", key=key, type="primary"):
            make(ctx, remove)


def ask_about(names: Names, advertiser_id: str | None, order_id: str | None, key: str,
              *, whole: bool) -> tuple[str | None, str | None]:  # fmt: skip
    """Ask which advertiser, and which of its orders; None for all. `whole` allows everything."""
    offered = [*((EVERYTHING,) if whole else ()), *names.advertisers]
    if not offered:
        return None, None
    present = advertiser_id if advertiser_id in offered else offered[0]
    left, right = st.columns(2)
    chosen = left.selectbox(
        "About",
        offered,
        index=offered.index(present),
        format_func=lambda one: names.advertisers.get(one, "Everything"),
        key=f"{key}.advertiser",
    )
    if chosen == EVERYTHING:
        return None, None
    orders = names.orders_of(chosen)
    listed = [EVERYTHING, *orders]
    order = right.selectbox(
        "Order",
        listed,
        index=listed.index(order_id) if order_id in orders else 0,
        format_func=lambda one: orders.get(one, "All of its orders"),
        key=f"{key}.order.{chosen}",
    )
    return chosen, None if order == EVERYTHING else order
