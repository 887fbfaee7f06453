"""The Ads API client: headers, renewal, throttling, retries, and what each refusal becomes."""

from __future__ import annotations

import logging
from datetime import timedelta

import httpx
import pytest

from core.amazon.http import ASKED_MAX, Call, Duplicate, Generation, Reach, Unauthorized
from core.amazon.rate import Limit
from core.domain.regions import Region
from core.errors import Forbidden, Refused, Throttled, Upstream
from tests.unit.amazon.stage import Amazon, StillClock, Tokens, client

LIMIT = Limit("NA:read", per_second=1000.0, burst=1000.0)
OK = httpx.Response(200, json={"fine": True})


def asked(amazon, clock=None, tokens=None, **parts):
    call = Call(**{"method": "GET", "path": "/v2/profiles", "limit": LIMIT, **parts})
    return client(amazon, clock or StillClock()).ask(call, Region.EU, tokens or Tokens())


def test_a_call_goes_to_its_region_with_a_token_and_the_client_id():
    amazon = Amazon(OK)
    assert asked(amazon, params={"a": "b|c"}).json() == {"fine": True}
    (request,) = amazon.requests
    assert str(request.url) == "https://eu.ads.example/v2/profiles?a=b%7Cc"
    assert request.headers["authorization"] == "Bearer Atza|one"
    assert request.headers["amazon-advertising-api-clientid"] == "client-7"
    assert "content-type" not in request.headers


def test_the_unified_api_calls_the_client_id_by_its_new_name():
    """Trap: the header of the client id changed its name with adsApi/v1."""
    amazon = Amazon(OK)
    asked(amazon, generation=Generation.UNIFIED, body={"x": 1}, method="POST")
    (request,) = amazon.requests
    assert request.headers["amazon-ads-clientid"] == "client-7"
    assert "amazon-advertising-api-clientid" not in request.headers
    assert request.content == b'{"x":1}'
    assert request.headers["content-type"] == "application/json"


@pytest.mark.parametrize(
    ("reach", "present", "absent"),
    [
        (Reach.profile("11"), "amazon-advertising-api-scope", "amazon-ads-accountid"),
        (Reach.account("22"), "amazon-ads-accountid", "amazon-advertising-api-scope"),
    ],
)
def test_an_account_is_named_by_one_header_and_never_by_both(reach, present, absent):
    """Trap: a DSP report is asked for by profile or by advertiser, never with both headers."""
    amazon = Amazon(OK)
    asked(amazon, reach=reach)
    headers = amazon.requests[0].headers
    assert headers[present] == reach.headers[0][1]
    assert absent not in headers


def test_case_8_a_401_renews_the_token_once_and_asks_once_more():
    amazon, tokens = Amazon(httpx.Response(401), OK), Tokens()
    assert asked(amazon, tokens=tokens).status == 200
    assert tokens.renewals == 1
    sent = [r.headers["authorization"] for r in amazon.requests]
    assert sent == ["Bearer Atza|one", "Bearer Atza|renewed-1"]


def test_case_8_a_second_401_ends_typed_after_one_renewal():
    body = {"code": "401", "details": "Not authorized to access scope 9", "requestId": "R"}
    amazon, tokens = Amazon(httpx.Response(401, json=body)), Tokens()
    with pytest.raises(Unauthorized, match="Not authorized to access scope 9") as caught:
        asked(amazon, tokens=tokens)
    assert (tokens.renewals, len(amazon.requests)) == (1, 2)
    assert (caught.value.status, caught.value.code) == (401, "401")


@pytest.mark.parametrize("header", ["7", "Wed, 04 Mar 2026 12:00:07 GMT"])
def test_a_429_waits_as_long_as_it_says(header):
    clock = StillClock()
    amazon = Amazon(httpx.Response(429, headers={"Retry-After": header}), OK)
    assert asked(amazon, clock).status == 200
    assert clock.pauses == [7.0]


def test_a_429_without_a_time_backs_off_further_each_time():
    """Trap: Retry-After is documented on 429 and often missing, with a page of HTML instead."""
    clock = StillClock()
    page = httpx.Response(429, html="<html>429</html>")
    amazon = Amazon(page, page, page, OK)
    assert asked(amazon, clock).status == 200
    assert clock.pauses == [1.0, 2.0, 4.0]


def test_a_long_pause_is_left_to_the_job_table_and_keeps_everybody_out():
    clock = StillClock()
    amazon = Amazon(httpx.Response(429, headers={"Retry-After": "60"}), OK)
    caller = client(amazon, clock)
    call = Call(method="GET", path="/x", limit=LIMIT)
    for left in (60.0, 60.0):
        with pytest.raises(Throttled) as caught:
            caller.ask(call, Region.EU, Tokens())
        assert caught.value.retry_after_seconds == left
    assert (len(amazon.requests), clock.pauses) == (1, [])
    clock.moment += timedelta(seconds=60)
    assert caller.ask(call, Region.EU, Tokens()).status == 200
    assert len(amazon.requests) == 2


def test_a_success_after_a_429_starts_the_next_backoff_from_the_beginning():
    clock = StillClock()
    refusal = httpx.Response(429)
    amazon = Amazon(refusal, OK, refusal, OK)
    caller = client(amazon, clock)
    call = Call(method="GET", path="/x", limit=LIMIT)
    caller.ask(call, Region.EU, Tokens())
    caller.ask(call, Region.EU, Tokens())
    assert clock.pauses == [1.0, 1.0]


def test_endless_429_without_patience_ends_as_throttled():
    amazon = Amazon(httpx.Response(429, headers={"Retry-After": "0"}))
    with pytest.raises(Throttled):
        asked(amazon)
    assert len(amazon.requests) == ASKED_MAX


def test_asking_faster_than_the_limit_waits_before_the_call_not_after():
    clock = StillClock()
    amazon = Amazon(OK)
    slow = Limit("EU:create:dspGeo", per_second=0.5, burst=1.0)
    caller = client(amazon, clock)
    for _ in range(3):
        caller.ask(Call(method="GET", path="/x", limit=slow), Region.EU, Tokens())
    assert clock.pauses == [2.0, 2.0]


@pytest.mark.parametrize("status", [500, 502, 503, 504])
def test_a_failing_amazon_is_asked_again_a_few_times_then_left_to_the_job(status):
    clock = StillClock()
    amazon = Amazon(httpx.Response(status, json={"code": "X", "details": "broken"}))
    with pytest.raises(Upstream, match="broken") as caught:
        asked(amazon, clock)
    assert caught.value.status == status
    assert len(amazon.requests) == ASKED_MAX
    assert clock.pauses == [0.25, 0.5, 1.0, 2.0, 2.0]


def test_a_network_failure_is_asked_again_and_heals():
    amazon = Amazon(httpx.ConnectError("refused"), httpx.ReadTimeout("slow"), OK)
    assert asked(amazon).status == 200


def test_a_network_that_stays_down_ends_as_upstream_naming_the_host_only():
    amazon = Amazon(httpx.ConnectError("cannot reach https://x?token=Atza|leak"))
    with pytest.raises(Upstream) as caught:
        asked(amazon)
    assert str(caught.value) == "eu.ads.example could not be used (ConnectError)."


@pytest.mark.parametrize(
    ("status", "error"),
    [(400, Refused), (403, Forbidden), (404, Refused), (422, Refused), (302, Refused)],
)
def test_a_refusal_is_not_repeated(status, error):
    amazon = Amazon(httpx.Response(status, json={"code": "NOPE", "message": "no"}))
    with pytest.raises(error) as caught:
        asked(amazon)
    assert (len(amazon.requests), caught.value.status, caught.value.code) == (1, status, "NOPE")


def test_a_redirect_is_never_followed():
    amazon = Amazon(httpx.Response(302, headers={"Location": "https://evil.example/"}), OK)
    with pytest.raises(Refused):
        asked(amazon)
    assert [r.url.host for r in amazon.requests] == ["eu.ads.example"]


@pytest.mark.parametrize(
    ("detail", "found"),
    [
        (
            "duplicate of : 1a2b3c4d-0000-4000-8000-abcdefabcdef",
            "1a2b3c4d-0000-4000-8000-abcdefabcdef",
        ),
        ("duplicate", None),
    ],
)
def test_a_425_carries_the_earlier_reports_id_when_it_is_named(detail, found):
    amazon = Amazon(httpx.Response(425, json={"code": "425", "detail": detail}))
    with pytest.raises(Duplicate) as caught:
        asked(amazon)
    assert (caught.value.report_id, len(amazon.requests)) == (found, 1)


def test_no_token_is_logged_or_raised(caplog):
    caplog.set_level(logging.DEBUG)
    echo = {"code": "400", "detail": "bad header Bearer Atza|one for client_secret=hush"}
    with pytest.raises(Refused) as caught:
        asked(Amazon(httpx.Response(400, json=echo)))
    written = caplog.text + str(caught.value)
    assert "Atza|one" not in written
    assert "hush" not in written
