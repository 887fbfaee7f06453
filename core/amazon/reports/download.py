"""Bringing a finished report home: streamed to a file, bounded, whole or not at all.

The address is signed; Amazon's storage refuses a request that also carries our token, so none
of the API's headers go along. A body cut short never becomes a file under its final name.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import httpx

from core.amazon.deadline import deadline
from core.amazon.exchange import Exchange
from core.amazon.reports.parts import join
from core.errors import BadReport, OurConfig, Upstream
from core.security.egress import Egress
from core.security.secret import Secret

PIECE_BYTES = 256 * 1024


class AddressExpired(Upstream):
    """The signed address is no longer good; asking for the report's status signs a new one."""


class Downloads:
    """Fetches report files into one folder."""

    def __init__(
        self,
        exchange: Exchange,
        egress: Egress,
        *,
        bytes_max: int,
        total_seconds: float,
    ) -> None:
        self._exchange = exchange
        self._egress = egress
        self._bytes_max = bytes_max
        self._total_seconds = total_seconds

    def fetch(self, urls: Sequence[Secret], target: Path) -> int:
        """Return the size in bytes of the file now at `target`.

        It is exactly what Amazon stores; of several parts it is one array of all their rows.
        Raises AddressExpired on 403, Upstream when the transfer fails or ends early, BadReport
        when the file is larger than allowed, OurConfig when the disk does not take it. `target`
        is then as it was before.
        """
        with _on_disk():
            return self._fetched(urls, target)

    def _fetched(self, urls: Sequence[Secret], target: Path) -> int:
        if len(urls) == 1:
            return self._fetch_one(urls[0], target)
        parts = [target.with_name(f"{target.name}.{number}") for number in range(len(urls))]
        try:
            sizes = (self._fetch_one(u, part) for u, part in zip(urls, parts, strict=True))
            if sum(sizes) > self._bytes_max:
                raise BadReport("size", f"its parts are larger than {self._bytes_max} bytes")
            return join(parts, target)
        finally:
            for part in parts:
                part.unlink(missing_ok=True)

    def _fetch_one(self, url: Secret, target: Path) -> int:
        self._egress.require_download(url.reveal())
        request = self._exchange.request(
            "GET", url.reveal(), headers={"Accept-Encoding": "identity"}
        )
        partial = target.with_name(f"{target.name}.part")
        target.parent.mkdir(parents=True, exist_ok=True)
        try:
            with deadline(self._total_seconds), self._exchange.streamed(request) as response:
                size = self._write(response, partial)
            partial.replace(target)
        finally:
            partial.unlink(missing_ok=True)
        return size

    def _write(self, response: httpx.Response, partial: Path) -> int:
        if response.status_code == 403:
            raise AddressExpired("The report's address has expired.", status=403)
        if response.status_code != 200:
            status = response.status_code
            raise Upstream(f"The storage answered {status} instead of a report.", status=status)
        size = 0
        with partial.open("wb") as file:
            for piece in self._bounded(response):
                file.write(piece)
                size += len(piece)
            file.flush()
            os.fsync(file.fileno())
        announced = response.headers.get("content-length", "")
        if announced.isdigit() and int(announced) != size:
            raise Upstream(f"A report of {announced} bytes ended after {size}.")
        return size

    def _bounded(self, response: httpx.Response) -> Iterator[bytes]:
        size = 0
        for piece in response.iter_raw(PIECE_BYTES):
            size += len(piece)
            if size > self._bytes_max:
                raise BadReport("size", f"the file is larger than {self._bytes_max} bytes")
            yield piece


@contextmanager
def _on_disk() -> Iterator[None]:
    """Raise what a disk refuses as a sentence; the network's failures are ours already."""
    try:
        yield
    except OSError as failure:
        reason = failure.strerror or type(failure).__name__
        raise OurConfig(
            f"A report could not be written below FLIGHTDECK_HOME: {reason}. Free some space there "
            "or move it; the report is fetched again by itself."
        ) from failure
