"""What the figures keep to: identities, ties, truth, restatement."""

from __future__ import annotations

from collections import defaultdict
from decimal import Decimal
from itertools import pairwise
from typing import Any

import pytest

from tests.sandbox.client import Amazon, Row, report, truth
from tests.sandbox_process import SandboxProcess

TRAFFIC = [
    "grossImpressions",
    "invalidImpressions",
    "impressions",
    "measurableImpressions",
    "viewableImpressions",
    "clicks",
    "grossClickThroughs",
    "invalidClickThroughs",
]
FEES = [
    "totalCost",
    "supplyCost",
    "amazonDSPConsoleFee",
    "amazonDSPAudienceFee",
    "omnichannelMetricsFee",
    "agencyFee",
    "3PFees",
    "totalFee",
    "3pFeeDoubleVerify",
    "3pFeeIntegralAdScienceAbsorbed",
]
FUNNEL = ["detailPageViews", "addToCart", "purchases"]
SPLIT = [
    name + ending
    for name in ("detailPageView", "addToCart", "purchases")
    for ending in ("Views", "Clicks")
]
TOTALS = ["totalDetailPageView", "totalAddToCart", "totalPurchases"]
NEW = [
    "newToBrandPurchases",
    "totalNewToBrandPurchases",
    "newToBrandProductSales",
    "totalNewToBrandSales",
]
MONEY = ["sales", "totalSales", "unitsSold", "totalUnitsSold"]
KEYS = ["date", "orderId", "lineItemId", "creativeId"]


def exact(value: Any) -> Decimal:
    return Decimal(str(value))


def total(rows: list[Row], column: str) -> Decimal:
    return sum((exact(row[column]) for row in rows), Decimal(0))


@pytest.fixture
def rows(agency: Amazon) -> list[Row]:
    """Two weeks of the agency's advertiser by creative."""
    columns = [*KEYS, *TRAFFIC, *FEES, *FUNNEL, *SPLIT, *TOTALS, *NEW, *MONEY]
    return agency.rows(report(agency.advertisers, columns))


@pytest.fixture
def video(agency: Amazon) -> list[Row]:
    """Two weeks of the Japanese advertiser, which runs television and audio."""
    agency.region = "fe"
    steps = ["Start", "FirstQuartile", "Midpoint", "ThirdQuartile", "Complete", "Impressions"]
    columns = [
        *KEYS,
        "impressions",
        "totalCost",
        "sales",
        "totalSales",
        *(f"videoAd{step}" for step in steps),
        "audioAdStart",
        "audioAdCompletions",
    ]
    return agency.rows(report(agency.advertisers, columns))


def test_traffic_is_nested(rows: list[Row]) -> None:
    for row in rows:
        assert row["grossImpressions"] - row["invalidImpressions"] == row["impressions"]
        assert row["grossClickThroughs"] - row["invalidClickThroughs"] == row["clicks"]
        assert (
            row["impressions"]
            >= row["measurableImpressions"]
            >= row["viewableImpressions"]
            >= row["clicks"]
            >= 0
        )
    assert total(rows, "invalidImpressions") > 0
    assert total(rows, "clicks") > 100


def test_fees_add_up_to_the_last_digit(rows: list[Row]) -> None:
    for row in rows:
        parts = [
            "supplyCost",
            "amazonDSPConsoleFee",
            "amazonDSPAudienceFee",
            "omnichannelMetricsFee",
        ]
        cost = sum(exact(row[part]) for part in parts)
        assert cost == exact(row["totalCost"])
        own = cost - exact(row["supplyCost"])
        fees = own + exact(row["agencyFee"]) + exact(row["3pFeeDoubleVerify"])
        assert fees == exact(row["totalFee"])
        both = exact(row["3pFeeDoubleVerify"]) + exact(row["3pFeeIntegralAdScienceAbsorbed"])
        assert both == exact(row["3PFees"])
    assert total(rows, "amazonDSPAudienceFee") > 0
    assert total(rows, "agencyFee") > 0
    assert total(rows, "3PFees") > 0


def test_money_has_up_to_six_decimals_and_sales_two(rows: list[Row]) -> None:
    decimals = [-int(exact(row["totalCost"]).as_tuple().exponent) for row in rows]

    assert 4 <= max(decimals) <= 6
    assert all(-int(exact(row["sales"]).as_tuple().exponent) <= 2 for row in rows)


def test_views_and_clicks_make_the_whole(rows: list[Row]) -> None:
    for row in rows:
        assert row["detailPageViewViews"] + row["detailPageViewClicks"] == row["detailPageViews"]
        assert row["addToCartViews"] + row["addToCartClicks"] == row["addToCart"]
        assert row["purchasesViews"] + row["purchasesClicks"] == row["purchases"]
    assert 0 < total(rows, "detailPageViewClicks") < total(rows, "detailPageViewViews")


def test_the_brand_halo_comes_on_top_and_new_buyers_are_a_part(rows: list[Row]) -> None:
    for row in rows:
        assert row["totalPurchases"] >= row["purchases"] >= row["newToBrandPurchases"] >= 0
        assert row["totalPurchases"] >= row["totalNewToBrandPurchases"]
        assert row["totalNewToBrandPurchases"] >= row["newToBrandPurchases"]
        assert row["totalSales"] >= row["totalNewToBrandSales"] >= row["newToBrandProductSales"]
        assert row["totalSales"] >= row["sales"] >= row["newToBrandProductSales"]
        assert row["totalDetailPageView"] >= row["detailPageViews"]
    assert 1.3 < total(rows, "totalSales") / total(rows, "sales") < 2.4
    assert total(rows, "totalNewToBrandPurchases") > 0


def test_video_quartiles_never_rise(video: list[Row]) -> None:
    for row in video:
        chain = [
            row["impressions"],
            row["videoAdImpressions"],
            row["videoAdStart"],
            row["videoAdFirstQuartile"],
            row["videoAdMidpoint"],
            row["videoAdThirdQuartile"],
            row["videoAdComplete"],
        ]
        assert all(a >= b for a, b in pairwise(chain))
        assert row["audioAdStart"] >= row["audioAdCompletions"]
        assert not (row["videoAdStart"] and row["audioAdStart"])
    assert total(video, "videoAdComplete") / total(video, "videoAdStart") > Decimal("0.9")
    assert total(video, "audioAdStart") > 0


def test_yen_have_no_decimals_in_sales(video: list[Row]) -> None:
    assert total(video, "totalSales") > 1000
    assert all(exact(row["totalSales"]) % 1 == 0 for row in video)


def test_ids_are_text_beyond_two_to_the_fifty_third(rows: list[Row]) -> None:
    for name in ("orderId", "lineItemId", "creativeId"):
        assert all(len(row[name]) == 18 and int(row[name]) > 2**53 for row in rows)


def test_a_settled_report_equals_the_truth_to_the_cent(agency: Amazon) -> None:
    advertiser = agency.advertisers[0]
    agency.sandbox.advance(days=45)
    agency.token = agency.refresh().json()["access_token"]
    pairs = {
        "impressions": "impressions",
        "clicks": "clicks",
        "totalCost": "totalCost",
        "supplyCost": "supplyCost",
        "agencyFee": "agencyFee",
        "purchases": "purchases",
        "totalSales": "totalSales",
        "sales": "sales",
        "brandSearches": "brandSearches",
        "detailPageViews": "detailPageViews",
        "totalNewToBrandSales": "totalNewToBrandSales",
    }

    found = agency.rows(report([advertiser], ["date", "orderId", *pairs], group_by=("campaign",)))

    real = {(r["date"], r["orderId"]): r for r in truth(agency.sandbox, advertiser)}
    assert {(r["date"], r["orderId"]) for r in found} == real.keys()
    for row in found:
        for column, name in pairs.items():
            assert exact(row[column]) == exact(real[row["date"], row["orderId"]][name]), column


@pytest.mark.parametrize("by", ["order", "lineItem", "creative"])
def test_the_truth_says_the_same_at_every_level(agency: Amazon, by: str) -> None:
    advertiser = agency.advertisers[0]
    whole = truth(agency.sandbox, advertiser, by="order")
    parts = truth(agency.sandbox, advertiser, by=by)

    for name in ("impressions", "totalCost", "totalSales", "purchases"):
        assert total(parts, name) == total(whole, name)
    assert len({row[f"{by}Id"] for row in parts}) >= 8


def test_what_happened_kind_by_kind_adds_up_to_the_truth_of_the_days(agency: Amazon) -> None:
    advertiser = agency.advertisers[0]
    days = {"advertiserId": advertiser, "from": "2026-06-01", "to": "2026-06-14"}
    rows = agency.sandbox.http.get("/_sandbox/truth/happened", params=days).json()["rows"]

    def happened(*kinds: str) -> int:
        return sum(row["happened"].get(kind, 0) for row in rows for kind in kinds)

    whole = truth(agency.sandbox, advertiser)
    assert happened("impressions") == total(whole, "impressions")
    purchases = [
        f"purchase.{products}.{credit}.{age}"
        for products in ("promoted", "halo")
        for credit in ("view", "click")
        for age in ("new", "known")
    ]
    assert happened(*purchases) == total(whole, "totalPurchases")
    cost = happened("supply", "console", "audience", "omnichannel")
    assert Decimal(cost) / 1_000_000 == total(whole, "totalCost")
    assert {"orderId", "lineItemId", "creativeId"} < rows[0].keys()


CUTS: list[tuple[str, tuple[str, ...], list[str]]] = [
    ("dspInventory", ("supplySource", "campaign", "ad", "deal"), ["supplySource", "dealId"]),
    ("dspInventory", ("site", "campaign"), ["site"]),
    ("dspGeo", ("order", "country", "region", "dma"), ["country", "region", "dmaCode"]),
    ("dspGeo", ("order", "city", "postalCode"), ["city", "postalCode"]),
    ("dspTech", ("order", "operatingSystem", "browserType", "deviceType", "environmentType"),
     ["operatingSystemName", "browserName", "deviceName", "environmentName"]),
]  # fmt: skip


@pytest.mark.parametrize(("kind", "group_by", "labels"), CUTS)
def test_a_cut_ties_to_the_campaign_report(
    agency: Amazon, kind: str, group_by: tuple[str, ...], labels: list[str]
) -> None:
    """Long after the days, when every type knows everything: counts exactly, money to a cent."""
    agency.sandbox.advance(days=45)
    agency.token = agency.refresh().json()["access_token"]
    counted = ["impressions", "clicks", "purchases", "detailPageViews", "viewableImpressions"]
    keys = ["date", "orderId"]
    cells = agency.rows(
        report(
            agency.advertisers,
            [*keys, *labels, *counted, "totalCost", "sales"],
            kind=kind,
            group_by=group_by,
        )
    )
    parents = agency.rows(
        report(agency.advertisers, [*keys, *counted, "totalCost", "sales"], group_by=("campaign",))
    )

    summed: dict[tuple[str, str], dict[str, Decimal]] = defaultdict(lambda: defaultdict(Decimal))
    for cell in cells:
        assert cell["impressions"] >= cell["viewableImpressions"] >= cell["clicks"] >= 0
        for name in (*counted, "totalCost", "sales"):
            summed[cell["date"], cell["orderId"]][name] += exact(cell[name])
    assert len(cells) > 3 * len(parents)
    for parent in parents:
        mine = summed[parent["date"], parent["orderId"]]
        for name in counted:
            assert mine[name] == parent[name], name
        assert abs(mine["totalCost"] - exact(parent["totalCost"])) < Decimal("0.01")
        assert abs(mine["sales"] - exact(parent["sales"])) < Decimal("0.01")


def test_unknown_places_and_devices_have_rows(agency: Amazon) -> None:
    places = agency.rows(
        report(
            agency.advertisers,
            ["country", "region", "impressions"],
            kind="dspGeo",
            group_by=("country", "region"),
            time_unit="SUMMARY",
        )
    )
    devices = agency.rows(
        report(
            agency.advertisers,
            ["deviceName", "impressions"],
            kind="dspTech",
            group_by=("deviceType",),
            time_unit="SUMMARY",
        )
    )

    assert {"country": "United States", "region": "Unknown"}.items() <= places[-2].items()
    assert {p["country"] for p in places} == {"United States", "Unknown"}
    assert "Unknown" in {d["deviceName"] for d in devices}


def test_segments_overlap(agency: Amazon) -> None:
    columns = ["orderId", "lineItemId", "impressions", "totalCost"]
    segments = agency.rows(
        report(
            agency.advertisers,
            [*columns, "segmentName"],
            kind="dspAudience",
            group_by=("order", "lineItem"),
            time_unit="SUMMARY",
        )
    )
    lines = agency.rows(
        report(agency.advertisers, columns, group_by=("campaign", "ad"), time_unit="SUMMARY")
    )

    whole = {line["lineItemId"]: line["impressions"] for line in lines}
    summed: dict[str, int] = defaultdict(int)
    for segment in segments:
        assert segment["impressions"] <= whole[segment["lineItemId"]]
        summed[segment["lineItemId"]] += segment["impressions"]
    assert max(summed[line] / served for line, served in whole.items()) > 1.5
    assert "Untargeted" in {s["segmentName"] for s in segments}


def test_products_tell_promoted_from_halo_and_have_no_cost(agency: Amazon) -> None:
    agency.sandbox.advance(days=45)
    agency.token = agency.refresh().json()["access_token"]
    columns = [
        "asin",
        "conversionType",
        "purchases",
        "totalPurchases",
        "purchasesBrandHalo",
        "totalSales",
    ]
    products = agency.rows(
        report(agency.advertisers, columns, kind="dspProduct", group_by=("order",))
    )
    parents = agency.rows(
        report(
            agency.advertisers,
            ["date", "orderId", "purchases", "totalPurchases", "totalSales"],
            group_by=("campaign",),
        )
    )

    for product in products:
        is_promoted = product["conversionType"] == "Promoted"
        assert is_promoted or product["purchases"] == 0
        assert product["totalPurchases"] == product["purchases"] + product["purchasesBrandHalo"]
    for name in ("purchases", "totalPurchases", "totalSales"):
        assert total(products, name) == total(parents, name)


def test_purchases_arrive_after_an_orders_end(agency: Amazon, sandbox: SandboxProcess) -> None:
    known = sandbox.control("truth/entities")["advertisers"]
    alder = next(a for a in known if a["slug"] == "alder")
    ended = next(o for o in alder["orders"] if o["label"] == "Ended")

    rows = agency.rows(
        report(
            agency.advertisers,
            ["date", "orderId", "orderEndDate", "impressions", "totalDetailPageView"],
            group_by=("campaign",),
        )
    )

    late = [r for r in rows if r["orderId"] == ended["orderId"] and r["date"] > r["orderEndDate"]]
    assert len(late) >= 3
    assert all(r["impressions"] == 0 and r["totalDetailPageView"] > 0 for r in late)


def test_dead_lines_rejected_creatives_and_paused_orders_have_no_rows(
    agency: Amazon, sandbox: SandboxProcess
) -> None:
    known = sandbox.control("truth/entities")["advertisers"]
    orders = {o["label"]: o for a in known if a["slug"] == "alder" for o in a["orders"]}
    rows = agency.rows(report(agency.advertisers, [*KEYS, "impressions"]))

    dead = orders["Dead-Line-Item"]["lineItems"][0]
    recent = [r for r in rows if r["date"] >= "2026-06-13"]
    assert not [r for r in rows if r["lineItemId"] == dead]
    assert not [r for r in rows if r["orderId"] == orders["Paused"]["orderId"]]
    assert not [r for r in recent if r["orderId"] == orders["Stopped"]["orderId"]]
    first = orders["Creative-Rejected"]["lineItems"][0]
    before = {r["creativeId"] for r in rows if r["lineItemId"] == first}
    after = {r["creativeId"] for r in recent if r["lineItemId"] == first}
    assert len(before - after) == 1


def test_figures_move_in_runs_and_the_truth_can_be_asked_of_any_instant(agency: Amazon) -> None:
    advertiser = agency.advertisers[0]

    def known(instant: str) -> list[Row]:
        return truth(agency.sandbox, advertiser, asOf=instant)

    now = known("now")
    assert now == known("2026-06-15T14:00:00+00:00") == known("2026-06-15T15:59:00Z")
    assert now != known("2026-06-15T16:00:00Z")
    assert (
        agency.sandbox.http.get(
            "/_sandbox/truth/daily",
            params={
                "advertiserId": advertiser,
                "from": "2026-06-01",
                "to": "2026-06-02",
                "asOf": "later",
            },
        ).status_code
        == 400
    )


def test_yesterday_is_partial_in_the_early_morning_and_grows(agency: Amazon) -> None:
    wanted = report(
        agency.advertisers,
        ["date", "impressions"],
        group_by=("campaign",),
        start="2026-06-12",
        end="2026-06-14",
    )
    seen = []
    for instant in (
        "2026-06-15T07:30:00+00:00",
        "2026-06-15T08:30:00+00:00",
        "2026-06-15T19:00:00+00:00",
    ):
        agency.sandbox.control("clock", {"now": instant})
        agency.token = agency.refresh().json()["access_token"]
        rows = agency.rows(wanted)
        seen.append(total([r for r in rows if r["date"] == "2026-06-14"], "impressions"))

    assert Decimal("0.7") * seen[2] < seen[0] < seen[1] < seen[2]


def test_each_type_has_its_own_freshness(agency: Amazon) -> None:
    agency.sandbox.control("clock", {"now": "2026-06-15T10:00:00+00:00"})
    agency.token = agency.refresh().json()["access_token"]
    day = {"start": "2026-06-14", "end": "2026-06-14"}

    def yesterday(kind: str, *group_by: str) -> Decimal:
        wanted = report(
            agency.advertisers, ["date", "impressions"], kind=kind, group_by=group_by, **day
        )
        return total(agency.rows(wanted), "impressions")

    campaign = yesterday("dspCampaign", "campaign")
    assert campaign > yesterday("dspInventory", "site") > yesterday("dspGeo", "country")


def test_a_day_is_restated_as_it_ages(agency: Amazon) -> None:
    """Traffic shrinks for three days; conversions grow for fourteen; then units are cancelled."""
    wanted = report(
        agency.advertisers,
        [
            "date",
            "impressions",
            "totalDetailPageView",
            "totalPurchases",
            "totalUnitsSold",
            "totalSales",
        ],
        group_by=("campaign",),
        start="2026-06-14",
        end="2026-06-14",
    )
    seen: list[dict[str, Decimal]] = []
    for day in (
        "2026-06-15T22:00",
        "2026-06-18T08:00",
        "2026-06-22T08:00",
        "2026-06-29T08:00",
        "2026-07-14T08:00",
    ):
        agency.sandbox.control("clock", {"now": f"{day}:00+00:00"})
        agency.token = agency.refresh().json()["access_token"]
        rows = agency.rows(wanted)
        seen.append({name: total(rows, name) for name in wanted["configuration"]["columns"][1:]})

    impressions = [each["impressions"] for each in seen]
    views = [each["totalDetailPageView"] for each in seen]
    assert impressions[0] > impressions[1] == impressions[2] == impressions[4]
    assert Decimal("1.001") < impressions[0] / impressions[4] < Decimal("1.01")
    assert views[0] < views[1] <= views[2] <= views[3] == views[4]
    assert Decimal("0.85") < views[0] / views[4] < Decimal("0.97")
    assert seen[4]["totalPurchases"] == seen[3]["totalPurchases"]
    assert seen[4]["totalUnitsSold"] <= seen[3]["totalUnitsSold"]


def test_one_day_a_quarter_is_restated_by_eight_percent(
    agency: Amazon, sandbox: SandboxProcess
) -> None:
    advertiser = agency.advertisers[0]
    days = {"from": "2026-04-01", "to": "2026-06-30"}
    sandbox.control("clock", {"now": "2026-07-01T12:00:00+00:00"})
    final = truth(sandbox, advertiser, **days)
    cost: dict[str, Decimal] = defaultdict(Decimal)
    for row in final:
        cost[row["date"]] += exact(row["totalCost"])
    jumps = []
    for day in sorted(cost):
        sandbox.control("clock", {"now": f"{day}T12:00:00+00:00"})
        sandbox.advance(days=5)
        young = truth(sandbox, advertiser, **{"from": day, "to": day, "asOf": "now"})
        if total(young, "totalCost") / cost[day] > Decimal("1.05"):
            jumps.append(total(young, "totalCost") / cost[day])

    assert len(jumps) == 1
    assert Decimal("1.07") < jumps[0] < Decimal("1.09")


def test_reach_is_no_sum(agency: Amazon) -> None:
    def reach(group_by: tuple[str, ...], time_unit: str = "SUMMARY") -> list[int]:
        wanted = report(
            agency.advertisers,
            ["reach", "householdReach", "impressions"],
            group_by=group_by,
            time_unit=time_unit,
        )
        rows = agency.rows(wanted)
        assert all(r["householdReach"] <= r["reach"] <= r["impressions"] for r in rows)
        return [r["reach"] for r in rows]

    def whole(time_unit: str) -> list[int]:
        wanted = report(
            agency.advertisers,
            ["reach", "frequencyAverage"],
            kind="dspReachFrequency",
            group_by=("advertiser",),
            time_unit=time_unit,
        )
        return [r["reach"] for r in agency.rows(wanted)]

    orders, advertiser, days = reach(("campaign",)), whole("SUMMARY")[0], whole("DAILY")
    assert max(orders) < advertiser < sum(orders)
    assert max(days) < advertiser < sum(days)


def test_sponsored_campaigns_are_dated_by_the_click(sandbox: SandboxProcess) -> None:
    seller = Amazon.linked(sandbox, "seller")
    wanted = report(
        [],
        [
            "date",
            "campaignId",
            "impressions",
            "clicks",
            "cost",
            "purchases1d",
            "purchases14d",
            "sales14d",
        ],
        kind="spCampaigns",
        group_by=("campaign",),
        adProduct="SPONSORED_PRODUCTS",
        filters=None,
        start="2026-06-13",
        end="2026-06-14",
    )
    young = seller.rows(wanted)
    sandbox.advance(days=30)
    seller.token = seller.refresh().json()["access_token"]
    old = seller.rows(wanted)

    assert isinstance(young[0]["campaignId"], int)
    assert total(old, "purchases14d") > total(young, "purchases14d")
    assert all(r["purchases1d"] <= r["purchases14d"] for r in old)
    assert all(r["clicks"] <= r["impressions"] for r in old)


def sponsored(
    seller: Amazon, kind: str, product: str, columns: list[str], *group_by: str
) -> list[Row]:
    wanted = report(
        [],
        columns,
        kind=kind,
        group_by=group_by,
        adProduct=product,
        filters=None,
        time_unit="SUMMARY",
    )
    return seller.rows(wanted)


def test_placements_make_the_campaign(sandbox: SandboxProcess) -> None:
    seller = Amazon.linked(sandbox, "seller")
    counted = ["impressions", "clicks", "cost", "purchases14d", "sales14d"]

    def rows(*group_by: str, extra: tuple[str, ...] = ()) -> list[Row]:
        return sponsored(
            seller, "spCampaigns", "SPONSORED_PRODUCTS", ["campaignId", *counted, *extra], *group_by
        )

    whole = rows("campaign")
    placed = rows("campaign", "campaignPlacement", extra=("placementClassification",))

    assert len(whole) == 4
    assert len({row["placementClassification"] for row in placed}) == 3
    for campaign in whole:
        mine = [row for row in placed if row["campaignId"] == campaign["campaignId"]]
        for name in counted:
            assert abs(total(mine, name) - exact(campaign[name])) < Decimal("0.01")


@pytest.mark.parametrize(
    ("kind", "product"),
    [("sbCampaigns", "SPONSORED_BRANDS"), ("sdCampaigns", "SPONSORED_DISPLAY")],
)
def test_brands_and_display_are_coherent(sandbox: SandboxProcess, kind: str, product: str) -> None:
    columns = [
        "campaignId",
        "impressions",
        "viewableImpressions",
        "clicks",
        "cost",
        "purchases",
        "newToBrandPurchases",
        "sales",
        "salesPromoted",
        "startDate",
        "endDate",
    ]
    rows = sponsored(Amazon.linked(sandbox, "seller"), kind, product, columns, "campaign")

    assert len(rows) == 2
    for row in rows:
        assert row["impressions"] >= row["viewableImpressions"] >= row["clicks"] > 0
        assert row["sales"] >= row["salesPromoted"] >= 0
        assert row["purchases"] >= row["newToBrandPurchases"]
        assert (row["startDate"], row["endDate"]) == ("2026-06-01", "2026-06-14")
    assert total(rows, "salesPromoted") > 0


def test_a_sponsored_report_needs_a_sponsored_profile(agency: Amazon) -> None:
    wanted = report(
        [],
        ["impressions"],
        kind="spCampaigns",
        group_by=("campaign",),
        adProduct="SPONSORED_PRODUCTS",
        filters=None,
        time_unit="SUMMARY",
    )

    answer = agency.create(wanted)

    assert answer.status_code == 400
    assert "adProduct" in answer.json()["detail"]


def test_line_items_say_status_approval_and_delivery_rate(
    agency: Amazon, sandbox: SandboxProcess
) -> None:
    known = sandbox.control("truth/entities")["advertisers"]
    orders = {o["label"]: o for a in known if a["slug"] == "alder" for o in a["orders"]}
    columns = [
        "orderId",
        "lineItemId",
        "lineItemStatus",
        "lineItemApprovalStatus",
        "lineItemDeliveryRate",
        "impressions",
    ]
    rows = agency.rows(report(agency.advertisers, columns, time_unit="SUMMARY", start="2026-05-20"))

    by_order: dict[str, list[Row]] = defaultdict(list)
    for row in rows:
        by_order[row["orderId"]].append(row)
    ended = by_order[orders["Ended"]["orderId"]]
    rejected = by_order[orders["Creative-Rejected"]["orderId"]]
    paused = by_order[orders["Paused"]["orderId"]]
    low = by_order[orders["Bid-Too-Low"]["orderId"]]
    plain = by_order[orders["Plain-1"]["orderId"]]
    assert {row["lineItemStatus"] for row in ended} == {"ENDED"}
    assert "PARTIALLY_APPROVED" in {row["lineItemApprovalStatus"] for row in rejected}
    assert {row["lineItemStatus"] for row in paused} == {"INACTIVE"}
    assert min(row["lineItemDeliveryRate"] for row in low) < 0.8
    assert all(0.85 < row["lineItemDeliveryRate"] < 1.1 for row in plain)
