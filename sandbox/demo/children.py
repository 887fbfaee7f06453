"""The processes of the demo: started, watched, and all of them ended when one of them ends."""

from __future__ import annotations

import contextlib
import os
import signal
import socket
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Self

from sandbox.demo.plan import ROOT
from sandbox.demo.trouble import Trouble

_TAIL_LINES = 15
_GRACE_SECONDS = 15.0
_LOOK_EVERY_SECONDS = 0.1


@dataclass
class Child:
    """One process, leader of a group of its own so that its children end with it."""

    name: str
    process: subprocess.Popen[bytes]
    log: Path

    @property
    def is_dead(self) -> bool:
        return self.process.poll() is not None

    def signal(self, number: int) -> None:
        """Send a signal to the whole group, if any of it is left."""
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.process.pid, number)

    def obituary(self) -> str:
        """Return what is known of its end: code and last lines of its log."""
        lines = self.log.read_text(errors="replace").splitlines()[-_TAIL_LINES:]
        said = "\n".join(f"    {line}" for line in lines)
        return f"{self.name} ended with code {self.process.returncode}. Its last words:\n{said}"


@dataclass
class Children:
    """All of them; leaving the `with` block ends every one."""

    logs: Path
    _all: list[Child] = field(default_factory=list)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.end()

    def start(self, name: str, command: Sequence[str], environment: Mapping[str, str]) -> Child:
        """Return a started process that knows nothing but `environment`."""
        log = self.logs / f"{name}.log"
        with log.open("wb") as written:
            process = subprocess.Popen(
                command,
                env=dict(environment),
                cwd=ROOT,
                stdin=subprocess.DEVNULL,
                stdout=written,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        child = Child(name, process, log)
        self._all.append(child)
        return child

    def wait_until(self, ready: Callable[[], bool], what: str, seconds: float) -> None:
        """Return once `ready()` holds. Raises Trouble after `seconds`, or when a child dies."""
        deadline = time.monotonic() + seconds
        while not ready():
            self.require_alive()
            if time.monotonic() > deadline:
                raise Trouble(f"{what} did not get ready within {seconds:.0f} s. See {self.logs}.")
            time.sleep(_LOOK_EVERY_SECONDS)

    def require_alive(self) -> None:
        """Raise Trouble when any of them has ended."""
        for child in self._all:
            if child.is_dead:
                raise Trouble(child.obituary())

    def watch(self, each: Callable[[], None] = lambda: None) -> None:
        """Wait for as long as all of them live, doing `each` twice a second."""
        while True:
            self.require_alive()
            each()
            time.sleep(_LOOK_EVERY_SECONDS * 5)

    def end(self) -> None:
        """End every process, the last started first; what does not obey is killed."""
        for child in reversed(self._all):
            child.signal(signal.SIGTERM)
        deadline = time.monotonic() + _GRACE_SECONDS
        for child in self._all:
            with contextlib.suppress(subprocess.TimeoutExpired):
                child.process.wait(max(0.1, deadline - time.monotonic()))
            child.signal(signal.SIGKILL)
            child.process.wait()


def require_free(ports: Mapping[str, int]) -> None:
    """Raise Trouble when something listens on one of the ports, naming how to choose another."""
    for variable, port in ports.items():
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                raise Trouble(
                    f"Port {port} is in use. Stop what uses it, or choose another with {variable}."
                ) from None
