"""What was spent, on what, and at which price."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from core.domain.catalogue.cuts import (
    CAMPAIGN,
    COST_CUTS,
    FEE_CUTS,
    MEDIA_COST_CUTS,
    PLACE_CUTS,
)
from core.domain.catalogue.families import measure, ratio
from core.domain.metrics import Better, Dataset, Metric, Pack, Stage, Unit


def _money(
    key: str,
    name: str,
    description: str,
    v3: str,
    cuts: frozenset[Dataset],
    *,
    v1: str = "",
    legacy: str = "",
    pack: Pack = Pack.CORE,
    caveat: str = "",
) -> Metric:
    return measure(
        key,
        name,
        description,
        v3=v3,
        v1=v1,
        legacy=legacy,
        unit=Unit.MONEY,
        better=Better.NEITHER,
        cuts=cuts,
        pack=pack,
        caveat=caveat,
    )


COST: tuple[Metric, ...] = (
    _money(
        "total_cost",
        "Total cost",
        "What the advertiser was charged: media and the fees that count against the budget.",
        "totalCost",
        COST_CUTS,
        v1="totalCost",
        legacy="totalCost",
        caveat="Without third-party fees that the agency pays itself. What a flight's budget "
        "loses may be more: third-party fees set to count against it, and the agency's fee.",
    ),
    _money(
        "supply_cost",
        "Supply cost",
        "What was paid for the media itself.",
        "supplyCost",
        MEDIA_COST_CUTS,
        v1="supplyCost",
        legacy="supplyCost",
    ),
    ratio(
        "working_media_share",
        "Working media",
        "Supply cost as a share of total cost: how much of the money bought media.",
        "supply_cost",
        "total_cost",
    ),
    ratio(
        "ecpm",
        "Cost per 1,000 impressions",
        "Total cost for a thousand impressions.",
        "total_cost",
        "impressions",
        scale=1000,
        unit=Unit.MONEY,
        stage=Stage.AWARENESS,
        better=Better.DOWN,
        v3="eCPM",
        v1="cpm",
        legacy="eCPM",
        short="eCPM",
    ),
    ratio(
        "vcpm",
        "Cost per 1,000 viewable impressions",
        "Total cost for a thousand viewable impressions.",
        "total_cost",
        "viewable_impressions",
        scale=1000,
        unit=Unit.MONEY,
        stage=Stage.AWARENESS,
        better=Better.DOWN,
        v1="vcpm",
        since=date(2019, 10, 1),
        caveat="Impressions that were not measurable cost money and cannot count as viewable.",
        short="vCPM",
    ),
    ratio(
        "ecpc",
        "Cost per click",
        "Total cost for each click.",
        "total_cost",
        "clicks",
        unit=Unit.MONEY,
        stage=Stage.CONSIDERATION,
        better=Better.DOWN,
        v3="eCPC",
        v1="cpc",
        legacy="eCPC",
        short="eCPC",
    ),
)

AMAZON_FEES: tuple[Metric, ...] = (
    _money(
        "console_fee",
        "Console fee",
        "Amazon's technology fee on the supply cost.",
        "amazonDSPConsoleFee",
        MEDIA_COST_CUTS,
        v1="amazonConsoleFees",
        legacy="amazonPlatformFee",
    ),
    _money(
        "audience_fee",
        "Audience fee",
        "Amazon's fee, by the thousand, for impressions that used its audiences.",
        "amazonDSPAudienceFee",
        MEDIA_COST_CUTS,
        v1="amazonAudienceFees",
        legacy="amazonAudienceFee",
    ),
    _money(
        "omnichannel_fee",
        "Omnichannel metrics fee",
        "Fee for measuring purchases outside Amazon, a percentage of the supply cost.",
        "omnichannelMetricsFee",
        CAMPAIGN,
        v1="omnichannelMetricFees",
        legacy="amazonOmnichannelMetricsFee",
    ),
    _money(
        "agency_fee",
        "Agency fee",
        "What the order sets aside for the agency that runs it: a percentage or a fixed sum.",
        "agencyFee",
        PLACE_CUTS,
        v1="agencyFees",
        legacy="agencyFee",
    ),
    _money(
        "third_party_fees",
        "Third-party fees",
        "Fees of other companies (verification, ad serving, segments), all of them together.",
        "3PFees",
        FEE_CUTS,
        v1="thirdPartyFees",
        legacy="3PFees",
        caveat="Fees that the agency absorbs are listed one by one and are not in total cost.",
    ),
    _money(
        "prebid_fees",
        "Pre-bid fees",
        "Fees of other companies for judging a place before bidding on it, all together.",
        "3PPreBidFee",
        CAMPAIGN,
        v1="thirdPartyPrebidFees",
    ),
    _money(
        "total_fee",
        "Total fees",
        "Every fee together, as Amazon adds them up.",
        "totalFee",
        FEE_CUTS,
        v1="totalFees",
        legacy="totalFee",
        caveat="Amazon's newer reports say that this sum holds the supply cost too. Add up the "
        "single fees where it matters.",
    ),
)

# key, label, Amazon's name in version 3 and in the unified reports
_VENDORS = (
    ("automotive", "automotive segments", "Automotive", ""),
    ("comscore", "Comscore", "ComScore", "Comscore"),
    ("cpm1", "other technology 1", "CPM1", "Cpm1"),
    ("cpm2", "other technology 2", "CPM2", "Cpm2"),
    ("cpm3", "other technology 3", "CPM3", "Cpm3"),
    ("campaign_manager", "Campaign Manager 360", "DoubleclickCampaignManager", "Cm360"),
    ("doubleverify", "DoubleVerify", "DoubleVerify", "DoubleVerify"),
    ("ias", "Integral Ad Science", "IntegralAdScience", "Ias"),
)
_PREBID_VENDORS = (
    ("doubleverify", "DoubleVerify", "DoubleVerify"),
    ("ias", "Integral Ad Science", "IntegralAdScience"),
    ("oracle", "Oracle Data Cloud", "OracleDataCloud"),
    ("pixalate", "Pixalate", "Pixalate"),
)


def _vendor_fees() -> Iterator[Metric]:
    for key, label, v3, v1 in _VENDORS:
        yield _money(
            f"third_party_fee_{key}",
            f"Third-party fee: {label}",
            f"Fee by the thousand for {label}, charged with the campaign.",
            f"3pFee{v3}",
            FEE_CUTS,
            v1=f"thirdPartyFees{v1}" if v1 else "",
            legacy=f"3pFee{v3}",
            pack=Pack.FEES,
        )
        yield _money(
            f"third_party_fee_{key}_absorbed",
            f"Third-party fee absorbed: {label}",
            f"Fee by the thousand for {label} that the agency bears: listed, not in total cost.",
            f"3pFee{v3}Absorbed",
            FEE_CUTS,
            v1=f"thirdPartyFees{v1}Absorbed" if v1 else "",
            legacy=f"3pFee{v3}Absorbed",
            pack=Pack.FEES,
        )
    for key, label, v3 in _PREBID_VENDORS:
        yield _money(
            f"prebid_fee_{key}",
            f"Pre-bid fee: {label}",
            f"Fee for {label}'s judgement of a place before bidding on it.",
            f"3PPreBidFee{v3}",
            CAMPAIGN,
            pack=Pack.FEES,
        )


VENDOR_FEES: tuple[Metric, ...] = tuple(_vendor_fees())
