"""Whom a view means: advertisers and orders, parted by currency, with the days of each.

Presets end yesterday, and yesterday is another day in another zone; data arrives advertiser by
advertiser. So each advertiser has periods of its own, and those with equal ones are asked about
together. Currencies are never brought together.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from core.domain.connections import SyncState
from core.domain.metrics import Dataset
from core.domain.periods import DateRange, yesterday
from core.domain.views import View
from core.insight.desk import Desk
from core.insight.directory import Directory, KnownOrder, Stages, directory, stages
from core.insight.known_days import KnownDays, known_days
from core.insight.tagging import NO_TAGS, TagBook, tag_book
from core.lake.question import Among, Condition
from core.store.accounts.advertisers import Advertiser


@dataclass(frozen=True, slots=True)
class Periods:
    """The days shown, those they are held against, and the part that may honestly be compared.

    `alike` are two stretches of equal length, the first within `shown`, the second as far within
    `compared`, that begin and end with a day known in both; None when there is none, or nothing
    is compared. Days that are over and not known are `missing`, and `missing_before`.
    """

    shown: DateRange
    compared: DateRange | None = None
    alike: tuple[DateRange, DateRange] | None = None
    missing: tuple[date, ...] = ()
    missing_before: tuple[date, ...] = ()

    @property
    def is_whole(self) -> bool:
        """Return whether all of both periods is known, as far as a comparison is wanted."""
        return not self.missing and not (self.compared and self.missing_before)


@dataclass(frozen=True, slots=True)
class Cohort:
    """Advertisers of one currency whose periods are equal."""

    periods: Periods
    advertiser_ids: frozenset[str]


@dataclass(frozen=True, slots=True)
class Group:
    """The part of an audience in one currency. `where` holds the view's own filters.

    `orders` are those of the directory that the filters leave; the lake may know others. `as_of`
    is the instant whose state of the facts is meant, None for the present one.
    """

    currency: str
    advertisers: tuple[Advertiser, ...]
    cohorts: tuple[Cohort, ...]
    orders: Mapping[str, KnownOrder]
    where: tuple[Condition, ...] = ()
    as_of: datetime | None = None

    @property
    def advertiser_ids(self) -> frozenset[str]:
        """Return the ids of its advertisers."""
        return frozenset(str(a.advertiser_id) for a in self.advertisers)

    @property
    def compared_in_part(self) -> tuple[int, int] | None:
        """Return over how many of its days changes are told, where these are not all of them.

        It is that of the cohort of which least can be compared; None when all of it can.
        """
        found = [c.periods for c in self.cohorts if c.periods.compared]
        parts = [(p.alike[0].length if p.alike else 0, p.shown.length) for p in found]
        least = min(parts, default=(1, 1))
        return None if least[0] == least[1] else least

    @property
    def is_narrowed(self) -> bool:
        """Return whether only some orders of its advertisers are meant."""
        return bool(self.where)

    @property
    def shown(self) -> DateRange:
        """Return the days shown of any of its advertisers."""
        return _span(cohort.periods.shown for cohort in self.cohorts)

    @property
    def compared(self) -> DateRange | None:
        """Return the days that any of its advertisers is held against."""
        found = [c.periods.compared for c in self.cohorts if c.periods.compared]
        return _span(found) if found else None


@dataclass(frozen=True, slots=True)
class Audience:
    """Everything a view is about. `kept` are all advertisers that could be chosen, `days` those
    known in the table of `dataset`.
    """

    view: View
    kept: tuple[Advertiser, ...]
    advertisers: tuple[Advertiser, ...]
    groups: tuple[Group, ...]
    days: Mapping[str, KnownDays]
    directory: Directory
    stages: Stages
    dataset: Dataset = Dataset.CAMPAIGN

    @property
    def is_single(self) -> bool:
        """Return whether one advertiser alone is in view."""
        return len(self.advertisers) == 1

    def known_to_all(self, advertiser_ids: Iterable[str]) -> frozenset[date]:
        """Return the days that are known of every one of these advertisers that has any."""
        sides = [known for a in advertiser_ids if (known := self.days[a].days)]
        return frozenset.intersection(*sides) if sides else frozenset()

    @property
    def narrowed(self) -> tuple[frozenset[str] | None, ...]:
        """Return for each group the orders that the view's filters leave, None for all of them.

        What is kept for an audience is kept by these: a text finds others when tags are set.
        """
        return tuple(frozenset(g.orders) if g.is_narrowed else None for g in self.groups)


def audience(desk: Desk, view: View, dataset: Dataset = Dataset.CAMPAIGN) -> Audience:
    """Return whom the view means: all kept advertisers unless it names some.

    Their days are those known in the table of `dataset`.

    Groups come by currency, that of the first advertiser before the others. Empty without kept
    advertisers, or when none of those named is visible. Chosen orders limit the advertisers to
    theirs.
    """
    everybody = desk.tenant.advertisers.all()
    kept = [a for a in everybody if a.sync_state is SyncState.SELECTED]
    named = frozenset(view.advertisers)
    meant = [a for a in everybody if a.advertiser_id in named] if named else kept
    known = directory(desk)
    if view.orders:
        owners = {known.orders[o].order.advertiser_id for o in view.orders if o in known.orders}
        meant = [a for a in meant if a.advertiser_id in owners]
    days = known_days(desk, everybody, dataset)
    groups = _groups(desk, view, meant, known, days)
    told = stages(desk, known)
    return Audience(view, tuple(kept), tuple(meant), groups, days, known, told, dataset)


def periods(view: View, days: KnownDays, now: datetime) -> Periods:
    """Return one advertiser's periods for a view at an instant."""
    last_day = yesterday(now, days.zone)
    shown, compared = view.period(last_day), view.compared(last_day)
    missing = tuple(days.missing(shown, now))
    if compared is None:
        return Periods(shown, missing=missing)
    return Periods(
        shown,
        compared,
        _alike(shown, compared, days.days),
        missing,
        tuple(days.missing(compared, now)),
    )


def _groups(
    desk: Desk,
    view: View,
    meant: Sequence[Advertiser],
    known: Directory,
    days: Mapping[str, KnownDays],
) -> tuple[Group, ...]:
    by_currency: dict[str, list[Advertiser]] = defaultdict(list)
    for advertiser in meant:
        by_currency[advertiser.currency].append(advertiser)
    return tuple(
        _group(desk, view, currency, advertisers, known, days)
        for currency, advertisers in by_currency.items()
    )


def _group(
    desk: Desk,
    view: View,
    currency: str,
    advertisers: Sequence[Advertiser],
    known: Directory,
    days: Mapping[str, KnownDays],
) -> Group:
    orders = _orders(desk, view, advertisers, known)
    is_narrowed = bool(view.orders or view.text)
    return Group(
        currency,
        tuple(advertisers),
        tuple(_cohorts(view, advertisers, days, desk.days_from)),
        orders,
        (Among("order_id", frozenset(orders)),) if is_narrowed else (),
        view.as_of,
    )


def _cohorts(
    view: View, advertisers: Sequence[Advertiser], days: Mapping[str, KnownDays], now: datetime
) -> Iterable[Cohort]:
    together: dict[Periods, set[str]] = defaultdict(set)
    for advertiser in advertisers:
        together[periods(view, days[advertiser.advertiser_id], now)].add(advertiser.advertiser_id)
    return (Cohort(periods, frozenset(ids)) for periods, ids in together.items())


def _orders(
    desk: Desk, view: View, advertisers: Sequence[Advertiser], known: Directory
) -> Mapping[str, KnownOrder]:
    names = {str(a.advertiser_id): a.name for a in advertisers}
    tags = tag_book(desk) if view.text else NO_TAGS
    key = ("orders", known.mark, frozenset(names.items()), view.orders, view.text, tags.mark)
    return desk.recall(lambda: _filtered(view, names, known, tags), *key)


def _filtered(
    view: View, names: Mapping[str, str], known: Directory, tags: TagBook
) -> Mapping[str, KnownOrder]:
    """Return the orders that are chosen and called so: by their names, advertisers or tags."""
    chosen, text = frozenset(view.orders), view.text.lower()
    return {
        one.id: one
        for one in known.of(names)
        if (not chosen or one.id in chosen)
        and (
            text in one.order.name.lower()
            or text in names[one.order.advertiser_id].lower()
            or text in tags.of(one.id, one.order.advertiser_id)
        )
    }


def _alike(
    shown: DateRange, compared: DateRange, known: frozenset[date]
) -> tuple[DateRange, DateRange] | None:
    back = shown.start - compared.start
    both = [day for day in shown.days() if day in known and day - back in known]
    if not both:
        return None
    now = DateRange(both[0], both[-1])
    return now, DateRange(now.start - back, now.end - back)


def _span(ranges: Iterable[DateRange]) -> DateRange:
    listed = list(ranges)
    return DateRange(min(r.start for r in listed), max(r.end for r in listed))
