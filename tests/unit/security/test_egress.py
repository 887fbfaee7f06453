from __future__ import annotations

import pytest

from core.config import Settings
from core.errors import OurConfig, Upstream, UserError
from core.security.egress import Egress, public_addresses

EGRESS = Egress.from_settings(Settings())


@pytest.mark.parametrize(
    "url",
    [
        "https://advertising-api.amazon.com/v2/profiles",
        "https://ADVERTISING-API-EU.amazon.com:443/dsp/advertisers",
        "https://api.amazon.co.jp/auth/o2/token",
    ],
)
def test_amazons_configured_hosts_may_be_called(url: str) -> None:
    EGRESS.require_amazon(url)


@pytest.mark.parametrize(
    "url",
    [
        "http://advertising-api.amazon.com/v2/profiles",  # not over TLS
        "https://advertising-api.amazon.com:8443/v2/profiles",
        "https://advertising-api.amazon.com.evil.example/",
        "https://evil.example/advertising-api.amazon.com",
        "https://advertising-api.amazon.com@evil.example/",
        "https://169.254.169.254/latest/meta-data",
        "https://advertising-api.amazon.com:port/",
        "file:///etc/passwd",
        "",
    ],
)
def test_no_other_host_is_called(url: str) -> None:
    with pytest.raises(OurConfig, match="refused"):
        EGRESS.require_amazon(url)


def test_the_sandbox_is_reached_when_settings_point_at_it() -> None:
    egress = Egress.from_settings(Settings(amazon_na_api_url="http://127.0.0.1:8600/na/api"))
    egress.require_amazon("http://127.0.0.1:8600/na/api/v2/profiles")
    egress.require_download("http://127.0.0.1:8600/na/storage/r.json.gz?X-Amz-Expires=3600")
    with pytest.raises(OurConfig):
        egress.require_amazon("http://127.0.0.1:8601/na/api/v2/profiles")


@pytest.mark.parametrize(
    "host",
    [
        "offline-report-storage-us-east-1-prod.s3.amazonaws.com",
        "reports.s3.eu-west-1.amazonaws.com",
        "reports.s3-us-west-2.amazonaws.com",
    ],
)
def test_a_report_is_fetched_from_amazons_storage(host: str) -> None:
    EGRESS.require_download(f"https://{host}/a/report.json.gz?X-Amz-Signature=x")


@pytest.mark.parametrize(
    "url",
    [
        "http://reports.s3.amazonaws.com/r.gz",
        "https://s3.amazonaws.com/bucket/r.gz",
        "https://reports.s3.amazonaws.com.evil.example/r.gz",
        "https://evil.example/.s3.amazonaws.com",
        "https://user:pass@reports.s3.amazonaws.com/r.gz",
        "https://reports.s3.amazonaws.com@169.254.169.254/r.gz",
        "https://10.0.0.5/r.gz",
        "ftp://reports.s3.amazonaws.com/r.gz",
    ],
)
def test_a_report_offered_elsewhere_is_not_fetched(url: str) -> None:
    with pytest.raises(Upstream, match="no storage we know"):
        EGRESS.require_download(url)


def never_asked(host: str) -> list[str]:
    raise AssertionError(f"{host} was looked up")


@pytest.mark.parametrize(
    "host",
    [
        "127.0.0.1", "127.1", "2130706433", "0x7f.1", "0x7f000001", "0177.0.0.1", "127.0.0.1.",
        "[::1]", "[::ffff:7f00:1]", "[64:ff9b::7f00:1]", "[fe80::1]", "169.254.169.254", "10.0.0.8",
        "8.8.8.8", "localhost", "metadata", "", "a..example",
        "-x.example", "ex_ample.com", "1.2.3.0x4",
        "ⓛocalhost", "host%00.example", "xn--.",
    ],
)  # fmt: skip
def test_a_host_that_is_no_public_name_is_refused_without_a_lookup(host: str) -> None:
    with pytest.raises(UserError, match="public host"):
        public_addresses(f"https://{host}/hook", resolve=never_asked)


@pytest.mark.parametrize(
    "url",
    [
        "file:///etc/passwd",
        "gopher://hooks.example.com/",
        "ftp://hooks.example.com/",
        "//hooks.example.com/",
        "javascript:alert(1)",
        "https://user@hooks.example.com/",
        "https://user:pass@hooks.example.com/",
    ],
)
def test_other_schemes_and_user_names_are_refused(url: str) -> None:
    with pytest.raises(UserError, match="must start with https"):
        public_addresses(url, resolve=never_asked)


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1", "10.1.2.3", "172.16.0.1", "192.168.1.1", "169.254.169.254", "100.64.0.1",
        "0.0.0.0", "224.0.0.1", "255.255.255.255", "192.0.2.1", "198.18.0.1", "::1", "::",
        "fe80::1", "fc00::1", "ff02::1", "::ffff:10.0.0.1", "::ffff:8.8.8.8", "64:ff9b::7f00:1", 
        "64:ff9b::808:808",
        "64:ff9b:1::1", "2002:7f00:1::", "2001::1", "2001:db8::1", "::7f00:1",
    ],
)  # fmt: skip
def test_a_name_that_leads_inside_is_refused_even_beside_a_public_address(address: str) -> None:
    with pytest.raises(UserError, match="does not lead to a public address"):
        public_addresses("https://hooks.example.com/", resolve=lambda _: ["93.184.216.34", address])


def test_a_name_that_does_not_resolve_is_refused() -> None:
    with pytest.raises(UserError, match="does not lead"):
        public_addresses("https://hooks.example.com/", resolve=lambda _: [])
    with pytest.raises(UserError, match="does not lead"):
        public_addresses("https://no-such-host.invalid/")


def test_the_public_addresses_of_a_name_come_back_to_be_connected_to() -> None:
    found = public_addresses(
        "https://hooks.example.com:8443/x",
        resolve=lambda _: ["93.184.216.34", "2606:2800:220:1::1"],
    )
    assert found == ("93.184.216.34", "2606:2800:220:1::1")


@pytest.mark.parametrize("url", ["https://example.com\n.internal/", "https://example.com/\x00", ""])
def test_an_address_with_control_characters_or_none_is_refused(url: str) -> None:
    with pytest.raises(UserError):
        public_addresses(url, resolve=never_asked)
