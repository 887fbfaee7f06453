"""Scheduler processes as they are shipped, against the sandbox and a test's database."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from pydantic import SecretStr

from core.config import Settings

ROOT = Path(__file__).resolve().parents[3]


def environment(settings: Settings) -> dict[str, str]:
    """Return the environment that a process is given; nothing of the test's own but its paths."""
    told = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}
    for name in Settings.model_fields:
        value = getattr(settings, name)
        text = value.get_secret_value() if isinstance(value, SecretStr) else str(value)
        told[name.upper()] = text
    return told


@dataclass
class Schedulers:
    """Processes of `scheduler.py`, and what they wrote."""

    settings: Settings
    logs: Path
    running: list[subprocess.Popen[bytes]] = field(default_factory=list)

    def start(self) -> subprocess.Popen[bytes]:
        """Start one more."""
        self.logs.mkdir(parents=True, exist_ok=True)
        with (self.logs / f"scheduler-{len(list(self.logs.iterdir()))}.log").open("wb") as log:
            process = subprocess.Popen(
                [sys.executable, "scheduler.py"],
                cwd=ROOT,
                env=environment(self.settings),
                stdout=log,
                stderr=log,
            )
        self.running.append(process)
        return process

    def kill(self, process: subprocess.Popen[bytes]) -> None:
        """End a process as a power cut would."""
        process.send_signal(signal.SIGKILL)
        process.wait(10)
        self.running.remove(process)

    def stop(self, process: subprocess.Popen[bytes], seconds: float = 30.0) -> int:
        """Ask a process to end; return its exit code."""
        process.send_signal(signal.SIGTERM)
        code = process.wait(seconds)
        self.running.remove(process)
        return code

    def written(self) -> str:
        """Return everything that was logged."""
        return "\n".join(log.read_text(errors="replace") for log in sorted(self.logs.iterdir()))


@contextmanager
def schedulers(settings: Settings, logs: Path, count: int = 1) -> Iterator[Schedulers]:
    """Yield so many running schedulers; none is left running afterwards."""
    made = Schedulers(settings, logs)
    try:
        for _ in range(count):
            made.start()
        yield made
    finally:
        for process in list(made.running):
            made.kill(process)


def wait_until(is_true: Callable[[], bool], seconds: float = 180.0, what: str = "it") -> None:
    """Return once `is_true`; fail after so many seconds of the machine's time."""
    end = time.monotonic() + seconds
    pause = threading.Event()
    while not is_true():
        assert time.monotonic() < end, f"{what} did not come true in {seconds:.0f} s"
        pause.wait(0.05)
