"""Keys as they stand in the environment: 32 bytes in base64, some with an id before them.

A sealing key's id is made from its public half, so a key that was cut, mixed up or pasted
under another's id is found when a process starts and not when a token is next needed.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
from itertools import pairwise

from core.errors import OurConfig

KEY_BYTES = 32
# 32 random bytes hold about 30 different ones; fewer than 16 happens by chance once in 10^13.
_DISTINCT_BYTES_MIN = 16


def key_id(public: bytes) -> str:
    """Return the id of the sealing key whose public half is `public`: "k" and 12 hex digits."""
    return "k" + hashlib.sha256(b"flightdeck sealing key" + public).hexdigest()[:12]


def written(key: bytes) -> str:
    """Return a key's bytes as URL-safe base64 without padding."""
    return base64.urlsafe_b64encode(key).rstrip(b"=").decode()


def read(text: str, setting: str) -> bytes:
    """Return the 32 bytes of a key written in base64, standard or URL-safe.

    Raises OurConfig naming `setting`, and never the text, when it is not base64, not 32
    bytes long, or not random (a sample, a repeated letter, a counted-up row).
    """
    try:
        raw = text.strip().translate(str.maketrans("-_", "+/")).rstrip("=")
        key = base64.b64decode(raw + "=" * (-len(raw) % 4), validate=True)
    except (binascii.Error, ValueError):
        raise OurConfig(f"{setting} is not base64.{_HOW}") from None
    if len(key) != KEY_BYTES:
        raise OurConfig(f"{setting} is {len(key)} bytes long, not {KEY_BYTES}.{_HOW}")
    if _looks_made_up(key):
        raise OurConfig(f"{setting} is not random: it looks like a sample.{_HOW}")
    return key


def read_listed(text: str, setting: str) -> dict[str, bytes]:
    """Return the keys of "id:key,id:key" in the order written; the first is the active one.

    Raises OurConfig when there is none, when an id or a key comes twice, or as `read` does.
    """
    keys: dict[str, bytes] = {}
    for entry in filter(None, (part.strip() for part in text.split(","))):
        name, colon, value = entry.partition(":")
        if not colon:
            raise OurConfig(f"{setting} needs an id before each key (id:key).{_HOW}")
        key = read(value, f"{setting} ({name})")
        if name in keys or key in keys.values():
            raise OurConfig(f"{setting} holds the key {name} twice.")
        keys[name] = key
    if not keys:
        raise OurConfig(f"{setting} is empty.{_HOW}")
    return keys


def _looks_made_up(key: bytes) -> bool:
    steps = {(b - a) % 256 for a, b in pairwise(key)}
    printable = all(32 <= byte < 127 for byte in key)
    return len(set(key)) < _DISTINCT_BYTES_MIN or len(steps) == 1 or printable


_HOW = " `python -m core.security.keys generate` makes one."
