"""What the Morning page asks, as questions, each with its aim."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from core.domain.metrics import Dataset
from core.domain.periods import Comparison, DateRange, compared_range
from core.lake.question import Among, Containing, Question, Sort
from tests.bench.fill import RESTATED_AT
from tests.bench.world import LAST_DAY, World

ROLLUP_MS = 40.0
PACING_MS = 60.0
FACTS_MS = 60.0
AS_OF_MS = 300.0
FACTS_RATIO = 15.0

_TILES = (
    *("total_cost", "impressions", "ctr", "ecpm", "dpvr", "total_purchases"),
    *("total_sales", "total_roas", "total_new_to_brand_purchases", "viewability_rate"),
)
_ROW = ("total_cost", "impressions", "clicks", "total_roas")


@dataclass(frozen=True)
class Case:
    """A question, how fast it shall be answered, and how much faster than the naive way."""

    title: str
    question: Question
    aim_ms: float
    ratio_aim: float | None = None


def last(days: int) -> DateRange:
    """Return the last whole days of the world."""
    return DateRange(LAST_DAY - timedelta(days=days - 1), LAST_DAY)


def cases(world: World) -> list[Case]:
    """Return every case, in the order of the page."""
    month = last(30)
    before = compared_range(month, Comparison.PREVIOUS_PERIOD)
    campaign, by_cost = Dataset.CAMPAIGN, (Sort("total_cost"),)
    one = Among("advertiser_id", frozenset(world.advertisers[:1]))
    running = Among("order_state", frozenset({"RUNNING"}))
    named = Containing("prime", ("order_name",))
    looked_for = Containing("12", ("line_item_name",))

    def ask(*metrics: str, days: DateRange = month, **rest: object) -> Question:
        return Question(campaign, metrics, days, **rest)  # type: ignore[arg-type]

    orders, lines = ("order_id", "order_name"), ("line_item_id", "line_item_name")
    creatives = ("creative_id", "creative_name")
    compared = ask(*_ROW, by=orders, compare=before, order_by=by_cost, limit=20)
    supply = Question(
        Dataset.INVENTORY, _ROW, month, by=("supply_source",), compare=before, order_by=by_cost
    )
    return [
        Case("tiles and comparison, all advertisers", ask(*_TILES, compare=before), ROLLUP_MS),
        Case(
            "tiles and comparison, one advertiser",
            ask(*_TILES, compare=before, where=(one,)),
            ROLLUP_MS,
        ),
        Case("sparklines, 30 days", ask(*_TILES, by=("day",)), ROLLUP_MS),
        Case(
            "trend, 90 days",
            ask("total_cost", "impressions", days=last(90), by=("day",)),
            ROLLUP_MS,
        ),
        Case("top 20 orders and comparison", compared, ROLLUP_MS),
        Case(
            "orders table, text filter, page of 50",
            ask(*_ROW, by=orders, where=(named,), compare=before, order_by=by_cost, limit=50),
            ROLLUP_MS,
        ),
        Case(
            "orders by state, sorted by name",
            ask(
                *_ROW,
                by=(*orders, "order_state"),
                compare=before,
                order_by=(Sort("order_name", False),),
                limit=50,
            ),
            ROLLUP_MS,
        ),
        Case(
            "pacing, whole history of running orders",
            ask("total_cost", days=world.size.period, by=("order_id", "day"), where=(running,)),
            PACING_MS,
        ),
        Case(
            "line items of an advertiser, comparison",
            ask(*_TILES, by=lines, where=(one,), compare=before, order_by=by_cost, limit=100),
            FACTS_MS,
            FACTS_RATIO,
        ),
        Case(
            "creatives of all advertisers, comparison",
            ask(*_ROW, by=creatives, compare=before, order_by=by_cost, limit=100),
            FACTS_MS,
            FACTS_RATIO,
        ),
        Case("supply sources, comparison", supply, FACTS_MS, FACTS_RATIO),
        Case(
            "search among line items",
            ask(*_ROW, by=lines, where=(looked_for,), order_by=by_cost, limit=50),
            FACTS_MS,
            FACTS_RATIO,
        ),
        Case(
            "orders as of before the last restatement",
            ask(*_ROW, by=("order_id",), order_by=by_cost, limit=20, as_of=RESTATED_AT),
            AS_OF_MS,
        ),
    ]
