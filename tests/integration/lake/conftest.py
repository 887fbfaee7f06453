"""A lake to stand on, in a folder of its own, with a second organization in it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.integration.lake.ground import OTHER, Ground, days, row


@pytest.fixture
def ground(tmp_path: Path) -> Iterator[Ground]:
    """A lake that already holds rows of the other organization, under the same ids."""
    ground = Ground(tmp_path)
    theirs = [row(n, impressions=7, totalCost=0.07, orderName="Theirs") for n in range(10)]
    ground.load(theirs, days(0, 9), scope=OTHER, load_id="theirs")
    yield ground
    ground.close()
