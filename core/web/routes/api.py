"""`/api/v1`: what the screens can do, over HTTP and JSON, for the person whose session it is.

    GET  /api/v1/status                       who is asking, their organizations, the time here
    POST /api/v1/organizations {name}         found one, when the setting lets this person
    GET  /api/v1/connections?org=             links to Amazon and how they stand
    GET  /api/v1/advertisers?org=             advertisers found, and which are kept
    PUT  /api/v1/advertisers?org= {advertiser_ids}   keep exactly these

Every answer is JSON; an error is {"error": {"code", "message"}}. A change must come from our own
pages: its Origin is PUBLIC_URL and its body is JSON, which no foreign form can send (OWASP ASVS
5.0, 3.5.1).
"""

from __future__ import annotations

import json
import logging
from collections.abc import Callable
from dataclasses import asdict
from datetime import timedelta
from typing import Any

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from core.domain.metrics import Dataset
from core.domain.requests import RequestState
from core.domain.scope import TenantScope
from core.errors import Upstream, UserError
from core.web import founding, keeping
from core.web.routes.gate import problem, reference, refusal, visitor_of
from core.web.services import Services
from core.web.sessions import Visitor

BODY_BYTES_MAX = 256 * 1024
SOON = timedelta(minutes=2)
# A quarantined file waits for its second reading, which is a request of its own.
_WORKED_ON = frozenset(s for s in RequestState if not s.is_over) - {RequestState.QUARANTINED}
Body = dict[str, Any]
Action = Callable[[Services, Visitor, Request, Body], Any]
_log = logging.getLogger(__name__)


def routes(services: Services) -> list[Route]:
    """Return the routes, and one that answers JSON for every path that is none of them."""
    table: tuple[tuple[str, dict[str, Action]], ...] = (
        ("status", {"GET": _status}),
        ("organizations", {"POST": _found}),
        ("connections", {"GET": _connections}),
        ("advertisers", {"GET": _advertisers, "PUT": _keep}),
        ("work", {"GET": _work}),
    )
    return [
        *(Route(f"/api/v1/{path}", _endpoint(services, actions), methods=_METHODS)
          for path, actions in table),
        Route("/api/{rest:path}", _unknown, methods=_METHODS),
    ]  # fmt: skip


_METHODS = ["GET", "POST", "PUT", "PATCH", "DELETE"]


def _endpoint(services: Services, actions: dict[str, Action]) -> Callable[[Request], Any]:
    async def endpoint(request: Request) -> Response:
        action = actions.get("GET" if request.method == "HEAD" else request.method)
        if action is None:
            return problem(405, "method", f"Use {' or '.join(actions)} here.")
        try:
            body = await _body(services, request)
        except UserError as wrong:
            return problem(400, "bad_request", str(wrong))
        return await run_in_threadpool(_answered, services, action, request, body)

    return endpoint


def _answered(services: Services, action: Action, request: Request, body: Body) -> Response:
    try:
        visitor = visitor_of(services, request)
        if visitor is None:
            return problem(401, "logged_out", "Log in first.")
        return JSONResponse(action(services, visitor, request, body))
    except UserError as error:
        return refusal(error)
    except Upstream as error:
        number = reference()
        _log.error("api %s failed, reference %s: %s", request.url.path, number, error)
        return problem(503, "unavailable", f"Try again in a moment (reference {number}).")


async def _body(services: Services, request: Request) -> Body:
    """Return the JSON object of a change. Raises UserError for what our pages would not send."""
    if request.method in {"GET", "HEAD"}:
        return {}
    if request.headers.get("origin") != services.settings.public_url.rstrip("/"):
        raise UserError("Changes are accepted from Flightdeck's own pages only (Origin).")
    if request.headers.get("content-type", "").split(";")[0].strip() != "application/json":
        raise UserError("Send the body as application/json.")
    raw = b""
    async for chunk in request.stream():
        raw += chunk
        if len(raw) > BODY_BYTES_MAX:
            raise UserError("The body is too large.")
    try:
        body = json.loads(raw)
    except (ValueError, RecursionError):
        raise UserError("The body is not JSON.") from None
    if not isinstance(body, dict):
        raise UserError("The body is no JSON object.")
    return body


async def _unknown(request: Request) -> Response:
    return problem(404, "not_found", "There is no such address in this API.")


def _status(services: Services, visitor: Visitor, request: Request, body: Body) -> Any:
    person = visitor.person
    return {
        "person": {"id": person.id, "name": person.name, "email": person.email},
        "organizations": [
            {"id": m.org_id, "name": m.org_name, "role": m.role} for m in visitor.memberships
        ],
        "may_found": founding.may_found(services.settings, person),
        "now": services.clock.now().isoformat(),
    }


def _found(services: Services, visitor: Visitor, request: Request, body: Body) -> Any:
    name = body.get("name")
    if not isinstance(name, str):
        raise UserError("Give the organization a name.")
    return {"id": founding.found(services, visitor, name)}


def _connections(services: Services, visitor: Visitor, request: Request, body: Body) -> Any:
    scope = _scope(visitor, request)
    with services.store.reading(scope) as tenant:
        found = tenant.connections.all()
    return {"connections": [_plain(asdict(link)) for link in found]}


def _advertisers(services: Services, visitor: Visitor, request: Request, body: Body) -> Any:
    with services.store.reading(_scope(visitor, request)) as tenant:
        found = tenant.advertisers.all()
    return {"advertisers": [_plain(asdict(advertiser)) for advertiser in found]}


def _keep(services: Services, visitor: Visitor, request: Request, body: Body) -> Any:
    ids = body.get("advertiser_ids")
    if not isinstance(ids, list) or not all(isinstance(i, str) for i in ids):
        raise UserError("Give advertiser_ids as a list of ids.")
    kept = keeping.keep_exactly(services, _scope(visitor, request), frozenset(ids))
    return {"kept": sorted(kept)}


def _work(services: Services, visitor: Visitor, request: Request, body: Body) -> Any:
    """Count what the background has to do about now, and the base facts' reports among it; what
    waits for later is not counted."""
    soon = services.clock.now() + SOON
    with services.store.reading(_scope(visitor, request)) as tenant:
        reports = [r for r in tenant.requests.open() if r.state in _WORKED_ON and r.run_at <= soon]
        jobs = [job for job in tenant.jobs.open() if job.run_at <= soon]
    base = sum(report.dataset is Dataset.CAMPAIGN for report in reports)
    return {"reports": len(reports), "base": base, "jobs": len(jobs)}


def _scope(visitor: Visitor, request: Request) -> TenantScope:
    return visitor.scope_in(request.query_params.get("org"))


def _plain(row: dict[str, Any]) -> dict[str, Any]:
    """Instants as ISO 8601 text; everything else in these rows is JSON already."""
    return {k: v.isoformat() if hasattr(v, "isoformat") else v for k, v in row.items()}
