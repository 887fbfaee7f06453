"""Asking for days once more: who may, which days, how often, and that asking twice is once."""

from __future__ import annotations

from datetime import timedelta

import pytest

from core.domain.ids import AdvertiserId
from core.domain.metrics import Dataset
from core.domain.periods import DateRange
from core.domain.roles import Role
from core.domain.scope import TenantScope
from core.errors import NotAllowed, UserError
from core.insight.fetching import asked_again, fetch_again, refused
from core.store.work.jobs import Job
from tests.unit.insight.office import NOW, ONE, Office, day, days

LONG_AGO = NOW - timedelta(days=60)


def ask(
    office: Office,
    period: DateRange,
    dataset: Dataset = Dataset.CAMPAIGN,
    scope: TenantScope | None = None,
) -> bool:
    who = scope or office.org.scope()
    with office.desk(who) as desk, office.store.writing(who) as tenant:
        [advertiser] = desk.tenant.advertisers.all()
        return fetch_again(desk, tenant, advertiser, dataset, period)


def refusal(office: Office, period: DateRange, dataset: Dataset = Dataset.CAMPAIGN) -> str:
    with office.desk() as desk:
        [advertiser] = desk.tenant.advertisers.all()
        return refused(desk, advertiser, dataset, period)


def wishes(office: Office) -> list[Job]:
    with office.desk() as desk:
        return asked_again(desk)


@pytest.fixture
def kept(office: Office) -> Office:
    """One advertiser, kept for long: two requests a report type and day."""
    office.advertiser(chosen_at=LONG_AGO)
    return office


def spend(office: Office, times: int, dataset: Dataset = Dataset.CAMPAIGN) -> None:
    with office.background.writing(office.org.job) as tenant:
        for _ in range(times):
            # It is Monday the 23rd in Phoenix.
            assert tenant.ledger.try_spend([ONE], dataset, day(-1), 9)


def test_a_wish_becomes_one_job_however_often_it_is_made(kept: Office) -> None:
    assert ask(kept, days(2)) is True
    assert ask(kept, days(2)) is False
    assert ask(kept, days(1)) is True
    first, second = wishes(kept)
    assert {first.payload["start_day"], second.payload["start_day"]} == {
        "2026-11-20", "2026-11-21",
    }  # fmt: skip
    assert first.payload["advertiser_id"] == ONE
    assert first.payload["dataset"] == "campaign"


def test_a_viewer_may_not(kept: Office) -> None:
    with pytest.raises(NotAllowed):
        ask(kept, days(2), scope=kept.org.scope(Role.VIEWER))
    assert wishes(kept) == []


def test_only_days_that_amazon_keeps_can_be_asked_for(kept: Office) -> None:
    assert refusal(kept, days(93, 70)) == ""
    told = "Amazon can be asked for 21 Aug – 22 Nov 2026 now, and for no other days."
    assert refusal(kept, days(94, 70)) == told
    assert refusal(kept, days(2, -1)) == told


def test_one_report_holds_thirty_one_days(kept: Office) -> None:
    assert refusal(kept, days(30)) == ""
    assert refusal(kept, days(31)) == "One report holds at most 31 days; choose fewer."
    with pytest.raises(UserError, match="at most 31 days"):
        ask(kept, days(31))


def test_windows_are_not_read_by_days(kept: Office) -> None:
    assert refusal(kept, days(2), Dataset.REACH).startswith("This table is read by whole windows")


def test_a_used_up_day_says_when_to_come_back(kept: Office) -> None:
    spend(kept, 1)
    assert refusal(kept, days(2)) == ""
    spend(kept, 1)
    assert refusal(kept, days(2)) == (
        "The 2 requests that Amazon advises for this type of report and day are used up. It can be "
        "asked for again tomorrow."
    )
    # Another report type has requests of its own; two tables of one type share them.
    assert refusal(kept, days(2), Dataset.GEO) == ""
    spend(kept, 2, Dataset.INVENTORY)
    assert "used up" in refusal(kept, days(2), Dataset.SITE)
    with pytest.raises(UserError, match="used up"):
        ask(kept, days(2))
    assert wishes(kept) == []


def test_a_neighbours_wishes_are_not_listed(kept: Office) -> None:
    ask(kept, days(2))
    with kept.store.reading(kept.neighbour.scope()) as tenant:
        assert tenant.jobs.recent(10) == []


def test_a_limited_member_asks_for_its_own_advertiser_only(office: Office) -> None:
    office.advertiser(ONE, chosen_at=LONG_AGO)
    office.advertiser("581000000000000002", chosen_at=LONG_AGO)
    with office.desk(office.org.limited) as desk:
        seen = [a.advertiser_id for a in desk.tenant.advertisers.all()]
    assert seen == [AdvertiserId(ONE)]
    assert ask(office, days(2), scope=office.org.limited) is True
