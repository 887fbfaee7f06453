"""Columns of the narrower report types: bids, content, paths; and attributes that are figures."""

from __future__ import annotations

from core.domain.catalogue.cuts import (
    AUDIO_VIDEO,
    BID_ADJUSTMENT,
    CONVERSION_PATH,
    NO_TABLE,
)
from core.domain.catalogue.families import measure
from core.domain.metrics import Better, Metric, Stage, Unit

BIDS: tuple[Metric, ...] = (
    measure(
        "bids",
        "Bids",
        "Bids sent to auctions while a bid adjustment rule applied.",
        v3="bids",
        better=Better.NEITHER,
        cuts=BID_ADJUSTMENT,
    ),
    measure(
        "win_rate",
        "Win rate",
        "Share of those bids that won.",
        v3="winRate",
        unit=Unit.RATE,
        cuts=BID_ADJUSTMENT,
        additive=False,
        caveat="Wins are not reported, so rates of several days cannot be added up exactly. Amazon "
        "does not say whether it is a fraction or a percentage.",
    ),
    measure(
        "match_rate",
        "Match rate in %",
        "Percentage of the auctions open to a rule that met its terms.",
        v3="matchRate",
        unit=Unit.AVERAGE,
        better=Better.NEITHER,
        cuts=BID_ADJUSTMENT,
        additive=False,
        caveat="A number from 0 to 100, kept as Amazon reports it.",
    ),
    measure(
        "bid_multiplier",
        "Bid multiplier",
        "What the bid was multiplied with; several terms that match multiply each other.",
        v3="bidAdjustment",
        unit=Unit.AVERAGE,
        better=Better.NEITHER,
        cuts=BID_ADJUSTMENT,
        additive=False,
    ),
)

CONTENT: tuple[Metric, ...] = (
    measure(
        "reported_ecpm",
        "Cost per 1,000 impressions, as reported",
        "Amazon's own cost for a thousand impressions in the report by content.",
        v3="costPerThousandImpressions",
        unit=Unit.MONEY,
        stage=Stage.AWARENESS,
        better=Better.DOWN,
        cuts=AUDIO_VIDEO,
        additive=False,
        caveat="This report has no cost column, so it cannot be computed again from sums.",
    ),
)

ATTRIBUTES: tuple[Metric, ...] = (
    measure(
        "delivery_rate",
        "Delivery rate, as reported",
        "Share of the line item's budget spent, over the share of its days gone by.",
        v3="lineItemDeliveryRate",
        v1="adGroupDeliveryRate",
        unit=Unit.RATE,
        better=Better.NEITHER,
        cuts=NO_TABLE,
        additive=False,
        caveat="Pacing reckons it by Amazon's formula instead, for flights and line items alike.",
    ),
)

_ALL_PRODUCTS = "Counts every Amazon ad product on the path, so it is no part of DSP's own sales."

# key, what was shown, Amazon's name
_TOUCHES = (
    ("dsp_display", "DSP display ads", "amazonDspDisplay"),
    ("dsp_online_video", "DSP online video ads", "amazonDspOnlineVideo"),
    ("dsp_streaming_tv", "DSP streaming TV ads", "amazonDspStreamingTv"),
    ("dsp_audio", "DSP audio ads", "amazonDspAudio"),
    ("sponsored_products", "Sponsored Products ads", "sponsoredProducts"),
    ("sponsored_brands_display", "Sponsored Brands ads", "sponsoredBrandsDisplay"),
    ("sponsored_brands_video", "Sponsored Brands video ads", "sponsoredBrandsVideo"),
    ("sponsored_display", "Sponsored Display ads", "sponsoredDisplay"),
    ("sponsored_display_display", "Sponsored Display image ads", "sponsoredDisplayDisplay"),
    ("sponsored_display_video", "Sponsored Display video ads", "sponsoredDisplayOnlineVideo"),
    ("sponsored_tv", "Sponsored TV ads", "sponsoredTvStreamingTv"),
)


def _on_path(
    key: str,
    name: str,
    description: str,
    v3: str,
    unit: Unit = Unit.COUNT,
    stage: Stage = Stage.CONVERSION,
) -> Metric:
    return measure(
        f"path_{key}",
        name,
        description,
        v3=v3,
        unit=unit,
        stage=stage,
        cuts=CONVERSION_PATH,
        caveat=_ALL_PRODUCTS,
    )


PATHS: tuple[Metric, ...] = (
    _on_path(
        "purchases",
        "Path purchases",
        "Purchases that followed this path of ads.",
        "purchases",
    ),
    _on_path("sales", "Path sales", "What was paid after this path of ads.", "sales", Unit.MONEY),
    _on_path(
        "new_to_brand_purchases",
        "Path new-to-brand purchases",
        "Purchases after this path of ads by people new to the brand.",
        "newToBrandPurchases",
        stage=Stage.NEW_TO_BRAND,
    ),
    _on_path(
        "new_to_brand_sales",
        "Path new-to-brand sales",
        "What people new to the brand paid after this path of ads.",
        "newToBrandSales",
        Unit.MONEY,
        Stage.NEW_TO_BRAND,
    ),
    *(
        measure(
            f"path_{key}_frequency",
            f"Path frequency: {words}",
            f"How often, on average, {words} were met on this path.",
            v3=f"{v3}Frequency",
            unit=Unit.AVERAGE,
            stage=Stage.AWARENESS,
            better=Better.NEITHER,
            cuts=CONVERSION_PATH,
            additive=False,
        )
        for key, words, v3 in _TOUCHES
    ),
)
