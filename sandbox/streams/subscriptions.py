"""Who wants which dataset of which advertiser, and in which queue."""

from __future__ import annotations

import uuid
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from threading import RLock
from typing import Any

from sandbox.clock import written


class Dataset(StrEnum):
    """The datasets of DSP that are simulated."""

    TRAFFIC = "adsp-traffic"
    CONVERSION = "adsp-conversion"


class Status(StrEnum):
    """How a subscription stands."""

    PENDING = "PENDING_CONFIRMATION"
    ACTIVE = "ACTIVE"
    ARCHIVED = "ARCHIVED"


@dataclass(frozen=True)
class Subscription:
    """One advertiser's dataset on its way to one queue. Nothing flows before it is confirmed.

    `fed_until` is the instant up to which everything that was known has been sent.
    """

    subscription_id: str
    client_token: str
    advertiser_id: str
    dataset: Dataset
    destination: str
    notes: str
    status: Status
    confirmation: str
    created: datetime
    updated: datetime
    fed_until: datetime

    def shown(self) -> dict[str, Any]:
        """Return the subscription as the API writes it."""
        return {
            "subscriptionId": self.subscription_id,
            "dataSetId": self.dataset,
            "destinationArn": self.destination,
            "notes": self.notes,
            "status": self.status,
            "createdDate": written(self.created),
            "updatedDate": written(self.updated),
        }


class Subscriptions:
    """Every subscription, in the order they were made."""

    def __init__(self) -> None:
        self._lock = RLock()
        self._all: dict[str, Subscription] = {}

    def listed(self, advertiser_id: str | None = None) -> list[Subscription]:
        """Return those of an advertiser, or all."""
        with self._lock:
            found = list(self._all.values())
        return [one for one in found if advertiser_id in (None, one.advertiser_id)]

    def found(self, advertiser_id: str, subscription_id: str) -> Subscription | None:
        """Return one of an advertiser's by its id."""
        mine = self.listed(advertiser_id)
        return next((one for one in mine if one.subscription_id == subscription_id), None)

    def like(
        self, advertiser_id: str, dataset: Dataset, destination: str, token: str
    ) -> Subscription | None:
        """Return the one that an equal request made, or that stands for the same already."""
        for one in self.listed(advertiser_id):
            same = one.dataset is dataset and one.destination == destination
            if one.client_token == token or (same and one.status is not Status.ARCHIVED):
                return one
        return None

    def add(
        self,
        advertiser_id: str,
        dataset: Dataset,
        destination: str,
        *,
        token: str,
        notes: str,
        now: datetime,
    ) -> Subscription:
        """Return a new subscription, which waits for its confirmation."""
        made = Subscription(
            f"amzn1.fead.cs1.{uuid.uuid4().hex}", token, advertiser_id, dataset, destination,
            notes, Status.PENDING, uuid.uuid4().hex, now, now, now,
        )  # fmt: skip
        self.put(made)
        return made

    def put(self, subscription: Subscription) -> None:
        """Write a subscription in the place of what was known of it."""
        with self._lock:
            self._all[subscription.subscription_id] = subscription

    def set_status(self, subscription: Subscription, status: Status, now: datetime) -> Subscription:
        """Return the subscription in a new state."""
        changed = replace(subscription, status=status, updated=now)
        self.put(changed)
        return changed

    def confirm(self, confirmation: str, now: datetime) -> bool:
        """Let what waits for this token flow; return whether there is such a one."""
        for one in self.listed():
            if one.confirmation == confirmation:
                if one.status is Status.PENDING:
                    self.set_status(one, Status.ACTIVE, now)
                return True
        return False

    def forget(self) -> None:
        """Drop every subscription."""
        with self._lock:
            self._all.clear()
