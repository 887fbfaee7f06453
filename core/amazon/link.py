"""One connection's way to Amazon: the client, the region, and where its tokens come from."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, TypedDict, Unpack

from core.amazon import wire
from core.amazon.exchange import Answer
from core.amazon.http import AmazonClient, Call, Generation, Reach, TokenSource
from core.amazon.rate import Limits
from core.domain.regions import Region
from core.errors import Upstream

PAGES_MAX = 1_000


class Named(TypedDict, total=False):
    """How a call names its account and its formats; see `core.amazon.http.Call`."""

    reach: Reach | None
    generation: Generation
    content_type: str
    accept: str


class Parts(Named, total=False):
    """What a call may hold besides its method and path."""

    params: dict[str, str]
    body: object


@dataclass(frozen=True, slots=True)
class AmazonLink:
    """Asks in one connection's name."""

    client: AmazonClient
    region: Region
    tokens: TokenSource
    limits: Limits

    def ask(self, call: Call) -> Answer:
        """Return the answer; raises as `AmazonClient.ask` does."""
        return self.client.ask(call, self.region, self.tokens)

    def read(self, method: str, path: str, **parts: Unpack[Parts]) -> Any:
        """Return the parsed answer to a call that counts against the region's reading limit."""
        return self.ask(
            Call(method=method, path=path, limit=self.limits.read(self.region), **parts)
        ).json()

    def pages(
        self, path: str, body: Mapping[str, object], what: str, **parts: Unpack[Named]
    ) -> Iterator[wire.Record]:
        """Yield each page of a list that is asked for by POST and hands out `nextToken`.

        Raises Upstream for a list without an end, and as `AmazonClient.ask` does.
        """
        for _ in range(PAGES_MAX):
            page = wire.record(self.read("POST", path, body=body, **parts), what)
            yield page
            if not page.get("nextToken"):
                return
            body = {**body, "nextToken": page["nextToken"]}
        raise Upstream(f"Amazon's list of {what} does not end.")
