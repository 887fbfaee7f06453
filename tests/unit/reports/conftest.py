"""An office to report on, and one press for all tests of the room."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from core.reports.press import Press
from tests.unit.insight.conftest import furnished, office

__all__ = ["furnished", "office"]


@pytest.fixture(scope="session")
def press() -> Iterator[Press]:
    """The press; starting its process takes longer than everything it makes here."""
    made = Press()
    yield made
    made.close()
