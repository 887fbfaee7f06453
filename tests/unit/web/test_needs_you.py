"""The "needs you" list as it is drawn."""

from __future__ import annotations

from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import timedelta
from types import SimpleNamespace

import pytest
from streamlit.testing.v1 import AppTest

from core.domain.roles import Action, Role
from core.domain.scope import TenantScope
from core.domain.views import Screen, View
from core.insight import attention
from core.insight.alarms import Alarm
from core.insight.audience import audience
from core.insight.desk import Desk
from core.insight.pace_book import pace_book
from core.store.doors import Tenant
from tests.unit.insight.conftest import furnished, office
from tests.unit.insight.office import NOW, Office, days, delivered, flight, order

__all__ = ["furnished", "office"]


@dataclass(frozen=True)
class Context:
    """As much of a page's context as this part needs: of a member of the office."""

    office: Office
    scope: TenantScope
    as_of: None = None
    moment = NOW

    @property
    def services(self) -> SimpleNamespace:
        return SimpleNamespace(clock=SimpleNamespace(now=lambda: NOW))

    def writing(self) -> AbstractContextManager[Tenant]:
        return self.office.store.writing(self.scope)

    def desk(self) -> AbstractContextManager[Desk]:
        return self.office.desk()

    def may(self, action: Action) -> bool:
        return action is Action.HANDLE_ATTENTION


def _page(ctx: object, view: object) -> None:
    from pages.morning_parts import needs_you

    needs_you.draw(ctx, view)  # type: ignore[arg-type]


def _html(page: AppTest) -> str:
    assert not page.exception
    return "".join(block.proto.body for block in page.get("html"))


def _only_alarm(office: Office) -> Alarm:
    with office.desk() as desk:
        whom = audience(desk, VIEW)
        [item] = attention.needs_you(desk, whom, pace_book(desk, whom)).open
    return item.alarm


@pytest.fixture
def behind(office: Office) -> Office:
    """One order, half behind its plan."""
    office.advertiser(chosen_at=NOW - timedelta(days=60))
    office.keep(order("o1", "Lumen Remarketing"), flight("o1", 19, -10, "600"))
    office.deliver(delivered("o1", 19, impressions=1000, total_cost="10"), days(19))
    return office


VIEW = View(screen=Screen.MORNING)


def drawn(office: Office) -> AppTest:
    ctx = Context(office, office.org.scope())
    return AppTest.from_function(_page, args=(ctx, VIEW)).run(timeout=30)


def test_a_trouble_is_given_to_a_colleague_who_may_deal_with_it(behind: Office) -> None:
    page = drawn(behind)
    [menu] = page.menu_button
    given = [words for words in menu.options if words.startswith("Give it to")]
    roles = (Role.ADMIN, Role.ANALYST, "limited")
    assert sorted(given) == [f"Give it to org_acme {role}" for role in roles]
    told = _html(menu.click(behind.org.limited.user_id).run(timeout=30))
    assert "taken on by org_acme limited" in told
    [menu] = page.menu_button
    assert "Give it to org_acme limited" not in menu.options


def test_what_was_put_off_can_be_looked_at_when_nothing_else_is_open(behind: Office) -> None:
    alarm = _only_alarm(behind)
    with behind.store.writing(behind.org.scope()) as tenant:
        attention.snooze(tenant, alarm, NOW, NOW + timedelta(days=1))
    page = drawn(behind)
    assert "Nothing is open" in _html(page)
    assert "Lumen Remarketing" not in _html(page)
    [toggle] = page.toggle
    assert toggle.label == "Show 1 dealt with"
    told = _html(toggle.set_value(True).run(timeout=30))
    assert "Lumen Remarketing" in told
    assert "put off until 24 Nov 07:00" in told
