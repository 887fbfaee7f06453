"""Search: by name or id, each result where it is to be seen, and nobody sees another's."""

from __future__ import annotations

from time import perf_counter

import pytest

from core.domain.entities import AdAssociation, Approval, Creative, LineItem, State
from core.domain.scope import TenantScope
from core.domain.views import Level, Screen
from core.insight.search import EACH_MAX, Found, search
from tests.unit.insight.office import ONE, TWO, Office, order


def line(line_id: str, order_id: str, name: str, advertiser: str = ONE) -> LineItem:
    return LineItem(entity_id=line_id, advertiser_id=advertiser, parent_id=order_id, name=name,
                    state=State.ENABLED)  # fmt: skip


def found(office: Office, words: str, scope: TenantScope | None = None) -> Found:
    with office.desk(scope) as desk:
        return search(desk, words)


def told(office: Office, words: str, scope: TenantScope | None = None) -> list[tuple[str, str]]:
    return [(hit.what, hit.name) for hit in found(office, words, scope).hits]


@pytest.fixture
def full(office: Office) -> Office:
    """Two advertisers with an order, a line item and a creative each."""
    office.advertiser(ONE, "Lumen Pet")
    office.advertiser(TWO, "Harbor & Pine")
    banner = Creative(entity_id="c1", advertiser_id=ONE, name="Lumen banner 300x250",
                      approval=Approval.APPROVED)  # fmt: skip
    placing = AdAssociation(
        entity_id="l1:c1", advertiser_id=ONE, parent_id="l1", creative_id="c1", state=State.ENABLED
    )
    office.keep(
        order("590000000000000001", "Lumen Remarketing Q4"),
        line("l1", "590000000000000001", "RMKT | pans"),
        banner,
        placing,
    )
    office.keep(
        order("o9", "Harbor always on", advertiser=TWO),
        line("l9", "o9", "RMKT | boats", TWO),
        advertiser=TWO,
    )
    return office


def test_a_name_finds_everything_called_so_advertisers_first(full: Office) -> None:
    assert told(full, "lumen") == [
        ("Advertiser", "Lumen Pet"),
        ("Order", "Lumen Remarketing Q4"),
        ("Creative", "Lumen banner 300x250"),
    ]


def test_every_word_must_be_in_the_name_in_any_order_and_case(full: Office) -> None:
    assert told(full, "q4  LUMEN") == [("Order", "Lumen Remarketing Q4")]
    assert told(full, "lumen boats") == []


def test_a_whole_id_finds_its_bearer(full: Office) -> None:
    assert told(full, "590000000000000001") == [("Order", "Lumen Remarketing Q4")]
    assert told(full, f" {TWO} ") == [("Advertiser", "Harbor & Pine")]
    assert told(full, "59000000000000000") == []


def test_each_result_leads_to_where_it_is_shown(full: Office) -> None:
    [advertiser, an_order, creative] = [hit.view for hit in found(full, "lumen").hits]
    assert (advertiser.screen, advertiser.advertisers) == (Screen.MORNING, (ONE,))
    assert (an_order.screen, an_order.orders) == (Screen.PERFORMANCE, ("590000000000000001",))
    assert (creative.level, creative.line_items) == (Level.CREATIVE, ("l1",))
    [pans] = found(full, "pans").hits
    assert (pans.view.level, pans.view.line_items) == (Level.LINE_ITEM, ("l1",))
    assert pans.view.orders == ("590000000000000001",)
    assert pans.belongs_to == "Lumen Pet · Lumen Remarketing Q4"


@pytest.mark.parametrize("words", ["", " ", "l", "%", "%%", "__", "'; drop table job; --"])
def test_too_few_letters_and_hostile_ones_find_nothing(full: Office, words: str) -> None:
    assert found(full, words) == Found(())


def test_a_limited_member_finds_its_own_alone(full: Office) -> None:
    assert told(full, "rmkt") == [("Line item", "RMKT | pans"), ("Line item", "RMKT | boats")]
    assert told(full, "rmkt", full.org.limited) == [("Line item", "RMKT | pans")]
    assert told(full, "harbor", full.org.limited) == []
    assert told(full, "o9", full.org.limited) == []


def test_the_neighbours_are_not_found(full: Office) -> None:
    assert told(full, "Neighbour") == []


def test_many_are_bounded_and_said_to_be_more_in_little_time(office: Office) -> None:
    office.advertiser(ONE)
    office.keep(
        *(order(f"o{n}", f"Order {n:04}") for n in range(1000)),
        *(line(f"l{n}", f"o{n % 1000}", f"Line {n:05} of order") for n in range(20_000)),
    )
    begun = perf_counter()
    result = found(office, "order")
    assert perf_counter() - begun < 2
    assert len(result.hits) == 2 * EACH_MAX
    assert result.more == ("orders", "line items")
    assert result.hits[0].name == "Order 0000"
