"""Reconciliation: a file from Amazon's console held against what is known here."""

from __future__ import annotations

from decimal import Decimal

import streamlit as st

from core.domain.console_files import ConsoleFile, read_console_file
from core.domain.formats import ABSENT, exact, percent
from core.errors import UserError
from core.insight.desk import Desk
from core.insight.reconciliation import Difference, Reason, Reconciliation, reconcile
from core.insight.trust_sheets import reconciliation_sheet
from core.store.accounts.advertisers import Advertiser
from core.web.context import PageContext
from core.web.parts import downloads, states, table
from core.web.parts.header import section
from core.web.parts.markup import draw as draw_html
from core.web.parts.markup import esc, named, status
from core.web.parts.table import Head

SHOWN = 100
_TOLERANCES = {
    "0.1 %": Decimal("0.001"),
    "0.5 %": Decimal("0.005"),
    "1 %": Decimal("0.01"),
    "2 %": Decimal("0.02"),
    "5 %": Decimal("0.05"),
}
_TONES = {Reason.OPEN: "bad", Reason.UNSETTLED: "", Reason.GROSS: ""}
_HEADS = [
    Head("Day", is_number=False),
    Head("Order", is_number=False),
    Head("Metric", is_number=False),
    Head("Console"),
    Head("Here"),
    Head("Gap"),
    Head("Likely reason", is_number=False, meaning="Inferred; below it, what speaks for it."),
]


def draw(ctx: PageContext, desk: Desk, advertiser: Advertiser) -> None:
    """Draw where to drop a file, and what it says against what is known."""
    section("Reconcile with Amazon's console", beside="nothing of the file is kept")
    draw_html(
        '<p class="fd-muted">Export a report by day and order from the console as CSV and drop it '
        f"here: its columns are recognised, and every figure is held against {esc(advertiser.name)}"
        "'s.</p>"
    )
    with st.container(horizontal=True, vertical_alignment="bottom"):
        file = st.file_uploader("CSV from the console", type=["csv", "txt"], key="health.console",
                                max_upload_size=20)  # fmt: skip
        chosen = st.selectbox("Tolerance", list(_TOLERANCES), index=2, key="health.tolerance",
                              width=120)  # fmt: skip
    if file is None:
        return
    try:
        read = read_console_file(file.getvalue())
        found = reconcile(desk, advertiser, read, _TOLERANCES[chosen])
    except UserError as refusal:
        states.notice("bad", str(refusal))
        return
    _draw_reading(read)
    _draw_found(ctx, advertiser, found)


def _draw_reading(read: ConsoleFile) -> None:
    for note in read.notes:
        states.notice("", note)
    if read.left_out:
        states.notice("warn", f"{read.left_out} lines were left out. {read.faults[0]}")
    if read.ignored:
        names = ", ".join(name[:40] for name in read.ignored[:12])
        draw_html(f'<p class="fd-muted">Not compared: {esc(names)}.</p>')


def _draw_found(ctx: PageContext, advertiser: Advertiser, found: Reconciliation) -> None:
    figures = ", ".join(entry.name for entry in found.metrics)
    told = (
        f"{found.agreeing:,} of {found.compared:,} figures agree: {figures} of {found.orders:,} "
        f"orders, {found.days}."
    )
    states.notice("warn" if found.differences else "good", told)
    if not found.differences:
        return
    reasons = "".join(
        f"<span>{status(_TONES.get(reason, 'warn'), reason.value)} {count:,}</span>"
        for reason, count in found.reasons.items()
    )
    draw_html(f'<div class="fd-legend">{reasons}</div>')
    rows = [_row(one, advertiser.currency) for one in found.differences[:SHOWN]]
    table.figures(_HEADS, rows, name="Differences with the console")
    if len(found.differences) > SHOWN:
        rest = len(found.differences) - SHOWN
        draw_html(f"<small>And {rest:,} smaller ones; the download goes on.</small>")
    downloads.sheet_menu(
        ctx, lambda: reconciliation_sheet(found), name="differences", key="health.console.file"
    )


def _row(one: Difference, currency: str) -> list[str]:
    unit = one.metric.unit
    reason = status(_TONES.get(one.reason, "warn"), one.reason.value)
    gap = esc(exact(one.gap, unit, currency))
    share = "" if one.share is None else f"<br><small>{esc(percent(one.share))}</small>"
    return [
        esc(f"{one.day:%-d %b %Y}"),
        f'{named(one.order)}<br><small><code class="fd-id">{esc(one.order_id)}</code></small>',
        esc(one.metric.name),
        ABSENT if one.console is None else esc(exact(one.console, unit, currency)),
        ABSENT if one.ours is None else esc(exact(one.ours, unit, currency)),
        gap + share,
        f"{reason}<br><small>{esc(one.evidence)}</small>",
    ]
