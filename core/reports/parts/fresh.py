"""Days so far as tiles, and the hours of an order's money as a chart."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import Decimal

from core.domain.formats import ABSENT, compact, exact, percent
from core.domain.metrics import Unit
from core.insight.fresh import HOURS, HourPattern, SoFar
from core.insight.sheets import Sheet
from core.insight.weekdays import NAMES
from core.reports.charts.values import PlaceChart, Point, Series
from core.reports.document import Cell, Head, Table
from core.reports.figures import Tile

_DEEPEST = 100
_SOON = "So far, provisional."


def so_far_tiles(found: SoFar) -> Iterator[Tile]:
    """Yield the tiles of one day so far; nothing is held against anything."""
    unit, told = found.advertiser.currency, found.figures
    yield _tile("Spend", told.cost, Unit.MONEY, unit)
    yield _tile("Impressions", told.impressions, Unit.COUNT)
    rate = "n/a" if found.click_rate is None else percent(found.click_rate)
    yield _tile("Clicks", told.clicks, Unit.COUNT, note=f"{rate} of impressions")
    yield _tile("Total purchases", told.purchases, Unit.COUNT, note="arrive later than spend")
    yield _tile("Total sales", told.sales, Unit.MONEY, unit, note="arrive later than spend")
    yield _tile("Total ROAS", found.roas, Unit.MULTIPLE)


def _tile(
    label: str, value: Decimal | int | None, unit: Unit, currency: str = "", *, note: str = ""
) -> Tile:
    return Tile(
        label=label,
        figure=compact(value, unit, currency) if value is not None else "n/a",
        exact=exact(value, unit, currency),
        note=note,
        meaning=_SOON,
    )


def by_the_hour(found: HourPattern, currency: str) -> PlaceChart:
    """Return what was spent by each hour today beside an ordinary day and what today needs."""
    lines = [
        ("Today so far", found.today),
        ("An ordinary day", found.usual),
        ("What today needs", found.needed),
    ]
    return PlaceChart(
        question="Does today's money go out as usual?",
        unit=f"Spend since midnight, {currency}",
        axis="Hours since midnight",
        places=[hour + 1 for hour in HOURS],
        spoken=[f"By {hour + 1}:00" for hour in HOURS],
        series=[Series(name, _points(sums, currency)) for name, sums in lines if sums],
    )


def need_words(found: HourPattern, currency: str) -> str:
    """Return what today needs and how it is spread over the hours; "" where it is not drawn."""
    if not found.needed:
        return ""
    need = exact(found.need, Unit.MONEY, currency)
    told = f"To end on budget, today needs {need}, here by the hours of an ordinary day."
    if not found.fees:
        return told
    fees = exact(found.fees, Unit.MONEY, currency)
    return f"{told} Its budget bears {fees} of fees beside that: hours tell no fees."


def _points(sums: Sequence[Decimal], currency: str) -> list[Point]:
    known = [Point(float(value), exact(value, Unit.MONEY, currency)) for value in sums]
    return known + [Point(None)] * (len(HOURS) - len(known))


def hour_lines(found: HourPattern, currency: str, sheet: Sheet) -> Table:
    """Return the mean cost of each hour by weekday; the deeper a cell, the dearer."""
    heads = (Head(f"{name[:3]}, {_days(found.days.get(n, 0))}") for n, name in enumerate(NAMES))
    return Table(
        name="Cost by hour and weekday",
        heads=(Head("Hour", is_number=False), *heads),
        rows=tuple(
            (Cell(f"{hour:02d}:00"), *(_hour(found, n, hour, currency) for n in range(len(NAMES))))
            for hour in HOURS
        ),
        note=f"Mean cost of an hour, {currency}; the deeper, the dearer.",
        sheet=sheet,
    )


def _hour(found: HourPattern, weekday: int, hour: int, currency: str) -> Cell:
    value = found.cells.get((weekday, hour))
    if value is None:
        return Cell(ABSENT)
    depth = found.depth(value, _DEEPEST) / _DEEPEST
    return Cell(compact(value, Unit.MONEY, currency), depth=depth)


def _days(count: int) -> str:
    return "1 day" if count == 1 else f"{count} days"
