"""The daily look at orders, flights, line items and creatives, where Amazon lets us look.

Only what changed is written, and that each advertiser was looked at: so "as of" shows old spend
against old budgets. An advertiser whose campaigns may not be queried is told of by its reports and
by imported plans, and is asked for again at each discovery: daily, and when authorized again.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from datetime import date, datetime, time
from zoneinfo import ZoneInfo

from core.amazon import campaigns
from core.amazon.http import is_out_of_reach
from core.domain.connections import AccessMode, CampaignAccess
from core.domain.entities import Entity, Kind
from core.domain.periods import ONE_DAY
from core.domain.scope import TenantScope
from core.errors import AppError, LeaseLost, Refused
from core.jobs.background import Again, Background
from core.store.accounts.advertisers import Advertiser, AdvertiserAccess
from core.store.doors import Tenant
from core.store.schema.words import Source
from core.store.work.jobs import ClaimedJob

NOT_BEFORE = time(5)
_EVER = date(2000, 1, 1)
_log = logging.getLogger(__name__)


def snapshot(parts: Background, job: ClaimedJob) -> Again | None:
    """Look at every kept advertiser that was not looked at on its local day.

    With `refused` in the payload at those instead that every way was refused for: a right may have
    been given since. One that fails is left for the next run and does not hold up the others; when
    all fail, what the last one met is raised.
    """
    assert job.scope is not None
    failure: AppError | None = None
    done = 0
    for advertiser, ways in _due(parts, job.scope, refused=bool(job.payload.get("refused"))):
        try:
            _take(parts, job.scope, advertiser, ways)
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
    parts: Background, scope: TenantScope, *, refused: bool
) -> list[tuple[Advertiser, list[AdvertiserAccess]]]:
    """Return whom to look at, each with the ways by which its campaigns may be queried."""
    now = parts.clock.now()
    found = []
    with parts.store.reading(scope) as tenant:
        known = tenant.advertisers.accesses()
        for advertiser in tenant.advertisers.kept():
            ways = known.get(advertiser.advertiser_id, [])
            closed, open_ = _by_profile(ways)
            if refused and closed and not open_:
                found.append((advertiser, closed))
            if not refused and open_ and _is_due(tenant, advertiser, now):
                found.append((advertiser, open_))
    return found


def _by_profile(
    ways: Sequence[AdvertiserAccess],
) -> tuple[list[AdvertiserAccess], list[AdvertiserAccess]]:
    """Return the ways by profile that campaign queries were refused for, and the others."""
    found = [way for way in ways if way.mode is AccessMode.PROFILE]
    closed = [way for way in found if way.campaign_access is CampaignAccess.FORBIDDEN]
    return closed, [way for way in found if way not in closed]


def _is_due(tenant: Tenant, advertiser: Advertiser, now: datetime) -> bool:
    local = now.astimezone(ZoneInfo(advertiser.timezone))
    runs = tenant.entities.runs(advertiser.advertiser_id, local.date())
    if any(run.source is Source.CAMPAIGNS for run in runs):
        return False
    never = not tenant.entities.current(Kind.ORDER, advertiser_ids=[advertiser.advertiser_id])
    return never or local.time() >= NOT_BEFORE


def _take(
    parts: Background, scope: TenantScope, advertiser: Advertiser, ways: Sequence[AdvertiserAccess]
) -> None:
    """Look by the first way that Amazon allows."""
    for way in ways:
        link = parts.link(scope, way.connection_id, advertiser.region)
        try:
            found = campaigns.everything(link, advertiser.advertiser_id, way.header_value)
        except Refused as refusal:
            if not is_out_of_reach(refusal):
                raise
            _log.info("campaigns of %s may not be queried: %s", advertiser.advertiser_id, refusal)
            _note(parts, scope, way, CampaignAccess.FORBIDDEN)
        else:
            _keep(parts, scope, advertiser, found)
            _note(parts, scope, way, CampaignAccess.ALLOWED)
            return
    _lose_sight(parts, scope, advertiser)


def _keep(
    parts: Background, scope: TenantScope, advertiser: Advertiser, found: campaigns.Campaigns
) -> None:
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


def _lose_sight(parts: Background, scope: TenantScope, advertiser: Advertiser) -> None:
    """End what queries told once a local day has passed without them.

    Flights and their budgets end then, so that an imported plan counts. The rest stands until the
    reports, asked for names from now on, have told of it.
    """
    now = parts.clock.now()
    today = now.astimezone(ZoneInfo(advertiser.timezone)).date()
    with parts.store.writing(scope) as tenant:
        runs = tenant.entities.runs(advertiser.advertiser_id, _EVER)
        seen = [run for run in runs if run.source is Source.CAMPAIGNS and run.entities]
        if not seen or seen[-1].day >= today - ONE_DAY:
            return
        is_told = any(r.source is Source.REPORT and r.taken_at > seen[-1].taken_at for r in runs)
        gone: dict[Kind, list[Entity]] = {kind: [] for kind in (Kind if is_told else [Kind.FLIGHT])}
        tenant.entities.snapshot(advertiser.advertiser_id, today, Source.CAMPAIGNS, gone, now)


def _note(
    parts: Background, scope: TenantScope, way: AdvertiserAccess, access: CampaignAccess
) -> None:
    if way.campaign_access is access:
        return
    with parts.store.writing(scope) as tenant:
        tenant.advertisers.set_campaign_access(way.advertiser_id, way.connection_id, access)
