"""The doors to a login and to an invitation: plain links, so that they work without a socket."""

from __future__ import annotations

from collections.abc import Collection
from datetime import timedelta

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from core.web import wanted
from core.web.cookies import set_cookie
from core.web.services import Services
from core.web.streamlit_internals import login_path

INVITATION_LIFETIME = timedelta(hours=1)
_TOKEN_CHARACTERS = 100


def routes(services: Services, screens: Collection[str]) -> list[Route]:
    """Return `/login?next=…` and `/invitations/{token}`."""
    secure = services.settings.is_https

    def answer(location: str, cookie: str, value: str, lifetime: timedelta) -> Response:
        redirect = RedirectResponse(location, 303)
        kept = set_cookie(cookie, value, lifetime=lifetime, secure=secure)
        redirect.headers.append("set-cookie", kept)
        return redirect

    async def login(request: Request) -> Response:
        """Remember where the visitor wants to go, and hand over to Streamlit's own login."""
        path = wanted.own_path(request.query_params.get("next", wanted.HOME), screens)
        sealed = wanted.sealed(path, services.web_key, services.clock.now())
        return answer(login_path(), services.cookies.wanted, sealed, wanted.WANTED_LIFETIME)

    async def invitation(request: Request) -> Response:
        """Take the token out of the address at once, and show the invitation's own screen."""
        token = str(request.path_params["token"])[:_TOKEN_CHARACTERS]
        plain = token if token.replace("-", "").replace("_", "").isalnum() else ""
        return answer("/invitation", services.cookies.invitation, plain, INVITATION_LIFETIME)

    return [Route("/login", login), Route("/invitations/{token}", invitation)]
