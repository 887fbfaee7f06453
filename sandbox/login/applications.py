"""The applications that are registered here, with plainly made-up credentials."""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import sha256
from urllib.parse import urlsplit

from sandbox.options import AMAZON_CALLBACK, LOGIN_CALLBACK, Options

SCOPES = frozenset(
    {
        "advertising::campaign_management",
        "advertising::audiences",
        "advertising::test:create_account",
        "cpc_advertising:campaign_management",
        "profile",
    }
)
_LOCAL = {"localhost", "127.0.0.1"}


@dataclass(frozen=True)
class Application:
    """A client of Login with Amazon or of the identity provider."""

    name: str
    client_id: str
    client_secret: str
    callback: str
    redirect_uris: tuple[str, ...]

    def accepts(self, redirect_uri: str) -> bool:
        """Return whether this return address is registered (RFC 6749 section 3.1.2.2)."""
        if self.redirect_uris:
            return redirect_uri in self.redirect_uris
        parts = urlsplit(redirect_uri)
        is_plain = parts.scheme == "http" and not parts.query and not parts.fragment
        return is_plain and parts.hostname in _LOCAL and parts.path == self.callback


def amazon_applications(options: Options) -> dict[str, Application]:
    """Return the two Amazon applications by client id."""
    built = (_amazon(name, options) for name in ("flightdeck-demo", "second-tool"))
    return {application.client_id: application for application in built}


def login_client(options: Options) -> Application:
    """Return the one client of the identity provider."""
    return Application(
        "flightdeck-demo-login",
        "sandbox-login-client",
        "sandbox-login-secret-not-a-real-one",
        LOGIN_CALLBACK,
        options.login_redirect_uris,
    )


def _amazon(name: str, options: Options) -> Application:
    digest = sha256(f"sandbox {name}".encode()).hexdigest()[:32]
    return Application(
        name,
        f"amzn1.application-oa2-client.{digest}",
        f"sandbox-secret-{name}-not-a-real-one",
        AMAZON_CALLBACK,
        options.redirect_uris,
    )
