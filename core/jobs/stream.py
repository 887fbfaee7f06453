"""Draining the stream's queues: received, counted in the store, and only then deleted."""

from __future__ import annotations

import logging
from collections import defaultdict
from collections.abc import Sequence
from datetime import timedelta
from zoneinfo import ZoneInfo

from core.amazon.stream_messages import Confirmation, Unreadable, read_message
from core.amazon.stream_queue import Message, StreamQueue
from core.domain.ids import AdvertiserId, OrgId
from core.domain.regions import Region
from core.domain.scope import TenantScope
from core.domain.stream import HourRecord
from core.errors import AppError, OurConfig, Upstream
from core.jobs.background import Again, Background
from core.security.redaction import body_excerpt
from core.store.doors import Tenant
from core.store.work.jobs import ClaimedJob

BATCHES_MAX = 500
EXCERPT_CHARACTERS = 400
ASIDE_WITHIN = timedelta(days=1)
_QUEUE_ALARM, _ASIDE_ALARM = "stream queue", "stream messages"
_log = logging.getLogger(__name__)


def drain_all(parts: Background, job: ClaimedJob) -> Again | None:
    """Take what waits in every queue; one that fails does not hold up the others.

    Raises what the last of those that failed has met.
    """
    failure: AppError | None = None
    for region, queue in parts.queues.items():
        try:
            drain(parts, region, queue)
            parts.alarms.clear(f"{_QUEUE_ALARM} {region}")
        except OurConfig as wrong:
            parts.alarms.sound(f"{_QUEUE_ALARM} {region}", str(wrong))
            failure = wrong
        except AppError as met:
            failure = met
    if parts.queues:
        _tell_aside(parts)
    if failure is not None:
        raise failure
    return None


def drain(parts: Background, region: Region, queue: StreamQueue) -> int:
    """Take messages until the queue is empty, or enough for one run; return how many."""
    taken = 0
    for _ in range(BATCHES_MAX):
        messages = queue.receive(parts.settings.stream_wait_seconds)
        if not messages:
            break
        queue.delete(_committed(parts, region, messages))
        taken += len(messages)
    return taken


def _committed(parts: Background, region: Region, messages: Sequence[Message]) -> list[Message]:
    """Count what the messages hold; return those that are done with and may be deleted."""
    done: list[Message] = []
    records: list[HourRecord] = []
    for message in messages:
        try:
            told = read_message(message.body, message.message_id)
            if isinstance(told, Confirmation):
                if not _confirmed(parts, told):
                    continue
            else:
                records.extend(told)
        except Unreadable as fault:
            _set_aside(parts, region, message, str(fault))
        done.append(message)
    _count(parts, records)
    return done


def _confirmed(parts: Background, asked: Confirmation) -> bool:
    """Say yes to a topic, where somebody has subscribed; return False to look at it again later.

    A message that nobody waits for is left to itself: whoever can write to the queue must not
    make us visit addresses.
    """
    with parts.store.system() as system:
        if not system.streams.expect_confirmation():
            return False
    try:
        parts.exchange.confirm(asked.url)
    except Upstream as failure:
        _log.warning("a subscription could not be confirmed: %s", failure)
        return False
    return True


def _count(parts: Background, records: Sequence[HourRecord]) -> None:
    """Add records to the hours of every organization that takes them; of nobody's, none."""
    by_advertiser: dict[AdvertiserId, list[HourRecord]] = defaultdict(list)
    for record in records:
        by_advertiser[record.advertiser_id].append(record)
    if not by_advertiser:
        return
    with parts.store.system() as system:
        receivers = system.streams.of(by_advertiser)
    by_org: dict[OrgId, list[AdvertiserId]] = defaultdict(list)
    for org_id, advertiser_id in receivers:
        by_org[org_id].append(advertiser_id)
    for org_id, advertiser_ids in by_org.items():
        with parts.store.writing(TenantScope.for_job(org_id)) as tenant:
            for advertiser_id in advertiser_ids:
                _add(parts, tenant, advertiser_id, by_advertiser[advertiser_id])


def _add(
    parts: Background, tenant: Tenant, advertiser_id: str, records: Sequence[HourRecord]
) -> None:
    now = parts.clock.now()
    datasets = sorted({record.dataset for record in records})
    taken = {d for d in datasets if tenant.streams.heard(advertiser_id, d, now)}
    zone = ZoneInfo(tenant.advertisers.get(advertiser_id).timezone)
    kept = [record for record in records if record.dataset in taken]
    tenant.stream_hours.add(advertiser_id, zone, kept, now)


def _set_aside(parts: Background, region: Region, message: Message, reason: str) -> None:
    excerpt = body_excerpt(message.body, EXCERPT_CHARACTERS)
    _log.warning("a message of the stream was set aside: %s", reason)
    with parts.store.system() as system:
        system.streams.set_aside(message.message_id, region, reason, excerpt, parts.clock.now())


def _tell_aside(parts: Background) -> None:
    """Let the operator know of messages that nobody could read, for as long as there are any."""
    with parts.store.system() as system:
        many = system.streams.aside(parts.clock.now(), ASIDE_WITHIN)
    if not many:
        parts.alarms.clear(_ASIDE_ALARM)
        return
    told = f"{many} messages of Amazon Marketing Stream could not be read in the last day."
    parts.alarms.sound(_ASIDE_ALARM, f"{told} They are in the table stream_aside.")
