"""The calendar of events: which days, in which countries, and what an organization makes of it."""

from __future__ import annotations

from datetime import date

import pytest

from core.domain.event_calendar import (
    Edited,
    Event,
    EventCalendar,
    Weight,
    countries_of,
    merged,
)
from core.domain.periods import DateRange
from core.domain.shopping_events import YEARS, built_in, easter
from core.errors import UserError


def _days(*edges: str) -> DateRange:
    return DateRange(date.fromisoformat(edges[0]), date.fromisoformat(edges[-1]))


def _known(key: str) -> DateRange:
    [found] = [event for event in built_in() if event.key == key]
    return found.days


# Written down from calendars, not worked out.
KNOWN = {
    "black-friday.2023": _days("2023-11-24"),
    "black-friday.2024": _days("2024-11-29"),
    "cyber-weekend.2024": _days("2024-11-30", "2024-12-01"),
    "cyber-monday.2024": _days("2024-12-02"),
    "black-friday.2025": _days("2025-11-28"),
    "black-friday.2026": _days("2026-11-27"),
    "cyber-monday.2026": _days("2026-11-30"),
    "thanksgiving.2026": _days("2026-11-26"),
    "thanksgiving.2025.ca": _days("2025-10-13"),
    "labor-day.2026": _days("2026-09-07"),
    "memorial-day.2025": _days("2025-05-26"),
    "presidents-day.2026": _days("2026-02-16"),
    "mothers-day.2025": _days("2025-05-11"),
    "mothers-day.2026.uk": _days("2026-03-15"),
    "mothers-day.2023.fr": _days("2023-06-04"),  # Whit Sunday was 28 May
    "mothers-day.2026.fr": _days("2026-05-31"),
    "fathers-day.2024.de": _days("2024-05-09"),
    "golden-week.2026": _days("2026-04-29", "2026-05-06"),
    "golden-week.2023": _days("2023-04-29", "2023-05-05"),
    "prime-day.2025": _days("2025-07-08", "2025-07-11"),
    "prime-day.2025.jp": _days("2025-07-11", "2025-07-14"),
    "prime-day.2026": _days("2026-06-23", "2026-06-26"),
    "prime-big-deal-days.2025": _days("2025-10-07", "2025-10-08"),
}


@pytest.mark.parametrize("key", KNOWN)
def test_the_days_are_those_of_the_calendar(key: str) -> None:
    assert _known(key) == KNOWN[key]


def test_easter_is_when_it_is() -> None:
    # https://www.census.gov lists them; 2024 and 2027 are the early ones.
    told = ["2023-04-09", "2024-03-31", "2025-04-20", "2026-04-05", "2027-03-28"]
    assert [easter(year).isoformat() for year in YEARS] == told


def test_no_key_is_given_twice_and_every_year_has_its_rules() -> None:
    keys = [event.key for event in built_in()]
    assert len(keys) == len(set(keys))
    for year in YEARS:
        assert f"christmas.{year}" in keys


def test_no_country_keeps_two_days_of_a_series_in_one_year() -> None:
    seen: set[tuple[str, int, str]] = set()
    for event in built_in():
        for country in event.countries:
            mark = (event.series, event.days.start.year, country)
            assert mark not in seen, mark
            seen.add(mark)


def test_an_event_holds_in_its_countries_and_gb_is_amazons_uk() -> None:
    event = Event(key="x.2026", name="X", days=_days("2026-01-01"), countries=("UK",))
    assert event.holds_in(["GB"])
    assert event.holds_in(["US", "UK"])
    assert not event.holds_in(["US"])
    assert event.holds_in([]), "where no country is known nothing is left out"


def test_a_country_has_its_own_prime_day() -> None:
    calendar = EventCalendar(built_in())
    july = _days("2025-07-01", "2025-07-31")
    japanese = [e.key for e in calendar.within(july, ["JP"]) if e.series == "prime-day"]
    assert japanese == ["prime-day.2025.jp"]


def test_this_prime_day_is_held_against_the_one_before() -> None:
    calendar = EventCalendar(built_in())
    [this] = [e for e in built_in() if e.key == "prime-day.2026"]
    before = calendar.before(this, ["US"])
    assert before is not None
    assert before.key == "prime-day.2025"
    [first] = [e for e in built_in() if e.key == "prime-day.2023"]
    assert calendar.before(first, ["US"]) is None


def test_an_event_is_held_against_the_same_countrys_whatever_countries_are_known() -> None:
    calendar = EventCalendar(built_in())
    events = {event.key: event for event in built_in()}
    pairs = {
        # India keeps its own days: 20 July 2024, and in 2025 four days after America's began.
        "prime-day.2025": "prime-day.2024",
        "prime-day.2025.in": "prime-day.2024.in",
        "prime-day.2025.jp": "prime-day.2024",  # Japan kept America's days that year
        "golden-week.2026": "golden-week.2025",
    }
    for key, earlier in pairs.items():
        for countries in ((), ("US", "IN", "JP", "CN")):
            before = calendar.before(events[key], countries)
            assert before is not None
            assert before.key == earlier


BUILT_IN = (
    Event(key="sale.2026", name="Sale", days=_days("2026-05-01"), weight=Weight.MINOR),
    Event(key="fair.2026", name="Fair", days=_days("2026-06-01")),
)


def test_an_edit_stands_instead_of_the_built_in_event() -> None:
    moved = Edited(key="sale.2026", name="Our sale", days=_days("2026-07-01", "2026-07-03"))
    calendar = merged(BUILT_IN, [moved])
    assert [e.name for e in calendar.events] == ["Fair", "Our sale"]
    changed = calendar.events[1]
    assert (changed.is_own, changed.weight, changed.series) == (True, Weight.MINOR, "sale")


def test_a_hidden_event_is_nowhere_but_can_be_found_again() -> None:
    edit = Edited(key="sale.2026", name="Sale", days=_days("2026-05-01"), is_hidden=True)
    calendar = merged(BUILT_IN, [edit])
    assert [e.key for e in calendar.events] == ["fair.2026"]
    assert [e.key for e in calendar.hidden] == ["sale.2026"]
    assert calendar.within(_days("2026-05-01")) == ()


def test_own_events_of_one_name_are_a_series_whatever_the_year_in_it() -> None:
    first = Edited(key="event_1", name="Summer Fair 2025", days=_days("2025-08-01"))
    second = Edited(key="event_2", name="Summer fair  2026", days=_days("2026-08-02"))
    calendar = merged((), [second, first])
    assert calendar.before(calendar.events[1]) == calendar.events[0]


def test_countries_are_read_as_people_write_them() -> None:
    assert countries_of("us, gb de US") == ("US", "UK", "DE")
    assert countries_of("  ") == ()
    with pytest.raises(UserError, match="two letters"):
        countries_of("US Germany")
