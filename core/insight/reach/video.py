"""Whether people watched: from the first second to the last, what that cost, and where it was seen.

These figures add up over days, orders and creatives, unlike people: their ratios are of sums.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from core.domain.catalogue import metric
from core.domain.metrics import Metric
from core.insight.audience import Audience, Group
from core.insight.desk import Desk
from core.insight.history import Amount, Figure, history

STEPS = (
    "video_starts",
    "video_first_quartiles",
    "video_midpoints",
    "video_third_quartiles",
    "video_completions",
)
KEYS = (
    "vcr",
    "ecpvc",
    "viewability_rate",
    "measurable_rate",
    "on_target_impressions",
    "on_target_cpm",
)


@dataclass(frozen=True, slots=True)
class Watched:
    """One step of watching: its count, and its share of those who started, now and before."""

    count: Figure
    of_starts: Decimal | None
    of_starts_before: Decimal | None


@dataclass(frozen=True, slots=True)
class Video:
    """What the video ads of one currency did over the days shown.

    `has_video` is False where no video ad started; `is_measured` where impressions were held
    against a demographic group.
    """

    group: Group
    impressions: Figure
    steps: tuple[Watched, ...]
    figures: tuple[Figure, ...]

    @property
    def has_video(self) -> bool:
        """Return whether any video ad started."""
        return bool(self.steps[0].count.value)

    @property
    def is_measured(self) -> bool:
        """Return whether any impression was measured against the group bought."""
        return bool(self.figure("on_target_impressions").value)

    def figure(self, key: str) -> Figure:
        """Return one of the figures."""
        return next(figure for figure in self.figures if figure.metric.key == key)


def video(desk: Desk, whom: Audience, group: Group) -> Video:
    """Return how far the video ads of a group were watched, and what that cost."""
    steps, keys = [metric(key) for key in STEPS], [metric(key) for key in KEYS]
    shown = metric("video_impressions")
    found = history(desk, group, whom.days, (*steps, *keys, shown))
    first = found.figure(steps[0])
    return Video(
        group,
        found.figure(shown),
        tuple(_watched(found.figure(step), first) for step in steps),
        tuple(map(found.figure, keys)),
    )


def trend_metric(key: str) -> Metric:
    """Return the metric of the line by day: one of this screen's rates, completion by default."""
    return metric(key if key in KEYS else KEYS[0])


def _watched(count: Figure, first: Figure) -> Watched:
    return Watched(count, _over(count.value, first.value), _over(count.before, first.before))


def _over(part: Amount, whole: Amount) -> Decimal | None:
    return None if part is None or not whole else Decimal(part) / Decimal(whole)
