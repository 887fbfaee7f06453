"""Subscriptions to Amazon Marketing Stream, asked for in one connection's name.

Source: Amazon Ads API documentation, "Amazon Marketing Stream", DSP subscriptions
(`/dsp/streams/subscriptions`; the advertiser is the one of the account header).
"""

from __future__ import annotations

from dataclasses import dataclass

from core.amazon import wire
from core.amazon.http import Reach
from core.amazon.link import AmazonLink
from core.domain.stream import StreamDataset
from core.errors import Refused, Upstream

_PATH = "/dsp/streams/subscriptions"
_KIND = "application/vnd.MarketingStreamSubscriptions.DspStreamSubscriptionResource.v1.0+json"
_OVER = {"ARCHIVED", "FAILED_CONFIRMATION", "FAILED_PROVISIONING"}
_CONFLICT = 409
PAGES_MAX = 100


@dataclass(frozen=True, slots=True)
class AmazonSubscription:
    """A subscription as Amazon keeps it; `status` is Amazon's own word."""

    subscription_id: str
    dataset: str
    destination: str
    status: str

    @property
    def is_active(self) -> bool:
        """Return whether records flow."""
        return self.status == "ACTIVE"

    @property
    def is_over(self) -> bool:
        """Return whether it has ended, or never began."""
        return self.status in _OVER


def subscriptions(link: AmazonLink, advertiser_id: str) -> list[AmazonSubscription]:
    """Return every subscription of an advertiser, ended ones too. Raises as `AmazonLink.read`."""
    found: list[AmazonSubscription] = []
    token = ""
    for _ in range(PAGES_MAX):
        params = {"startingToken": token} if token else {}
        reach = Reach.account(advertiser_id)
        answer = link.read("GET", _PATH, reach=reach, params=params, accept=_KIND)
        page = wire.record(answer, "subscriptions")
        found += [_read(row) for row in wire.records(page.get("subscriptions"), "subscriptions")]
        token = wire.text(page, "nextToken")
        if not token:
            return found
    raise Upstream("Amazon's list of subscriptions does not end.")


def subscribe(
    link: AmazonLink, advertiser_id: str, dataset: StreamDataset, destination: str, token: str
) -> AmazonSubscription:
    """Return the subscription of a dataset to a queue: a new one, or the one that stands already.

    `token` makes asking twice asking once. Raises as `AmazonLink.read`.
    """
    body = {"clientRequestToken": token, "dataSetId": dataset, "destinationArn": destination}
    try:
        answer = link.read(
            "POST", _PATH, reach=Reach.account(advertiser_id), body=body,
            content_type=_KIND, accept=_KIND,
        )  # fmt: skip
    except Refused as refusal:
        standing = _standing(link, advertiser_id, dataset, destination)
        if refusal.status != _CONFLICT or standing is None:
            raise
        return standing
    made = wire.id_text(wire.record(answer, "a subscription"), "subscriptionId", "a subscription")
    return AmazonSubscription(made, dataset, destination, "")


def end(link: AmazonLink, advertiser_id: str, subscription_id: str) -> None:
    """End a subscription for good. Raises as `AmazonLink.read`."""
    link.read(
        "PUT", f"{_PATH}/{subscription_id}", reach=Reach.account(advertiser_id),
        body={"status": "ARCHIVED"}, content_type=_KIND, accept=_KIND,
    )  # fmt: skip


def _standing(
    link: AmazonLink, advertiser_id: str, dataset: StreamDataset, destination: str
) -> AmazonSubscription | None:
    found = subscriptions(link, advertiser_id)
    same = [s for s in found if (s.dataset, s.destination) == (dataset, destination)]
    return next((one for one in same if not one.is_over), None)


def _read(row: wire.Record) -> AmazonSubscription:
    return AmazonSubscription(
        wire.id_text(row, "subscriptionId", "a subscription"),
        wire.text(row, "dataSetId"),
        wire.text(row, "destinationArn"),
        wire.text(row, "status").upper(),
    )
