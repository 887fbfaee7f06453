"""A row per advertiser: the month so far against plan, where it ends, goals, freshness."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal

from core.domain.catalogue import metric
from core.domain.flights import Span, day_span, shaped_days, span
from core.domain.metrics import Dataset
from core.domain.periods import ONE_DAY, DateRange, Preset, preset_range, yesterday
from core.domain.spend_shape import SpendShape
from core.insight.audience import Audience, Group
from core.insight.converting import converted
from core.insight.delivery_gaps import silent_orders
from core.insight.desk import Desk
from core.insight.directory import KnownOrder
from core.insight.goals import Goals, goals
from core.insight.history import Amount
from core.insight.known_days import KnownDays
from core.insight.order_table import OrderStatus, status_of
from core.insight.pace_book import FlightPace, PaceBook, money
from core.insight.portfolio_row import PortfolioRow
from core.lake.question import Among, Question
from core.store.accounts.advertisers import Advertiser

_SPEND = metric("total_cost")


def portfolio(desk: Desk, audience: Audience, book: PaceBook) -> list[PortfolioRow]:
    """Return a row per advertiser in view, in the order of the audience's groups.

    An order or text in the view narrows every figure to the orders that it leaves. Amounts are in
    the currency that the view asks for, where there are rates to it.
    """
    key = (
        "portfolio",
        book.mark,
        audience.stages.mark,
        audience.narrowed,
        tuple((str(a.advertiser_id), _month(a, desk)) for a in audience.advertisers),
        frozenset(a for a, days in audience.days.items() if days.is_loading(desk.now)),
    )
    found = desk.recall(lambda: list(_rows(desk, audience, book)), *key)
    return converted(desk, found, audience.view.currency)


def _month(advertiser: Advertiser, desk: Desk) -> DateRange:
    return preset_range(Preset.MONTH_TO_DATE, yesterday(desk.days_from, advertiser.timezone))


def _rows(desk: Desk, audience: Audience, book: PaceBook) -> Iterator[PortfolioRow]:
    statuses = _statuses(desk, audience, book)
    for group in audience.groups:
        months: dict[DateRange, list[Advertiser]] = defaultdict(list)
        for advertiser in group.advertisers:
            months[_month(advertiser, desk)].append(advertiser)
        for month, advertisers in months.items():
            ids = frozenset(str(a.advertiser_id) for a in advertisers)
            spend = _spend(desk, group, ids, month)
            reached = goals(desk, audience.stages, group.orders, ids, month)
            for advertiser in advertisers:
                row = _row(audience, group, book, advertiser, month, spend, reached, statuses)
                yield replace(row, is_loading=row.days.is_loading(desk.now))


def _row(
    audience: Audience,
    group: Group,
    book: PaceBook,
    advertiser: Advertiser,
    month: DateRange,
    spend: Mapping[str, Amount],
    reached: Mapping[str, Goals],
    statuses: Mapping[str, Mapping[OrderStatus, int]],
) -> PortfolioRow:
    advertiser_id = str(advertiser.advertiser_id)
    orders = {o: k for o, k in group.orders.items() if k.order.advertiser_id == advertiser_id}
    days = audience.days[advertiser_id]
    whole = DateRange(month.start, _month_end(month))
    columns = book.columns
    chosen = columns.chosen(orders)
    consumed = money(columns.spend_by_day(chosen, month, firm_only=True).sum())
    return PortfolioRow(
        advertiser=advertiser,
        days=days,
        month=month,
        spend=spend.get(advertiser_id, None if days.days.isdisjoint(month.days()) else 0),
        planned=money(columns.plan_by_day(chosen, month, firm_only=True).sum()),
        consumed=consumed,
        projected=_projected(book, orders, days, whole, consumed),
        planned_month=money(columns.plan_by_day(chosen, whole, firm_only=False).sum()),
        goals=reached.get(advertiser_id, Goals()),
        statuses=statuses.get(advertiser_id, {}),
    )


def _month_end(month: DateRange) -> date:
    following = (month.start.replace(day=28) + 4 * ONE_DAY).replace(day=1)
    return following - ONE_DAY


def _spend(
    desk: Desk, group: Group, advertiser_ids: frozenset[str], month: DateRange
) -> dict[str, Amount]:
    question = Question(
        Dataset.CAMPAIGN,
        (_SPEND.key,),
        month,
        by=("advertiser_id",),
        where=(Among("advertiser_id", advertiser_ids), *group.where),
    )
    columns = desk.reader.ask(question).table.to_pydict()
    return dict(zip(columns["advertiser_id"], columns[_SPEND.key], strict=True))


def _projected(
    book: PaceBook,
    orders: Mapping[str, KnownOrder],
    days: KnownDays,
    month: DateRange,
    consumed: Decimal,
) -> Decimal | None:
    """Return where the month ends; None without whole days that reach up to it."""
    if days.firm_through is None or days.firm_through < month.start - ONE_DAY:
        return None
    rest = Span(day_span(days.firm_through, days.zone).end, day_span(month.end, days.zone).end)
    flights = [(one, book.shape(k.order.advertiser_id))
               for o, k in orders.items() if not k.is_paused for one in book.of(o)]  # fmt: skip
    to_come = (_to_come(one, rest, days.zone, shape) for one, shape in flights)
    return consumed + sum(to_come, Decimal(0))


def _to_come(one: FlightPace, rest: Span, zone: str, shape: SpendShape) -> Decimal:
    """Return what a flight will take in the rest of the month, each day by its weight."""
    whole = span(one.flight)
    left = shaped_days(whole.within(rest), zone, shape)
    if not left:
        return Decimal(0)
    if one.pace.run_rate is None:
        return one.pace.budget * left / shaped_days(whole, zone, shape)
    return one.pace.run_rate * left


def _statuses(desk: Desk, audience: Audience, book: PaceBook) -> dict[str, dict[OrderStatus, int]]:
    """Return, by advertiser, how many orders have each status; ended ones are not counted."""
    silent = silent_orders(desk, audience, book)
    counted: dict[str, Counter[OrderStatus]] = defaultdict(Counter)
    for group in audience.groups:
        for order_id, known in group.orders.items():
            flights = book.of(order_id)
            if flights:
                status = status_of(known, flights, silent.get(order_id))
                counted[known.order.advertiser_id][status] += 1
    return {a: _in_order(statuses) for a, statuses in counted.items()}


def _in_order(statuses: Mapping[OrderStatus, int]) -> dict[OrderStatus, int]:
    wanted: Sequence[OrderStatus] = [s for s in OrderStatus if s is not OrderStatus.ENDED]
    return {status: statuses[status] for status in wanted if statuses.get(status)}
