"""Sealing of Amazon's tokens: one process can close the box, another one open it.

HPKE in base mode (RFC 9180 §5.1.1) with X25519, HKDF-SHA256 and AES-256-GCM. The web process
holds public keys and a `Sealer`; only the scheduler holds private keys and an `Opener`. The
organization, the connection, the purpose and the key's id are HPKE's `info` (§8.1), so a
ciphertext moved to another row, or to another column of its row, does not open.

Base mode does not prove who sealed: docs/security.md says what that allows and what limits it.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Self

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.hpke import AEAD, KDF, KEM, Suite

from core.errors import OurConfig, Unopenable
from core.security import keytext
from core.security.secret import Secret

_SUITE = Suite(KEM.X25519, KDF.HKDF_SHA256, AEAD.AES_256_GCM)


class Purpose(StrEnum):
    """What a sealed value is for."""

    REFRESH_TOKEN = "refresh-token"  # noqa: S105
    ACCESS_TOKEN = "access-token"  # noqa: S105


@dataclass(frozen=True, slots=True)
class SealContext:
    """Where a sealed value belongs; it opens nowhere else."""

    org_id: str
    connection_id: str
    purpose: Purpose

    def info(self, key_id: str) -> bytes:
        """Return HPKE's `info`: each part after its length, so that no two contexts meet."""
        parts = ("flightdeck/seal/1", self.org_id, self.connection_id, self.purpose, key_id)
        return b"".join(len(p.encode()).to_bytes(4) + p.encode() for p in parts)


@dataclass(frozen=True, slots=True)
class Sealed:
    """A closed box: HPKE's `enc || ct` and the id of the key that opens it."""

    key_id: str
    box: bytes


class Sealer:
    """Closes boxes. Holds public keys only; the first one listed is used."""

    def __init__(self, public_keys: dict[str, bytes]) -> None:
        self._keys = public_keys
        self.active_key_id = next(iter(public_keys))
        self._active = X25519PublicKey.from_public_bytes(public_keys[self.active_key_id])

    @classmethod
    def from_setting(cls, text: str) -> Self:
        """Return a sealer for `SEALING_PUBLIC_KEYS` ("id:key,id:key").

        Raises OurConfig when a key is missing, short, a sample, doubled or under a wrong id.
        """
        keys = keytext.read_listed(text, "SEALING_PUBLIC_KEYS")
        for name, key in keys.items():
            _require_id(name, key, "SEALING_PUBLIC_KEYS")
        return cls(keys)

    @property
    def key_ids(self) -> frozenset[str]:
        """Return the ids of all keys listed."""
        return frozenset(self._keys)

    def seal(self, value: Secret, context: SealContext) -> Sealed:
        """Return `value` in a box that opens only in `context`; a new box each time."""
        info = context.info(self.active_key_id)
        return Sealed(
            self.active_key_id, _SUITE.encrypt(value.reveal().encode(), self._active, info)
        )

    def is_current(self, sealed: Sealed) -> bool:
        """Return whether the box was closed under the active key."""
        return sealed.key_id == self.active_key_id


class Opener:
    """Opens boxes. Exists only where the private keys are: in the scheduler."""

    def __init__(self, private_keys: dict[str, bytes]) -> None:
        self._keys = {
            name: X25519PrivateKey.from_private_bytes(key) for name, key in private_keys.items()
        }

    @classmethod
    def from_setting(cls, text: Secret) -> Self:
        """Return an opener for `SEALING_PRIVATE_KEYS` ("id:key,id:key").

        Raises OurConfig as `Sealer.from_setting` does; ids are checked against the public
        halves, so a wrong private key is refused here and not at the first refresh.
        """
        opener = cls(keytext.read_listed(text.reveal(), "SEALING_PRIVATE_KEYS"))
        for name, key in opener._keys.items():
            _require_id(name, key.public_key().public_bytes_raw(), "SEALING_PRIVATE_KEYS")
        return opener

    @property
    def key_ids(self) -> frozenset[str]:
        """Return the ids of all keys held."""
        return frozenset(self._keys)

    def open(self, sealed: Sealed, context: SealContext) -> Secret:
        """Return what was sealed.

        Raises Unopenable, which names the key and the connection, when the key is not held or
        when the box was altered or belongs to another context.
        """
        key = self._keys.get(sealed.key_id)
        where = f"The {context.purpose} of connection {context.connection_id}"
        if key is None:
            raise Unopenable(f"{where} is sealed under the key {sealed.key_id}, not held here.")
        try:
            opened = _SUITE.decrypt(sealed.box, key, context.info(sealed.key_id))
        except (InvalidTag, ValueError):
            raise Unopenable(f"{where} does not open under the key {sealed.key_id}.") from None
        return Secret(opened.decode())

    def require(self, key_ids: Iterable[str], where: str) -> None:
        """Raise OurConfig unless every one of `key_ids`, used `where`, is held."""
        missing = sorted(set(key_ids) - self.key_ids)
        if missing:
            raise OurConfig(f"SEALING_PRIVATE_KEYS lacks {', '.join(missing)}, used in {where}.")


def _require_id(name: str, public: bytes, setting: str) -> None:
    if name != keytext.key_id(public):
        raise OurConfig(
            f"{setting}: the key written under {name} is another key ({keytext.key_id(public)})."
        )
