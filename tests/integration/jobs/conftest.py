"""A sandbox for the room, and a rig on each kind of database with a second tenant beside it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from core.store.store import Store
from tests.databases import Database, Organization
from tests.integration.jobs.rig import START, Rig
from tests.sandbox_process import SandboxProcess, start_sandbox


@pytest.fixture(scope="session")
def running_sandbox() -> Iterator[SandboxProcess]:
    """The process. Its clock stands still, so that only tests move it."""
    with start_sandbox(scenario="tiny", today=START[:10]) as sandbox:
        yield sandbox


@pytest.fixture
def sandbox(running_sandbox: SandboxProcess) -> SandboxProcess:
    """The sandbox with nothing planted, nothing believed, and its clock at the start."""
    return as_new(running_sandbox)


def as_new(running: SandboxProcess) -> SandboxProcess:
    """Return the sandbox as it was when it had just been started."""
    for path in ("faults", "beliefs", "calls", "mail", "revoke", "reports"):
        running.http.delete(f"/_sandbox/{path}").raise_for_status()
    running.control("clock", {"now": START, "rate": 0})
    running.control("throttle", {"on": False})
    return running


@pytest.fixture
def rig(
    sandbox: SandboxProcess, database: Database, acme: Organization, store: Store, tmp_path: Path
) -> Iterator[Rig]:
    """The background, for the organization that the test is about."""
    made = Rig(sandbox, database, acme, store, tmp_path / "home")
    yield made
    made.close()


@pytest.fixture
def other_rig(
    sandbox: SandboxProcess, database: Database, other: Organization, store: Store, tmp_path: Path
) -> Iterator[Rig]:
    """The same background seen from the second organization."""
    made = Rig(sandbox, database, other, store, tmp_path / "home")
    yield made
    made.close()
