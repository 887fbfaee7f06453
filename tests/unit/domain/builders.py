"""Short ways to say a flight in the tests of the domain."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

from core.domain.entities import Budget, Flight

LA = "America/Los_Angeles"


def at(local: str, zone: str = LA) -> datetime:
    """Return the instant of a local time written "2026-11-01 12:00"."""
    return datetime.fromisoformat(local).replace(tzinfo=ZoneInfo(zone))


def flight(
    start: str, end: str, budget: str = "3000", *, key: str = "f1", zone: str = LA
) -> Flight:
    """Return a flight between two local times."""
    return Flight(
        entity_id=key,
        advertiser_id="7",
        parent_id="o1",
        start=at(start, zone),
        end=at(end, zone),
        budget=Budget(Decimal(budget), "USD"),
    )
