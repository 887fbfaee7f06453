"""Fixtures that every room's tests may ask for; each is described where it is defined."""

from __future__ import annotations

from hypothesis import HealthCheck, settings

from tests.databases import (  # noqa: F401
    acme,
    background,
    database,
    fresh_database,
    migrated_postgres,
    migrated_sqlite,
    other,
    postgres,
    store,
)

# The same examples on every machine, however slow: who hunts takes another profile.
settings.register_profile(
    "suite",
    deadline=None,
    derandomize=True,
    database=None,
    print_blob=True,
    suppress_health_check=[HealthCheck.too_slow],
)
settings.load_profile("suite")
