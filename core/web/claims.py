"""Who a login says it is: the checked claims of an ID token (OpenID Connect Core 1.0 §3.1.3.7).

Authlib has verified signature, issuer, nonce and times before Streamlit wrote its cookie. What it
leaves open is checked here: that the token was meant for us alone, and that it names somebody.
Identity is (issuer, subject); an address is only shown and never joins two people.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Self

from core.errors import UserError


class LoginRefused(UserError):
    """The identity provider's answer cannot be trusted; the person may try again."""


@dataclass(frozen=True, slots=True)
class Claims:
    """What is taken from an ID token.

    `lifetime` is how long the provider vouches for it, from issue to expiry. It is counted from
    our own clock at login, so a skewed clock on either side neither shortens nor prolongs it.
    """

    issuer: str
    subject: str
    email: str | None
    email_verified: bool
    name: str | None
    lifetime: timedelta

    @classmethod
    def checked(cls, raw: Mapping[str, Any], *, client_id: str) -> Self:
        """Return the claims of `raw`. Raises LoginRefused naming the claim that is wrong."""
        issuer, subject = raw.get("iss"), raw.get("sub")
        if not isinstance(issuer, str) or not issuer:
            raise LoginRefused("The login names no issuer.")
        if not isinstance(subject, str) or not subject:
            raise LoginRefused("The login names nobody (no subject).")
        _check_audience(raw, client_id)
        return cls(
            issuer=issuer,
            subject=subject,
            email=_text(raw.get("email")),
            email_verified=raw.get("email_verified") is True,
            name=_text(raw.get("name")),
            lifetime=_lifetime(raw),
        )


def _check_audience(raw: Mapping[str, Any], client_id: str) -> None:
    audience = raw.get("aud")
    audiences = [audience] if isinstance(audience, str) else audience
    if not isinstance(audiences, list) or client_id not in audiences:
        raise LoginRefused("The login was meant for another application (audience).")
    party = raw.get("azp")
    if party is None and len(audiences) > 1:
        raise LoginRefused("The login names several applications and no authorized party.")
    if party is not None and party != client_id:
        raise LoginRefused("The login was meant for another application (authorized party).")


def _lifetime(raw: Mapping[str, Any]) -> timedelta:
    issued, expires = raw.get("iat"), raw.get("exp")
    if not isinstance(issued, int | float) or not isinstance(expires, int | float):
        raise LoginRefused("The login does not say how long it holds.")
    if expires <= issued:
        raise LoginRefused("The login had ended before it began.")
    return timedelta(seconds=expires - issued)


def _text(value: object) -> str | None:
    return value if isinstance(value, str) and value else None
