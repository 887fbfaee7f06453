"""`GET /user/profile`: who the Amazon user behind an access token is."""

from __future__ import annotations

import uuid
from dataclasses import dataclass

from starlette.requests import Request
from starlette.responses import Response

from sandbox.answers import Refusal, json_answer
from sandbox.login.tokens import Tokens
from sandbox.world.world import AmazonUser


@dataclass(frozen=True)
class UserProfile:
    """Answers to the scope `profile` alone."""

    users: dict[str, AmazonUser]
    tokens: Tokens

    async def answer(self, request: Request) -> Response:
        """Answer one request."""
        token = request.headers.get("authorization", "").removeprefix("Bearer ").strip()
        token = token or request.query_params.get("access_token", "")
        if not token:
            missing = "The request is missing a required parameter : access_token"
            raise _refused(400, "invalid_request", missing)
        grant = self.tokens.bearer(token)
        if grant is None:
            wrong = "The request has an invalid parameter : access_token"
            raise _refused(401, "invalid_token", wrong)
        if not grant.allows("profile"):
            narrow = "The access token does not have the scope profile"
            raise _refused(403, "insufficient_scope", narrow)
        user = self.users.get(grant.user_id)
        known = {"name": user.name, "email": user.email} if user else {}
        return json_answer({"user_id": grant.user_id, **known})


def _refused(status: int, error: str, description: str) -> Refusal:
    body = {
        "error": error,
        "error_description": description,
        "request_id": str(uuid.uuid4()),
    }
    return Refusal(status, body)
