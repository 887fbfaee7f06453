"""Words that columns hold and that no room above the store has defined."""

from __future__ import annotations

from enum import StrEnum


class JobState(StrEnum):
    """Where a job stands."""

    QUEUED = "queued"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"


class MailState(StrEnum):
    """Where a message stands."""

    WAITING = "waiting"
    SENDING = "sending"
    SENT = "sent"
    FAILED = "failed"


class Source(StrEnum):
    """Where a state of an entity was read; each source tells a story of its own."""

    CAMPAIGNS = "campaigns"  # the campaign queries
    REPORT = "report"  # columns of a report, where campaigns may not be queried
    PLAN = "plan"  # a flight plan that a person imported


class DayState(StrEnum):
    """What is in the lake for a day."""

    PRESENT = "present"
    QUARANTINED = "quarantined"  # a later reading is kept aside; what stood before stays
    VANISHED = "vanished"  # said twice to be no longer there


class CheckOutcome(StrEnum):
    """How a check of a report ended."""

    PASSED = "passed"
    WARNED = "warned"
    BLOCKED = "blocked"


class DeliveryState(StrEnum):
    """Where a report on its way to people stands."""

    PLANNED = "planned"
    BUILDING = "building"
    WAITING = "waiting for approval"
    READY = "ready"
    SENDING = "sending"
    SENT = "sent"
    SKIPPED = "skipped"  # empty, or nothing changed
    DECLINED = "declined"
    FAILED = "failed"
