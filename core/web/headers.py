"""Security headers on every answer, hard flags on every cookie, closed doors.

The content policy is what Streamlit 1.67 was seen to work under in chromium with charts, tables
and every widget we use: no foreign host, no eval, inline styles only.
"""

from __future__ import annotations

from urllib.parse import urlsplit

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from core.config import Settings
from core.web.streamlit_internals import CLOSED_PATHS, READABLE_COOKIES, inline_script_hashes

_PRIVATE = ("/oauth", "/api/", "/downloads/", "/login", "/auth/", "/invitations/", "/healthz",
            "/shared/", "/unsubscribe/")  # fmt: skip
_HSTS = "max-age=31536000"
Header = tuple[bytes, bytes]


class HardHeaders:
    """ASGI middleware; the outermost, so that no answer leaves without it."""

    def __init__(self, app: ASGIApp, settings: Settings) -> None:
        self._app = app
        self._secure = settings.is_https
        self._always = _always(settings)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        path = scope["path"]

        async def hardened(message: Message) -> None:
            if message["type"] == "http.response.start":
                message["headers"] = self._hardened(path, list(message.get("headers", [])))
            await send(message)

        if is_closed(path):
            await _not_found(hardened)
        else:
            await self._app(scope, receive, hardened)

    def _hardened(self, path: str, headers: list[Header]) -> list[Header]:
        ours = {name for name, _ in self._always}
        kept = [self._flagged(h) for h in headers if h[0].lower() not in ours]
        if path.startswith(_PRIVATE):
            kept = [h for h in kept if h[0].lower() != b"cache-control"]
            kept.append((b"cache-control", b"no-store"))
        return [*kept, *self._always]

    def _flagged(self, header: Header) -> Header:
        name, value = header
        if name.lower() != b"set-cookie":
            return header
        text = value.decode("latin-1")
        flags = {part.strip().split("=")[0].lower() for part in text.split(";")[1:]}
        if "httponly" not in flags and text.split("=")[0] not in READABLE_COOKIES:
            text += "; HttpOnly"
        if "samesite" not in flags:
            text += "; SameSite=Lax"
        if self._secure and "secure" not in flags:
            text += "; Secure"
        return name, text.encode("latin-1")


def is_closed(path: str) -> bool:
    """Return whether a path of Streamlit's own is shut to everybody."""
    return any(path == door or path.startswith(f"{door}/") for door in CLOSED_PATHS)


def content_policy(settings: Settings) -> str:
    """Return the Content-Security-Policy. The socket's address is named for browsers whose
    'self' does not cover wss.
    """
    public = urlsplit(settings.public_url)
    socket = f"{'wss' if settings.is_https else 'ws'}://{public.netloc}"
    return "; ".join(
        (
            "default-src 'self'",
            f"script-src 'self' {' '.join(inline_script_hashes())}",
            "style-src 'self' 'unsafe-inline'",
            "img-src 'self' data: blob:",
            "font-src 'self' data:",
            f"connect-src 'self' {socket}",
            "object-src 'none'",
            "frame-src 'none'",
            "frame-ancestors 'none'",
            "base-uri 'self'",
            "form-action 'self'",
        )
    )


def _always(settings: Settings) -> list[Header]:
    named = {
        "content-security-policy": content_policy(settings),
        "x-content-type-options": "nosniff",
        "x-frame-options": "DENY",
        "referrer-policy": "same-origin",
        "cross-origin-opener-policy": "same-origin",
        "permissions-policy": "camera=(), microphone=(), geolocation=(), payment=()",
    }
    if settings.is_https:
        named["strict-transport-security"] = _HSTS
    return [(name.encode(), value.encode()) for name, value in named.items()]


async def _not_found(send: Send) -> None:
    headers = [(b"content-type", b"text/plain; charset=utf-8"), (b"cache-control", b"no-store")]
    await send({"type": "http.response.start", "status": 404, "headers": headers})
    await send({"type": "http.response.body", "body": b"Not found"})
