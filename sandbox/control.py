"""`/_sandbox/*`: what tests and demos may ask of the sandbox itself, and move in it."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from sandbox.answers import Refusal, json_answer
from sandbox.beliefs import Beliefs
from sandbox.bodies import json_object
from sandbox.identity.lies import Lie
from sandbox.reports.store import document
from sandbox.state import Sandbox
from sandbox.world.identifiers import amazon_user_id

_SCOPE = "advertising::campaign_management profile"


@dataclass(frozen=True)
class Control:
    """The control routes of one sandbox."""

    sandbox: Sandbox

    async def clock(self, request: Request) -> Response:
        """Answer the clock; POST {"now"}, {"advance_seconds"} or {"rate"} moves it first."""
        clock = self.sandbox.clock
        if request.method == "POST":
            wanted = await _json(request)
            if "rate" in wanted:
                clock.run_at(float(wanted["rate"]))
            if "now" in wanted:
                clock.set(_instant(wanted["now"]))
            if "advance_seconds" in wanted:
                clock.advance(float(wanted["advance_seconds"]))
        return json_answer({"now": clock.now().isoformat(), "rate": clock.rate})

    async def calls(self, request: Request) -> Response:
        """Answer the calls, oldest first, narrowed by the query; DELETE forgets them."""
        if request.method == "DELETE":
            self.sandbox.calls.clear()
        found = self.sandbox.calls.found(dict(request.query_params))
        return json_answer({"count": len(found), "calls": found})

    async def faults(self, request: Request) -> Response:
        """Answer the planted faults; POST plants one, DELETE removes one (`id`) or all."""
        faults = self.sandbox.faults
        if request.method == "POST":
            return json_answer(faults.plant(await _json(request)).shown())
        if request.method == "DELETE":
            return json_answer({"removed": faults.remove(request.query_params.get("id"))})
        return json_answer({"faults": [fault.shown() for fault in faults.planted]})

    async def reports(self, request: Request) -> Response:
        """Answer every report that was asked for; DELETE forgets them."""
        store, now = self.sandbox.store, self.sandbox.clock.now()
        if request.method == "DELETE":
            store.forget()
        shown = [
            {"region": r.region, "owner": r.owner, **document(r, now, None, None)}
            for r in store.listed()
        ]
        return json_answer({"reports": shown})

    async def beliefs(self, request: Request) -> Response:
        """Answer the beliefs; POST sets some, DELETE returns to the defaults."""
        switches = self.sandbox.switches
        if request.method == "POST":
            switches.beliefs = switches.beliefs.changed(await _json(request))
        if request.method == "DELETE":
            switches.beliefs = Beliefs()
        return json_answer(switches.beliefs.shown())

    async def throttle(self, request: Request) -> Response:
        """Answer the limits; POST {"on", "create_burst", "create_per_second", ...} sets them."""
        throttle = self.sandbox.throttle
        if request.method == "POST":
            throttle.set(await _json(request))
        return json_answer(throttle.shown())

    async def revoke(self, request: Request) -> Response:
        """Withdraw every grant of an Amazon user ({"user"}), or one ({"grant"}).

        With "access_tokens" true, access tokens end too. DELETE takes all revocations back.
        """
        tokens = self.sandbox.tokens
        if request.method == "DELETE":
            tokens.forget_revocations()
            return json_answer({"revoked": None})
        wanted = await _json(request)
        if "grant" in wanted:
            tokens.revoke_grant(wanted["grant"], access_too=bool(wanted.get("access_tokens")))
            return json_answer({"revoked": wanted["grant"]})
        user_id = self._user_id(str(wanted.get("user", "")))
        tokens.revoke_user(user_id, access_too=bool(wanted.get("access_tokens")))
        return json_answer({"revoked": user_id})

    async def tokens(self, request: Request) -> Response:
        """Answer how long access tokens last; POST {"access_seconds"} changes it (an hour)."""
        tokens = self.sandbox.tokens
        if request.method == "POST":
            tokens.access_seconds = int((await _json(request))["access_seconds"])
        return json_answer({"access_seconds": tokens.access_seconds})

    async def grants(self, request: Request) -> Response:
        """Give grants without the consent page: {"user"} one, {"count"} to so many strangers."""
        wanted = await _json(request)
        client_id = wanted.get("client_id") or next(iter(self.sandbox.applications))
        if "count" in wanted:
            seed = self.sandbox.options.seed
            users = [amazon_user_id(seed, "crowd", n) for n in range(int(wanted["count"]))]
        else:
            users = [self._user_id(str(wanted.get("user", "")))]
        return json_answer({"grants": [self._grant(user, client_id) for user in users]})

    async def identity(self, request: Request) -> Response:
        """Answer how ID tokens are made; POST {"lie"} or {"token_seconds"} changes it."""
        provider = self.sandbox.identity
        if request.method == "POST":
            wanted = await _json(request)
            if "lie" in wanted:
                provider.lie = Lie(wanted["lie"]) if wanted["lie"] else None
            provider.token_seconds = int(wanted.get("token_seconds", provider.token_seconds))
        return json_answer(
            {"lie": provider.lie, "token_seconds": provider.token_seconds, "lies": list(Lie)}
        )

    async def stream(self, request: Request) -> Response:
        """Answer the queues and subscriptions; POST sends what has become known, at once.

        POST {"since"} first takes the subscriptions back to an instant, {"only"} tells of one day;
        DELETE drops the subscriptions and empties the queues.
        """
        stream = self.sandbox.stream
        if not stream.is_on:
            raise Refusal(404, {"error": "the sandbox was started without --stream-port"})
        sent = 0
        if request.method == "POST":
            wanted = await _json(request)
            since = _instant(wanted["since"]) if "since" in wanted else None
            only = date.fromisoformat(wanted["only"]) if "only" in wanted else None
            sent = await asyncio.to_thread(stream.feed, since, only)
        if request.method == "DELETE":
            stream.subscriptions.forget()
            await asyncio.to_thread(stream.queues.empty)
        shown = [
            {**one.shown(), "advertiserId": one.advertiser_id}
            for one in stream.subscriptions.listed()
        ]
        return json_answer({"queues": stream.queues.shown(), "sent": sent, "subscriptions": shown})

    async def credentials(self, request: Request) -> Response:
        """Answer the made-up credentials, and ready refresh tokens for other clients."""
        sandbox = self.sandbox
        application, second = sandbox.applications.values()
        client = sandbox.identity.client
        users = [self._user(user_id, application.client_id) for user_id in sandbox.world.users]
        return json_answer(
            {
                "notice": "Made up for the sandbox; worth nothing anywhere else.",
                "client_id": application.client_id,
                "client_secret": application.client_secret,
                "second_client_id": second.client_id,
                "second_client_secret": second.client_secret,
                "oidc": {
                    "issuer": sandbox.identity.issuer,
                    "client_id": client.client_id,
                    "client_secret": client.client_secret,
                },
                "seller": next(user for user in users if user["slug"] == "seller"),
                "users": users,
            }
        )

    def _user(self, user_id: str, client_id: str) -> dict[str, Any]:
        user = self.sandbox.world.users[user_id]
        agency = [(seat.region, seat.profile_id, "agency") for seat in user.seats]
        sponsored = [(a.region, a.profile_id, a.kind) for a in user.sponsored]
        return {
            **self._grant(user_id, client_id),
            "slug": user.slug,
            "name": user.name,
            "story": user.story,
            "profiles": [
                {"region": region, "profileId": str(number), "type": kind}
                for region, number, kind in (*agency, *sponsored)
            ],
        }

    def _grant(self, user_id: str, client_id: str) -> dict[str, Any]:
        tokens = self.sandbox.tokens
        user = self.sandbox.world.users.get(user_id)
        grant = tokens.give(user_id, client_id, _SCOPE, user.grant_hours if user else None)
        return {
            "user_id": user_id,
            "grant": grant.grant_id,
            "refresh_token": tokens.refresh_token(grant),
        }

    def _user_id(self, wanted: str) -> str:
        users = self.sandbox.world.users
        found = next((u.user_id for u in users.values() if wanted in {u.user_id, u.slug}), wanted)
        if not found:
            raise Refusal(400, {"error": "name a user", "known": [u.slug for u in users.values()]})
        return found


async def _json(request: Request) -> dict[str, Any]:
    return await json_object(request, lambda sentence: Refusal(400, {"error": sentence}))


def _instant(text: str) -> datetime:
    try:
        instant = datetime.fromisoformat(text)
    except ValueError:
        raise Refusal(400, {"error": f"{text} is not an ISO instant"}) from None
    if instant.tzinfo is None:
        raise Refusal(400, {"error": f"{text} has no offset from UTC"})
    return instant
