"""What an organization changed in the calendar of events, and the events it added."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from core.domain.ids import UserId
from core.domain.periods import DateRange
from core.errors import UserError
from core.store.content.repository import Repository, one_line
from core.store.content.rows import equal
from core.store.identity.organizations import named
from core.store.schema import calendar_event

DAYS_MAX = 92
KEY_CHARACTERS = 80


@dataclass(frozen=True, slots=True, kw_only=True)
class EventEdit:
    """An event as the organization has it: an own one, or a built-in one of the same key.

    `countries` are two-letter codes, none for everywhere. A hidden one is not shown anywhere.
    """

    key: str
    name: str
    countries: tuple[str, ...]
    first_day: date
    last_day: date
    is_hidden: bool
    changed_by: UserId
    changed_at: datetime


class CalendarEdits(Repository[EventEdit]):
    """The organization's edits. Every member sees them, clients too."""

    __slots__ = ()
    _table = calendar_event
    _kind = EventEdit
    _what = "The event"

    def all(self) -> list[EventEdit]:
        """Return them in the order of their days."""
        return sorted(self._found(), key=lambda edit: (edit.first_day, edit.name, edit.key))

    def put(
        self,
        key: str,
        name: str,
        days: DateRange,
        now: datetime,
        *,
        countries: tuple[str, ...] = (),
        is_hidden: bool = False,
    ) -> None:
        """Keep an event under its key, over what was kept there.

        Raises NotAllowed unless the role may, UserError for a name, days or key that are none.
        """
        self._require_whole_editor()
        if days.length > DAYS_MAX:
            raise UserError(f"An event lasts at most {DAYS_MAX} days.")
        row = {
            "key": one_line(key, most=KEY_CHARACTERS),
            "name": named(name),
            "countries": sorted({country.upper() for country in countries}),
            "first_day": days.start,
            "last_day": days.end,
            "is_hidden": is_hidden,
            **self._stamp(now),
        }
        self.rows.put(self._table, [row])

    def remove(self, key: str) -> None:
        """Take an edit back: a built-in event is as it was. Raises NotAllowed, NotFound."""
        self._require_whole_editor()
        self._remove(equal("key", key))

    def _read(self, row: Mapping[str, Any]) -> EventEdit:
        kept = {name: row[name] for name in EventEdit.__slots__}
        return EventEdit(**{**kept, "countries": tuple(row["countries"])})
