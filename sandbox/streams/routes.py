"""`/dsp/streams/subscriptions`, and the address that confirms one."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from sandbox.access import ACCOUNT, Gate
from sandbox.answers import Refusal, classic, json_answer
from sandbox.bodies import json_object
from sandbox.streams.stream import Stream
from sandbox.streams.subscriptions import Dataset, Status, Subscription

_KIND = "application/vnd.MarketingStreamSubscriptions.DspStreamSubscriptionResource.v1.0+json"


@dataclass(frozen=True)
class StreamRoutes:
    """The subscriptions of one region; the advertiser is the one of the account header."""

    gate: Gate
    region: str
    stream: Stream
    now: Callable[[], datetime]

    async def create(self, request: Request) -> Response:
        """Answer POST: a subscription that waits for its confirmation, which is in the queue."""
        advertiser_id = self._advertiser(request)
        body = await json_object(request, _malformed)
        dataset, destination = _dataset(body), str(body.get("destinationArn", ""))
        token = str(body.get("clientRequestToken", ""))
        if not token:
            raise _malformed("clientRequestToken is required")
        if not self.stream.is_on or not self.stream.queues.has(destination):
            raise _malformed("The destination does not accept messages of Amazon Marketing Stream")
        known = self.stream.subscriptions
        made = known.like(advertiser_id, dataset, destination, token)
        if made is not None and made.client_token != token:
            raise classic(409, "409", f"Subscribed already: {made.subscription_id}")
        if made is None:
            notes = str(body.get("notes", ""))
            made = known.add(
                advertiser_id, dataset, destination, token=token, notes=notes, now=self.now()
            )
            self.stream.ask_to_confirm(made)
        answer = {"clientRequestToken": token, "subscriptionId": made.subscription_id}
        return json_answer(answer, media_type=_KIND)

    async def listing(self, request: Request) -> Response:
        """Answer GET: the advertiser's subscriptions, ended ones too."""
        found = self.stream.subscriptions.listed(self._advertiser(request))
        return json_answer({"subscriptions": [one.shown() for one in found]}, media_type=_KIND)

    async def one(self, request: Request) -> Response:
        """Answer GET of one subscription."""
        return json_answer({"subscription": self._found(request).shown()}, media_type=_KIND)

    async def change(self, request: Request) -> Response:
        """Answer PUT: {"status": "ARCHIVED"} ends a subscription for good."""
        found = self._found(request)
        body = await json_object(request, _malformed)
        if body.get("status") != Status.ARCHIVED:
            raise _malformed("status must be ARCHIVED")
        changed = self.stream.subscriptions.set_status(found, Status.ARCHIVED, self.now())
        return json_answer({"subscription": changed.shown()}, media_type=_KIND)

    def _found(self, request: Request) -> Subscription:
        wanted = request.path_params["subscription_id"]
        found = self.stream.subscriptions.found(self._advertiser(request), wanted)
        if found is None:
            raise classic(404, "NOT_FOUND", f"Could not find subscription {wanted}")
        return found

    def _advertiser(self, request: Request) -> str:
        caller = self.gate.caller(request, self.region)
        wanted = request.headers.get(ACCOUNT, "")
        if wanted not in caller.managed and wanted not in caller.linked:
            raise classic(403, "403", f"Not authorized to access advertiser {wanted}")
        return wanted


async def confirmed(stream: Stream, now: datetime, request: Request) -> Response:
    """Answer the address of a confirmation message."""
    if not stream.subscriptions.confirm(request.query_params.get("Token", ""), now):
        raise Refusal(400, {"error": "no such token"})
    return json_answer({"ConfirmSubscriptionResponse": {}})


def _dataset(body: dict[str, Any]) -> Dataset:
    try:
        return Dataset(str(body.get("dataSetId", "")))
    except ValueError:
        raise _malformed(f"dataSetId is one of {', '.join(Dataset)}") from None


def _malformed(sentence: str) -> Refusal:
    return classic(400, "400", sentence)
