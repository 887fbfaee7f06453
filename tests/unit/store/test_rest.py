"""What is made of a Supabase project's answers, of both generations, and of none."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import httpx
import pytest

from core.domain.periods import DateRange
from core.errors import AppError, Defect, NotAllowed, OurConfig, Taken, Upstream
from core.store.rest.project import Project
from tests.databases import NOW, Organization
from tests.integration.store.content_doors import MINT
from tests.ports import free_port


def _at(answer: Any, org: Organization) -> Any:
    project = Project("https://p.example", "key", MINT, transport=httpx.MockTransport(answer))
    return project.content(org.scope())


def test_background_work_does_not_come_this_way(acme: Organization) -> None:
    project = Project("https://p.example", "key", MINT)
    with pytest.raises(Defect, match="Background work"):
        project.content(acme.job)
    project.close()


def test_a_project_that_does_not_answer_is_tried_again_later(acme: Organization) -> None:
    project = Project(f"http://127.0.0.1:{free_port()}", "key", MINT)
    with pytest.raises(Upstream, match="did not answer"):
        project.content(acme.scope()).goals.all()
    project.close()


@pytest.mark.parametrize(
    ("status", "code", "message", "kind"),
    [
        (401, "PGRST301", "JWT expired", OurConfig),
        (401, "PGRST303", "JWT expired", OurConfig),
        (403, "42501", 'new row violates row-level security policy for table "x"', NotAllowed),
        (403, "42501", 'permission denied to set role "x"', OurConfig),
        (404, "42P01", 'relation "x" does not exist', OurConfig),
        (404, "PGRST205", "Could not find the table", OurConfig),
        (400, "PGRST204", "Could not find the column", OurConfig),
        (409, "23505", "duplicate key value", Taken),
        (500, "57014", "canceling statement due to statement timeout", Upstream),
        (503, "PGRST000", "Could not connect with the database", Upstream),
        (400, "23514", "violates check constraint", Defect),
    ],
)
def test_each_refusal_says_who_must_act_and_quotes_nothing(
    acme: Organization, status: int, code: str, message: str, kind: type[AppError]
) -> None:
    body = {"code": code, "message": message, "details": "Key (id)=(secret)", "hint": None}
    asked: list[httpx.Request] = []

    def answer(request: httpx.Request) -> httpx.Response:
        asked.append(request)
        return httpx.Response(status, json=body)

    with pytest.raises(kind) as raised:
        _at(answer, acme).annotations.all()
    assert "secret" not in str(raised.value)
    assert len(asked) == 1  # a page does not wait while the client tries again


def test_an_error_page_of_a_gateway_is_no_answer(acme: Organization) -> None:
    with pytest.raises(Upstream):
        _at(lambda _: httpx.Response(502, html="<h1>Bad gateway</h1>"), acme).goals.all()


def test_a_smaller_cap_than_ours_loses_no_row(acme: Organization) -> None:
    """The project may allow any number of rows; three of seven here."""
    rows = [
        {
            "org_id": acme.id, "key": f"e{i}", "name": f"E{i}", "countries": [], "is_hidden": False,
            "first_day": "2026-11-01", "last_day": "2026-11-02", "changed_by": "u",
            "changed_at": datetime(2026, 11, 1, tzinfo=UTC).isoformat(),
        }
        for i in range(7)
    ]  # fmt: skip

    def answer(request: httpx.Request) -> httpx.Response:
        after = request.url.params.get("or", "")
        left = [row for row in rows if not after or f'"{row["key"]}"' > after.split("key.gt.")[1]]
        headers = {"content-range": f"0-{min(3, len(left)) - 1}/{len(left)}"}
        return httpx.Response(206, json=left[:3], headers=headers)

    assert [e.key for e in _at(answer, acme).calendar.all()] == [row["key"] for row in rows]


def test_one_page_asks_once_and_again_after_it_has_written(acme: Organization) -> None:
    asked: list[str] = []

    def answer(request: httpx.Request) -> httpx.Response:
        asked.append(request.method)
        if request.method == "GET":
            return httpx.Response(200, json=[], headers={"content-range": "*/0"})
        return httpx.Response(201)

    content = _at(answer, acme)
    assert content.goals.all() == content.goals.all() == []
    content.annotations.all()
    assert asked == ["GET", "GET"]
    content.calendar.put("own", "Own", DateRange(NOW.date(), NOW.date()), NOW)
    content.goals.all()
    assert asked == ["GET", "GET", "POST", "GET"]
    _at(answer, acme).goals.all()
    assert asked[4:] == ["GET"]
