"""Case 43 for share links and ways out of a mailing: whoever holds no open link gets one 404."""

from __future__ import annotations

import dataclasses
from urllib.parse import urlencode

import httpx
import pytest
from starlette.applications import Starlette

from core.domain.recurrence import next_after
from core.domain.roles import Role
from core.domain.views import Screen, View
from core.errors import UserError
from core.reports.definitions import ReportPlan, Rules
from core.reports.making import Kind
from core.security.secret import Secret
from core.security.tokens import new_token
from core.store.delivery.schedules import Timing
from core.store.store import Store
from core.web.context import PageContext
from core.web.inviting import invite
from core.web.routes import shared, unsubscribe
from core.web.services import Services
from core.web.sharing import share
from tests.asgi import ask
from tests.integration.web.conftest import HandClock
from tests.integration.web.test_downloads import Browser, owner, rival

__all__ = ["owner", "rival"]
PLAN = ReportPlan(kind=Kind.WEEKLY, view=View(screen=Screen.MORNING))


@pytest.fixture
def door(services: Services) -> Starlette:
    return Starlette(routes=[*shared.routes(services), *unsubscribe.routes(services)])


def _path(
    owner: Browser, *, password: str = "", days: int = 7, ctx: PageContext | None = None
) -> str:
    link = share(ctx or owner.context(), "Weekly", PLAN, days=days, password=password)
    return link.removeprefix(owner.services.settings.public_url.rstrip("/"))


def _post(door: Starlette, path: str, form: dict[str, str]) -> httpx.Response:
    kind = {"content-type": "application/x-www-form-urlencoded"}
    return ask(door, path, method="POST", headers=kind, content=urlencode(form).encode())


def test_whoever_holds_the_link_reads_the_one_view(owner: Browser, door: Starlette) -> None:
    answer = ask(door, _path(owner))
    assert answer.status_code == 200
    assert "Weekly summary" in answer.text
    assert "Acme" in answer.text
    assert "<script" not in answer.text
    assert "href" not in answer.text, "no way further into the product"
    assert answer.headers["referrer-policy"] == "no-referrer"
    assert answer.headers["x-robots-tag"] == "noindex, nofollow"
    assert answer.headers["cache-control"] == "no-store"


def test_everything_else_gets_one_and_the_same_404(
    owner: Browser, rival: Browser, door: Starlette, clock: HandClock
) -> None:
    revoked = _path(owner)
    with owner.context().writing() as tenant:
        [only] = tenant.share_links.all()
        tenant.share_links.revoke(only.id, owner.services.clock.now())
    live, over = _path(owner, days=30), _path(owner, days=1)
    clock.advance(days=1)
    token = live.rpartition("/")[2]
    paths = [
        over,
        revoked,
        "/shared/" + "A" * 43,
        "/shared/:key",
        "/shared/%3Atoken",
        f"/shared//{token}",
        f"/shared/{token}/",
        f"/shared/{token}/more",
        f"/shared/{token}x",
        "/shared/",
    ]
    answers = [ask(door, path) for path in paths]
    assert {answer.status_code for answer in answers} == {404}
    assert len({answer.content for answer in answers}) == 1
    assert ask(door, live).status_code == 200


def test_a_link_dies_with_its_makers_membership(
    services: Services, owner: Browser, rival: Browser, door: Starlette
) -> None:
    made = invite(owner.context(), "rival@x.example", Role.ANALYST, None)
    guest = rival.context().visitor.person.id
    with services.store.people() as people:
        people.invitations.accept(Secret(made.link.rpartition("/")[2]), guest, services.clock.now())
    visitor = rival.context().visitor
    joined = next(m for m in visitor.memberships if m.org_name == "Acme")
    link = _path(owner, ctx=PageContext(services, visitor, joined, services.clock.now()))
    assert ask(door, link).status_code == 200
    with owner.context().writing() as tenant:
        tenant.members.change_role(guest, Role.VIEWER)
    assert ask(door, link).status_code == 404, "a viewer may not share"
    with owner.context().writing() as tenant:
        tenant.members.change_role(guest, Role.ANALYST)
        tenant.members.remove(guest)
    assert ask(door, link).status_code == 404


def test_a_password_is_asked_for_and_cannot_be_tried_for_long(
    owner: Browser, door: Starlette, clock: HandClock
) -> None:
    link = _path(owner, password="open sesame")
    asked = ask(door, link)
    assert (asked.status_code, "asks for a password" in asked.text) == (200, True)
    assert "Weekly summary" not in asked.text
    wrong = _post(door, link, {"password": "open barley"})
    assert (wrong.status_code, "That is not the password" in wrong.text) == (403, True)
    right = _post(door, link, {"password": "open sesame"})
    assert (right.status_code, "Weekly summary" in right.text) == (200, True)
    for _ in range(8):
        _post(door, link, {"password": "x" * 201})
    assert _post(door, link, {"password": "open sesame"}).status_code == 429
    clock.advance(minutes=10)
    assert _post(door, link, {"password": "open sesame"}).status_code == 200
    with pytest.raises(UserError):
        _path(owner, password="short")


def test_only_hashes_are_kept(owner: Browser, services: Services) -> None:
    token = _path(owner, password="open sesame").rpartition("/")[2]
    assert len(token) >= 22, "128 bit and more"
    with services.store.engine.connect() as connection:
        if connection.dialect.name == "sqlite":
            kept = str(connection.exec_driver_sql("select * from share_link").all())
            assert token not in kept
            assert "sesame" not in kept


def test_who_knocks_too_often_waits(owner: Browser, door: Starlette, clock: HandClock) -> None:
    link = _path(owner)
    for _ in range(shared.KNOCKS):
        ask(door, "/shared/x")
    assert ask(door, link).status_code == 429
    clock.advance(minutes=1)
    assert ask(door, link).status_code == 200


def _way_out(owner: Browser, background: Store) -> tuple[str, str]:
    """Return the path that a mail to a recipient carries, and the schedule's id."""
    ctx, token = owner.context(), new_token()
    rule = "daily 07:00"
    timing = Timing(
        name="Daily", rule=rule, timezone="UTC", options=Rules().payload(),
        next_run_at=next_after(rule, "UTC", ctx.now),
    )  # fmt: skip
    with ctx.writing() as tenant:
        definition = tenant.report_definitions.add("Weekly", PLAN.payload(), ctx.now)
        schedule = tenant.report_schedules.add(definition.id, timing, ctx.now)
        recipient = tenant.recipients.add(schedule.id, "client@mail.example", ctx.now)
    job = dataclasses.replace(ctx.scope, user_id="job", role=Role.ADMIN)
    with background.writing(job) as tenant:
        tenant.recipients.issue_link(recipient.id, token, ctx.now)
    return f"/unsubscribe/{token.reveal()}", schedule.id


def test_one_click_in_the_mail_program_ends_the_mailing(
    owner: Browser, door: Starlette, background: Store
) -> None:
    path, schedule_id = _way_out(owner, background)
    looked = ask(door, path)
    assert (looked.status_code, "client@mail.example" in looked.text) == (200, True)
    with owner.context().reading() as tenant:
        assert tenant.recipients.all(schedule_id)[0].unsubscribed_at is None, (
            "looking is not leaving"
        )
    # RFC 8058 §3.1: what a mail program posts.
    answer = _post(door, path, {"List-Unsubscribe": "One-Click"})
    assert (answer.status_code, "Unsubscribed" in answer.text) == (200, True)
    with owner.context().reading() as tenant:
        assert tenant.recipients.all(schedule_id)[0].unsubscribed_at is not None
    assert "Unsubscribed" in ask(door, path).text


def test_ways_out_that_lead_nowhere_look_alike(owner: Browser, door: Starlette) -> None:
    answers = [
        ask(door, "/unsubscribe/" + "A" * 43),
        ask(door, "/unsubscribe/:key"),
        ask(door, "/unsubscribe//x"),
        _post(door, "/unsubscribe/x", {}),
    ]
    assert {answer.status_code for answer in answers} == {404}
    assert len({answer.content for answer in answers}) == 1
