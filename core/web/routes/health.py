"""`/healthz`: how this installation stands, told by the body and by the status."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from core.errors import OurConfig, Upstream
from core.web.services import Services

SILENCE_MAX = timedelta(seconds=60)
_log = logging.getLogger(__name__)


def routes(services: Services) -> list[Route]:
    """Return the route. Anybody may ask; it names no tenant and no address."""

    async def healthz(request: Request) -> Response:
        health = await run_in_threadpool(examined, services)
        return JSONResponse(health.body, status_code=200 if health.can_serve else 503)

    return [Route("/healthz", healthz)]


@dataclass(frozen=True, slots=True)
class Health:
    """What was found. A silent scheduler does not stop pages from answering, nor does an alarm:
    `degraded`. `alarms` are names without what they are about; the doctor has the sentences."""

    database: str
    schema: str
    scheduler: str
    scheduler_age_seconds: float | None
    alarms: tuple[str, ...] = ()

    @property
    def can_serve(self) -> bool:
        """Return whether pages can answer."""
        return self.database == "ok" and self.schema == "ok"

    @property
    def body(self) -> dict[str, Any]:
        """Return it as JSON; `state` is ok, degraded or failed."""
        is_well = self.scheduler == "ok" and not self.alarms
        state = "failed" if not self.can_serve else "ok" if is_well else "degraded"
        return {
            "state": state,
            "database": self.database,
            "schema": self.schema,
            "scheduler": self.scheduler,
            "scheduler_age_seconds": self.scheduler_age_seconds,
            "alarms": list(self.alarms),
        }


def examined(services: Services) -> Health:
    """Return how database, schema and scheduler stand now, and what alarms the latter."""
    try:
        services.store.require_schema()
        with services.store.reading_people() as door:
            beats = [b for b in door.heartbeats.all() if b.kind == "scheduler"]
    except OurConfig as unknown:
        _log.error("health: %s", unknown)
        return Health("ok", "unknown", "unknown", None)
    except Upstream as silent:
        _log.error("health: %s", silent)
        return Health("failed", "unknown", "unknown", None)
    if not beats:
        return Health("ok", "ok", "never seen", None)
    age = min(beat.age for beat in beats)
    living = [beat for beat in beats if beat.age <= SILENCE_MAX]
    alarms = sorted({name.split(":")[0] for beat in living for name in beat.alarms})
    word = "ok" if living else "silent"
    return Health("ok", "ok", word, round(age.total_seconds(), 1), tuple(alarms))
