from __future__ import annotations

import hashlib

from core.security.secret import Secret
from core.security.tokens import new_id, new_token, same, token_hash


def test_tokens_carry_256_bits_and_never_repeat() -> None:
    tokens = {new_token().reveal() for _ in range(1000)}
    assert len(tokens) == 1000
    assert {len(token) for token in tokens} == {43}  # 256 bits at six a character


def test_ids_say_what_they_name() -> None:
    assert new_id("org").startswith("org_")
    assert len({new_id("org") for _ in range(1000)}) == 1000


def test_the_hash_is_sha256_in_hex() -> None:
    assert token_hash(Secret("abc")) == hashlib.sha256(b"abc").hexdigest()


def test_comparison_is_exact_also_outside_ascii() -> None:
    assert same("straße", "straße")
    assert not same("strasse", "straße")
    assert not same("a", "a ")
