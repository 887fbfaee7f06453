"""What pages may ask the background for is written as one plain word each."""

from __future__ import annotations

from core.domain.job_kinds import JobKind


def test_every_kind_of_job_is_one_stored_word() -> None:
    assert {"discover", "plan", "fetch_again"} <= set(JobKind)
    assert all(kind.value.isidentifier() and kind.value.islower() for kind in JobKind)
