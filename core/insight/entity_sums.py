"""Sums of measures by entity: over the days shown, and like for like with those compared."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pyarrow as pa

from core.domain.metrics import Dataset
from core.domain.periods import DateRange
from core.insight.audience import Cohort, Group
from core.insight.desk import Desk
from core.insight.history import Amount
from core.lake.question import BEFORE, Among, Question

Key = tuple[str, str]
"""An advertiser's id and an entity's: what Amazon does not name is "unknown" at each of them."""


@dataclass(frozen=True, slots=True)
class EntitySums:
    """One entity's sums of measures: over the days shown, and over those alike and before."""

    advertiser_id: str
    now: Mapping[str, Amount]
    alike: Mapping[str, Amount]
    before: Mapping[str, Amount]


NOTHING = EntitySums("", {}, {}, {})


def entity_sums(
    desk: Desk, group: Group, parts: Sequence[str], field: str
) -> dict[Key, EntitySums]:
    """Return the sums of each value of an id `field` that has a row in the days shown or compared.

    Money is in the group's currency. Raises UserError for a measure the base facts do not hold.
    """
    found: dict[Key, EntitySums] = {}
    for cohort in group.cohorts:
        alike, before = cohort.periods.alike, alike_before(cohort)
        rows = _by_key(asked(desk, group, cohort, parts, before, field=field), field)
        compared = rows if before else {}
        if alike and not before:
            narrower = asked(desk, group, cohort, parts, alike[1], alike[0], field=field)
            compared = _by_key(narrower, field)
        for key in {**rows, **compared}:
            found[key] = _combined(parts, rows.get(key), compared.get(key))
    return found


def asked(
    desk: Desk,
    group: Group,
    cohort: Cohort,
    parts: Sequence[str],
    compare: DateRange | None,
    days: DateRange | None = None,
    *,
    field: str = "order_id",
) -> pa.Table:
    """Return the lake's answer by entity for one cohort, over the days shown unless others are
    given.
    """
    question = Question(
        Dataset.CAMPAIGN,
        tuple(parts),
        days or cohort.periods.shown,
        by=tuple(dict.fromkeys(("advertiser_id", field))),
        where=(Among("advertiser_id", cohort.advertiser_ids), *group.where),
        compare=compare,
        as_of=group.as_of,
    )
    return desk.reader.ask(question).table


def alike_before(cohort: Cohort) -> DateRange | None:
    """Return the days compared, where one question can tell them: all days shown have theirs."""
    alike = cohort.periods.alike
    return alike[1] if alike and alike[0] == cohort.periods.shown else None


def _by_key(table: pa.Table, field: str) -> dict[Key, Mapping[str, Any]]:
    return {(row["advertiser_id"], row[field]): row for row in table.to_pylist()}


def _combined(
    parts: Sequence[str], now: Mapping[str, Any] | None, compared: Mapping[str, Any] | None
) -> EntitySums:
    row = now or compared or {}
    return EntitySums(
        row["advertiser_id"],
        {part: now[part] for part in parts} if now else {},
        {part: compared[part] for part in parts} if compared else {},
        {part: compared[part + BEFORE] for part in parts} if compared else {},
    )
