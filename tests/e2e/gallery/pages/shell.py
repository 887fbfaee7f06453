"""Every part once, with names that mean harm."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pyarrow as pa
import streamlit as st

from core.domain.periods import DateRange
from core.domain.views import Screen
from core.reports.charts.values import Band, BarChart, BarRow, LineChart, Point, Series
from core.web.parts import charts, filters, header, markup, states, table, tiles
from tests.e2e.gallery.pages import HOSTILE

FIRST = date(2026, 11, 1)


def gallery() -> None:
    header.title(HOSTILE[0], freshness=f"Data through {HOSTILE[1]}")
    choices = filters.Choices(
        last_day=date(2026, 11, 21),
        first_day=date(2026, 8, 1),
        advertisers={f"58{n}": name for n, name in enumerate(HOSTILE)},
        orders={"77": HOSTILE[0], "78": HOSTILE[2]},
    )
    view = filters.bar(Screen.MORNING, choices)
    st.caption(f"shows {view.period(choices.last_day)}, {len(view.advertisers)} chosen")
    states.stale(HOSTILE[0], step=states.Step(HOSTILE[1], "/"))
    trail = [1.0, 3.0, None, 2.0, 5.0]
    tiles.row(
        [
            tiles.Tile(label=name, figure="$1.2 k", exact=name, change=name, trail=trail, note=name)
            for name in HOSTILE
        ]
    )
    days = [FIRST + timedelta(n) for n in range(21)]
    points = [Point(float(n), f"${n}.00", n * 0.8, "$0.80", "+25 %") for n in range(21)]
    charts.lines(
        LineChart(
            question="How much was spent?",
            unit="Total cost, USD",
            days=days,
            before_days=[day - timedelta(21) for day in days],
            series=[Series(HOSTILE[0], points)],
            bands=[Band(DateRange(days[-3], days[-1]), HOSTILE[1])],
            events=[Band(DateRange(days[3], days[4]), HOSTILE[4])],
        ),
        key="lines",
    )
    charts.bars(
        BarChart(
            question="Which supply?",
            unit="Sales, USD",
            rows=[BarRow(name, Point(float(n + 1), f"${n}")) for n, name in enumerate(HOSTILE)],
        ),
        key="bars",
    )
    rows = pa.table({"name": HOSTILE, "cost": [Decimal("1.50")] * len(HOSTILE)})
    columns = [
        table.Column(field="name", title=HOSTILE[2], meaning=HOSTILE[0], frozen=True),
        table.Column(field="cost", title="Cost, USD", kind="money", currency="USD"),
    ]
    table.grid(rows, columns, key="grid", name=HOSTILE[1], totals=[(HOSTILE[0], HOSTILE[1])])
    table.small([HOSTILE[0]], [[markup.named(name)] for name in HOSTILE], name=HOSTILE[0])
    states.failed(HOSTILE[1], reference="ab12cd34")


page = st.navigation(
    [st.Page(gallery, title="Gallery", url_path="", default=True)], position="hidden"
)
markup.wear_the_look("Gallery")
page.run()
