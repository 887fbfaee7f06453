"""As of: an earlier moment's screen, asked for later, is the screen that was shown then."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from core.domain.catalogue import metric
from core.domain.entities import (
    Approval,
    Budget,
    Creative,
    Entity,
    Fee,
    FeeBasis,
    FeeKind,
    LineItem,
    State,
)
from core.domain.ids import AdvertiserId
from core.domain.metrics import Dataset
from core.domain.periods import Comparison, Preset
from core.domain.scope import TenantScope
from core.domain.views import Screen, View
from core.insight import trend
from core.insight.attention import acknowledge, needs_you
from core.insight.audience import audience
from core.insight.changes import changes
from core.insight.coverage_calendar import calendar
from core.insight.desk import Desk
from core.insight.known_days import through
from core.insight.order_table import order_table
from core.insight.pace_book import pace_book
from core.insight.portfolio import portfolio
from core.insight.shortfalls import shortfalls
from core.insight.tiles import tiles
from core.lake.question import Question
from core.store.ingest.checks import SettledLine
from tests.unit.insight.office import (
    NOW,
    ONE,
    TWO,
    Office,
    days,
    delivered,
    flight,
    order,
    row,
)

HOUR = timedelta(hours=1)
THEN = NOW + timedelta(minutes=1)  # somebody looks, a minute after the last load


def everything(desk: Desk, view: View) -> dict[str, Any]:
    """Return all that the Morning screen says, as values that can be held against each other."""
    whom = audience(desk, view)
    book = pace_book(desk, whom)
    told = through(whom.advertisers, whom.days, desk.now)
    said: dict[str, Any] = {
        "line": told.sentence,
        "lacks": [one.sentence for one in shortfalls(whom, told, desk.now)],
        "portfolio": portfolio(desk, whom, book),
        "needs you": [(i.alarm, i.state) for i in needs_you(desk, whom, book).open],
        "changes": changes(desk, whom),
        "coverage": calendar(desk, whom.advertisers, [Dataset.CAMPAIGN]),
    }
    for group in whom.groups:
        said |= {
            f"tiles {group.currency}": tiles(desk, whom, group, book),
            f"trend {group.currency}": trend.trend(desk, whom, group, metric("ctr")),
            f"cumulative {group.currency}": trend.cumulative(desk, whom, group, book),
            f"orders {group.currency}": order_table(desk, whom, group, book, whole=True),
        }
    return said


def shown(
    office: Office, at: datetime, scope: TenantScope | None = None, **view: object
) -> dict[str, Any]:
    with office.desk(scope, now=at) as desk:
        return everything(desk, View(screen=Screen.MORNING, **view))  # type: ignore[arg-type]


def shown_later(
    office: Office, later: datetime, at: datetime, scope: TenantScope | None = None, **view: object
) -> dict[str, Any]:
    with office.desk(scope, now=later) as desk:
        return everything(desk.as_known_at(at), View(screen=Screen.MORNING, **view))  # type: ignore[arg-type]


LINE = LineItem(entity_id="o1-line", advertiser_id=ONE, parent_id="o1", name="Pans",
                state=State.ENABLED)  # fmt: skip
CREATIVE = Creative(entity_id="c1", advertiser_id=ONE, name="Banner", approval=Approval.APPROVED)


def first_plan() -> list[Entity]:
    return [
        order("o1", "Lumen Brand", kpi="CLICK_THROUGH_RATE", kpi_target=Decimal("0.2")),
        flight("o1", 19, -10, "600"),
        order("o2", "Lumen RMKT", goal="CONVERSIONS"),
        flight("o2", 9, 5, "90"),
        LINE,
        CREATIVE,
    ]


@pytest.fixture
def lived(office: Office) -> Office:
    """An advertiser with a month behind it, as it was known at seven in the morning of the 23rd."""
    office.advertiser(ONE, chosen_at=NOW - timedelta(days=60))
    office.keep(*first_plan(), at=NOW - timedelta(days=9))
    facts = [
        *delivered("o1", 29, 1, impressions=5000, clicks=11, total_cost="18.5"),
        *delivered("o2", 9, 5, impressions=100, total_cost="9", total_sales="40"),
    ]
    office.deliver(facts, days(29, 1), generated_at=NOW - 2 * HOUR)
    half = [row("o1", 0, impressions=900, clicks=2, total_cost="3")]
    office.deliver(half, days(0), generated_at=NOW - 2 * HOUR, equal_reads=1)
    return office


def live_on(office: Office) -> datetime:
    """A day passes: reports are restated, plans are changed, lines are learnt, people act."""
    office.now = later = NOW + 25 * HOUR
    restated = delivered("o1", 20, 0, impressions=4100, clicks=19, total_cost="21.25")
    # The other order's rows are withdrawn, and a new one appears.
    office.deliver([*restated, *delivered("o3", 6, 0, impressions=7, total_cost="1")], days(20, 0))
    office.deliver([], days(-1, -1))
    office.keep(
        order("o1", "Lumen Brand, renamed", kpi="CLICK_THROUGH_RATE", kpi_target=Decimal(9)),
        flight("o1", 19, -30, "5000"),
        order("o3", "New"),
        flight("o3", 6, -3, "70"),
        replace(LINE, name="Pots", state=State.PAUSED),
        replace(CREATIVE, approval=Approval.REJECTED),
    )
    with office.background.writing(office.org.job) as tenant:
        learnt = SettledLine(AdvertiserId(ONE), "total_cost", 9, 30, Decimal(0), later)
        tenant.settling.put([learnt])
    return later


VIEWS: list[dict[str, Any]] = [
    {},
    {"range": Preset.LAST_30, "comparison": Comparison.NONE},
    {"range": Preset.MONTH_TO_DATE, "comparison": Comparison.PREVIOUS_YEAR},
    {"range": days(12, 3)},
    {"text": "brand"},
    {"orders": ("o2",)},
]


@pytest.mark.parametrize("view", VIEWS, ids=str)
def test_what_was_shown_is_shown_again(lived: Office, view: dict[str, Any]) -> None:
    then = shown(lived, THEN, **view)
    later = live_on(lived)
    assert shown(lived, later, **view) != then
    assert shown_later(lived, later, THEN, **view) == then


def test_what_was_shown_is_shown_again_to_who_never_saw_it(lived: Office) -> None:
    """Nothing is remembered: another process asks, a day later."""
    then = shown(lived, THEN)
    later = live_on(lived)
    lived.memory = type(lived.memory)()
    assert shown_later(lived, later, THEN) == then


def test_a_moment_between_two_loads_is_that_of_the_first(lived: Office) -> None:
    then = shown(lived, NOW + HOUR)
    later = live_on(lived)
    assert shown_later(lived, later, NOW + HOUR) == then


def test_before_the_first_load_nothing_was_known(lived: Office) -> None:
    later = live_on(lived)
    before = NOW - timedelta(days=30)
    said = shown_later(lived, later, before)
    assert said["line"] == "No data has been loaded yet."
    assert said["orders USD"].rows == ()
    assert said["changes"].listed == ()


def test_what_people_did_since_is_not_told_of_then(lived: Office) -> None:
    behind = [order("o1"), flight("o1", 19, -10, "1500")]
    lived.keep(*behind, at=NOW - HOUR)
    then = shown(lived, THEN)
    assert then["needs you"]
    with lived.desk() as desk:
        whom = audience(desk, View(screen=Screen.MORNING))
        found = needs_you(desk, whom, pace_book(desk, whom))
    with lived.store.writing(lived.org.scope()) as tenant:
        acknowledge(tenant, [item.alarm for item in found.open], NOW + HOUR)
    assert shown_later(lived, NOW + 2 * HOUR, THEN)["needs you"] == then["needs you"]


def test_a_limited_member_sees_then_what_it_saw_then(lived: Office) -> None:
    lived.advertiser(TWO, "Harbor", chosen_at=NOW - timedelta(days=60))
    lived.deliver(delivered("h1", 9, total_cost=1000), days(9), advertiser=TWO,
                  generated_at=NOW - HOUR)  # fmt: skip
    limited = lived.org.limited
    then = shown(lived, THEN, limited)
    assert shown(lived, THEN) != then
    later = live_on(lived)
    assert shown_later(lived, later, THEN, limited) == then


def test_fees_count_as_they_were_agreed_then(lived: Office) -> None:
    """Third-party fees are looked up line item by line item."""
    counting = Fee(
        FeeKind.THIRD_PARTY_APPLIED, FeeBasis.FIXED_CPM, Decimal(1), counts_against_budget=True
    )
    with_fees = replace(LINE, fees=(counting,))
    lived.keep(*first_plan()[:4], with_fees, CREATIVE, at=NOW - HOUR)
    charged = delivered("o1", 20, 1, impressions=1000, total_cost=10, third_party_fees=1)
    lived.deliver(charged, days(20, 1), generated_at=NOW - HOUR)
    then = shown(lived, THEN)
    later = live_on(lived)
    assert shown_later(lived, later, THEN) == then


@pytest.mark.parametrize("seed", range(4))
def test_any_history_of_loads_and_plans_can_be_looked_back_into(office: Office, seed: int) -> None:
    """Random loads and plans, a moment after each; then all of them are asked for once more."""
    chance = random.Random(seed)
    office.advertiser(ONE, chosen_at=NOW - timedelta(days=60))
    kept: list[tuple[datetime, dict[str, Any]]] = []
    for step in range(5):
        office.now = at = NOW + step * timedelta(hours=chance.randint(1, 30))
        if kept and at <= kept[-1][0]:
            office.now = at = kept[-1][0] + HOUR
        first, last = sorted((chance.randint(0, 12), chance.randint(0, 12)), reverse=True)
        facts = [
            row(f"o{n}", back, impressions=chance.randint(0, 9000), clicks=chance.randint(0, 40),
                total_cost=f"{chance.randint(0, 9999) / 100:.2f}")
            for n in (1, 2)
            for back in range(last, first + 1)
            if chance.random() < 0.8
        ]  # fmt: skip
        office.deliver(facts, days(first, last), equal_reads=chance.randint(1, 2))
        budget = Budget(Decimal(chance.randint(50, 900)), "USD")
        runs = replace(flight("o1", 9, -9, "1", id="f1"), budget=budget)
        office.keep(order("o1", f"Order {step}"), runs, *([order("o2")] if step % 2 else []))
        seen_at = at + timedelta(minutes=1)
        kept.append((seen_at, shown(office, seen_at)))
    office.memory = type(office.memory)()
    for at, then in kept:
        assert shown_later(office, office.now + HOUR, at) == then


def test_a_past_desk_asks_for_no_later_than_its_moment(lived: Office) -> None:
    later = live_on(lived)
    question = Question(Dataset.CAMPAIGN, ("total_cost",), days(0, 0))
    with lived.desk(now=later) as desk:
        past = desk.as_known_at(THEN).reader
        [then] = past.ask(question).table["total_cost"].to_pylist()
        [still] = past.ask(replace(question, as_of=later)).table["total_cost"].to_pylist()
        [now] = desk.reader.ask(question).table["total_cost"].to_pylist()
    assert (then, still, now) == (3, 3, Decimal("22.25"))
