"""Conversions of media, apps and devices: streams, rentals, subscriptions, skills, Kindle."""

from __future__ import annotations

from core.domain.catalogue.cuts import AUDIENCE, CAMPAIGN, COST_CUTS, EVERY_CUT, GEO, PRODUCT, TECH
from core.domain.catalogue.families import ANY, HALO, NO_NAMES, PROMOTED, Event, Names, measure
from core.domain.metrics import Dataset, Metric, Pack, Stage, Unit

_APP_CUTS = CAMPAIGN | PRODUCT
_APP_SUBSCRIPTION_CUTS = GEO | PRODUCT
_KINDLE_CUTS = AUDIENCE | GEO | TECH
_APPLY_CUTS = _KINDLE_CUTS | PRODUCT


def _event(
    key: str,
    name: str,
    one: str,
    says: str,
    v3: Names,
    v1: Names = NO_NAMES,
    legacy: Names = NO_NAMES,
    *,
    cuts: frozenset[Dataset] = COST_CUTS,
    stage: Stage = Stage.CONVERSION,
) -> tuple[Metric, ...]:
    event = Event(key=key, name=name, one=one, says=says, stage=stage, v1=v1)
    return tuple(event.metrics(ANY, v3, legacy, cuts=cuts, pack=Pack.MEDIA))


STREAMING: tuple[Metric, ...] = (
    *_event(
        "add_to_watchlist",
        "Add to watchlist",
        "add to watchlist",
        "Times the promoted title was put on a watchlist",
        Names("addToWatchlist*", "addToWatchlistRate", "eCPAddToWatchlist"),
        Names("addToWatchlist*", "addToWatchlistRate", "costPerAddToWatchlist"),
        Names("addToWatchlist*14d", "addToWatchlistCVR14d", "addToWatchlistCPA14d"),
        stage=Stage.CONSIDERATION,
    ),
    *_event(
        "trailer_plays",
        "Trailer plays",
        "trailer play",
        "Times the trailer of the promoted title was played",
        Names("playTrailers*", "playTrailerRate", "eCPPlayTrailer"),
        Names("trailerPlays*", "trailerPlayRate", "costPerTrailerPlay"),
        Names(
            "playTrailers14d|playTrailersViews14d|playerTrailersClicks14d",
            "playTrailerRate14d",
            "eCPPT14d",
        ),
        stage=Stage.CONSIDERATION,
    ),
    *_event(
        "video_streams",
        "Video streams",
        "video stream",
        "Times the promoted title was streamed",
        Names("videoStreams*", "videoStreamsRate", "eCPVideoStream"),
        Names("videoStreamPlays*", "videoStreamPlayRate", "costPerVideoStreamPlay"),
        Names("videoStreams*14d", "videoStreamsRate14d", "eCPVS14d"),
    ),
    *_event(
        "video_downloads",
        "Video downloads",
        "video download",
        "Times the promoted title was downloaded",
        Names("videoDownloads*", "videoDownloadRate", "eCPVideoDownload"),
        legacy=Names("videoDownloads*14d", "videoDownloadRate14d", "ecpvd14d"),
    ),
    *_event(
        "downloaded_video_plays",
        "Downloaded video plays",
        "downloaded video play",
        "Times the promoted title was played after it had been downloaded",
        Names("downloadedVideoPlays*", "downloadedVideoPlayRate", "eCPDownloadedVideoPlays"),
        Names("downloadedVideoPlays*", "downloadedVideoPlayRate", "costPerDownloadedVideoPlay"),
        Names("downloadedVideoPlays*14d", "downloadedVideoPlayRate14d", "eCPDVP14d"),
    ),
    *_event(
        "rentals",
        "Rentals",
        "rental",
        "Times the promoted title was rented",
        Names("rentals*", "rentalRate", "eCPRental"),
        Names("rentals*", "rentalRate", "costPerRental"),
        Names("rentals*14d", "rentalRate14d", "ecpr14d"),
    ),
)

SUBSCRIPTIONS: tuple[Metric, ...] = (
    *_event(
        "subscription_sign_ups",
        "Subscription sign-ups",
        "subscription sign-up",
        "Subscriptions begun to the promoted product, free trials and paid ones",
        Names(
            "subscriptionSignups|subscriptionSignup*",
            "subscriptionSignupRate",
            "eCPSubscriptionSignup",
        ),
        Names("subscriptionSignUps*", "subscriptionSignUpRate", "costPerSubscriptionSignUp"),
        cuts=EVERY_CUT,
    ),
    *_event(
        "free_trial_sign_ups",
        "Free trial sign-ups",
        "free trial sign-up",
        "Free trials begun of the promoted product",
        Names(
            "freeTrialSubscriptionSignups|freeTrialSubscriptionSignup*",
            "freeTrialSubscriptionSignupRate",
            "eCPFreeTrialSubscriptionSignup",
        ),
        Names(
            "freeTrialSubscriptionSignUps*",
            "freeTrialSubscriptionSignUpRate",
            "costPerFreeTrialSubscriptionSignUp",
        ),
        cuts=EVERY_CUT,
    ),
    *_event(
        "paid_sign_ups",
        "Paid subscription sign-ups",
        "paid subscription sign-up",
        "Paid subscriptions begun to the promoted product",
        Names(
            "paidSubscriptionSignups|paidSubscriptionSignup*",
            "paidSubscriptionSignupRate",
            "eCPPaidSubscriptionSignup",
        ),
        Names(
            "paidSubscriptionSignUps*",
            "paidSubscriptionSignUpRate",
            "costPerPaidSubscriptionSignUp",
        ),
        cuts=EVERY_CUT,
    ),
    *_event(
        "app_subscriptions",
        "App subscription sign-ups",
        "app subscription sign-up",
        "Subscriptions begun in the promoted app, free trials and paid ones",
        Names("appSubscriptionSignUp*", "appSubscriptionSignUpRate", "appSubscriptionCost"),
        Names(
            "appSubscriptionSignUps*", "appSubscriptionSignUpRate", "costPerAppSubscriptionSignUp"
        ),
        cuts=_APP_SUBSCRIPTION_CUTS,
    ),
    *_event(
        "app_free_trials",
        "App free trials",
        "app free trial",
        "Free trials begun in the promoted app",
        Names(
            "appSubscriptionSignUpFreeTrial*",
            "appSubscriptionSignUpFreeTrialRate",
            "appSubscriptionFreeTrialCost",
        ),
        Names(
            "freeTrialAppSubscriptionSignUps*",
            "freeTrialAppSubscriptionSignUpRate",
            "costPerFreeTrialAppSubscriptionSignUp",
        ),
        cuts=_APP_SUBSCRIPTION_CUTS,
    ),
    *_event(
        "app_paid_subscriptions",
        "App paid subscriptions",
        "app paid subscription",
        "Paid subscriptions begun in the promoted app",
        Names(
            "appSubscriptionSignUpPaid*",
            "appSubscriptionSignUpPaidRate",
            "appSubscriptionSignUpPaidCost",
        ),
        Names(
            "paidAppSubscriptionSignUps*",
            "paidAppSubscriptionSignUpRate",
            "costPerPaidAppSubscriptionSignUp",
        ),
        cuts=_APP_SUBSCRIPTION_CUTS,
    ),
)


def _hours(key: str, name: str, what: str, v3: str, v1: str) -> tuple[Metric, ...]:
    """Return hours of use as a whole, by ads seen and by ads clicked."""
    return tuple(
        measure(
            f"{key}{suffix}",
            f"{name}{title}",
            f"Hours people spent in the promoted app{what}, credited to {credit}.",
            v3=f"{v3}{mark}",
            v1=f"{v1}{v1_mark}",
            unit=Unit.HOURS,
            stage=Stage.CONVERSION,
            cuts=_APP_CUTS,
            pack=Pack.MEDIA,
        )
        for suffix, title, credit, mark, v1_mark in (
            ("", "", "an ad seen or clicked", "", ""),
            ("_views", " (views)", "an ad seen and not clicked", "Views", "FromViews"),
            ("_clicks", " (clicks)", "a click on an ad", "Clicks", "FromClicks"),
        )
    )


APPS: tuple[Metric, ...] = (
    *_event(
        "app_opens",
        "App opens",
        "app open",
        "Times the promoted app was opened, the first time and later ones",
        Names("appStoreOpens*", "appStoreOpensRate", "eCPAppStoreOpens"),
        Names("appstoreOpens*", "appstoreOpenRate", "costPerAppstoreOpen"),
        cuts=_APP_CUTS,
    ),
    *_event(
        "app_first_opens",
        "App first opens",
        "app first open",
        "Times the promoted app was opened for the first time",
        Names("appStoreFirstOpens*", "appStoreFirstOpensRate", "eCPAppStoreFirstOpens"),
        Names("appstoreFirstOpens*", "appstoreFirstOpenRate", "costPerAppstoreFirstOpen"),
        cuts=_APP_CUTS,
    ),
    *_hours("app_hours", "App hours", "", "appStoreUsageHours", "appstoreUsageHours"),
    *_hours(
        "app_first_session_hours",
        "App first session hours",
        " in the session of its first opening",
        "appStoreFirstSessionHours",
        "appstoreFirstSessionHours",
    ),
)

_SKILL = Event(
    key="skill_invocations",
    name="Alexa skill invocations",
    one="Alexa skill invocation",
    says="Times the promoted Alexa skill was started by voice or touch",
    stage=Stage.CONVERSION,
    v1=Names("alexaSkillInvocations*", "alexaSkillInvocationRate", "costPerAlexaSkillInvocation"),
    rate=("skill_invocation_rate", ""),
    cost=("cost_per_skill_invocation", ""),
)
_KINDLE = Event(
    key="kindle_detail_page_views",
    name="Kindle detail page views",
    one="Kindle detail page view",
    says="Times the page of {products} was opened from an ad on a Kindle E Ink device",
    stage=Stage.CONSIDERATION,
)
# The product report calls the same event otherwise and has its halo.
_EINK = Event(
    key="eink_detail_page_views",
    name="Kindle detail page views by product",
    one="Kindle detail page view by product",
    says="Times the page of {products} was opened from an ad on a Kindle E Ink "
    "device, as the report by product counts it",
    stage=Stage.CONSIDERATION,
)
_APPLY = Event(
    key="click_to_apply",
    name="Click to apply",
    one="click to apply",
    says="Times an application was begun from an offer of {products}",
    stage=Stage.CONVERSION,
)

DEVICES: tuple[Metric, ...] = (
    *_event(
        "skill_enables",
        "Alexa skill enables",
        "Alexa skill enable",
        "Times the promoted Alexa skill was enabled",
        Names("alexaSkillEnable*", "alexaSkillEnableRate", "eCPAlexaSkillEnable"),
        Names("alexaSkillEnable*", "alexaSkillEnableRate", "costPerAlexaSkillEnable"),
        cuts=CAMPAIGN,
    ),
    *_SKILL.metrics(
        ANY,
        Names(
            "skillInvocation*",
            "skillInvocationRate",
            "eCPSkillInvocation|effectiveCostPerSkillInvocation",
        ),
        pack=Pack.MEDIA,
    ),
    *_KINDLE.metrics(
        PROMOTED,
        Names(
            "kindleDetailPageView*",
            "kindleDetailPageViewRate",
            "averageCostPerKindleDetailPageView",
        ),
        cuts=_KINDLE_CUTS,
        pack=Pack.MEDIA,
    ),
    *_EINK.metrics(PROMOTED, Names("einkDetailPageView*"), cuts=PRODUCT, pack=Pack.MEDIA),
    *_EINK.metrics(HALO, Names("einkDetailPageViewBrandHalo*"), cuts=PRODUCT, pack=Pack.MEDIA),
    *_APPLY.metrics(
        PROMOTED,
        Names("clickToApply*", "clickToApplyConversionRate", "averageCostPerClickToApply"),
        cuts=_APPLY_CUTS,
        pack=Pack.MEDIA,
    ),
    *_APPLY.metrics(HALO, Names("clickToApplyBrandHalo*"), cuts=PRODUCT, pack=Pack.MEDIA),
)
