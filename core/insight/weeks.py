"""Sums of a history by week: Monday to Sunday, as far as the days shown go."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from itertools import groupby

from core.domain.metrics import Metric
from core.domain.periods import DateRange
from core.insight.history import Amount, History, Sums, added_up, of


@dataclass(frozen=True, slots=True)
class Week:
    """The days of one week that are shown, and the sums of the measures over those known."""

    days: DateRange
    sums: Sums

    @property
    def is_whole(self) -> bool:
        """Return whether all seven days are shown."""
        return self.days.length == 7

    def value(self, metric: Metric) -> Amount:
        """Return a metric over the week; None where nothing of it is known."""
        return of(metric, self.sums)


def weeks(found: History) -> list[Week]:
    """Return the weeks of a history, oldest first; the first and last may be shorter."""
    return list(_weeks(found))


def _weeks(found: History) -> Iterator[Week]:
    places = groupby(enumerate(found.days), key=lambda one: one[1] - timedelta(one[1].weekday()))
    for _, group in places:
        listed = list(group)
        sums = {
            part: added_up(part, [values[place] for place, _ in listed])
            for part, values in found.now.items()
        }
        yield Week(DateRange(listed[0][1], listed[-1][1]), sums)
