"""Unified reports: what is asked, what each answer means, and one file out of several parts."""

from __future__ import annotations

import gzip
import json
from datetime import UTC, date, datetime

import httpx
import pytest

from core.amazon.http import Reach
from core.amazon.reports.download import Downloads
from core.amazon.reports.port import (
    BuildState,
    ColumnsRefused,
    ReportOrder,
    ReportTicket,
    says_too_large,
)
from core.amazon.reports.specs import SPECS, specs_of
from core.amazon.reports.v1 import V1Reports
from core.domain.catalogue import METRICS, by_wire
from core.domain.connections import Adapter
from core.domain.metrics import Dataset
from core.domain.periods import DateRange
from core.errors import BadReport, Refused, Upstream
from core.security.egress import Egress
from core.security.secret import Secret
from tests.unit.amazon.stage import Amazon, exchange, link, settings

REPORT = "9b2f6f1e-0000-4000-8000-abcdefabcdef"
UNIFIED = specs_of(Adapter.V1)
ORDER = ReportOrder(
    spec=UNIFIED["campaign"],
    columns=("date.value", "advertiserAccount.id", "campaign.id", "metric.sales", "metric.vctr"),
    advertiser_ids=("11", "12"),
    days=DateRange(date(2025, 11, 4), date(2026, 3, 3)),
    reach=Reach.profile("77"),
    name="flightdeck rq_1",
    accounts={"11": "amzn1.ads-account.g.one", "12": "amzn1.ads-account.g.two", "13": "other"},
)
V1 = V1Reports()


def multi_status(**parts):
    return httpx.Response(207, json={"error": None, "success": None, **parts})


def of(report):
    return multi_status(success=[{"index": 0, "report": report}])


def refusing(code, message, field=""):
    fault = {"code": code, "fieldLocation": field, "message": message}
    return multi_status(error=[{"index": 0, "errors": [fault]}])


def created(reply, order=ORDER):
    amazon = Amazon(reply)
    return amazon, V1.create(link(amazon), order)


def polled(reply):
    return V1.poll(link(Amazon(reply)), ORDER, ReportTicket(REPORT))


def test_a_report_is_asked_for_as_documented_with_its_accounts_in_the_body():
    """Trap: the account stands in the body, and a Scope or AccountId header has no place."""
    amazon, ticket = created(of({"reportId": REPORT, "status": "PENDING"}))
    assert ticket == ReportTicket(REPORT)
    (request,) = amazon.requests
    assert (request.method, request.url.path) == ("POST", "/adsApi/v1/create/reports")
    assert request.headers["amazon-ads-clientid"] == "client-7"
    named = set(request.headers)
    assert not named & {"amazon-advertising-api-scope", "amazon-ads-accountid"}
    assert amazon.bodies == [
        {
            "accessRequestedAccounts": [
                {"advertiserAccountId": "amzn1.ads-account.g.one"},
                {"advertiserAccountId": "amzn1.ads-account.g.two"},
            ],
            "reports": [
                {
                    "format": "GZIP_JSON",
                    "periods": [
                        {"datePeriod": {"startDate": "2025-11-04", "endDate": "2026-03-03"}}
                    ],
                    "query": {
                        "fields": list(ORDER.columns),
                        "filter": {
                            "on": {
                                "field": "adProduct.value",
                                "comparisonOperator": "EQUALS",
                                "not": False,
                                "values": ["AMAZON_DSP"],
                            }
                        },
                    },
                }
            ],
        }
    ]


def test_an_advertiser_without_a_unified_account_is_not_asked_for():
    bare = ReportOrder(
        spec=ORDER.spec,
        columns=ORDER.columns,
        advertiser_ids=("11", "99"),
        days=ORDER.days,
        reach=ORDER.reach,
        name=ORDER.name,
        accounts=ORDER.accounts,
    )
    amazon = Amazon(httpx.Response(500))
    with pytest.raises(Refused, match="advertiser 99"):
        V1.create(link(amazon), bare)
    assert amazon.requests == []


@pytest.mark.parametrize(
    ("said", "fields"),
    [
        ("400005: field metric.vctr is unknown", {"metric.vctr"}),
        ("400004: field metric.vctr is incompatible with the other dimensions", {"metric.vctr"}),
        (
            "400006: field metric.sales cannot be used without also including fields: (x.value)",
            {"metric.sales"},
        ),
        ("400013: field metric.vctr has invalid format", {"metric.vctr"}),
        (
            "400100: 400005: field metric.vctr is unknown, 400006: field metric.sales needs (x.y)",
            {"metric.vctr", "metric.sales"},
        ),
    ],
)
def test_a_refused_field_is_named_so_that_the_report_can_do_without(said, fields):
    """Trap: one field too many fails the whole report, and several come in one list."""
    code = said[:6]
    reply = httpx.Response(400, json={"code": code, "message": said})
    for answer in (reply, refusing(code, said)):
        with pytest.raises(ColumnsRefused) as caught:
            created(answer)
        assert caught.value.columns == fields


@pytest.mark.parametrize(
    "said",
    [
        "400025: startDate is beyond the look-back of 456 days",
        "400026: accounts are not authorized: (x)",
        "400019: at most 5 accounts can be requested",
        "400005: field metric.stranger is unknown",
    ],
)
def test_another_refusal_stays_what_it_is(said):
    with pytest.raises(Refused) as caught:
        created(httpx.Response(400, json={"code": said[:6], "message": said}))
    assert not isinstance(caught.value, ColumnsRefused)
    assert said in str(caught.value)


def test_a_success_that_is_a_refusal_is_read_as_one():
    """Trap: a refusal comes inside a 207, beside a `success` that is null."""
    with pytest.raises(Refused, match="unauthorized") as caught:
        created(refusing("400026", "unauthorized"))
    assert caught.value.status == 400


def test_a_report_that_amazon_has_forgotten_is_a_404_whatever_its_status_says():
    with pytest.raises(Refused) as caught:
        polled(refusing("404001", f"404001: reportId {REPORT} is unknown"))
    assert caught.value.status == 404


def test_one_report_is_looked_up_at_a_time():
    amazon = Amazon(of({"reportId": REPORT, "status": "PROCESSING"}))
    build = V1.poll(link(amazon), ORDER, ReportTicket(REPORT))
    assert (build.state, build.urls) == (BuildState.BUILDING, ())
    assert amazon.requests[0].url.path == "/adsApi/v1/retrieve/reports"
    assert amazon.bodies == [{"reportIds": [REPORT]}]


def test_a_completed_report_gives_each_part_its_address():
    build = polled(
        of(
            {
                "status": "COMPLETED",
                "completedDateTime": "2026-03-04T10:11:12Z",
                "completedReportParts": [
                    {"url": "https://x.s3.amazonaws.com/1?X-Amz-Signature=a", "sizeInBytes": 20},
                    {"url": "https://x.s3.amazonaws.com/2?X-Amz-Signature=b", "sizeInBytes": 22},
                ],
            }
        )
    )
    assert [url.reveal()[-1] for url in build.urls] == ["a", "b"]
    assert (build.bytes, build.generated_at) == (42, datetime(2026, 3, 4, 10, 11, 12, tzinfo=UTC))


@pytest.mark.parametrize(
    "report",
    [
        {"status": "LOST"},
        {},
        {"status": "COMPLETED"},
        {"status": "COMPLETED", "completedReportParts": []},
        {"status": "COMPLETED", "completedReportParts": [{"url": "https://x/y"}, {"url": None}]},
    ],
)
def test_an_answer_that_makes_no_sense_is_upstream(report):
    with pytest.raises(Upstream):
        polled(of(report))
    with pytest.raises(Upstream):
        polled(multi_status())


def test_a_report_that_failed_for_its_size_is_told_by_its_number():
    build = polled(of({"status": "FAILED", "failureCode": "002", "failureReason": "Sorry"}))
    other = polled(of({"status": "FAILED", "failureCode": "001", "failureReason": "Internal"}))
    assert says_too_large(build.failure)
    assert not says_too_large(other.failure)


@pytest.mark.parametrize("reply", [of({"reportId": REPORT}), refusing("404001", "unknown")])
def test_cancelling_is_harmless_when_it_is_too_late(reply):
    amazon = Amazon(reply)
    V1.cancel(link(amazon), ORDER, ReportTicket(REPORT))
    assert amazon.requests[0].url.path == "/adsApi/v1/delete/reports"


ROWS = [{"campaign.id": str(n), "metric.totalCost": "1.84", "note": "]}, ["} for n in range(5)]


def joined(tmp_path, *parts):
    """Fetch a report of several parts and return the rows of the one file it became."""
    replies = [httpx.Response(200, content=part) for part in parts]
    downloads = Downloads(
        exchange(Amazon(*replies)),
        Egress.from_settings(settings()),
        bytes_max=1_000_000,
        total_seconds=5.0,
    )
    target = tmp_path / "reports" / "rq_1.json.gz"
    urls = [Secret(f"https://b.s3.amazonaws.com/{n}") for n in range(len(parts))]
    size = downloads.fetch(urls, target)
    assert [path.name for path in target.parent.iterdir()] == [target.name]
    assert size == target.stat().st_size
    return json.loads(gzip.decompress(target.read_bytes()))


def packed(rows, around=("", "")):
    return gzip.compress(f"{around[0]}{json.dumps(rows)}{around[1]}".encode())


@pytest.mark.parametrize("around", [("", ""), (" \n", "\n \n")])
def test_parts_become_one_array_of_all_rows_in_order(tmp_path, around):
    parts = [packed(rows, around) for rows in (ROWS[:2], [], ROWS[2:3], ROWS[3:], [])]
    assert joined(tmp_path, *parts) == ROWS
    assert joined(tmp_path, packed([]), packed([])) == []


def test_parts_larger_than_a_piece_are_joined_whole(tmp_path):
    many = [{"campaign.id": str(n), "padding": "x" * 50} for n in range(40_000)]
    assert joined(tmp_path, packed(many[:39_990]), packed(many[39_990:])) == many


@pytest.mark.parametrize(
    ("part", "error"),
    [
        (gzip.compress(b'{"error": "no"}'), BadReport),
        (gzip.compress(b'[{"a": 1}'), BadReport),
        (gzip.compress(b""), BadReport),
        (packed(ROWS)[:-9], Upstream),
    ],
    ids=["an object", "no end", "nothing", "cut off"],  # bytes with a time would differ by worker
)
def test_a_part_that_is_not_whole_leaves_no_file(tmp_path, part, error):
    with pytest.raises(error):
        joined(tmp_path, packed(ROWS), part)
    assert list((tmp_path / "reports").iterdir()) == []


def test_both_generations_have_the_same_names_for_the_same_tables():
    for name, spec in UNIFIED.items():
        assert spec.dataset is SPECS[name].dataset
        assert set(spec.keys.values()) == set(SPECS[name].keys.values()), name
        assert set(spec.descriptors.values()) <= set(SPECS[name].descriptors.values()), name
    windowed = {Dataset.REACH, Dataset.AUDIO_VIDEO, Dataset.BID_ADJUSTMENT}
    assert {s.dataset for s in SPECS.values()} - {s.dataset for s in UNIFIED.values()} == windowed


def test_sales_without_more_means_the_total_here_and_the_promoted_there():
    """Trap: one word, two figures. Three generations of names lead to two metrics."""
    assert UNIFIED["campaign"].measures()["metric.sales"] == "total_sales"
    assert UNIFIED["campaign"].measures()["metric.salesPromoted"] == "sales"
    assert SPECS["campaign"].measures()["sales"] == "sales"
    for generation, promoted, total in (
        ("v1", "metric.salesPromoted", "metric.sales"),
        ("v3", "sales", "totalSales"),
        ("legacy", "sales14d", "totalSales14d"),
    ):
        assert by_wire(generation, promoted) is METRICS["sales"]
        assert by_wire(generation, total) is METRICS["total_sales"]


def test_every_unified_field_has_the_form_and_the_companions_that_amazon_asks_for():
    """Trap: an attribute needs its key beside it, money its currency, a product its marketplace."""
    needs = {
        "dma.name": "dma.id",
        "convertedProduct.id": "convertedProductMarketplace.value",
        "campaign.budgetAmount": "budgetCurrency.value",
        "adGroup.budgetAmount": "budgetCurrency.value",
    }
    for spec in UNIFIED.values():
        fields = spec.columns(with_descriptors=True)
        assert len(fields) == len(set(fields)), spec.name
        assert spec.needed <= set(fields)
        for field in fields:
            whole, _, attribute = field.partition(".")
            assert (whole + attribute).isalnum(), field
            assert needs.get(field, field) in fields, field
            if attribute not in ("id", "value") and f"{whole}.id" in {*fields, "campaign.id"}:
                assert f"{whole}.id" in fields, field
        assert "budgetCurrency.value" in fields
    assert not {"metric.impressions", "metric.clicks"} & set(UNIFIED["product"].measures())
