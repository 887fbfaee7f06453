"""Rules of trust, decided on values alone."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.domain.metrics import Dataset
from core.domain.periods import DateRange
from core.lake.cells import Cell, Key, RatioGap
from core.lake.checks import Known, Outcome, Reading, Verdict, judge
from core.lake.layout import Asked

TODAY = date(2026, 11, 22)
ONE, TWO = "5801", "5802"


def days_ago(number: int) -> date:
    return TODAY - timedelta(days=number)


def cell(
    ago: int, advertiser: str = ONE, *, rows: int = 10, digest: str = "", **totals: int
) -> Cell:
    known = {"impressions": 1000, "clicks": 10, "total_cost": 50, "sales": 200} | totals
    exact = {key: Decimal(value) for key, value in known.items()}
    return Cell(advertiser, days_ago(ago), rows, exact, digest or f"{rows} {sorted(known.items())}")


def reading(
    *cells: Cell,
    first: int = 3,
    last: int = 1,
    advertisers: frozenset[str] = frozenset({ONE}),
    dataset: Dataset = Dataset.CAMPAIGN,
    **noticed: object,
) -> Reading:
    asked = Asked(advertisers, DateRange(days_ago(first), days_ago(last)))
    return Reading(dataset, asked, TODAY, {c.key: c for c in cells}, **noticed)  # type: ignore[arg-type]


def rules(verdict: Verdict, outcome: Outcome) -> list[str]:
    return [result.rule for result in verdict.results if result.outcome is outcome]


def keys(*agos: int, advertiser: str = ONE) -> frozenset[Key]:
    return frozenset((advertiser, days_ago(ago)) for ago in agos)


def test_what_is_as_expected_is_accepted_and_said_to_be() -> None:
    verdict = judge(reading(cell(1), cell(2), cell(3)), {})
    assert verdict.accepted == keys(1, 2, 3)
    assert not verdict.doubted
    assert rules(verdict, Outcome.PASSED) == ["trust"]


def test_a_day_without_rows_of_an_advertiser_with_rows_is_a_day_of_nothing() -> None:
    assert judge(reading(cell(1)), {}).accepted == keys(1, 2, 3)


def test_an_advertiser_absent_from_a_shared_file_is_unknown_not_zero() -> None:
    both = frozenset({ONE, TWO})
    known = {(TWO, days_ago(1)): Known(present=cell(1, TWO))}
    verdict = judge(reading(cell(1), advertisers=both), known)
    assert {advertiser for advertiser, _ in verdict.accepted} == {ONE}
    assert not verdict.doubted
    nobody = judge(reading(advertisers=both), known)
    assert nobody.accepted == frozenset()
    assert not nobody.doubted
    assert rules(nobody, Outcome.WARNED) == ["empty report"]


@pytest.mark.parametrize("is_known", [True, False])
def test_a_complete_but_empty_report_is_doubted_until_it_is_said_twice(is_known: bool) -> None:
    known = {k: Known(present=cell(1)) for k in keys(1, 2, 3)} if is_known else {}
    first = judge(reading(), known)
    assert first.accepted == frozenset()
    assert set(first.doubted) == keys(1, 2, 3)
    again = {k: Known(known.get(k, Known()).present, doubted=d) for k, d in first.doubted.items()}
    second = judge(reading(), again)
    assert second.accepted == keys(1, 2, 3)
    assert not second.doubted
    assert rules(second, Outcome.BLOCKED) == []
    assert all("said twice" in result.detail for result in second.results)


def test_an_advertiser_known_to_have_had_nothing_may_have_nothing_again() -> None:
    known = {k: Known(present=Cell.empty(k)) for k in keys(1, 2, 3)}
    assert judge(reading(), known).accepted == keys(1, 2, 3)


def test_a_known_day_that_vanished_is_doubted_and_the_others_are_not() -> None:
    known = {k: Known(present=cell(1)) for k in keys(1, 2, 3)}
    verdict = judge(reading(cell(1), cell(3)), known)
    assert verdict.accepted == keys(1, 3)
    assert set(verdict.doubted) == keys(2)
    assert rules(verdict, Outcome.BLOCKED) == ["vanished day"]


def test_days_known_from_a_newer_report_are_left_alone_whatever_the_older_one_says() -> None:
    known = {k: Known(present=cell(1), is_newer=True) for k in keys(1, 2)}
    verdict = judge(reading(cell(1), cell(3)), known)
    assert verdict.accepted == keys(3)
    assert verdict.doubted == {}
    assert rules(verdict, Outcome.PASSED) == ["older report"]


def test_a_second_reading_that_says_something_else_is_doubted_anew() -> None:
    known = {(ONE, days_ago(1)): Known(present=cell(1), doubted="")}
    fallen = cell(1, impressions=100, digest="other")
    verdict = judge(reading(fallen, first=1), known)
    assert verdict.doubted == {(ONE, days_ago(1)): "other"}


def test_a_second_reading_that_is_whole_again_is_simply_accepted() -> None:
    known = {(ONE, days_ago(1)): Known(present=cell(1), doubted="")}
    verdict = judge(reading(cell(1), first=1), known)
    assert verdict.accepted == keys(1)
    assert rules(verdict, Outcome.WARNED) == []


@pytest.mark.parametrize(
    ("measure", "now", "is_settled", "is_believed"),
    [
        ("impressions", 951, True, True),
        ("impressions", 949, True, False),
        ("total_cost", 47, True, False),
        ("total_cost", 48, True, True),
        ("sales", 189, True, False),
        ("sales", 400, True, True),
        ("impressions", 949, False, True),
        ("impressions", 701, False, True),
        ("impressions", 699, False, False),
        ("sales", 0, False, True),
        ("clicks", 0, True, True),
    ],
)
def test_a_settled_day_may_lose_five_per_cent_and_a_moving_one_thirty_of_delivery(
    measure: str, now: int, is_settled: bool, is_believed: bool
) -> None:
    before = cell(20)
    after = Cell(*before.key, 10, {**before.totals, measure: Decimal(now)}, "after")
    known = {before.key: Known(present=before, is_settled=is_settled)}
    verdict = judge(reading(after, first=20, last=20), known)
    assert (before.key in verdict.accepted) is is_believed
    assert (before.key in verdict.doubted) is not is_believed


def test_a_day_that_lost_a_measure_altogether_has_fallen() -> None:
    before = cell(20)
    after = Cell(*before.key, 10, {**before.totals, "impressions": None}, "after")
    known = {before.key: Known(present=before, is_settled=True)}
    assert judge(reading(after, first=20, last=20), known).doubted == {before.key: "after"}


CUT = {"impressions": 1000, "clicks": 10, "total_cost": 50}


@pytest.mark.parametrize(
    ("dataset", "totals", "ties"),
    [
        (Dataset.INVENTORY, CUT, True),
        (Dataset.INVENTORY, CUT | {"impressions": 1004}, True),
        (Dataset.INVENTORY, CUT | {"impressions": 990}, False),
        (Dataset.TECH, CUT | {"total_cost": 52}, False),
        (Dataset.GEO, CUT | {"impressions": 400}, True),
        (Dataset.GEO, CUT | {"impressions": 1010}, False),
        (Dataset.AUDIENCE, CUT | {"impressions": 9000}, True),
        (Dataset.PRODUCT, {"sales": 150}, True),
        (Dataset.PRODUCT, {"sales": 250}, False),
    ],
)
@pytest.mark.parametrize("ago", [5, 6])
def test_cuts_tie_to_the_campaign_facts_each_in_its_way_and_block_only_after_day_five(
    dataset: Dataset, totals: dict[str, int], ties: bool, ago: int
) -> None:
    exact = {key: Decimal(value) for key, value in totals.items()}
    seen = Cell(ONE, days_ago(ago), 10, exact, "cut")
    known = {seen.key: Known(parent=cell(ago))}
    verdict = judge(reading(seen, first=ago, last=ago, dataset=dataset), known)
    is_blocked = not ties and ago == 6
    assert (seen.key in verdict.doubted) is is_blocked
    assert bool(rules(verdict, Outcome.WARNED)) is (not ties and ago == 5)


def test_what_is_odd_but_harmless_is_told() -> None:
    verdict = judge(
        reading(
            cell(1),
            negatives=("sales",),
            unknown_columns=frozenset({"newOne"}),
            ratio_gaps=(RatioGap("ctr", 10, 10, 100.0), RatioGap("ecpm", 10, 0, 1.0)),
        ),
        {},
    )
    assert rules(verdict, Outcome.WARNED) == [
        "unknown columns",
        "negative correction",
        "reported ratio",
    ]
    assert verdict.results[-1].detail.endswith("the middle row is 100 times ours")
    assert verdict.accepted == keys(1, 2, 3)


cells = st.builds(
    cell,
    st.integers(1, 9),
    st.sampled_from([ONE, TWO]),
    impressions=st.integers(0, 2000),
    sales=st.integers(0, 500),
)
knowledge = st.dictionaries(
    st.tuples(st.sampled_from([ONE, TWO]), st.integers(1, 9).map(days_ago)),
    st.builds(Known, st.none() | cells, st.none() | st.just(""), st.booleans()),
)


@given(seen=st.lists(cells, max_size=9), known=knowledge)
def test_every_day_spoken_about_is_accepted_or_doubted_and_a_repetition_ends_the_doubt(
    seen: list[Cell], known: dict[Key, Known]
) -> None:
    told = reading(*seen, first=9, advertisers=frozenset({ONE, TWO}))
    verdict = judge(told, known)
    assert not verdict.accepted & set(verdict.doubted)
    assert {a for a, _ in verdict.accepted | set(verdict.doubted)} == {
        c.advertiser_id for c in seen
    }
    repeated = dict(known)
    for key, digest in verdict.doubted.items():
        before = known.get(key, Known())
        repeated[key] = Known(before.present, digest, before.is_settled)
    assert not judge(told, repeated).doubted
