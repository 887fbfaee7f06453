"""Who is calling, and what the call may reach: the gate before every route of the Ads API."""

from __future__ import annotations

from dataclasses import dataclass

from starlette.requests import Request

from sandbox.answers import Refusal, classic, unauthorized
from sandbox.login.applications import Application
from sandbox.login.tokens import Grant, Tokens
from sandbox.world.entities import Advertiser, Seat
from sandbox.world.world import AmazonUser, SponsoredAccount, World

REGIONS = ("na", "eu", "fe")
SCOPE = "amazon-advertising-api-scope"
ACCOUNT = "amazon-ads-accountid"
_CLIENT_HEADERS = ("amazon-advertising-api-clientid", "amazon-ads-clientid")
_API_SCOPES = ("advertising::campaign_management", "cpc_advertising:campaign_management")


@dataclass(frozen=True)
class Caller:
    """An authenticated call in one region: the grant and what its Amazon user reaches there."""

    grant: Grant
    region: str
    user: AmazonUser | None
    world: World

    @property
    def client_id(self) -> str:
        return self.grant.client_id

    @property
    def seats(self) -> tuple[Seat, ...]:
        """Return the DSP seats of this region that the user holds."""
        seats = self.user.seats if self.user else ()
        return tuple(seat for seat in seats if seat.region == self.region.upper())

    @property
    def sponsored(self) -> tuple[SponsoredAccount, ...]:
        accounts = self.user.sponsored if self.user else ()
        return tuple(a for a in accounts if a.region == self.region.upper())

    def seat(self, profile_id: str) -> Seat:
        """Return the seat behind a Scope header. Raises a 401 for any other profile."""
        for seat in self.seats:
            if str(seat.profile_id) == profile_id:
                return seat
        raise unauthorized(f"Not authorized to access scope {profile_id}")

    def has_profile(self, profile_id: str) -> bool:
        """Return whether a Scope header names a profile of this user and region."""
        own = [seat.profile_id for seat in self.seats] + [a.profile_id for a in self.sponsored]
        return profile_id in map(str, own)

    def advertisers_of(self, seat: Seat) -> list[Advertiser]:
        """Return the advertisers below a seat."""
        return [a for a in self.world.advertisers.values() if a.seat == seat]

    @property
    def managed(self) -> dict[str, Advertiser]:
        """Return the advertisers of this region reached through a seat, by id: full rights."""
        return {a.advertiser_id: a for a in self.world.advertisers.values() if a.seat in self.seats}

    @property
    def linked(self) -> dict[str, Advertiser]:
        """Return the advertisers of this region under a manager account, by id: reports only."""
        managers = self.user.managers if self.user else ()
        links = (link.advertiser for m in managers for link in m.links)
        here = self.region.upper()
        return {a.advertiser_id: a for a in links if a and a.seat.region == here}


@dataclass(frozen=True)
class Gate:
    """Turns a request into a caller, or refuses it as Amazon's gateway does."""

    applications: dict[str, Application]
    tokens: Tokens
    world: World

    def caller(self, request: Request, region: str) -> Caller:
        """Return who is calling. Raises a 401 for a missing, wrong or expired token or client."""
        grant = self.tokens.bearer(_bearer(request))
        if grant is None:
            raise unauthorized("Authentication failed")
        client_id = client_of(request)
        if not client_id:
            raise unauthorized("ClientId header is missing")
        if client_id != grant.client_id:
            raise unauthorized("Not authorized to use this ClientId")
        if not any(grant.allows(scope) for scope in _API_SCOPES):
            raise unauthorized("The token does not carry the scope of this API")
        return Caller(grant, region, self.world.users.get(grant.user_id), self.world)


def _bearer(request: Request) -> str:
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    return token.strip() if scheme.lower() == "bearer" else ""


def client_of(request: Request) -> str:
    """Return the client id of a call, under either of its two header names; "" when absent."""
    return next((request.headers[h] for h in _CLIENT_HEADERS if h in request.headers), "")


def required_scope(request: Request, caller: Caller) -> Seat:
    """Return the seat of the Scope header. Raises a 401 when it is missing or not theirs."""
    scope = request.headers.get(SCOPE, "")
    if not scope:
        raise unauthorized("Scope header is missing")
    return caller.seat(scope)


def accepted(request: Request, media_type: str) -> None:
    """Raise a 406 when the caller's Accept header rules out this versioned media type."""
    wanted = request.headers.get("accept", "*/*")
    kinds = {part.split(";")[0].strip().lower() for part in wanted.split(",")}
    if not kinds & {"*/*", "application/*", "application/json", media_type.lower()}:
        raise classic(406, "NOT_ACCEPTABLE", f"Cannot produce any of {wanted}")


def carried(request: Request, *media_types: str) -> None:
    """Raise a 415 when the body does not come in one of these media types."""
    sent = request.headers.get("content-type", "").split(";")[0].strip().lower()
    if sent not in media_types:
        raise Refusal(415, {"code": "415", "details": f"Cannot consume content type {sent}"})
