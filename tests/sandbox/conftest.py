"""One sandbox for all tests of this room; each test finds it as it is at its start."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.sandbox.client import START, Amazon
from tests.sandbox_process import SandboxProcess, start_sandbox


@pytest.fixture(scope="session")
def running() -> Iterator[SandboxProcess]:
    """The process. Its clock stands still, so that only tests move it."""
    with start_sandbox(scenario="tiny", today=START[:10]) as sandbox:
        yield sandbox


@pytest.fixture
def sandbox(running: SandboxProcess) -> SandboxProcess:
    """The sandbox with nothing planted, nothing believed, and the clock at 14:00 of the day."""
    for path in ("faults", "beliefs", "calls", "mail", "revoke", "reports"):
        running.http.delete(f"/_sandbox/{path}").raise_for_status()
    running.control("clock", {"now": START, "rate": 0})
    running.control("throttle", {"on": False})
    running.control("identity", {"lie": None})
    return running


@pytest.fixture
def agency(sandbox: SandboxProcess) -> Amazon:
    """A client linked by the agency's Amazon user, in North America."""
    return Amazon.linked(sandbox, "agency")


@pytest.fixture
def reader(sandbox: SandboxProcess) -> Amazon:
    """A client linked by somebody who only has a manager account."""
    return Amazon.linked(sandbox, "reader")


@pytest.fixture
def other_agency(sandbox: SandboxProcess) -> Amazon:
    """The second tenant: an agency with another advertiser."""
    return Amazon.linked(sandbox, "second-agency")
