"""What changed, from what to what; what was there at the first look is no change."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest

from core.domain.content import Taggable
from core.domain.entities import (
    Approval,
    Bid,
    Budget,
    BudgetCap,
    CapPeriod,
    Creative,
    LineItem,
    State,
)
from core.domain.ids import AdvertiserId
from core.domain.views import Screen, View
from core.insight.audience import audience
from core.insight.changes import Changes, changes
from core.insight.difference import Difference, differences
from core.insight.sheets import change_sheet
from core.store.content.tags import EntityTag
from core.store.schema.words import Source
from tests.unit.insight.office import NOW, ONE, TWO, Office, day, flight, midnight, order

LONG_AGO = NOW - timedelta(days=9)
LINE = LineItem(
    entity_id="l1",
    advertiser_id=ONE,
    parent_id="o1",
    name="Pans | RMKT",
    state=State.ENABLED,
    bid=Bid(Decimal(4), None, "USD"),
)
CREATIVE = Creative(entity_id="c1", advertiser_id=ONE, name="Banner", approval=Approval.PENDING)
ORDER = order("o1", "Lumen Remarketing", caps=(BudgetCap(Decimal(50), "USD", CapPeriod.DAILY),))
FLIGHT = flight("o1", 9, -9, "1000", id="f1")


def seen(office: Office, **view: object) -> Changes:
    with office.desk() as desk:
        return changes(desk, audience(desk, View(screen=Screen.MORNING, **view)))  # type: ignore[arg-type]


def sentences(office: Office, **view: object) -> set[str]:
    return {change.sentence for change in seen(office, **view).listed}


@pytest.fixture
def watched(office: Office) -> Office:
    """An advertiser that was looked at nine days ago for the first time."""
    office.advertiser()
    office.keep(ORDER, FLIGHT, LINE, CREATIVE, at=LONG_AGO)
    return office


def test_the_first_look_is_no_change(office: Office) -> None:
    office.advertiser()
    office.keep(ORDER, FLIGHT, LINE, CREATIVE, at=NOW - timedelta(hours=1))
    assert sentences(office) == set()


def test_budgets_bids_states_names_and_dates_are_told_from_old_to_new(watched: Office) -> None:
    watched.keep(
        replace(ORDER, name="Lumen RMKT", state=State.PAUSED, caps=()),
        replace(FLIGHT, budget=Budget(Decimal(1250), "USD"), end=midnight(day(-19))),
        replace(LINE, bid=Bid(Decimal("4.5"), Decimal(6), "USD")),
        replace(CREATIVE, approval=Approval.REJECTED),
    )
    assert sentences(watched) == {
        "Order Lumen RMKT was called Lumen Remarketing before.",
        "Order Lumen RMKT: state enabled → paused.",
        "Order Lumen RMKT: budget cap $50.00 a day → none.",
        "Flight f1 of Lumen RMKT: budget $1,000.00 → $1,250.00.",
        "Flight f1 of Lumen RMKT: end 1 Dec 2026 → 11 Dec 2026.",
        "Line item Pans | RMKT of Lumen RMKT: base bid $4.00 → $4.50.",
        "Line item Pans | RMKT of Lumen RMKT: maximum average bid none → $6.00.",
        "Creative Banner: review pending → rejected.",
    }


def test_what_is_new_and_what_is_gone_is_told(watched: Office) -> None:
    watched.keep(ORDER, FLIGHT, CREATIVE, order("o2", "Second"))
    assert sentences(watched) == {
        "Order Second is new.",
        "Line item Pans | RMKT of Lumen Remarketing is no longer there.",
    }


def test_delivery_is_not_a_change_that_people_made(watched: Office) -> None:
    watched.keep(replace(ORDER, updated_at=NOW, delivery_reasons=("OUT_OF_BUDGET",)), FLIGHT, LINE,
                 CREATIVE)  # fmt: skip
    assert sentences(watched) == set()


def test_only_what_was_seen_since_yesterday_began_is_told(watched: Office) -> None:
    two_days = NOW - timedelta(days=2)
    watched.keep(replace(ORDER, state=State.PAUSED), FLIGHT, LINE, CREATIVE, at=two_days)
    assert sentences(watched) == set()
    early_yesterday = midnight(day(0)) + timedelta(hours=1)
    watched.keep(ORDER, FLIGHT, LINE, CREATIVE, at=early_yesterday)
    assert sentences(watched) == {"Order Lumen Remarketing: state paused → enabled."}
    assert seen(watched).since == day(0)


def test_what_a_report_names_for_the_first_time_is_not_new(watched: Office) -> None:
    watched.keep(order("o9", "Old"), source=Source.REPORT)
    assert sentences(watched) == set()


def test_a_filter_leaves_what_belongs_to_its_orders(watched: Office) -> None:
    other = order("o2", "Second")
    watched.keep(ORDER, FLIGHT, LINE, CREATIVE, other, at=NOW - timedelta(days=5))
    watched.keep(
        ORDER,
        FLIGHT,
        replace(LINE, bid=Bid(Decimal(5), None, "USD")),
        replace(CREATIVE, approval=Approval.APPROVED),
        replace(other, state=State.PAUSED),
    )
    assert sentences(watched, text="second") == {"Order Second: state enabled → paused."}
    assert sentences(watched, orders=("o1",)) == {
        "Line item Pans | RMKT of Lumen Remarketing: base bid $4.00 → $5.00."
    }


def test_what_a_text_finds_is_looked_up_anew_when_tags_are_set(watched: Office) -> None:
    watched.keep(replace(ORDER, state=State.PAUSED), FLIGHT, LINE, CREATIVE)
    assert sentences(watched, text="brand:lumen") == set()
    tag = EntityTag(kind=Taggable.ORDER, entity_id="o1", tag="brand", value="Lumen",
                    advertiser_id=AdvertiserId(ONE), rule_id=None)  # fmt: skip
    with watched.store.writing(watched.org.scope()) as tenant:
        tenant.tags.put([tag], NOW)
    told = {"Order Lumen Remarketing: state enabled → paused."}
    assert sentences(watched, text="brand:lumen") == told


def test_at_most_two_hundred_are_listed_and_all_are_counted(watched: Office) -> None:
    many = [order(f"n{n}") for n in range(250)]
    watched.keep(ORDER, FLIGHT, LINE, CREATIVE, *many)
    found = seen(watched)
    assert (found.total, len(found.listed)) == (250, 200)


def test_a_limited_member_and_a_neighbour_see_their_own(watched: Office) -> None:
    watched.advertiser(TWO, "Second")
    theirs = order("o2", "Theirs", advertiser=TWO)
    watched.keep(theirs, advertiser=TWO, at=LONG_AGO)
    watched.keep(replace(theirs, state=State.PAUSED), advertiser=TWO)
    with watched.desk(watched.org.limited) as desk:
        whom = audience(desk, View(screen=Screen.MORNING))
        assert changes(desk, whom).listed == ()
    assert sentences(watched) == {"Order Theirs: state enabled → paused."}


def test_the_file_tells_when_what_and_of_whom(watched: Office) -> None:
    watched.keep(replace(ORDER, state=State.PAUSED), FLIGHT, LINE, CREATIVE)
    with watched.desk() as desk:
        whom = audience(desk, View(screen=Screen.MORNING))
        told = change_sheet(whom, changes(desk, whom).listed)
    [one] = [dict(zip(told.titles, r, strict=True)) for r in told.rows]
    assert one == {
        "Seen at": NOW.isoformat(),
        "Advertiser": "Lumen Pet",
        "Kind": "order",
        "ID": "o1",
        "What": "Order Lumen Remarketing: state enabled → paused.",
    }


def test_a_time_of_day_is_told_where_it_matters() -> None:
    later = replace(FLIGHT, start=FLIGHT.start + timedelta(hours=9, minutes=30))
    assert list(differences(FLIGHT, later, "America/Phoenix")) == [
        Difference("start", "13 Nov 2026", "13 Nov 2026 09:30")
    ]


def test_what_a_refusal_ends_and_a_right_brings_back_is_no_change(watched: Office) -> None:
    watched.keep(at=NOW - timedelta(hours=30))
    assert sentences(watched) == set()
    watched.keep(ORDER, FLIGHT, LINE, CREATIVE, at=NOW - timedelta(hours=2))
    assert sentences(watched) == set()


def test_the_first_order_of_an_advertiser_that_had_none_is_new(office: Office) -> None:
    office.advertiser()
    office.keep(at=LONG_AGO)
    office.keep(ORDER)
    assert sentences(office) == {"Order Lumen Remarketing is new."}
