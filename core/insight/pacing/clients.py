"""Monthly budgets of clients, paced over all orders they are given for."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from core.domain.client_budget import month_of
from core.domain.columns import Column, Form
from core.domain.entities import Flight
from core.domain.flights import Span, day_span, days_in, local_days, planned_by, shaped_days, span
from core.domain.metrics import Dataset
from core.domain.pacing import RUN_RATE_DAYS, PacingStatus, judged, run_rate
from core.domain.periods import ONE_DAY, DateRange
from core.domain.spend_shape import SpendShape
from core.insight.audience import Audience, Group
from core.insight.desk import Desk
from core.insight.known_days import KnownDays
from core.insight.order_table import OrderStatus, standing_of
from core.insight.pace_book import PaceBook, money
from core.insight.sheets import Sheet
from core.insight.sheets import money as exact
from core.lake.question import Among, Question
from core.store.content.client_budgets import ClientBudget

_NOTHING = Decimal(0)
_WEEK = 7 * ONE_DAY


@dataclass(frozen=True, slots=True, kw_only=True)
class ClientMonth:
    """A client's budget in the month of its advertiser's last whole day, `through`.

    Money in the advertiser's currency. `media` is Amazon's total cost of its orders this month,
    `buys` the media that the budget buys once the agency has its part, `expected` what of that
    is due by now, from the first day on which one of these orders ran. Where days after that are
    not known, `known_since` is the first that is: media, what is due and its pace are since then,
    and the days before count as on plan in what is projected and needed. `billed`, `projected`
    and `gap` are the client's money, the agency's part included: what is used, where the month
    ends at the present rate, and that less the budget.
    `flights` is what the orders' flights mean to spend this month, evenly; the advertiser's own
    agency fees at Amazon are in no figure here.
    """

    budget: ClientBudget
    advertiser: str
    orders: int
    month: DateRange
    through: date
    buys: Decimal
    media: Decimal
    expected: Decimal
    billed: Decimal
    needed_per_day: Decimal | None
    projected: Decimal | None
    flights: Decimal
    status: PacingStatus
    known_since: date | None = None

    @property
    def gap(self) -> Decimal | None:
        """Return the client's projected money less the budget; minus is not used."""
        return None if self.projected is None else self.projected - self.budget.amount

    @property
    def ratio(self) -> Decimal | None:
        """Return media over what is due by now."""
        return self.media / self.expected if self.expected else None

    @property
    def stands(self) -> OrderStatus:
        """Return what it asks of people, in the words of orders."""
        is_behind = self.ratio is not None and self.ratio < 1
        return standing_of(self.status, is_behind=is_behind)

    @property
    def missing_plan(self) -> Decimal:
        """Return the media that no flight of this month plans; minus where they plan more."""
        return self.buys - self.flights


def client_months(
    desk: Desk, audience: Audience, group: Group, book: PaceBook
) -> list[ClientMonth]:
    """Return the budgets given for this month to the group's advertisers, by name.

    One of an advertiser whose data has not come is not there.
    """
    names = {str(a.advertiser_id): a.name for a in group.advertisers}
    found = []
    for budget in desk.content.client_budgets.all():
        days = audience.days.get(budget.advertiser_id)
        if budget.advertiser_id not in names or days is None or days.firm_through is None:
            continue
        if budget.holds_in(days.firm_through):
            found.append(_month(desk, audience, book, budget, names[budget.advertiser_id], days))
    return found


def _month(
    desk: Desk,
    audience: Audience,
    book: PaceBook,
    budget: ClientBudget,
    advertiser: str,
    days: KnownDays,
) -> ClientMonth:
    through = days.firm_through
    assert through is not None
    month, shape = month_of(through), book.shape(budget.advertiser_id)
    orders = _orders(audience, budget)
    costs = _costs(desk, orders, budget.advertiser_id, DateRange(month.start - _WEEK, through))
    flights = [one for key in orders for one in audience.directory.orders[key].flights]
    period = _running(_span(month, days.zone), flights, costs, days.zone)
    known = _known_part(period, days)
    buys, now = budget.paid.media_of(budget.amount), day_span(through, days.zone).end
    before = planned_by(buys, period, known.start, days.zone, shape)
    expected = planned_by(buys - before, known, now, days.zone, shape)
    since = max(month.start, local_days(known, days.zone)[0])
    media = sum((cost for day, cost in costs.items() if day >= since), _NOTHING)
    rate = _rate(costs, flights, days, shape) if known.start < now else None
    gone, to_come = Span(known.start, now), Span(now, period.end)
    left = (month.end - through).days
    ends = before + media + (rate or _NOTHING) * shaped_days(to_come, days.zone, shape)
    chosen = book.columns.chosen(orders)
    planned = book.columns.plan_by_day(chosen, month, firm_only=False).sum()
    run, to_run = (days_in(known.within(part), days.zone) for part in (gone, to_come))
    return ClientMonth(
        budget=budget,
        advertiser=advertiser,
        orders=len(orders),
        month=month,
        through=through,
        buys=buys,
        media=media,
        expected=expected,
        billed=budget.paid.billed_for(media),
        needed_per_day=max(_NOTHING, buys - before - media) / left if left else None,
        projected=None if rate is None else budget.paid.billed_for(ends),
        flights=money(planned),
        status=judged(media / expected if expected else None, run, run + to_run, buys),
        known_since=None if known == period else days.unbroken_since,
    )


def _span(days: DateRange, zone: str) -> Span:
    return Span(day_span(days.start, zone).start, day_span(days.end, zone).end)


def _running(
    whole: Span, flights: Iterable[Flight], costs: Mapping[date, Decimal], zone: str
) -> Span:
    """Return the part of a time from when one of the flights ran in it, or money was spent.

    All of it where nothing tells of either.
    """
    starts = [ran.start for f in flights if (ran := span(f).within(whole)).seconds]
    spent = (day_span(day, zone) for day, cost in costs.items() if cost)
    starts += [ran.start for day in spent if (ran := day.within(whole)).seconds]
    return Span(min(starts, default=whole.start), whole.end)


def _known_part(period: Span, days: KnownDays) -> Span:
    """Return the part of a time since which every day is known."""
    assert days.unbroken_since is not None
    since = day_span(days.unbroken_since, days.zone).start
    return Span(max(period.start, since), period.end)


def _rate(
    costs: Mapping[date, Decimal], flights: Iterable[Flight], days: KnownDays, shape: SpendShape
) -> Decimal | None:
    """Return media on an ordinary day: days before the orders ran, or not known, say nothing."""
    assert days.firm_through is not None
    last = min(days.firm_through, days.settled_through or days.firm_through)
    week = _span(DateRange(last - (RUN_RATE_DAYS - 1) * ONE_DAY, last), days.zone)
    ran = _known_part(_running(week, flights, costs, days.zone), days)
    return run_rate(costs, ran, days.zone, last, shape)


def _orders(audience: Audience, budget: ClientBudget) -> Collection[str]:
    known = audience.directory.of([budget.advertiser_id])
    own = {one.id for one in known}
    return own.intersection(budget.order_ids) if budget.order_ids else own


def _costs(
    desk: Desk, orders: Collection[str], advertiser_id: str, days: DateRange
) -> Mapping[date, Decimal]:
    """Return the total cost of the orders by day."""
    where = (
        Among("advertiser_id", frozenset({advertiser_id})),
        Among("order_id", frozenset(orders)),
    )
    question = Question(Dataset.CAMPAIGN, ("total_cost",), days, by=("day",), where=where)
    columns = desk.reader.ask(question).table.to_pydict()
    pairs = zip(columns["day"], columns["total_cost"], strict=True)
    return {day: cost or _NOTHING for day, cost in pairs}


def client_sheet(found: Sequence[ClientMonth], unit: str) -> Sheet:
    """Return the clients' months, a row a budget, as the screen shows them."""
    titles = ("Budget of the month", "Media it buys", "Media so far", "Media due by now",
              "Client's money used", "Media needed a day", "Client's money at the end",
              "Less the budget", "Flights plan this month")  # fmt: skip
    columns = (
        *map(Column, ("Client", "Advertiser", "Agency's part")),
        Column("Percent", Form.RATE),
        Column("Orders", Form.COUNT),
        Column("Media since", Form.DAY),
        Column("Data through", Form.DAY),
        *(Column(f"{title}, {unit}", Form.MONEY, unit) for title in titles),
        Column("Status"),
    )
    return Sheet(columns, tuple(_cells(one, unit) for one in found))


def _cells(one: ClientMonth, unit: str) -> tuple[str | None, ...]:
    amounts = (one.budget.amount, one.buys, one.media, one.expected, one.billed,
               one.needed_per_day, one.projected, one.gap, one.flights)  # fmt: skip
    return (
        one.budget.name,
        one.advertiser,
        one.budget.terms.label,
        f"{one.budget.percent.normalize():f}",
        str(one.orders),
        (one.known_since or one.month.start).isoformat(),
        one.through.isoformat(),
        *(None if a is None else f"{exact(a, unit):f}" for a in amounts),
        one.stands.value,
    )
