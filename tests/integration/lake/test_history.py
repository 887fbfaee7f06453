"""What changed between two instants, and the steps by which a day settled."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest

from core.domain.metrics import Dataset
from core.errors import UserError
from core.lake.asof import Between
from core.lake.question import Question
from tests.integration.lake.ground import (
    ACME,
    ADVERTISER,
    NOON,
    OTHER,
    SECOND,
    Ground,
    day,
    days,
    limited_to,
    row,
)

HOUR = timedelta(hours=1)
ASKED = Question(Dataset.CAMPAIGN, ("total_cost", "purchases"), days(0, 9), by=("day",))


@pytest.fixture
def restated(ground: Ground) -> Ground:
    """Three readings of the same days: at noon, an hour and two hours later."""
    ground.load([row(0, purchases=1), row(1, purchases=1)], days(0, 1), at=NOON)
    second = [row(0, purchases=4), row(1, purchases=1), row(1, lineItemId="new", totalCost=1)]
    ground.load(second, days(0, 1), at=NOON + HOUR)
    ground.load([row(0, purchases=3)], days(0, 1), at=NOON + 2 * HOUR)
    return ground


def changed(ground: Ground, since: int, until: int, question: Question = ASKED) -> list[object]:
    with ground.lake.reader(ACME) as reader:
        between = Between(NOON + since * HOUR, NOON + until * HOUR)
        return [tuple(r.values()) for r in reader.changes(question, between).to_pylist()]


def test_changes_between_two_loads_are_told_by_day_and_metric(restated: Ground) -> None:
    assert changed(restated, 0, 1) == [(day(0), 0, 3), (day(1), 1, 2)]
    assert changed(restated, 1, 2) == [(day(0), 0, -1), (day(1), Decimal("-13.5"), -3)]


def test_changes_over_several_loads_are_the_difference_of_the_ends(restated: Ground) -> None:
    assert changed(restated, 0, 2) == [(day(0), 0, 2), (day(1), Decimal("-12.5"), -1)]
    assert changed(restated, -1, 2) == [(day(0), Decimal("12.5"), 3)]


def test_nothing_changed_gives_no_row(restated: Ground) -> None:
    assert changed(restated, 2, 9) == []
    total = Question(Dataset.CAMPAIGN, ("total_cost",), days(0, 9))
    assert changed(restated, 2, 9, total) == []
    assert changed(restated, 0, 1, total) == [(Decimal(1),)]


def test_every_step_of_a_day_is_told_with_its_instant(restated: Ground) -> None:
    with restated.lake.reader(ACME) as reader:
        steps = reader.restatements(ASKED).to_pylist()
    assert [
        (s["advertiser_id"], s["day"], s["at"], s["total_cost"], s["purchases"]) for s in steps
    ] == [
        (ADVERTISER, day(0), NOON, Decimal("12.5"), 1),
        (ADVERTISER, day(0), NOON + HOUR, 0, 3),
        (ADVERTISER, day(0), NOON + 2 * HOUR, 0, -1),
        (ADVERTISER, day(1), NOON, Decimal("12.5"), 1),
        (ADVERTISER, day(1), NOON + HOUR, 1, 2),
        (ADVERTISER, day(1), NOON + 2 * HOUR, Decimal("-13.5"), -3),
    ]


def test_changes_of_other_advertisers_and_tenants_are_not_told(restated: Ground) -> None:
    restated.load([row(0, advertiserId=SECOND)], days(0, 0), at=NOON + 3 * HOUR)
    later = Between(NOON + 2 * HOUR, NOON + 4 * HOUR)
    with restated.lake.reader(limited_to(ACME, ADVERTISER)) as reader:
        assert reader.changes(ASKED, later).num_rows == 0
    with restated.lake.reader(limited_to(ACME, SECOND)) as reader:
        assert reader.changes(ASKED, later).num_rows == 1
    with restated.lake.reader(OTHER) as reader:
        assert reader.changes(ASKED, later).num_rows == 0


def test_changes_are_not_told_of_ratios_or_by_names(restated: Ground) -> None:
    with restated.lake.reader(ACME) as reader:
        with pytest.raises(UserError, match="not for ratios"):
            reader.changes(Question(Dataset.CAMPAIGN, ("ctr",), days(0, 1)), Between(NOON, NOON))
        named = Question(Dataset.CAMPAIGN, ("clicks",), days(0, 1), by=("order_id", "order_name"))
        with pytest.raises(UserError, match="fields of the facts"):
            reader.changes(named, Between(NOON, NOON))
