"""What stands between Streamlit's login and ours, seen alone: every answer its routes can give.

The real login is in test_login.py; here Streamlit's part is a route that answers what it is told.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import httpx
import pytest
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route
from streamlit.web.server.starlette.starlette_app_utils import create_signed_value

from core.web import sessions, wanted
from core.web.claims import Claims
from core.web.login import LoginSessions
from core.web.services import Services
from core.web.streamlit_internals import CALLBACK_PATH, LOGIN_COOKIES, LOGOUT_PATH, USER_COOKIE
from tests.asgi import ask
from tests.integration.web.conftest import HandClock, MakeServices

GOOD: dict[str, Any] = {
    "iss": "https://id.example",
    "sub": "one",
    "aud": "client-7",
    "iat": 1_700_000_000,
    "exp": 1_700_036_000,
    "email": "one@people.example",
    "is_logged_in": True,
}
SCREENS = frozenset({"accounts", "members"})
Inner = Callable[[Request], Response]


def _signed(services: Services, claims: dict[str, Any]) -> str:
    secret = services.settings.cookie_secret.get_secret_value()
    return create_signed_value(secret, USER_COOKIE, json.dumps(claims)).decode()


def _streamlit(services: Services, claims: dict[str, Any] | None) -> Inner:
    """Answer as Streamlit's callback does: home, with a login cookie when the login was good."""

    def answer(_: Request) -> Response:
        home = RedirectResponse("/", 302)
        if claims is not None:
            home.set_cookie(USER_COOKIE, _signed(services, claims), httponly=True)
        return home

    return answer


def _app(services: Services, inner: Inner) -> Starlette:
    return Starlette(
        routes=[Route(CALLBACK_PATH, inner), Route(LOGOUT_PATH, inner), Route("/other", inner)],
        middleware=[Middleware(LoginSessions, services=services, screens=SCREENS)],
    )


def _callback(
    services: Services, claims: dict[str, Any] | None, query: str = "state=s&code=c", **cookies: str
) -> httpx.Response:
    app = _app(services, _streamlit(services, claims))
    return ask(app, f"{CALLBACK_PATH}?{query}", cookies=cookies)


def _set(answer: httpx.Response) -> dict[str, str]:
    """Return the cookies an answer sets; those it removes have an empty value."""
    pairs = (c.split(";")[0].split("=", 1) for c in answer.headers.get_list("set-cookie"))
    return {name: value.strip('"') for name, value in pairs}


def test_a_good_login_begins_a_session_in_the_same_answer(services: Services) -> None:
    answer = _callback(services, GOOD)
    assert (answer.status_code, answer.headers["location"]) == (302, "/")
    jar = _set(answer)
    assert jar[USER_COOKIE]
    cookies = {services.cookies.session: jar[services.cookies.session]}
    assert sessions.visitor(services, cookies, GOOD)


def test_the_session_cookie_is_hard(services: Services, make_services: MakeServices) -> None:
    def flags(found: Services) -> str:
        headers = _callback(found, GOOD).headers.get_list("set-cookie")
        return next(c for c in headers if c.startswith(f"{found.cookies.session}="))

    plain = flags(services)
    assert "HttpOnly" in plain
    assert "SameSite=Lax" in plain
    assert "Secure" not in plain
    https = flags(make_services(public_url="https://deck.example"))
    assert https.startswith("__Host-")
    assert "Secure" in https
    assert "Domain" not in https


def test_the_wanted_screen_is_taken_up_and_forgotten(services: Services) -> None:
    kept = wanted.sealed("/members?range=7d", services.web_key, services.clock.now())
    answer = _callback(services, GOOD, **{services.cookies.wanted: kept})
    assert answer.headers["location"] == "/members?range=7d"
    assert _set(answer)[services.cookies.wanted] == ""


def test_a_wanted_screen_that_is_too_old_is_not(services: Services, clock: HandClock) -> None:
    kept = wanted.sealed("/members", services.web_key, services.clock.now())
    clock.advance(minutes=15)
    answer = _callback(services, GOOD, **{services.cookies.wanted: kept})
    assert answer.headers["location"] == "/"


@pytest.mark.parametrize(
    "claims",
    [
        None,
        {**GOOD, "aud": "another"},
        {**GOOD, "sub": ""},
        {**GOOD, "azp": "another"},
        {**GOOD, "exp": GOOD["iat"]},
        {**GOOD, "is_logged_in": False},
    ],
    ids=["no cookie", "audience", "subject", "party", "over", "logged out"],
)
def test_a_login_that_does_not_hold_leaves_no_cookie(
    services: Services, claims: dict[str, Any] | None
) -> None:
    answer = _callback(services, claims)
    assert (answer.status_code, answer.headers["location"]) == (303, "/?login=refused")
    jar = _set(answer)
    assert {jar[name] for name in (*LOGIN_COOKIES, services.cookies.session)} == {""}


def test_a_cookie_signed_by_somebody_else_is_no_login(services: Services) -> None:
    def forged(_: Request) -> Response:
        home = RedirectResponse("/", 302)
        value = create_signed_value("another-secret", USER_COOKIE, json.dumps(GOOD)).decode()
        home.set_cookie(USER_COOKIE, value)
        return home

    answer = ask(_app(services, forged), f"{CALLBACK_PATH}?state=s&code=c")
    assert answer.headers["location"] == "/?login=refused"


def test_a_person_who_cancels_is_told_so(services: Services) -> None:
    answer = _callback(services, None, "state=s&error=access_denied")
    assert answer.headers["location"] == "/?login=cancelled"


def test_coming_back_from_a_logout_is_no_refusal(services: Services) -> None:
    def never(_: Request) -> Response:
        raise AssertionError("Streamlit was asked")

    answer = ask(_app(services, never), CALLBACK_PATH)
    assert (answer.status_code, answer.headers["location"]) == (303, "/")
    assert "set-cookie" not in answer.headers


def test_logout_ends_the_row_and_removes_the_cookie(services: Services) -> None:
    claims = Claims.checked(GOOD, client_id="client-7")
    _, token = sessions.begin(services, claims, user_agent="", replaced=None)
    cookies = {services.cookies.session: token.reveal()}
    app = _app(services, _streamlit(services, None))
    answer = ask(app, LOGOUT_PATH, cookies=cookies)
    assert _set(answer)[services.cookies.session] == ""
    assert sessions.visitor(services, cookies, GOOD) is None


def test_other_paths_pass_untouched(services: Services) -> None:
    app = _app(services, _streamlit(services, GOOD))
    answer = ask(app, "/other")
    assert services.cookies.session not in _set(answer)


def test_the_lifetime_of_the_id_token_counts_from_our_clock(
    services: Services, clock: HandClock
) -> None:
    """The token above was issued in 2023 by its own clock; its ten hours begin now."""
    jar = _set(_callback(services, GOOD))
    cookies = {services.cookies.session: jar[services.cookies.session]}
    clock.advance(hours=9.9)
    assert sessions.visitor(services, cookies, GOOD)
    clock.instant += timedelta(hours=0.1)
    assert sessions.visitor(services, cookies, GOOD) is None
