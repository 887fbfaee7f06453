"""Questions that the lake refuses, each with a sentence that says why."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest

from core.domain.metrics import Dataset
from core.domain.periods import DateRange
from core.errors import UserError
from core.lake.question import (
    Among,
    Containing,
    Question,
    Sort,
    Within,
    check,
    entity_of,
    sortable,
)

DAYS = DateRange(date(2026, 11, 1), date(2026, 11, 7))
ATTRIBUTES = {"order": frozenset({"name", "state"}), "line_item": frozenset({"name"})}
PLAIN = Question(Dataset.CAMPAIGN, ("total_cost", "ctr"), DAYS, by=("order_id",))


def refused(question: Question) -> str:
    with pytest.raises(UserError) as error:
        check(question, ATTRIBUTES)
    return str(error.value)


FINE = [
    PLAIN,
    replace(PLAIN, by=("day", "order_id", "order_name", "order_state", "currency")),
    replace(PLAIN, compare=DateRange(DAYS.start - timedelta(7), DAYS.end - timedelta(7))),
    replace(PLAIN, order_by=(Sort("order_id"), Sort("ctr", is_descending=False))),
    replace(PLAIN, where=(Containing("x", ("order_name", "line_item_name")),)),
    replace(PLAIN, where=(Within("ctr", Decimal("0.1")),)),
    replace(PLAIN, limit=10_000_000, offset=10_000_000),
    Question(Dataset.INVENTORY, ("total_cost",), DAYS, by=("supply_source", "deal_id")),
    Question(Dataset.REACH, ("reach", "frequency"), DAYS, by=("advertiser_id",)),
    Question(Dataset.REACH, ("reach",), DAYS, by=("supply_source",)),
    Question(Dataset.AUDIO_VIDEO, ("impressions",), DAYS, by=("content_genre",)),
    Question(
        Dataset.BID_ADJUSTMENT,
        ("win_rate",),
        DAYS,
        by=("advertiser_id", "day", "order_id", "line_item_id", "rule_id", "term_id"),
    ),
]


@pytest.mark.parametrize("question", FINE)
def test_what_can_be_answered_is_let_through(question: Question) -> None:
    check(question, ATTRIBUTES)


REFUSED = [
    (replace(PLAIN, metrics=()), "at least one metric"),
    (replace(PLAIN, metrics=("nonsense",)), "no metric called 'nonsense'"),
    (replace(PLAIN, metrics=("reach",)), "reports it for whole windows"),
    (replace(PLAIN, dataset=Dataset.PRODUCT), "not measured in Amazon's product report"),
    (replace(PLAIN, by=("order_colour",)), "cannot be cut by 'order_colour'"),
    (replace(PLAIN, by=("creative_name",)), "cannot be cut by 'creative_name'"),
    (replace(PLAIN, by=("site",)), "cannot be cut by 'site'"),
    (replace(PLAIN, where=(Among("load_id", frozenset({"x"})),)), "cannot be cut by 'load_id'"),
    (replace(PLAIN, where=(Containing("x" * 201, ("order_name",)),)), "200 characters"),
    (replace(PLAIN, where=(Among("order_id", frozenset({"x" * 201})),)), "200 characters"),
    (
        replace(PLAIN, where=(Among("order_id", frozenset(map(str, range(10_001)))),)),
        "10,000 values",
    ),
    (replace(PLAIN, where=(Within("clicks"),)), "must be shown to be filtered by"),
    (replace(PLAIN, order_by=(Sort("clicks"),)), "cannot be sorted by 'clicks'"),
    (replace(PLAIN, order_by=(Sort("ctr__before"),)), "cannot be sorted by"),
    (replace(PLAIN, compare=DateRange(DAYS.start, DAYS.start)), "equal length"),
    (replace(PLAIN, limit=0), "rows can be asked for"),
    (replace(PLAIN, limit=10_000_001), "rows can be asked for"),
    (replace(PLAIN, offset=-1), "rows can be asked for"),
    (Question(Dataset.REACH, ("reach",), DAYS), "by advertiser, order, line item or supply"),
    (Question(Dataset.REACH, ("reach",), DAYS, by=("day",)), "whole windows"),
    (Question(Dataset.BID_ADJUSTMENT, ("win_rate",), DAYS, by=("rule_id",)), "cannot be added up"),
    (Question(Dataset.AUDIO_VIDEO, ("reported_ecpm",), DAYS, by=("order_id",)), "added up"),
]


@pytest.mark.parametrize(("question", "reason"), REFUSED)
def test_what_cannot_be_answered_is_refused_with_its_reason(
    question: Question, reason: str
) -> None:
    assert reason in refused(question)


def test_an_answer_is_sorted_by_its_own_columns_alone() -> None:
    compared = replace(PLAIN, compare=DAYS)
    assert sortable(PLAIN) == ("order_id", "total_cost", "ctr")
    assert sortable(compared) == (
        *("order_id", "total_cost", "total_cost__before", "total_cost__change"),
        *("ctr", "ctr__before", "ctr__change"),
    )


def test_a_ratio_needs_each_of_its_parts_once() -> None:
    question = replace(PLAIN, metrics=("ctr", "ecpm", "total_roas", "clicks"))
    assert question.parts == ("clicks", "impressions", "total_cost", "total_sales")


def test_money_is_what_mixed_currencies_would_spoil() -> None:
    assert replace(PLAIN, metrics=("total_cost",)).speaks_of_money
    assert replace(PLAIN, metrics=("total_roas",)).speaks_of_money
    assert replace(PLAIN, metrics=("working_media_share",)).speaks_of_money
    assert not replace(PLAIN, metrics=("ctr", "impressions")).speaks_of_money


def test_the_advertisers_of_a_question_are_those_every_condition_leaves() -> None:
    assert PLAIN.advertisers is None
    both = (
        Among("advertiser_id", frozenset({"1", "2"})),
        Among("advertiser_id", frozenset({"2", "3"})),
        Among("advertiser_id", frozenset({"2"}), is_excluded=True),
    )
    assert replace(PLAIN, where=both).advertisers == frozenset({"2"})


@pytest.mark.parametrize(
    ("field", "found"),
    [
        ("order_name", ("order", "name")),
        ("line_item_state", ("line_item", "state")),
        ("order_id", None),
        ("operating_system", None),
        ("currency", None),
    ],
)
def test_attributes_are_told_from_what_facts_hold(
    field: str, found: tuple[str, str] | None
) -> None:
    assert entity_of(field) == found
