"""Which level of budget says how much an order's running flight can still spend."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

from core.domain.budget_levels import Gone, Level, Limit, Spent, counting, limits
from core.domain.flights import local_days, span
from core.domain.metrics import Dataset
from core.domain.periods import ONE_DAY, DateRange
from core.insight.audience import Audience
from core.insight.desk import Desk
from core.insight.directory import KnownOrder
from core.insight.known_days import KnownDays
from core.insight.pace_book import FlightPace
from core.insight.pacing.board import BoardRow
from core.insight.pacing.lines import LineFacts
from core.lake.question import Among, Question

_NOTHING = Decimal(0)


@dataclass(frozen=True, slots=True)
class Reconciled:
    """The limits of a flight, and the one that counts. `left` is what its budget still holds."""

    flight: FlightPace
    limits: tuple[Limit, ...]
    counts: Limit
    left: Decimal

    @property
    def withheld(self) -> Decimal:
        """Return how much of the money left the limit that counts does not let through."""
        return max(_NOTHING, self.left - (self.counts.room or _NOTHING))

    @property
    def is_capped(self) -> bool:
        """Return whether another level than the flight's own budget counts."""
        return self.counts.level is not Level.FLIGHT


def reconciled(
    desk: Desk,
    audience: Audience,
    rows: Sequence[BoardRow],
    facts: Mapping[str, Sequence[LineFacts]],
) -> dict[str, Reconciled]:
    """Return the limits of each order's running flight that ends first, by the order's id."""
    capped = frozenset(r.order_id for r in rows if audience.directory.orders[r.order_id].order.caps)
    months = _months(desk, audience, rows, capped)
    ever = _lifetimes(desk, audience, rows, capped)
    return {
        row.order_id: _reconciled(
            audience, row, facts.get(row.order_id, ()),
            months.get(row.order_id, _NOTHING), ever.get(row.order_id, _NOTHING),
        )
        for row in rows
    }  # fmt: skip


def _reconciled(
    audience: Audience,
    row: BoardRow,
    facts: Sequence[LineFacts],
    this_month: Decimal,
    lifetime: Decimal,
) -> Reconciled:
    known = audience.directory.orders[row.order_id]
    days = audience.days[row.advertiser_id]
    one = min(row.flights, key=lambda found: found.flight.end)
    left = max(_NOTHING, one.pace.budget - one.pace.spent)
    assert days.unbroken_since is not None
    began = _began(known)
    spent = Spent(
        left=left,
        order=_gone(days, began, this_month, lifetime),
        by_line_item={
            fact.line.entity_id: _gone(
                days, max(began, fact.line.start or began), fact.this_month, fact.ever
            )
            for fact in facts
        },
        rest=_rest(one, days),
        zone=days.zone,
        known_since=days.unbroken_since,
    )
    found = tuple(limits(known.order, one.pace.budget, [fact.line for fact in facts], spent))
    return Reconciled(one, found, counting(found), left)


def _began(known: KnownOrder) -> datetime:
    """Return when an order that has flights could first spend money."""
    starts = [flight.start for flight in known.flights]
    return min([*starts, known.order.start] if known.order.start else starts)


def _gone(days: KnownDays, began: datetime, this_month: Decimal, ever: Decimal) -> Gone:
    """Return what was spent, as far as all days that it was spent on are known."""
    assert days.firm_through is not None
    assert days.unbroken_since is not None
    first = began.astimezone(ZoneInfo(days.zone)).date()
    in_month = max(first, days.firm_through.replace(day=1))
    return Gone(
        this_month if in_month >= days.unbroken_since else None,
        ever if first >= days.unbroken_since else None,
    )


def _rest(one: FlightPace, days: KnownDays) -> DateRange | None:
    """Return the days left of a flight after the last whole day."""
    assert days.firm_through is not None
    first, last = local_days(span(one.flight), days.zone)
    start = max(first, days.firm_through + ONE_DAY)
    return DateRange(start, last) if start <= last else None


def _months(
    desk: Desk, audience: Audience, rows: Sequence[BoardRow], ids: frozenset[str]
) -> dict[str, Decimal]:
    """Return what capped orders cost in the month of their last whole day."""
    lasts = [_last(audience, row) for row in rows if row.order_id in ids]
    found: dict[str, Decimal] = {}
    for last in set(lasts):
        own = {r.order_id for r in rows if r.order_id in ids and _last(audience, r) == last}
        found |= _costs(desk, frozenset(own), DateRange(last.replace(day=1), last))
    return found


def _lifetimes(
    desk: Desk, audience: Audience, rows: Sequence[BoardRow], ids: frozenset[str]
) -> dict[str, Decimal]:
    firsts = [audience.days[row.advertiser_id].first for row in rows if row.order_id in ids]
    known = [first for first in firsts if first]
    if not known:
        return {}
    last = max(_last(audience, row) for row in rows if row.order_id in ids)
    return _costs(desk, ids, DateRange(min(known), last))


def _last(audience: Audience, row: BoardRow) -> date:
    last = audience.days[row.advertiser_id].firm_through
    assert last is not None
    return last


def _costs(desk: Desk, ids: frozenset[str], days: DateRange) -> dict[str, Decimal]:
    question = Question(
        Dataset.CAMPAIGN, ("total_cost",), days, by=("order_id",),
        where=(Among("order_id", ids),),
    )  # fmt: skip
    columns = desk.reader.ask(question).table.to_pydict()
    pairs = zip(columns["order_id"], columns["total_cost"], strict=True)
    return {order_id: cost or _NOTHING for order_id, cost in pairs}
