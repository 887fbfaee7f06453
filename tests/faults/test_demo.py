"""`make demo`: ready when it says so, one clear sentence when it cannot be, nothing left behind.

Real processes; each test kills or asks what it has started itself.
"""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx
import psutil
import pytest

from sandbox.demo.plan import ROOT
from tests.ports import free_port

pytestmark = pytest.mark.slow
ENDING_SECONDS = 30


@dataclass
class Demo:
    """A demo that was started, up to the line that says how it stands."""

    process: subprocess.Popen[str]
    web_port: int
    said: list[str]

    @property
    def children(self) -> dict[str, psutil.Process]:
        """Return its processes by what they run."""
        found = psutil.Process(self.process.pid).children()
        names = {"sandbox": "sandbox", "streamlit": "web", "scheduler.py": "scheduler"}
        return {
            name: child
            for child in found
            for word, name in names.items()
            if word in child.cmdline()
        }

    def end(self, number: int = signal.SIGTERM) -> tuple[int, str]:
        """Ask it to end; return its code and what else it said."""
        self.process.send_signal(number)
        rest, _ = self.process.communicate(timeout=ENDING_SECONDS)
        return self.process.returncode, rest


def _environment(home: Path, web_port: int, sandbox_port: int | None = None) -> dict[str, str]:
    return {
        **{name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ},
        "FLIGHTDECK_HOME": str(home),
        "FLIGHTDECK_WEB_PORT": str(web_port),
        "FLIGHTDECK_SANDBOX_PORT": str(sandbox_port or free_port(neighbours=2)),
        "FLIGHTDECK_SCENARIO": "tiny",
        "CANARY": "not to be passed on",
    }


@contextmanager
def _demo(
    home: Path, web_port: int | None = None, sandbox_port: int | None = None
) -> Iterator[Demo]:
    port = web_port or free_port()
    process = subprocess.Popen(
        [sys.executable, "-m", "sandbox.demo"],
        cwd=ROOT,
        env=_environment(home, port, sandbox_port),
        stdout=subprocess.PIPE,
        text=True,
    )
    demo = Demo(process, port, [])
    try:
        assert process.stdout
        for line in process.stdout:
            demo.said.append(line.rstrip())
            if "Ctrl-C ends it" in line:
                break
        yield demo
    finally:
        if process.poll() is None:
            demo.end()
        if process.stdout:
            process.stdout.close()


def _gone(processes: list[psutil.Process]) -> bool:
    _, alive = psutil.wait_procs(processes, timeout=ENDING_SECONDS)
    return not alive


def test_it_is_ready_when_it_says_so_and_remembers_the_second_time(tmp_path: Path) -> None:
    sandbox_port = free_port(neighbours=2)
    with _demo(tmp_path, sandbox_port=sandbox_port) as first:
        assert first.said[0] == f"Flightdeck is ready at http://localhost:{first.web_port}"
        health = httpx.get(f"http://localhost:{first.web_port}/healthz", trust_env=False).json()
        assert health["state"] == "ok"
        everybody = list(first.children.values())
        code, rest = first.end()
    assert code == 0
    assert "stopped" in rest
    assert _gone(everybody)
    founded = (tmp_path / "logs" / "web.log").read_text()
    assert founded.count("founded by") == 1

    with _demo(tmp_path, sandbox_port=sandbox_port) as second:
        assert second.said[0].startswith("Flightdeck is ready")
        again = (tmp_path / "logs" / "web.log").read_text()
        assert "founded by" not in again
        assert "login:" not in again, "nobody logs in, nothing is linked a second time"


def test_each_process_knows_only_its_own(tmp_path: Path) -> None:
    with _demo(tmp_path) as demo:
        known = {name: child.environ() for name, child in demo.children.items()}
    assert set(known) == {"sandbox", "web", "scheduler"}
    assert "SEALING_PRIVATE_KEYS" in known["scheduler"]
    assert "SEALING_PRIVATE_KEYS" not in known["web"]
    assert not {"WEB_KEY", "COOKIE_SECRET", "OIDC_CLIENT_SECRET"} & set(known["scheduler"])
    assert not [name for name in known["sandbox"] if "KEY" in name or "SECRET" in name]
    assert not [name for name, told in known.items() if "CANARY" in told]
    assert (tmp_path.stat().st_mode & 0o777) == 0o700
    assert ((tmp_path / "keys.env").stat().st_mode & 0o777) == 0o600


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGHUP])
def test_any_way_of_asking_ends_every_process(tmp_path: Path, number: int) -> None:
    with _demo(tmp_path) as demo:
        everybody = list(demo.children.values())
        code, rest = demo.end(number)
    assert code == 0, (demo.said, rest)
    assert _gone(everybody)


@pytest.mark.parametrize("victim", ["sandbox", "web", "scheduler"])
def test_a_process_that_dies_ends_the_demo_and_is_named(tmp_path: Path, victim: str) -> None:
    with _demo(tmp_path) as demo:
        everybody = demo.children
        everybody[victim].kill()
        assert demo.process.stdout
        rest = demo.process.stdout.read()
        assert demo.process.wait(ENDING_SECONDS) == 1
    assert f"{victim} ended" in rest
    assert _gone(list(everybody.values()))


def test_a_port_in_use_is_one_clear_sentence(tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        with _demo(tmp_path, port) as demo:
            assert demo.process.wait(ENDING_SECONDS) == 1
            (sentence,) = demo.said
    assert f"Port {port} is in use" in sentence
    assert "FLIGHTDECK_WEB_PORT" in sentence


def test_two_demos_do_not_share_a_home(tmp_path: Path) -> None:
    with _demo(tmp_path), _demo(tmp_path) as second:
        assert second.process.wait(ENDING_SECONDS) == 1
        assert "FLIGHTDECK_HOME" in second.said[0]


@pytest.mark.parametrize("port", ["x", "0", "70000", "-1"])
def test_a_port_that_is_none_is_one_clear_sentence(tmp_path: Path, port: str) -> None:
    told = {**_environment(tmp_path, 1), "FLIGHTDECK_WEB_PORT": port}
    done = subprocess.run(
        [sys.executable, "-m", "sandbox.demo"], cwd=ROOT, env=told, capture_output=True, text=True
    )
    assert done.returncode == 1
    assert "FLIGHTDECK_WEB_PORT" in done.stdout
    assert "Traceback" not in done.stdout + done.stderr
