"""The audit trail's chain: each event's hash covers the event before it.

Whoever changes, removes or reorders a row breaks the chain from there on. Whoever can rewrite
the whole table can rewrite the chain too: the newest hash, kept elsewhere, is what shows that
(RFC 6962 §1 says the same of any hash chain without an outside witness).
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

FIRST = "0" * 64


@dataclass(frozen=True, slots=True)
class Event:
    """Who did what to what, when. `detail` is JSON and holds no secret."""

    org_id: str
    sequence: int
    at: datetime
    actor: str
    action: str
    subject: str
    detail: Mapping[str, object]

    def hash_after(self, previous: str) -> str:
        """Return this event's hash in hex when `previous` is the hash before it."""
        parts = (
            previous,
            self.org_id,
            self.sequence,
            self.at.astimezone(UTC).isoformat(timespec="microseconds"),
            self.actor,
            self.action,
            self.subject,
            self.detail,
        )
        canonical = json.dumps(parts, sort_keys=True, separators=(",", ":"), ensure_ascii=True)
        return hashlib.sha256(canonical.encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class Link:
    """An event as stored, with both hashes."""

    event: Event
    previous_hash: str
    hash: str


def first_broken(links: Iterable[Link], *, after: str = FIRST, sequence: int = 0) -> Link | None:
    """Return the first link that does not follow from the one before it, or None.

    `links` are in order of sequence; `after` and `sequence` are those of the link before
    the first one given.
    """
    for link in links:
        sequence += 1
        follows = link.previous_hash == after and link.event.sequence == sequence
        if not follows or link.hash != link.event.hash_after(after):
            return link
        after = link.hash
    return None
