"""Wrong ID tokens on demand: each way in which a token must be refused.

Source: OpenID Connect Core section 3.1.3.7; RFC 8725 for the attacks on algorithms.
"""

from __future__ import annotations

import hmac
from base64 import urlsafe_b64encode
from enum import StrEnum
from typing import Any

import orjson
from joserfc import jwt
from joserfc.jwk import RSAKey

_HOUR = 3600


class Lie(StrEnum):
    """What is wrong with the next ID tokens."""

    ISSUER = "iss"
    AUDIENCE = "aud"
    AUTHORIZED_PARTY = "azp"
    NONCE = "nonce"
    ALGORITHM_NONE = "alg_none"
    HMAC_WITH_PUBLIC_KEY = "hs256_public_key"
    EXPIRED = "expired"
    FUTURE = "iat_future"
    NO_SUBJECT = "no_sub"
    UNKNOWN_KEY = "unknown_kid"
    SIGNATURE = "tampered_signature"
    USERINFO_SUBJECT = "userinfo_sub"


def signed(claims: dict[str, Any], key: RSAKey, lie: Lie | None) -> str:
    """Return the ID token, wrong in the one way that is asked for."""
    claims = _bent(claims, lie)
    header = {"alg": "RS256", "kid": key.kid, "typ": "JWT"}
    match lie:
        case Lie.ALGORITHM_NONE:
            return f"{_part({'alg': 'none', 'typ': 'JWT'})}.{_part(claims)}."
        case Lie.HMAC_WITH_PUBLIC_KEY:
            signed_part = f"{_part({**header, 'alg': 'HS256'})}.{_part(claims)}"
            mac = hmac.digest(key.as_pem(private=False), signed_part.encode(), "sha256")
            return f"{signed_part}.{_base64(mac)}"
        case Lie.UNKNOWN_KEY:
            stranger = RSAKey.generate_key(2048)
            return jwt.encode({**header, "kid": "no-such-key"}, claims, stranger)
        case Lie.SIGNATURE:
            head, payload, signature = jwt.encode(header, claims, key).split(".")
            return f"{head}.{payload}.{signature[:20]}{signature[20:][::-1]}"
        case _:
            return jwt.encode(header, claims, key)


def _bent(claims: dict[str, Any], lie: Lie | None) -> dict[str, Any]:
    now = claims["iat"]
    match lie:
        case Lie.ISSUER:
            return {**claims, "iss": "https://issuer.evil.example"}
        case Lie.AUDIENCE:
            return {**claims, "aud": "another-client"}
        case Lie.AUTHORIZED_PARTY:
            return {**claims, "aud": [claims["aud"], "another-client"], "azp": "another-client"}
        case Lie.NONCE:
            return {**claims, "nonce": "another-nonce"}
        case Lie.EXPIRED:
            return {**claims, "iat": now - 3 * _HOUR, "exp": now - 2 * _HOUR}
        case Lie.FUTURE:
            return {**claims, "iat": now + 3 * _HOUR, "exp": now + 4 * _HOUR}
        case Lie.NO_SUBJECT:
            return {name: value for name, value in claims.items() if name != "sub"}
        case _:
            return claims


def _part(value: dict[str, Any]) -> str:
    return _base64(orjson.dumps(value))


def _base64(raw: bytes) -> str:
    return urlsafe_b64encode(raw).decode().rstrip("=")
