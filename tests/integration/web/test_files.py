"""Case 43 for the files of a mail: whoever holds its link gets them, everybody else one 404."""

from __future__ import annotations

import dataclasses
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from starlette.applications import Starlette

from core.domain.roles import Role
from core.security.tokens import new_token
from core.store.store import Store
from core.web.routes import files
from core.web.services import Services
from tests.asgi import ask
from tests.integration.web.conftest import HandClock
from tests.integration.web.test_downloads import Browser, owner, rival

__all__ = ["owner", "rival"]
CONTENT = b"%PDF-1.7 what was sent"


@pytest.fixture
def door(services: Services) -> Starlette:
    return Starlette(routes=files.routes(services))


def _linked(owner: Browser, background: Store, tmp_path: Path) -> str:
    """Return the path of the first file in a mail to somebody without a login."""
    ctx, token = owner.context(), new_token()
    (tmp_path / "made").write_bytes(CONTENT)
    kept = owner.services.lake.shelf(ctx.scope).put("sent/dlv/weekly.pdf", tmp_path / "made")
    told: dict[str, Any] = {"name": "weekly.pdf", "format": "pdf", **dataclasses.asdict(kept)}
    with ctx.writing() as tenant:
        definition = tenant.report_definitions.add("Weekly", {}, ctx.now)
        delivery = tenant.report_deliveries.plan(definition.id, "Weekly", ctx.now, ctx.now)
    assert delivery is not None
    job = dataclasses.replace(ctx.scope, user_id="job", role=Role.ADMIN)
    with background.writing(job) as tenant:
        ends = ctx.now + timedelta(days=30)
        by = ctx.scope.user_id
        tenant.file_links.issue(
            delivery.id, None, [told], token, by=by, now=ctx.now, expires_at=ends
        )
    return f"/files/{token.reveal()}/1"


def test_whoever_holds_the_mail_fetches_the_very_file(
    owner: Browser, door: Starlette, background: Store, tmp_path: Path
) -> None:
    answer = ask(door, _linked(owner, background, tmp_path))
    assert (answer.status_code, answer.content) == (200, CONTENT)
    assert answer.headers["content-type"] == "application/pdf"
    assert answer.headers["content-disposition"] == 'attachment; filename="weekly.pdf"'
    assert answer.headers["cache-control"] == "private, no-store"


def test_everything_else_looks_alike(
    owner: Browser, door: Starlette, background: Store, tmp_path: Path, clock: HandClock
) -> None:
    path = _linked(owner, background, tmp_path)
    token = path.split("/")[2]
    wrong = [f"/files/{token}/{n}" for n in ("2", "0", "-1", "x", "1/1", "")]
    wrong += ["/files/" + "A" * 43 + "/1", "/files/", f"/files/{token}"]
    answers = [ask(door, one) for one in wrong]
    clock.advance(days=30)
    answers.append(ask(door, path))
    assert {answer.status_code for answer in answers} == {404}
    assert len({answer.content for answer in answers}) == 1


def test_a_file_that_is_no_longer_kept_looks_no_different(
    owner: Browser, door: Starlette, background: Store, tmp_path: Path
) -> None:
    path = _linked(owner, background, tmp_path)
    gone = ask(door, "/files/unknown/1").content
    shelf = owner.services.lake.shelf(owner.context().scope)
    assert shelf.remove_before("sent", owner.context().now + timedelta(days=36500)) == 1
    answer = ask(door, path)
    assert (answer.status_code, answer.content) == (404, gone)


def test_who_knocks_too_often_waits(door: Starlette, clock: HandClock) -> None:
    for _ in range(files.KNOCKS):
        ask(door, "/files/x/1")
    assert ask(door, "/files/x/1").status_code == 429
    clock.advance(minutes=1)
    assert ask(door, "/files/x/1").status_code == 404
