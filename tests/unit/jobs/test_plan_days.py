"""The request plan as weeks go by: planned twice an hour from the day of linking on."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from core.amazon.reports.specs import SPECS
from core.domain.connections import AccessMode, Adapter
from core.domain.ids import AdvertiserId, ConnectionId
from core.domain.metrics import Dataset
from core.domain.periods import DateRange
from core.domain.regions import Region
from core.domain.requests import Reason, RequestState
from core.jobs.cadence import BY_DAY, CUTS
from core.jobs.plan import Asked, Door, Known, Subject, plan
from core.store.ingest.requests import PlannedRequest

DAYS = 21
BUILT_IN = timedelta(minutes=40)
LINKED_AT = datetime(2026, 3, 4, 18, 0, tzinfo=UTC)
"""A Wednesday, ten in the morning in Los Angeles, where clocks go forward on the 8th; in Tokyo it
is the 5th, three in the morning."""
ZONES = ("America/Los_Angeles", "Asia/Tokyo")
DOOR = Door(ConnectionId("con_1"), Region.NA, Adapter.V3, AccessMode.PROFILE, "77", True)


@dataclass
class Weeks:
    """Amazon and the store as planning sees them: a report is there some time after it was asked
    for, and what it covers is known from then on."""

    now: datetime = LINKED_AT
    subjects: tuple[Subject, ...] = tuple(
        Subject(AdvertiserId(zone), zone, DOOR, LINKED_AT) for zone in ZONES
    )
    covered: dict[tuple[AdvertiserId, Dataset], set[date]] = field(default_factory=dict)
    counted: Counter[tuple[AdvertiserId, Dataset, date]] = field(default_factory=Counter)
    asked: list[Asked] = field(default_factory=list)
    made: list[tuple[datetime, PlannedRequest]] = field(default_factory=list)

    def today(self, subject: Subject) -> date:
        return self.now.astimezone(ZoneInfo(subject.zone)).date()

    def known(self) -> Known:
        used = {
            (s.advertiser_id, dataset): self.counted[s.advertiser_id, dataset, self.today(s)]
            for s in self.subjects
            for dataset in Dataset
        }
        return Known(self.now, self.subjects, self.covered, used, asked=tuple(self.asked))

    def step(self) -> None:
        self.asked = [self._built(one) for one in self.asked]
        self.asked = [a for a in self.asked if self.now - a.planned_at < timedelta(days=8)]
        for request in plan(self.known()):
            (advertiser_id,) = request.advertiser_ids
            (subject,) = (s for s in self.subjects if s.advertiser_id == advertiser_id)
            counted_as = SPECS[request.spec].counted_as
            self.counted[subject.advertiser_id, counted_as, self.today(subject)] += 1
            self.made.append((self.now, request))
            self.asked.append(
                Asked(
                    subject.advertiser_id, request.spec, request.window, request.days, self.now,
                    RequestState.BUILDING, is_counted=True,
                )
            )  # fmt: skip
        self.now += timedelta(minutes=30)

    def _built(self, one: Asked) -> Asked:
        if one.state.is_over or self.now - one.planned_at < BUILT_IN:
            return one
        known = self.covered.setdefault((one.advertiser_id, SPECS[one.spec].dataset), set())
        known |= set(one.days.days())
        return replace(one, state=RequestState.COMMITTED)


@pytest.fixture(scope="module")
def weeks() -> Weeks:
    lived = Weeks()
    while lived.now < LINKED_AT + timedelta(days=DAYS):
        lived.step()
    return lived


@pytest.fixture(params=ZONES)
def zone(request: pytest.FixtureRequest) -> str:
    return str(request.param)


Made = tuple[date, time, PlannedRequest]


def made(weeks: Weeks, zone: str, *specs: str) -> list[Made]:
    """An advertiser's requests with the local day and time at which each was planned."""
    here = [(at.astimezone(ZoneInfo(zone)), r) for at, r in weeks.made if zone in r.advertiser_ids]
    return [(at.date(), at.time(), r) for at, r in here if not specs or r.spec in specs]


def linked_on(zone: str) -> date:
    return LINKED_AT.astimezone(ZoneInfo(zone)).date()


def whole_days(zone: str) -> list[date]:
    """The local days after that of linking which were lived to their end."""
    return [linked_on(zone) + timedelta(days=n) for n in range(1, DAYS)]


def back(today: date, first: int, last: int = 1) -> DateRange:
    return DateRange(today - timedelta(days=first), today - timedelta(days=last))


def readings(weeks: Weeks, zone: str) -> Iterator[tuple[date, list[Made]]]:
    """Each whole day with its requests of the base facts' report type."""
    of_type = made(weeks, zone, "campaign", "reach-order")
    for day in whole_days(zone):
        yield day, [one for one in of_type if one[0] == day]


def test_no_report_type_is_asked_for_more_than_twice_a_day(weeks: Weeks, zone: str) -> None:
    counts = Counter((day, SPECS[r.spec].report_type) for day, _, r in made(weeks, zone))
    on_linking = counts.pop((linked_on(zone), "dspCampaign"))
    assert on_linking == 4
    assert max(counts.values()) == 2


def test_the_base_facts_are_read_after_noon_on_every_day(weeks: Weeks, zone: str) -> None:
    for day, requests in readings(weeks, zone):
        (noon,) = [one for one in requests if one[1] >= time(12)]
        assert noon[1] < time(13, 15)
        assert (noon[2].spec, noon[2].reason) == ("campaign", Reason.DAILY)
        assert noon[2].days == back(day, 31)


def test_they_are_read_early_on_weekdays_and_at_weekends_what_has_no_request_of_its_own(
    weeks: Weeks, zone: str
) -> None:
    first_days = {linked_on(zone) + timedelta(days=n) for n in range(1, 5)}
    for day, requests in readings(weeks, zone):
        (first,) = [one for one in requests if one[1] < time(12)]
        spec, days, reason = first[2].spec, first[2].days, first[2].reason
        if day in first_days or day.weekday() == 6:
            assert spec == "reach-order"
        elif day.weekday() == 5:
            assert (spec, reason) == ("campaign", Reason.SETTLE)
        elif not (day.weekday() == 0 and 3 <= day.day < 10):
            assert (spec, days, reason) == ("campaign", back(day, 3), Reason.DAILY)
            assert time(6) <= first[1] < time(7, 15)


def test_days_of_45_60_and_90_are_read_once_more(weeks: Weeks) -> None:
    settled = [
        (day, r.days)
        for day, _, r in made(weeks, "America/Los_Angeles", "campaign")
        if r.reason is Reason.SETTLE
    ]
    # The first Saturday is among the four days that look at what reach means.
    fourteenth, following = date(2026, 3, 14), date(2026, 3, 21)
    assert settled == [(fourteenth, back(fourteenth, 93, 80)), (following, back(following, 72, 45))]


def test_reach_of_orders_is_compared_over_three_windows_that_end_together(
    weeks: Weeks, zone: str
) -> None:
    first = [
        (r.window, r.days) for day, _, r in made(weeks, zone, "reach-order")
        if (day - linked_on(zone)).days <= 3
    ]  # fmt: skip
    linked = linked_on(zone)
    assert first == [("7d", back(linked, 7)), ("31d", back(linked, 31)), ("14d", back(linked, 14))]


def test_history_arrives_newest_first_within_a_week_and_nothing_is_filled_back_after_it(
    weeks: Weeks, zone: str
) -> None:
    filled = [(day, r) for day, _, r in made(weeks, zone) if r.reason is Reason.BACKFILL]
    linked = linked_on(zone)
    base = [r.days for day, r in filled if r.spec == "campaign"]
    pieces = [(31, 1), (62, 32), (93, 63), (94, 94)]
    assert base == [back(linked, *piece) for piece in pieces]
    assert {day for day, r in filled if r.spec == "campaign"} == {linked}
    assert max(day for day, _ in filled) <= linked + timedelta(days=5)
    for name in CUTS:
        ends = [r.days.end for _, r in filled if r.spec == name]
        assert ends == sorted(ends, reverse=True)
        assert ends[0] == linked - timedelta(days=1)
    for name in BY_DAY:
        known = weeks.covered[AdvertiserId(zone), SPECS[name].dataset]
        # What waits for its turn loses the oldest days meanwhile: Amazon forgets one a day.
        assert set(back(linked, 94 if name == "campaign" else 88).days()) <= known


def test_a_cut_is_read_once_a_day_and_sites_as_soon_as_history_is_there(
    weeks: Weeks, zone: str
) -> None:
    for name in CUTS:
        read = {
            day: r.days
            for day, _, r in made(weeks, zone, name)
            if r.reason is Reason.DAILY and day in whole_days(zone)
        }
        wanted = {day: back(day, 31 if day.weekday() == 6 else 7) for day in whole_days(zone)}
        if name == "site":
            wanted = {day: days for day, days in wanted.items() if day in read}
            assert min(wanted) <= linked_on(zone) + timedelta(days=6)
            assert len(wanted) == (whole_days(zone)[-1] - min(wanted)).days + 1
        assert read == wanted


def test_reach_of_yesterday_and_one_longer_window_are_read_every_day(
    weeks: Weeks, zone: str
) -> None:
    by_day = Counter(day for day, _, r in made(weeks, zone, "reach-advertiser", "reach-supply"))
    assert {by_day[day] for day in whole_days(zone)} == {2}
