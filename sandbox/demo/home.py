"""The demo's home folder: keys made on the first start, and what later starts must remember."""

from __future__ import annotations

import fcntl
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path

from sandbox.demo.trouble import Trouble


@dataclass(frozen=True)
class Home:
    """A folder that only its owner may read."""

    path: Path

    @property
    def keys_file(self) -> Path:
        return self.path / "keys.env"

    @property
    def logs(self) -> Path:
        return self.path / "logs"

    def prepare(self) -> None:
        """Make the folder, and the keys when there are none yet."""
        self.path.mkdir(parents=True, exist_ok=True)
        self.path.chmod(0o700)
        self.logs.mkdir(exist_ok=True)
        if not self.keys_file.exists():
            command = [sys.executable, "-m", "core.security.keys", "generate", "--into"]
            made = subprocess.run([*command, str(self.keys_file)], capture_output=True, text=True)
            if made.returncode:
                raise Trouble(f"Keys could not be made: {made.stderr.strip()}")

    def keys(self) -> dict[str, str]:
        """Return the keys by the name of their setting."""
        lines = self.keys_file.read_text().splitlines()
        pairs = (line.partition("=") for line in lines if "=" in line and line[0] != "#")
        return {name.strip(): value.strip() for name, _, value in pairs}

    def anchor(self) -> date:
        """Return the day the world is planned around: that of the first start, ever after."""
        noted = self._memory().get("anchor")
        if noted:
            return date.fromisoformat(noted)
        today = datetime.now(UTC).date()
        self._remember(anchor=today.isoformat())
        return today

    def lived_to(self) -> datetime | None:
        """Return up to which instant days were lived through; None before the first start."""
        noted = self._memory().get("lived_to")
        return datetime.fromisoformat(noted) if noted else None

    def note_lived_to(self, instant: datetime) -> None:
        """Remember how far life has come."""
        self._remember(lived_to=instant.isoformat())

    def is_furnished(self, issuer: str) -> bool:
        """Whether an earlier start has founded and linked the demo organization.

        People are known by their issuer, and the sandbox's holds its port: on another port they
        are other people, who own nothing yet.
        """
        return self._memory().get("furnished") == issuer

    def note_furnished(self, issuer: str) -> None:
        """Remember it, so that no later start founds or links again."""
        self._remember(furnished=issuer)

    @contextmanager
    def alone(self) -> Iterator[None]:
        """Hold the folder for this start. Raises Trouble when another demo runs in it."""
        with (self.path / "demo.lock").open("w") as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except OSError:
                raise Trouble(
                    f"A demo is running in {self.path} already. Stop it, or give this one another "
                    "folder with FLIGHTDECK_HOME."
                ) from None
            yield

    def _memory(self) -> dict[str, str]:
        try:
            remembered: dict[str, str] = json.loads((self.path / "demo.json").read_text())
        except FileNotFoundError:
            return {}
        return remembered

    def _remember(self, **told: str) -> None:
        written = self.path / "demo.json.new"
        written.write_text(json.dumps({**self._memory(), **told}))
        os.replace(written, self.path / "demo.json")
