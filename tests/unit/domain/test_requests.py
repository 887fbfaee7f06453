"""A report request walks a known path and never leaves its end."""

from __future__ import annotations

import pytest

from core.domain.metrics import Dataset
from core.domain.requests import Reason, RequestState, requests_a_day, step
from core.errors import Defect

S = RequestState
STRAIGHT = [S.PLANNED, S.REQUESTED, S.BUILDING, S.DOWNLOADING, S.CHECKED, S.COMMITTED]


def test_the_straight_way_leads_from_plan_to_commit() -> None:
    state = STRAIGHT[0]
    for following in STRAIGHT[1:]:
        state = step(state, following)
    assert state is S.COMMITTED


@pytest.mark.parametrize(
    ("state", "following"),
    [
        (S.REQUESTED, S.DOWNLOADING),  # an adopted report is already built
        (S.REQUESTED, S.PLANNED),  # too large: asked for in halves
        (S.BUILDING, S.PLANNED),  # Amazon forgot it
        (S.DOWNLOADING, S.BUILDING),  # the signed address expired
        (S.CHECKED, S.DOWNLOADING),  # the file was lost in a crash
        (S.CHECKED, S.QUARANTINED),
        (S.QUARANTINED, S.COMMITTED),
        (S.QUARANTINED, S.CANCELLED),
    ],
)
def test_the_side_ways_of_a_crash_or_a_doubt(state: S, following: S) -> None:
    assert step(state, following) is following


@pytest.mark.parametrize(
    ("state", "following"),
    [
        (S.PLANNED, S.COMMITTED),
        (S.BUILDING, S.COMMITTED),
        (S.DOWNLOADING, S.COMMITTED),
        (S.COMMITTED, S.PLANNED),
        (S.FAILED, S.PLANNED),
        (S.CHECKED, S.CANCELLED),
        (S.QUARANTINED, S.QUARANTINED),
    ],
)
def test_a_step_that_skips_a_check_or_wakes_the_dead_is_a_defect(state: S, following: S) -> None:
    with pytest.raises(Defect, match=f"from {state} to {following}"):
        step(state, following)


def test_only_what_is_stored_compared_or_given_up_is_the_end() -> None:
    ended = {S.COMMITTED, S.COMPARED, S.FAILED, S.CANCELLED}
    assert {state for state in S if state.is_over} == ended


def test_every_unfinished_state_can_still_reach_an_end() -> None:
    for state in S:
        reached, edge = {state}, [state]
        while edge:
            edge = [n for e in edge for n in S if e.may_become(n) and n not in reached]
            reached |= set(edge)
        assert any(end.is_over for end in reached), state


def test_every_state_is_told_in_words() -> None:
    assert len({state.meaning for state in S}) == len(S)


def test_two_requests_a_day_and_four_base_reports_on_the_day_of_linking() -> None:
    assert requests_a_day(Dataset.CAMPAIGN, is_day_of_linking=True) == 4
    assert requests_a_day(Dataset.CAMPAIGN, is_day_of_linking=False) == 2
    assert requests_a_day(Dataset.GEO, is_day_of_linking=True) == 2


def test_reasons_are_the_words_that_are_stored() -> None:
    assert set(Reason) == {
        "backfill",
        "daily",
        "settle",
        "by hand",
        "second reading",
        "comparison",
        "halved",
    }
