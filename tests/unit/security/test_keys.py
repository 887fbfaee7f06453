"""The command that makes keys."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest
from pydantic import SecretStr

from core.config import Settings
from core.errors import OurConfig
from core.security import keys
from core.security.sealing import Opener, Purpose, SealContext, Sealer
from core.security.secret import Secret
from core.security.webkey import WebKey

CONTEXT = SealContext("org_a", "con_1", Purpose.REFRESH_TOKEN)


def settings_of(lines: dict[str, str]) -> Settings:
    return Settings(
        sealing_public_keys=lines.get("SEALING_PUBLIC_KEYS", ""),
        sealing_private_keys=SecretStr(lines.get("SEALING_PRIVATE_KEYS", "")),
        web_key=SecretStr(lines.get("WEB_KEY", "")),
    )


def lines_of(path: Path) -> dict[str, str]:
    return dict(line.split("=", 1) for line in path.read_text().splitlines())


def test_generated_keys_work_together() -> None:
    lines = keys.generated()
    sealed = Sealer.from_setting(lines["SEALING_PUBLIC_KEYS"]).seal(Secret("x"), CONTEXT)
    assert Opener.from_setting(Secret(lines["SEALING_PRIVATE_KEYS"])).open(
        sealed, CONTEXT
    ) == Secret("x")
    WebKey.from_setting(Secret(lines["WEB_KEY"]))
    assert len(lines["COOKIE_SECRET"]) == 43


def test_two_generations_differ_in_every_key() -> None:
    first, second = keys.generated(), keys.generated()
    assert all(first[name] != second[name] for name in first)


def test_generate_prints_lines_when_no_file_is_named(capsys: pytest.CaptureFixture[str]) -> None:
    assert keys.main(["generate"]) == 0
    names = [line.split("=")[0] for line in capsys.readouterr().out.splitlines()]
    assert names == ["SEALING_PUBLIC_KEYS", "SEALING_PRIVATE_KEYS", "WEB_KEY", "COOKIE_SECRET"]


def test_a_key_file_is_readable_by_its_owner_only_and_the_keys_are_not_shown(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "keys.env"
    assert keys.main(["generate", "--into", str(path)]) == 0
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    said = capsys.readouterr().out
    assert all(value not in said for value in lines_of(path).values())


def test_a_key_file_is_never_written_over(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "keys.env"
    path.write_text("WEB_KEY=mine\n")
    assert keys.main(["generate", "--into", str(path)]) == 1
    assert path.read_text() == "WEB_KEY=mine\n"
    assert "never written over" in capsys.readouterr().err


def test_rotation_puts_a_new_pair_first_and_shows_no_private_key(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    before = keys.generated()
    for name, value in before.items():
        monkeypatch.setenv(name, value)
    path = tmp_path / "rotated.env"
    assert keys.main(["rotate", "--into", str(path)]) == 0
    after = lines_of(path)
    old, new = (Sealer.from_setting(lines["SEALING_PUBLIC_KEYS"]) for lines in (before, after))
    assert old.active_key_id in new.key_ids
    assert new.active_key_id not in old.key_ids
    opener = Opener.from_setting(Secret(after["SEALING_PRIVATE_KEYS"]))
    for sealer in (old, new):
        assert opener.open(sealer.seal(Secret("t"), CONTEXT), CONTEXT) == Secret("t")
    said = capsys.readouterr().out
    assert after["SEALING_PRIVATE_KEYS"] not in said
    assert "core.store.reseal" in said


def test_check_names_ids_and_never_keys(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    lines = keys.generated()
    for name, value in lines.items():
        monkeypatch.setenv(name, value)
    assert keys.main(["check"]) == 0
    said = capsys.readouterr().out
    assert lines["SEALING_PUBLIC_KEYS"].partition(":")[0] in said
    assert all(value.partition(":")[2] not in said for value in lines.values() if ":" in value)
    assert lines["WEB_KEY"] not in said


def test_check_refuses_a_public_key_without_its_private_half() -> None:
    mixed = {
        "SEALING_PUBLIC_KEYS": keys.generated()["SEALING_PUBLIC_KEYS"],
        "SEALING_PRIVATE_KEYS": keys.generated()["SEALING_PRIVATE_KEYS"],
    }
    with pytest.raises(OurConfig, match="SEALING_PRIVATE_KEYS lacks k"):
        keys.checked(settings_of(mixed))


def test_check_without_keys_fails_with_a_sentence(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.delenv("SEALING_PUBLIC_KEYS", raising=False)
    assert keys.main(["check"]) == 1
    assert "SEALING_PUBLIC_KEYS is empty" in capsys.readouterr().err


def test_rotation_refuses_to_build_on_wrong_keys() -> None:
    with pytest.raises(OurConfig, match="SEALING_PUBLIC_KEYS"):
        keys.rotated(settings_of({"SEALING_PUBLIC_KEYS": "k1:short"}))
