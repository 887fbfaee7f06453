"""Which reports are to be asked for now: a pure function of what is known.

Order of worth within an advertiser's day: what was asked for by hand and second readings are
planned elsewhere and come first by themselves; then the slots of the day (`core.jobs.cadence`);
then days that are missing and that no slot of the day will read, the newest first, the base facts
before the cuts; then comparisons of the two generations of reports and, where they were equal, the
older days that the unified ones alone still have. The ledger bounds the sum of each report type,
and each slot that does not give way has one request kept for it.

Advertisers that share a door, a zone and a range go into one report, as far as Amazon's limits
on advertisers and rows allow.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from core.amazon.reports.specs import WITH_NAMES, spec_named, specs_of
from core.domain.connections import AccessMode, Adapter
from core.domain.ids import AdvertiserId, ConnectionId
from core.domain.metrics import Dataset
from core.domain.periods import DateRange
from core.domain.regions import Region
from core.domain.requests import Reason, RequestState, requests_a_day
from core.jobs.cadence import BY_DAY, Slot, comparable, history, older_history, slots
from core.store.ingest.requests import PlannedRequest

_TICK = timedelta(milliseconds=1)

ROWS_MAX = 200_000
"""How many rows a report is planned for; Amazon fails those that come too large."""

ROWS_A_DAY = 150.0
"""What an advertiser's day is taken for while nothing of it is known."""


@dataclass(frozen=True, slots=True)
class Door:
    """The way to an advertiser's reports. `tells_names`: its campaigns may be queried too."""

    connection_id: ConnectionId
    region: Region
    adapter: Adapter
    mode: AccessMode
    header_value: str
    tells_names: bool


@dataclass(frozen=True, slots=True)
class Subject:
    """An advertiser that is kept: its door, its zone, since when, and how much there is of it.

    `equal` are the tables in which the unified reports were found to say what version 3 says,
    `compared` those compared so lately that it is not done again. Empty where Amazon has named
    no unified account: nothing can then be asked for in that generation (`is_unified`).
    """

    advertiser_id: AdvertiserId
    zone: str
    door: Door
    selected_at: datetime
    rows_a_day: float = ROWS_A_DAY
    is_unified: bool = False
    equal: frozenset[Dataset] = frozenset()
    compared: frozenset[Dataset] = frozenset()

    def adapter_of(self, spec: str) -> Adapter:
        """Return by which generation a report is asked for on ordinary days.

        What the unified reports lack, or were found to tell otherwise, stays with version 3.
        """
        known = specs_of(Adapter.V1).get(spec)
        chosen = self.door.adapter is Adapter.V1 and self.is_unified
        return Adapter.V1 if chosen and known and known.dataset in self.equal else Adapter.V3


@dataclass(frozen=True, slots=True)
class Asked:
    """A report that was planned before, as far as it concerns one advertiser.

    `is_counted` when it takes no more of the ledger: it was counted, or waits for a later moment.
    """

    advertiser_id: AdvertiserId
    spec: str
    window: str
    days: DateRange
    planned_at: datetime
    state: RequestState
    is_counted: bool
    adapter: Adapter = Adapter.V3
    is_shadow: bool = False  # compared, never stored


@dataclass(frozen=True, slots=True)
class Known:
    """What planning rests on, for one organization."""

    now: datetime
    subjects: Sequence[Subject]
    covered: Mapping[tuple[AdvertiserId, Dataset], Collection[date]] = field(default_factory=dict)
    used: Mapping[tuple[AdvertiserId, Dataset], int] = field(default_factory=dict)
    used_unified: Mapping[tuple[AdvertiserId, Dataset], int] = field(default_factory=dict)
    asked: Sequence[Asked] = ()

    def used_in(self, adapter: Adapter) -> Mapping[tuple[AdvertiserId, Dataset], int]:
        """Return what the ledger of one generation of reports has counted."""
        return self.used if adapter is Adapter.V3 else self.used_unified


@dataclass(frozen=True, slots=True)
class Wish:
    """One advertiser's part of a report to be."""

    subject: Subject
    spec: str
    window: str
    days: DateRange
    reason: Reason
    alone: bool = False
    adapter: Adapter = Adapter.V3
    rank: int = 0

    @property
    def name(self) -> str:
        """Return its spec's name."""
        return self.spec.removesuffix(WITH_NAMES)

    @property
    def group(self) -> tuple[object, ...]:
        """Return what must be equal for two wishes to share a report."""
        s = self.subject
        lonely = s.advertiser_id if self.alone else ""
        what = (self.adapter, self.spec, self.window, self.days, self.reason)
        return (s.door, s.zone, *what, lonely)

    @property
    def rows(self) -> float:
        """Return how many rows it is expected to bring."""
        return self.subject.rows_a_day * self.days.length


def plan(known: Known) -> list[PlannedRequest]:
    """Return the requests to be made now, the base facts' first; empty when nothing is due."""
    asked: dict[AdvertiserId, list[Asked]] = defaultdict(list)
    for earlier in known.asked:
        asked[earlier.advertiser_id].append(earlier)
    wishes = [
        wish
        for subject in known.subjects
        for wish in _Day(known, subject, asked[subject.advertiser_id]).wishes()
    ]
    return list(_requests(wishes, known.now))


class _Day:
    """One advertiser's local day: what is due, and what its ledger still allows."""

    def __init__(self, known: Known, subject: Subject, asked: Sequence[Asked]) -> None:
        self._known = known
        self._subject = subject
        self._asked = asked
        self._zone = ZoneInfo(subject.zone)
        self._today = known.now.astimezone(self._zone).date()
        self._linked_on = subject.selected_at.astimezone(self._zone).date()
        self._left = {
            (adapter, dataset): self._allowance(adapter, dataset)
            for adapter in Adapter
            for dataset in Dataset
        }

    def wishes(self) -> Iterator[Wish]:
        """Yield what to ask for, taking each from what the ledger leaves."""
        today = slots(self._today, self._linked_on)
        for slot in today:
            kept = self._kept(today, slot.spec, slot.at)
            adapter = self._subject.adapter_of(slot.spec)
            if self._is_due(slot) and self._take(adapter, slot.spec, kept):
                yield self._wish(slot.spec, slot.days, slot.reason, slot.window)
        yield from self._missing(today)
        if self._subject.is_unified:
            for name in BY_DAY:
                yield from self._comparison(name)
                yield from self._older(name, today)

    def _allowance(self, adapter: Adapter, dataset: Dataset) -> int:
        is_new = self._linked_on == self._today
        used = self._known.used_in(adapter).get((self._subject.advertiser_id, dataset), 0)
        planned = sum(
            one.adapter is adapter
            and not one.state.is_over
            and not one.is_counted
            and spec_named(one.spec, adapter).counted_as is dataset
            for one in self._asked
        )
        return requests_a_day(dataset, is_day_of_linking=is_new) - used - planned

    def _take(self, adapter: Adapter, name: str, kept: int) -> bool:
        key = adapter, spec_named(name, adapter).counted_as
        if self._left[key] <= kept:
            return False
        self._left[key] -= 1
        return True

    def _kept(self, today: Sequence[Slot], name: str, at: time = time.max) -> int:
        """Return how many requests of a report type are kept back: one for each slot of it that
        is still to come, or comes after `at`, and does not give way. None on the day of linking,
        when history comes first."""
        if self._linked_on == self._today:
            return 0
        adapter = self._subject.adapter_of(name)
        counted = spec_named(name, adapter).counted_as
        return sum(
            not slot.gives_way
            and (slot.at > at or self._known.now < self._due_at(slot))
            and self._subject.adapter_of(slot.spec) is adapter
            and spec_named(slot.spec, adapter).counted_as is counted
            for slot in today
        )

    def _due_at(self, slot: Slot) -> datetime:
        return slot.due_at(self._subject.advertiser_id, self._today, self._zone)

    def _is_due(self, slot: Slot) -> bool:
        due_at = self._due_at(slot)
        if slot.dataset is Dataset.REACH and self._linked_on == self._today:
            due_at = self._subject.selected_at
        return self._known.now >= due_at and self._is_open(slot, due_at)

    def _is_open(self, slot: Slot, due_at: datetime) -> bool:
        """Return whether the slot's reading is wanted and has not been asked for.

        Of what is not known at all history is fetched, newest first, and its first piece is what
        the slot would bring.
        """
        known = self._covered(slot.dataset)
        is_first = not known and history(self._today, slot.dataset) is not None
        is_settle = slot.reason is Reason.SETTLE
        if is_first or (is_settle and not any(day in known for day in slot.days.days())):
            return False
        return not any(self._answers(one, slot, due_at) for one in self._asked)

    def _answers(self, one: Asked, slot: Slot, due_at: datetime) -> bool:
        """Return whether an earlier request stands for the slot; one that failed does not."""
        if one.is_shadow or one.state in (RequestState.FAILED, RequestState.CANCELLED):
            return False
        same = _name(one) == slot.spec and one.window == slot.window
        spans = one.days.start <= slot.days.start and slot.days.end <= one.days.end
        return same and spans and (one.planned_at >= due_at or not one.state.is_over)

    def _missing(self, today: Sequence[Slot]) -> Iterator[Wish]:
        """Yield requests for days that are missing, newest first, as the ledger allows."""
        found: list[Wish] = []
        for name in BY_DAY:
            days = history(self._today, spec_named(name).dataset)
            assert days is not None
            found += self._gaps_of(name, days, self._subject.adapter_of(name), today)
        for wish in sorted(found, key=lambda wish: wish.days.end, reverse=True):
            if self._take(wish.adapter, wish.name, self._kept(today, wish.name)):
                yield wish

    def _older(self, name: str, today: Sequence[Slot]) -> Iterator[Wish]:
        """Yield requests for the days that version 3 no longer has, newest first: only where
        the unified reports said the same as it did of days that both have."""
        if spec_named(name).dataset in self._subject.equal:
            is_daily = self._subject.adapter_of(name) is Adapter.V1
            kept = self._kept(today, name) if is_daily else 0
            for wish in self._gaps_of(name, older_history(self._today), Adapter.V1, today):
                if self._take(Adapter.V1, name, kept):
                    yield replace(wish, rank=2)

    def _gaps_of(
        self, name: str, days: DateRange, adapter: Adapter, today: Sequence[Slot]
    ) -> Iterator[Wish]:
        """Yield a wish for each piece of history in which days are missing, newest first."""
        spec = spec_named(name, adapter)
        gaps = self._gaps(name, spec.dataset, days, today)
        for piece in days.chunks(spec.days_max):
            inside = [day for day in gaps if day in piece]
            if inside:
                gap = DateRange(inside[0], inside[-1])
                wish = self._wish(name, gap, Reason.BACKFILL, alone=self._was_silent(name, gap))
                yield replace(wish, adapter=adapter)

    def _comparison(self, name: str) -> Iterator[Wish]:
        """Yield the request that holds the unified reports against a week that is known."""
        dataset = spec_named(name).dataset
        under_way = any(_name(one) == name and not one.state.is_over for one in self._asked)
        if under_way or dataset in self._subject.compared:
            return
        days = comparable(self._today, self._covered(dataset))
        if days is not None and self._take(Adapter.V1, name, 0):
            wish = self._wish(name, days, Reason.COMPARISON)
            yield replace(wish, adapter=Adapter.V1, rank=1)

    def _gaps(
        self, name: str, dataset: Dataset, days: DateRange, today: Sequence[Slot]
    ) -> list[date]:
        """Return the days of which nothing is known, but for those under way and those that a
        slot of the day will read: unless such a reading has left the advertiser out before."""
        known = self._covered(dataset)
        mine = [a for a in self._asked if not a.is_shadow and _name(a) == name]
        under_way = [a.days for a in mine if not a.state.is_over]
        to_come = [s.days for s in today if s.spec == name and self._is_open(s, self._due_at(s))]
        return [
            day
            for day in days.days()
            if day not in known
            and not any(day in piece for piece in under_way)
            and (
                not any(day in read for read in to_come)
                or self._was_silent(name, DateRange(day, day))
            )
        ]

    def _was_silent(self, name: str, gap: DateRange) -> bool:
        """Return whether a shared report about these days left the advertiser out. Asked for
        alone, its silence means that there is nothing."""
        return any(
            _name(one) == name
            and one.state is RequestState.COMMITTED
            and one.days.start <= gap.start
            and gap.end <= one.days.end
            for one in self._asked
        )

    def _covered(self, dataset: Dataset) -> Collection[date]:
        return self._known.covered.get((self._subject.advertiser_id, dataset), ())

    def _wish(
        self, name: str, days: DateRange, reason: Reason, window: str = "", *, alone: bool = False
    ) -> Wish:
        names = spec_named(name).descriptors and not self._subject.door.tells_names
        spec = name + (WITH_NAMES if names else "")
        adapter = self._subject.adapter_of(name)
        return Wish(self._subject, spec, window, days, reason, alone, adapter)


def _name(one: Asked) -> str:
    return one.spec.removesuffix(WITH_NAMES)


def _requests(wishes: Iterable[Wish], now: datetime) -> Iterator[PlannedRequest]:
    groups: dict[tuple[object, ...], list[Wish]] = defaultdict(list)
    for wish in wishes:
        groups[wish.group].append(wish)
    base_first = sorted(groups.values(), key=lambda g: _rank(g[0]))
    batches = [batch for group in base_first for batch in _batches(group)]
    for number, batch in enumerate(batches):
        # Due since a moment ago, in this order: what is worth most is asked for first.
        yield _request(batch, now - (len(batches) - number) * _TICK)


def _rank(wish: Wish) -> tuple[int, int, int]:
    kind = BY_DAY.index(wish.name) if wish.name in BY_DAY else len(BY_DAY)
    return wish.rank, kind, -wish.days.end.toordinal()


def _batches(group: Sequence[Wish]) -> Iterator[list[Wish]]:
    """Split a group where it would hold too many advertisers or too many rows."""
    most = _most(group[0])
    batch: list[Wish] = []
    for wish in sorted(group, key=lambda w: w.subject.advertiser_id):
        if batch and (len(batch) == most or sum(w.rows for w in batch) + wish.rows > ROWS_MAX):
            yield batch
            batch = []
        batch.append(wish)
    if batch:
        yield batch


def _most(wish: Wish) -> int:
    """Return how many advertisers a report may hold; the unified ones know no doors."""
    spec = spec_named(wish.spec, wish.adapter)
    if wish.adapter is Adapter.V1:
        return spec.advertisers_max
    return min(spec.advertisers_max, wish.subject.door.mode.advertisers_max)


def _request(batch: Sequence[Wish], run_at: datetime) -> PlannedRequest:
    first = batch[0]
    door = first.subject.door
    return PlannedRequest(
        connection_id=door.connection_id,
        region=door.region,
        adapter=first.adapter,
        mode=door.mode,
        header_value=door.header_value,
        dataset=spec_named(first.spec, first.adapter).dataset,
        spec=first.spec,
        window=first.window,
        advertiser_ids=[wish.subject.advertiser_id for wish in batch],
        days=first.days,
        reason=first.reason,
        run_at=run_at,
    )
