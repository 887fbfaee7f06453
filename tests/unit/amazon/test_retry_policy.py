"""What follows each answer, and how long a wait is."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.amazon.retry_policy import PAUSE_SECONDS_MAX, Backoff, Reaction, reaction_to, retry_after

NOW = datetime(2026, 3, 4, 12, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("status", "reaction"),
    [
        (200, Reaction.ACCEPT),
        (202, Reaction.ACCEPT),
        (207, Reaction.ACCEPT),
        (301, Reaction.REFUSED),
        (307, Reaction.REFUSED),
        (400, Reaction.REFUSED),
        (401, Reaction.REFRESH),
        (403, Reaction.FORBIDDEN),
        (404, Reaction.REFUSED),
        (418, Reaction.REFUSED),
        (425, Reaction.ADOPT),
        (429, Reaction.SLOW_DOWN),
        (500, Reaction.ASK_AGAIN),
        (502, Reaction.ASK_AGAIN),
        (503, Reaction.ASK_AGAIN),
        (504, Reaction.ASK_AGAIN),
        (599, Reaction.ASK_AGAIN),
    ],
)
def test_each_status_has_its_reaction(status, reaction):
    assert reaction_to(status) is reaction


@pytest.mark.parametrize(
    ("header", "seconds"),
    [
        ("7", 7.0),
        ("0", 0.0),
        ("-3", 0.0),
        ("2.5", 2.5),
        ("Wed, 04 Mar 2026 12:00:30 GMT", 30.0),
        ("Wed, 04 Mar 2026 12:00:30 -0000", 30.0),
        ("Wed, 04 Mar 2026 11:00:00 GMT", 0.0),
        ("1e12", PAUSE_SECONDS_MAX),
        (None, None),
        ("", None),
        ("soon", None),
        ("nan", None),
    ],
)
def test_retry_after_is_read_in_both_forms_and_never_trusted_blindly(header, seconds):
    assert retry_after(header, NOW) == seconds


@given(st.integers(0, 10_000), st.floats(0, 1, exclude_max=True))
def test_a_wait_grows_from_half_its_step_and_stays_under_the_cap(attempt, jitter):
    wait = Backoff(base_seconds=2.0, cap_seconds=300.0).wait(attempt, lambda: jitter)
    step = min(300.0, 2.0 * 2.0 ** min(attempt, 20))
    assert step / 2 <= wait < step or wait == pytest.approx(step)
