"""The web process's own key: for what it must read back itself, minutes later.

PKCE verifiers are encrypted with it, short-lived cookie values are signed with it. Each
purpose has a key of its own, derived from WEB_KEY (RFC 5869). Losing WEB_KEY loses nothing
but log-ins and links that are under way.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import os
from datetime import datetime
from typing import Self

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from core.errors import Unopenable
from core.security import keytext
from core.security.secret import Secret

_NONCE_BYTES = 12


class WebKey:
    """Encrypts and signs short-lived values of the web process."""

    def __init__(self, key: bytes) -> None:
        self._key = key

    @classmethod
    def from_setting(cls, text: Secret) -> Self:
        """Return the key of `WEB_KEY`. Raises OurConfig when it is short or a sample."""
        return cls(keytext.read(text.reveal(), "WEB_KEY"))

    def encrypt(self, value: Secret, *, purpose: str, context: str) -> bytes:
        """Return nonce and AES-256-GCM ciphertext, bound to `purpose` and `context`."""
        nonce = os.urandom(_NONCE_BYTES)
        box = AESGCM(self._derived("encrypt", purpose))
        return nonce + box.encrypt(nonce, value.reveal().encode(), context.encode())

    def decrypt(self, box: bytes, *, purpose: str, context: str) -> Secret:
        """Return what was encrypted. Raises Unopenable for another key, purpose or context."""
        cipher = AESGCM(self._derived("encrypt", purpose))
        try:
            plain = cipher.decrypt(box[:_NONCE_BYTES], box[_NONCE_BYTES:], context.encode())
        except (InvalidTag, ValueError):
            raise Unopenable(f"A value kept for {purpose} does not open.") from None
        return Secret(plain.decode())

    def sign(self, value: str, *, purpose: str, expires_at: datetime) -> str:
        """Return `value` with its end and an HMAC-SHA256, fit for a cookie: three dotted parts."""
        body = f"{_encoded(value.encode())}.{int(expires_at.timestamp())}"
        return f"{body}.{_encoded(self._mac(body, purpose))}"

    def verified(self, signed: str, *, purpose: str, now: datetime) -> str | None:
        """Return the value that was signed, or None when forged, altered or over its end."""
        body, _, mac = signed.rpartition(".")
        value, _, end = body.partition(".")
        try:
            genuine = hmac.compare_digest(_decoded(mac), self._mac(body, purpose))
            live = genuine and now.timestamp() < int(end)
            return _decoded(value).decode() if live else None
        except (binascii.Error, ValueError):
            return None

    def _mac(self, body: str, purpose: str) -> bytes:
        return hmac.digest(self._derived("sign", purpose), body.encode(), hashlib.sha256)

    def _derived(self, use: str, purpose: str) -> bytes:
        info = f"flightdeck/web/1/{use}/{purpose}".encode()
        return HKDF(SHA256(), keytext.KEY_BYTES, salt=None, info=info).derive(self._key)


def _encoded(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def _decoded(text: str) -> bytes:
    return base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
