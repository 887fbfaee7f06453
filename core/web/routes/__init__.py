"""The HTTP routes that stand beside the pages, and the middleware around everything."""

from __future__ import annotations

from collections.abc import Collection

from starlette.middleware import Middleware
from starlette.routing import BaseRoute

from core.web.headers import HardHeaders
from core.web.login import LoginSessions
from core.web.routes import amazon, api, downloads, files, health, keys, login, shared, unsubscribe
from core.web.services import Services


def all_routes(services: Services, screens: Collection[str]) -> list[BaseRoute]:
    """Return every route of ours, in the order they are tried."""
    return [
        *health.routes(services),
        *keys.routes(services),
        *login.routes(services, screens),
        *amazon.routes(services),
        *downloads.routes(services),
        *files.routes(services),
        *shared.routes(services),
        *unsubscribe.routes(services),
        *api.routes(services),
    ]


def all_middleware(services: Services, screens: Collection[str]) -> list[Middleware]:
    """Return our middleware, the outermost first; Streamlit's own stands inside it."""
    return [
        Middleware(HardHeaders, settings=services.settings),
        Middleware(LoginSessions, services=services, screens=screens),
    ]
