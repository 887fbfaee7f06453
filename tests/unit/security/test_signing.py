"""Keys that sign persons' tokens for Supabase: read, published, added, promoted."""

from __future__ import annotations

import json
import stat
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from joserfc import jwt
from joserfc.errors import BadSignatureError, InvalidKeyIdError
from joserfc.jwk import KeySet

from core.domain.ids import OrgId, UserId
from core.errors import OurConfig
from core.security import keys
from core.security.secret import Secret
from core.security.signing import ALGORITHM, SETTING, SigningKeys, TokenMint

NOW = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
ONE = SigningKeys(()).added()


def token_of(signing: SigningKeys) -> str:
    mint = TokenMint(signing, "https://flightdeck.example", timedelta(seconds=90))
    return mint.token(UserId("user_1"), OrgId("org_1"), NOW).reveal()


def read_with(published: dict[str, object], token: str) -> jwt.Token:
    return jwt.decode(token, KeySet.import_key_set(published), [ALGORITHM])  # type: ignore[arg-type]


def test_a_token_names_its_issuer_person_organization_and_minute() -> None:
    told = read_with(ONE.published(), token_of(ONE))
    assert told.header == {"alg": "RS256", "typ": "JWT", "kid": ONE.keys[0].id}
    assert told.claims == {
        "iss": "https://flightdeck.example",
        "sub": "user_1",
        "aud": "authenticated",
        "role": "authenticated",
        "org": "org_1",
        "iat": int(NOW.timestamp()),
        "exp": int(NOW.timestamp()) + 90,
    }


def test_what_is_published_signs_nothing() -> None:
    private = {"d", "p", "q", "dp", "dq", "qi"}
    for key in ONE.published()["keys"]:
        assert not private & set(key)
        assert (key["alg"], key["use"], key["kid"]) == ("RS256", "sig", ONE.keys[0].id)


def test_a_new_key_is_known_before_it_signs_and_the_old_one_after_it_did() -> None:
    added = ONE.added()
    promoted = added.promoted()
    assert read_with(ONE.published(), token_of(added)).claims["sub"] == "user_1"
    with pytest.raises((BadSignatureError, InvalidKeyIdError, ValueError)):
        read_with(ONE.published(), token_of(promoted))
    for signing in (ONE, added, promoted):
        assert read_with(added.published(), token_of(signing)).claims["sub"] == "user_1"
        assert read_with(promoted.published(), token_of(signing)).claims["sub"] == "user_1"


def test_the_setting_is_read_back() -> None:
    two = ONE.added()
    again = SigningKeys.from_setting(Secret(two.text))
    assert [key.id for key in again.keys] == [key.id for key in two.keys]


@pytest.mark.parametrize(
    "text", ["", " , ", "hunter2", "AAAA", ONE.text[:400], f"{ONE.text},{ONE.text}"]
)
def test_a_setting_that_holds_no_keys_is_refused_and_not_shown(text: str) -> None:
    with pytest.raises(OurConfig, match=SETTING) as refused:
        SigningKeys.from_setting(Secret(text))
    assert "hunter2" not in str(refused.value)


def test_keys_are_added_promoted_and_imported_by_the_command(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.delenv(SETTING, raising=False)
    found: dict[str, list[str]] = {}
    for name, step in [("1", "add"), ("2", "add"), ("3", "promote")]:
        path = tmp_path / name
        assert keys.main(["signing", step, "--into", str(path)]) == 0
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
        setting, _, text = path.read_text().strip().partition("=")
        assert setting == SETTING
        monkeypatch.setenv(SETTING, text)
        found[name] = [key.id for key in SigningKeys.from_setting(Secret(text)).keys]
    first, second = found["2"]
    assert found == {"1": [first], "2": [first, second], "3": [second, first]}
    assert keys.main(["signing", "import", "--into", str(tmp_path / "jwk")]) == 0
    imported = json.loads((tmp_path / "jwk").read_text())
    assert [key["kid"] for key in imported] == found["3"]
    assert all(key["kty"] == "RSA" and key["d"] for key in imported)
    assert imported[0]["d"] not in capsys.readouterr().out


def test_nothing_is_promoted_where_there_is_none(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.delenv(SETTING, raising=False)
    assert keys.main(["signing", "promote", "--into", str(tmp_path / "x")]) == 1
    assert "`signing add` first" in capsys.readouterr().err
