"""A real PostgreSQL that a test run starts and ends by itself, on a free loopback port."""

from __future__ import annotations

import ctypes
import os
import shutil
import signal
import subprocess
import tempfile
import threading
import time
from collections.abc import Iterable
from pathlib import Path

import psycopg

from tests.ports import free_port

START_SECONDS = 20
_PR_SET_PDEATHSIG = 1


class PostgresServer:
    """One cluster in a folder of its own. As root it runs as `postgres`, which initdb asks for."""

    def __init__(self) -> None:
        self.binaries = binaries()
        self._user = "postgres" if os.geteuid() == 0 else None
        self.folder = Path(tempfile.mkdtemp(prefix="flightdeck-pg-"))
        if self._user:
            shutil.chown(self.folder, self._user, self._user)
        self.port = free_port()
        self._process: subprocess.Popen[bytes] | None = None
        subprocess.run(
            [
                self.binaries / "initdb",
                *("-D", self.folder / "cluster", "-U", "postgres", "-A", "trust"),
                *("-E", "UTF8", "--locale=C.UTF-8", "--no-sync"),
            ],
            check=True,
            capture_output=True,
            user=self._user,
            cwd=self.folder,
        )

    def start(self) -> None:
        """Start it, or start it again on the same port; returns when it answers."""
        options = {
            "port": self.port,
            "listen_addresses": "127.0.0.1",
            "unix_socket_directories": self.folder,
            "fsync": "off",
            "full_page_writes": "off",
            "max_connections": 200,
            "shared_buffers": "64MB",
        }
        settings = [part for name, value in options.items() for part in ("-c", f"{name}={value}")]
        with (self.folder / "log").open("ab") as log:
            self._process = subprocess.Popen(
                [self.binaries / "postgres", "-D", self.folder / "cluster", *settings],
                stdout=log,
                stderr=log,
                user=self._user,
                cwd=self.folder,
                preexec_fn=_end_with_parent,
            )
        self._await()

    def stop(self, mode: signal.Signals = signal.SIGINT) -> None:
        """End it: SIGINT politely, SIGQUIT as a crash would (`pg_ctl stop -m immediate`)."""
        if self._process is not None:
            self._process.send_signal(mode)
            self._process.wait(timeout=START_SECONDS)
            self._process = None

    def remove(self) -> None:
        """End it and remove its folder."""
        self.stop(signal.SIGQUIT)
        shutil.rmtree(self.folder)

    def address(self, database: str = "postgres", user: str = "postgres") -> str:
        """Return SQLAlchemy's address of a database."""
        return f"postgresql+psycopg://{user}@127.0.0.1:{self.port}/{database}"

    def run(self, statements: Iterable[str], database: str = "postgres") -> None:
        """Run statements as the superuser, each on its own."""
        with psycopg.connect(self._parameters(database), autocommit=True) as connection:
            for statement in statements:
                connection.execute(statement)  # type: ignore[arg-type]

    def _parameters(self, database: str) -> str:
        return f"host=127.0.0.1 port={self.port} user=postgres dbname={database}"

    def _await(self) -> None:
        deadline = time.monotonic() + START_SECONDS
        while True:
            try:
                psycopg.connect(self._parameters("postgres"), connect_timeout=2).close()
            except psycopg.OperationalError:
                assert self._process is not None
                log = (self.folder / "log").read_text()[-2000:]
                assert self._process.poll() is None, log
                assert time.monotonic() < deadline, log
                threading.Event().wait(0.05)
            else:
                return


def binaries() -> Path:
    """Return the folder of the newest PostgreSQL on this machine."""
    found = sorted(
        Path("/usr/lib/postgresql").glob("*/bin/postgres"), key=lambda p: int(p.parts[-3])
    )
    on_path = shutil.which("postgres")
    assert found or on_path, "PostgreSQL is missing: run `make machine` as root"
    return found[-1].parent if found else Path(str(on_path)).parent


def _end_with_parent() -> None:
    """Let the kernel end the server when the test process dies, however it dies."""
    ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGQUIT)
