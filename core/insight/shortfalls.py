"""What an answer lacks, in sentences: what is late, missing, not loaded yet, or not compared."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from core.insight.audience import Audience, Periods
from core.insight.coverage_calendar import ranges
from core.insight.known_days import REACHABLE_DAYS, Through
from core.store.accounts.advertisers import Advertiser

NAMED_MAX = 3


class Lack(StrEnum):
    """What kind of shortfall it is."""

    LATE = "late"
    LOADING = "loading"
    MISSING = "missing"
    NOT_COMPARED = "not compared"


@dataclass(frozen=True, slots=True)
class Shortfall:
    """One shortfall, as a sentence that says what it means."""

    lack: Lack
    sentence: str


def shortfalls(audience: Audience, through: Through, now: datetime) -> list[Shortfall]:
    """Return what the figures of an audience lack, the gravest first; empty when they are whole.

    Of an advertiser whose first load is under way nothing else is told.
    """
    whose = _Whose(audience, now)
    return [*whose.late(through), *whose.loading(), *whose.missing(), *whose.uncompared()]


class _Whose:
    """The advertisers of an audience, by how far their days are known."""

    def __init__(self, audience: Audience, now: datetime) -> None:
        self._days = audience.days
        self._all = audience.advertisers
        self._loading = [a for a in self._all if self._days[a.advertiser_id].is_loading(now)]
        self._periods: dict[Periods, list[Advertiser]] = defaultdict(list)
        for group in audience.groups:
            for cohort in group.cohorts:
                self._periods[cohort.periods] += [
                    a
                    for a in group.advertisers
                    if a.advertiser_id in cohort.advertiser_ids
                    and a not in self._loading
                    and self._days[a.advertiser_id].days
                ]

    def late(self, through: Through) -> Iterator[Shortfall]:
        if not through.late:
            return
        ends = [d for a in through.late if (d := self._days[a.advertiser_id].through)]
        whose = f"{_names(through.late)} {_is(through.late)} late"
        yield Shortfall(
            Lack.LATE,
            f"{whose}: data ends on {min(ends):%-d %b}, and "
            "yesterday should have been here by noon. Figures stand as of then; it is being asked "
            "for again.",
        )

    def loading(self) -> Iterator[Shortfall]:
        if self._loading:
            here = sum(len(self._days[a.advertiser_id].days) for a in self._loading)
            yield Shortfall(
                Lack.LOADING,
                f"{_names(self._loading)} {_is(self._loading)} still loading: {here:,} of "
                f"{REACHABLE_DAYS * len(self._loading):,} days are here. Figures grow until all "
                "are, and nothing is raised as trouble before.",
            )

    def missing(self) -> Iterator[Shortfall]:
        """Tell of days shown that are not known, but for those at the end: they are late."""
        empty = [
            a for a in self._all if not self._days[a.advertiser_id].days and a not in self._loading
        ]
        if empty:
            none = "it is" if len(empty) == 1 else "they are"
            yield Shortfall(
                Lack.MISSING,
                f"Of {_names(empty)} no day is known, so {none} in none of the figures. Data "
                "health tells why.",
            )
        for periods, advertisers in self._periods.items():
            inside = [day for day in periods.missing if advertisers and self._is_inside(day)]
            if inside:
                yield Shortfall(
                    Lack.MISSING,
                    f"{_days(inside)} {'is' if len(inside) == 1 else 'are'} missing for "
                    f"{_names(advertisers)} and counted as nothing. Data health tells why.",
                )

    def uncompared(self) -> Iterator[Shortfall]:
        """Tell where a change is over a part of the days, or over none."""
        for periods, advertisers in self._periods.items():
            if not advertisers or periods.compared is None:
                continue
            whose, alike = _names(advertisers), periods.alike
            if alike is None:
                told = f"{whose}: nothing is known of {periods.compared}, so no change is told."
                yield Shortfall(Lack.NOT_COMPARED, told)
            elif alike[0] != periods.shown:
                yield Shortfall(
                    Lack.NOT_COMPARED,
                    f"{whose}: changes are over {alike[0].length} of {periods.shown.length} days, "
                    f"{alike[0]} against {alike[1]}; of the others one side is not known.",
                )

    def _is_inside(self, day: date) -> bool:
        ends = (self._days[a.advertiser_id].through for a in self._all)
        return any(end is not None and day < end for end in ends)


def _days(days: Sequence[date]) -> str:
    return ", ".join(str(found) for found in ranges(days))


def _is(advertisers: Sequence[Advertiser]) -> str:
    return "is" if len(advertisers) == 1 else "are"


def _names(advertisers: Sequence[Advertiser]) -> str:
    names = [a.name for a in advertisers[:NAMED_MAX]]
    rest = len(advertisers) - len(names)
    if rest:
        names.append(f"{rest} more")
    if len(names) == 1:
        return names[0]
    return f"{', '.join(names[:-1])} and {names[-1]}"
