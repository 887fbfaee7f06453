"""Tokens by which a person is known to Supabase for some minutes, signed by the web process.

The login keeps no token that could be renewed and passed on, so the web mints one for each
request: who issued it (PUBLIC_URL), our own user id as `sub`, the organization it is about, the
database role that PostgREST takes on, and the id of the key. PostgREST finds that key among the
ones imported into the project, or at our `/.well-known/jwks.json` (RFC 7517, RFC 7519).

The first key of SUPABASE_SIGNING_KEYS signs, every one of them is published. A new key is
therefore added last, and moved to the front once everybody knows it.
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Self

from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import RSAKey

from core.domain.ids import OrgId, UserId
from core.errors import OurConfig
from core.security.secret import Secret

SETTING = "SUPABASE_SIGNING_KEYS"
ALGORITHM = "RS256"
AUDIENCE = "authenticated"  # what Supabase's own tokens of a person bear
DATABASE_ROLE = "authenticated"
_BITS = 2048
_HOW = " `python -m core.security.keys signing add` makes one."


@dataclass(frozen=True, slots=True)
class SigningKey:
    """A private RSA key under its id, which is its thumbprint (RFC 7638)."""

    key: RSAKey = field(repr=False)

    @classmethod
    def generate(cls) -> Self:
        """Return a new key."""
        return cls(RSAKey.generate_key(_BITS, auto_kid=False))

    @classmethod
    def read(cls, text: str) -> Self:
        """Return the key of PKCS #8 in base64. Raises OurConfig, never showing the text."""
        try:
            raw = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
            key = RSAKey.import_key(_pem(raw))
        except (binascii.Error, ValueError, JoseError):
            raise OurConfig(f"{SETTING} holds no private RSA key in base64.{_HOW}") from None
        if not key.is_private:
            raise OurConfig(f"{SETTING} holds a public key where a private one signs.{_HOW}")
        return cls(key)

    @property
    def id(self) -> str:
        """Return its id, which a token's header names."""
        return str(self.key.thumbprint())

    @property
    def text(self) -> str:
        """Return it as the setting holds it."""
        der = self.key.as_der(private=True)
        return base64.urlsafe_b64encode(der).rstrip(b"=").decode()

    def public(self) -> dict[str, Any]:
        """Return the public half as it is published: a JWK."""
        return {**self.key.as_dict(private=False), **self._meant()}

    def private(self) -> dict[str, Any]:
        """Return the whole key as a JWK: what is imported into a Supabase project."""
        return {**self.key.as_dict(private=True), **self._meant()}

    def _meant(self) -> dict[str, Any]:
        return {"kid": self.id, "alg": ALGORITHM, "use": "sig"}


class SigningKeys:
    """The keys of the setting: the first one signs."""

    def __init__(self, keys: Sequence[SigningKey]) -> None:
        self.keys = tuple(keys)

    @classmethod
    def from_setting(cls, text: Secret) -> Self:
        """Return the keys of "key,key". Raises OurConfig for none, a wrong one, or one twice."""
        parts = [part.strip() for part in text.reveal().split(",")]
        keys = [SigningKey.read(part) for part in parts if part]
        if not keys:
            raise OurConfig(f"{SETTING} is empty.{_HOW}")
        if len({key.id for key in keys}) < len(keys):
            raise OurConfig(f"{SETTING} holds a key twice.")
        return cls(keys)

    @property
    def text(self) -> str:
        """Return the keys as the setting holds them."""
        return ",".join(key.text for key in self.keys)

    def added(self) -> Self:
        """Return the keys with a new one last: published, and not signing yet."""
        return type(self)((*self.keys, SigningKey.generate()))

    def promoted(self) -> Self:
        """Return the keys with the last one first: it signs, the others are still published."""
        return type(self)((self.keys[-1], *self.keys[:-1]))

    def published(self) -> dict[str, Any]:
        """Return the JWK set that anybody may read."""
        return {"keys": [key.public() for key in self.keys]}


@dataclass(frozen=True, slots=True)
class TokenMint:
    """Makes tokens. `lifetime` is that of each."""

    keys: SigningKeys
    issuer: str
    lifetime: timedelta

    def token(self, user_id: UserId, org_id: OrgId, now: datetime) -> Secret:
        """Return a token of this person in this organization, valid from now."""
        key = self.keys.keys[0]
        claims = {
            "iss": self.issuer,
            "sub": user_id,
            "aud": AUDIENCE,
            "role": DATABASE_ROLE,
            "org": org_id,
            "iat": int(now.timestamp()),
            "exp": int((now + self.lifetime).timestamp()),
        }
        header = {"alg": ALGORITHM, "kid": key.id, "typ": "JWT"}
        return Secret(jwt.encode(header, claims, key.key, algorithms=[ALGORITHM]))


def _pem(der: bytes) -> bytes:
    body = base64.encodebytes(der)
    return b"-----BEGIN PRIVATE KEY-----\n" + body + b"-----END PRIVATE KEY-----\n"
