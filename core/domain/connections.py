"""Links to Amazon accounts: how they stand, what that means, and what they reach."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from enum import StrEnum


class Status(StrEnum):
    """How a connection stands. Only an ACTIVE or RETRYING one is used."""

    ACTIVE = "active"
    RETRYING = "retrying"
    NEEDS_RECONNECT = "needs_reconnect"
    DISCONNECTED = "disconnected"

    @property
    def meaning(self) -> str:
        """Return what it means for the person, and what to do, in a sentence or two."""
        return _MEANINGS[self]

    @property
    def is_usable(self) -> bool:
        """Return whether calls may be made through the connection."""
        return self in {Status.ACTIVE, Status.RETRYING}


_MEANINGS = {
    Status.ACTIVE: "Amazon accepts this connection. Nothing to do.",
    Status.RETRYING: (
        "The last refresh did not get through and is being tried again. "
        "Data is kept; nothing to do unless it lasts."
    ),
    Status.NEEDS_RECONNECT: (
        "Amazon no longer accepts this connection: access was withdrawn or has ended. "
        "No new data arrives until it is authorized again."
    ),
    Status.DISCONNECTED: (
        "This connection was ended here. Its tokens are gone, its data is kept. "
        "Access granted at Amazon ends under Login with Amazon in the Amazon account."
    ),
}


class RefreshOutcome(StrEnum):
    """How one attempt to refresh an access token ended."""

    REFRESHED = "refreshed"
    RETRIED = "retried"  # Amazon or the network failed: tried again
    LOST = "lost"  # invalid_grant: only the person can mend it
    MISCONFIGURED = "misconfigured"  # invalid_client: our registration, no account's fault


def status_after(status: Status, outcome: RefreshOutcome) -> Status:
    """Return how a connection stands after an attempt to refresh.

    A wrong client of ours marks no account, and nothing brings a disconnected one back.
    """
    if status is Status.DISCONNECTED or outcome is RefreshOutcome.MISCONFIGURED:
        return status
    return {
        RefreshOutcome.REFRESHED: Status.ACTIVE,
        RefreshOutcome.RETRIED: Status.RETRYING,
        RefreshOutcome.LOST: Status.NEEDS_RECONNECT,
    }[outcome]


def reliability(in_time: Iterable[bool]) -> Decimal | None:
    """Return the share of due refreshes that came before the old token ended, None without any.

    Each element says of one due refresh whether it came in time.
    """
    answers = list(in_time)
    return Decimal(sum(answers)) / len(answers) if answers else None


class AccessMode(StrEnum):
    """Which header reaches an advertiser's reports; never both.

    Source: Amazon Ads API documentation, Reporting version 3, creating DSP reports.
    """

    PROFILE = "profile"  # Amazon-Advertising-API-Scope: a profile of type agency
    ACCOUNT = "account"  # Amazon-Ads-AccountId: through a manager account, reports only

    @property
    def advertisers_max(self) -> int:
        """Return how many advertisers one report may hold."""
        return 100 if self is AccessMode.PROFILE else 1

    @property
    def preference(self) -> int:
        """Return its rank where an advertiser is reached both ways; lowest first."""
        return 0 if self is AccessMode.PROFILE else 1


class CampaignAccess(StrEnum):
    """Whether orders and line items may be read, or only reports."""

    UNKNOWN = "unknown"
    ALLOWED = "allowed"
    FORBIDDEN = "forbidden"


class SyncState(StrEnum):
    """Whether an advertiser's data is kept."""

    DISCOVERED = "discovered"  # seen, not chosen
    SELECTED = "selected"
    PAUSED = "paused"  # chosen before; nothing new is fetched, nothing is dropped


class Adapter(StrEnum):
    """Which generation of Amazon's reports a row came from."""

    V3 = "v3"
    V1 = "v1"
