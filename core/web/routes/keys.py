"""`/.well-known/jwks.json`: the public halves of the keys that sign persons' tokens for Supabase.

Beside it the little that a reader of OpenID Connect discovery asks for, so that a project can be
told our address alone (RFC 8414; Supabase, "Third-party auth").
"""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from core.security.signing import ALGORITHM
from core.web.services import Services

_KEYS = "/.well-known/jwks.json"
_KEPT = {"cache-control": "public, max-age=300"}


def routes(services: Services) -> list[Route]:
    """Return both routes. Anybody may read them; without a Supabase project there are none."""
    project = services.project
    if project is None:
        return []
    mint = project.mint

    async def keys(request: Request) -> Response:
        return JSONResponse(mint.keys.published(), headers=_KEPT)

    async def discovery(request: Request) -> Response:
        body = {
            "issuer": mint.issuer,
            "jwks_uri": f"{mint.issuer}{_KEYS}",
            "id_token_signing_alg_values_supported": [ALGORITHM],
        }
        return JSONResponse(body, headers=_KEPT)

    return [Route(_KEYS, keys), Route("/.well-known/openid-configuration", discovery)]
