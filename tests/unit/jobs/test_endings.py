"""What each error means for a job."""

from __future__ import annotations

import pytest

from core.amazon.http import Duplicate, Unauthorized
from core.errors import (
    BadReport,
    Defect,
    Forbidden,
    LeaseLost,
    NeedsReconnect,
    NotFound,
    OurConfig,
    Refused,
    Throttled,
    Unopenable,
    Upstream,
    UserError,
)
from core.jobs.endings import AFTER_FAILURE, AFTER_WRONG_SETTING, Decision, Ending, decide


def decided(error: Exception, attempt: int = 1, attempts_max: int = 3, jitter: float = 0.0):
    return decide(error, attempt, attempts_max, lambda: jitter)


@pytest.mark.parametrize(
    "error",
    [
        UserError("x"),
        NotFound(),
        NeedsReconnect("x"),
        Refused("x", status=400),
        Forbidden("x", status=403),
        Unauthorized("401 Not authorized to access scope 7", status=401),
        BadReport("rule", "x"),
        Unopenable("x"),
        Defect("x"),
    ],
)
def test_what_a_repeat_would_not_mend_fails_at_once(error):
    assert decided(error) == Decision(Ending.FAIL)


@pytest.mark.parametrize(
    "error",
    [Upstream("x"), Duplicate("x", None), Unauthorized("x", status=401), KeyError("x")],
)
def test_what_may_pass_is_tried_again_and_later_each_time(error):
    waits = [decided(error, attempt, 9).wait_seconds for attempt in (1, 2, 3)]
    assert waits == [7.5, 15.0, 30.0]
    assert decided(error, 1, 9).ending is Ending.RETRY


@pytest.mark.parametrize("error", [Upstream("x"), OurConfig("x"), ValueError("x")])
def test_the_last_attempt_is_the_last(error):
    assert decided(error, 3, 3) == Decision(Ending.FAIL)


def test_a_wrong_setting_waits_as_long_as_people_need():
    wait = decided(OurConfig("x")).wait_seconds
    assert wait == AFTER_WRONG_SETTING.base_seconds / 2 > AFTER_FAILURE.base_seconds


def test_a_pause_that_amazon_asks_for_costs_no_attempt_even_the_last():
    asked = Throttled("x", retry_after_seconds=40.0)
    assert decided(asked, 3, 3) == Decision(Ending.AGAIN, 40.0)
    assert decided(asked, 3, 3, jitter=0.8).wait_seconds == 48.0


def test_a_pause_without_a_time_backs_off():
    waits = [decided(Throttled("x", retry_after_seconds=None), n).wait_seconds for n in (1, 2)]
    assert waits == [15.0, 30.0]


def test_a_job_that_has_passed_to_another_is_left_alone():
    assert decided(LeaseLost("x")) == Decision(Ending.DROP)
