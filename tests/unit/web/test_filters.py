"""A link shows what it names, or says what of that is not shown."""

from __future__ import annotations

from datetime import date

import pytest
from streamlit.testing.v1 import AppTest

from core.domain.periods import DateRange
from core.domain.views import Screen, View, read
from core.insight.audience import Audience, audience
from core.web.parts.filters import Choices, told
from tests.unit.insight.conftest import furnished, office
from tests.unit.insight.office import NOW, ONE, TWO, Office, order

__all__ = ["furnished", "office"]

GONE = "589999999999999999"
CHOICES = Choices(
    last_day=NOW.date(),
    first_day=date(2026, 1, 1),
    advertisers={ONE: "Lumen", TWO: "Sakura"},
    orders={"o1": "First", "o2": "Second"},
)


def _page(screen: object, choices: object) -> None:
    import streamlit as st

    from core.web.parts import filters

    st.session_state["shown"] = filters.bar(screen, choices)  # type: ignore[arg-type]


def opened(link: dict[str, str], screen: Screen = Screen.MORNING) -> AppTest:
    page = AppTest.from_function(_page, args=(screen, CHOICES))
    page.query_params.update(link)
    page.run(timeout=30)
    assert not page.exception
    return page


def said(page: AppTest) -> str:
    return "".join(block.proto.body for block in page.get("html"))


def meant(office: Office, view: View) -> Audience:
    with office.desk() as desk:
        return audience(desk, view)


@pytest.mark.parametrize(
    ("link", "note"),
    [
        ({"adv": GONE}, "1 advertiser named in this link is not shown"),
        ({"order": "o9"}, "1 order named in this link is not shown"),
        ({"order": "o8,o9"}, "2 orders named in this link are not shown"),
        ({"adv": f"{ONE},{GONE}"}, "1 advertiser named in this link is not shown"),
    ],
)
def test_what_cannot_be_chosen_is_said_and_means_on_the_page_what_it_means_to_a_report(
    office: Office, link: dict[str, str], note: str
) -> None:
    office.advertiser(ONE, "Lumen")
    office.advertiser(TWO, "Sakura")
    office.keep(order("o1", "First"))
    office.keep(order("o2", "Second", advertiser=TWO), advertiser=TWO)
    page = opened(link)
    assert note in said(page)
    on_page = meant(office, page.session_state["shown"])
    in_report = meant(office, read(Screen.MORNING, link).view)
    ids = [a.advertiser_id for a in on_page.advertisers]
    assert ids == [a.advertiser_id for a in in_report.advertisers]
    assert ids == ([ONE] if ONE in link.get("adv", "") else [])


def test_nothing_is_said_of_a_link_to_what_there_is(office: Office) -> None:
    assert "not shown" not in said(opened({"adv": ONE, "order": "o1"}))


def test_the_days_say_that_they_end_yesterday_in_the_advertisers_zone() -> None:
    told = opened({}).selectbox(key="morning.range").help
    assert "end yesterday, in each advertiser's own time zone" in told


def test_days_to_compare_with_are_chosen_by_their_first_and_kept_in_the_address() -> None:
    page = opened({"range": "7d"})
    page.selectbox(key="morning.comparison").set_value("custom").run(timeout=30)
    assert page.query_params["vs"] == "2026-11-10"  # the seven days before 17 to 23 November
    page.date_input(key="morning.compared").set_value(date(2026, 11, 3)).run(timeout=30)
    assert page.query_params["vs"] == "2026-11-03"
    view = page.session_state["shown"]
    assert view.compared(NOW.date()) == DateRange(date(2026, 11, 3), date(2026, 11, 9))
    assert told(view) == "Last 7 days against the days from 3 Nov 2026"


def test_other_advertisers_leave_the_orders_of_those_before() -> None:
    page = opened({"adv": ONE, "order": "o1"})
    page.multiselect(key="morning.advertisers").set_value([TWO]).run(timeout=30)
    assert page.session_state["shown"].advertisers == (TWO,)
    assert page.session_state["shown"].orders == ()


def test_a_screen_that_does_not_convert_says_so_of_a_chosen_currency() -> None:
    told = "Amounts here stay in their own currencies: EUR was chosen"
    assert told in said(opened({"cur": "EUR"}, Screen.PACING))
    assert told not in said(opened({"cur": "EUR"}))
    assert told not in said(opened({}, Screen.PACING))
