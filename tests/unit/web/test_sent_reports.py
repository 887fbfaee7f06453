"""Reports that went out: every one in the history, and what changed since each of them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from urllib.parse import urlencode

from streamlit.testing.v1 import AppTest

from core.domain.roles import Action
from core.domain.scope import TenantScope
from core.domain.views import Screen, View
from core.insight.desk import Desk
from core.reports.definitions import ReportPlan
from core.reports.making import Kind
from core.store.doors import Tenant
from core.store.schema.words import DeliveryState
from core.web.reporting import reports_about
from pages.report_parts import history
from tests.databases import Organization
from tests.unit.insight.conftest import furnished, office
from tests.unit.insight.office import NOW, ONE, TWO, Office, day, days, row

__all__ = ["furnished", "office"]

HOUR = timedelta(hours=1)


@dataclass(frozen=True)
class Context:
    """As much of a page's context as these parts need."""

    office: Office
    scope: TenantScope
    as_of: None = None
    now: datetime = NOW
    moment: datetime = NOW

    def desk(self) -> AbstractContextManager[Desk]:
        return self.office.desk()

    def may(self, action: Action) -> bool:
        return False

    @contextmanager
    def reading(self) -> Iterator[Tenant]:
        with self.office.store.reading(self.scope) as tenant:
            yield tenant

    def path(self, place: str, **query: str) -> str:
        return f"/{place}?{urlencode(query)}"


def send(office: Office, name: str, at: datetime, *advertisers: str,
         org: Organization | None = None, due_at: datetime | None = None,
         kind: Kind = Kind.PAGE) -> str:  # fmt: skip
    """Have a report go out that was made at an instant and sent half an hour later."""
    view = View(screen=Screen.PERFORMANCE, range=days(9, 1), advertisers=advertisers)
    told = {"report": ReportPlan(kind=kind, view=view).payload(), "at": at.isoformat()}
    with office.background.writing((org or office.org).job) as tenant:
        made = tenant.report_deliveries.plan("report", name, due_at or at, at, as_of=told)
        assert made is not None
        sent = {"sent_at": at + HOUR / 2, "message_ids": ["mail"]}
        tenant.report_deliveries.advance(made, DeliveryState.SENT, **sent)
    return made.id


def html(page: AppTest) -> str:
    assert not page.exception
    return "".join(block.proto.body for block in page.get("html"))


def _history(ctx: object) -> None:
    from pages.report_parts import history

    history.draw(ctx, decides=True)  # type: ignore[arg-type]


def _revised(ctx: object) -> None:
    from pages.health_parts import revised

    with ctx.desk() as desk:  # type: ignore[attr-defined]
        [advertiser] = desk.tenant.advertisers.all()
        revised.draw(ctx, desk, advertiser, [])  # type: ignore[arg-type]


def test_every_delivery_is_on_some_page_of_the_history(office: Office) -> None:
    names = [f"Report {n:02}" for n in range(history.PAGE_ROWS + 5)]
    for n, name in enumerate(names):
        send(office, name, NOW - (90 - n) * HOUR)
    ctx = Context(office, office.org.scope())
    page = AppTest.from_function(_history, args=(ctx,)).run(timeout=30)
    first = html(page)
    assert [name for name in names if name not in first] == names[:5]
    [turn] = page.get("pagination")
    page.session_state[turn.key] = 2
    second = html(page.run(timeout=30))
    assert [name for name in names if name in second] == names[:5]


def test_what_waits_is_asked_about_however_old_it_is(office: Office) -> None:
    with office.background.writing(office.org.job) as tenant:
        made = tenant.report_deliveries.plan("report", "Old one", NOW - 99 * HOUR, NOW - 99 * HOUR)
        assert made is not None
        tenant.report_deliveries.advance(made, DeliveryState.WAITING)
    for n in range(history.PAGE_ROWS):
        send(office, "Later", NOW - n * HOUR)
    ctx = Context(office, office.org.scope())
    page = AppTest.from_function(_history, args=(ctx,)).run(timeout=30)
    heading = html(page).partition("</h3>")[0].rpartition("<h3>")[2]
    assert "Old one" in heading
    assert heading.endswith("waits for you")


def test_a_report_leads_to_what_changed_since_in_its_own_days(office: Office) -> None:
    office.advertiser()
    office.deliver([row("o1", 5, impressions=90, detail_page_views=7), row("o1", 0)], days(9))
    report = send(office, "Weekly", NOW + HOUR, ONE)
    office.now = NOW + 3 * HOUR
    office.deliver([row("o1", 5, impressions=90, detail_page_views=4), row("o1", 0, clicks=3)],
                   days(9))  # fmt: skip
    office.now = NOW + 4 * HOUR
    ctx = Context(office, office.org.scope())
    way = f"/health?{urlencode({'adv': ONE, 'v': '1', 'since': report})}".replace("&", "&amp;")
    assert way in html(AppTest.from_function(_history, args=(ctx,)).run(timeout=30))

    page = AppTest.from_function(_revised, args=(ctx,))
    page.query_params["since"] = report
    told = html(page.run(timeout=30))
    assert page.selectbox(key="health.since").value == "“Weekly”, sent 23 Nov 2026 08:30"
    # Page views of the fifth day went from 7 to 4; yesterday's clicks are none of the report's.
    assert f"{days(9, 1)}: 1 known days were restated, 0 days are new." in told
    assert f"{day(5):%a %-d %b %Y}" in told
    assert "Clicks" not in told.partition("Readings of")[0]


def test_what_changed_since_a_late_report_is_of_the_days_before_it_was_due(office: Office) -> None:
    office.advertiser()
    office.deliver([row("o1", 5, impressions=90)], days(9))
    report = send(office, "Weekly", NOW + HOUR, ONE, due_at=NOW - 47 * HOUR, kind=Kind.WEEKLY)
    office.now = NOW + 4 * HOUR
    ctx = Context(office, office.org.scope())
    page = AppTest.from_function(_revised, args=(ctx,))
    page.query_params["since"] = report
    assert f"{days(8, 2)}: Nothing changed since then." in html(page.run(timeout=30))


def test_reports_of_others_and_of_other_organizations_are_not_told_of(office: Office) -> None:
    office.advertiser()
    mine = send(office, "Mine", NOW, ONE, TWO)
    everybody = send(office, "Everybody", NOW - HOUR)
    old = send(office, "Another's", NOW, TWO)
    theirs = send(office, "Neighbour's", NOW, ONE, org=office.neighbour)
    with office.store.reading(office.org.scope()) as tenant:
        assert [r.id for r in reports_about(tenant, ONE)] == [mine, everybody]
        assert [r.id for r in reports_about(tenant, ONE, old)] == [mine, everybody, old]
        assert [r.id for r in reports_about(tenant, ONE, theirs)] == [mine, everybody]
    with office.store.reading(office.org.limited) as tenant:
        assert reports_about(tenant, ONE, mine) == []
