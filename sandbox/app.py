"""The assembly: which path is answered by whom."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from typing import Any

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Mount, Route
from starlette.types import ASGIApp

from sandbox.access import REGIONS
from sandbox.accounts import Accounts
from sandbox.answers import Refusal, classic
from sandbox.beliefs import Beliefs
from sandbox.campaigns.routes import Campaigns
from sandbox.control import Control
from sandbox.front import Front
from sandbox.legacy.reports import LegacyReports
from sandbox.login.consent import Consent
from sandbox.login.token_endpoint import TokenEndpoint
from sandbox.login.user_profile import UserProfile
from sandbox.reports.asked import Asked
from sandbox.reports.routes import Reports
from sandbox.state import Sandbox
from sandbox.storage import Storage
from sandbox.streams.routes import StreamRoutes, confirmed
from sandbox.truth import Truth
from sandbox.unified.routes import UnifiedReports


def application(sandbox: Sandbox) -> ASGIApp:
    """Return the whole application of one sandbox, behind its front."""
    mailbox = sandbox.mailbox
    routes: list[BaseRoute] = [
        *(Mount(f"/{region}", routes=_region(sandbox, region)) for region in REGIONS),
        Mount("/id", routes=_identity(sandbox)),
        Mount("/_sandbox", routes=_control(sandbox)),
        Route("/sns/confirm", _confirming(sandbox), methods=["GET"]),
        Route("/mail", mailbox.listing, methods=["GET"]),
        Route("/mail/{mail_id:int}", mailbox.one, methods=["GET"]),
        Route("/mail/{mail_id:int}/{number:int}", mailbox.attachment, methods=["GET"]),
    ]
    app = Starlette(
        routes=routes,
        exception_handlers={Refusal: _refused, HTTPException: _not_routed},
        lifespan=lambda _: _open(sandbox),
    )
    return Front(app, sandbox.calls, sandbox.faults, sandbox.throttle, sandbox.tokens)


@asynccontextmanager
async def _open(sandbox: Sandbox) -> AsyncIterator[None]:
    """Open the mail catcher and, where one is asked for, the stream."""
    await sandbox.mailbox.listen(sandbox.options.smtp_port)
    async with _streaming(sandbox):
        yield
    await sandbox.mailbox.close()


@asynccontextmanager
async def _streaming(sandbox: Sandbox) -> AsyncIterator[None]:
    if not sandbox.stream.is_on:
        yield
        return
    await asyncio.to_thread(sandbox.stream.queues.shown)
    feeding = asyncio.create_task(sandbox.stream.run())
    yield
    feeding.cancel()
    with suppress(asyncio.CancelledError):
        await feeding
    await asyncio.to_thread(sandbox.stream.close)


def _confirming(sandbox: Sandbox) -> Callable[[Request], Awaitable[Response]]:
    async def confirm(request: Request) -> Response:
        return await confirmed(sandbox.stream, sandbox.clock.now(), request)

    return confirm


async def _not_routed(request: Request, refusal: Exception) -> Response:
    """Answer a path or method that nobody serves, in the gateway's form."""
    assert isinstance(refusal, HTTPException)
    return classic(refusal.status_code, str(refusal.status_code), refusal.detail).response()


async def _refused(request: Request, refusal: Exception) -> Response:
    assert isinstance(refusal, Refusal)
    return refusal.response()


def _region(sandbox: Sandbox, region: str) -> list[BaseRoute]:
    consent = Consent(sandbox.applications, sandbox.world.users, sandbox.tokens)
    token = TokenEndpoint(sandbox.applications, sandbox.tokens)
    profile = UserProfile(sandbox.world.users, sandbox.tokens)
    reports, unified, legacy = _report_rooms(sandbox, region)
    storage = Storage(sandbox.store, reports, unified, legacy, sandbox.clock.now)
    served = [
        *_accounts(sandbox, region),
        *_campaigns(sandbox, region),
        *_reports(reports),
        *_unified(unified),
        *_legacy(legacy),
        *_streams(sandbox, region),
    ]
    return [
        Route("/ap/oa", consent.show, methods=["GET"]),
        Route("/ap/oa", consent.decide, methods=["POST"]),
        Route("/auth/o2/token", token.answer, methods=["POST"]),
        Route("/user/profile", profile.answer, methods=["GET"]),
        Mount("/api", routes=served),
        Route("/storage/{folder}/{name}", storage.download, methods=["GET"]),
    ]


def _report_rooms(sandbox: Sandbox, region: str) -> tuple[Reports, UnifiedReports, LegacyReports]:
    gate, world, store, now = sandbox.gate, sandbox.world, sandbox.store, sandbox.clock.now
    pace = sandbox.options.builds

    def beliefs() -> Beliefs:
        return sandbox.switches.beliefs

    def effects(asked: Asked) -> list[dict[str, Any]]:
        return sandbox.faults.on_report(asked, region)

    return (
        Reports(gate, region, world, store, now, beliefs, effects, pace),
        UnifiedReports(gate, region, world, store, now, beliefs, pace),
        LegacyReports(gate, region, world, store, now, beliefs, pace),
    )


def _legacy(legacy: LegacyReports) -> list[BaseRoute]:
    path = "/accounts/{account_id}/dsp/reports"
    return [
        Route(path, legacy.create, methods=["POST"]),
        Route(path + "/{report_id}", legacy.status, methods=["GET"]),
        Route("/dsp/orders/", legacy.orders, methods=["GET"]),
    ]


def _campaigns(sandbox: Sandbox, region: str) -> list[BaseRoute]:
    campaigns = Campaigns(sandbox.gate, region, sandbox.world, sandbox.read_instant)
    moderations = "/dsp/v1/adCreatives/moderations/list"
    return [
        Route("/adsApi/v1/query/{objects}", campaigns.query, methods=["POST"]),
        Route(moderations, campaigns.moderations, methods=["POST"]),
    ]


def _reports(reports: Reports) -> list[BaseRoute]:
    return [
        Route("/reporting/reports", reports.create, methods=["POST"]),
        Route("/reporting/reports/{report_id}", reports.status, methods=["GET"]),
        Route("/reporting/reports/{report_id}", reports.cancel, methods=["DELETE"]),
    ]


def _accounts(sandbox: Sandbox, region: str) -> list[BaseRoute]:
    accounts = Accounts(sandbox.gate, region)
    return [
        Route("/v2/profiles", accounts.profiles, methods=["GET"]),
        Route("/v2/profiles/{profile_id}", accounts.profile, methods=["GET"]),
        Route("/dsp/advertisers", accounts.advertisers, methods=["GET"]),
        Route("/dsp/advertisers/{advertiser_id}", accounts.advertiser, methods=["GET"]),
        Route("/managerAccounts", accounts.managers, methods=["GET"]),
        Route("/adsAccounts/list", accounts.global_accounts, methods=["POST"]),
        Route("/adsApi/v1/query/advertiserAccounts", accounts.unified_accounts, methods=["POST"]),
        Route("/dsp/v1/seats/advertisers/current/list", accounts.seats, methods=["POST"]),
    ]


def _streams(sandbox: Sandbox, region: str) -> list[BaseRoute]:
    streams = StreamRoutes(sandbox.gate, region, sandbox.stream, sandbox.clock.now)
    path = "/dsp/streams/subscriptions"
    return [
        Route(path, streams.create, methods=["POST"]),
        Route(path, streams.listing, methods=["GET"]),
        Route(path + "/{subscription_id}", streams.one, methods=["GET"]),
        Route(path + "/{subscription_id}", streams.change, methods=["PUT"]),
    ]


def _unified(unified: UnifiedReports) -> list[BaseRoute]:
    return [
        Route("/adsApi/v1/create/reports", unified.create, methods=["POST"]),
        Route("/adsApi/v1/retrieve/reports", unified.retrieve, methods=["POST"]),
        Route("/adsApi/v1/delete/reports", unified.delete, methods=["POST"]),
    ]


def _identity(sandbox: Sandbox) -> list[BaseRoute]:
    provider = sandbox.identity
    return [
        Route("/.well-known/openid-configuration", provider.metadata, methods=["GET"]),
        Route("/jwks", provider.keys, methods=["GET"]),
        Route("/authorize", provider.choose, methods=["GET"]),
        Route("/authorize", provider.log_in, methods=["POST"]),
        Route("/token", provider.token, methods=["POST"]),
        Route("/userinfo", provider.userinfo, methods=["GET", "POST"]),
        Route("/end_session", provider.end_session, methods=["GET"]),
    ]


def _control(sandbox: Sandbox) -> list[BaseRoute]:
    control = Control(sandbox)
    truth = Truth(sandbox.world, sandbox.clock.now, lambda: sandbox.switches.beliefs)
    return [
        Route("/clock", control.clock, methods=["GET", "POST"]),
        Route("/calls", control.calls, methods=["GET", "DELETE"]),
        Route("/faults", control.faults, methods=["GET", "POST", "DELETE"]),
        Route("/reports", control.reports, methods=["GET", "DELETE"]),
        Route("/beliefs", control.beliefs, methods=["GET", "POST", "DELETE"]),
        Route("/throttle", control.throttle, methods=["GET", "POST"]),
        Route("/revoke", control.revoke, methods=["POST", "DELETE"]),
        Route("/tokens", control.tokens, methods=["GET", "POST"]),
        Route("/grants", control.grants, methods=["POST"]),
        Route("/identity", control.identity, methods=["GET", "POST"]),
        Route("/stream", control.stream, methods=["GET", "POST", "DELETE"]),
        Route("/credentials", control.credentials, methods=["GET"]),
        Route("/mail", sandbox.mailbox.as_json, methods=["GET", "DELETE"]),
        Route("/truth/daily", truth.daily, methods=["GET"]),
        Route("/truth/happened", truth.happened, methods=["GET"]),
        Route("/truth/entities", truth.entities, methods=["GET"]),
    ]
