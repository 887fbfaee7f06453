"""The three things to know about a period, each a sentence: what moved, why, what it means.

First money, then what it bought, then what needs somebody or has changed. A figure that rests on
too little, or that nothing can be held against, is not told of.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from core.domain.formats import MINUS, compact, exact, percent, signed
from core.domain.metrics import Better, Metric, Unit
from core.insight.alarms import Name, Words
from core.insight.attention import needs_you
from core.insight.audience import Audience, Group
from core.insight.changes import changes
from core.insight.contribution import Contribution, contribution
from core.insight.desk import Desk
from core.insight.goals import ENOUGH_EVENTS, evidence
from core.insight.history import Figure, measures
from core.insight.order_sums import order_sums
from core.insight.pace_book import PaceBook
from core.insight.tiles import StageKpi, Tiles

COUNT = 3
_STILL = Decimal("0.02")
"""A relative change smaller than this is told as none."""


@dataclass(frozen=True, slots=True)
class Headline:
    """One thing to know: a title of a few words, the sentence, and whether it is good news.

    `tone` is good, bad or "". `currency` is that of the group it is about; "" where it is about
    all of them.
    """

    title: str
    says: Words
    tone: str = ""
    currency: str = ""

    @property
    def sentence(self) -> str:
        """Return it as plain text."""
        return "".join(word.text if isinstance(word, Name) else word for word in self.says)


def headlines(
    desk: Desk, audience: Audience, group: Group, book: PaceBook, figures: Tiles
) -> list[Headline]:
    """Return at most three headlines of a group, the weightiest kinds first."""
    found = [
        *_of_money(desk, audience, group, figures),
        *_of_results(desk, audience, group, figures),
        *_of_troubles(desk, audience, book),
        *_of_edits(desk, audience),
    ]
    return found[:COUNT]


def _of_money(desk: Desk, audience: Audience, group: Group, figures: Tiles) -> Iterator[Headline]:
    spend = figures.spend
    if spend.value is None:
        return
    told = compact(spend.value, Unit.MONEY, group.currency)
    if spend.change is None:
        says: Words = (f"{told} was spent{_of_plan(figures)}.",)
        yield Headline(f"{told} spent", says, currency=group.currency)
        return
    parts = contribution(desk, audience, group, spend.metric, None)
    went = _went(spend.change)
    to = "at" if abs(spend.change) < _STILL else "to"
    says = (f"Spend {went} {to} {told}{_of_plan(figures)}.", *_because(parts, group.currency))
    yield Headline(f"Spend {_short(spend.change)}", says, currency=group.currency)


def _of_plan(figures: Tiles) -> str:
    share = figures.plan.share
    return "" if share is None else f", {percent(share)} of what was planned"


def _of_results(desk: Desk, audience: Audience, group: Group, figures: Tiles) -> Iterator[Headline]:
    """Yield the stage whose KPI moved most, of those with enough behind them."""
    judged = [kpi for kpi in figures.kpis if kpi.figure and _is_firm(desk, audience, group, kpi)]
    moved = sorted(judged, key=lambda kpi: -abs(_moved(kpi)))
    for kpi in moved[:1]:
        assert kpi.figure
        yield _result(desk, audience, group, kpi, kpi.figure, is_mixed=figures.is_mixed)


def _moved(kpi: StageKpi) -> Decimal:
    return kpi.figure.change or Decimal(0) if kpi.figure else Decimal(0)


def _is_firm(desk: Desk, audience: Audience, group: Group, kpi: StageKpi) -> bool:
    """Return whether both periods hold enough events for the KPI to mean something."""
    assert kpi.figure
    if kpi.figure.change is None:
        return False
    sums = order_sums(desk, group, (*measures(kpi.metric), evidence(kpi.metric)))
    meant = [s for o, s in sums.items() if audience.stages.of(o).stage is kpi.stage]
    counted = [
        sum((Decimal(side.get(evidence(kpi.metric)) or 0) for side in sides), Decimal(0))
        for sides in ([s.alike for s in meant], [s.before for s in meant])
    ]
    return min(counted) >= ENOUGH_EVENTS


def _result(
    desk: Desk, audience: Audience, group: Group, kpi: StageKpi, figure: Figure, *, is_mixed: bool
) -> Headline:
    entry, change = kpi.metric, figure.change
    assert change is not None
    orders = frozenset(o for o in group.orders if audience.stages.of(o).stage is kpi.stage)
    parts = contribution(desk, audience, group, entry, orders if is_mixed else None)
    now = exact(figure.alike, entry.unit, group.currency)
    before = exact(figure.before, entry.unit, group.currency)
    whose = f" of the {kpi.stage.value} orders" if is_mixed else ""
    says = (
        f"{entry.label}{whose} {_went(change)} from {before} to {now}."
        if abs(change) >= _STILL
        else f"{entry.label}{whose} held at {now}, after {before}."
    )
    tone = _tone(entry, change)
    told = (says, *_because(parts, group.currency))
    return Headline(f"{entry.label} {_short(change)}", told, tone, group.currency)


def _because(parts: Contribution | None, currency: str) -> Words:
    """Return the order it comes from most, and the one that pulls hardest the other way."""
    if parts is None or (largest := parts.largest) is None:
        return ()
    amount = _amount(parts, largest.amount, currency)
    told: list[str | Name] = [" The largest part is ", Name(largest.name), f" ({amount})"]
    if against := parts.against:
        amount = _amount(parts, against.amount, currency)
        told += ["; ", Name(against.name), f" went the other way ({amount})"]
    return (*told, ".")


def _amount(parts: Contribution, amount: Decimal, currency: str) -> str:
    if parts.metric.unit is Unit.RATE:
        points = exact(abs(amount) * 100, Unit.MULTIPLE)
        return f"{'+' if amount > 0 else MINUS}{points} points"
    if parts.metric.unit is Unit.MONEY and abs(amount) >= 1000:
        return f"{'+' if amount > 0 else MINUS}{compact(abs(amount), Unit.MONEY, currency)}"
    return signed(amount, parts.metric.unit, currency)


def _of_troubles(desk: Desk, audience: Audience, book: PaceBook) -> Iterator[Headline]:
    for item in needs_you(desk, audience, book).open[:COUNT]:
        alarm = item.alarm
        stake = f", {alarm.stake.rounded()} at stake" if alarm.stake else ""
        title = f"{alarm.trouble.value.capitalize()}{stake}"
        yield Headline(title, (*alarm.says, f" {alarm.action}"), alarm.trouble.tone)


def _of_edits(desk: Desk, audience: Audience) -> Iterator[Headline]:
    for change in changes(desk, audience).listed[:COUNT]:
        yield Headline("Edited at Amazon", change.says)


def _went(change: Decimal) -> str:
    if abs(change) < _STILL:
        return "held"
    return f"{'rose' if change > 0 else 'fell'} {_share(change)}"


def _short(change: Decimal) -> str:
    if abs(change) < _STILL:
        return "held"
    return f"{'up' if change > 0 else 'down'} {_share(change)}"


def _share(change: Decimal) -> str:
    number = abs(change * 100)
    return f"{number:.0f}\u00a0%" if number >= 10 else f"{number:.1f}\u00a0%"


def _tone(entry: Metric, change: Decimal) -> str:
    if abs(change) < _STILL or entry.better is Better.NEITHER:
        return ""
    return "good" if (change > 0) == (entry.better is Better.UP) else "bad"
