"""Where the product may call. Nothing leaves for a host that is not written down here.

Two rules. Amazon's hosts come from settings, and report files from Amazon's own storage; both
are checked before each call, and redirects are never followed. An address that a person gave
(a webhook, a logo) is resolved first and must lead to public addresses only; the caller then
connects to exactly the addresses returned, so that a name cannot change its mind in between.

Source: OWASP ASVS 5.0, 1.3.6 and 13.2.4; RFC 6890 (special-purpose addresses).
"""

from __future__ import annotations

import re
import socket
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address, ip_network
from typing import Self
from urllib.parse import SplitResult, urlsplit

from core.config import Settings
from core.domain.regions import Region
from core.errors import OurConfig, Upstream, UserError

Address = IPv4Address | IPv6Address
Resolve = Callable[[str], Iterable[str]]

# Virtual-hosted buckets: bucket.s3.amazonaws.com, bucket.s3.region.amazonaws.com, s3-region.
_STORAGE = re.compile(r"[a-z0-9][a-z0-9.\-]*\.s3(?:[.\-][a-z0-9\-]+)?\.amazonaws\.com")
_TOPICS = re.compile(r"sns\.[a-z0-9\-]+\.amazonaws\.com")
_NAME = re.compile(r"(?!-)[a-z0-9\-]{1,63}(?<!-)(?:\.(?!-)[a-z0-9\-]{1,63}(?<!-))+")
# IPv6 forms that carry an IPv4 address inside: NAT64 (also local), 6to4, Teredo, compatible.
_CARRIERS: tuple[IPv6Network, ...] = tuple(
    IPv6Network(net)
    for net in ("64:ff9b::/96", "64:ff9b:1::/48", "2002::/16", "2001::/32", "::/96")
)
_SHARED = ip_network("100.64.0.0/10")  # carrier-grade NAT (RFC 6598): neither private nor global


@dataclass(frozen=True, slots=True)
class Egress:
    """The origins (scheme, host, port) of Amazon that this installation may call."""

    origins: frozenset[tuple[str, str, int]]

    @classmethod
    def from_settings(cls, settings: Settings) -> Self:
        """Return the origins of every Amazon address set, the sandbox's included."""
        urls = (
            url(region)
            for region in Region
            for url in (
                settings.authorize_url,
                settings.token_url,
                settings.amazon_user_url,
                settings.api_url,
            )
        )
        return cls(frozenset(_origin(urlsplit(url)) for url in urls))

    def require_amazon(self, url: str) -> None:
        """Raise OurConfig unless `url` stands at one of Amazon's configured origins."""
        if _origin(urlsplit(url)) not in self.origins:
            raise OurConfig(f"A call to {urlsplit(url).hostname} was refused: not a host of ours.")

    def require_download(self, url: str) -> None:
        """Raise Upstream unless `url` is a report file's: Amazon's storage, or our own origins.

        The address comes out of an answer, so a wrong one is the other side's failure.
        """
        parts = urlsplit(url)
        stored = parts.scheme == "https" and _STORAGE.fullmatch(parts.hostname or "")
        if _has_credentials(parts) or not (stored or _origin(parts) in self.origins):
            raise Upstream(f"A report was offered at {parts.hostname}, which is no storage we know")

    def require_topic(self, url: str) -> None:
        """Raise Upstream unless `url` is one of Amazon's notification topics, or of our origins.

        The address comes out of a message, which anybody may have written who can write there.
        """
        parts = urlsplit(url)
        known = parts.scheme == "https" and _TOPICS.fullmatch(parts.hostname or "")
        if _has_credentials(parts) or not (known or _origin(parts) in self.origins):
            raise Upstream(f"A confirmation leads to {parts.hostname}, which is no topic we know")


def public_addresses(url: str, resolve: Resolve | None = None) -> tuple[str, ...]:
    """Return the addresses behind an http(s) URL that a person gave; all of them are public.

    Raises UserError for another scheme, for user names in the URL, for hosts written as
    numbers in any notation, for names that do not resolve, and when any address behind the
    name is private, local, shared, reserved or a carrier of an IPv4 address.
    """
    if not url.isprintable():  # urlsplit would drop line ends, others might not
        raise UserError("The address holds characters that no address has.")
    parts = urlsplit(url)
    host = (parts.hostname or "").rstrip(".")
    if parts.scheme not in ("http", "https") or _has_credentials(parts):
        raise UserError("The address must start with https:// or http://, without a user name.")
    if not _NAME.fullmatch(host) or host.rpartition(".")[2].isdigit() or _is_hex(host):
        raise UserError("The address must name a public host, such as hooks.example.com.")
    found = tuple((resolve or _resolved)(host))
    if not found or not all(_is_public(ip_address(address)) for address in found):
        raise UserError(f"{host} does not lead to a public address, so it is not called.")
    return found


def _is_public(address: Address) -> bool:
    if isinstance(address, IPv6Address):
        if address.ipv4_mapped is not None or any(address in net for net in _CARRIERS):
            return False
        return address.is_global and not address.is_multicast
    return address.is_global and not address.is_multicast and address not in _SHARED


def _resolved(host: str) -> list[str]:
    try:
        answers = socket.getaddrinfo(host, None, type=socket.SOCK_STREAM)
    except OSError:
        return []
    return sorted({str(answer[4][0]) for answer in answers})


def _origin(parts: SplitResult) -> tuple[str, str, int]:
    try:
        port = parts.port or {"https": 443, "http": 80}.get(parts.scheme, 0)
    except ValueError:
        port = 0
    return parts.scheme, (parts.hostname or "").lower(), port


def _has_credentials(parts: SplitResult) -> bool:
    return parts.username is not None or parts.password is not None


def _is_hex(host: str) -> bool:
    return host.rpartition(".")[2].startswith("0x")
