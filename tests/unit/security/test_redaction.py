from __future__ import annotations

import io
import logging

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.security.redaction import RedactingFilter, body_excerpt, guard_logging, one_line, redacted

CANARY = "c4n4ry-do-not-show"
JWT = f"eyJhbGciOiJSUzI1NiJ9.{CANARY}.c2lnbmF0dXJl"


@pytest.mark.parametrize(
    "text",
    [
        f"token Atza|{CANARY} was used",
        f"refresh=Atzr|{CANARY}",
        f"refresh_token=Atzr%7C{CANARY}&grant_type=refresh_token",
        f"Authorization: Bearer {CANARY}",
        f"authorization: bearer {CANARY}",
        f"Authorization: Basic {CANARY}",
        f"POST client_secret={CANARY}&client_id=amzn1.application-oa2-client.1",
        f"secret amzn1.oa2-cs.v1.{CANARY}",
        f"GET /oauth/amazon/callback?code={CANARY}&scope=x",
        f"/callback?state={CANARY}",
        f"code_verifier={CANARY}",
        f'{{"access_token": "{CANARY}", "expires_in": 3600}}',
        f"{{'client_secret': '{CANARY}'}}",
        f'{{"refresh_token":"quoted\\"{CANARY}"}}',
        f"https://x.s3.amazonaws.com/r.gz?X-Amz-Signature={CANARY}&X-Amz-Expires=3600",
        f"https://x.s3.amazonaws.com/r.gz?X-Amz-Credential={CANARY}%2F20261123",
        f"https://x.s3.amazonaws.com/r.gz?x-amz-security-token={CANARY}",
        f"id token {JWT}",
        f"Cookie: _flightdeck={CANARY}; other=1",
        f"'set-cookie': '_flightdeck={CANARY}; Path=/'",
        f"postgresql+psycopg://web:{CANARY}@db.example:6543/postgres",
        f"GET /downloads/{CANARY} 200",
        f"GET /invitations/{CANARY} 200",
        f"password={CANARY}",
    ],
)
def test_no_secret_survives(text: str) -> None:
    assert CANARY not in redacted(text)
    assert CANARY not in redacted(redacted(text))


@pytest.mark.parametrize(
    "text",
    [
        "order 585310349238475920 has no impressions",
        "X-Amz-Expires=3600",
        "status code: 429",
        "postcode=90210",
        "GET /v2/profiles 200 in 31 ms",
        "barcode=12345 and unicode=yes",
        "https://advertising-api.amazon.com/reporting/reports",
    ],
)
def test_what_is_no_secret_stays_readable(text: str) -> None:
    assert redacted(text) == text


def test_what_stands_beside_a_secret_stays() -> None:
    assert redacted("grant_type=x&refresh_token=Atzr|abc&client_id=7") == (
        "grant_type=x&refresh_token=<hidden>&client_id=7"
    )


def test_mail_addresses_are_masked_only_when_asked() -> None:
    text = "invited ada.l+dsp@agency.example to acme"
    assert redacted(text) == text
    assert redacted(text, mail=True) == "invited <hidden> to acme"


@pytest.mark.parametrize(
    "end", ["\n", "\r", "\r\n", "\u2028", "\u2029", "\x85", "\x0b", "\x1b[2K", "\x00"]
)
def test_one_message_cannot_forge_a_second_line(end: str) -> None:
    line = one_line(f"login{end}2026-11-23 INFO admin logged in")
    assert line.splitlines() == [line]
    assert line.isprintable()


@given(st.text())
def test_a_line_is_one_line_and_tabs_and_letters_stay(text: str) -> None:
    line = one_line(text)
    assert len(line.splitlines()) <= 1
    assert one_line("naïve\ttäb") == "naïve\ttäb"


def test_a_body_is_masked_before_it_is_cut() -> None:
    body = f'{{"access_token":"{"x" * 480}{CANARY}"}}' + "y" * 5000
    shown = body_excerpt(body)
    assert CANARY not in shown
    assert "xxx" not in shown
    assert shown.startswith('{"access_token":"<hidden>"}yyy')
    assert shown.endswith(" more characters)")


def test_a_short_body_is_shown_whole_also_from_bytes() -> None:
    assert body_excerpt(b'{"message":"Too many\nrequests \xff"}') == (
        '{"message":"Too many\\nrequests \N{REPLACEMENT CHARACTER}"}'
    )


@pytest.fixture
def log() -> tuple[logging.Logger, io.StringIO]:
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    handler.setFormatter(logging.Formatter("%(levelname)s %(message)s"))
    logger = logging.getLogger("tests.redaction")
    logger.handlers, logger.propagate = [handler], False
    logger.setLevel(logging.INFO)
    guard_logging(logger.name)
    return logger, stream


def test_the_filter_masks_arguments_and_exceptions(log: tuple[logging.Logger, io.StringIO]) -> None:
    logger, stream = log
    try:
        raise ValueError(f"Bearer {CANARY}\nERROR forged line")
    except ValueError:
        logger.exception("call with %s failed", f"Atza|{CANARY}")
    written = stream.getvalue()
    assert CANARY not in written
    assert written.splitlines()[0] == "ERROR call with <hidden> failed"
    assert all(line.startswith("    ") for line in written.splitlines()[1:])
    assert "ValueError: Bearer <hidden>" in written


def test_the_filter_keeps_a_message_on_one_line(log: tuple[logging.Logger, io.StringIO]) -> None:
    logger, stream = log
    logger.info("name %s", "x\nERROR forged")
    assert stream.getvalue() == "INFO name x\\nERROR forged\n"


def test_guarding_twice_adds_one_filter(log: tuple[logging.Logger, io.StringIO]) -> None:
    logger, _ = log
    guard_logging(logger.name)
    found = [f for f in logger.handlers[0].filters if isinstance(f, RedactingFilter)]
    assert len(found) == 1
