"""What an advertiser's own settled days teach about the next ones, and what they do not."""

from __future__ import annotations

from datetime import timedelta

from core.domain.entities import State
from core.domain.pacing import PacingStatus
from core.domain.spend_shape import EVEN, SpendShape
from core.domain.views import Screen, View
from core.insight.audience import audience
from core.insight.pace_book import PaceBook, pace_book
from tests.unit.insight.office import ONE, TWO, Office, day, days, delivered, flight, order, row

MONDAY = 0


def _book(office: Office) -> PaceBook:
    with office.desk() as desk:
        return pace_book(desk, audience(desk, View(screen=Screen.PACING)))


def _heavy_mondays(order_id: str, first: int, low: int = 50) -> list[dict[str, object]]:
    amounts = (100 if day(n).weekday() == MONDAY else low for n in range(first + 1))
    return [row(order_id, n, total_cost=str(a)) for n, a in enumerate(amounts)]


def test_weekdays_of_settled_days_are_expected_again(office: Office) -> None:
    office.advertiser()
    office.keep(order("o1"), flight("o1", 41, -28, "7000"))
    office.deliver(_heavy_mondays("o1", 41), days(41))
    # 100 against six of 50: 7 × 100/400, 7 × 50/400
    assert _book(office).shape(ONE).weekdays == (1750, 875, 875, 875, 875, 875, 875)


def test_days_that_still_move_teach_nothing(office: Office) -> None:
    office.advertiser()
    office.keep(order("o1"), flight("o1", 41, -28, "7000"))
    office.deliver(_heavy_mondays("o1", 41), days(41))
    before = _book(office).shape(ONE)
    wild = [row("o1", n, total_cost="9000") for n in range(2)]
    office.deliver(wild, days(1))
    assert _book(office).shape(ONE).weekdays == before.weekdays


def test_three_weeks_of_settled_days_are_too_little(office: Office) -> None:
    office.advertiser()
    office.keep(order("o1"), flight("o1", 24, -28, "7000"))
    office.deliver(_heavy_mondays("o1", 24), days(24))
    shape = _book(office).shape(ONE)
    assert shape == EVEN
    assert "evenly" in shape.origin


def test_one_advertiser_does_not_teach_another(office: Office) -> None:
    for advertiser in (ONE, TWO):
        office.advertiser(advertiser, advertiser)
    office.keep(order("o1"), flight("o1", 41, -28, "7000"))
    office.keep(
        order("o2", advertiser=TWO), flight("o2", 41, -28, "7000", advertiser=TWO), advertiser=TWO
    )
    office.deliver(_heavy_mondays("o1", 41), days(41))
    office.deliver(delivered("o2", 41, total_cost="100"), days(41), advertiser=TWO)
    book = _book(office)
    assert book.shape(TWO).weekdays == (1000,) * 7
    assert book.shape(ONE).weekdays[MONDAY] == 1750


def test_what_people_switched_off_teaches_nothing(office: Office) -> None:
    office.advertiser()
    off = order("o2", state=State.PAUSED)
    office.keep(order("o1"), flight("o1", 41, -28, "7000"), off, flight("o2", 41, -28, "7000"))
    both = [*delivered("o1", 41, total_cost="100"), *_heavy_mondays("o2", 41, low=1)]
    office.deliver(both, days(41))
    assert _book(office).shape(ONE).weekdays == (1000,) * 7


def test_a_monday_evening_is_no_alarm_where_mondays_are_heavy(office: Office) -> None:
    office.advertiser()
    # Two flights: the first teaches, the second began on Monday, six days before yesterday.
    office.keep(
        order("o1"),
        flight("o1", 62, 7, "4000", id="f1"),
        flight("o1", 6, -21, "1600", id="f2"),
    )
    office.deliver(_heavy_mondays("o1", 62), days(62))
    now = office.now - timedelta(days=3)  # Thursday is the last whole day: 100 + 3 × 50
    with office.desk(now=now) as desk:
        book = pace_book(desk, audience(desk, View(screen=Screen.PACING)))
    second = book.of("o1")[-1]
    # 1600 over four weeks of 400: this week is 400 to its end, 250 + what came since.
    assert second.pace.status is PacingStatus.ON_PACE
    assert second.pace.ratio == 1


def test_a_paused_or_unknown_advertiser_is_even(office: Office) -> None:
    assert PaceBook(day(0), {}, _book(office).columns).shape("nobody") == SpendShape()
