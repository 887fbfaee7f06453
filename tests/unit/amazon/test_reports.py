"""Version 3 reports: what is asked, what each answer means, and the file brought home whole."""

from __future__ import annotations

import gzip
from datetime import UTC, date, datetime

import httpx
import pytest

from core.amazon.http import Duplicate, Reach
from core.amazon.reports.download import AddressExpired, Downloads
from core.amazon.reports.port import (
    BuildState,
    ColumnsRefused,
    ReportOrder,
    ReportTicket,
    says_too_large,
)
from core.amazon.reports.spec import TimeUnit
from core.amazon.reports.specs import SPECS, counted_as, spec_named
from core.amazon.reports.v3 import V3Reports
from core.domain.connections import Adapter
from core.domain.metrics import Dataset
from core.domain.periods import DateRange
from core.errors import BadReport, Defect, OurConfig, Refused, Upstream
from core.security.egress import Egress
from core.security.secret import Secret
from tests.unit.amazon.stage import Amazon, exchange, link, settings

REPORT = "1a2b3c4d-0000-4000-8000-abcdefabcdef"
DAYS = DateRange(date(2026, 2, 1), date(2026, 3, 3))
ORDER = ReportOrder(
    spec=SPECS["campaign"],
    columns=("date", "advertiserId", "orderId", "impressions"),
    advertiser_ids=("11", "12"),
    days=DAYS,
    reach=Reach.profile("77"),
    name="flightdeck rq_1",
)
V3 = V3Reports()


def created(amazon, order=ORDER):
    return V3.create(link(amazon), order)


def polled(answer, *, adopted=False):
    amazon = Amazon(httpx.Response(200, json=answer))
    return V3.poll(link(amazon), ORDER, ReportTicket(REPORT, adopted=adopted))


def test_a_report_is_asked_for_as_documented():
    amazon = Amazon(httpx.Response(200, json={"reportId": REPORT, "status": "PENDING"}))
    assert created(amazon) == ReportTicket(REPORT)
    (request,) = amazon.requests
    assert (request.method, request.url.path) == ("POST", "/reporting/reports")
    assert request.headers["content-type"] == ("application/vnd.createasyncreportrequest.v3+json")
    assert request.headers["amazon-advertising-api-scope"] == "77"
    assert "amazon-ads-accountid" not in request.headers
    assert amazon.bodies == [
        {
            "name": "flightdeck rq_1",
            "startDate": "2026-02-01",
            "endDate": "2026-03-03",
            "configuration": {
                "adProduct": "DEMAND_SIDE_PLATFORM",
                "reportTypeId": "dspCampaign",
                "groupBy": ["campaign", "ad", "creative"],
                "columns": ["date", "advertiserId", "orderId", "impressions"],
                "filters": [{"field": "advertiserId", "values": ["11", "12"]}],
                "timeUnit": "DAILY",
                "format": "GZIP_JSON",
            },
        }
    ]


def test_case_27_a_425_that_names_the_report_adopts_it_with_one_call():
    detail = f"The Request is a duplicate of : {REPORT}"
    amazon = Amazon(httpx.Response(425, json={"code": "425", "detail": detail}))
    assert created(amazon) == ReportTicket(REPORT, adopted=True)
    assert len(amazon.requests) == 1


def test_case_27_a_425_that_names_none_is_left_for_later_without_a_loop():
    amazon = Amazon(httpx.Response(425, json={"code": "425", "detail": "duplicate"}))
    with pytest.raises(Duplicate):
        created(amazon)
    assert len(amazon.requests) == 1


def test_a_refused_column_is_named_so_that_the_report_can_do_without():
    """Trap: one column that Amazon does not know fails the whole report."""
    detail = (
        "configuration columns includes invalid values: (impressions, stranger)."
        " Allowed values: (date, orderId, advertiserId)"
    )
    amazon = Amazon(httpx.Response(400, json={"code": "400", "detail": detail}))
    with pytest.raises(ColumnsRefused) as caught:
        created(amazon)
    assert caught.value.columns == frozenset({"impressions"})


@pytest.mark.parametrize(
    "detail",
    [
        "configuration reportTypeId is unknown or invalid",
        "configuration columns includes invalid values: (stranger)",
    ],
)
def test_another_refusal_stays_what_it_is(detail):
    amazon = Amazon(httpx.Response(400, json={"code": "400", "detail": detail}))
    with pytest.raises(Refused) as caught:
        created(amazon)
    assert not isinstance(caught.value, ColumnsRefused)


@pytest.mark.parametrize("status", ["PENDING", "PROCESSING"])
def test_a_report_in_work_is_building(status):
    build = polled({"reportId": REPORT, "status": status, "url": None})
    assert (build.state, build.urls) == (BuildState.BUILDING, ())


def test_a_completed_report_gives_its_signed_address_and_its_age():
    build = polled(
        {
            "status": "COMPLETED",
            "url": "https://x.s3.amazonaws.com/r?X-Amz-Signature=abc",
            "fileSize": 22,
            "generatedAt": "2026-03-04T10:11:12.5Z",
        }
    )
    assert len(build.urls) == 1
    assert build.urls[0].reveal().endswith("abc")
    assert "abc" not in repr(build)
    assert (build.bytes, build.generated_at) == (
        22,
        datetime(2026, 3, 4, 10, 11, 12, 500000, tzinfo=UTC),
    )


@pytest.mark.parametrize(
    ("generated", "expected"), [(None, None), ("yesterday", None), ("2026-03-04T10:11:12", None)]
)
def test_an_age_that_is_not_said_clearly_is_not_known(generated, expected):
    answer = {"status": "COMPLETED", "url": "https://x/y", "generatedAt": generated}
    assert polled(answer).generated_at is expected


@pytest.mark.parametrize(
    ("status", "state"), [("FAILED", BuildState.FAILED), ("CANCELLED", BuildState.CANCELLED)]
)
def test_an_end_without_a_file_is_said_with_its_reason(status, state):
    build = polled({"status": status, "failureReason": "Report is too large"})
    assert (build.state, build.failure) == (state, "Report is too large")
    assert says_too_large(build.failure)
    assert not says_too_large("Internal error")


@pytest.mark.parametrize("answer", [{"status": "LOST"}, {}, {"status": "COMPLETED", "url": None}])
def test_a_status_that_makes_no_sense_is_upstream(answer):
    with pytest.raises(Upstream):
        polled(answer)


OTHERS = {"field": "advertiserId", "values": ["11", "13"]}
ECHO = {
    "startDate": "2026-02-01",
    "endDate": "2026-03-03",
    "status": "PENDING",
    "configuration": {
        "reportTypeId": "dspCampaign",
        "timeUnit": "DAILY",
        "columns": ["impressions", "date", "orderId", "advertiserId", "clicks"],
        "groupBy": list(reversed(SPECS["campaign"].group_by)),
        "filters": [{"field": "advertiserId", "values": ["12", "11"]}],
    },
}


@pytest.mark.parametrize(
    "changed",
    [
        {"startDate": "2026-01-01"},
        {"endDate": "2026-03-02"},
        {"configuration": {**ECHO["configuration"], "timeUnit": "SUMMARY"}},
        {"configuration": {**ECHO["configuration"], "reportTypeId": "dspGeo"}},
        {"configuration": {**ECHO["configuration"], "columns": ["date"]}},
        {"configuration": {**ECHO["configuration"], "groupBy": ["order"]}},
        {"configuration": {**ECHO["configuration"], "filters": [OTHERS]}},
    ],
)
def test_an_adopted_report_that_answers_another_question_is_foreign(changed):
    """Trap: Amazon may call a SUMMARY and a DAILY request of one type duplicates."""
    assert polled({**ECHO, **changed}, adopted=True).state is BuildState.FOREIGN


def test_an_adopted_report_that_answers_ours_is_followed():
    assert polled(ECHO, adopted=True).state is BuildState.BUILDING
    assert polled({"status": "PENDING"}, adopted=True).state is BuildState.BUILDING


@pytest.mark.parametrize("reply", [httpx.Response(200, json={}), httpx.Response(404, json={})])
def test_cancelling_is_harmless_when_it_is_too_late(reply):
    amazon = Amazon(reply)
    V3.cancel(link(amazon), ORDER, ReportTicket(REPORT))
    (request,) = amazon.requests
    assert (request.method, request.url.path) == ("DELETE", f"/reporting/reports/{REPORT}")


def fetched(tmp_path, reply, *, bytes_max=1000, url="https://b.s3.amazonaws.com/r?X-Amz-Date=1"):
    amazon = Amazon(reply)
    sender = exchange(amazon)
    downloads = Downloads(
        sender, Egress.from_settings(settings()), bytes_max=bytes_max, total_seconds=5.0
    )
    target = tmp_path / "reports" / "rq_1.json.gz"
    size = downloads.fetch((Secret(url),), target)
    return amazon, target, size


def test_a_file_comes_home_byte_for_byte_without_our_token(tmp_path):
    """Trap: Amazon's storage refuses a signed address that comes with an Authorization header."""
    packed = gzip.compress(b"[]")
    reply = httpx.Response(200, content=packed, headers={"Content-Type": "application/gzip"})
    amazon, target, size = fetched(tmp_path, reply)
    assert (target.read_bytes(), size) == (packed, len(packed))
    (request,) = amazon.requests
    names = set(request.headers)
    assert not names & {"authorization", "amazon-advertising-api-clientid", "cookie"}


def test_a_file_that_the_storage_marks_as_gzip_is_not_unpacked_on_the_way(tmp_path):
    packed = gzip.compress(b"[1]")
    stream = httpx.ByteStream(packed)
    headers = {"Content-Encoding": "gzip", "Content-Length": str(len(packed))}
    _, target, _ = fetched(tmp_path, httpx.Response(200, stream=stream, headers=headers))
    assert target.read_bytes() == packed


def test_case_23_an_expired_address_is_told_apart(tmp_path):
    with pytest.raises(AddressExpired):
        fetched(tmp_path, httpx.Response(403, content=b"<Error>Request has expired</Error>"))


@pytest.mark.parametrize("status", [301, 400, 404, 500, 503])
def test_any_other_answer_of_the_storage_is_upstream(tmp_path, status):
    with pytest.raises(Upstream) as caught:
        fetched(tmp_path, httpx.Response(status))
    assert caught.value.status == status


def test_case_21_a_body_shorter_than_it_was_announced_leaves_no_file(tmp_path):
    short = httpx.Response(200, stream=httpx.ByteStream(b"half"), headers={"Content-Length": "8"})
    with pytest.raises(Upstream, match="of 8 bytes ended after 4"):
        fetched(tmp_path, short)
    assert list((tmp_path / "reports").iterdir()) == []


def test_case_22_a_file_beyond_the_limit_is_dropped_on_the_way(tmp_path):
    with pytest.raises(BadReport, match="larger than 1000 bytes"):
        fetched(tmp_path, httpx.Response(200, content=b"x" * 1001))
    assert list((tmp_path / "reports").iterdir()) == []


@pytest.mark.parametrize(
    "url", ["https://evil.example/r", "http://b.s3.amazonaws.com/r", "https://169.254.169.254/x"]
)
def test_only_known_storage_is_read(tmp_path, url):
    with pytest.raises(Upstream, match="no storage we know"):
        fetched(tmp_path, httpx.Response(200), url=url)


def test_every_spec_asks_for_each_column_once_and_for_its_keys_always():
    for spec in SPECS.values():
        columns = spec.columns(with_descriptors=True)
        assert len(columns) == len(set(columns)), spec.name
        assert spec.needed <= set(columns), spec.name
        assert len(spec.measures()) >= 2, spec.name
        assert ("date" in columns) is (spec.time_unit is TimeUnit.DAILY), spec.name
        assert ("intervalStart" in columns) is (spec.time_unit is TimeUnit.SUMMARY), spec.name


def test_the_ledger_knows_each_report_type_by_one_name_of_its_own():
    pairs = {(spec.report_type, spec.counted_as) for spec in SPECS.values()}
    assert len(pairs) == len({kind for kind, _ in pairs}) == len({name for _, name in pairs})
    assert ("dspInventory", Dataset.INVENTORY) in pairs
    assert ("dspCampaign", Dataset.CAMPAIGN) in pairs


def test_a_column_once_refused_is_not_asked_for_again():
    spec = spec_named("campaign")
    assert "viewableImpressions" in spec.columns(with_descriptors=False)
    without = spec.columns(with_descriptors=False, without={"viewableImpressions"})
    assert "viewableImpressions" not in without


def test_names_and_budgets_are_asked_for_only_on_demand():
    spec = spec_named("campaign")
    assert "orderBudget" in spec.columns(with_descriptors=True)
    assert "orderBudget" not in spec.columns(with_descriptors=False)


def test_site_and_supply_come_from_one_report_type_and_one_of_the_two_is_always_grouped_by():
    """Trap: the inventory report needs supplySource or site among its groups."""
    for name in ("inventory", "site"):
        spec = spec_named(name)
        assert spec.report_type == "dspInventory"
        assert {"supplySource", "site"} & set(spec.group_by)


def test_every_table_of_the_core_has_its_report():
    filled = {spec.dataset for spec in SPECS.values()}
    assert filled == set(Dataset) - {Dataset.CONVERSION_PATH}


def test_a_spec_no_version_ever_stored_is_a_defect():
    with pytest.raises(Defect):
        spec_named("nonsense")


def test_a_full_disk_is_said_in_a_sentence_and_leaves_nothing(tmp_path):
    """/dev/full takes a file's bytes as a disk without room does."""
    folder = tmp_path / "reports"
    folder.mkdir()
    (folder / "rq_1.json.gz.part").symlink_to("/dev/full")
    with pytest.raises(OurConfig, match=r"FLIGHTDECK_HOME: No space left on device\. Free some"):
        fetched(tmp_path, httpx.Response(200, content=b"[]"))
    assert list(folder.iterdir()) == []


@pytest.mark.parametrize("adapter", Adapter)
def test_every_table_is_counted_by_some_name(adapter):
    assert all(counted_as(dataset, adapter) in Dataset for dataset in Dataset)
    assert counted_as(Dataset.SITE) is Dataset.INVENTORY, "both are of dspInventory"
