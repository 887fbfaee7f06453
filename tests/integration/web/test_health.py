"""`/healthz` on both databases: its body and status say how the installation stands."""

from __future__ import annotations

import socket
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import text, update
from starlette.applications import Starlette

from core.store.engine import create_store_engine
from core.store.schema import heartbeat
from core.store.store import Process, Store
from core.web.routes import health
from core.web.routes.health import Health
from core.web.services import Services
from tests.asgi import ask
from tests.databases import NOW, Database
from tests.integration.web.conftest import MakeServices


def _asked(services: Services) -> tuple[int, dict[str, object]]:
    answer = ask(Starlette(routes=health.routes(services)), "/healthz")
    return answer.status_code, answer.json()


def _beat(background: Store, **alarms: str) -> None:
    with background.system() as system:
        system.heartbeats.beat("worker-1", "scheduler", "0.1.0", {"alarms": alarms})


def test_a_living_scheduler_makes_it_ok(services: Services, background: Store) -> None:
    _beat(background)
    status, body = _asked(services)
    assert (status, body["state"], body["scheduler"]) == (200, "ok", "ok")
    assert float(str(body["scheduler_age_seconds"])) < 30


def test_a_silent_scheduler_degrades_it_and_pages_go_on(
    services: Services, background: Store, database: Database
) -> None:
    _beat(background)
    with database.owner.begin() as connection:
        connection.execute(update(heartbeat).values(beat_at=NOW - timedelta(days=365)))
    status, body = _asked(services)
    assert (status, body["state"], body["scheduler"]) == (200, "degraded", "silent")


def test_an_alarm_degrades_it_by_name_and_tells_nothing_of_tenants(
    services: Services, background: Store
) -> None:
    ours = {"amazon-client": "Amazon refuses our client.", "seal:con_7": "con_7 does not open."}
    _beat(background, **ours)
    answer = ask(Starlette(routes=health.routes(services)), "/healthz")
    body = answer.json()
    assert (answer.status_code, body["state"]) == (200, "degraded")
    assert body["alarms"] == ["amazon-client", "seal"]
    assert "con_7" not in answer.text
    _beat(background)
    assert _asked(services)[1]["state"] == "ok"


def test_no_scheduler_ever_is_said_too(services: Services) -> None:
    status, body = _asked(services)
    assert (status, body["state"], body["scheduler"]) == (200, "degraded", "never seen")


def test_a_schema_that_moved_on_fails_it(services: Services, database: Database) -> None:
    known = "select version_num from alembic_version"
    with database.owner.begin() as connection:
        before = connection.execute(text(known)).scalar_one()
        connection.execute(text("update alembic_version set version_num = '9999'"))
    try:
        status, body = _asked(services)
    finally:
        with database.owner.begin() as connection:
            put_back = text("update alembic_version set version_num = :was")
            connection.execute(put_back, {"was": before})
    assert (status, body["state"], body["schema"]) == (503, "failed", "unknown")


@pytest.mark.parametrize(
    ("found", "state"),
    [
        (Health("ok", "ok", "ok", 1.0), "ok"),
        (Health("ok", "ok", "silent", 90.0), "degraded"),
        (Health("ok", "ok", "ok", 1.0, ("mail",)), "degraded"),
        (Health("ok", "unknown", "unknown", None), "failed"),
        (Health("failed", "unknown", "unknown", None), "failed"),
    ],
)
def test_the_body_sums_it_up(found: Health, state: str) -> None:
    assert found.body["state"] == state
    assert found.can_serve is (state != "failed")


def test_a_database_that_is_away_fails_it_in_a_sentence(make_services: MakeServices) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    away = Store(
        create_store_engine(f"postgresql+psycopg://web@127.0.0.1:{port}/none"), Process.WEB
    )
    status, body = _asked(replace(make_services(), store=away))
    away.close()
    assert (status, body["state"], body["database"]) == (503, "failed", "failed")
