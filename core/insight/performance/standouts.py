"""The best and the worst by a rate, among those that hold enough to say so."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from core.domain.catalogue import metric
from core.domain.metrics import Better, Metric
from core.domain.views import Level, Sort
from core.insight.audience import Audience, Group
from core.insight.desk import Desk
from core.insight.entity_sums import Key
from core.insight.performance.evidence import evidence, is_enough
from core.insight.performance.levels import names
from core.insight.performance.table import judged

FEWEST_ROWS = 3
"""Of two rows one is always the best; a ranking begins with three."""


@dataclass(frozen=True, slots=True)
class Standout:
    """One end of a column."""

    key: Key
    name: str
    value: Decimal


@dataclass(frozen=True, slots=True)
class Standouts:
    """Two rows at the ends of a column, of `judged` rows; `too_little` more could not be."""

    metric: Metric
    level: Level
    rests_on: str
    best: Standout
    worst: Standout
    judged: int
    too_little: int


def standouts(desk: Desk, whom: Audience, group: Group, sort: Sort) -> Standouts | None:
    """Return the ends of the column that rows are sorted by, over all rows of a group.

    None for a sort by name, by a metric without a good direction or by none that is a rate of
    events, and where fewer than three rows rest on at least 30 events or all of those are equal.
    """
    entry = None if sort.key == "name" else metric(sort.key)
    rests_on = evidence(entry) if entry else None
    if entry is None or rests_on is None or entry.better is Better.NEITHER:
        return None
    told = judged(desk, whom, group, entry)
    known = {key: pair for key, pair in told.items() if pair[0] is not None}
    enough = sorted(key for key, (_, events) in known.items() if is_enough(events))
    if len(enough) < FEWEST_ROWS:
        return None
    ordered = sorted(enough, key=lambda key: known[key][0], reverse=entry.better is Better.UP)
    if known[ordered[0]][0] == known[ordered[-1]][0]:
        return None
    called = names(desk, whom)
    level = whom.view.level
    best, worst = (
        Standout(key, called.of(level, key), Decimal(str(known[key][0])))
        for key in (ordered[0], ordered[-1])
    )
    too_little = len(known) - len(enough)
    return Standouts(entry, level, rests_on, best, worst, len(enough), too_little)
