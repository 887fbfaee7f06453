"""The portfolio as it is drawn: what is told of all advertisers together."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal

from streamlit.testing.v1 import AppTest

from core.domain.views import Screen, View
from core.insight.audience import audience
from core.insight.pace_book import pace_book
from core.insight.portfolio import portfolio
from tests.unit.insight.conftest import furnished, office
from tests.unit.insight.office import NOW, ONE, TWO, Office, days, delivered, flight, order

__all__ = ["furnished", "office"]
LONG_AGO = NOW - timedelta(days=60)
RETURN = {"kpi": "TOTAL_RETURN_ON_AD_SPEND", "kpi_target": Decimal(4)}


@dataclass(frozen=True)
class Context:
    """As much of a page's context as this part needs."""

    moment = NOW

    def path(self, page: str, **query: str) -> str:
        return page


def _page(ctx: object, rows: object) -> None:
    from pages.morning_parts import advertisers

    advertisers.draw(ctx, rows)  # type: ignore[arg-type]


def totals(office: Office) -> list[str]:
    """Return the cells of the last row, as HTML."""
    with office.desk() as desk:
        whom = audience(desk, View(screen=Screen.MORNING))
        rows = portfolio(desk, whom, pace_book(desk, whom))
    page = AppTest.from_function(_page, args=(Context(), rows)).run(timeout=30)
    assert not page.exception
    html = "".join(block.proto.body for block in page.get("html"))
    last = html[html.index("<tfoot") :]
    return re.findall(r"<t[hd][^>]*>(.*?)</t[hd]>", last)


def _settled(office: Office, *planned: str) -> None:
    """Two advertisers that spend ten a day, of which these have a plan for it."""
    for advertiser, order_id in ((ONE, "o1"), (TWO, "o2")):
        office.advertiser(advertiser, chosen_at=LONG_AGO)
        plan = flight(order_id, 21, -8, "300", advertiser=advertiser)
        kept = [plan] if advertiser in planned else []
        office.keep(order(order_id, advertiser=advertiser, **RETURN), *kept, advertiser=advertiser)
        spent = delivered(order_id, 29, impressions=9, total_cost="10", total_purchases=1)
        office.deliver(spent, days(29), advertiser=advertiser)


def test_the_month_of_all_is_told_where_each_has_an_end(office: Office) -> None:
    _settled(office, ONE, TWO)
    assert totals(office)[4] == "$600.00"


def test_without_a_projection_of_one_there_is_none_of_all_and_why(office: Office) -> None:
    _settled(office, ONE)
    told = totals(office)
    assert told[1] == "$440.00"
    assert told[4] == '<span title="1 of these advertisers has no projection">n/a</span>'


def test_goals_that_rest_on_too_little_are_told_of_all_of_them(office: Office) -> None:
    _settled(office, ONE, TWO)
    assert totals(office)[6] == "too little data"
