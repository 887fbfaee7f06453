"""Explore and Compare over what really arrived, beside what the simulation says by other code."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from core.domain.cuts import Dimension
from core.domain.metrics import Dataset
from core.domain.periods import DateRange
from core.domain.views import Screen, View
from core.insight.audience import Audience, audience
from core.insight.comparison import compared
from core.insight.cut_table import CutTable, cut_table, dataset_of
from core.insight.desk import Desk
from core.insight.memory import Memory
from core.insight.movers import Movers, movers
from tests.databases import Organization
from tests.integration.jobs.looking import Figures, history, synced, total, truth
from tests.integration.jobs.rig import Rig

# One database is enough: what differs between them is proven in the store's own tests.
pytestmark = pytest.mark.parametrize("fresh_database", ["sqlite"], indirect=True)

TABLES = frozenset({Dataset.CAMPAIGN, Dataset.INVENTORY, Dataset.AUDIENCE})
CUTS = (Dimension.SUPPLY, Dimension.DEAL, Dimension.LINE_ITEM, Dimension.SIZE)


@contextmanager
def asking(rig: Rig, view: View, dataset: Dataset) -> Iterator[tuple[Desk, Audience]]:
    scope = rig.org.scope()
    with (
        rig.web.reading(scope) as tenant,
        rig.parts.lake.reader(rig.scope, from_files=True) as reader,
    ):
        desk = Desk(tenant, reader, rig.now, Memory())
        yield desk, audience(desk, view, dataset)


def cut(rig: Rig, dimension: Dimension, **view: Any) -> CutTable:
    shown = View(screen=Screen.EXPLORE, cut=dimension, **view)
    with asking(rig, shown, dataset_of(shown)) as (desk, whom):
        return cut_table(desk, whom, whom.groups[0])


def by_order(figures: Figures, measure: str) -> dict[str, Decimal]:
    summed: dict[str, Decimal] = defaultdict(Decimal)
    for (_, order_id), row in figures.items():
        summed[order_id] += row[measure]
    return summed


def test_cuts_that_tie_hold_the_whole_of_the_simulation_and_changes_add_up(
    rig: Rig, other: Organization
) -> None:
    rig.datasets = TABLES
    found = synced(rig, "agency", "Alder")
    last = history(rig).end - timedelta(days=10)
    days = DateRange(last - timedelta(days=13), last)
    expected = truth(rig, found["Alder"], days, "order")
    for dimension in CUTS:
        table = cut(rig, dimension, range=days)
        spent = sum((Decimal(r.sums.now.get("total_cost") or 0) for r in table.rows), Decimal(0))
        assert abs(spent - total(expected, "total_cost")) < Decimal("0.01"), dimension
        assert table.standing.ties, dimension
        moved = movers(table)
        assert isinstance(moved, Movers), dimension
        assert moved.before + sum(m.whole for m in moved.moves) == moved.now, dimension
    _names_came_with_the_reports(rig, other, cut(rig, Dimension.AUDIENCE, range=days))
    _orders_stand_beside_one_another(rig, days, expected)


def _names_came_with_the_reports(rig: Rig, other: Organization, segments: CutTable) -> None:
    assert segments.rows
    assert segments.total is None
    assert all(row.name != row.key and row.note.startswith(row.key) for row in segments.rows)
    with rig.web.reading(other.scope()) as tenant:
        assert tenant.labels.all() == []


def _orders_stand_beside_one_another(rig: Rig, days: DateRange, expected: Figures) -> None:
    cost, sales = by_order(expected, "total_cost"), by_order(expected, "total_sales")
    first, second = sorted(cost, key=lambda order: -cost[order])[:2]
    view = View(screen=Screen.COMPARE, range=days, orders=(first, second))
    with asking(rig, view, Dataset.CAMPAIGN) as (desk, whom):
        found = compared(desk, whom)
    assert len(found.common) == days.length
    told = {one.metric.key: [d.value for d in one.differences] for one in found.table}
    assert told["total_cost"] == [cost[first], cost[second]]
    assert told["total_roas"] == [sales[o] / cost[o] if cost[o] else None for o in (first, second)]
