"""The built-in calendar: shopping events and holidays that move ad spend, 2023 to 2027.

Holidays follow from rules and are there for every year. Amazon's own sales have no rule: their
days are those it announced, country by country. What was not announced, or could not be checked,
is left out; an organization adds it on the Events screen. Sources: Amazon's announcements of
Prime Day 2023-2026, Prime Big Deal Days 2023-2025 and the Big Spring Sale; public holidays acts.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache

from core.domain.event_calendar import Event, Weight
from core.domain.periods import DateRange

YEARS = range(2023, 2028)

MONDAY, THURSDAY, SUNDAY = 0, 3, 6
_PRIME = ("US", "CA", "UK", "DE", "FR", "IT", "ES", "AT", "BE", "NL", "SE", "PL", "PT", "SG")
_BOXING = ("UK", "IE", "CA", "AU", "NZ")
_MOTHERS_IN_MAY = ("US", "CA", "AU", "NZ", "DE", "AT", "IT", "NL", "BE", "JP", "IN", "BR", "SG")
_FATHERS_IN_JUNE = ("US", "CA", "UK", "IE", "FR", "NL", "JP", "IN", "MX", "SG")
_EASTER = (*_PRIME[:-1], "IE", "AU", "NZ", "MX", "BR")


@cache
def built_in() -> tuple[Event, ...]:
    """Return every built-in event, in the order of their days."""
    found = [*_announced(), *(event for year in YEARS for event in _by_rule(year))]
    return tuple(sorted(found, key=lambda event: (event.days.start, event.days.end, event.key)))


def easter(year: int) -> date:
    """Return Easter Sunday of the western churches (the computus of Meeus, Jones and Butcher)."""
    century, place = divmod(year, 100)
    moon = (
        19 * (year % 19) + century - century // 4 - (century - (century + 8) // 25 + 1) // 3 + 15
    ) % 30
    week = (32 + 2 * (century % 4) + 2 * (place // 4) - moon - place % 4) % 7
    late = (year % 19 + 11 * moon + 22 * week) // 451
    month, day = divmod(moon + week - 7 * late + 114, 31)
    return date(year, month, day + 1)


def nth_weekday(year: int, month: int, weekday: int, nth: int) -> date:
    """Return the n-th such weekday of a month; Monday is 0, the last one is -1."""
    if nth > 0:
        first = date(year, month, 1)
        return first + timedelta(days=(weekday - first.weekday()) % 7 + 7 * (nth - 1))
    last = date(year + month // 12, month % 12 + 1, 1) - timedelta(days=1)
    return last - timedelta(days=(last.weekday() - weekday) % 7)


def golden_week(year: int) -> tuple[date, date]:
    """Return first and last day of Japan's Golden Week: Showa Day to the last holiday in May.

    A holiday of 3 to 5 May that falls on a Sunday makes the 6th one (Act on National Holidays).
    """
    has_sunday = any(date(year, 5, day).weekday() == SUNDAY for day in (3, 4, 5))
    return date(year, 4, 29), date(year, 5, 6 if has_sunday else 5)


@dataclass(frozen=True, slots=True)
class _Rule:
    """An event that comes every year: by a rule for its first day, or its first and last."""

    series: str
    name: str
    days: Callable[[int], date | tuple[date, date]]
    countries: tuple[str, ...] = ()
    weight: Weight = Weight.MINOR
    variant: str = ""


def _fixed(month: int, first: int, last: int | None = None) -> Callable[[int], tuple[date, date]]:
    return lambda year: (date(year, month, first), date(year, month, last or first))


def _nth(month: int, weekday: int, nth: int, plus: int = 0) -> Callable[[int], date]:
    return lambda year: nth_weekday(year, month, weekday, nth) + timedelta(days=plus)


def _from_easter(days: int) -> Callable[[int], date]:
    return lambda year: easter(year) + timedelta(days=days)


def _cyber_weekend(year: int) -> tuple[date, date]:
    thanksgiving = nth_weekday(year, 11, THURSDAY, 4)
    return thanksgiving + timedelta(days=2), thanksgiving + timedelta(days=3)


def _french_mothers(year: int) -> date:
    """The last Sunday of May, or the first of June when that is Whit Sunday."""
    last = nth_weekday(year, 5, SUNDAY, -1)
    return nth_weekday(year, 6, SUNDAY, 1) if last == easter(year) + timedelta(days=49) else last


_MAJOR, _MINOR = Weight.MAJOR, Weight.MINOR
_RULES = (
    _Rule("black-friday", "Black Friday", _nth(11, THURSDAY, 4, 1), (), _MAJOR),
    _Rule("cyber-weekend", "Cyber weekend", _cyber_weekend, (), _MAJOR),
    _Rule("cyber-monday", "Cyber Monday", _nth(11, THURSDAY, 4, 4), (), _MAJOR),
    _Rule("christmas", "Christmas", _fixed(12, 24, 25), (), _MAJOR),
    _Rule("valentines", "Valentine's Day", _fixed(2, 14)),
    _Rule(
        "easter", "Easter", lambda year: (easter(year), easter(year) + timedelta(days=1)), _EASTER
    ),
    _Rule("boxing-day", "Boxing Day", _fixed(12, 26), _BOXING),
    _Rule("thanksgiving", "Thanksgiving", _nth(11, THURSDAY, 4), ("US",)),
    _Rule("thanksgiving", "Thanksgiving", _nth(10, MONDAY, 2), ("CA",), variant="ca"),
    _Rule("memorial-day", "Memorial Day", _nth(5, MONDAY, -1), ("US",)),
    _Rule("independence-day", "Independence Day", _fixed(7, 4), ("US",)),
    _Rule("labor-day", "Labor Day", _nth(9, MONDAY, 1), ("US", "CA")),
    _Rule("presidents-day", "Presidents' Day", _nth(2, MONDAY, 3), ("US",)),
    _Rule("halloween", "Halloween", _fixed(10, 31), ("US", "CA", "UK", "IE")),
    _Rule("mothers-day", "Mother's Day", _nth(5, SUNDAY, 2), _MOTHERS_IN_MAY),
    _Rule("mothers-day", "Mother's Day", _from_easter(-21), ("UK", "IE"), variant="uk"),
    _Rule("mothers-day", "Mother's Day", _french_mothers, ("FR",), variant="fr"),
    _Rule("mothers-day", "Mother's Day", _nth(5, SUNDAY, 1), ("ES", "PT"), variant="es"),
    _Rule("mothers-day", "Mother's Day", _nth(5, SUNDAY, -1), ("SE",), variant="se"),
    _Rule("mothers-day", "Mother's Day", _fixed(5, 10), ("MX",), variant="mx"),
    _Rule("mothers-day", "Mother's Day", _fixed(5, 26), ("PL",), variant="pl"),
    _Rule("fathers-day", "Father's Day", _nth(6, SUNDAY, 3), _FATHERS_IN_JUNE),
    _Rule("fathers-day", "Father's Day", _from_easter(39), ("DE",), variant="de"),
    _Rule("fathers-day", "Father's Day", _fixed(3, 19), ("IT", "ES", "PT"), variant="it"),
    _Rule("fathers-day", "Father's Day", _nth(6, SUNDAY, 2), ("AT", "BE"), variant="at"),
    _Rule("fathers-day", "Father's Day", _nth(9, SUNDAY, 1), ("AU", "NZ"), variant="au"),
    _Rule("fathers-day", "Father's Day", _nth(8, SUNDAY, 2), ("BR",), variant="br"),
    _Rule("fathers-day", "Father's Day", _nth(11, SUNDAY, 2), ("SE",), variant="se"),
    _Rule("singles-day", "Singles' Day", _fixed(11, 11), ("CN", "SG", "DE", "AT")),
    _Rule("golden-week", "Golden Week", golden_week, ("JP",), _MAJOR),
    _Rule("golden-week", "Golden Week", _fixed(10, 1, 7), ("CN",), _MAJOR, variant="cn"),
    _Rule("obon", "Obon", _fixed(8, 13, 16), ("JP",)),
    _Rule("white-day", "White Day", _fixed(3, 14), ("JP",)),
)


@dataclass(frozen=True, slots=True)
class _Announced:
    """The days of one year of an event that follows no rule."""

    series: str
    name: str
    first: date
    last: date
    countries: Sequence[str]
    variant: str = ""
    weight: Weight = Weight.MAJOR


_PRIME_DAY = ("prime-day", "Prime Day")
_DEAL_DAYS = ("prime-big-deal-days", "Prime Big Deal Days")
_SPRING = ("big-spring-sale", "Big Spring Sale")
_ANNOUNCED = (
    _Announced(*_PRIME_DAY, date(2023, 7, 11), date(2023, 7, 12),
               (*_PRIME, "JP", "AU", "MX")),
    _Announced(*_PRIME_DAY, date(2023, 7, 15), date(2023, 7, 16), ("IN",), "in"),
    _Announced(*_PRIME_DAY, date(2024, 7, 16), date(2024, 7, 17), (*_PRIME, "JP")),
    _Announced(*_PRIME_DAY, date(2024, 7, 16), date(2024, 7, 21), ("AU",), "au"),
    _Announced(*_PRIME_DAY, date(2024, 7, 20), date(2024, 7, 21), ("IN",), "in"),
    _Announced(*_PRIME_DAY, date(2025, 7, 8), date(2025, 7, 11), (*_PRIME, "IE")),
    _Announced(*_PRIME_DAY, date(2025, 7, 8), date(2025, 7, 14), ("AU",), "au"),
    _Announced(*_PRIME_DAY, date(2025, 7, 11), date(2025, 7, 14), ("JP",), "jp"),
    _Announced(*_PRIME_DAY, date(2025, 7, 12), date(2025, 7, 14), ("IN",), "in"),
    _Announced(*_PRIME_DAY, date(2026, 6, 23), date(2026, 6, 26), ("US",)),
    _Announced(*_DEAL_DAYS, date(2023, 10, 10), date(2023, 10, 11), _PRIME),
    _Announced(*_DEAL_DAYS, date(2023, 10, 14), date(2023, 10, 15), ("JP",), "jp"),
    _Announced(*_DEAL_DAYS, date(2024, 10, 8), date(2024, 10, 9), _PRIME),
    _Announced(*_DEAL_DAYS, date(2024, 10, 19), date(2024, 10, 20), ("JP",), "jp"),
    _Announced(*_DEAL_DAYS, date(2025, 10, 7), date(2025, 10, 8), _PRIME),
    _Announced(*_DEAL_DAYS, date(2025, 10, 7), date(2025, 10, 10), ("JP",), "jp"),
    _Announced(*_SPRING, date(2024, 3, 20), date(2024, 3, 25), ("US",)),
    _Announced(*_SPRING, date(2025, 3, 25), date(2025, 3, 31), ("US",)),
)  # fmt: skip


def _moving(
    series: str, name: str, countries: Sequence[str], days: Iterable[date]
) -> Iterator[_Announced]:
    """Yield a holiday of another calendar, by the days that it falls on here."""
    return (_Announced(series, name, day, day, countries, weight=_MINOR) for day in days)


_LUNAR_NEW_YEAR = (
    date(2023, 1, 22), date(2024, 2, 10), date(2025, 1, 29), date(2026, 2, 17), date(2027, 2, 6),
)  # fmt: skip
_DIWALI = (
    date(2023, 11, 12), date(2024, 10, 31), date(2025, 10, 20), date(2026, 11, 8),
    date(2027, 10, 29),
)  # fmt: skip
_SUPER_BOWL = (
    date(2023, 2, 12), date(2024, 2, 11), date(2025, 2, 9), date(2026, 2, 8), date(2027, 2, 14),
)  # fmt: skip


def _by_rule(year: int) -> Iterator[Event]:
    for rule in _RULES:
        days = rule.days(year)
        first, last = days if isinstance(days, tuple) else (days, days)
        yield _event(rule.series, rule.name, first, last, rule.countries, rule.weight, rule.variant)


def _announced() -> Iterator[Event]:
    listed = (
        *_ANNOUNCED,
        *_moving("lunar-new-year", "Lunar New Year", ("CN", "SG"), _LUNAR_NEW_YEAR),
        *_moving("diwali", "Diwali", ("IN", "SG"), _DIWALI),
        *_moving("super-bowl", "Super Bowl", ("US",), _SUPER_BOWL),
    )
    for one in listed:
        yield _event(
            one.series, one.name, one.first, one.last, one.countries, one.weight, one.variant
        )


def _event(
    series: str,
    name: str,
    first: date,
    last: date,
    countries: Sequence[str],
    weight: Weight,
    variant: str,
) -> Event:
    key = f"{series}.{first.year}" + (f".{variant}" if variant else "")
    return Event(
        key=key, name=name, days=DateRange(first, last), countries=tuple(countries), weight=weight
    )
