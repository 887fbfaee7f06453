"""Our own cookies. Names of our own, because every port of localhost shares one jar."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from core.config import Settings


@dataclass(frozen=True, slots=True)
class CookieNames:
    """The names that fit how people reach us.

    Over TLS they carry the `__Host-` prefix: the browser then takes them only when Secure, for
    the whole path, and without a domain, so a sister host can plant none (RFC 6265bis §4.1.3).
    """

    session: str
    wanted: str
    invitation: str

    @classmethod
    def of(cls, settings: Settings) -> CookieNames:
        """Return the names for these settings."""
        prefix = "__Host-flightdeck" if settings.is_https else "flightdeck"
        return cls(f"{prefix}_session", f"{prefix}_wanted", f"{prefix}_invitation")


def set_cookie(name: str, value: str, *, lifetime: timedelta, secure: bool) -> str:
    """Return a Set-Cookie value: HttpOnly, SameSite=Lax, for the whole path."""
    seconds = int(lifetime.total_seconds())
    flags = "; Secure" if secure else ""
    return f"{name}={value}; Max-Age={seconds}; Path=/; HttpOnly; SameSite=Lax{flags}"


def drop_cookie(name: str, *, secure: bool) -> str:
    """Return the Set-Cookie value that removes a cookie."""
    return set_cookie(name, "", lifetime=timedelta(0), secure=secure)
