"""Carrying out what people want of the stream: asking Amazon for it, and ending it."""

from __future__ import annotations

import hashlib
import logging
from datetime import timedelta

from core.amazon import streams
from core.amazon.link import AmazonLink
from core.domain.regions import Region
from core.domain.scope import TenantScope
from core.domain.stream import StreamState
from core.errors import AppError, NeedsReconnect, NotFound, Refused
from core.jobs.background import Again, Background
from core.store.stream.subscriptions import StreamSubscription
from core.store.work.jobs import ClaimedJob

LOOK_AGAIN = timedelta(minutes=1)
PATIENCE = timedelta(hours=2)
_log = logging.getLogger(__name__)


def subscribe(parts: Background, job: ClaimedJob) -> Again | None:
    """Bring every subscription of the organization to what is wanted of it.

    One that Amazon refuses is marked and does not hold up the others; while one waits for its
    confirmation the job comes back. Raises what the last of those that failed has met.
    """
    assert job.scope is not None
    failure: AppError | None = None
    for seen in _open(parts, job.scope):
        try:
            _carry_out(parts, job.scope, seen)
        except (Refused, NeedsReconnect, NotFound) as refusal:
            _log.warning("stream of %s: %s", seen.advertiser_id, refusal)
            _note(parts, job.scope, seen, StreamState.FAILED, error=str(refusal))
        except AppError as met:
            failure = met
    if failure is not None:
        raise failure
    waiting = any(one.state is StreamState.PENDING for one in _open(parts, job.scope))
    return Again(parts.clock.now() + LOOK_AGAIN) if waiting else None


def _open(parts: Background, scope: TenantScope) -> list[StreamSubscription]:
    over = {StreamState.ACTIVE, StreamState.ENDED, StreamState.FAILED}
    with parts.store.reading(scope) as tenant:
        return [one for one in tenant.streams.all() if one.state not in over]


def _carry_out(parts: Background, scope: TenantScope, seen: StreamSubscription) -> None:
    with parts.store.reading(scope) as tenant:
        region = tenant.advertisers.get(seen.advertiser_id).region
    link = parts.link(scope, seen.connection_id, region)
    match seen.state:
        case StreamState.ASKED:
            _ask(parts, scope, seen, link, region)
        case StreamState.PENDING:
            _look(parts, scope, seen, link)
        case StreamState.ENDING:
            _end(parts, scope, seen, link)


def _ask(
    parts: Background,
    scope: TenantScope,
    seen: StreamSubscription,
    link: AmazonLink,
    region: Region,
) -> None:
    queue = parts.queues.get(region)
    if queue is None:
        raise NotFound(f"A queue for the stream of {region.label}")
    # The same asking has the same token, however often the job breaks in between.
    asked = f"{scope.org_id}|{seen.advertiser_id}|{seen.dataset}|{seen.changed_at.isoformat()}"
    token = hashlib.sha256(asked.encode()).hexdigest()[:32]
    made = streams.subscribe(link, seen.advertiser_id, seen.dataset, queue.arn(), token)
    state = StreamState.ACTIVE if made.is_active else StreamState.PENDING
    _note(parts, scope, seen, state, subscription_id=made.subscription_id)


def _look(
    parts: Background, scope: TenantScope, seen: StreamSubscription, link: AmazonLink
) -> None:
    listed = streams.subscriptions(link, seen.advertiser_id)
    found = next((s for s in listed if s.subscription_id == seen.subscription_id), None)
    if found is not None and found.is_active:
        _note(parts, scope, seen, StreamState.ACTIVE)
    elif found is None or found.is_over:
        word = found.status.replace("_", " ").lower() if found else "not there any more"
        told = f"Amazon says of the subscription: {word}."
        _note(parts, scope, seen, StreamState.FAILED, error=told)
    elif parts.clock.now() - seen.changed_at > PATIENCE:
        told = "Amazon's confirmation did not arrive in the queue. Its policy must let Amazon send."
        _note(parts, scope, seen, StreamState.FAILED, error=told)


def _end(parts: Background, scope: TenantScope, seen: StreamSubscription, link: AmazonLink) -> None:
    """End it at Amazon too, unless another organization takes part in the same one."""
    if seen.subscription_id is not None:
        with parts.store.system() as system:
            is_shared = system.streams.shared(seen.subscription_id, scope.org_id)
        if not is_shared:
            streams.end(link, seen.advertiser_id, seen.subscription_id)
    _note(parts, scope, seen, StreamState.ENDED)


def _note(
    parts: Background,
    scope: TenantScope,
    seen: StreamSubscription,
    state: StreamState,
    *,
    subscription_id: str | None = None,
    error: str | None = None,
) -> None:
    with parts.store.writing(scope) as tenant:
        tenant.streams.advance(
            seen, state, parts.clock.now(), subscription_id=subscription_id, error=error
        )
