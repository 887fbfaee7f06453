"""Line items of paced orders: what each is set to, what it spent, and what it pays."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any, cast

from core.domain.entities import Flight, Kind, LineItem, Rollover, State
from core.domain.flights import day_span, local_days, span
from core.domain.metrics import Dataset
from core.domain.pacing import paces
from core.domain.periods import ONE_DAY, DateRange
from core.insight.audience import Audience
from core.insight.desk import Desk
from core.insight.directory import KnownOrder
from core.insight.known_days import KnownDays
from core.insight.pace_book import FlightPace, PaceBook, known_rest
from core.lake.question import Among, Question

WEEK_DAYS = 7
_NOTHING = Decimal(0)
_MEASURES = ("impressions", "total_cost", "supply_cost")


@dataclass(frozen=True, slots=True)
class Week:
    """Sums of seven whole days."""

    cost: Decimal = _NOTHING
    supply: Decimal = _NOTHING
    impressions: int = 0

    @property
    def cpm(self) -> Decimal | None:
        """Return the supply cost of a thousand impressions, None without any.

        Bids are for supply: Amazon's and others' fees come on top.
        """
        return self.supply * 1000 / self.impressions if self.impressions else None


@dataclass(frozen=True, slots=True)
class LineFacts:
    """One line item: its settings, its last seven whole days and the seven before, and what it
    cost in the month of the last whole day and on all known days, by that day. Costs are Amazon's
    total cost, without fees beside it.
    """

    line: LineItem
    week: Week
    before: Week
    this_month: Decimal
    ever: Decimal

    @property
    def is_on(self) -> bool:
        """Return whether people have it switched on."""
        return self.line.state not in {State.PAUSED, State.ARCHIVED}


def line_facts(
    desk: Desk, audience: Audience, order_ids: Collection[str]
) -> dict[str, tuple[LineFacts, ...]]:
    """Return the line items of these orders, each order's by what they cost lately.

    An order without any known line item has an empty tuple. Line items that only reports know
    are not there: their settings are not known.
    """
    ids = frozenset(order_ids)
    key = (
        "line facts",
        audience.directory.mark,
        desk.reader.manifest.generation,
        frozenset((a, d.firm_through) for a, d in audience.days.items()),
        ids,
    )
    return desk.recall(lambda: _read(desk, audience, ids), *key)


def _read(desk: Desk, audience: Audience, ids: frozenset[str]) -> dict[str, tuple[LineFacts, ...]]:
    if not ids:
        return {}
    lines = [
        cast(LineItem, version.entity)
        for version in desk.tenant.entities.named(Kind.LINE_ITEM, parent_ids=ids)
    ]
    days = {line.entity_id: audience.days.get(line.advertiser_id) for line in lines}
    weeks = _weeks(desk, ids, days)
    held = {d.advertiser_id: d for d in days.values() if d}.values()
    month = _costs_since(desk, ids, held, lambda _, last: last.replace(day=1))
    ever = _costs_since(desk, ids, held, lambda first, _: first)
    found: dict[str, list[LineFacts]] = {order_id: [] for order_id in ids}
    for line in lines:
        now, before = weeks[line.entity_id]
        found[str(line.parent_id)].append(
            LineFacts(
                line,
                now,
                before,
                month.get(line.entity_id, _NOTHING),
                ever.get(line.entity_id, _NOTHING),
            )
        )
    return {
        order_id: tuple(sorted(facts, key=lambda f: (-f.week.cost, f.line.name)))
        for order_id, facts in found.items()
    }


def _weeks(
    desk: Desk, ids: frozenset[str], days: Mapping[str, KnownDays | None]
) -> dict[str, tuple[Week, Week]]:
    """Return the last seven whole days of each line item, and the seven before them."""
    lasts = {key: known.firm_through for key, known in days.items() if known}
    ends = [last for last in lasts.values() if last]
    if not ends:
        return dict.fromkeys(days, (Week(), Week()))
    period = DateRange(min(ends) - (2 * WEEK_DAYS - 1) * ONE_DAY, max(ends))
    rows: dict[str, list[Mapping[str, Any]]] = defaultdict(list)
    for row in _asked(desk, ids, period, ("order_id", "line_item_id", "day")):
        rows[row["line_item_id"]].append(row)
    return {key: _two_weeks(rows[key], lasts.get(key)) for key in days}


def _two_weeks(rows: Iterable[Mapping[str, Any]], last: date | None) -> tuple[Week, Week]:
    if last is None:
        return Week(), Week()
    middle = last - WEEK_DAYS * ONE_DAY
    known = [row for row in rows if row["day"] <= last]
    return (
        _week(row for row in known if row["day"] > middle),
        _week(row for row in known if middle - WEEK_DAYS * ONE_DAY < row["day"] <= middle),
    )


def _week(rows: Iterable[Mapping[str, Any]]) -> Week:
    listed = list(rows)
    return Week(
        sum((row["total_cost"] or _NOTHING for row in listed), _NOTHING),
        sum((row["supply_cost"] or _NOTHING for row in listed), _NOTHING),
        sum(row["impressions"] or 0 for row in listed),
    )


def _costs_since(
    desk: Desk,
    ids: frozenset[str],
    known: Collection[KnownDays],
    since: Callable[[date, date], date],
) -> dict[str, Decimal]:
    """Return what each line item cost by its advertiser's last whole day, as paces count, since
    a day that is told by its first known day and that last one."""
    by_last: dict[date, date] = {}
    for days in known:
        if days.first and days.firm_through:
            own = since(days.first, days.firm_through)
            by_last[days.firm_through] = min(by_last.get(days.firm_through, own), own)
    found: dict[str, Decimal] = {}
    for last, first in sorted(by_last.items()):
        advertisers = frozenset(days.advertiser_id for days in known if days.firm_through == last)
        rows = _asked(desk, ids, DateRange(first, last), ("order_id", "line_item_id"), advertisers)
        found |= {row["line_item_id"]: row["total_cost"] or _NOTHING for row in rows}
    return found


def costs_between(desk: Desk, order_id: str, days: DateRange) -> dict[str, Decimal]:
    """Return the total cost of each line item of an order over some days, by its id."""
    rows = _asked(desk, frozenset({order_id}), days, ("order_id", "line_item_id"))
    return {row["line_item_id"]: row["total_cost"] or _NOTHING for row in rows}


def line_paces(
    desk: Desk,
    audience: Audience,
    book: PaceBook,
    known: KnownOrder,
    facts: Iterable[LineFacts],
) -> dict[str, FlightPace]:
    """Return the pace of each line item of an order that is on and has a budget and dates of its
    own, by its id: as that of a flight, of its total cost without fees beside it.

    Empty before the newest days have come.
    """
    days = audience.days[known.order.advertiser_id]
    if days.firm_through is None or days.unbroken_since is None or days.awaits_newest(desk.now):
        return {}
    since = day_span(days.unbroken_since, days.zone).start
    own = [one for fact in facts if fact.is_on and (one := _as_flight(fact.line))]
    rests = [(one, rest) for one in own if (rest := known_rest(one, since))]
    spend = _daily_costs(desk, known.id, [rest for _, rest in rests], days)
    found: dict[str, FlightPace] = {}
    for whole, rest in rests:
        [pace] = paces(
            [rest],
            Rollover.NO,
            spend[rest.entity_id],
            days.zone,
            days.firm_through,
            settled_through=days.settled_through,
            shape=book.shape(known.order.advertiser_id),
        )
        known_since = None if rest is whole else days.unbroken_since
        found[whole.entity_id] = FlightPace(whole, pace, known_since)
    return found


def _as_flight(line: LineItem) -> Flight | None:
    if line.budget is None or line.start is None or line.end is None:
        return None
    return Flight(
        entity_id=line.entity_id,
        advertiser_id=line.advertiser_id,
        parent_id=line.parent_id,
        start=line.start,
        end=line.end,
        budget=line.budget,
    )


def _daily_costs(
    desk: Desk, order_id: str, flights: Iterable[Flight], days: KnownDays
) -> Mapping[str, dict[date, Decimal]]:
    """Return what each line item cost by day, from when the first of them began."""
    costs: dict[str, dict[date, Decimal]] = defaultdict(dict)
    firm = days.firm_through
    first = min((local_days(span(one), days.zone)[0] for one in flights), default=None)
    if first is None or firm is None or first > firm:
        return costs
    by = ("order_id", "line_item_id", "day")
    for row in _asked(desk, frozenset({order_id}), DateRange(first, firm), by):
        costs[row["line_item_id"]][row["day"]] = row["total_cost"] or _NOTHING
    return costs


def _asked(
    desk: Desk,
    ids: frozenset[str],
    days: DateRange,
    by: tuple[str, ...],
    advertisers: frozenset[str] | None = None,
) -> list[dict[str, Any]]:
    where = [Among("order_id", ids)]
    if advertisers is not None:
        where.append(Among("advertiser_id", advertisers))
    question = Question(Dataset.CAMPAIGN, _MEASURES, days, by=by, where=tuple(where))
    rows: list[dict[str, Any]] = desk.reader.ask(question).table.to_pylist()
    return rows
