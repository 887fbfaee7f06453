"""The one place that knows how Streamlit works inside. Pinned; tests fail when it moves.

Streamlit keeps a login in signed cookies of its own and has no server-side session. We read
those cookies in routes and at the end of a login, and keep our own revocable row beside them
(`core.web.sessions`). Nothing outside this module touches a private name of Streamlit's.
"""

from __future__ import annotations

import base64
import gc
import hashlib
import json
import re
from collections.abc import Mapping
from http.cookies import CookieError, SimpleCookie
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import streamlit as st
from streamlit import config
from streamlit.auth_util import get_cookie_with_chunks
from streamlit.runtime import Runtime
from streamlit.runtime.scriptrunner import script_runner
from streamlit.user_info import generate_login_redirect_url
from streamlit.web.server.starlette.starlette_app_utils import decode_signed_value
from streamlit.web.server.starlette.starlette_server_config import (
    SESSION_COOKIE_NAME,
    TOKENS_COOKIE_NAME,
    USER_COOKIE_NAME,
    XSRF_COOKIE_NAME,
)

from core.config import Settings
from core.web.garbage import SpacedCollector

PINNED = "1.67.0"
CALLBACK_PATH = "/oauth2callback"
LOGOUT_PATH = "/auth/logout"
# Read by Streamlit's own script in the browser, so it cannot be HttpOnly.
READABLE_COOKIES = frozenset({XSRF_COOKIE_NAME})
USER_COOKIE = USER_COOKIE_NAME
LOGIN_COOKIES = (USER_COOKIE_NAME, TOKENS_COOKIE_NAME, SESSION_COOKIE_NAME)
# Streamlit's own doors that a stranger has no business at: counters, an interface for agents,
# files of components, and /media, which hands out what a page published to anybody who asks.
CLOSED_PATHS = (
    "/_stcore/metrics",
    "/_stcore/agent",
    "/_stcore/script-health-check",
    "/media",
    "/component",
)

_PROVIDER = "default"
_COLLECTOR = "gc"
_INLINE_SCRIPT = re.compile(r"<script>(.*?)</script>", re.S)


def auth_secrets(settings: Settings) -> dict[str, Any]:
    """Return the `auth` section that Streamlit's native OpenID Connect login reads.

    The redirect address always comes from PUBLIC_URL, never from a request. Tokens are not
    exposed to pages.
    """
    return {
        "redirect_uri": settings.public_url.rstrip("/") + CALLBACK_PATH,
        "cookie_secret": settings.cookie_secret.get_secret_value(),
        "client_id": settings.oidc_client_id,
        "client_secret": settings.oidc_client_secret.get_secret_value(),
        "server_metadata_url": settings.oidc_metadata_url,
        "client_kwargs": {"scope": "openid email profile", "prompt": "select_account"},
    }


def configure(settings: Settings) -> None:
    """Set what Streamlit must know before its ASGI app is built.

    Its OAuth state is signed with `server.cookieSecret`, read before the secrets are merged: left
    alone it would be random per process, and a login begun on one replica would fail on another.
    """
    config.set_option("server.cookieSecret", settings.cookie_secret.get_secret_value())
    host = urlsplit(settings.public_url).hostname or "localhost"
    config.set_option("server.allowedHosts", sorted({host, "localhost", "127.0.0.1"}))
    # The toolbar's own CSV would carry names unguarded; ours goes through /downloads.
    config.set_option("client.disableDataExport", True)
    setattr(script_runner, _COLLECTOR, SpacedCollector())


def login_path() -> str:
    """Return the path that starts Streamlit's OpenID Connect flow, as `st.login` would."""
    return str(generate_login_redirect_url(_PROVIDER))


def claims_in(cookies: Mapping[str, str], settings: Settings) -> dict[str, Any] | None:
    """Return the identity claims of a login cookie, or None when absent, forged or too old."""
    secret = settings.cookie_secret.get_secret_value()

    def single(name: str) -> bytes | None:
        value = cookies.get(name)
        return decode_signed_value(secret, name, value) if value else None

    raw = get_cookie_with_chunks(single, USER_COOKIE_NAME)
    claims = json.loads(raw) if raw else None
    return claims if isinstance(claims, dict) and claims.get("is_logged_in") else None


def cookies_set_by(headers: list[tuple[bytes, bytes]]) -> dict[str, str]:
    """Return the cookies that a response sets, by name; deletions have an empty value."""
    jar: dict[str, str] = {}
    for name, value in headers:
        if name.lower() == b"set-cookie":
            try:
                parsed = SimpleCookie(value.decode("latin-1"))
            except CookieError:
                continue
            jar.update({key: morsel.value for key, morsel in parsed.items()})
    return jar


def current_claims() -> dict[str, Any] | None:
    """Return the claims of whoever runs this script, or None. Only inside a script run."""
    claims = dict(st.user)
    return claims if claims.get("is_logged_in") else None


def inline_script_hashes() -> list[str]:
    """Return CSP sources for the scripts that Streamlit's own HTML shell holds inline."""
    shell = Path(st.__file__).parent / "static" / "index.html"
    scripts = _INLINE_SCRIPT.findall(shell.read_text())
    digests = (hashlib.sha256(script.encode()).digest() for script in scripts)
    return [f"'sha256-{base64.b64encode(digest).decode()}'" for digest in digests]


async def run_script_once() -> bool:
    """Run the shell once for nobody, so that imports are paid before the first visitor comes.

    Return whether it ran without an error. What is loaded by then stays for good, so it is taken
    out of the garbage collector's sight: Streamlit collects after every run, and walking the
    libraries each time took 100 ms of each.
    """
    ran, _ = await Runtime.instance().does_script_run_without_error()
    gc.collect()
    gc.freeze()
    return bool(ran)
