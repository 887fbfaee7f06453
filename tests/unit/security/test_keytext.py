from __future__ import annotations

import base64
import hashlib
import os

import pytest

from core.errors import OurConfig
from core.security import keytext

# Not os.urandom: the cases are collected by several workers, who must see the same ones.
RANDOM, OTHER = (hashlib.sha256(seed).digest() for seed in (b"one key", b"another key"))


@pytest.mark.parametrize("encode", [base64.b64encode, base64.urlsafe_b64encode])
def test_standard_and_url_safe_base64_are_read_with_or_without_padding(encode) -> None:
    text = encode(RANDOM).decode()
    assert keytext.read(text, "WEB_KEY") == RANDOM
    assert keytext.read(f"  {text.rstrip('=')}\n", "WEB_KEY") == RANDOM


def test_a_written_key_reads_back() -> None:
    assert keytext.read(keytext.written(RANDOM), "WEB_KEY") == RANDOM


@pytest.mark.parametrize(
    ("key", "says"),
    [
        (bytes(32), "sample"),
        (b"a" * 32, "sample"),
        (bytes(range(32)), "sample"),
        (bytes(range(100, 68, -1)), "sample"),
        (b"change-me-change-me-change-me-32", "sample"),
        (b"0123456789abcdefABCDEF!?+-*/=()&", "sample"),
        (RANDOM[:31], "31 bytes"),
        (RANDOM[:16], "16 bytes"),
        (RANDOM + b"x", "33 bytes"),
        (b"", "0 bytes"),
    ],
)
def test_short_long_and_sample_keys_are_refused(key: bytes, says: str) -> None:
    with pytest.raises(OurConfig, match=f"^WEB_KEY is .*{says}") as refused:
        keytext.read(base64.b64encode(key).decode(), "WEB_KEY")
    assert "core.security.keys generate" in str(refused.value)


@pytest.mark.parametrize("text", ["not base64!", "äöü", "abcde", "?===", "your-key-here, please"])
def test_text_that_is_no_key_is_refused_and_not_repeated(text: str) -> None:
    with pytest.raises(OurConfig, match=r"^WEB_KEY is") as refused:
        keytext.read(text, "WEB_KEY")
    assert text not in str(refused.value)


def test_a_list_keeps_its_order_and_the_first_is_active() -> None:
    other = os.urandom(32)
    listed = f"k2:{keytext.written(other)}, k1:{keytext.written(RANDOM)},"
    assert list(keytext.read_listed(listed, "S").items()) == [("k2", other), ("k1", RANDOM)]


@pytest.mark.parametrize(
    ("listed", "says"),
    [
        ("", "S is empty"),
        (" , ", "S is empty"),
        (keytext.written(RANDOM), "needs an id"),
        (f"k1:{keytext.written(RANDOM)},k1:{keytext.written(OTHER)}", "k1 twice"),
        (f"k1:{keytext.written(RANDOM)},k2:{keytext.written(RANDOM)}", "k2 twice"),
        ("k1:", r"S \(k1\) is 0 bytes"),
    ],
)
def test_a_list_with_a_fault_is_refused(listed: str, says: str) -> None:
    with pytest.raises(OurConfig, match=says):
        keytext.read_listed(listed, "S")


def test_random_keys_are_never_taken_for_samples() -> None:
    for _ in range(2000):
        keytext.read(keytext.written(os.urandom(32)), "WEB_KEY")
