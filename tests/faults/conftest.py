"""The same sandbox and rigs as the integration tests of the background."""

from __future__ import annotations

from tests.integration.jobs.conftest import (  # noqa: F401
    other_rig,
    rig,
    running_sandbox,
    sandbox,
)
