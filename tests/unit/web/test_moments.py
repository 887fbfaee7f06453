"""What is said while an earlier moment is shown."""

from __future__ import annotations

from datetime import timedelta

from streamlit.testing.v1 import AppTest

from core.domain.metrics import Stage
from core.domain.views import Screen, View
from core.insight.desk import Desk
from core.insight.directory import directory, stages
from tests.unit.insight.conftest import furnished, office
from tests.unit.insight.office import NOW, ONE, PHOENIX, Office, order

__all__ = ["furnished", "office"]


def _page(view: object, zone: str) -> None:
    from core.web.parts import moments

    moments.draw_banner(view, zone, lambda view: None)  # type: ignore[arg-type]


def banner(view: View) -> str:
    page = AppTest.from_function(_page, args=(view, PHOENIX))
    page.run(timeout=30)
    assert not page.exception
    return "".join(block.proto.body for block in page.get("html"))


def _stage(desk: Desk) -> Stage:
    return stages(desk, directory(desk)).of("o1").stage


def test_what_people_set_is_that_of_today_and_the_banner_says_so(office: Office) -> None:
    office.advertiser()
    office.keep(order("o1", "First", goal="CONVERSIONS"))
    then = NOW + timedelta(minutes=1)
    office.now = NOW + timedelta(hours=1)
    with office.desk(now=then) as desk:
        assert _stage(desk) is Stage.CONVERSION
    with office.store.writing(office.org.scope()) as tenant:
        tenant.order_settings.set_stage(ONE, "o1", Stage.AWARENESS, office.now)
    office.keep(order("o1", "Renamed", goal="CONVERSIONS"))
    with office.desk() as desk:
        past = desk.as_known_at(then)
        assert directory(past).orders["o1"].order.name == "First"
        assert _stage(past) is Stage.AWARENESS
    told = banner(View(screen=Screen.MORNING, as_of=then))
    assert "As of Mon 23 Nov 2026 07:01 (America/Phoenix)" in told
    kept, of_today = told.split("Other names are those of today")
    assert "names of orders" in kept
    assert "stages, goals" in of_today
    assert "names" not in of_today


def test_nothing_is_said_of_now(office: Office) -> None:
    assert banner(View(screen=Screen.MORNING)) == ""
