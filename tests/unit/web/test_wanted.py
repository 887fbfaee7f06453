"""Case 18: the path kept through a login leads nowhere but to our own screens."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as some

from core.security.webkey import WebKey
from core.web.wanted import HOME, WANTED_LIFETIME, opened, own_path, sealed

SCREENS = frozenset({"accounts", "members"})
NOW = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
KEY = WebKey(bytes(range(32)))


@pytest.mark.parametrize(
    "asked",
    [
        "https://evil.example",
        "https://evil.example/accounts",
        "//evil.example",
        "///evil.example/accounts",
        "/\\evil.example",
        "\\\\evil.example",
        "/accounts\\..\\evil",
        "javascript:alert(1)",
        "data:text/html,x",
        "accounts",
        "",
        "/elsewhere",
        "/accounts/../../etc",
        "/accounts\r\nSet-Cookie: x=1",
        "/accounts\x00",
        "http:accounts",
        "/accounts?" + "x" * 3000,
        "/accounts?" + "&".join(f"k{i}=1" for i in range(100)),
        "//[evil",
    ],
)
def test_whatever_is_not_ours_lands_on_home(asked: str) -> None:
    assert own_path(asked, SCREENS) == HOME


@pytest.mark.parametrize(
    ("asked", "kept"),
    [
        ("/", "/"),
        ("/accounts", "/accounts"),
        ("/accounts/", "/accounts"),
        ("/members?range=7d&vs=previous", "/members?range=7d&vs=previous"),
        ("/?org=org_1", "/?org=org_1"),
        ("/members?q=a%26b%23c", "/members?q=a%26b%23c"),
    ],
)
def test_our_own_screens_keep_their_filters(asked: str, kept: str) -> None:
    assert own_path(asked, SCREENS) == kept


@given(some.text(max_size=200))
def test_no_text_leads_out(asked: str) -> None:
    parts = urlsplit(own_path(asked, SCREENS))
    assert not parts.scheme
    assert not parts.netloc
    assert parts.path.strip("/") in {"", *SCREENS}


@given(
    some.dictionaries(
        some.text(min_size=1, max_size=9), some.text(min_size=1, max_size=20), max_size=5
    )
)
def test_filters_come_back_as_they_were(query: dict[str, str]) -> None:
    asked = f"/members?{urlencode(query)}"
    if own_path(asked, SCREENS) != HOME:
        assert parse_qs(urlsplit(own_path(asked, SCREENS)).query) == parse_qs(urlencode(query))


def test_a_kept_path_comes_back_until_its_time_is_over() -> None:
    value = sealed("/members?range=7d", KEY, NOW)
    late = NOW + WANTED_LIFETIME
    assert opened(value, KEY, late - timedelta(seconds=1), SCREENS) == "/members?range=7d"
    assert opened(value, KEY, late, SCREENS) == HOME


def test_a_forged_path_is_not_followed() -> None:
    other = WebKey(bytes(32))
    assert opened(sealed("/members", other, NOW), KEY, NOW, SCREENS) == HOME
    assert opened("/members", KEY, NOW, SCREENS) == HOME
    assert opened(KEY.sign("/members", purpose="another", expires_at=NOW + WANTED_LIFETIME), KEY,
                  NOW, SCREENS) == HOME  # fmt: skip


def test_a_signed_path_is_still_held_to_the_list() -> None:
    """The list may have become shorter since it was signed."""
    assert opened(sealed("/members", KEY, NOW), KEY, NOW, {"accounts"}) == HOME
