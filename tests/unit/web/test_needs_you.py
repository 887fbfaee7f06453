"""The "needs you" list as it is drawn."""

from __future__ import annotations

from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import timedelta

from streamlit.testing.v1 import AppTest

from core.domain.roles import Action
from core.domain.views import Screen, View
from core.insight import attention
from core.insight.alarms import Alarm
from core.insight.audience import audience
from core.insight.desk import Desk
from core.insight.pace_book import pace_book
from tests.unit.insight.conftest import furnished, office
from tests.unit.insight.office import NOW, Office, days, delivered, flight, order

__all__ = ["furnished", "office"]


@dataclass(frozen=True)
class Context:
    """As much of a page's context as this part needs: of somebody who may look, and no more."""

    office: Office
    as_of: None = None
    moment = NOW

    def desk(self) -> AbstractContextManager[Desk]:
        return self.office.desk()

    def may(self, action: Action) -> bool:
        return False


def _page(ctx: object, view: object) -> None:
    from pages.morning_parts import needs_you

    needs_you.draw(ctx, view)  # type: ignore[arg-type]


def _html(page: AppTest) -> str:
    assert not page.exception
    return "".join(block.proto.body for block in page.get("html"))


def _only_alarm(office: Office, view: View) -> Alarm:
    with office.desk() as desk:
        whom = audience(desk, view)
        [item] = attention.needs_you(desk, whom, pace_book(desk, whom)).open
    return item.alarm


def test_what_was_put_off_can_be_looked_at_when_nothing_else_is_open(office: Office) -> None:
    view = View(screen=Screen.MORNING)
    office.advertiser(chosen_at=NOW - timedelta(days=60))
    office.keep(order("o1", "Lumen Remarketing"), flight("o1", 19, -10, "600"))
    office.deliver(delivered("o1", 19, impressions=1000, total_cost="10"), days(19))
    alarm = _only_alarm(office, view)
    with office.store.writing(office.org.scope()) as tenant:
        attention.snooze(tenant, alarm, NOW, NOW + timedelta(days=1))
    page = AppTest.from_function(_page, args=(Context(office), view)).run(timeout=30)
    assert "Nothing is open" in _html(page)
    assert "Lumen Remarketing" not in _html(page)
    [toggle] = page.toggle
    assert toggle.label == "Show 1 dealt with"
    told = _html(toggle.set_value(True).run(timeout=30))
    assert "Lumen Remarketing" in told
    assert "put off until 24 Nov 07:00" in told
