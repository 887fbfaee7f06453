"""What the tests of core.amazon stand on: a scripted Amazon behind httpx's transport, and a
clock that moves only when somebody waits."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import orjson

from core.amazon.exchange import Exchange, TimeLimits
from core.amazon.http import AmazonClient
from core.amazon.link import AmazonLink
from core.amazon.rate import Limits, LocalBudget
from core.config import Settings
from core.domain.regions import Region
from core.security.egress import Egress
from core.security.secret import Secret

START = datetime(2026, 3, 4, 12, 0, tzinfo=UTC)
HOSTS = {region: f"https://{region.lower()}.ads.example" for region in Region}
LIMITS = TimeLimits(connect=1.0, read=1.0, total=2.0)


def settings(**changed: Any) -> Settings:
    """Return settings whose Amazon lives at example hosts."""
    hosts = {
        f"amazon_{region.lower()}_{kind}_url": f"https://{region.lower()}.{host}"
        for region in Region
        for kind, host in (
            ("api", "ads.example"),
            ("token", "lwa.example/auth/o2/token"),
            ("profile", "lwa.example/user/profile"),
            ("authorize", "lwa.example/ap/oa"),
        )
    }
    given = {"amazon_client_id": "client-7", "amazon_client_secret": "s3cr3t-of-ours"}
    return Settings(_env_file=None, **{**hosts, **given, **changed})  # type: ignore[call-arg]


@dataclass
class StillClock:
    """Stands still but for `pause`, which is given to the code as its way of waiting."""

    moment: datetime = START
    pauses: list[float] = field(default_factory=list)

    def now(self) -> datetime:
        return self.moment

    def pause(self, seconds: float) -> None:
        self.pauses.append(seconds)
        self.moment += timedelta(seconds=seconds)


@dataclass
class Tokens:
    """A token source that counts renewals."""

    value: str = "Atza|one"
    renewals: int = 0

    def current(self) -> Secret:
        return Secret(self.value)

    def renewed(self, refused: Secret) -> Secret:
        assert refused.reveal() == self.value
        self.renewals += 1
        self.value = f"Atza|renewed-{self.renewals}"
        return Secret(self.value)


Reply = httpx.Response | Exception | Callable[[httpx.Request], httpx.Response]


class Amazon:
    """Answers in the order scripted, then with the last answer again; remembers what was asked."""

    def __init__(self, *replies: Reply) -> None:
        self.replies = list(replies)
        self.requests: list[httpx.Request] = []

    def __call__(self, request: httpx.Request) -> httpx.Response:
        request.read()
        self.requests.append(request)
        reply = self.replies.pop(0) if len(self.replies) > 1 else self.replies[0]
        if isinstance(reply, Exception):
            raise reply
        return _fresh(reply) if isinstance(reply, httpx.Response) else reply(request)

    @property
    def bodies(self) -> list[Any]:
        return [orjson.loads(r.content) if r.content else None for r in self.requests]


def _fresh(reply: httpx.Response) -> httpx.Response:
    """Return the same answer with its body still to be read, as a network gives it."""
    return httpx.Response(reply.status_code, headers=reply.headers, stream=reply.stream)


def replies(items: Iterable[object]) -> list[httpx.Response]:
    """Return one 200 with a JSON body per item."""
    return [httpx.Response(200, json=item) for item in items]


def exchange(amazon: Amazon, **changed: Any) -> Exchange:
    return Exchange(
        transport=httpx.MockTransport(amazon),
        egress=Egress.from_settings(settings()),
        limits=LIMITS,
        **changed,
    )


def client(amazon: Amazon, clock: StillClock) -> AmazonClient:
    return AmazonClient(
        exchange(amazon),
        client_id="client-7",
        hosts=HOSTS,
        budget=LocalBudget(clock.now),
        clock=clock,
        pause=clock.pause,
        jitter=lambda: 0.0,
    )


def link(
    amazon: Amazon, clock: StillClock | None = None, tokens: Tokens | None = None
) -> AmazonLink:
    return AmazonLink(
        client(amazon, clock or StillClock()), Region.NA, tokens or Tokens(), Limits(settings())
    )
