"""What every generation of Amazon's reports can be asked for, in our own words."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from core.amazon.http import Reach
from core.amazon.link import AmazonLink
from core.amazon.reports.spec import ReportSpec
from core.domain.periods import DateRange
from core.errors import Refused
from core.security.secret import Secret


class BuildState(StrEnum):
    """How far Amazon is with a report."""

    BUILDING = "building"
    COMPLETED = "completed"
    FAILED = "failed"
    CANCELLED = "cancelled"
    # An adopted report that turned out to answer another question than ours.
    FOREIGN = "foreign"


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportOrder:
    """One report to be asked for: what, about whom, over which days, through which door.

    `accounts` names the unified account of each advertiser for which Amazon has told one.
    """

    spec: ReportSpec
    columns: tuple[str, ...]
    advertiser_ids: tuple[str, ...]
    days: DateRange
    reach: Reach
    name: str
    accounts: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class ReportTicket:
    """What a report is followed by. `adopted` when an earlier identical one was taken over."""

    report_id: str
    adopted: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Build:
    """How a report stands. `urls` are signed addresses, good for an hour, when it is completed:
    one for each part that the file comes in."""

    state: BuildState
    urls: tuple[Secret, ...] = ()
    bytes: int | None = None
    generated_at: datetime | None = None
    failure: str = ""


TOO_LARGE = "too large"


def says_too_large(reason: str) -> bool:
    """Return whether a refusal or a failure means that the report would hold too much."""
    words = reason.lower()
    return any(mark in words for mark in (TOO_LARGE, "too many rows", "size limit", "exceed"))


class ColumnsRefused(Refused):
    """Amazon does not know, or no longer knows, some columns; without them it would build."""

    def __init__(self, message: str, columns: frozenset[str]) -> None:
        super().__init__(message, status=400)
        self.columns = columns


class ReportAdapter(Protocol):
    """A generation of Amazon's reporting API."""

    name: str

    def create(self, link: AmazonLink, order: ReportOrder) -> ReportTicket:
        """Return the ticket of a report that Amazon now builds.

        An identical report already in work is adopted. Raises Duplicate when there is one
        that Amazon does not name, ColumnsRefused when it would build one without some
        columns, and as `AmazonClient.ask` does.
        """
        ...

    def poll(self, link: AmazonLink, order: ReportOrder, ticket: ReportTicket) -> Build:
        """Return how the report stands. A completed one gets a newly signed address each time."""
        ...

    def cancel(self, link: AmazonLink, order: ReportOrder, ticket: ReportTicket) -> None:
        """Withdraw a report that is not built yet; nothing happens when it is too late."""
        ...
