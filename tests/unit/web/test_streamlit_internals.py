"""What we rely on inside Streamlit. A new Streamlit that moves it fails here, not in production."""

from __future__ import annotations

import json
import re
from hashlib import sha256
from pathlib import Path

import streamlit as st
from pydantic import SecretStr
from streamlit import auth_util
from streamlit.web.server.starlette import starlette_routes
from streamlit.web.server.starlette.starlette_app_utils import create_signed_value

from core.config import Settings
from core.web import streamlit_internals as internals

SETTINGS = Settings(
    public_url="https://deck.example/",
    cookie_secret=SecretStr("a-secret-of-thirty-two-characters"),
    oidc_client_id="client-7",
    oidc_client_secret=SecretStr("s"),
    oidc_metadata_url="https://id.example/.well-known/openid-configuration",
)
CLAIMS = {"iss": "https://id.example", "sub": "one", "is_logged_in": True, "origin": "x"}


def _cookies(claims: dict[str, object], secret: str, attributes: int = 100) -> dict[str, str]:
    """Return the cookies as Streamlit writes them, split where they are large."""
    jar: dict[str, str] = {}

    def keep(name: str, value: str) -> None:
        jar[name] = create_signed_value(secret, name, value).decode()

    auth_util.set_cookie_with_chunks(
        keep,
        lambda name, value: create_signed_value(secret, name, value),
        internals.USER_COOKIE,
        claims,
        cookie_attr_size=attributes,
    )
    return jar


def test_the_streamlit_that_is_installed_is_the_one_we_know() -> None:
    assert st.__version__ == internals.PINNED
    wanted = (Path(__file__).parents[3] / "requirements.txt").read_text()
    assert f"streamlit=={internals.PINNED}" in wanted


def test_a_login_cookie_is_read_as_streamlit_wrote_it() -> None:
    jar = _cookies(CLAIMS, SETTINGS.cookie_secret.get_secret_value())
    assert internals.claims_in(jar, SETTINGS) == CLAIMS


def test_a_login_too_large_for_one_cookie_is_put_together() -> None:
    large = {**CLAIMS, "groups": [sha256(bytes([n])).hexdigest() for n in range(200)]}
    jar = _cookies(large, SETTINGS.cookie_secret.get_secret_value())
    assert len(jar) > 1
    assert internals.claims_in(jar, SETTINGS) == large


def test_a_cookie_of_another_secret_is_nobodys() -> None:
    assert internals.claims_in(_cookies(CLAIMS, "another-secret"), SETTINGS) is None


def test_a_cookie_under_another_name_is_nobodys() -> None:
    secret = SETTINGS.cookie_secret.get_secret_value()
    moved = create_signed_value(secret, "_streamlit_other", json.dumps(CLAIMS)).decode()
    assert internals.claims_in({internals.USER_COOKIE: moved}, SETTINGS) is None


def test_whoever_is_not_logged_in_has_no_claims() -> None:
    secret = SETTINGS.cookie_secret.get_secret_value()
    out = {**CLAIMS, "is_logged_in": False}
    assert internals.claims_in(_cookies(out, secret), SETTINGS) is None
    assert internals.claims_in({}, SETTINGS) is None
    assert internals.claims_in({internals.USER_COOKIE: "garbage"}, SETTINGS) is None


def test_cookies_of_an_answer_are_read_and_broken_ones_passed_over() -> None:
    headers = [
        (b"content-type", b"text/html"),
        (b"set-cookie", b"a=1; Path=/; HttpOnly"),
        (b"Set-Cookie", b'b=""; Max-Age=0'),
        (b"set-cookie", b"\xff\xfe"),
    ]
    found = internals.cookies_set_by(headers)
    assert found["a"] == "1"
    assert found["b"] == ""


def test_the_redirect_address_is_made_from_public_url() -> None:
    secrets = internals.auth_secrets(SETTINGS)
    assert secrets["redirect_uri"] == "https://deck.example/oauth2callback"
    assert "expose_tokens" not in secrets


def test_the_shells_inline_scripts_are_known_by_their_hash() -> None:
    shell = (Path(st.__file__).parent / "static" / "index.html").read_text()
    hashes = internals.inline_script_hashes()
    assert len(hashes) == len(re.findall(r"<script>", shell))
    assert all(re.fullmatch(r"'sha256-[A-Za-z0-9+/]{43}='", found) for found in hashes)


def test_the_closed_doors_are_streamlits_own_names() -> None:
    known = {
        f"/{starlette_routes.BASE_ROUTE_MEDIA}",
        f"/{starlette_routes.BASE_ROUTE_COMPONENT}",
    }
    assert known <= set(internals.CLOSED_PATHS)
