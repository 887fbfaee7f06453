"""The event calendar of an organization, and the events that concern some advertisers."""

from __future__ import annotations

from collections.abc import Iterable

from core.domain.event_calendar import Edited, Event, EventCalendar, Weight, merged
from core.domain.periods import DateRange
from core.domain.shopping_events import built_in
from core.insight.audience import Group
from core.insight.desk import Desk
from core.store.accounts.advertisers import Advertiser
from core.store.content.annotations import Annotation
from core.store.content.calendar_edits import EventEdit
from core.store.content.content import Content

_NAME_CHARACTERS = 48  # a chart names its bands; the whole words stand in the library


def calendar(content: Content) -> EventCalendar:
    """Return the built-in events under what the organization changed, hid and added."""
    return merged(built_in(), map(_edited, content.calendar.all()))


def events_of(desk: Desk, advertisers: Iterable[Advertiser], days: DateRange) -> tuple[Event, ...]:
    """Return the events of the advertisers' countries that touch these days, in order.

    Advertisers whose country Amazon does not tell have the events of every country.
    """
    return kept_calendar(desk).within(days, countries_of_advertisers(advertisers))


def countries_of_advertisers(advertisers: Iterable[Advertiser]) -> frozenset[str]:
    """Return the countries of advertisers; none, which means every one, where one is not known."""
    countries = frozenset(a.country for a in advertisers)
    return frozenset() if None in countries else frozenset(c for c in countries if c)


def marks_of(desk: Desk, group: Group) -> tuple[Event, ...]:
    """Return what a chart of a group shows beside its figures, in the order of the days.

    Its events, and what people noted of these days: of everything, of its advertisers, or of one
    of its orders.
    """
    noted = tuple(map(_noted, annotations_of(desk, group)))
    events = events_of(desk, group.advertisers, group.shown)
    return tuple(sorted((*events, *noted), key=lambda e: (e.days.start, e.days.end, e.name)))


def annotations_of(desk: Desk, group: Group) -> list[Annotation]:
    """Return the annotations that speak of a group in the days shown, the latest first."""
    return [
        one
        for one in desk.content.annotations.within(group.shown)
        if one.advertiser_id is None
        or (
            one.advertiser_id in group.advertiser_ids
            and (one.order_id is None or one.order_id in group.orders)
        )
    ]


def _noted(one: Annotation) -> Event:
    return Event(
        key=one.id,
        name=_shortened(f"{one.kind.capitalize()}: {one.words}"),
        days=one.days,
        weight=Weight.MAJOR,
        is_own=True,
    )


def _shortened(words: str) -> str:
    return words if len(words) <= _NAME_CHARACTERS else f"{words[: _NAME_CHARACTERS - 1].rstrip()}…"


def kept_calendar(desk: Desk) -> EventCalendar:
    """Return the calendar as `calendar` does, worked out once for all who look."""
    edits = edits_of(desk)
    return desk.recall(lambda: merged(built_in(), edits), "event calendar", edits)


def edits_of(desk: Desk) -> tuple[Edited, ...]:
    """Return what the organization changed: what else depends on the calendar is kept by this."""
    return tuple(map(_edited, desk.content.calendar.all()))


def _edited(edit: EventEdit) -> Edited:
    return Edited(
        key=edit.key,
        name=edit.name,
        days=DateRange(edit.first_day, edit.last_day),
        countries=edit.countries,
        is_hidden=edit.is_hidden,
    )
