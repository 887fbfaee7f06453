"""The sandbox as a real process, for tests of any room.

    with start_sandbox(scenario="tiny", today="2026-06-15") as sandbox:
        httpx.get(f"{sandbox.base_url}/na/api/v2/profiles", headers=...)

It listens on free ports of 127.0.0.1, is ready when `start_sandbox` returns, and is stopped when
the block ends. `SandboxProcess` also knows the few control calls that every test needs.
"""

from __future__ import annotations

import selectors
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cached_property
from pathlib import Path
from typing import Any

import httpx

from tests.ports import free_port

ROOT = Path(__file__).resolve().parents[1]
READY_SECONDS = 60.0


@dataclass
class SandboxProcess:
    """A running sandbox."""

    base_url: str
    smtp_port: int
    process: subprocess.Popen[str]
    _standing: datetime | None = field(default=None, repr=False)

    @cached_property
    def http(self) -> httpx.Client:
        """Return a client bound to the sandbox."""
        return httpx.Client(base_url=self.base_url, timeout=30.0, trust_env=False)

    @cached_property
    def credentials(self) -> dict[str, Any]:
        """Return `/_sandbox/credentials`, asked once."""
        found: dict[str, Any] = self.http.get("/_sandbox/credentials").json()
        return found

    def user(self, slug: str) -> dict[str, Any]:
        """Return an Amazon user of the credentials by its short name."""
        return next(user for user in self.credentials["users"] if user["slug"] == slug)

    def control(self, path: str, body: Mapping[str, Any] | None = None) -> Any:
        """Ask a control route: POST with a body, GET without; return its JSON."""
        url = f"/_sandbox/{path}"
        answer = self.http.get(url) if body is None else self.http.post(url, json=body)
        told = answer.raise_for_status().json()
        if path == "clock":
            now = datetime.fromisoformat(told["now"]).astimezone(UTC)
            self._standing = None if told["rate"] else now
        return told

    def now(self) -> datetime:
        """Return the sandbox's time; asked only while it moves by itself or is not known yet."""
        if self._standing is not None:
            return self._standing
        return datetime.fromisoformat(self.control("clock")["now"]).astimezone(UTC)

    def advance(self, **span: float) -> None:
        """Move the clock: seconds, minutes, hours or days."""
        sizes = {"seconds": 1, "minutes": 60, "hours": 3600, "days": 86_400}
        self.control("clock", {"advance_seconds": sum(sizes[unit] * n for unit, n in span.items())})

    def stop(self) -> None:
        """End the process and wait for it."""
        self.http.close()
        self.process.terminate()
        try:
            self.process.wait(timeout=10)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait(timeout=10)
        if self.process.stdout:
            self.process.stdout.close()


@contextmanager
def start_sandbox(
    *,
    scenario: str = "tiny",
    seed: int = 7,
    today: str | None = None,
    throttle: str = "off",
    builds: str = "fast",
    scale: int = 1,
    arguments: tuple[str, ...] = (),
) -> Iterator[SandboxProcess]:
    """Yield a sandbox that is ready; end it afterwards. Throttling is off unless asked for."""
    port, smtp_port = free_port(), free_port()
    command = [
        *(sys.executable, "-m", "sandbox", "--port", str(port), "--smtp-port", str(smtp_port)),
        *("--scenario", scenario, "--seed", str(seed), "--throttle", throttle),
        *("--builds", builds, "--scale", str(scale)),
        *(("--today", today) if today else ()),
        *arguments,
    ]
    process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True)
    sandbox = SandboxProcess(f"http://127.0.0.1:{port}", smtp_port, process)
    try:
        _wait_until_ready(process)
        yield sandbox
    finally:
        sandbox.stop()


def _wait_until_ready(process: subprocess.Popen[str]) -> None:
    assert process.stdout is not None
    with selectors.DefaultSelector() as selector:
        selector.register(process.stdout, selectors.EVENT_READ)
        if not selector.select(READY_SECONDS):
            raise TimeoutError("the sandbox did not say that it is ready")
    line = process.stdout.readline()
    if "ready" not in line:
        raise RuntimeError(f"the sandbox did not start (exit code {process.poll()})")
