"""What HPKE sealing promises: bound to its row, closed to the web, checked at start."""

from __future__ import annotations

import hashlib
import hmac

import pytest
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from core.errors import OurConfig, Unopenable
from core.security import keys, keytext
from core.security.sealing import Opener, Purpose, SealContext, Sealed, Sealer
from core.security.secret import Secret

CONTEXT = SealContext("org_a", "con_1", Purpose.REFRESH_TOKEN)
TOKEN = Secret("Atzr|IQEBLzAtAhRexample")


@pytest.fixture(scope="module")
def pair() -> dict[str, str]:
    return keys.generated()


@pytest.fixture
def sealer(pair: dict[str, str]) -> Sealer:
    return Sealer.from_setting(pair["SEALING_PUBLIC_KEYS"])


@pytest.fixture
def opener(pair: dict[str, str]) -> Opener:
    return Opener.from_setting(Secret(pair["SEALING_PRIVATE_KEYS"]))


def test_what_is_sealed_opens_in_its_own_context(sealer: Sealer, opener: Opener) -> None:
    assert opener.open(sealer.seal(TOKEN, CONTEXT), CONTEXT) == TOKEN


def test_each_box_is_new_and_does_not_show_the_text(sealer: Sealer) -> None:
    first, second = sealer.seal(TOKEN, CONTEXT), sealer.seal(TOKEN, CONTEXT)
    assert first.box != second.box
    assert TOKEN.reveal().encode() not in first.box


@pytest.mark.parametrize(
    "elsewhere",
    [
        SealContext("org_b", "con_1", Purpose.REFRESH_TOKEN),
        SealContext("org_a", "con_2", Purpose.REFRESH_TOKEN),
        SealContext("org_a", "con_1", Purpose.ACCESS_TOKEN),
        # the same letters, cut at another place
        SealContext("org_", "acon_1", Purpose.REFRESH_TOKEN),
    ],
)
def test_a_moved_box_does_not_open(sealer: Sealer, opener: Opener, elsewhere: SealContext) -> None:
    with pytest.raises(Unopenable, match=elsewhere.connection_id):
        opener.open(sealer.seal(TOKEN, CONTEXT), elsewhere)


@pytest.mark.parametrize("position", [0, 31, 32, -1])
def test_an_altered_box_does_not_open(sealer: Sealer, opener: Opener, position: int) -> None:
    sealed = sealer.seal(TOKEN, CONTEXT)
    box = bytearray(sealed.box)
    box[position] ^= 1
    with pytest.raises(Unopenable):
        opener.open(Sealed(sealed.key_id, bytes(box)), CONTEXT)


@pytest.mark.parametrize("box", [b"", b"short", bytes(48)])
def test_a_box_that_is_none_does_not_open(sealer: Sealer, opener: Opener, box: bytes) -> None:
    with pytest.raises(Unopenable):
        opener.open(Sealed(sealer.active_key_id, box), CONTEXT)


def test_a_box_under_a_key_not_held_names_the_key(opener: Opener) -> None:
    other = Sealer.from_setting(keys.generated()["SEALING_PUBLIC_KEYS"])
    sealed = other.seal(TOKEN, CONTEXT)
    with pytest.raises(Unopenable, match=sealed.key_id):
        opener.open(sealed, CONTEXT)


def test_a_box_relabelled_to_a_held_key_does_not_open(sealer: Sealer, opener: Opener) -> None:
    foreign = Sealer.from_setting(keys.generated()["SEALING_PUBLIC_KEYS"]).seal(TOKEN, CONTEXT)
    with pytest.raises(Unopenable):
        opener.open(Sealed(sealer.active_key_id, foreign.box), CONTEXT)


def test_the_refusal_shows_neither_token_nor_box(sealer: Sealer, opener: Opener) -> None:
    sealed = sealer.seal(TOKEN, CONTEXT)
    with pytest.raises(Unopenable) as refused:
        opener.open(sealed, SealContext("org_b", "con_1", Purpose.REFRESH_TOKEN))
    assert TOKEN.reveal() not in str(refused.value)
    assert refused.value.__cause__ is None
    assert refused.value.__suppress_context__


def test_the_box_is_what_rfc_9180_says(pair: dict[str, str], sealer: Sealer) -> None:
    """Open it with the RFC's own steps (§4.1, §5.1, §5.2), not with the library's HPKE."""
    sealed = sealer.seal(TOKEN, CONTEXT)
    private = X25519PrivateKey.from_private_bytes(
        keytext.read_listed(pair["SEALING_PRIVATE_KEYS"], "K")[sealed.key_id]
    )
    assert _open_by_the_rfc(sealed.box, private, CONTEXT.info(sealed.key_id)) == (
        TOKEN.reveal().encode()
    )


def _open_by_the_rfc(box: bytes, private: X25519PrivateKey, info: bytes) -> bytes:
    enc, ciphertext = box[:32], box[32:]
    kem, suite = b"KEM\x00\x20", b"HPKE\x00\x20\x00\x01\x00\x02"

    def extract(suite_id: bytes, salt: bytes, label: bytes, ikm: bytes) -> bytes:
        return hmac.digest(salt or bytes(32), b"HPKE-v1" + suite_id + label + ikm, "sha256")

    def expand(suite_id: bytes, prk: bytes, label: bytes, context: bytes, size: int) -> bytes:
        labelled = size.to_bytes(2, "big") + b"HPKE-v1" + suite_id + label + context
        return hmac.digest(prk, labelled + b"\x01", hashlib.sha256)[:size]

    public = private.public_key().public_bytes_raw()
    shared = private.exchange(X25519PublicKey.from_public_bytes(enc))
    eae = extract(kem, b"", b"eae_prk", shared)
    secret = expand(kem, eae, b"shared_secret", enc + public, 32)
    psk_id, hashed = (
        extract(suite, b"", b"psk_id_hash", b""),
        extract(suite, b"", b"info_hash", info),
    )
    context = b"\x00" + psk_id + hashed
    schedule = extract(suite, secret, b"secret", b"")
    key = expand(suite, schedule, b"key", context, 32)
    nonce = expand(suite, schedule, b"base_nonce", context, 12)
    return AESGCM(key).decrypt(nonce, ciphertext, b"")


def test_after_rotation_new_boxes_use_the_new_key_and_old_ones_still_open(
    pair: dict[str, str], sealer: Sealer
) -> None:
    before = sealer.seal(TOKEN, CONTEXT)
    added = keys.generated()
    both = Sealer.from_setting(f"{added['SEALING_PUBLIC_KEYS']},{pair['SEALING_PUBLIC_KEYS']}")
    opener = Opener.from_setting(
        Secret(f"{added['SEALING_PRIVATE_KEYS']},{pair['SEALING_PRIVATE_KEYS']}")
    )
    after = both.seal(TOKEN, CONTEXT)
    assert after.key_id != before.key_id
    assert both.is_current(after)
    assert not both.is_current(before)
    assert opener.open(before, CONTEXT) == opener.open(after, CONTEXT) == TOKEN


def test_a_private_key_under_anothers_id_is_refused_at_start(pair: dict[str, str]) -> None:
    name = pair["SEALING_PRIVATE_KEYS"].partition(":")[0]
    other = keys.generated()["SEALING_PRIVATE_KEYS"].partition(":")[2]
    with pytest.raises(OurConfig, match="is another key") as refused:
        Opener.from_setting(Secret(f"{name}:{other}"))
    assert other not in str(refused.value)


def test_a_public_key_under_anothers_id_is_refused_at_start(pair: dict[str, str]) -> None:
    name = pair["SEALING_PUBLIC_KEYS"].partition(":")[0]
    other = keys.generated()["SEALING_PUBLIC_KEYS"].partition(":")[2]
    with pytest.raises(OurConfig, match="is another key"):
        Sealer.from_setting(f"{name}:{other}")


def test_a_key_in_use_that_is_not_held_is_refused_at_start(opener: Opener) -> None:
    opener.require(opener.key_ids, "the database")
    with pytest.raises(OurConfig, match="lacks k000, used in the database"):
        opener.require({"k000", *opener.key_ids}, "the database")


def test_the_sealer_holds_nothing_that_opens(pair: dict[str, str], sealer: Sealer) -> None:
    private = keytext.read_listed(pair["SEALING_PRIVATE_KEYS"], "K")
    held = [value for value in vars(sealer).values() if not isinstance(value, str)]
    assert all(key not in repr(held).encode() for key in private.values())
    assert not hasattr(sealer, "open")
