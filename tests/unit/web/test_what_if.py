"""The trial as it opens, with nothing tried yet."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from streamlit.testing.v1 import AppTest

from core.domain.what_if import Standing

OVERSPENT = Standing(
    budget=Decimal("999.904999"),
    spent=Decimal("1000.00"),
    rate=Decimal(100),
    next_day=date(2026, 11, 23),
    last_day=date(2026, 11, 24),
    zone="America/Phoenix",
)


def _page(now: object) -> None:
    from pages.pacing_parts import what_if

    what_if.draw(now, "USD")  # type: ignore[arg-type]


def test_a_flight_beyond_its_budget_opens_with_its_figures_and_no_refusal() -> None:
    page = AppTest.from_function(_page, args=(OVERSPENT,)).run(timeout=30)
    assert not page.exception
    told = "".join(block.proto.body for block in page.get("html"))
    assert page.number_input[0].value == 999.9, "the budget as it can be typed"
    assert "$999.90" in told
    assert "cannot be lower" not in told
    lowered = page.number_input[0].set_value(900.0).run(timeout=30)
    assert "cannot be lower" in "".join(block.proto.body for block in lowered.get("html"))
