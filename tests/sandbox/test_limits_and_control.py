"""Throttling, the clock, the record of calls, credentials and mail."""

from __future__ import annotations

import smtplib
from email.message import EmailMessage

from tests.sandbox.client import START, Amazon, report
from tests.sandbox_process import SandboxProcess, start_sandbox


def test_creates_are_limited_by_type_and_refused_in_three_forms(
    agency: Amazon, other_agency: Amazon
) -> None:
    agency.sandbox.control("throttle", {"on": True})
    ends = [f"2026-06-{day:02}" for day in range(2, 9)]
    answers = [
        agency.create(report(agency.advertisers, ["impressions", "date"], end=end)) for end in ends
    ]
    other_type = agency.create(
        report(
            agency.advertisers,
            ["impressions"],
            kind="dspGeo",
            group_by=("country",),
            time_unit="SUMMARY",
        )
    )

    assert [a.status_code for a in answers] == [200, 200, 200, 429, 429, 429, 429]
    assert answers[3].headers["retry-after"] == "4"
    assert "retry-after" not in answers[4].headers
    assert answers[4].json()["code"] == "429"
    assert "openresty" in answers[5].text
    assert answers[5].headers["content-type"].startswith("text/html")
    assert other_type.status_code == 200


def test_a_bucket_refills_by_the_sandboxs_clock(agency: Amazon) -> None:
    agency.sandbox.control("throttle", {"on": True, "create_burst": 1})

    def create(end: str) -> int:
        return agency.create(
            report(agency.advertisers, ["impressions", "date"], end=end)
        ).status_code

    first, early = create("2026-06-02"), create("2026-06-03")
    agency.sandbox.advance(seconds=4)

    assert (first, early, create("2026-06-04")) == (200, 429, 200)


def test_reads_share_one_limit(agency: Amazon) -> None:
    agency.sandbox.control("throttle", {"on": True, "read_burst": 5})

    codes = [agency.get("/v2/profiles").status_code for _ in range(4)]
    codes += [agency.get("/managerAccounts").status_code for _ in range(4)]

    assert codes == [200] * 5 + [429] * 3


def test_throttling_is_on_unless_told_otherwise() -> None:
    with start_sandbox(scenario="tiny", throttle="on") as fresh:
        assert fresh.control("throttle") == {
            "on": True,
            "create_burst": 3.0,
            "create_per_second": 0.25,
            "read_burst": 20.0,
            "read_per_second": 10.0,
        }


def test_the_clock_is_moved_by_instant_span_and_rate(sandbox: SandboxProcess) -> None:
    assert sandbox.control("clock")["now"] == START
    assert sandbox.control("clock", {"now": "2026-06-16T02:00:00+09:00"})["now"] == (
        "2026-06-15T17:00:00+00:00"
    )
    assert sandbox.control("clock", {"advance_seconds": 90})["now"] == "2026-06-15T17:01:30+00:00"
    assert sandbox.control("clock", {"rate": 3600})["rate"] == 3600
    assert sandbox.http.post("/_sandbox/clock", json={"now": "2026-06-15"}).status_code == 400


def test_the_clock_starts_on_the_day_it_is_told_and_runs() -> None:
    with start_sandbox(scenario="tiny", today="2026-02-03") as fresh:
        first, second = fresh.control("clock")["now"], fresh.control("clock")["now"]

    assert first.startswith("2026-02-03T")
    assert second > first


def test_each_call_is_recorded_with_who_what_and_how_it_ended(
    agency: Amazon, other_agency: Amazon
) -> None:
    agency.sandbox.http.delete("/_sandbox/calls")
    agency.get("/dsp/advertisers", scope=agency.profile)
    agency.refresh(client_secret="wrong")
    other_agency.get("/v2/profiles", token="Atza|forged")

    found = agency.sandbox.control("calls")["calls"]

    assert [c["operation"] for c in found] == ["advertisers", "token", "profiles"]
    assert [c["status"] for c in found] == [200, 401, 401]
    first, second, third = found
    assert first["account"] == second["account"] == agency.user["user_id"]
    assert third["account"] == ""
    assert first["client"] == agency.sandbox.credentials["client_id"]
    assert first["scope"] == agency.profile
    assert second["detail"] == "refresh_token"
    assert first["at"] == "2026-06-15T14:00:00.000Z"
    assert not any("Atzr" in str(c) or "Atza" in str(c) for c in found)


def test_calls_are_narrowed_by_number_path_and_field(agency: Amazon) -> None:
    agency.sandbox.http.delete("/_sandbox/calls")
    for _ in range(3):
        agency.get("/v2/profiles")
    agency.refresh()

    def found(**query: str | int) -> int:
        answer = agency.sandbox.http.get("/_sandbox/calls", params=query)
        return int(answer.json()["count"])

    last = agency.sandbox.control("calls")["calls"][1]["id"]
    assert found() == 4
    assert found(since=last) == 2
    assert found(path="/na/api") == 3
    assert found(operation="token", account=agency.user["user_id"]) == 1


def test_the_sandbox_and_its_mail_page_are_not_among_the_calls(sandbox: SandboxProcess) -> None:
    sandbox.http.get("/mail")
    sandbox.control("clock")

    assert sandbox.control("calls")["count"] == 0


def test_credentials_are_plainly_made_up_and_work_for_any_client(sandbox: SandboxProcess) -> None:
    known = sandbox.control("credentials")

    assert known["client_id"].startswith("amzn1.application-oa2-client.")
    assert "not-a-real-one" in known["client_secret"]
    seller = known["seller"]
    assert seller["refresh_token"].startswith("Atzr|")
    assert seller["profiles"][0]["type"] == "seller"


def test_grants_can_be_given_to_a_crowd(sandbox: SandboxProcess) -> None:
    crowd = sandbox.control("grants", {"count": 50})["grants"]
    stranger = Amazon(sandbox, "agency")

    answers = [stranger.refresh(refresh_token=each["refresh_token"]) for each in crowd[:3]]

    assert len({each["user_id"] for each in crowd}) == 50
    assert all(a.status_code == 200 for a in answers)
    token = answers[0].json()["access_token"]
    assert stranger.get("/v2/profiles", token=token).json() == []


def test_every_answer_of_the_api_is_identified(agency: Amazon) -> None:
    headers = agency.get("/v2/profiles").headers

    for name in (
        "x-amzn-requestid",
        "x-amz-rid",
        "x-amz-apigw-id",
        "x-amzn-trace-id",
        "vary",
        "strict-transport-security",
    ):
        assert headers[name]
    assert len(headers["x-amz-rid"]) == 20


def letter() -> EmailMessage:
    mail = EmailMessage()
    mail["Subject"] = "Your week <b>in</b> figures"
    mail["From"], mail["To"] = "flightdeck@flightdeck.example", "client@flightdeck.example"
    mail.set_content("Spend: 1,234.50")
    mail.add_alternative("<p>Spend</p><script>alert(1)</script>", subtype="html")
    mail.add_attachment(b"%PDF-", maintype="application", subtype="pdf", filename='a"b.pdf')
    return mail


def test_mail_is_caught_and_shown_as_json_and_as_a_harmless_page(sandbox: SandboxProcess) -> None:
    with smtplib.SMTP("127.0.0.1", sandbox.smtp_port) as smtp:
        smtp.send_message(letter())

    mail = sandbox.control("mail")["mails"][0]
    listing, shown = sandbox.http.get("/mail"), sandbox.http.get(f"/mail/{mail['id']}")
    attached = sandbox.http.get(f"/mail/{mail['id']}/0")

    assert mail["subject"] == "Your week <b>in</b> figures"
    assert mail["to"] == ["client@flightdeck.example"]
    assert "1,234.50" in mail["text"]
    assert mail["attachments"] == [{"name": 'a"b.pdf', "type": "application/pdf", "bytes": 5}]
    assert "Your week &lt;b&gt;in&lt;/b&gt; figures" in listing.text
    assert "<iframe sandbox srcdoc=" in shown.text
    assert "<script>" not in shown.text
    assert attached.content == b"%PDF-"
    assert sandbox.http.get("/mail/9999").status_code == 404


def test_mail_is_narrowed_by_recipient_and_emptied(sandbox: SandboxProcess) -> None:
    with smtplib.SMTP("127.0.0.1", sandbox.smtp_port) as smtp:
        smtp.send_message(letter())
        smtp.send_message(letter(), to_addrs=["other@flightdeck.example"])

    mine = sandbox.http.get("/_sandbox/mail", params={"to": "other@flightdeck.example"}).json()

    assert len(mine["mails"]) == 1
    assert sandbox.http.delete("/_sandbox/mail").json() == {"mails": []}
