"""Which advertisers' hours are wanted from Amazon Marketing Stream, and how that stands."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from core.domain.connections import SyncState
from core.domain.job_kinds import JobKind
from core.domain.roles import Action
from core.domain.scope import TenantScope
from core.domain.stream import StreamState
from core.errors import UserError
from core.store.accounts.advertisers import Advertiser
from core.store.stream.subscriptions import StreamSubscription
from core.store.work.jobs import NewJob
from core.web.account_cards import Card
from core.web.services import Services


@dataclass(frozen=True, slots=True)
class Heard:
    """How the stream of one advertiser stands. `errors` say why a part of it failed."""

    advertiser: Advertiser
    parts: Sequence[StreamSubscription]

    @property
    def is_wanted(self) -> bool:
        """Return whether any of its datasets is on its way or flows."""
        return any(part.state.is_wanted for part in self.parts)

    @property
    def states(self) -> frozenset[StreamState]:
        """Return the states of its datasets; none when it was never asked for."""
        return frozenset(part.state for part in self.parts)

    @property
    def errors(self) -> tuple[str, ...]:
        """Return what went wrong, each once."""
        return tuple(dict.fromkeys(part.error for part in self.parts if part.error))

    @property
    def last_message_at(self) -> datetime | None:
        """Return when a record of it last came in."""
        return max((p.last_message_at for p in self.parts if p.last_message_at), default=None)


def heard(card: Card) -> list[Heard]:
    """Return the kept advertisers of a connection, each with its part of the stream."""
    return [
        Heard(
            reached.advertiser,
            [s for s in card.streams if s.advertiser_id == reached.advertiser.advertiser_id],
        )
        for reached in card.reached
        if reached.advertiser.sync_state is SyncState.SELECTED
    ]


def subscribe(
    services: Services, scope: TenantScope, advertiser_id: str, connection_id: str
) -> None:
    """Ask for an advertiser's hours by way of a connection.

    Raises NotAllowed unless the role may link accounts, NotFound, and UserError where this
    installation has no queue for the advertiser's region.
    """
    scope.require(Action.LINK_ACCOUNTS)
    now = services.clock.now()
    with services.store.writing(scope) as tenant:
        region = tenant.advertisers.get(advertiser_id).region
        if not services.settings.stream_queue_url(region):
            raise UserError(f"No queue is set up for {region.label}; the operator does that.")
        tenant.streams.want(advertiser_id, connection_id, now)
        tenant.audit.add("subscribe to the stream", advertiser_id, now)
        tenant.jobs.enqueue(_job(now), now)


def unsubscribe(services: Services, scope: TenantScope, advertiser_id: str) -> None:
    """End an advertiser's hours; what came in stays. Raises NotAllowed, NotFound."""
    now = services.clock.now()
    with services.store.writing(scope) as tenant:
        tenant.streams.unwant(advertiser_id, now)
        tenant.audit.add("end the stream", advertiser_id, now)
        tenant.jobs.enqueue(_job(now), now)


def _job(now: datetime) -> NewJob:
    return NewJob(kind=JobKind.SUBSCRIBE, payload={}, run_at=now, key=JobKind.SUBSCRIBE, priority=1)
