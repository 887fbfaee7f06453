"""Fixtures that every room's tests may ask for; each is described where it is defined."""

from __future__ import annotations

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
