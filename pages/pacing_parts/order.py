"""One order from the inside: its flights, levels of budget, likely causes, line items, what-if."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from decimal import Decimal

import streamlit as st

from core.domain.views import View, query
from core.insight.audience import Audience, Group
from core.insight.desk import Desk
from core.insight.directory import KnownOrder
from core.insight.order_table import flight_status
from core.insight.pace_book import FlightPace, PaceBook
from core.insight.pacing.board import row_of
from core.insight.pacing.causes import Cause, causes
from core.insight.pacing.flights import FlightRow, curve, days_of, flight_rows, present, standing
from core.insight.pacing.limits import Reconciled, reconciled
from core.insight.pacing.lines import LineFacts, costs_between, line_facts, line_paces
from core.insight.pacing.sheets import flight_sheet, limit_sheet, line_sheet
from core.reports.document import Cell
from core.reports.parts.flight_lines import (
    CERTAIN,
    INFERENCE,
    beside,
    bid_words,
    caps_words,
    days_left,
    days_words,
    line_budget,
    line_pace,
    line_tone,
    no_cause,
    of_expected,
)
from core.reports.parts.pacing import flight_curve, shape_words
from core.web.context import PageContext
from core.web.parts import charts, downloads, states, table
from core.web.parts.header import section
from core.web.parts.markup import draw as draw_html
from core.web.parts.markup import esc, link, named, status
from core.web.parts.table import Head
from core.web.parts.words import amount, said, share
from pages.pacing_parts import hours, what_if
from pages.pacing_parts.orders import two

FLIGHT = "flight"
"""Which flight is looked at; beside the grammar of filters, in the address all the same."""


def draw(
    ctx: PageContext,
    desk: Desk,
    whom: Audience,
    group: Group,
    book: PaceBook,
    known: KnownOrder,
) -> None:
    """Draw everything that is known of one order's money."""
    unit = group.currency
    back = ctx.path("pacing", **query(replace(whom.view, orders=())))
    section(known.order.name or known.id, beside=f"{known.id} · plan {known.plan.value}")
    draw_html(link(back, "All orders"))
    rows = flight_rows(known, book)
    if not rows:
        states.empty("No budget of this order is known, so there is nothing to pace.")
        return
    looked_at = present(rows, st.query_params.get(FLIGHT, ""))
    if looked_at is not None and looked_at.paced is not None:
        found = curve(desk, whom, known, book, looked_at.paced)
        charts.lines(flight_curve(found, unit), key="pacing.curve")
        draw_html(f'<p class="fd-muted">{esc(shape_words(found.shape))}</p>')
    _draw_flights(ctx, whom.view, rows, looked_at, unit, whom.days[known.order.advertiser_id].zone)
    facts = line_facts(desk, whom, [known.id])[known.id]
    if book.running(known.id) and not known.is_paused:
        _draw_running(ctx, desk, whom, group, book, known, facts)
    paced = line_paces(desk, whom, book, known, facts)
    _draw_lines(ctx, desk, whom, looked_at, known, facts, paced, unit)
    hours.draw(ctx, desk, group, book, known)
    if looked_at is not None and looked_at.paced is not None and looked_at.paced.is_running:
        what_if.draw(standing(whom, known, book, looked_at.paced), unit)


def _draw_flights(
    ctx: PageContext,
    view: View,
    rows: Sequence[FlightRow],
    looked_at: FlightRow | None,
    unit: str,
    zone: str,
) -> None:
    section("Flights", beside=f"{len(rows)}, money in {unit}")
    heads = [
        Head("Flight", is_number=False),
        Head("Days left", meaning="Below, how many it ran."),
        Head("Budget", meaning="What it may spend: its own money and what rolled over."),
        Head("Spent", meaning="What left it, and how much that is of what is expected by now."),
        Head("Delivery rate", meaning="By Amazon's formula, as a cross-check."),
        Head("Needed a day", meaning="To end on budget; below, an ordinary day now."),
        Head("Projected end", meaning="At the present rate; below, that less the budget."),
        Head("Status", is_number=False),
    ]
    cells = [
        _flight(ctx, view, row, unit, zone, is_shown=row is looked_at) for row in reversed(rows)
    ]
    table.figures(heads, cells, name="Flights")
    downloads.sheet_menu(
        ctx, lambda: flight_sheet(rows, unit), name="flights", key="pacing.flights.file"
    )


def _flight(
    ctx: PageContext, view: View, row: FlightRow, unit: str, zone: str, *, is_shown: bool
) -> list[str]:
    days = esc(days_words(row, zone))
    if row.paced is None:
        own = esc(amount(row.flight.budget.amount, unit))
        name = two(f"Flight {row.number}", days)
        return [name, "n/a", own, "n/a", "n/a", "n/a", "n/a", "not kept"]
    pace, stands = row.paced.pace, flight_status(row.paced.pace)
    way = ctx.path("pacing", **query(view), **{FLIGHT: row.flight.entity_id})
    name = esc(f"Flight {row.number}, shown") if is_shown else link(way, f"Flight {row.number}")
    rolled = beside(pace.rolled_over or None, unit, "rolled over")
    return [
        two(name, days),
        _both(days_left(pace)),
        two(esc(amount(pace.budget, unit)), esc(rolled)),
        two(esc(amount(pace.spent, unit)), esc(of_expected(pace))),
        share(pace.delivery_rate),
        two(esc(amount(pace.needed_per_day, unit)), esc(beside(pace.run_rate, unit, "now"))),
        two(esc(amount(pace.projected, unit)), esc(beside(pace.gap, unit, "at its end"))),
        status(stands.tone, stands.value),
    ]


def _both(cell: Cell) -> str:
    return two(esc(cell.text), esc(cell.small))


def _draw_running(
    ctx: PageContext,
    desk: Desk,
    whom: Audience,
    group: Group,
    book: PaceBook,
    known: KnownOrder,
    facts: Sequence[LineFacts],
) -> None:
    row = row_of(desk, whom, group, book, known.id)
    limit = reconciled(desk, whom, [row], {known.id: facts})[known.id]
    told = causes(desk, whom, [row], {known.id: facts}, {known.id: limit})[known.id]
    left, right = st.columns(2, gap="medium")
    with left:
        _draw_limits(ctx, limit, group.currency)
    with right:
        _draw_causes(row.status.tone, told)


def _draw_limits(ctx: PageContext, limit: Reconciled, unit: str) -> None:
    section("Which budget counts", beside=f"{limit.counts.level.value} does")
    heads = [
        Head("Level", is_number=False),
        Head(f"Set to, {unit}"),
        Head(f"Room, {unit}", meaning="The most that can be spent under it until the flight ends."),
    ]
    rows = [
        [
            two(esc(one.level.value), "counts" if one is limit.counts else esc(one.why)),
            esc(amount(one.amount, unit)),
            esc(amount(one.room, unit)),
        ]
        for one in limit.limits
    ]
    table.figures(heads, rows, name="Levels of budget")
    downloads.sheet_menu(
        ctx, lambda: limit_sheet(limit, unit), name="budget levels", key="pacing.limits.file"
    )


def _draw_causes(tone: str, told: Sequence[Cause]) -> None:
    section("Likely causes", beside="inferred; Amazon tells nothing of missed bids")
    if not told:
        draw_html(f'<p class="fd-muted">{esc(no_cause(tone))}</p>')
        return
    items = "".join(
        f"<li><p><strong>{esc(cause.lever.value.capitalize())}.</strong> {esc(cause.says)} "
        f"{said(cause.evidence)}</p><small>{_label(cause)}</small></li>"
        for cause in told
    )
    draw_html(f'<ul class="fd-list">{items}</ul>')


def _label(cause: Cause) -> str:
    return INFERENCE if cause.is_inference else CERTAIN


def _draw_lines(
    ctx: PageContext,
    desk: Desk,
    whom: Audience,
    looked_at: FlightRow | None,
    known: KnownOrder,
    facts: Sequence[LineFacts],
    paced: Mapping[str, FlightPace],
    unit: str,
) -> None:
    section("Line items", beside=f"{len(facts)}, total cost without fees beside it, {unit}")
    if not facts:
        draw_html('<p class="fd-muted">No line item of this order is known.</p>')
        return
    days = whom.days[known.order.advertiser_id]
    period = days_of(looked_at.paced, days) if looked_at and looked_at.paced else None
    spent = costs_between(desk, known.id, period) if period else {}
    heads = [
        Head("Line item", is_number=False),
        Head("Budget", meaning="Its own; n/a where Amazon divides the order's money. Below, how "
             "much of what is expected by now went out."),
        Head("In this flight", meaning="Total cost over the whole days of the flight above."),
        Head("Seven days", meaning="Total cost of the last seven whole days; below, the seven "
             "before."),
        Head("Paid a thousand", meaning="Supply cost, which bids are for, of the last seven "
             "whole days; below, its base bid and the average not to be passed."),
        Head("Days left", meaning="Of a line item that is on and has a budget and dates of its "
             "own; below, how many it ran."),
        Head("Needed a day", meaning="To end on its budget; below, an ordinary day now."),
        Head("Projected end", meaning="At the present rate; below, that less its budget."),
        Head("Caps", is_number=False),
        Head("State", is_number=False),
        Head("Pacing", is_number=False),
    ]  # fmt: skip
    rows = [_line(fact, spent, paced.get(fact.line.entity_id), unit) for fact in facts]
    table.figures(heads, rows, name="Line items", totals=_line_totals(facts, spent, unit))
    downloads.sheet_menu(
        ctx, lambda: line_sheet(facts, spent, paced, unit), name="line items",
        key="pacing.lines.file",
    )  # fmt: skip


def _line(
    fact: LineFacts, spent: Mapping[str, Decimal], one: FlightPace | None, unit: str
) -> list[str]:
    line = fact.line
    *days, stands = line_pace(one, unit)
    said_by_amazon = line.delivery_status.value.replace("_", " ")
    return [
        two(named(line.name or line.entity_id), esc(line.entity_id)),
        _both(line_budget(fact, one, unit)),
        esc(amount(spent.get(line.entity_id, Decimal(0)), unit)),
        two(esc(amount(fact.week.cost, unit)), f"{esc(amount(fact.before.cost, unit))} before"),
        two(esc(amount(fact.week.cpm, unit)), esc(bid_words(fact, unit))),
        *map(_both, days),
        esc(caps_words(fact, unit)),
        two(status(line_tone(fact), line.state.value), esc(said_by_amazon)),
        two(status(stands.tone, stands.text), esc(stands.small)) if one else stands.text,
    ]


def _line_totals(facts: Sequence[LineFacts], spent: Mapping[str, Decimal], unit: str) -> list[str]:
    return [
        f"All {len(facts)}",
        "",
        esc(amount(sum(spent.values(), Decimal(0)), unit)),
        esc(amount(sum((fact.week.cost for fact in facts), Decimal(0)), unit)),
        *[""] * 7,
    ]
