"""Who is compared with whom, and which day of one stands beside which day of the other.

By calendar, orders are laid over the same dates, and a single order over the days it is compared
with. By flight, each begins on the first day of its flight, and a single order is held against
its flight before. By event, all chosen orders together are held against the same event's last
time.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date

from core.domain.event_calendar import Event
from core.domain.flights import local_days, span
from core.domain.periods import ONE_DAY, DateRange
from core.domain.views import Alignment
from core.insight.audience import Audience, Group
from core.insight.calendar import countries_of_advertisers, kept_calendar
from core.insight.desk import Desk
from core.insight.directory import KnownOrder
from core.insight.known_days import known_days

LINES_MAX = 8
AROUND_DAYS = 7
"""So many days before and after an event are drawn beside it; figures are of its own days."""


@dataclass(frozen=True, slots=True)
class Contender:
    """One line: orders, and the days that stand at the places 1, 2, 3 …

    `days` are those that figures are told of, `drawn` those of the line: more only around events.
    `origin` is the day at place 1. `orders` is None for all that the group holds.
    """

    key: str
    name: str
    group: Group
    advertisers: frozenset[str]
    orders: frozenset[str] | None
    days: DateRange
    drawn: DateRange
    origin: date

    @property
    def first_place(self) -> int:
        """Return the place of the first day that is drawn."""
        return 1 + (self.drawn.start - self.origin).days


@dataclass(frozen=True, slots=True)
class Lineup:
    """Who is compared; `lack` says why there is nothing to compare yet, "" when there is.

    `left_out` are orders beyond the eighth. Of an alignment by event `event` and `earlier` are what
    is compared, `events` those that can be chosen, `currencies` that of the advertisers compared
    and those of the advertisers left out.
    """

    alignment: Alignment
    contenders: tuple[Contender, ...] = ()
    lack: str = ""
    left_out: int = 0
    event: Event | None = None
    earlier: Event | None = None
    events: tuple[Event, ...] = ()
    currencies: tuple[str, ...] = ()


def lineup(desk: Desk, audience: Audience) -> Lineup:
    """Return who is compared with whom for a view."""
    alignment = audience.view.align
    if alignment is Alignment.EVENT:
        return _by_event(desk, audience)
    chosen = _chosen(audience)
    if not chosen:
        return Lineup(alignment, lack="Choose two to eight orders, or one to hold against itself.")
    shown = chosen[:LINES_MAX]
    by_flight = alignment is Alignment.FLIGHT
    found = list(_by_flight(shown) if by_flight else _by_calendar(shown))
    lack = _lack(alignment, len(shown), len(found))
    return Lineup(alignment, tuple(found), lack, len(chosen) - len(shown))


def _lack(alignment: Alignment, orders: int, found: int) -> str:
    if found > 1:
        return ""
    if alignment is Alignment.FLIGHT:
        if orders == 1:
            return "This order has no earlier flight to be held against: choose a second order."
        return "Fewer than two of these orders have a flight that has begun."
    return "Choose days to compare with, or a second order."


def _chosen(audience: Audience) -> list[tuple[KnownOrder, Group]]:
    """Return the orders that the view names, in its order, each with its currency's group."""
    groups = {order_id: group for group in audience.groups for order_id in group.orders}
    named = [o for o in audience.view.orders if o in groups]
    return [(groups[o].orders[o], groups[o]) for o in named]


def _by_calendar(chosen: Sequence[tuple[KnownOrder, Group]]) -> Iterator[Contender]:
    if len(chosen) > 1:
        yield from _over_dates(chosen)
        return
    for known, group in chosen:
        shown, compared = _cohort_days(known, group)
        yield _contender(known, group, "now", "These days", shown)
        if compared is not None:
            yield _contender(known, group, "before", "Days compared with", compared)


def _over_dates(chosen: Sequence[tuple[KnownOrder, Group]]) -> Iterator[Contender]:
    """Yield orders over the days of each, date by date: yesterday is not the same in every zone."""
    shown = [_cohort_days(known, group)[0] for known, group in chosen]
    first = min(days.start for days in shown)
    for (known, group), name, days in zip(chosen, _names(chosen), shown, strict=True):
        yield replace(_contender(known, group, known.id, name, days), origin=first)


def _cohort_days(known: KnownOrder, group: Group) -> tuple[DateRange, DateRange | None]:
    periods = next(
        c.periods for c in group.cohorts if known.order.advertiser_id in c.advertiser_ids
    )
    return periods.shown, periods.compared


def _by_flight(chosen: Sequence[tuple[KnownOrder, Group]]) -> Iterator[Contender]:
    if len(chosen) > 1:
        for (known, group), name in zip(chosen, _names(chosen), strict=True):
            last = _begun(known, group)[-1:]
            for days in last:
                yield _contender(known, group, known.id, name, days)
        return
    for known, group in chosen:
        last_first = reversed(_begun(known, group)[-2:])
        for days, name in zip(last_first, ("This flight", "The flight before"), strict=False):
            yield _contender(known, group, f"{days.start}", name, days)


def _begun(known: KnownOrder, group: Group) -> list[DateRange]:
    """Return the days of the flights that began by the end of the days shown, oldest first."""
    whose = known.order.advertiser_id
    zone = next(a.timezone for a in group.advertisers if str(a.advertiser_id) == whose)
    until = _cohort_days(known, group)[0].end
    spans = [period for flight in known.flights if (period := span(flight)).seconds]
    each = [DateRange(*local_days(period, zone)) for period in spans]
    begun = sorted(days for days in each if days.start <= until)
    return [DateRange(days.start, min(days.end, until)) for days in begun]


def _contender(known: KnownOrder, group: Group, key: str, name: str, days: DateRange) -> Contender:
    whose = frozenset({known.order.advertiser_id})
    return Contender(key, name, group, whose, frozenset({known.id}), days, days, days.start)


def _names(chosen: Sequence[tuple[KnownOrder, Group]]) -> list[str]:
    """Return what orders are called; those of equal names with their ids."""
    names = [known.order.name or known.id for known, _ in chosen]
    return [
        f"{name} ({known.id})" if names.count(name) > 1 else name
        for name, (known, _) in zip(names, chosen, strict=True)
    ]


def _by_event(desk: Desk, audience: Audience) -> Lineup:
    group = audience.groups[0]
    kept = kept_calendar(desk)
    countries = countries_of_advertisers(group.advertisers)
    until = group.shown.end
    begun = [e for e in kept.events if e.days.start <= until and e.holds_in(countries)]
    events = tuple(e for e in reversed(begun) if kept.before(e, countries))
    wanted = audience.view.event
    loaded = _loaded(desk, group)

    def is_known(event: Event) -> bool:
        before = kept.before(event, countries)
        return before is not None and not loaded.isdisjoint(before.days.days())

    usual = next(filter(is_known, events), events[0] if events else None)
    event = next((e for e in events if e.key == wanted), usual)
    earlier = kept.before(event, countries) if event else None
    if event is None or earlier is None:
        return Lineup(Alignment.EVENT, lack="No event with an earlier one has begun by these days.")
    lines = tuple(_event_line(audience, group, one, until) for one in (event, earlier))
    currencies = tuple(g.currency for g in audience.groups)
    return Lineup(
        Alignment.EVENT, lines, event=event, earlier=earlier, events=events, currencies=currencies
    )


def _loaded(desk: Desk, group: Group) -> frozenset[date]:
    """Return the days that are known of any advertiser."""
    return frozenset().union(*(d.days for d in known_days(desk, group.advertisers).values()))


def _event_line(audience: Audience, group: Group, event: Event, until: date) -> Contender:
    days = DateRange(event.days.start, min(event.days.end, until))
    around = DateRange(
        days.start - AROUND_DAYS * ONE_DAY, min(days.end + AROUND_DAYS * ONE_DAY, until)
    )
    year = f"{event.days.start:%Y}"
    name = event.name if year in event.name else f"{event.name} {year}"
    orders = frozenset(group.orders) if audience.view.orders or audience.view.text else None
    whose = group.advertiser_ids
    return Contender(event.key, name, group, whose, orders, days, around, days.start)
