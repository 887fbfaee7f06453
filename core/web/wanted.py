"""Where a visitor wanted to go: kept through a login, and never outside of our own pages.

`st.login` always returns to `/`. So the wanted path with its filters waits in a short-lived
signed cookie; it is taken up after the login, and only when it names one of our screens.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime, timedelta
from urllib.parse import parse_qsl, urlencode, urlsplit

from core.security.webkey import WebKey

HOME = "/"
WANTED_LIFETIME = timedelta(minutes=15)
_PURPOSE = "wanted path"
_LENGTH_MAX = 1500


def own_path(asked: str, screens: Collection[str]) -> str:
    """Return `asked` when it is one of our screens, with its query; else home.

    `screens` are paths without their leading slash. Whatever has a scheme, a host, a backslash
    or a control byte, or names another path, lands on home: there is no open redirect.
    """
    if len(asked) > _LENGTH_MAX or "\\" in asked or any(ord(letter) < 32 for letter in asked):
        return HOME
    try:
        parts = urlsplit(asked)
        query = urlencode(parse_qsl(parts.query, max_num_fields=40))
    except ValueError:
        return HOME
    if parts.scheme or parts.netloc or not asked.startswith("/") or asked.startswith("//"):
        return HOME
    path = parts.path.strip("/")
    if path and path not in screens:
        return HOME
    return f"/{path}?{query}" if query else f"/{path}"


def sealed(path: str, key: WebKey, now: datetime) -> str:
    """Return the cookie value that keeps `path` for a quarter of an hour."""
    return key.sign(path, purpose=_PURPOSE, expires_at=now + WANTED_LIFETIME)


def opened(value: str, key: WebKey, now: datetime, screens: Collection[str]) -> str:
    """Return the path that was kept; home when the value is forged, altered or too old."""
    return own_path(key.verified(value, purpose=_PURPOSE, now=now) or HOME, screens)
