"""The daily look at orders, flights, line items and creatives, where Amazon lets us look.

Only what changed is written, and that each advertiser was looked at: so "as of" shows old spend
against old budgets. An advertiser whose campaigns may not be queried is told of by its reports.
"""

from __future__ import annotations

import logging
from datetime import datetime, time
from zoneinfo import ZoneInfo

from core.amazon import campaigns
from core.amazon.http import Unauthorized
from core.domain.connections import AccessMode, CampaignAccess
from core.domain.entities import Kind
from core.domain.scope import TenantScope
from core.errors import AppError, Forbidden, LeaseLost
from core.jobs.background import Again, Background
from core.store.accounts.advertisers import Advertiser, AdvertiserAccess
from core.store.doors import Tenant
from core.store.schema.words import Source
from core.store.work.jobs import ClaimedJob

NOT_BEFORE = time(5)
_log = logging.getLogger(__name__)


def snapshot(parts: Background, job: ClaimedJob) -> Again | None:
    """Look at every kept advertiser that was not looked at on its local day.

    One that fails is left for the next run and does not hold up the others; when all fail, what
    the last one met is raised.
    """
    assert job.scope is not None
    due = _due(parts, job.scope, is_forced=bool(job.payload.get("now")))
    failure: AppError | None = None
    done = 0
    for advertiser, access in due:
        try:
            _take(parts, job.scope, advertiser, access)
            done += 1
        except LeaseLost:
            raise
        except AppError as met:
            _log.warning("snapshot of %s: %s", advertiser.advertiser_id, met)
            failure = met
    if failure is not None and not done:
        raise failure
    return None


def _due(
    parts: Background, scope: TenantScope, *, is_forced: bool
) -> list[tuple[Advertiser, AdvertiserAccess]]:
    now = parts.clock.now()
    with parts.store.reading(scope) as tenant:
        ways = tenant.advertisers.accesses()
        return [
            (advertiser, way)
            for advertiser in tenant.advertisers.kept()
            if (way := queried(ways.get(advertiser.advertiser_id, [])))
            and _is_due(tenant, advertiser, now, is_forced=is_forced)
        ]


def queried(ways: list[AdvertiserAccess]) -> AdvertiserAccess | None:
    """Return the way by which an advertiser's campaigns may be queried, or None."""
    by_profile = [way for way in ways if way.mode is AccessMode.PROFILE]
    allowed = [w for w in by_profile if w.campaign_access is not CampaignAccess.FORBIDDEN]
    return allowed[0] if allowed else None


def _is_due(tenant: Tenant, advertiser: Advertiser, now: datetime, *, is_forced: bool) -> bool:
    local = now.astimezone(ZoneInfo(advertiser.timezone))
    runs = tenant.entities.runs(advertiser.advertiser_id, local.date())
    if any(run.source is Source.CAMPAIGNS for run in runs):
        return False
    never = not tenant.entities.current(Kind.ORDER, advertiser_ids=[advertiser.advertiser_id])
    return is_forced or never or local.time() >= NOT_BEFORE


def _take(
    parts: Background, scope: TenantScope, advertiser: Advertiser, way: AdvertiserAccess
) -> None:
    link = parts.link(scope, way.connection_id, advertiser.region)
    try:
        found = campaigns.everything(link, advertiser.advertiser_id, way.header_value)
    except (Forbidden, Unauthorized) as closed:
        _log.info("campaigns of %s may not be queried: %s", advertiser.advertiser_id, closed)
        _note(parts, scope, way, CampaignAccess.FORBIDDEN)
        return
    now = parts.clock.now()
    today = now.astimezone(ZoneInfo(advertiser.timezone)).date()
    present = {
        Kind.ORDER: found.orders,
        Kind.FLIGHT: found.flights,
        Kind.LINE_ITEM: found.line_items,
        Kind.CREATIVE: found.creatives,
        Kind.AD_ASSOCIATION: found.associations,
    }
    with parts.store.writing(scope) as tenant:
        tenant.entities.snapshot(advertiser.advertiser_id, today, Source.CAMPAIGNS, present, now)
    _note(parts, scope, way, CampaignAccess.ALLOWED)


def _note(
    parts: Background, scope: TenantScope, way: AdvertiserAccess, access: CampaignAccess
) -> None:
    if way.campaign_access is access:
        return
    with parts.store.writing(scope) as tenant:
        tenant.advertisers.set_campaign_access(way.advertiser_id, way.connection_id, access)
