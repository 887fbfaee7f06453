"""The mail of a report: both parts say the same, and no name in it is anything but text."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import timedelta

import pytest

from core.reports.document import Document
from core.reports.letter import Letter, html_of, subject_of, text_of
from core.reports.typeset import Brand
from tests.unit.insight.office import NOW, Office, days, delivered, order
from tests.unit.reports.papers import BRAND, HOSTILE, report

LETTER = Letter(
    notes=("This report is late: it was due 8 Jun.",),
    files=("Weekly.pdf",),
    link="https://deck.example/reports?delivery=dlv_1&org=2",
    leave="https://deck.example/unsubscribe/abc",
)


@pytest.fixture
def told(office: Office) -> Document:
    """A report whose every name means harm."""
    office.advertiser(name=HOSTILE[0], chosen_at=NOW - timedelta(days=90))
    office.keep(*(order(f"o{n}", name, goal="CONVERSIONS") for n, name in enumerate(HOSTILE)))
    rows = [
        row
        for n in range(len(HOSTILE))
        for row in (
            *delivered(f"o{n}", 6, total_cost=9 - n, impressions=1000),
            *delivered(f"o{n}", 29, 7, total_cost=1, impressions=1000),
        )
    ]
    office.deliver(rows, days(29))
    made = report(office)
    return replace(made, comment=f"{HOSTILE[1]}\nsecond line", comment_by=HOSTILE[0])


def test_case_40_names_are_text_in_the_mail(told: Document) -> None:
    html = html_of(told, Brand(name=HOSTILE[0]), LETTER)
    assert "<img" not in html
    assert "</script>" not in html
    assert "&lt;img src=x onerror=alert(1)&gt;" in html
    assert re.findall(r'href="([^"]*)"', html) == [
        "https://deck.example/reports?delivery=dlv_1&amp;org=2",
        "https://deck.example/unsubscribe/abc",
    ]


def test_files_that_are_not_attached_have_a_link_each_in_both_parts(told: Document) -> None:
    places = (("Weekly <b>.pdf", "https://deck.example/files/t/1?a&b"),)
    letter = replace(LETTER, files=(), linked=places)
    html, text = html_of(told, BRAND, letter), text_of(told, letter)
    assert '<a href="https://deck.example/files/t/1?a&amp;b"' in html
    assert "Weekly &lt;b&gt;.pdf</a>" in html
    assert "Weekly <b>.pdf: https://deck.example/files/t/1?a&b" in text
    assert "Attached" not in html + text


def test_nothing_is_fetched_when_it_is_read(told: Document) -> None:
    html = html_of(told, BRAND, LETTER)
    assert not re.search(r"<[^>]*(\bsrc=|\bbackground=|url\()", html)
    assert "@import" not in html


def test_both_parts_say_the_same(told: Document) -> None:
    text, html = text_of(told, LETTER), html_of(told, BRAND, LETTER)
    plain = re.sub(r"<[^>]+>", " ", html.replace("&amp;", "&"))
    for fact in (*LETTER.notes, told.period, "Spend", "Weekly.pdf", "second line"):
        assert fact in text
        assert fact in plain
    assert LETTER.leave in text
    assert told.headlines[0].title in text


def test_the_subject_says_that_it_is_late_or_a_test(told: Document) -> None:
    assert subject_of(told) == told.title
    assert subject_of(told, is_late=True) == f"Late: {told.title}"
    assert subject_of(told, is_test=True) == f"Test: {told.title}"


def test_it_fits_a_phone(told: Document) -> None:
    html = html_of(told, BRAND, LETTER)
    assert 'name="viewport"' in html
    assert "max-width:600px" in html
    assert not re.findall(r"width=\"\d+\"", html), "no width that a phone has not"
