"""The calendar of an organization: its own edits alone, its advertisers' countries."""

from __future__ import annotations

from datetime import date

import pytest

from core.domain.periods import DateRange
from core.domain.roles import Role
from core.domain.views import Screen, View
from core.errors import NotAllowed
from core.insight import trend
from core.insight.audience import audience
from core.insight.calendar import calendar, events_of
from core.insight.pace_book import pace_book
from core.reports.parts.trends import spend_against_plan
from tests.unit.insight.office import NOW, Office, days, delivered, flight, order

MAY = DateRange(date(2026, 5, 1), date(2026, 5, 31))
FAIR = DateRange(date(2026, 5, 20), date(2026, 5, 21))


def _names(office: Office, days: DateRange = MAY) -> list[str]:
    with office.desk() as desk:
        return [event.name for event in events_of(desk, desk.tenant.advertisers.all(), days)]


def test_an_organization_has_its_own_events_and_nobody_elses(office: Office) -> None:
    with office.store.writing(office.neighbour.scope()) as theirs:
        theirs.calendar.put("event_1", "Their fair", FAIR, NOW)
    with office.store.writing(office.org.scope()) as own:
        own.calendar.put("event_1", "Our fair", FAIR, NOW)
    office.advertiser()
    assert "Our fair" in _names(office)
    assert "Their fair" not in _names(office)


def test_what_is_hidden_is_hidden_everywhere_and_comes_back(office: Office) -> None:
    office.advertiser()
    assert "Memorial Day" in _names(office)
    with office.store.writing(office.org.scope()) as own:
        own.calendar.put("memorial-day.2026", "Memorial Day", FAIR, NOW, is_hidden=True)
    assert "Memorial Day" not in _names(office)
    with office.store.writing(office.org.scope()) as own:
        own.calendar.remove("memorial-day.2026")
    assert "Memorial Day" in _names(office)


def test_the_charts_of_morning_carry_the_events(office: Office) -> None:
    office.advertiser()
    office.keep(order("o1"), flight("o1", 9, -10, "200"))
    office.deliver(delivered("o1", 9, total_cost="8"), days(9))
    with office.store.writing(office.org.scope()) as own:
        own.calendar.put("event_1", "Our fair", days(3, 2), NOW)
    with office.desk() as desk:
        whom = audience(desk, View(screen=Screen.MORNING))
        [group] = whom.groups
        found = trend.cumulative(desk, whom, group, pace_book(desk, whom))
        assert "Our fair" in [band.label for band in spend_against_plan(found).events]


def test_who_may_not_change_it_for_everybody_reads_it_all_the_same(office: Office) -> None:
    for scope in (office.org.scope(Role.VIEWER), office.org.limited):
        with office.store.reading(scope) as tenant:
            assert calendar(tenant).events
        with pytest.raises(NotAllowed), office.store.writing(scope) as tenant:
            tenant.calendar.put("event_1", "Mine", FAIR, NOW)
