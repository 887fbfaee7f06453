"""The life of a report request, from plan to commit, and how many a day may be asked for."""

from __future__ import annotations

from enum import StrEnum

from core.domain.metrics import Dataset
from core.errors import Defect


class RequestState(StrEnum):
    """Where a report request stands. A crash at any point resumes from the stored state."""

    PLANNED = "planned"
    REQUESTED = "requested"
    BUILDING = "building"
    DOWNLOADING = "downloading"
    CHECKED = "checked"
    COMMITTED = "committed"
    COMPARED = "compared"
    QUARANTINED = "quarantined"
    FAILED = "failed"
    CANCELLED = "cancelled"

    @property
    def meaning(self) -> str:
        """Return what people are told about a request in this state."""
        return _MEANINGS[self]

    @property
    def is_over(self) -> bool:
        """Return whether nothing more happens to it."""
        return not _NEXT[self]

    def may_become(self, other: RequestState) -> bool:
        """Return whether the step is one of the life of a request."""
        return other in _NEXT[self]


_MEANINGS = {
    RequestState.PLANNED: "waiting for its turn",
    RequestState.REQUESTED: "asked for at Amazon",
    RequestState.BUILDING: "being built by Amazon",
    RequestState.DOWNLOADING: "being downloaded",
    RequestState.CHECKED: "checked, about to be stored",
    RequestState.COMMITTED: "stored and visible",
    RequestState.COMPARED: "compared with what is stored; nothing of it is stored",
    RequestState.QUARANTINED: "set aside: the file looks wrong and is read a second time",
    RequestState.FAILED: "given up; what was known before stays",
    RequestState.CANCELLED: "no longer needed",
}

_S = RequestState
_NEXT: dict[RequestState, frozenset[RequestState]] = {
    _S.PLANNED: frozenset({_S.REQUESTED, _S.FAILED, _S.CANCELLED}),
    # Back to planned: Amazon no longer knows the report, or it has to be asked for in halves.
    _S.REQUESTED: frozenset({_S.BUILDING, _S.DOWNLOADING, _S.PLANNED, _S.FAILED, _S.CANCELLED}),
    _S.BUILDING: frozenset({_S.DOWNLOADING, _S.PLANNED, _S.FAILED, _S.CANCELLED}),
    # Back to building: the signed address has expired and a new one is asked for.
    _S.DOWNLOADING: frozenset({_S.CHECKED, _S.BUILDING, _S.QUARANTINED, _S.FAILED, _S.CANCELLED}),
    # Back to downloading: the file was lost in a crash before it was stored.
    _S.CHECKED: frozenset({_S.COMMITTED, _S.COMPARED, _S.DOWNLOADING, _S.QUARANTINED, _S.FAILED}),
    # Committed when a second reading says the same, cancelled when it says otherwise.
    _S.QUARANTINED: frozenset({_S.COMMITTED, _S.CANCELLED}),
    _S.COMMITTED: frozenset(),
    _S.COMPARED: frozenset(),
    _S.FAILED: frozenset(),
    _S.CANCELLED: frozenset(),
}


def step(state: RequestState, following: RequestState) -> RequestState:
    """Return `following`. Raises Defect when a request may not go there from `state`."""
    if not state.may_become(following):
        raise Defect(f"a report request cannot go from {state} to {following}")
    return following


class Reason(StrEnum):
    """Why a report is asked for."""

    BACKFILL = "backfill"
    DAILY = "daily"
    SETTLE = "settle"  # an older day is read once more
    BY_HAND = "by hand"
    SECOND_READING = "second reading"  # a quarantined file is checked against another
    COMPARISON = "comparison"  # read to be held against another generation's, not to be stored
    HALVED = "halved"  # part of a request that was too large


REQUESTS_A_DAY = 2
CAMPAIGN_REQUESTS_ON_LINKING = 4


def requests_a_day(dataset: Dataset, *, is_day_of_linking: bool) -> int:
    """Return how many requests one advertiser's day allows for a report type, of every reason.

    `dataset` is the table in whose name the ledger counts the type.

    Each generation of reports has its own count: it is another interface with queues of its own.

    Source: Amazon's advice of one or two requests an advertiser, report type and day; twice as
    many of the base facts on the first day, so that its back-fill starts at once.
    """
    if is_day_of_linking and dataset is Dataset.CAMPAIGN:
        return CAMPAIGN_REQUESTS_ON_LINKING
    return REQUESTS_A_DAY
