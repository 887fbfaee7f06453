"""Passwords of share links: kept so that who reads the database still has to guess each one.

scrypt with 64 MB and two passes (RFC 7914; OWASP, "Password Storage Cheat Sheet", 2025).
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import secrets
from threading import BoundedSemaphore

from core.errors import UserError
from core.security.secret import Secret

SHORTEST, LONGEST = 8, 200
_COST, _BLOCK, _PASSES = 2**16, 8, 2
_MEMORY_BYTES = 192 * 2**20
_SALT_BYTES, _KEY_BYTES = 16, 32
# Each takes 64 MB for a tenth of a second: two at once are as fast as more.
_gate = BoundedSemaphore(2)


def password_hash(password: Secret) -> str:
    """Return what is kept of a password. Raises UserError for one too short or too long."""
    if not SHORTEST <= len(password.reveal()) <= LONGEST:
        raise UserError(f"A password has {SHORTEST} to {LONGEST} characters.")
    salt = secrets.token_bytes(_SALT_BYTES)
    return f"scrypt:{_text(salt)}:{_text(_derived(password, salt))}"


def is_password(password: Secret, kept: str) -> bool:
    """Return whether a password is the one that was kept."""
    _, salt, key = kept.split(":")
    if len(password.reveal()) > LONGEST:
        return False
    return hmac.compare_digest(_derived(password, _bytes(salt)), _bytes(key))


def _derived(password: Secret, salt: bytes) -> bytes:
    with _gate:
        return hashlib.scrypt(
            password.reveal().encode(), salt=salt, n=_COST, r=_BLOCK, p=_PASSES,
            maxmem=_MEMORY_BYTES, dklen=_KEY_BYTES,
        )  # fmt: skip


def _text(raw: bytes) -> str:
    return base64.b64encode(raw).decode()


def _bytes(text: str) -> bytes:
    return base64.b64decode(text)
