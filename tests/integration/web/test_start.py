"""The web process refuses to start on settings it cannot be trusted with, in one sentence each."""

from __future__ import annotations

import os
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

from core.security import keys
from sandbox.demo.plan import ROOT


def _environment(home: Path, **changed: str) -> dict[str, str]:
    made = keys.generated()
    told = {
        "PATH": os.environ["PATH"],
        "FLIGHTDECK_HOME": str(home),
        "OIDC_METADATA_URL": "http://127.0.0.1:9/id",
        "OIDC_CLIENT_ID": "client-7",
        "OIDC_CLIENT_SECRET": "canary-oidc-secret",
        "AMAZON_CLIENT_ID": "amzn1.application-oa2-client.test",
        "AMAZON_CLIENT_SECRET": "canary-amazon-secret",
        **{name: made[name] for name in ("SEALING_PUBLIC_KEYS", "WEB_KEY", "COOKIE_SECRET")},
    }
    return {name: value for name, value in {**told, **changed}.items() if value}


def _started(environment: dict[str, str]) -> tuple[int, str]:
    """Import app.py as uvicorn and `streamlit run` do."""
    done = subprocess.run(
        [sys.executable, "-c", "import app"],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        timeout=60,
    )
    return done.returncode, done.stderr


def _migrated(environment: dict[str, str]) -> dict[str, str]:
    command = [sys.executable, "-m", "core.store.migrate"]
    subprocess.run(command, cwd=ROOT, env=environment, check=True, capture_output=True)
    return environment


def test_it_starts_on_settings_that_are_whole(tmp_path: Path) -> None:
    code, said = _started(_migrated(_environment(tmp_path)))
    assert code == 0, said


@pytest.mark.parametrize(
    "missing",
    [
        "SEALING_PUBLIC_KEYS",
        "WEB_KEY",
        "COOKIE_SECRET",
        "OIDC_METADATA_URL",
        "OIDC_CLIENT_SECRET",
        "AMAZON_CLIENT_ID",
    ],
)
def test_what_is_missing_is_named(tmp_path: Path, missing: str) -> None:
    code, said = _started(_environment(tmp_path, **{missing: ""}))
    assert code == 1
    assert missing in said
    assert "Traceback" not in said


@pytest.mark.parametrize(
    ("name", "value", "word"),
    [
        ("SEALING_PRIVATE_KEYS", "k1:canary-private-key", "must not hold"),
        ("WEB_KEY", "c2hvcnQ=", "WEB_KEY"),
        ("SEALING_PUBLIC_KEYS", "k1:AAAA", "SEALING_PUBLIC_KEYS"),
        ("FLIGHTDECK_CLOCK_URL", "http://127.0.0.1:9/clock", "demo and tests"),
        ("SESSION_IDLE_HOURS", "-1", "SESSION_IDLE_HOURS"),
        ("LAKE_STORAGE_OPTIONS", "[1]", "LAKE_STORAGE_OPTIONS"),
    ],
)
def test_what_is_wrong_is_named_and_its_value_never_shown(
    tmp_path: Path, name: str, value: str, word: str
) -> None:
    code, said = _started(_migrated(_environment(tmp_path)) | {name: value})
    assert code == 1
    assert word in said
    assert "Traceback" not in said
    assert value not in said or name == "SESSION_IDLE_HOURS"
    assert "canary" not in said


def test_a_database_that_was_never_migrated_is_refused(tmp_path: Path) -> None:
    code, said = _started(_environment(tmp_path))
    assert code == 1
    assert "core.store.migrate" in said


def test_a_schema_of_another_version_is_refused(tmp_path: Path) -> None:
    environment = _migrated(_environment(tmp_path))
    with sqlite3.connect(tmp_path / "flightdeck.db") as database:
        database.execute("update alembic_version set version_num = '9999'")
    database.close()
    code, said = _started(environment)
    assert code == 1
    assert "9999" in said
    assert "Traceback" not in said
