"""Events that move shopping and spend: what they are, where they hold, and an organization's edits.

The built-in ones stand in `core.domain.shopping_events`. A key is `series.year`, or
`series.year.variant` where countries keep other days; an event and the one a year before share
their series, which is how they are compared.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from enum import IntEnum

from core.domain.periods import DateRange
from core.errors import UserError

_KEY = re.compile(r"([a-z-]+)\.[0-9]{4}(?:\.[a-z]+)?")
_YEAR = re.compile(r"\b(?:19|20)[0-9]{2}\b")
_OTHER_CODES = {"GB": "UK"}  # Amazon says UK where ISO 3166 says GB


class Weight(IntEnum):
    """How much an event moves: over long periods only the major ones are drawn."""

    MINOR = 1
    MAJOR = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """Some days and what they are called, in some countries (two letters; none: everywhere).

    `is_own` is True for what people added, or changed in a built-in one.
    """

    key: str
    name: str
    days: DateRange
    countries: tuple[str, ...] = ()
    weight: Weight = Weight.MAJOR
    is_own: bool = False

    @property
    def series(self) -> str:
        """Return what it has in common with the same event of another year."""
        found = _KEY.fullmatch(self.key)
        return found[1] if found else " ".join(_YEAR.sub(" ", self.name).casefold().split())

    def holds_in(self, countries: Collection[str]) -> bool:
        """Return whether it is kept in any of these countries; in every one when none is known."""
        if not self.countries or not countries:
            return True
        wanted = {country_code(country) for country in countries}
        return not wanted.isdisjoint(map(country_code, self.countries))


@dataclass(frozen=True, slots=True, kw_only=True)
class Edited:
    """What an organization says of an event: a new one, or the built-in one of the same key."""

    key: str
    name: str
    days: DateRange
    countries: tuple[str, ...] = ()
    is_hidden: bool = False


@dataclass(frozen=True, slots=True)
class EventCalendar:
    """Events in the order of their days; `hidden` are those that are kept but shown nowhere."""

    events: tuple[Event, ...]
    hidden: tuple[Event, ...] = ()

    def within(self, days: DateRange, countries: Collection[str] = ()) -> tuple[Event, ...]:
        """Return the events that touch these days in any of these countries, in order."""
        touching = (e for e in self.events if e.days.intersection(days))
        return tuple(event for event in touching if event.holds_in(countries))

    def series(self, countries: Collection[str] = ()) -> Mapping[str, tuple[Event, ...]]:
        """Return the events of each series kept in these countries, each in order of its days."""
        found: dict[str, list[Event]] = {}
        for event in self.events:
            if event.holds_in(countries):
                found.setdefault(event.series, []).append(event)
        return {name: tuple(events) for name, events in found.items()}

    def before(self, event: Event, countries: Collection[str] = ()) -> Event | None:
        """Return the last event of the same series that was over before this one began.

        Both are kept in one country at least: India's Prime Day is not America's of that week.
        """
        alike = self.series(countries).get(event.series, ())
        near = (other for other in alike if other.holds_in(event.countries))
        earlier = [other for other in near if other.days.end < event.days.start]
        return earlier[-1] if earlier else None


def merged(built_in: Iterable[Event], edits: Iterable[Edited]) -> EventCalendar:
    """Return the calendar of an organization: the built-in events under its edits."""
    known = {event.key: event for event in built_in}
    shown = dict(known)
    hidden: dict[str, Event] = {}
    for edit in edits:
        event = Event(
            key=edit.key,
            name=edit.name,
            days=edit.days,
            countries=edit.countries,
            weight=known[edit.key].weight if edit.key in known else Weight.MAJOR,
            is_own=True,
        )
        shown.pop(edit.key, None)
        (hidden if edit.is_hidden else shown)[edit.key] = event
    return EventCalendar(_in_order(shown.values()), _in_order(hidden.values()))


def country_code(country: str) -> str:
    """Return a country as Amazon writes it."""
    code = country.upper()
    return _OTHER_CODES.get(code, code)


def countries_of(text: str) -> tuple[str, ...]:
    """Return the countries that a person wrote, as Amazon writes them, each once, in order.

    Empty for an empty text: everywhere. Raises UserError for what is no code of two letters.
    """
    codes = dict.fromkeys(country_code(code) for code in text.replace(",", " ").split())
    if any(len(code) != 2 or not (code.isascii() and code.isalpha()) for code in codes):
        raise UserError("Write each country with two letters, as in US UK DE.")
    return tuple(codes)


def _in_order(events: Iterable[Event]) -> tuple[Event, ...]:
    return tuple(sorted(events, key=lambda e: (e.days.start, e.days.end, e.name, e.key)))
