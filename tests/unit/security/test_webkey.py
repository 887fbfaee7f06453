from __future__ import annotations

import os
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.errors import OurConfig, Unopenable
from core.security.secret import Secret
from core.security.webkey import WebKey

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
LATER = NOW + timedelta(minutes=10)
KEY = WebKey(os.urandom(32))


def test_a_verifier_opens_for_its_own_state_only() -> None:
    box = KEY.encrypt(Secret("verifier"), purpose="pkce", context="state-1")
    assert KEY.decrypt(box, purpose="pkce", context="state-1") == Secret("verifier")
    for purpose, context in (("pkce", "state-2"), ("other", "state-1")):
        with pytest.raises(Unopenable):
            KEY.decrypt(box, purpose=purpose, context=context)


def test_another_key_or_an_altered_box_does_not_open() -> None:
    box = KEY.encrypt(Secret("verifier"), purpose="pkce", context="s")
    altered = box[:-1] + bytes([box[-1] ^ 1])
    for key, given_box in (
        (WebKey(os.urandom(32)), box),
        (KEY, altered),
        (KEY, b""),
        (KEY, box[:12]),
    ):
        with pytest.raises(Unopenable):
            key.decrypt(given_box, purpose="pkce", context="s")


def test_a_signed_value_is_read_until_its_end_and_not_at_it() -> None:
    signed = KEY.sign("/pacing?adv=1", purpose="wanted", expires_at=LATER)
    assert KEY.verified(signed, purpose="wanted", now=NOW) == "/pacing?adv=1"
    just_before = LATER - timedelta(microseconds=1)
    assert KEY.verified(signed, purpose="wanted", now=just_before) == "/pacing?adv=1"
    assert KEY.verified(signed, purpose="wanted", now=LATER) is None


def test_a_signed_value_is_bound_to_its_purpose_and_key() -> None:
    signed = KEY.sign("x", purpose="wanted", expires_at=LATER)
    assert KEY.verified(signed, purpose="flash", now=NOW) is None
    assert WebKey(os.urandom(32)).verified(signed, purpose="wanted", now=NOW) is None


def test_neither_value_nor_end_can_be_exchanged() -> None:
    one = KEY.sign("one", purpose="p", expires_at=LATER).split(".")
    two = KEY.sign("two", purpose="p", expires_at=LATER + timedelta(days=9)).split(".")
    for forged in ([two[0], *one[1:]], [one[0], two[1], one[2]], [*one[:2], two[2]]):
        assert KEY.verified(".".join(forged), purpose="p", now=NOW) is None


@given(st.text(max_size=60))
def test_any_text_that_was_not_signed_is_nothing(text: str) -> None:
    assert KEY.verified(text, purpose="p", now=NOW) is None


@given(st.text(st.characters(exclude_categories=["Cs"])))
def test_any_text_survives_signing_and_is_fit_for_a_cookie(text: str) -> None:
    signed = KEY.sign(text, purpose="p", expires_at=LATER)
    assert KEY.verified(signed, purpose="p", now=NOW) == text
    assert signed.replace(".", "").replace("-", "").replace("_", "").isalnum()


def test_a_sample_key_is_refused() -> None:
    with pytest.raises(OurConfig, match="WEB_KEY"):
        WebKey.from_setting(Secret("A" * 43))
