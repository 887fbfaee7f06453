"""A connection's states are few, and only the person's own act ends one."""

from __future__ import annotations

from decimal import Decimal

import pytest

from core.domain.connections import (
    AccessMode,
    Adapter,
    CampaignAccess,
    RefreshOutcome,
    Status,
    SyncState,
    reliability,
    status_after,
)


@pytest.mark.parametrize(
    ("before", "outcome", "after"),
    [
        (Status.ACTIVE, RefreshOutcome.REFRESHED, Status.ACTIVE),
        (Status.ACTIVE, RefreshOutcome.RETRIED, Status.RETRYING),
        (Status.RETRYING, RefreshOutcome.REFRESHED, Status.ACTIVE),
        (Status.RETRYING, RefreshOutcome.LOST, Status.NEEDS_RECONNECT),
        (Status.NEEDS_RECONNECT, RefreshOutcome.REFRESHED, Status.ACTIVE),
    ],
)
def test_a_refresh_moves_a_connection(
    before: Status, outcome: RefreshOutcome, after: Status
) -> None:
    assert status_after(before, outcome) is after


def test_our_own_misconfiguration_marks_no_account() -> None:
    for status in Status:
        assert status_after(status, RefreshOutcome.MISCONFIGURED) is status


def test_nothing_brings_a_disconnected_connection_back() -> None:
    for outcome in RefreshOutcome:
        assert status_after(Status.DISCONNECTED, outcome) is Status.DISCONNECTED


def test_only_a_living_connection_is_used() -> None:
    assert {s for s in Status if s.is_usable} == {Status.ACTIVE, Status.RETRYING}


def test_every_state_says_what_it_means_and_what_to_do() -> None:
    assert all(status.meaning.endswith(".") for status in Status)
    assert "authorized again" in Status.NEEDS_RECONNECT.meaning


def test_reliability_is_the_share_of_refreshes_that_came_in_time() -> None:
    assert reliability([True, True, True, False]) == Decimal("0.75")
    assert reliability([]) is None


def test_a_profile_is_preferred_and_holds_a_hundred_advertisers() -> None:
    assert AccessMode.PROFILE.preference < AccessMode.ACCOUNT.preference
    assert (AccessMode.PROFILE.advertisers_max, AccessMode.ACCOUNT.advertisers_max) == (100, 1)


def test_stored_words_are_those_of_the_tables() -> None:
    assert set(Status) == {"active", "retrying", "needs_reconnect", "disconnected"}
    assert set(RefreshOutcome) == {"refreshed", "retried", "lost", "misconfigured"}
    assert set(CampaignAccess) == {"unknown", "allowed", "forbidden"}
    assert set(SyncState) == {"discovered", "selected", "paused"}
    assert set(Adapter) == {"v3", "v1"}
