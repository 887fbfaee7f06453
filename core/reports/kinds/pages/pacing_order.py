"""One order on Pacing as a document; the trials of what-if are for the screen alone."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from core.insight.audience import Group
from core.insight.directory import KnownOrder
from core.insight.fresh import order_hours, pattern_sheet
from core.insight.pace_book import PaceBook
from core.insight.pacing.board import row_of
from core.insight.pacing.causes import causes
from core.insight.pacing.flights import FlightRow, curve, days_of, flight_rows, present
from core.insight.pacing.limits import reconciled
from core.insight.pacing.lines import LineFacts, costs_between, line_facts, line_paces
from core.insight.pacing.sheets import flight_sheet, limit_sheet, line_sheet
from core.reports.document import Block, Chart, Section, remark
from core.reports.kinds.material import Setting
from core.reports.parts.fitting import WIDE, fitted
from core.reports.parts.flight_lines import cause_points, flight_lines, limit_lines, line_lines
from core.reports.parts.fresh import by_the_hour, hour_lines, need_words
from core.reports.parts.pacing import flight_curve, shape_words

NO_BUDGET = "No budget of this order is known, so there is nothing to pace."
NO_LINES = "No line item of this order is known."


def order_sections(
    given: Setting, group: Group, book: PaceBook, known: KnownOrder
) -> Iterator[Section]:
    """Yield everything that is known of one order's money."""
    rows = flight_rows(known, book)
    if not rows:
        yield Section(title="Flights", blocks=(remark(NO_BUDGET),))
        return
    looked_at = present(rows)
    yield _flights(given, group, book, known, rows, looked_at)
    facts = line_facts(given.desk, given.audience, [known.id])[known.id]
    if book.running(known.id) and not known.is_paused:
        yield from _running(given, group, book, known, facts)
    yield _lines(given, group, book, known, looked_at, facts)
    yield from _hours(given, group, book, known)


def _flights(
    given: Setting,
    group: Group,
    book: PaceBook,
    known: KnownOrder,
    rows: Sequence[FlightRow],
    looked_at: FlightRow | None,
) -> Section:
    unit, zone = group.currency, given.audience.days[known.order.advertiser_id].zone
    blocks: list[Block] = []
    if looked_at is not None and looked_at.paced is not None:
        found = curve(given.desk, given.audience, known, book, looked_at.paced)
        blocks.append(Chart(chart=flight_curve(found, unit), caption=shape_words(found.shape)))
    table = flight_lines(rows, looked_at, unit, zone, flight_sheet(rows, unit))
    return Section(
        title="Flights",
        beside=f"{len(rows)}, money in {unit} · plan {known.plan.value}",
        blocks=(*blocks, fitted(table, WIDE)),
    )


def _running(
    given: Setting, group: Group, book: PaceBook, known: KnownOrder, facts: Sequence[LineFacts]
) -> Iterator[Section]:
    desk, whom, unit = given.desk, given.audience, group.currency
    row = row_of(desk, whom, group, book, known.id)
    limit = reconciled(desk, whom, [row], {known.id: facts})[known.id]
    told = causes(desk, whom, [row], {known.id: facts}, {known.id: limit})[known.id]
    yield Section(
        title="Which budget counts",
        beside=f"{limit.counts.level.value} does",
        blocks=(fitted(limit_lines(limit, unit, limit_sheet(limit, unit)), WIDE),),
    )
    yield Section(
        title="Likely causes",
        beside="inferred; Amazon tells nothing of missed bids",
        blocks=(cause_points(told, row.status.tone),),
    )


def _lines(
    given: Setting,
    group: Group,
    book: PaceBook,
    known: KnownOrder,
    looked_at: FlightRow | None,
    facts: Sequence[LineFacts],
) -> Section:
    unit = group.currency
    days = given.audience.days[known.order.advertiser_id]
    period = days_of(looked_at.paced, days) if looked_at and looked_at.paced else None
    spent = costs_between(given.desk, known.id, period) if period else {}
    paced = line_paces(given.desk, given.audience, book, known, facts)
    table = line_lines(facts, spent, paced, unit, line_sheet(facts, spent, paced, unit))
    return Section(
        title="Line items",
        beside=f"{len(facts)}, total cost without fees beside it, {unit}",
        blocks=(fitted(table, WIDE) if facts else remark(NO_LINES),),
    )


def _hours(given: Setting, group: Group, book: PaceBook, known: KnownOrder) -> Iterator[Section]:
    """Yield the hours of the order; nothing where the stream tells nothing of it."""
    found = order_hours(given.desk, group, book, known)
    if found is None:
        return
    unit = group.currency
    blocks: list[Block] = [Chart(chart=by_the_hour(found, unit), caption=need_words(found, unit))]
    if found.days:
        blocks.append(fitted(hour_lines(found, unit, pattern_sheet(found, unit)), WIDE))
    yield Section(
        title="By the hour",
        beside=f"Provisional, Amazon Marketing Stream · {found.zone}",
        blocks=tuple(blocks),
    )
