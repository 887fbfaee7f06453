"""One HTTP exchange, whole: sent to an allowed host, bounded in time and size, never redirected.

Everything that goes to Amazon passes here. A failure of the network is an `Upstream` whose
text names the host and what happened, never an address with its query.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import httpx
import orjson

from core.amazon.deadline import deadline
from core.errors import Upstream
from core.security.egress import Egress

ANSWER_BYTES_MAX = 64 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class TimeLimits:
    """Seconds for connecting, for each read, and for the whole exchange."""

    connect: float
    read: float
    total: float

    @property
    def for_httpx(self) -> httpx.Timeout:
        """Return the first two as httpx takes them."""
        return httpx.Timeout(self.read, connect=self.connect)


@dataclass(frozen=True, slots=True)
class Answer:
    """A whole answer: its status, headers and body."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    def json(self) -> Any:
        """Return the parsed body; ids stay exact integers or text.

        Raises Upstream when the body is not JSON.
        """
        try:
            return orjson.loads(self.body)
        except orjson.JSONDecodeError:
            raise Upstream("Amazon's answer was not JSON.", status=self.status) from None


class Exchange:
    """Sends requests to allowed hosts."""

    def __init__(
        self,
        *,
        transport: httpx.BaseTransport,
        egress: Egress,
        limits: TimeLimits,
        bytes_max: int = ANSWER_BYTES_MAX,
    ) -> None:
        self._client = httpx.Client(
            transport=transport,
            timeout=limits.for_httpx,
            follow_redirects=False,
            trust_env=False,
            headers={"User-Agent": "flightdeck"},
        )
        self._egress = egress
        self._limits = limits
        self._bytes_max = bytes_max

    def close(self) -> None:
        """Let go of every connection."""
        self._client.close()

    def request(self, method: str, url: str, **parts: Any) -> httpx.Request:
        """Return a request to `url`, not sent; `parts` are httpx's own."""
        return self._client.build_request(method, url, **parts)

    def send(self, request: httpx.Request) -> Answer:
        """Return the whole answer, whatever its status.

        Raises Upstream when the host is not reached, breaks off, takes too long or sends too
        much; OurConfig when it is not one of the configured hosts.
        """
        self._egress.require_amazon(str(request.url))
        return self._whole(request)

    def confirm(self, url: str) -> None:
        """Visit the address by which a topic is told that its messages are welcome.

        Raises Upstream when it is no topic's, is not reached, or does not answer with a 2xx.
        """
        self._egress.require_topic(url)
        answer = self._whole(self.request("GET", url))
        if not 200 <= answer.status < 300:
            raise Upstream("A topic did not accept our confirmation.", status=answer.status)

    def _whole(self, request: httpx.Request) -> Answer:
        with deadline(self._limits.total), self.streamed(request) as response:
            body = b"".join(self._bounded(response))
        return Answer(response.status_code, dict(response.headers), body)

    @contextmanager
    def streamed(self, request: httpx.Request) -> Iterator[httpx.Response]:
        """Yield the answer with its body unread; the network's failures become Upstream."""
        host = request.url.host
        try:
            response = self._client.send(request, stream=True)
            try:
                yield response
            finally:
                response.close()
        except httpx.TimeoutException as error:
            raise Upstream(f"{host} took too long ({_kind(error)}).") from None
        except (httpx.TransportError, httpx.DecodingError) as error:
            raise Upstream(f"{host} could not be used ({_kind(error)}).") from None

    def _bounded(self, response: httpx.Response) -> Iterator[bytes]:
        size = 0
        for piece in response.iter_bytes():
            size += len(piece)
            if size > self._bytes_max:
                raise Upstream(f"An answer was larger than {self._bytes_max} bytes.")
            yield piece


def _kind(error: Exception) -> str:
    return type(error).__name__
