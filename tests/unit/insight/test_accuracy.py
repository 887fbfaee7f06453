"""Sum checks and the figure of how far thirty days can be relied upon, worked out by hand."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from decimal import Decimal

import pyarrow as pa

from core.domain.ids import AdvertiserId, LoadId
from core.domain.metrics import Dataset
from core.insight.accuracy import Accuracy, accuracy
from core.lake.checks import Verdict
from core.lake.commit import Load
from core.lake.layout import Asked, Layout, Role, WireColumn
from core.lake.staging import stage_arrow
from core.store.ingest.coverage import CoveredDay
from core.store.schema.words import DayState
from tests.unit.insight.office import NOW, ONE, TWO, Office, day, days, delivered, row

# Monday the 23rd, half past two in the afternoon in Phoenix: all of yesterday should be here.
AFTERNOON = NOW + timedelta(hours=7, minutes=30)


def seen(office: Office, now: datetime = AFTERNOON) -> Accuracy:
    with office.desk(now=now) as desk:
        advertiser = next(a for a in desk.tenant.advertisers.all() if a.advertiser_id == ONE)
        return accuracy(desk, advertiser)


def covered(dataset: Dataset, back: int, state: DayState = DayState.PRESENT) -> CoveredDay:
    return CoveredDay(
        AdvertiserId(ONE), dataset, day(back), state, 1, None, None, None, "digest", 2, NOW, NOW,
        LoadId("load-1"), None,
    )  # fmt: skip


def deliver_geo(office: Office, impressions: dict[int, int]) -> None:
    """Load a table of places, one row a day, and say that these days are covered."""
    keys = ("advertiser_id", "day", "order_id", "country", "region", "dma", "currency")
    table = pa.table(
        {
            **{k: [f"{k}-1"] * len(impressions) for k in keys},
            "advertiser_id": [ONE] * len(impressions),
            "currency": ["USD"] * len(impressions),
            "day": pa.array([day(n) for n in impressions], pa.date32()),
            "impressions": pa.array(list(impressions.values()), pa.int64()),
        }
    )
    layout = Layout(
        Dataset.GEO,
        (*(WireColumn(k, k, Role.KEY) for k in keys),
         WireColumn("impressions", "impressions", Role.MEASURE)),
    )  # fmt: skip
    asked = Asked(frozenset({ONE}), days(29))
    with stage_arrow(table, layout, asked, scratch=office.lake.scratch) as staged:
        accepted = frozenset((ONE, one) for one in days(29).days())
        office.lake.commit(
            office.org.job, staged, Verdict(accepted), Load(LoadId("geo"), "v3", NOW, NOW)
        )
    office.cover(*(covered(Dataset.GEO, n) for n in impressions))


def test_nothing_loaded_is_no_figure(office: Office) -> None:
    office.advertiser()
    found = seen(office)
    assert (found.share, found.expected, found.checks) == (None, 0, ())
    assert found.days == days(29)


def test_thirty_whole_days_are_wholly_accurate(office: Office) -> None:
    office.advertiser()
    rows = [
        row("o1", n, line_item_id=f"l{m}", impressions=10 + m, total_cost="0.1")
        for n in range(30)
        for m in range(3)
    ]
    office.deliver(rows, days(29))
    found = seen(office)
    assert (found.expected, found.good, found.share) == (30, 30, 1)
    [lines] = found.checks
    assert (lines.dataset, lines.days, lines.gaps) == (None, 30, ())


def test_days_missing_and_set_aside_count_against_it(office: Office) -> None:
    office.advertiser()
    office.deliver([], days(29, 3))
    office.cover(replace(covered(Dataset.CAMPAIGN, 9), state=DayState.QUARANTINED))
    found = seen(office)
    assert (found.missing, found.aside, found.off) == (3, 1, 0)
    assert found.share == Decimal(26) / 30


def test_yesterday_is_expected_once_its_readings_should_be_in(office: Office) -> None:
    office.advertiser()
    office.deliver([], days(29, 1))
    night = NOW - timedelta(hours=5)  # two in the morning
    for now, told in ((night, (29, 0, 1)), (AFTERNOON, (30, 1, Decimal(29) / 30))):
        found = seen(office, now)
        assert (found.expected, found.missing, found.share) == told
    office.deliver([], days(0))
    early = seen(office, night)
    assert (early.expected, early.good) == (30, 30)


def test_a_table_that_is_no_longer_read_stays_expected(office: Office) -> None:
    office.advertiser()
    office.advertiser(TWO)
    office.deliver([], days(29))
    office.cover(covered(Dataset.GEO, 40))
    office.cover(replace(covered(Dataset.SITE, 40), advertiser_id=AdvertiserId(TWO)))
    found = seen(office)
    assert (found.expected, found.missing, found.share) == (60, 30, Decimal("0.5"))
    assert [check.dataset for check in found.checks] == [None]


def test_a_cut_that_holds_more_than_the_whole_is_off_and_less_is_not(office: Office) -> None:
    """Places need not all be reported, so less is no fault there."""
    office.advertiser()
    office.deliver(delivered("o1", 29, impressions=1000), days(29))
    deliver_geo(office, {2: 1000, 3: 900, 4: 1100, 5: 1000})
    found = seen(office)
    [_, geo] = found.checks
    assert (geo.dataset, geo.rule, geo.days) == (
        Dataset.GEO, "is no more than the campaign report", 4,
    )  # fmt: skip
    [gap] = geo.gaps
    assert (gap.day, gap.metric.key, gap.part, gap.whole) == (day(4), "impressions", 1100, 1000)
    # Two tables of thirty days; 26 of places are missing and one is off.
    assert (found.expected, found.missing, found.off) == (60, 26, 1)
    assert found.share == Decimal(33) / 60


def test_the_neighbours_days_count_for_nothing(office: Office) -> None:
    """The neighbour has thirty days of an advertiser of the same id."""
    office.advertiser()
    office.deliver([], days(0))
    assert seen(office).good == 1
