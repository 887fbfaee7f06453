"""Every metric of a whole account, at every level, for several periods and what they are held
against: equal, to the cent, to what happened in the simulation.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest

from core.domain.metrics import Dataset
from core.domain.periods import Comparison, DateRange, compared_range
from core.domain.regions import Region
from core.domain.views import Level, Screen, View
from core.insight.desk import Desk
from core.insight.history import Figure
from core.insight.memory import Memory
from core.insight.performance.columns import Columns, adds_up, choices
from core.insight.performance.levels import narrowed
from core.insight.performance.table import Table, table
from tests.integration.insight.meanings import COUNTED, MEANINGS, Account
from tests.integration.jobs.conftest import (  # noqa: F401 - fixtures
    other_rig,
    rig,
    running_sandbox,
    sandbox,
)
from tests.integration.jobs.looking import advertisers, history
from tests.integration.jobs.rig import Rig

EVERY = Columns(tuple(entry for entry in choices() if adds_up(entry)))
FIELDS = {
    Level.ORDER: "orderId",
    Level.LINE_ITEM: "lineItemId",
    Level.CREATIVE: "creativeId",
}
TOTAL = "in all"
Row = dict[str, Any]


def test_the_second_telling_leaves_no_metric_out() -> None:
    assert {entry.key for entry in EVERY.metrics} == set(MEANINGS)
    measured = {entry.key for entry in EVERY.metrics if entry.formula is None}
    assert measured == set(COUNTED)


@pytest.mark.parametrize("fresh_database", ["sqlite"], indirect=True)
def test_every_metric_equals_what_happened(rig: Rig, other_rig: Rig) -> None:  # noqa: F811
    rig.datasets = frozenset({Dataset.CAMPAIGN})
    for region in (Region.NA, Region.FE):
        rig.link("agency", region)
    rig.run_due()
    found = {name: advertisers(rig)[name] for name in ("Alder", "Sakura")}
    rig.select(*found.values())
    rig.run_until(rig.is_idle)
    last = history(rig).end

    def back(first: int, until: int) -> DateRange:
        return DateRange(last - timedelta(days=first), last - timedelta(days=until))

    periods = (
        (back(6, 0), Comparison.PREVIOUS_PERIOD),
        (back(45, 10), Comparison.PREVIOUS_PERIOD),
        (back(92, 0), Comparison.NONE),
        (back(3, 3), Comparison.PREVIOUS_PERIOD),
    )
    compared = 0
    for advertiser_id in found.values():
        for days, comparison in periods:
            before = compared_range(days, comparison)
            truth = [
                (side, *_happened(rig, advertiser_id, span))
                for side, span in (("now", days), ("before", before))
                if span
            ]
            with _desk(rig) as desk:
                for level in Level:
                    shown = _shown(desk, advertiser_id, days, comparison, level)
                    wrong = [w for told in truth for w in _differences(shown, *told)]
                    assert wrong == [], (advertiser_id, days, level)
                    compared += len(shown.rows)
    assert compared > 300
    # Another organization knows nothing of it.
    with _desk(other_rig) as desk:
        assert narrowed(desk, View(screen=Screen.PERFORMANCE)).groups == ()


class _desk:
    """A desk of the organization's owner, answered from the files."""

    def __init__(self, of: Rig) -> None:
        self._reading = of.web.reading(of.org.scope())
        self._reader = of.parts.lake.reader(of.org.scope(), from_files=True)
        self._now = of.now

    def __enter__(self) -> Desk:
        return Desk(self._reading.__enter__(), self._reader, self._now, Memory())

    def __exit__(self, *failure: Any) -> None:
        self._reader.close()
        self._reading.__exit__(*failure)


def _shown(
    desk: Desk, advertiser_id: str, days: DateRange, comparison: Comparison, level: Level
) -> Table:
    view = View(
        screen=Screen.PERFORMANCE,
        range=days,
        comparison=comparison,
        advertisers=(advertiser_id,),
        level=level,
    )
    whom = narrowed(desk, view)
    [group] = whom.groups
    return table(desk, whom, group, EVERY, whole=True)


def _differences(shown: Table, side: str, rows: list[Row], coins: int) -> Iterator[str]:
    """Yield every figure of one period that is not what happened: of each row, and in all."""
    drawn = {row.entity_id: row.figures for row in shown.rows}
    drawn[TOTAL] = shown.totals
    happened = _grouped(rows, shown.level)
    for entity_id in {*happened, *drawn}:
        account = Account(happened.get(entity_id, {}), coins)
        if entity_id in drawn:
            for figure in drawn[entity_id]:
                yield from _unequal(entity_id, side, figure, account)
        elif any(meaning(account) for meaning in COUNTED.values()):
            yield f"{entity_id} has no row"


def _unequal(whose: str, side: str, figure: Figure, account: Account) -> Iterator[str]:
    value = figure.value if side == "now" else figure.before
    key = figure.metric.key
    expected = MEANINGS[key](account)
    told = f"{whose} {side} {key}: {value} and not {expected}"
    if figure.metric.formula is None:
        if Fraction(value or 0) != expected:
            yield told
    elif value is None or expected is None:
        if value is not expected:
            yield told
    elif not _is_equal(value, expected):
        yield told


def _is_equal(value: Decimal | int, expected: Fraction) -> bool:
    """A quotient has 28 digits; more than twenty of them are right."""
    return abs(Fraction(value) - expected) <= abs(expected) / 10**20


def _grouped(rows: list[Row], level: Level) -> dict[str, dict[str, int]]:
    """Return what happened by id, and under TOTAL in all; plain sums of whole numbers."""
    found: dict[str, dict[str, int]] = {TOTAL: {}}
    for row in rows:
        owners = {row.get(FIELDS.get(level, ""), row["advertiserId"]), TOTAL}
        for owner in owners:
            sums = found.setdefault(owner, {})
            for kind, number in row["happened"].items():
                sums[kind] = sums.get(kind, 0) + number
    return found


def _happened(of: Rig, advertiser_id: str, days: DateRange) -> tuple[list[Row], int]:
    """Return what the simulation says happened, and how many coins make one of its currency."""
    query = {
        "advertiserId": advertiser_id,
        "from": days.start.isoformat(),
        "to": days.end.isoformat(),
        "asOf": "now",
    }
    answer = of.sandbox.http.get("/_sandbox/truth/happened", params=query).raise_for_status().json()
    rows = [{**row, "advertiserId": advertiser_id} for row in answer["rows"]]
    return rows, 10 ** int(answer["minorUnits"])
