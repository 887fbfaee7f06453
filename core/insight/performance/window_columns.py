"""Reach and frequency beside the other columns, where the days shown are a reported window."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from core.domain.metrics import Metric
from core.domain.periods import DateRange
from core.domain.views import Level
from core.insight.audience import Audience, Group
from core.insight.desk import Desk
from core.insight.entity_sums import Key
from core.insight.history import Amount, Figure
from core.insight.reach.windows import figures, looks_back_fixedly

_LEVELS = {Level.ADVERTISER: "advertiser", Level.ORDER: "order"}
_BY_ADVERTISER = frozenset({"reach", "frequency"})
_NEVER = "People reached twice are one person, so reach and frequency are never added up."

Values = Mapping[Key, Mapping[str, Amount]]


@dataclass(frozen=True, slots=True)
class WindowColumns:
    """Figures of the window that the days shown are, and of the one compared; empty where Amazon
    reported none. `reasons` says by metric why a total or a whole column is n/a.
    """

    now: Values = field(default_factory=dict)
    before: Values = field(default_factory=dict)
    whole: Values = field(default_factory=dict)
    reasons: Mapping[str, str] = field(default_factory=dict)

    def value(self, key: Key, name: str) -> Amount:
        """Return one figure, None where Amazon reported none for these days."""
        return self.now.get(key, {}).get(name)

    def figure(self, key: Key, entry: Metric) -> Figure:
        """Return one figure with the one of the days compared."""
        value = self.value(key, entry.key)
        return Figure(entry, value, value, self.before.get(key, {}).get(entry.key))

    def total(self, entry: Metric) -> Figure:
        """Return the figure of the one advertiser in view, as Amazon reported it; never a sum."""
        found = [values.get(entry.key) for values in self.whole.values()]
        return Figure(entry, found[0] if len(found) == 1 else None)


def window_columns(
    desk: Desk, whom: Audience, group: Group, wanted: Sequence[Metric]
) -> WindowColumns:
    """Return the windows' figures at the level of the view; nothing is asked without a metric."""
    if not wanted:
        return WindowColumns()
    keys = [entry.key for entry in wanted]
    level = _LEVELS.get(whom.view.level)
    if reason := _impossible(whom, level):
        return WindowColumns(reasons=dict.fromkeys(keys, reason))
    now, before = _asked(desk, group, level or "", keys)
    whole: Values = {}
    if len(group.advertisers) == 1 and not group.is_narrowed:
        whole = _asked(desk, group, "advertiser", keys)[0]
    reason = _NEVER if now else _unreported(group.shown)
    shown_totals = {key for values in whole.values() for key, v in values.items() if v is not None}
    return WindowColumns(now, before, whole, {k: reason for k in keys if k not in shown_totals})


def _impossible(whom: Audience, level: str | None) -> str:
    if level is None:
        return "Amazon's reports tell reach by advertiser, order and supply source only."
    if whom.view.line_items or (level == "advertiser" and (whom.view.orders or whom.view.text)):
        return "Amazon reports reach of whole advertisers and orders, not of a part of them."
    return ""


def _unreported(days: DateRange) -> str:
    return (
        f"Amazon was not asked for, or did not report, reach of {days}. It is read for 1, 7 and 30 "
        "days and for months; Reach & video shows the windows there are."
    )


def _asked(desk: Desk, group: Group, level: str, keys: Sequence[str]) -> tuple[Values, Values]:
    now: dict[Key, Mapping[str, Amount]] = {}
    before: dict[Key, Mapping[str, Amount]] = {}
    told = [key for key in keys if level != "advertiser" or key in _BY_ADVERTISER]
    unclear = looks_back_fixedly(desk) if level == "order" else frozenset()
    for cohort in group.cohorts:
        ids = cohort.advertiser_ids - unclear
        if not ids or not told:
            continue
        now |= figures(desk, ids, level, cohort.periods.shown, told)
        if cohort.periods.compared:
            before |= figures(desk, ids, level, cohort.periods.compared, told)
    return now, before
