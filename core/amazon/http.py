"""The Ads API client: who asks, under which limit, and what each answer leads to.

A token is asked for per call, so nothing outlives the hour it is good for. A 401 renews it
exactly once. A 429 closes the limit for every process. What stays wrong leaves as one of the
typed errors of `core.errors`.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Protocol

import httpx
import orjson

from core.amazon.error_body import ErrorBody, duplicate_of, parse_error
from core.amazon.exchange import Answer, Exchange
from core.amazon.rate import Limit, RateBudget
from core.amazon.retry_policy import Backoff, Reaction, reaction_to, retry_after
from core.clock import Clock
from core.domain.regions import Region
from core.errors import Forbidden, Refused, Throttled, Upstream
from core.security.secret import Secret

_log = logging.getLogger(__name__)

# What a worker may wait in place before the job is put back: longer is the job table's work.
PATIENCE_SECONDS = 15.0
ASKED_MAX = 6
# Source: Amazon Ads API documentation, "Errors": the causes of a 401 that a new token leaves.
_NOT_THEIRS = ("not authorized to access scope", "no matching advertiser")


class TokenSource(Protocol):
    """Where access tokens come from. Asked for each call; the owner of renewal."""

    def current(self) -> Secret:
        """Return an access token that should be accepted. Raises as a refresh does."""
        ...

    def renewed(self, refused: Secret) -> Secret:
        """Return a token newer than `refused`, which Amazon answered 401 to.

        However many callers hold the same refused token, one refresh is made.
        """
        ...


class Generation(StrEnum):
    """How the client id header is called: it changed with the unified API (adsApi/v1)."""

    CLASSIC = "Amazon-Advertising-API-ClientId"
    UNIFIED = "Amazon-Ads-ClientId"


@dataclass(frozen=True, slots=True)
class Reach:
    """Which account a call is about. Reports take a profile or an advertiser, never both."""

    headers: tuple[tuple[str, str], ...]

    @classmethod
    def profile(cls, profile_id: str) -> Reach:
        """Return the reach of an agency profile: its entity and all advertisers below it."""
        return cls((("Amazon-Advertising-API-Scope", profile_id),))

    @classmethod
    def account(cls, advertiser_id: str) -> Reach:
        """Return the reach of one DSP advertiser."""
        return cls((("Amazon-Ads-AccountId", advertiser_id),))

    @classmethod
    def within(cls, profile_id: str, advertiser_id: str) -> Reach:
        """Return one advertiser below a profile, as /dsp/v1 alone wants it: with both."""
        return cls(cls.profile(profile_id).headers + cls.account(advertiser_id).headers)


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """One request to the Ads API, before it is known who asks."""

    method: str
    path: str
    limit: Limit
    reach: Reach | None = None
    generation: Generation = Generation.CLASSIC
    params: Mapping[str, str] = field(default_factory=dict)
    body: object | None = None
    content_type: str = "application/json"
    accept: str = "application/json"


class Duplicate(Upstream):
    """An identical report is in work already; `report_id` is its id, or None when not named."""

    def __init__(self, message: str, report_id: str | None) -> None:
        super().__init__(message, status=425)
        self.report_id = report_id


class Unauthorized(Refused):
    """A freshly renewed token was answered 401 too; seen to pass by itself."""


def is_out_of_reach(refusal: Refused) -> bool:
    """Return whether a refusal says that the grant does not reach this account.

    A 403 does, and a 401 that names the account as its reason. Any other 401 may pass by itself.
    """
    if isinstance(refusal, Unauthorized):
        return any(words in str(refusal).lower() for words in _NOT_THEIRS)
    return isinstance(refusal, Forbidden)


class AmazonClient:
    """Asks the Ads API. One per process; its transport is the seam for tests."""

    def __init__(
        self,
        exchange: Exchange,
        *,
        client_id: str,
        hosts: Mapping[Region, str],
        budget: RateBudget,
        clock: Clock,
        pause: Callable[[float], None],
        jitter: Callable[[], float],
    ) -> None:
        self._exchange = exchange
        self._client_id = client_id
        self._hosts = hosts
        self._budget = budget
        self._clock = clock
        self._pause = pause
        self._jitter = jitter

    def ask(self, call: Call, region: Region, tokens: TokenSource) -> Answer:
        """Return the answer once it is a 2xx.

        Raises Throttled when the limit stays closed for longer than a worker may wait,
        Forbidden on 403, Unauthorized on a second 401, Duplicate on 425, Refused on other
        4xx, Upstream when Amazon keeps failing; and whatever `tokens` raises.
        """
        attempt = _Attempt(token=tokens.current())
        while True:
            self._wait_for_turn(call.limit, attempt)
            answer = self._send(call, region, attempt)
            reaction = _reaction(answer)
            if reaction is Reaction.ACCEPT and isinstance(answer, Answer):
                if attempt.strikes:
                    self._budget.clear(call.limit)
                return answer
            if reaction is Reaction.REFRESH and not attempt.renewed:
                attempt.token, attempt.renewed = tokens.renewed(attempt.token), True
            elif reaction is Reaction.SLOW_DOWN and isinstance(answer, Answer):
                self._slow_down(call, answer, attempt)
            elif reaction is Reaction.ASK_AGAIN and attempt.may_repeat:
                self._linger(_QUICKLY.wait(attempt.sent - 1, self._jitter), attempt)
            else:
                raise _typed(call, answer)

    def _wait_for_turn(self, limit: Limit, attempt: _Attempt) -> None:
        while True:
            grant = self._budget.take(limit)
            attempt.strikes = grant.strikes
            if grant.wait_seconds <= 0:
                return
            if not attempt.has_patience_for(grant.wait_seconds):
                raise Throttled(
                    f"The limit {limit.name} is closed for {grant.wait_seconds:.0f} s.",
                    retry_after_seconds=grant.wait_seconds,
                )
            self._linger(grant.wait_seconds, attempt)

    def _slow_down(self, call: Call, answer: Answer, attempt: _Attempt) -> None:
        asked = retry_after(answer.headers.get("retry-after"), self._clock.now())
        wait = call.limit.backoff.wait(attempt.strikes, self._jitter) if asked is None else asked
        self._budget.close(call.limit, wait)
        if not attempt.may_repeat:
            raise Throttled(f"Amazon throttles {call.limit.name}.", retry_after_seconds=wait)

    def _linger(self, seconds: float, attempt: _Attempt) -> None:
        attempt.waited += seconds
        self._pause(seconds)

    def _send(self, call: Call, region: Region, attempt: _Attempt) -> Answer | Upstream:
        attempt.sent += 1
        try:
            answer = self._exchange.send(self._request(call, region, attempt.token))
        except Upstream as failure:
            _log.warning("%s %s: %s", call.method, call.path, failure)
            return failure
        _log.info("%s %s: %d", call.method, call.path, answer.status)
        return answer

    def _request(self, call: Call, region: Region, token: Secret) -> httpx.Request:
        headers = {
            "Authorization": f"Bearer {token.reveal()}",
            call.generation.value: self._client_id,
            "Accept": call.accept,
        }
        if call.reach is not None:
            headers |= dict(call.reach.headers)
        if call.body is not None:
            headers["Content-Type"] = call.content_type
        return self._exchange.request(
            call.method,
            self._hosts[region] + call.path,
            params=call.params or None,
            headers=headers,
            content=None if call.body is None else orjson.dumps(call.body),
        )


@dataclass(slots=True)
class _Attempt:
    """How far one call has come."""

    token: Secret
    sent: int = 0
    waited: float = 0.0
    strikes: int = 0
    renewed: bool = False

    @property
    def may_repeat(self) -> bool:
        return self.sent < ASKED_MAX

    def has_patience_for(self, seconds: float) -> bool:
        return self.waited + seconds <= PATIENCE_SECONDS


_QUICKLY = Backoff(base_seconds=0.5, cap_seconds=4.0)


def _reaction(answer: Answer | Upstream) -> Reaction:
    return reaction_to(answer.status) if isinstance(answer, Answer) else Reaction.ASK_AGAIN


def _typed(call: Call, answer: Answer | Upstream) -> Exception:
    """Return the error that a final answer stands for."""
    if isinstance(answer, Upstream):
        return answer
    body = parse_error(answer.body)
    said = f"{call.method} {call.path}: {answer.status} {body}"
    return _ERRORS[reaction_to(answer.status)](said, answer.status, body)


_ERRORS: Mapping[Reaction, Callable[[str, int, ErrorBody], Exception]] = {
    Reaction.REFRESH: lambda said, status, body: Unauthorized(said, status=status, code=body.code),
    Reaction.FORBIDDEN: lambda said, status, body: Forbidden(said, status=status, code=body.code),
    Reaction.REFUSED: lambda said, status, body: Refused(said, status=status, code=body.code),
    Reaction.ADOPT: lambda said, status, body: Duplicate(said, duplicate_of(body)),
    Reaction.ASK_AGAIN: lambda said, status, body: Upstream(said, status=status),
}
