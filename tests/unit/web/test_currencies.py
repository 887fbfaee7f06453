"""How a screen of one currency leads to the others."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import parse_qs, urlencode

from streamlit.testing.v1 import AppTest

from core.domain.views import Alignment, Screen, View, read
from core.insight.audience import audience
from tests.unit.insight.conftest import furnished, office
from tests.unit.insight.office import ONE, TWO, Office

__all__ = ["furnished", "office"]


@dataclass(frozen=True)
class Context:
    """As much of a page's context as this part needs."""

    def path(self, page: str, **query: str) -> str:
        return f"{page}?{urlencode(query, doseq=True)}"


def _page(ctx: object, whom: object) -> None:
    from core.web.parts import currencies

    currencies.draw_others(ctx, whom)  # type: ignore[arg-type]


def drawn(office: Office, view: View) -> str:
    with office.desk() as desk:
        whom = audience(desk, view)
    page = AppTest.from_function(_page, args=(Context(), whom))
    page.run(timeout=30)
    assert not page.exception
    return "".join(block.proto.body for block in page.get("html"))


def test_it_says_which_currency_is_drawn_and_leads_to_the_advertisers_of_the_others(
    office: Office,
) -> None:
    office.advertiser(ONE, "Lumen", currency="EUR")
    office.advertiser(TWO, "Zephyr")
    view = View(screen=Screen.COMPARE, align=Alignment.EVENT, event="halloween.2026")
    html = drawn(office, view)
    assert "These are the advertisers in EUR" in html
    address = html.split('href="')[1].split('"')[0].replace("&amp;", "&")
    screen, query = address.split("?")
    told = read(Screen.COMPARE, {key: values[0] for key, values in parse_qs(query).items()})
    assert screen == "compare"
    assert told.view.advertisers == (TWO,)
    assert (told.view.align, told.view.event) == (view.align, view.event)


def test_where_there_is_one_currency_nothing_is_said(office: Office) -> None:
    office.advertiser(ONE, "Lumen")
    office.advertiser(TWO, "Zephyr")
    assert drawn(office, View(screen=Screen.COMPARE)) == ""
