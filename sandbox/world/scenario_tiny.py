"""The tiny world for tests: three advertisers in two zones and currencies, every trouble once."""

from __future__ import annotations

from sandbox.world.blueprint import (
    AdvertiserPlan,
    ManagerPlan,
    OrderPlan,
    Rollover,
    Scenario,
    SponsoredPlan,
    Trouble,
    UserPlan,
)
from sandbox.world.entities import Traits
from sandbox.world.rates import Stage
from sandbox.world.scenario_demo import HOSTILE_CREATIVE_NAMES, HOSTILE_LINE_NAMES, SEATS

_DISPLAY = ("oo-remarketing", "web-prospecting")
_SEATS = tuple(s for s in SEATS if s.slug in {"cobalt-us", "cobalt-jp", "saffron-us"})
_US = "ATVPDKIKX0DER"


def scenario(*, scale: int = 1) -> Scenario:
    """Return the tiny world; `scale` multiplies the first advertiser's plain orders."""
    return Scenario(_SEATS, tuple(_advertisers(scale)), _SPONSORED, _users())


def _advertisers(scale: int) -> list[AdvertiserPlan]:
    return [
        AdvertiserPlan(
            "alder", "Alder Test Foods", "cobalt-us", "America/Los_Angeles", "ALDER",
            ("Oats", "Jam", "Tea"), "Grocery",
            Traits(25.0, 1.0, subscribes=True, tracks_off_amazon=True, large_restatement=True),
            (*(_plain(f"Plain-{copy}", 200.0) for copy in range(1, scale + 1)),
             _ended(150.0), *(_troubled(trouble) for trouble in Trouble), _hostile()),
        ),
        AdvertiserPlan(
            "sakura", "Sakura Test 茶", "cobalt-jp", "Asia/Tokyo", "SAKURA", ("茶", "器"), "食品",
            Traits(2_800.0, 1.0, streams=True, has_app=True, measures_demographics=True),
            (_plain("Plain", 30_000.0), _television()), language="ja",
        ),
        AdvertiserPlan(
            "birch", "Birch Test Tools", "saffron-us", "America/New_York", "BIRCH",
            ("Saw", "Plane"), "Tools", Traits(60.0, 1.0), (_plain("Plain", 150.0),),
        ),
    ]  # fmt: skip


def _plain(label: str, per_day: float) -> OrderPlan:
    return OrderPlan(label, Stage.CONVERSION, _DISPLAY, -110, 40, per_day,
                     rollover=Rollover.PRIOR, agency_fee=10.0, touched=True)  # fmt: skip


def _ended(per_day: float) -> OrderPlan:
    return OrderPlan("Ended", Stage.CONSIDERATION, ("oo-inmarket", "online-video"), -40, -6,
                     per_day, flight_days=14, first_hour=9, flights_share_a_day=True,
                     rollover=Rollover.CUMULATIVE)  # fmt: skip


def _troubled(trouble: Trouble) -> OrderPlan:
    label = trouble.name.replace("_", "-").title()
    return OrderPlan(label, Stage.CONVERSION, _DISPLAY, -20, 10, 120.0, trouble=trouble,
                     third_party_fees=trouble is Trouble.DEAD_LINE_ITEM)  # fmt: skip


def _hostile() -> OrderPlan:
    return OrderPlan("Names", Stage.CONSIDERATION, ("oo-inmarket",) * 6, -25, 15, 90.0,
                     allocation="AUTO", name='=HYPERLINK("http://evil.example","order")',
                     line_names=HOSTILE_LINE_NAMES,
                     creative_names=HOSTILE_CREATIVE_NAMES)  # fmt: skip


def _television() -> OrderPlan:
    return OrderPlan("Television", Stage.AWARENESS, ("streaming-tv", "audio"), -25, 20, 90_000.0,
                     rollover=Rollover.CUMULATIVE)  # fmt: skip


_SPONSORED = (
    SponsoredPlan("pebble-seller", "Pebble Stationery", "seller", "NA", "US", "USD",
                  "America/Los_Angeles", _US, 90),
    SponsoredPlan("pebble-attribution", "Pebble: Attribution", "agency", "NA", "US", "USD",
                  "America/Los_Angeles", _US, 0, sub_type="AMAZON_ATTRIBUTION"),
)  # fmt: skip


def _users() -> tuple[UserPlan, ...]:
    return (
        UserPlan("agency", "Robin Vale", "robin.vale@cobalt-harbor.example",
                 "an agency with seats in two regions", ("cobalt-us", "cobalt-jp"),
                 (ManagerPlan("Cobalt Harbor NA", "NA", ("alder", "birch")),)),
        UserPlan("reader", "Kim Ashgrove", "kim.ashgrove@northwind.example",
                 "reads one advertiser through a manager account", (),
                 (ManagerPlan("Alder group", "NA", ("alder",)),)),
        UserPlan("seller", "Sam Pebble", "sam@pebble.example",
                 "a seller: sponsored ads and Amazon Attribution, no DSP",
                 sponsored=("pebble-seller", "pebble-attribution")),
        UserPlan("second-agency", "Ines Saffron", "ines@saffron-row.example",
                 "another agency, with another advertiser", ("saffron-us",)),
        UserPlan("leaving", "Toni Brackwater", "toni@brackwater.example",
                 "withdraws the grant two hours after giving it", ("cobalt-us",),
                 grant_hours=2.0),
    )  # fmt: skip
