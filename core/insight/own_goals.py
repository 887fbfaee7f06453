"""Goals that people set, beside those that orders bear at Amazon.

A goal of an order takes the place of its KPI at Amazon. A goal of a whole advertiser speaks for
those of its orders that are judged by the same figure, and for those that name no KPI at all.
The goal that counts is the one set last among those valid today, in the advertiser's own zone.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal

from core.domain.catalogue import METRICS
from core.domain.content import can_be_aimed_at
from core.domain.metrics import Metric
from core.domain.periods import ONE_DAY, yesterday
from core.insight.desk import Desk
from core.store.content.goals import Goal


@dataclass(frozen=True, slots=True)
class HandGoal:
    """What a person wants a figure to reach, in the figure's own unit, and who set it for what."""

    metric: Metric
    target: Decimal
    is_orders_own: bool


@dataclass(frozen=True, slots=True)
class GoalBook:
    """The goals that count now: by order, and by advertiser the latest first.

    `mark` changes whenever one of them does; "" when there is none.
    """

    by_order: Mapping[str, HandGoal]
    by_advertiser: Mapping[str, tuple[HandGoal, ...]]
    mark: str

    def of(self, order_id: str, advertiser_id: str, kpi: Metric | None) -> HandGoal | None:
        """Return the goal of an order that Amazon would judge by `kpi`; None when none was set."""
        if own := self.by_order.get(order_id):
            return own
        whole = self.by_advertiser.get(advertiser_id, ())
        return next((goal for goal in whole if kpi is None or goal.metric == kpi), None)


def goal_book(desk: Desk) -> GoalBook:
    """Return the goals that the scope sees and that are valid now; none that was set for a sum."""
    kept = desk.content.goals.all()
    if not kept:
        return GoalBook({}, {}, "")
    zones = {a.advertiser_id: a.timezone for a in desk.tenant.advertisers.all()}
    valid = [
        goal
        for goal in kept
        if goal.metric in METRICS
        and can_be_aimed_at(METRICS[goal.metric])
        and goal.advertiser_id in zones
        and goal.holds_on(yesterday(desk.now, zones[goal.advertiser_id]) + ONE_DAY)
    ]
    return _book(sorted(valid, key=lambda goal: (goal.changed_at, goal.id), reverse=True))


def _book(latest_first: Iterable[Goal]) -> GoalBook:
    by_order: dict[str, HandGoal] = {}
    by_advertiser: dict[str, tuple[HandGoal, ...]] = {}
    digest = hashlib.sha256()
    for goal in latest_first:
        told = HandGoal(METRICS[goal.metric], goal.target, goal.order_id is not None)
        digest.update(repr((goal.id, goal.metric, goal.target, goal.order_id)).encode())
        if goal.order_id is not None:
            by_order.setdefault(str(goal.order_id), told)
        else:
            whole = by_advertiser.get(goal.advertiser_id, ())
            by_advertiser[goal.advertiser_id] = (*whole, told)
    mark = digest.hexdigest()[:16] if by_order or by_advertiser else ""
    return GoalBook(by_order, by_advertiser, mark)
