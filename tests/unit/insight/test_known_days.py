"""How far data goes, what of it may still move, and whom a view means."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from decimal import Decimal

import pytest

from core.domain.catalogue import metric
from core.domain.entities import State
from core.domain.ids import AdvertiserId
from core.domain.metrics import Dataset
from core.domain.periods import Comparison, DateRange, Preset
from core.domain.views import Screen, View
from core.insight.audience import Audience, Periods, audience
from core.insight.known_days import KnownDays, known_days, settled_after, through
from core.insight.shortfalls import Lack, shortfalls
from core.store.ingest.checks import SettledLine
from core.store.ingest.coverage import CoveredDay
from core.store.schema.words import DayState
from tests.unit.insight.office import (
    NOW,
    ONE,
    TWO,
    Office,
    day,
    days,
    delivered,
    order,
)

LONG_AGO = NOW - timedelta(days=60)


def known(office: Office, advertiser: str = ONE, now: datetime | None = None) -> KnownDays:
    with office.desk(now=now) as desk:
        return known_days(desk, desk.tenant.advertisers.all())[advertiser]


def whom(office: Office, now: datetime | None = None, **view: object) -> Audience:
    with office.desk(now=now) as desk:
        return audience(desk, View(screen=Screen.MORNING, **view))  # type: ignore[arg-type]


def line(office: Office, now: datetime | None = None) -> str:
    with office.desk(now=now) as desk:
        found = audience(desk, View(screen=Screen.MORNING))
        return through(found.advertisers, found.days, desk.now).sentence


def lacks(office: Office, **view: object) -> list[tuple[Lack, str]]:
    with office.desk() as desk:
        found = audience(desk, View(screen=Screen.MORNING, **view))  # type: ignore[arg-type]
        told = through(found.advertisers, found.days, desk.now)
        return [(one.lack, one.sentence) for one in shortfalls(found, told, desk.now)]


def aside(of: int, **more: object) -> CoveredDay:
    """Return a day whose only reading is kept aside."""
    told = CoveredDay(
        AdvertiserId(ONE), Dataset.CAMPAIGN, day(of), DayState.QUARANTINED, 0, None, None, None,
        "doubted", 0, None, NOW, None, None,
    )  # fmt: skip
    return replace(told, **more)  # type: ignore[arg-type]


def test_nothing_is_known_of_an_advertiser_without_data(office: Office) -> None:
    office.advertiser()
    found = known(office)
    assert (found.through, found.firm_through, found.days) == (None, None, frozenset())
    assert line(office) == "No data has been loaded yet."


def test_a_day_read_before_noon_of_the_next_is_provisional_and_moves(office: Office) -> None:
    office.advertiser()
    office.deliver([], days(9, 1))
    office.deliver([], days(0), equal_reads=1)
    found = known(office)
    assert found.through == day(0)
    assert found.firm_through == day(1)
    assert found.provisional == (day(0),)
    # Traffic stands after three days: two more than the provisional one still move.
    assert found.unsettled == (day(1), day(0))
    assert found.settled_through == day(2)


def test_a_day_that_was_said_twice_is_whole(office: Office) -> None:
    office.advertiser()
    office.deliver([], days(0), equal_reads=2)
    assert known(office).firm_through == day(0)


def test_the_line_tells_day_zone_age_and_what_still_moves(office: Office) -> None:
    office.advertiser()
    office.deliver([], days(9, 1))
    office.deliver([], days(0), equal_reads=1, generated_at=NOW - timedelta(minutes=35))
    assert line(office) == (
        "Data through 22 Nov (America/Phoenix), fetched 35 min ago, last day provisional, last 2 "
        "days unsettled."
    )


def test_of_several_the_line_is_the_oldests_and_says_whose(office: Office) -> None:
    office.advertiser()
    office.advertiser(TWO, "Tsukishiro", zone="Asia/Tokyo")
    office.deliver([], days(9))
    office.deliver([], days(9, 2), advertiser=TWO, generated_at=NOW - timedelta(hours=30))
    assert line(office) == (
        "Data through 20 Nov (Asia/Tokyo), fetched 30 h ago, last day unsettled; the oldest of 2 "
        "advertisers: Tsukishiro."
    )


def test_a_learnt_line_takes_the_place_of_the_assumed_one(office: Office) -> None:
    office.advertiser()
    office.deliver([], days(19))
    with office.background.writing(office.org.job) as tenant:
        learnt = SettledLine(AdvertiserId(ONE), "total_cost", 7, 30, Decimal(0), NOW)
        tenant.settling.put([learnt])
    assert known(office).settled_through == day(6)


def test_what_was_served_stands_before_what_was_bought() -> None:
    assert settled_after({}, metric("impressions")) == 3
    assert settled_after({}, metric("vcr")) == 3
    assert settled_after({}, metric("total_sales")) == 14
    # A ratio stands with its last part: here sales over cost.
    assert settled_after({}, metric("total_roas")) == 14
    sales = SettledLine(AdvertiserId(ONE), "sales", 20, 30, Decimal(0), NOW)
    assert settled_after({"sales": sales}, metric("total_roas")) == 20
    assert settled_after({"sales": sales}, metric("ecpm")) == 3


def test_days_are_unbroken_from_the_last_whole_one_back_to_a_gap(office: Office) -> None:
    office.advertiser()
    office.deliver([], days(20, 11))
    office.deliver([], days(9, 0))
    assert known(office).unbroken_since == day(9)
    office.deliver([], days(10, 10))
    assert known(office).unbroken_since == day(20)


def test_a_first_reading_kept_aside_is_no_knowledge_a_later_one_leaves_what_was(
    office: Office,
) -> None:
    office.advertiser()
    office.deliver([], days(5, 1))
    office.cover(aside(0))
    assert known(office).through == day(1)
    office.cover(aside(1, load_id="load-1"))
    assert known(office).through == day(1)


@pytest.mark.parametrize(
    ("behind", "hours", "is_late"),
    [(0, 0, False), (1, 0, False), (1, 12, True), (2, 0, True), (9, 0, True)],
)
def test_yesterday_is_late_from_noon_on_and_the_day_before_at_any_time(
    office: Office, behind: int, hours: int, is_late: bool
) -> None:
    """It is seven in the morning in Phoenix; with twelve hours more the noon is past."""
    office.advertiser(chosen_at=LONG_AGO)
    office.deliver([], days(30, behind))
    assert known(office).is_late(NOW + timedelta(hours=hours)) is is_late


def test_a_first_load_is_not_late_but_on_its_way(office: Office) -> None:
    office.advertiser()
    office.deliver([], days(30, 9))
    found = known(office)
    assert found.is_loading(NOW)
    assert not found.is_late(NOW)
    assert not found.is_loading(NOW + timedelta(hours=37))
    assert found.is_late(NOW + timedelta(hours=37))


def test_a_load_is_over_when_every_reachable_day_is_here(office: Office) -> None:
    office.advertiser()
    office.deliver([], days(93))
    assert not known(office).is_loading(NOW)


def test_shortfalls_are_told_once_for_all_whom_they_concern(office: Office) -> None:
    for advertiser, name in ((ONE, "Lumen"), (TWO, "Harbor")):
        office.advertiser(advertiser, name, chosen_at=LONG_AGO)
        office.deliver([], days(4, 3), advertiser=advertiser)
        office.deliver([], days(1), advertiser=advertiser)
    assert lacks(office) == [
        (
            Lack.MISSING,
            (
                "16 Nov – 17 Nov 2026, 20 Nov 2026 are missing for Harbor and Lumen and counted as "
                "nothing. Data health tells why."
            ),
        ),
        (
            Lack.NOT_COMPARED,
            "Harbor and Lumen: nothing is known of 9 Nov – 15 Nov 2026, so no change is told.",
        ),
    ]


def test_late_data_is_told_with_its_last_day(office: Office) -> None:
    office.advertiser(chosen_at=LONG_AGO)
    office.deliver([], days(30, 3))
    (lack, sentence), *rest = lacks(office)
    assert lack is Lack.LATE
    assert sentence.startswith("Lumen Pet is late: data ends on 19 Nov, and yesterday should have")
    assert [told for _, told in rest] == [
        (
            "Lumen Pet: changes are over 4 of 7 days, 16 Nov – 19 Nov 2026 against 9 Nov – 12 Nov "
            "2026; of the others one side is not known."
        )
    ]


def test_a_first_load_is_all_that_is_told_of_who_is_loading(office: Office) -> None:
    office.advertiser()
    office.deliver([], days(30, 9))
    [(lack, sentence)] = lacks(office)
    assert lack is Lack.LOADING
    assert sentence.startswith("Lumen Pet is still loading: 22 of 94 days are here.")


def test_whole_data_lacks_nothing(office: Office) -> None:
    office.advertiser(chosen_at=LONG_AGO)
    office.deliver([], days(30))
    assert lacks(office) == []
    assert lacks(office, comparison=Comparison.NONE, range=Preset.LAST_30) == []


# Whom a view means


def test_presets_end_yesterday_in_each_advertisers_own_zone(office: Office) -> None:
    office.advertiser()
    office.advertiser(TWO, "Tsukishiro", zone="Asia/Tokyo")
    office.deliver([], days(30))
    office.deliver([], days(30, 0), advertiser=TWO)
    evening = NOW + timedelta(hours=2)  # past midnight in Tokyo
    [group] = whom(office, evening, range=Preset.YESTERDAY).groups
    shown = {min(c.advertiser_ids): c.periods.shown for c in group.cohorts}
    tokyo = DateRange(day(-1), day(-1))
    assert shown == {ONE: days(0), TWO: tokyo}
    assert group.shown == DateRange(day(0), day(-1))


def test_advertisers_with_equal_days_are_asked_about_together(office: Office) -> None:
    for advertiser in (ONE, TWO):
        office.advertiser(advertiser)
        office.deliver([], days(30), advertiser=advertiser)
    [group] = whom(office).groups
    [cohort] = group.cohorts
    assert cohort.advertiser_ids == {ONE, TWO}
    assert cohort.periods == Periods(days(6), days(13, 7), (days(6), days(13, 7)))
    assert cohort.periods.is_whole


def test_the_year_before_is_held_against_the_same_weekdays(office: Office) -> None:
    office.advertiser()
    office.deliver([], days(6))
    office.deliver([], days(370, 364))
    [group] = whom(office, comparison=Comparison.PREVIOUS_YEAR).groups
    [cohort] = group.cohorts
    assert cohort.periods.alike == (days(6), days(370, 364))


def test_a_text_finds_orders_and_advertisers_in_any_case(office: Office) -> None:
    office.advertiser(ONE, "Lumen Pet")
    office.advertiser(TWO, "Harbor & Pine")
    office.keep(order("o1", "LUMEN_Brand"), order("o2", "Straße"), advertiser=ONE)
    office.keep(order("o3", "Brand", advertiser=TWO), advertiser=TWO)

    def found(text: str) -> set[str]:
        return {o for group in whom(office, text=text).groups for o in group.orders}

    assert found("brand") == {"o1", "o3"}
    assert found("STRASSE") == set()
    assert found("straße") == {"o2"}
    assert found("harbor &") == {"o3"}
    assert found("%") == set()
    assert found("'; drop table --") == set()


def test_a_text_narrows_what_is_asked_of_the_lake(office: Office) -> None:
    office.advertiser()
    office.keep(order("o1", "Brand"), order("o2", "Retention"))
    [group] = whom(office, text="brand").groups
    assert [sorted(c.values) for c in group.where] == [["o1"]]  # type: ignore[union-attr]
    [everything] = whom(office).groups
    assert everything.where == ()


def test_chosen_orders_limit_the_advertisers_to_theirs(office: Office) -> None:
    office.advertiser(ONE)
    office.advertiser(TWO)
    office.keep(order("o1"), advertiser=ONE)
    office.keep(order("o2", advertiser=TWO), advertiser=TWO)
    found = whom(office, orders=("o2",))
    assert [a.advertiser_id for a in found.advertisers] == [TWO]
    assert found.is_single


def test_who_was_only_discovered_is_not_meant_and_who_was_paused_only_by_name(
    office: Office,
) -> None:
    office.advertiser(ONE, kept=False)
    office.advertiser(TWO)
    with office.store.writing(office.org.scope()) as tenant:
        tenant.advertisers.pause([TWO])
    assert whom(office).advertisers == ()
    assert [a.advertiser_id for a in whom(office, advertisers=(TWO,)).advertisers] == [TWO]


def test_a_neighbours_advertiser_is_as_unknown_as_one_that_is_not_there(office: Office) -> None:
    office.advertiser(ONE)
    found = whom(office, advertisers=(TWO,))  # the neighbour has one of that id
    assert found.advertisers == whom(office, advertisers=("never",)).advertisers == ()
    assert found.groups == ()


def test_an_archived_order_is_still_meant(office: Office) -> None:
    office.advertiser()
    office.keep(order("o1", state=State.ARCHIVED))
    office.deliver(delivered("o1", 3, total_cost="1"), days(3))
    [group] = whom(office).groups
    assert set(group.orders) == {"o1"}
