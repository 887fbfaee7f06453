"""Return on ad spend two ways: as Amazon reports it, and over the fourteen days before each day.

DSP reports date a sale by the sale and cost by the ad. Over a few days the two belong to
different ads; over the fourteen days in which an ad may be credited they nearly meet.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

from core.domain.catalogue import metric
from core.domain.event_calendar import Event
from core.domain.metrics import Metric
from core.domain.periods import ONE_DAY, DateRange
from core.domain.probes import Probe, Verdict
from core.insight.audience import Audience, Cohort, Group, Periods
from core.insight.calendar import marks_of
from core.insight.desk import Desk
from core.insight.history import Amount, Figure, added_up, history
from core.insight.tiles import TRAILING_DAYS
from core.insight.trend import Caution, cautions

KINDS = ("total_roas", "roas", "total_ntb_roas")


@dataclass(frozen=True, slots=True)
class Returns:
    """One kind of return: `reported` over the days shown, `trailing` on the last of them.

    `by_day` and `trailing_by_day` go with `days`; a trailing value is None unless all of its
    fourteen days are known.
    """

    group: Group
    metric: Metric
    reported: Figure
    trailing: Amount
    days: tuple[date, ...]
    by_day: tuple[Amount, ...]
    trailing_by_day: tuple[Amount, ...]
    cautions: tuple[Caution, ...]
    dated_by: Verdict
    events: tuple[Event, ...] = ()


def returns(desk: Desk, whom: Audience, group: Group, key: str = KINDS[0]) -> Returns:
    """Return a kind of return on ad spend of a group. Raises UserError for an unknown metric."""
    entry = metric(key)
    shown = history(desk, group, whom.days, (entry,))
    trailing = _trailing(desk, whom, group, entry, shown.days)
    return Returns(
        group=group,
        metric=entry,
        reported=shown.figure(entry),
        trailing=trailing[-1] if trailing else None,
        days=shown.days,
        by_day=shown.by_day(entry),
        trailing_by_day=trailing,
        cautions=cautions(desk, whom, group, entry),
        dated_by=_dated_by(desk, group),
        events=marks_of(desk, group),
    )


def _trailing(
    desk: Desk, whom: Audience, group: Group, entry: Metric, days: Sequence[date]
) -> tuple[Amount, ...]:
    back = (TRAILING_DAYS - 1) * ONE_DAY
    wider = tuple(
        Cohort(
            Periods(DateRange(c.periods.shown.start - back, c.periods.shown.end)), c.advertiser_ids
        )
        for c in group.cohorts
    )
    found = history(desk, replace(group, cohorts=wider), whom.days, (entry,))
    known = whom.known_to_all(group.advertiser_ids)
    places = {day: place for place, day in enumerate(found.days)}
    return tuple(_at(entry, found.now, places, known, day) for day in days)


def _at(
    entry: Metric,
    columns: Mapping[str, Sequence[Amount]],
    places: Mapping[date, int],
    known: frozenset[date],
    day: date,
) -> Decimal | None:
    """Return the ratio of sums over the fourteen days up to `day`."""
    window = [day - n * ONE_DAY for n in range(TRAILING_DAYS)]
    if not known.issuperset(window) or entry.formula is None:
        return None
    sums = {
        part: added_up(part, [columns[part][places[one]] for one in window if one in places])
        for part in entry.formula.parts
    }
    return entry.formula.of(sums)


def _dated_by(desk: Desk, group: Group) -> Verdict:
    """Return what the data has shown of these advertisers; by conversion where it shows nothing."""
    seen = {
        verdict.verdict
        for verdict in desk.tenant.probes.all()
        if verdict.probe == Probe.CONVERSION_DATE
        and str(verdict.advertiser_id) in group.advertiser_ids
    }
    return Verdict.BY_TRAFFIC if seen == {Verdict.BY_TRAFFIC} else Verdict.BY_CONVERSION
