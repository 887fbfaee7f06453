"""Tokens that we hand out: 256 random bits to the holder, their hash to the database."""

from __future__ import annotations

import hashlib
import secrets
from hmac import compare_digest

from core.security.secret import Secret

_TOKEN_BYTES = 32


def new_token() -> Secret:
    """Return 256 random bits as URL-safe text of 43 characters."""
    return Secret(secrets.token_urlsafe(_TOKEN_BYTES))


def new_id(prefix: str) -> str:
    """Return an opaque id, "prefix_" and 128 random bits in hex. It names; it grants nothing."""
    return f"{prefix}_{secrets.token_hex(16)}"


def token_hash(token: Secret) -> str:
    """Return the SHA-256 of a token in hex, as the database keeps it.

    A plain hash is right here: the tokens are random, so there is nothing to guess
    (NIST SP 800-63B §5.1.2.2 asks for salt below 112 bits only).
    """
    return hashlib.sha256(token.reveal().encode()).hexdigest()


def same(one: str, other: str) -> bool:
    """Return whether two texts are equal, in a time that does not tell where they differ."""
    return compare_digest(one.encode(), other.encode())
