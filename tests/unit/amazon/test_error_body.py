"""Every family of Amazon's error bodies reads the same."""

from __future__ import annotations

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.amazon.error_body import Fault, duplicate_of, item_faults, parse_error

FAMILIES = [
    (
        {"code": "401", "details": "Not authorized to access scope 1234", "requestId": "R1"},
        ("401", "Not authorized to access scope 1234", "R1"),
    ),
    (
        {"code": "THROTTLED", "details": "slow", "requestId": "R2"},
        ("THROTTLED", "slow", "R2"),
    ),
    (
        {"code": "400", "detail": "configuration reportTypeId is unknown or invalid"},
        ("400", "configuration reportTypeId is unknown or invalid", ""),
    ),
    (
        {"code": 400006, "message": "field needs a companion"},
        ("400006", "field needs a companion", ""),
    ),
    ({"message": "Forbidden"}, ("", "Forbidden", "")),
    (
        {
            "requestId": "R3",
            "message": "'1' validation error(s) occurred.",
            "errors": [{"errorType": "Invalid value", "field": "advertiserId", "message": "bad"}],
        },
        ("", "'1' validation error(s) occurred.", "R3"),
    ),
]


@pytest.mark.parametrize(("body", "expected"), FAMILIES)
def test_each_family_gives_its_code_message_and_request_id(body, expected):
    parsed = parse_error(orjson.dumps(body))
    assert (parsed.code, parsed.message, parsed.request_id) == expected


def test_a_gateways_page_gives_its_words_and_no_markup():
    page = b"<html><style>b{}</style><body><h1>429 Too Many</h1>\r\n<p>openresty</p></body></html>"
    assert parse_error(page).message == "429 Too Many openresty"


@pytest.mark.parametrize("body", [b"", b"\xff\xfe", b"[]", b"null", b'"text"', b"[" * 10_000])
def test_a_body_that_says_nothing_gives_no_reason_and_no_failure(body):
    assert parse_error(body).code == ""


@given(st.binary(max_size=300))
def test_no_body_whatever_makes_reading_it_fail(body):
    parse_error(body)


def test_field_faults_of_the_dsp_family_name_the_field():
    faults = parse_error(orjson.dumps(FAMILIES[-1][0])).faults
    assert faults == (Fault(None, "Invalid value", "advertiserId", "bad"),)
    assert str(parse_error(orjson.dumps(FAMILIES[-1][0]))) == (
        "'1' validation error(s) occurred. advertiserId: Invalid value: bad"
    )


def test_batch_families_name_the_item():
    unified = {
        "success": [{"index": 0}],
        "error": [
            {
                "index": 1,
                "errors": [
                    {"code": "FIELD_VALUE_IS_INVALID", "fieldLocation": "x[1].y", "message": "no"}
                ],
            }
        ],
    }
    older = {"error": [{"index": 3, "errorCode": "DENIED", "errorMessage": "not yours"}, "odd"]}
    assert item_faults(unified) == (Fault(1, "FIELD_VALUE_IS_INVALID", "x[1].y", "no"),)
    assert item_faults(older) == (Fault(3, "DENIED", "", "not yours"),)


def test_an_answer_without_faults_has_none():
    assert item_faults({"success": [], "error": None}) == ()
    assert str(parse_error(b"{}")) == "no reason given"


def test_a_message_never_carries_a_token_or_a_second_line():
    body = orjson.dumps({"code": "400", "detail": "bad Atza|IQEBLjAsAhRmHjNgHpi0U\r\nforged line"})
    message = parse_error(body).message
    assert "IQEB" not in message
    assert "\n" not in message


def test_a_duplicate_names_the_earlier_report():
    """Trap: 425 is success in disguise; the id stands only in the text."""
    report = "1a2b3c4d-0000-4000-8000-abcdefabcdef"
    body = {"code": "425", "detail": f"The Request is a duplicate of : {report}"}
    assert duplicate_of(parse_error(orjson.dumps(body))) == report


def test_a_duplicate_without_an_id_names_nothing():
    assert (
        duplicate_of(parse_error(b'{"code":"425","detail":"The Request is a duplicate"}')) is None
    )
