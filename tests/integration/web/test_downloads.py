"""Case 43 for downloads: one link, one person, one session; everybody else gets the same 404."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, timedelta
from io import BytesIO
from pathlib import Path

import httpx
import openpyxl
import pytest
from starlette.applications import Starlette

from core.domain.columns import Column, Form
from core.domain.metrics import Dataset
from core.domain.periods import DateRange
from core.domain.roles import Role
from core.errors import Defect
from core.insight.sheets import Sheet
from core.lake.question import Question
from core.reports.file_specs import FileSpec, Format, KeptFile, QuestionFile, SheetFile
from core.security.secret import Secret
from core.web import founding, sessions
from core.web.claims import Claims
from core.web.context import PageContext
from core.web.downloads import address_of
from core.web.inviting import invite
from core.web.routes import downloads
from core.web.services import Services
from core.web.streamlit_internals import USER_COOKIE
from tests.asgi import ask
from tests.integration.web.conftest import HandClock, signed_login

ROWS = SheetFile(
    "Orders",
    Sheet((Column("Order"), Column("Cost, USD", Form.MONEY, "USD")), (("=Lumen", "12.50"),)),
)
WEEK = DateRange(date(2026, 11, 1), date(2026, 11, 7))


class Browser:
    """A person in one browser, logged in."""

    def __init__(self, services: Services, subject: str) -> None:
        self.services = services
        self.claims = Claims("https://id.example", subject, f"{subject}@x.example", True, subject,
                             timedelta(days=30))  # fmt: skip
        _, token = sessions.begin(services, self.claims, user_agent="", replaced=None)
        self.cookies = {
            services.cookies.session: token.reveal(),
            USER_COOKIE: signed_login(services.settings, self.claims),
        }

    def context(self) -> PageContext:
        raw = {"iss": self.claims.issuer, "sub": self.claims.subject}
        visitor = sessions.visitor(self.services, self.cookies, raw)
        assert visitor
        return PageContext(
            self.services, visitor, visitor.memberships[0], self.services.clock.now()
        )

    def get(self, path: str, without: Collection[str] = ()) -> httpx.Response:
        app = Starlette(routes=downloads.routes(self.services))
        return ask(app, path, cookies={k: v for k, v in self.cookies.items() if k not in without})


@pytest.fixture
def owner(services: Services) -> Browser:
    browser = Browser(services, "owner")
    raw = {"iss": browser.claims.issuer, "sub": browser.claims.subject}
    visitor = sessions.visitor(services, browser.cookies, raw)
    assert visitor
    founding.found(services, visitor, "Acme")
    return browser


@pytest.fixture
def rival(services: Services) -> Browser:
    browser = Browser(services, "rival")
    raw = {"iss": browser.claims.issuer, "sub": browser.claims.subject}
    visitor = sessions.visitor(services, browser.cookies, raw)
    assert visitor
    founding.found(services, visitor, "Rival")
    return browser


def _link(owner: Browser, spec: FileSpec = ROWS, format: Format = Format.CSV) -> str:
    return address_of(owner.context(), spec, "Orders", format)


def test_the_person_who_asked_gets_exactly_the_rows(owner: Browser, rival: Browser) -> None:
    answer = owner.get(_link(owner))
    assert answer.status_code == 200
    assert answer.text == 'Order,"Cost, USD"\r\n\'=Lumen,12.50\r\n'
    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    assert answer.headers["content-disposition"] == 'attachment; filename="Orders.csv"'
    assert int(answer.headers["content-length"]) == len(answer.content)


def test_a_link_may_be_followed_again_until_it_is_over(owner: Browser, clock: HandClock) -> None:
    link = _link(owner)
    clock.advance(minutes=9, seconds=59)
    assert owner.get(link).status_code == 200
    clock.advance(seconds=1)
    assert owner.get(link).status_code == 404


def test_everybody_else_gets_one_and_the_same_404(
    services: Services, owner: Browser, rival: Browser
) -> None:
    link = _link(owner)
    elsewhere = Browser(services, "owner")
    answers = [
        rival.get(link),
        elsewhere.get(link),
        owner.get(link, without={services.cookies.session}),
        owner.get(link, without={USER_COOKIE}),
        owner.get("/downloads/" + "A" * 43),
        owner.get("/downloads/%3Atoken"),
        owner.get(link + "x"),
    ]
    assert {answer.status_code for answer in answers} == {404}
    assert len({answer.content for answer in answers}) == 1


def test_a_link_dies_with_the_session_that_asked(owner: Browser, rival: Browser) -> None:
    link = _link(owner)
    sessions.end(owner.services, owner.cookies)
    assert owner.get(link).status_code == 404


def test_a_removed_member_gets_nothing_by_an_old_link(
    services: Services, owner: Browser, rival: Browser
) -> None:
    made = invite(owner.context(), "rival@x.example", Role.VIEWER, None)
    token = made.link.rpartition("/")[2]
    guest = rival.context().visitor.person.id
    with services.store.people() as door:
        door.invitations.accept(Secret(token), guest, services.clock.now())
    visitor = rival.context().visitor
    joined = next(m for m in visitor.memberships if m.org_name == "Acme")
    link = address_of(PageContext(services, visitor, joined, services.clock.now()), ROWS, "x")
    assert rival.get(link).status_code == 200
    with owner.context().writing() as tenant:
        tenant.members.remove(guest)
    assert rival.get(link).status_code == 404


def test_only_a_links_hash_is_kept(owner: Browser) -> None:
    link = _link(owner)
    with owner.services.store.engine.connect() as connection:
        if connection.dialect.name == "sqlite":
            kept = str(connection.exec_driver_sql("select * from download").all())
            assert link.rpartition("/")[2] not in kept


def test_a_question_is_answered_from_the_lake(owner: Browser, rival: Browser) -> None:
    """Nothing is loaded yet, so the honest file holds the heading and no row."""
    asked = Question(Dataset.CAMPAIGN, ("impressions",), WEEK, by=("order_id",))
    answer = owner.get(_link(owner, QuestionFile(asked, 0)))
    assert answer.status_code == 200
    assert answer.text == "Order ID,Impressions\n"


def test_the_same_rows_come_as_a_workbook(owner: Browser) -> None:
    answer = owner.get(_link(owner, format=Format.XLSX))
    assert answer.headers["content-disposition"] == 'attachment; filename="Orders.xlsx"'
    book = openpyxl.load_workbook(BytesIO(answer.content))
    assert [cell.value for cell in book["Orders"][2]] == ["=Lumen", 12.5]
    assert book["Orders"]["A2"].data_type == "s"


def test_a_question_comes_as_a_workbook_too(owner: Browser) -> None:
    asked = Question(Dataset.CAMPAIGN, ("impressions",), WEEK, by=("order_id",))
    answer = owner.get(_link(owner, QuestionFile(asked, 0), Format.XLSX))
    assert [cell.value for cell in openpyxl.load_workbook(BytesIO(answer.content))["Data"][1]] == [
        "Order ID",
        "Impressions",
    ]


def test_a_kept_file_is_given_out_as_it_lies_and_only_from_ones_own_shelf(
    owner: Browser, rival: Browser, tmp_path: Path
) -> None:
    (tmp_path / "made").write_bytes(b"%PDF-1.7 as made")
    shelf = owner.services.lake.shelf(owner.context().scope)
    kept = shelf.put("made/job_1/report.pdf", tmp_path / "made")
    spec = KeptFile(kept.place, kept.bytes, kept.sha256)
    answer = owner.get(_link(owner, spec, Format.PDF))
    assert (answer.status_code, answer.content) == (200, b"%PDF-1.7 as made")
    assert answer.headers["content-type"] == "application/pdf"
    assert int(answer.headers["content-length"]) == kept.bytes
    # The same place on another's shelf is empty, and what is gone is not found.
    assert rival.get(_link(rival, spec, Format.PDF)).status_code == 404


def test_case_33_a_file_half_written_is_never_served(owner: Browser, tmp_path: Path) -> None:
    """What a killed process leaves on the shelf lies under another name."""
    shelf = owner.services.lake.shelf(owner.context().scope)
    (tmp_path / "made").write_bytes(b"x" * 100)
    shelf.put("made/job_1/report.pdf", tmp_path / "made")
    folder = next(Path(owner.services.lake.root.url).rglob("report.pdf")).parent
    (folder / ".half").write_bytes(b"x" * 50)
    with pytest.raises(Defect):
        shelf.open("made/job_1/.half")
    with pytest.raises(Defect):
        shelf.open("made/../../other/files/made/job_1/report.pdf")
    assert len(shelf.read("made/job_1/report.pdf")) == 100


def test_nothing_of_a_download_stays_behind(owner: Browser) -> None:
    owner.get(_link(owner))
    assert list((owner.services.lake.scratch / "downloads").iterdir()) == []
