"""How far video and audio ads were played, and what people did with the player."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from core.domain.catalogue.cuts import COST_CUTS, EVERY_CUT
from core.domain.catalogue.families import measure, ratio
from core.domain.metrics import Better, Dataset, Metric, Pack, Stage, Unit

_REWOUND = "A part watched twice counts once."


class _Count(NamedTuple):
    """One count of the player; the wire names stand last."""

    key: str
    name: str
    description: str
    v3: str
    v1: str = ""
    legacy: str = ""
    better: Better = Better.UP
    caveat: str = ""


def _counts(rows: Iterable[_Count], cuts: frozenset[Dataset], pack: Pack) -> tuple[Metric, ...]:
    return tuple(
        measure(
            row.key,
            row.name,
            row.description,
            v3=row.v3,
            v1=row.v1,
            legacy=row.legacy,
            stage=Stage.AWARENESS,
            better=row.better,
            cuts=cuts,
            pack=pack,
            caveat=row.caveat,
        )
        for row in rows
    )


VIDEO: tuple[Metric, ...] = (
    *_counts(
        [
            _Count(
                "video_impressions",
                "Video impressions",
                "Times a video ad was delivered.",
                "videoAdImpressions",
                "impressionsVideoAd",
            )
        ],
        EVERY_CUT,
        Pack.CORE,
    ),
    *_counts(
        [
            _Count(
                "video_starts",
                "Video starts",
                "Times a video ad began to play.",
                "videoAdStart",
                "startsVideoAd",
                "videoStart",
            ),
            _Count(
                "video_first_quartiles",
                "Video first quartiles",
                "Times at least 25 % of a video ad was played.",
                "videoAdFirstQuartile",
                "firstQuartileVideoAd",
                "videoFirstQuartile",
                caveat=_REWOUND,
            ),
            _Count(
                "video_midpoints",
                "Video midpoints",
                "Times at least 50 % of a video ad was played.",
                "videoAdMidpoint",
                "midpointVideoAd",
                "videoMidpoint",
                caveat=_REWOUND,
            ),
            _Count(
                "video_third_quartiles",
                "Video third quartiles",
                "Times at least 75 % of a video ad was played.",
                "videoAdThirdQuartile",
                "thirdQuartileVideoAd",
                "videoThirdQuartile",
                caveat=_REWOUND,
            ),
            _Count(
                "video_completions",
                "Video completions",
                "Times a video ad was played to its end.",
                "videoAdComplete",
                "completeViewsVideoAd",
                "videoComplete",
                caveat=_REWOUND,
            ),
        ],
        COST_CUTS,
        Pack.CORE,
    ),
    ratio(
        "vcr",
        "Video completion rate",
        "Video completions for each video start.",
        "video_completions",
        "video_starts",
        stage=Stage.AWARENESS,
        v3="videoAdCompletionRate",
        v1="completionRateVideoAd",
        legacy="videoCompletionRate",
        short="VCR",
    ),
    ratio(
        "ecpvc",
        "Cost per video completion",
        "Total cost for each video completion.",
        "total_cost",
        "video_completions",
        unit=Unit.MONEY,
        stage=Stage.AWARENESS,
        better=Better.DOWN,
        v3="eCPVideoAdCompletion",
        v1="costPerCompletedViewVideoAd",
        legacy="ecpvc",
        caveat="An order that also runs display or audio pays for those in the same cost.",
        short="eCPVC",
    ),
)

VIDEO_PLAYER: tuple[Metric, ...] = (
    *_counts(
        [
            _Count(
                "video_mutes",
                "Video mutes",
                "Times the sound of a video ad was turned off.",
                "videoAdMute",
                "mutesVideoAd",
                "videoMute",
                Better.NEITHER,
            ),
            _Count(
                "video_unmutes",
                "Video unmutes",
                "Times the sound of a video ad was turned on.",
                "videoAdUnmute",
                "unmutesVideoAd",
                "videoUnmute",
                Better.NEITHER,
            ),
            _Count(
                "video_pauses",
                "Video pauses",
                "Times a video ad was paused.",
                "videoAdPause",
                "pausesVideoAd",
                "videoPause",
                Better.NEITHER,
            ),
            _Count(
                "video_resumes",
                "Video resumes",
                "Times a paused video ad was played on.",
                "videoAdResume",
                "resumesVideoAd",
                "videoResume",
                Better.NEITHER,
            ),
        ],
        COST_CUTS,
        Pack.MEDIA,
    ),
    *_counts(
        [
            _Count(
                "video_replays",
                "Video replays",
                "Times a video ad was played again.",
                "videoAdReplays",
                "replaysVideoAd",
            ),
            _Count(
                "video_skips_back",
                "Video skips back",
                "Times a viewer went back in a video ad.",
                "videoAdSkipBacks",
                "skipsBackVideoAd",
                better=Better.NEITHER,
            ),
            _Count(
                "video_skips_forward",
                "Video skips forward",
                "Times a viewer went forward in a video ad.",
                "videoAdSkipForwards",
                "skipsForwardVideoAd",
                better=Better.DOWN,
            ),
            _Count(
                "video_clicks",
                "Video clicks",
                "Clicks on a video ad, its play and pause buttons not counted.",
                "videoAdClicks",
            ),
            _Count(
                "video_end_clicks",
                "Video end screen clicks",
                "Clicks on a video ad after it had ended.",
                "videoAdEndStateClicks",
            ),
            _Count(
                "video_creative_views",
                "Video creative views",
                "Times any part of a video ad was seen.",
                "videoAdCreativeViews",
            ),
        ],
        EVERY_CUT,
        Pack.MEDIA,
    ),
)

AUDIO: tuple[Metric, ...] = (
    *_counts(
        [
            _Count(
                "audio_starts",
                "Audio starts",
                "Times an audio ad began to play.",
                "audioAdStart",
                "startsAudioAd",
            ),
            _Count(
                "audio_plays",
                "Audio plays",
                "Times some of an audio ad was heard.",
                "audioAdViews",
                "playsAudioAd",
                caveat="Amazon's later reports count from two seconds on.",
            ),
            _Count(
                "audio_first_quartiles",
                "Audio first quartiles",
                "Times at least 25 % of an audio ad was played.",
                "audioAdFirstQuartile",
                "firstQuartileAudioAd",
            ),
            _Count(
                "audio_midpoints",
                "Audio midpoints",
                "Times at least 50 % of an audio ad was played.",
                "audioAdMidpoint",
                "midpointAudioAd",
            ),
            _Count(
                "audio_third_quartiles",
                "Audio third quartiles",
                "Times at least 75 % of an audio ad was played.",
                "audioAdThirdQuartile",
                "thirdQuartileAudioAd",
            ),
            _Count(
                "audio_completions",
                "Audio completions",
                "Times an audio ad was played to its end.",
                "audioAdCompletions",
                "completeListensAudioAd",
            ),
            _Count(
                "audio_progressions",
                "Audio progressions",
                "Times an audio ad was played up to a mark agreed with the publisher.",
                "audioAdProgression",
                "progressAudioAd",
            ),
            _Count(
                "audio_mutes",
                "Audio mutes",
                "Times the sound of an audio ad was turned off.",
                "audioAdMute",
                "mutesAudioAd",
                better=Better.NEITHER,
            ),
            _Count(
                "audio_unmutes",
                "Audio unmutes",
                "Times the sound of an audio ad was turned on.",
                "audioAdUnmute",
                "unmutesAudioAd",
                better=Better.NEITHER,
            ),
            _Count(
                "audio_pauses",
                "Audio pauses",
                "Times an audio ad was paused.",
                "audioAdPause",
                "pausesAudioAd",
                better=Better.NEITHER,
            ),
            _Count(
                "audio_resumes",
                "Audio resumes",
                "Times a paused audio ad was played on.",
                "audioAdResume",
                "resumesAudioAd",
                better=Better.NEITHER,
            ),
            _Count(
                "audio_rewinds",
                "Audio rewinds",
                "Times a listener went back in an audio ad.",
                "audioAdRewind",
                "rewindsAudioAd",
                better=Better.NEITHER,
            ),
            _Count(
                "audio_skips",
                "Audio skips",
                "Times a listener skipped an audio ad.",
                "audioAdSkip",
                "skipsAudioAd",
                better=Better.DOWN,
            ),
            _Count(
                "audio_banner_views",
                "Companion banner views",
                "Times the banner that goes with an audio ad was shown.",
                "audioAdCompanionBannerViews",
            ),
            _Count(
                "audio_banner_clicks",
                "Companion banner clicks",
                "Clicks on the banner that goes with an audio ad.",
                "audioAdCompanionBannerClicks",
            ),
        ],
        EVERY_CUT,
        Pack.AUDIO,
    ),
    ratio(
        "audio_completion_rate",
        "Audio completion rate",
        "Audio completions for each audio start.",
        "audio_completions",
        "audio_starts",
        stage=Stage.AWARENESS,
        v3="audioAdCompletionRate",
        v1="completionRateAudioAd",
        short="ACR",
    ),
    ratio(
        "cost_per_audio_completion",
        "Cost per audio completion",
        "Total cost for each audio completion.",
        "total_cost",
        "audio_completions",
        unit=Unit.MONEY,
        stage=Stage.AWARENESS,
        better=Better.DOWN,
        v3="eCPAudioAdCompletion",
        v1="costPerCompletedListenAudioAd",
    ),
)
