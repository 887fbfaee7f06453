"""The stream of one sandbox: its subscriptions, its queues, and what is sent when."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import date, datetime
from functools import cached_property
from threading import Lock

from sandbox.clock import SandboxClock
from sandbox.streams.hours import days_between, records
from sandbox.streams.queues import Queues, confirmation, notification
from sandbox.streams.subscriptions import Status, Subscription, Subscriptions
from sandbox.world.world import World

FEED_EVERY_SECONDS = 5.0
_TOGETHER = 100  # records in one message


class Stream:
    """Sends what has become known to whoever subscribed. Without a port there is no stream."""

    def __init__(self, world: World, clock: SandboxClock, base_url: str, port: int | None) -> None:
        self._world, self._clock, self._base_url, self._port = world, clock, base_url, port
        self._feeding = Lock()
        self.subscriptions = Subscriptions()

    @property
    def is_on(self) -> bool:
        """Return whether this sandbox was started with a stream."""
        return self._port is not None

    @cached_property
    def queues(self) -> Queues:
        assert self._port is not None
        return Queues(self._port)

    def ask_to_confirm(self, subscription: Subscription) -> None:
        """Send the message whose address must be visited before anything flows."""
        token = subscription.confirmation
        url = f"{self._base_url}/sns/confirm?Action=ConfirmSubscription&Token={token}"
        self.queues.send(subscription.destination, [confirmation(url, token)])

    def feed(self, since: datetime | None = None, only: date | None = None) -> int:
        """Send everything that has become known since the last time; return how many messages.

        With `since` the subscriptions are first taken back to that instant: what was sent after
        it is sent again, with the same ids. With `only` nothing is told of any other day.
        """
        with self._feeding:
            return sum(
                self._feed(one, since, only)
                for one in self.subscriptions.listed()
                if one.status is Status.ACTIVE
            )

    def _feed(self, subscription: Subscription, since: datetime | None, only: date | None) -> int:
        advertiser = self._world.advertisers[subscription.advertiser_id]
        book = self._world.book(subscription.advertiser_id)
        after, until = since or subscription.fed_until, self._clock.now()
        found = [
            record.body
            for day in days_between(advertiser, after, until)
            if only in (None, day)
            for record in records(advertiser, book, day, subscription.dataset, after, until)
        ]
        bodies = [notification(found[n : n + _TOGETHER]) for n in range(0, len(found), _TOGETHER)]
        self.subscriptions.put(replace(subscription, fed_until=max(after, until)))
        return self.queues.send(subscription.destination, bodies) if bodies else 0

    async def run(self) -> None:
        """Feed for as long as the sandbox runs; a clock that stands still is moved by tests, which
        feed for themselves."""
        while True:
            if self._clock.rate:
                await asyncio.to_thread(self.feed)
            await asyncio.sleep(FEED_EVERY_SECONDS)

    def close(self) -> None:
        """Stop the queues, if they were started."""
        if "queues" in self.__dict__:
            self.queues.close()
