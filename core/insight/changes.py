"""What changed in orders, flights, line items and creatives, as sentences from old to new.

Amazon does not say who changed something, so nobody is named. The time told is when the
difference was seen, at most a day after it was made. What was there when an advertiser was
looked at for the first time, or for the first time again after Amazon refused it, is no change;
nor is what the refusal ended. What a report tells of for the first time is not new for that.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from core.domain.entities import Kind
from core.domain.flights import day_span
from core.domain.periods import yesterday
from core.insight.alarms import Name, Words
from core.insight.audience import Audience
from core.insight.desk import Desk
from core.insight.difference import differences
from core.store.entities.versions import EntityChange, EntityVersion, SnapshotRun
from core.store.schema.words import Source

_Looks = dict[tuple[str, Source], list[SnapshotRun]]
LISTED_MAX = 200
_EVER = date(2000, 1, 1)
_WORDS = {
    Kind.ORDER: "Order ",
    Kind.FLIGHT: "Flight ",
    Kind.LINE_ITEM: "Line item ",
    Kind.CREATIVE: "Creative ",
}


@dataclass(frozen=True, slots=True)
class Change:
    """One difference of one thing, seen at an instant."""

    at: datetime
    advertiser_id: str
    kind: Kind
    entity_id: str
    says: Words

    @property
    def sentence(self) -> str:
        """Return it as plain text."""
        return "".join(w.text if isinstance(w, Name) else w for w in self.says)


@dataclass(frozen=True, slots=True)
class Changes:
    """The latest first; of `total` at most 200 are listed. `since` is the earliest day told."""

    since: date | None
    listed: tuple[Change, ...]
    total: int


def changes(desk: Desk, audience: Audience) -> Changes:
    """Return what was seen to change since yesterday began, in each advertiser's own zone.

    Where the view names orders or a text, only these orders and what belongs to them are told of.
    """
    zones = {str(a.advertiser_id): a.timezone for a in audience.advertisers}
    if not zones:
        return Changes(None, (), 0)
    since = {a: yesterday(desk.days_from, zone) for a, zone in zones.items()}
    key = ("changes", audience.directory.mark, audience.narrowed, frozenset(since.items()))
    found = desk.recall(lambda: tuple(_told(desk, audience, zones, since)), *key)
    return Changes(min(since.values()), found[:LISTED_MAX], len(found))


def _told(
    desk: Desk, audience: Audience, zones: dict[str, str], since: dict[str, date]
) -> Iterator[Change]:
    starts = {a: day_span(day, zones[a]).start for a, day in since.items()}
    found = desk.tenant.entities.changes(
        min(starts.values()), desk.now, *_WORDS, advertiser_ids=zones
    )
    told = [
        change
        for change in found
        if change.at >= starts[change.subject.advertiser_id] and _is_meant(audience, change)
    ]
    looks = _looks(desk, told)
    for change in told:
        subject = change.subject
        if not _is_of_sight(change, looks.get((subject.advertiser_id, subject.source), ())):
            yield from _sentences(audience, change, zones[subject.advertiser_id])


def _is_meant(audience: Audience, change: EntityChange) -> bool:
    subject = change.subject
    group = next(g for g in audience.groups if subject.advertiser_id in g.advertiser_ids)
    if not group.is_narrowed:
        return True
    order_id = subject.entity_id if subject.kind is Kind.ORDER else subject.parent_id
    return subject.kind is not Kind.CREATIVE and order_id in group.orders


def _looks(desk: Desk, told: Sequence[EntityChange]) -> _Looks:
    """Return the looks at each advertiser that has something new or gone, oldest first."""
    turned = {str(c.subject.advertiser_id) for c in told if c.before is None or c.after is None}
    looks: _Looks = defaultdict(list)
    for advertiser in turned:
        for run in desk.tenant.entities.runs(advertiser, _EVER):
            looks[advertiser, run.source].append(run)
    return looks


def _is_of_sight(change: EntityChange, looks: Sequence[SnapshotRun]) -> bool:
    """Return whether what is told came into sight or went out of it, and so is no change."""
    if change.before is not None and change.after is not None:
        return False
    if change.before is None and change.subject.source is Source.REPORT:
        return True
    before = [look for look in looks if look.taken_at < change.at]
    if change.after is None:
        # Amazon keeps and shows what is archived: a look that saw nothing was refused.
        return any(not look.entities for look in looks[len(before) : len(before) + 1])
    return not before or (not before[-1].entities and any(look.entities for look in before))


def _sentences(audience: Audience, change: EntityChange, zone: str) -> Iterator[Change]:
    before, after = change.before, change.after
    subject = change.subject
    called = (_WORDS[subject.kind], Name(subject.name or subject.entity_id))
    whose = _whose(audience, subject)

    def told(*words: str | Name) -> Change:
        said = (*called, *whose, *words)
        return Change(change.at, subject.advertiser_id, subject.kind, subject.entity_id, said)

    if before is None or after is None:
        yield told(" is new." if before is None else " is no longer there.")
        return
    if before.name != after.name:
        yield told(" was called ", Name(before.name or before.entity_id), " before.")
    for found in differences(before.entity, after.entity, zone):
        yield told(f": {found.what} {found.before} → {found.after}.")


def _whose(audience: Audience, subject: EntityVersion) -> Words:
    """Return the order that a flight or line item belongs to."""
    known = audience.directory.orders.get(str(subject.parent_id))
    if subject.kind not in {Kind.FLIGHT, Kind.LINE_ITEM} or known is None:
        return ()
    return (" of ", Name(known.order.name))
