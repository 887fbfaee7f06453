"""A line by day for each row of a page."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from datetime import date
from typing import Any

from core.domain.metrics import Dataset, Metric
from core.insight.audience import Audience, Cohort, Group
from core.insight.desk import Desk
from core.insight.entity_sums import Key
from core.insight.history import Amount, measures, of
from core.lake.question import Among, Question


def trails(
    desk: Desk, whom: Audience, group: Group, field: str, entry: Metric
) -> dict[Key, tuple[Amount, ...]]:
    """Return the metric by day of each row that has one, in step with the days of its group.

    A day that is known and has no row delivered nothing; a day that is not known is absent.
    """
    days = tuple(group.shown.days())
    found: dict[Key, tuple[Amount, ...]] = {}
    for cohort in group.cohorts:
        # The advertisers of a cohort have the same days.
        held = whom.days[min(cohort.advertiser_ids)].days
        nothing = of(entry, dict.fromkeys(measures(entry), 0))
        for key, by_day in _by_day(desk, group, cohort, field, entry).items():
            found[key] = tuple(by_day.get(day, nothing if day in held else None) for day in days)
    return found


def _by_day(
    desk: Desk, group: Group, cohort: Cohort, field: str, entry: Metric
) -> Mapping[Key, Mapping[date, Amount]]:
    parts = measures(entry)
    question = Question(
        Dataset.CAMPAIGN,
        parts,
        cohort.periods.shown,
        by=tuple(dict.fromkeys(("advertiser_id", field, "day"))),
        where=(Among("advertiser_id", cohort.advertiser_ids), *group.where),
        as_of=group.as_of,
    )
    columns: Mapping[str, list[Any]] = desk.reader.ask(question).table.to_pydict()
    found: dict[Key, dict[date, Amount]] = defaultdict(dict)
    sides = zip(columns["advertiser_id"], columns[field], columns["day"], strict=True)
    for place, (advertiser_id, entity_id, day) in enumerate(sides):
        sums = {part: columns[part][place] for part in parts}
        found[advertiser_id, entity_id][day] = of(entry, sums)
    return found
