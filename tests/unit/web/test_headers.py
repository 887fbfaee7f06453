"""Headers and cookie flags on every answer; closed doors (OWASP ASVS 5.0, 3.3 and 3.4)."""

from __future__ import annotations

import httpx
import pytest
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from core.config import Settings
from core.web.cookies import CookieNames
from core.web.headers import HardHeaders, content_policy
from core.web.streamlit_internals import READABLE_COOKIES
from tests.asgi import ask

HTTPS = Settings(public_url="https://deck.example")
HTTP = Settings(public_url="http://localhost:8501")


def _answer(_: object) -> Response:
    answer = PlainTextResponse("hello", headers={"X-Frame-Options": "ALLOWALL"})
    answer.set_cookie("theirs", "1", path="/")
    answer.set_cookie("strict", "2", samesite="strict", httponly=True, secure=True)
    answer.headers.append("set-cookie", f"{next(iter(READABLE_COOKIES))}=3; Path=/")
    return answer


def _app(settings: Settings) -> Starlette:
    paths = ("/", "/api/v1/x", "/_stcore/metrics", "/media/abc.csv", "/_stcore/health")
    return Starlette(
        routes=[Route(path, _answer) for path in paths],
        middleware=[Middleware(HardHeaders, settings=settings)],
    )


def _get(settings: Settings, path: str = "/") -> httpx.Response:
    return ask(_app(settings), path)


def _flags(settings: Settings, name: str) -> set[str]:
    cookies = _get(settings).headers.get_list("set-cookie")
    (mine,) = (c for c in cookies if c.startswith(f"{name}="))
    return {part.strip().lower() for part in mine.split(";")[1:]}


def test_every_cookie_is_secure_exactly_over_https() -> None:
    for name in ("theirs", "strict", *READABLE_COOKIES):
        assert "secure" in _flags(HTTPS, name)
    assert "secure" not in _flags(HTTP, "theirs")


def test_every_cookie_but_the_one_scripts_read_is_http_only() -> None:
    assert "httponly" in _flags(HTTPS, "theirs")
    for name in READABLE_COOKIES:
        assert "httponly" not in _flags(HTTPS, name)


def test_a_stricter_flag_of_theirs_stays() -> None:
    assert "samesite=strict" in _flags(HTTPS, "strict")
    assert "samesite=lax" in _flags(HTTPS, "theirs")


def test_the_answers_own_weaker_header_does_not_win() -> None:
    assert _get(HTTP).headers.get_list("x-frame-options") == ["DENY"]


def test_hsts_stands_exactly_over_https() -> None:
    assert "max-age=" in _get(HTTPS).headers["strict-transport-security"]
    assert "strict-transport-security" not in _get(HTTP).headers


@pytest.mark.parametrize("path", ["/_stcore/metrics", "/media/abc.csv", "/_stcore/metrics/"])
def test_doors_that_give_data_to_anybody_are_closed(path: str) -> None:
    answer = _get(HTTP, path)
    assert (answer.status_code, answer.text) == (404, "Not found")
    assert answer.headers["x-content-type-options"] == "nosniff"


def test_what_streamlit_needs_stays_open() -> None:
    assert _get(HTTP, "/_stcore/health").text == "hello"


def test_private_answers_are_kept_by_nobody() -> None:
    assert _get(HTTP, "/api/v1/x").headers["cache-control"] == "no-store"
    assert "no-store" not in _get(HTTP).headers.get("cache-control", "")


def test_the_policy_lets_no_foreign_host_in() -> None:
    policy = dict(part.split(" ", 1) for part in content_policy(HTTPS).split("; "))
    assert policy["default-src"] == "'self'"
    assert policy["frame-ancestors"] == "'none'"
    assert policy["object-src"] == "'none'"
    assert "unsafe" not in policy["script-src"]
    assert "wss://deck.example" in policy["connect-src"]
    allowed = " ".join(policy.values()).replace("wss://deck.example", "")
    assert "http:" not in allowed
    assert "*" not in allowed


def test_cookie_names_take_the_host_prefix_exactly_over_https() -> None:
    assert CookieNames.of(HTTPS).session.startswith("__Host-")
    assert not CookieNames.of(HTTP).session.startswith("__Host-")
    names = CookieNames.of(HTTP)
    assert len({names.session, names.wanted, names.invitation}) == 3
