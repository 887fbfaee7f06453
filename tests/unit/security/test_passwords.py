"""Passwords of share links are kept salted and slow, and compared whole."""

from __future__ import annotations

import pytest

from core.errors import UserError
from core.security.passwords import LONGEST, is_password, password_hash
from core.security.secret import Secret


def test_a_password_is_known_again_and_no_other_is() -> None:
    kept = password_hash(Secret("open sesame"))
    assert is_password(Secret("open sesame"), kept)
    assert not is_password(Secret("open sesame "), kept)
    assert not is_password(Secret(""), kept)
    assert not is_password(Secret("x" * (LONGEST + 1)), kept)


def test_what_is_kept_tells_nothing() -> None:
    first, second = (password_hash(Secret("open sesame")) for _ in range(2))
    assert first != second
    assert "sesame" not in first
    assert first.startswith("scrypt:")


@pytest.mark.parametrize("password", ["", "seven77", "x" * (LONGEST + 1)])
def test_one_too_short_or_too_long_is_refused(password: str) -> None:
    with pytest.raises(UserError):
        password_hash(Secret(password))
