"""Charts as values: what is to be drawn, before it is a picture or a table."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from core.domain.periods import DateRange


@dataclass(frozen=True, slots=True)
class Point:
    """One figure of one day or row: its size for the drawing, its words for people.

    None means not known: a line has a gap there, never a zero. `before` is the figure it is
    held against, `plan` what was expected of it, `low` and `high` how far off that is still well;
    the texts are exact and carry their unit.
    """

    value: float | None
    text: str = "n/a"
    before: float | None = None
    before_text: str = ""
    change_text: str = ""
    plan: float | None = None
    low: float | None = None
    high: float | None = None


@dataclass(frozen=True, slots=True)
class Series:
    """One line: its name (any text, shown literally) and a point a day of the chart."""

    name: str
    points: Sequence[Point]


@dataclass(frozen=True, slots=True)
class Band:
    """Days to be shaded and named: "unsettled", "provisional", or an event."""

    days: DateRange
    label: str


@dataclass(frozen=True, slots=True, kw_only=True)
class LineChart:
    """Lines over days.

    question    what the chart answers; its heading, and its name for screen readers
    unit        of the value axis ("Total cost, USD")
    days        one a point, oldest first
    before_days the days compared with, in step with `days`; empty when nothing is compared
    series      in the order of the theme's colours; directly labelled up to four
    now_name    how the only line is called at its end, when its series has no name
    before_name how the comparison is called at the end of its line ("7 days before")
    plan_name   how the expected line is called; used only where points have a plan
    bands       shaded days; `events` are thin and keep their label
    """

    question: str
    unit: str
    days: Sequence[date]
    series: Sequence[Series]
    before_days: Sequence[date] = ()
    now_name: str = "now"
    before_name: str = "before"
    plan_name: str = "plan"
    bands: Sequence[Band] = ()
    events: Sequence[Band] = ()
    as_rate: bool = False


@dataclass(frozen=True, slots=True)
class BarRow:
    """One bar: its name (any text, shown literally) and its figure."""

    label: str
    point: Point


@dataclass(frozen=True, slots=True, kw_only=True)
class BarChart:
    """Ranked bars, in the order given; at most thirty are drawn, the table holds all."""

    question: str
    unit: str
    rows: Sequence[BarRow]
    as_rate: bool = False


@dataclass(frozen=True, slots=True)
class ShareRow:
    """One row of a share chart: what it took and what it earned, as fractions of all."""

    label: str
    took: Point
    earned: Point


@dataclass(frozen=True, slots=True, kw_only=True)
class ShareChart:
    """Two shares of each row on one line, joined; at most fifteen are drawn.

    `took_name` and `earned_name` say what the marks are ("Share of cost", "Share of sales").
    """

    question: str
    took_name: str
    earned_name: str
    rows: Sequence[ShareRow]

    @property
    def unit(self) -> str:
        """Return what its axis counts."""
        return f"{self.took_name}, {self.earned_name.lower()}"


@dataclass(frozen=True, slots=True)
class Step:
    """One row of a waterfall: its name and its pieces, in step with the chart's `pieces`."""

    label: str
    parts: Sequence[Point]
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Waterfall:
    """A way from one figure to another: each step begins where the one before it ended.

    `pieces` name what a step is made of ("Mix", "Rate"); a single one is not named on the chart.
    """

    question: str
    unit: str
    first_name: str
    first: Point
    last_name: str
    last: Point
    pieces: Sequence[str]
    steps: Sequence[Step]
    as_rate: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class PlaceChart:
    """Lines over places that are no days: the day of a flight, the day of an event.

    axis    what the places count ("Day of flight")
    places  one a point, in order; `spoken` says each in full ("Day 3")
    series  in the order of the theme's colours, at most eight, told apart by their dashes too;
            a point's `before_text` says which day it is, where the place does not
    since   the day of place 1, where places are days after all and the axis shows them
    events  shaded days with their names; only where there is `since`
    """

    question: str
    unit: str
    axis: str
    places: Sequence[int]
    spoken: Sequence[str]
    series: Sequence[Series]
    since: date | None = None
    events: Sequence[Band] = ()
    as_rate: bool = False


AnyChart = LineChart | BarChart | ShareChart | Waterfall | PlaceChart


def is_blank(chart: AnyChart) -> bool:
    """Return whether there is nothing to draw: no row, or no figure that is known."""
    match chart:
        case LineChart() | PlaceChart():
            points = [point for series in chart.series for point in series.points]
        case BarChart():
            points = [row.point for row in chart.rows]
        case ShareChart():
            points = [point for row in chart.rows for point in (row.took, row.earned)]
        case Waterfall():
            points = [chart.first, chart.last]
    return not any(point.value is not None for point in points)
