"""Browsers as their owners call them; strings as the browsers send them."""

from __future__ import annotations

import pytest

from core.web.agents import described

WEBKIT = "AppleWebKit/537.36 (KHTML, like Gecko)"
CHROME = f"{WEBKIT} Chrome/150.0.0.0"


@pytest.mark.parametrize(
    ("agent", "words"),
    [
        (f"Mozilla/5.0 (X11; Linux x86_64) {CHROME} Safari/537.36", "Chrome on Linux"),
        (f"Mozilla/5.0 (Linux; Android 16) {CHROME} Mobile Safari/537.36", "Chrome on Android"),
        (f"Mozilla/5.0 (Windows NT 10.0) {CHROME} Safari/537.36 Edg/150.0", "Edge on Windows"),
        ("Mozilla/5.0 (Windows NT 10.0; rv:140.0) Gecko/2010 Firefox/140.0", "Firefox on Windows"),
        (f"Mozilla/5.0 (Macintosh; Mac OS X 15_5) {WEBKIT} Safari/605.1", "Safari on macOS"),
        (f"Mozilla/5.0 (iPhone; like Mac OS X) {WEBKIT} CriOS/150.0", "Chrome on iPhone"),
        ("python-httpx/0.28.1", "python-httpx/0.28.1"),
        ("x" * 300, "x" * 40),
        ("", "unknown"),
        (None, "unknown"),
    ],
)
def test_a_browser_is_named_as_its_owner_would(agent: str | None, words: str) -> None:
    assert described(agent) == words
