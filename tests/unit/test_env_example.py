"""`.env.example` is what people read instead of core/config.py; the two say the same."""

from __future__ import annotations

import re
from pathlib import Path

from pydantic import SecretStr

from core.config import Settings

EXAMPLE = (Path(__file__).parents[2] / ".env.example").read_text()
LINE = re.compile(r"^(#?)([A-Z][A-Z0-9_]+)=(.*)$", re.M)
# What one of the two processes cannot run without, so it has no default to show.
NEEDED = {
    "OIDC_METADATA_URL",
    "OIDC_CLIENT_ID",
    "OIDC_CLIENT_SECRET",
    "COOKIE_SECRET",
    "AMAZON_CLIENT_ID",
    "AMAZON_CLIENT_SECRET",
    "SEALING_PUBLIC_KEYS",
    "SEALING_PRIVATE_KEYS",
    "WEB_KEY",
}


def test_every_setting_stands_in_the_example_exactly_once() -> None:
    named = [name for _, name, _ in LINE.findall(EXAMPLE)]
    assert sorted(named) == sorted(name.upper() for name in Settings.model_fields)


def test_only_what_must_be_given_is_not_commented_out() -> None:
    assert {name for comment, name, _ in LINE.findall(EXAMPLE) if not comment} == NEEDED


def test_the_example_shows_the_defaults() -> None:
    shown = {name.lower(): value for _, name, value in LINE.findall(EXAMPLE)}
    for name, field in Settings.model_fields.items():
        default = field.default
        if isinstance(default, SecretStr):
            default = default.get_secret_value()
        text = shown[name]
        if isinstance(default, bool):
            assert text == str(default).lower(), name
        elif isinstance(default, int | float):
            assert float(text) == default, name
        else:
            assert text == str(default), name


def test_every_setting_is_explained_and_says_whose_it_is() -> None:
    above = ""
    for line in EXAMPLE.splitlines():
        if LINE.match(line):
            assert above, f"{line} stands without a sentence before it"
        elif line.startswith("# "):
            above = line
        elif not line:
            above = ""
    owners = re.findall(r"^# \[(\w+)\]", EXAMPLE, re.M)
    assert set(owners) == {"web", "scheduler", "both"}
