"""The flight wrap-up: flights that ended, what they were to do, and what they did."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from core.domain.columns import Column, Form
from core.domain.flights import local_days, span
from core.domain.formats import MINUS, compact, percent
from core.domain.metrics import Unit
from core.domain.pacing import PacingStatus
from core.domain.periods import Comparison, DateRange
from core.domain.views import View
from core.insight.alarms import Name, Words
from core.insight.audience import Group
from core.insight.goals import Goal
from core.insight.headlines import COUNT, Headline
from core.insight.order_table import order_table
from core.insight.pace_book import FlightPace
from core.insight.sheets import Sheet, money
from core.insight.tiles import Tiles
from core.insight.trend import cumulative, trend
from core.reports.document import (
    Block,
    Cell,
    Chart,
    Document,
    Figures,
    Head,
    Points,
    Section,
    Table,
)
from core.reports.kinds.material import Material, material, three_things, written
from core.reports.kinds.weekly import leading_metric, order_block, titled
from core.reports.parts.key_figures import key_figures
from core.reports.parts.trends import PLAN_CAPTION, by_day, spend_against_plan
from core.reports.words import amount

NAME = "Flight wrap-up"
_EMPTY = "No flight of these orders ended in these days."
_CLOSE = Decimal("0.02")


@dataclass(frozen=True, slots=True)
class Ended:
    """A flight that is over: its order, its local days, and how its money went."""

    order_id: str
    name: str
    currency: str
    days: DateRange
    pace: FlightPace


def wrap_up(given: Material) -> Document:
    """Return the wrap-up of the flights that ended in the view's days.

    Its own days go from the first of their starts to the last of their ends, so that figures
    are those of whole flights. Empty when none ended.
    """
    found = ended(given)
    if not found:
        return written(NAME, given, [_nothing()], is_empty=True)
    view = _around(given.view, found)
    whole = material(given.desk, view)
    told = (*_of_budgets(found), *_of_goals(whole))
    headlines = (*told, *three_things(whole))[:COUNT]
    return written(NAME, whole, _sections(whole, found), headlines=headlines)


def _of_budgets(found: Sequence[Ended]) -> Iterator[Headline]:
    """Yield how much of their budgets the flights spent, and which was furthest from its own."""
    currencies = sorted({one.currency for one in found})
    for currency in currencies:
        own = [one for one in found if one.currency == currency]
        budget = sum((one.pace.pace.budget for one in own), Decimal(0))
        spent = sum((one.pace.pace.spent for one in own), Decimal(0))
        if not budget:
            continue
        told = f"{_money(spent, currency)} of {_money(budget, currency)} was spent"
        says: Words = (f"{told} by {_flights(len(own))}.", *_furthest(own, currency))
        title = f"{percent(spent / budget)} of the budget spent"
        yield Headline(title if len(currencies) == 1 else f"{currency}: {title}", says)


def _furthest(found: Sequence[Ended], currency: str) -> Words:
    furthest = max(found, key=lambda one: abs(_left(one)))
    left = _left(furthest)
    if not left:
        return ()
    word = "left unspent" if left > 0 else "spent beyond it"
    told = f", {_money(abs(left), currency)} {word}."
    return " Furthest from its budget: ", Name(furthest.name), told


def _of_goals(whole: Material) -> Iterator[Headline]:
    """Yield how many of the orders reached the goals they were given, where any can be judged."""
    rows = [
        row
        for group in whole.groups
        for row in order_table(whole.desk, whole.audience, group, whole.book, whole=True).rows
    ]
    met = [row for row in rows if row.goal is Goal.MET]
    missed = [row for row in rows if row.goal is Goal.MISSED]
    if not met and not missed:
        return
    judged = len(met) + len(missed)
    tone = "good" if not missed else "" if met else "bad"
    says: Words = (f"{len(met)} of {judged} orders with enough to judge by reached their goal.",)
    if missed:
        says = (*says, " Missed by ", Name(missed[0].name), ".")
    yield Headline(f"{len(met)} of {judged} orders at goal", says, tone)


def _left(one: Ended) -> Decimal:
    return one.pace.pace.budget - one.pace.pace.spent


def _money(value: Decimal, currency: str) -> str:
    return compact(value, Unit.MONEY, currency)


def _flights(count: int) -> str:
    return "one flight" if count == 1 else f"{count} flights"


def ended(given: Material) -> list[Ended]:
    """Return the flights that ended in the view's days, the latest end first."""
    listed = [one for group in given.groups for one in _of_group(given, group)]
    return sorted(listed, key=lambda one: (one.days.end, one.name), reverse=True)


def _of_group(given: Material, group: Group) -> Iterator[Ended]:
    for order_id, known in group.orders.items():
        zone = given.audience.days[known.order.advertiser_id].zone
        for one in given.book.of(order_id):
            first, last = local_days(span(one.flight), zone)
            if one.pace.status is PacingStatus.ENDED and last in group.shown:
                yield Ended(order_id, known.order.name or order_id, group.currency,
                            DateRange(first, last), one)  # fmt: skip


def _around(view: View, found: Sequence[Ended]) -> View:
    days = DateRange(min(o.days.start for o in found), max(o.days.end for o in found))
    orders = tuple(dict.fromkeys(one.order_id for one in found))
    return replace(view, range=days, orders=orders, text="", comparison=Comparison.NONE)


def _sections(given: Material, found: Sequence[Ended]) -> Iterator[Section]:
    for figures in given.figures:
        own = [one for one in found if one.currency == figures.group.currency]
        yield Section(
            title=titled("Flights", given, figures),
            beside=_counted(own),
            blocks=(_table(own, figures.group.currency),),
        )
        yield Section(
            title=titled("What they bought", given, figures),
            blocks=tuple(_bought(given, figures)),
        )
        title = titled("Orders", given, figures)
        yield Section(title=title, blocks=(order_block(given, figures),))


def _bought(given: Material, figures: Tiles) -> Iterator[Block]:
    group = figures.group
    yield Figures(tiles=tuple(key_figures(figures, "")))
    plan = cumulative(given.desk, given.audience, group, given.book)
    yield Chart(chart=spend_against_plan(plan), caption=PLAN_CAPTION)
    entry = leading_metric(given, figures)
    drawn = trend(given.desk, given.audience, group, entry)
    yield Chart(chart=by_day(drawn, ""), caption=entry.description)


def _counted(found: Sequence[Ended]) -> str:
    return f"{len(found)} ended" if len(found) != 1 else "one ended"


def _table(found: Sequence[Ended], currency: str) -> Table:
    return Table(
        name="Flights",
        heads=(
            Head("Order", is_number=False, share=2.6),
            Head("Flight", is_number=False, share=1.6),
            Head(f"Budget, {currency}", share=1.1),
            Head(f"Spent, {currency}", share=1.1),
            Head("Of budget", share=0.9),
            Head(f"Left, {currency}", share=1.1),
        ),
        rows=tuple(_cells(one) for one in found),
        totals=_totals(found, currency),
        note=_note(found),
        sheet=_sheet(found, currency),
    )


def _cells(one: Ended) -> tuple[Cell, ...]:
    pace = one.pace.pace
    left = _left(one)
    share = pace.spent / pace.budget if pace.budget else None
    is_close = share is not None and abs(share - 1) <= _CLOSE
    since = f"known since {one.pace.known_since:%-d %b}" if one.pace.known_since else ""
    rolled = f"{amount(pace.rolled_over, one.currency)} rolled over" if pace.rolled_over else ""
    return (
        Cell(one.name, since),
        Cell(str(one.days), f"{one.days.length} days"),
        Cell(amount(pace.budget, one.currency), rolled),
        Cell(amount(pace.spent, one.currency)),
        Cell(percent(share) if share is not None else "n/a", tone="good" if is_close else ""),
        Cell(_signed_left(left, one.currency), tone="" if is_close else "warn"),
    )


def _signed_left(left: Decimal, currency: str) -> str:
    return f"{MINUS}{amount(-left, currency)}" if left < 0 else amount(left, currency)


def _totals(found: Sequence[Ended], currency: str) -> tuple[Cell, ...]:
    budget = sum((one.pace.pace.budget for one in found), Decimal(0))
    spent = sum((one.pace.pace.spent for one in found), Decimal(0))
    share = percent(spent / budget) if budget else "n/a"
    return (
        Cell(f"All {len(found)}"),
        Cell(""),
        Cell(amount(budget, currency)),
        Cell(amount(spent, currency)),
        Cell(share),
        Cell(_signed_left(budget - spent, currency)),
    )


def _note(found: Sequence[Ended]) -> str:
    if not any(one.pace.known_since for one in found):
        return ""
    return (
        "Where the first days of a flight are no longer known, budget and spend are those of the "
        "rest of it."
    )


def _sheet(found: Sequence[Ended], currency: str) -> Sheet:
    columns = (
        Column("Order"),
        Column("Order ID"),
        Column("From", Form.DAY),
        Column("To", Form.DAY),
        Column(f"Budget, {currency}", Form.MONEY, currency),
        Column(f"Spent, {currency}", Form.MONEY, currency),
    )
    rows = tuple(
        (
            one.name,
            one.order_id,
            one.days.start.isoformat(),
            one.days.end.isoformat(),
            f"{money(one.pace.pace.budget, currency):f}",
            f"{money(one.pace.pace.spent, currency):f}",
        )
        for one in found
    )
    return Sheet(columns, rows)


def _nothing() -> Section:
    return Section(title="Flights", blocks=(Points(items=(), empty=_EMPTY),))
