"""`python -m core.doctor`: finds what is wrong, says what to do, changes nothing."""

from __future__ import annotations

import os
import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import pytest

from core.clock import SystemClock
from core.doctor import Level, apart, heard
from core.store.store import Store
from core.web.services import Services
from sandbox.demo.plan import ROOT
from tests.flightdeck_process import FlightdeckProcess


def _doctor(environment: dict[str, str], *arguments: str) -> tuple[int, dict[str, list[str]]]:
    """Return its exit code, and its lines by level."""
    done = subprocess.run(
        [sys.executable, "-m", "core.doctor", *arguments],
        cwd=ROOT,
        env={"PATH": os.environ["PATH"], **environment},
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert done.stderr == ""
    lines: dict[str, list[str]] = {"ok": [], "warn": [], "fail": []}
    for line in done.stdout.splitlines():
        level, _, rest = line.partition(" ")
        if level in lines:
            lines[level].append(rest.strip())
    return done.returncode, lines


def _has(lines: list[str], *words: str) -> bool:
    return any(all(word in line for word in words) for line in lines)


def test_the_web_of_a_running_demo_is_well_but_for_its_missing_scheduler(
    flightdeck: FlightdeckProcess,
) -> None:
    code, found = _doctor(flightdeck.plan.web(), "--amazon")
    assert code == 1
    assert [line.split()[0] for line in found["fail"]] == ["scheduler"]
    for subject in ("keys", "database", "lake", "PUBLIC_URL", "identity", "clock", "Amazon"):
        assert _has(found["ok"], subject), subject
    assert _has(found["ok"], f"{flightdeck.address}/oauth/amazon/callback")


def test_the_schedulers_environment_is_told_apart(flightdeck: FlightdeckProcess) -> None:
    _, found = _doctor(flightdeck.plan.scheduler())
    assert _has(found["ok"], "runs the scheduler")
    assert _has(found["ok"], "SEALING_PRIVATE_KEYS", "they open what is sealed here")
    assert _has(found["ok"], "clock", "from the database's")


def test_an_empty_environment_is_told_everything_and_left_as_it_was(tmp_path: Path) -> None:
    home = tmp_path / "nothing"
    code, found = _doctor({"FLIGHTDECK_HOME": str(home)})
    assert code == 1
    assert _has(found["fail"], "SEALING_PUBLIC_KEYS")
    assert _has(found["fail"], "database", "none at")
    assert not home.exists(), "it changes nothing"


def test_an_alarm_of_a_living_scheduler_is_told_in_its_sentence(
    services: Services, background: Store
) -> None:
    alarms = {"mail": "Mail waits to be sent.", "seal:con_7": "The token of con_7 does not open."}
    with background.system() as system:
        system.heartbeats.beat("worker-1", "scheduler", "0.1.0", {"alarms": alarms})
    assert [(f.level, f.subject, f.found) for f in heard(services.store)] == [
        (Level.OK, "scheduler", "1 alive"),
        (Level.FAIL, "alarm", "Mail waits to be sent."),
        (Level.FAIL, "alarm", "The token of con_7 does not open."),
    ]


@pytest.mark.parametrize("seconds", [-40, 40])
def test_a_clock_that_is_off_fails_either_way(seconds: int) -> None:
    found = apart(SystemClock().now() + timedelta(seconds=seconds), "database")
    assert (found.level, found.subject) == (Level.FAIL, "clock")
    assert apart(SystemClock().now(), "database").level is Level.OK


@pytest.mark.parametrize(
    ("name", "value", "subject", "word"),
    [
        ("PUBLIC_URL", "http://deck.example", "PUBLIC_URL", "http://deck.example"),
        ("PUBLIC_URL", "deck.example/path", "PUBLIC_URL", "deck.example/path"),
        ("OIDC_METADATA_URL", "http://127.0.0.1:9/x", "identity", "ConnectError"),
        ("SMTP_HOST", "127.0.0.1", "mail", "127.0.0.1"),
        ("LAKE_URL", "/proc/lake", "lake", "/proc"),
        ("LAKE_URL", "ftp://bucket/lake", "lake", "begins with ftp://"),
        ("WEB_KEY", "c2hvcnQ=", "keys", "WEB_KEY"),
        ("DATABASE_URL", "postgresql://nobody@127.0.0.1:9/x", "database", "answer"),
    ],
)
def test_what_is_wrong_fails_by_name(
    flightdeck: FlightdeckProcess, name: str, value: str, subject: str, word: str
) -> None:
    told = {**flightdeck.plan.web(), "SMTP_PORT": "9", name: value}
    code, found = _doctor(told)
    assert code == 1
    assert _has(found["fail"], subject, word)


def test_no_secret_is_shown(flightdeck: FlightdeckProcess) -> None:
    told = {**flightdeck.plan.web(), **flightdeck.plan.scheduler()}
    shown = str(_doctor(told))
    for name, value in told.items():
        if "SECRET" in name or name in {"SEALING_PRIVATE_KEYS", "WEB_KEY"}:
            assert value not in shown, name
