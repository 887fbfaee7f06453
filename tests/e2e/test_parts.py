"""The drawing parts in a browser, under the product's own content policy.

Case 40: names that mean harm are text in titles, tiles, charts, tooltips and tables.
"""

from __future__ import annotations

import re
import shutil
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest
from playwright.sync_api import Browser, expect

from sandbox.demo.children import Children
from sandbox.demo.plan import ROOT
from tests.e2e.conftest import SETTLED, Visit
from tests.e2e.gallery.pages import HOSTILE
from tests.ports import free_port

GALLERY = Path(__file__).parent / "gallery"


@pytest.fixture(scope="module")
def gallery(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    port = free_port()
    address = f"http://localhost:{port}"
    home = _furnished(tmp_path_factory.mktemp("gallery") / "home")
    with Children(home.parent) as children:
        command = [
            *(sys.executable, "-m", "streamlit", "run", str(home / "app.py")),
            *("--server.port", str(port), "--server.address", "127.0.0.1"),
            *("--", str(port)),
        ]
        told = {"PATH": "/usr/bin:/bin", "HOME": str(home), "PYTHONPATH": str(ROOT)}
        children.start("gallery", command, told)
        children.wait_until(lambda: _answers(address), "The gallery", 120.0)
        yield address


def _furnished(home: Path) -> Path:
    """Return a folder with the gallery in the product's own theme and typeface."""
    shutil.copytree(GALLERY, home, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copytree(ROOT / ".streamlit", home / ".streamlit")
    shutil.copytree(ROOT / "pages" / "static", home / "pages" / "static")
    return home


def _answers(address: str) -> bool:
    try:
        return httpx.get(f"{address}/_stcore/health", trust_env=False).text == "ok"
    except httpx.HTTPError:
        return False


@contextmanager
def _open(browser: Browser, gallery: str, scheme: str) -> Iterator[Visit]:
    """Yield the gallery as somebody sees it for the first time; at the end nothing was broken."""
    context = browser.new_context(
        viewport={"width": 1440, "height": 2400},
        color_scheme=scheme,  # type: ignore[arg-type]
    )
    page = context.new_page()
    visit = Visit(page, context, gallery)
    page.on("console", lambda m: visit.broken.append(m.text) if m.type == "error" else None)
    page.on("dialog", lambda d: visit.broken.append(f"a script ran: {d.message}"))
    page.on("pageerror", lambda e: visit.broken.append(str(e)))
    visit.open("/")
    expect(page.locator(".stVegaLiteChart svg.marks")).to_have_count(2)
    yield visit
    context.close()
    assert visit.broken == []


@pytest.fixture(scope="module", params=["light", "dark"])
def seen(request: pytest.FixtureRequest, browser: Browser, gallery: str) -> Iterator[Visit]:
    """The gallery for tests that only look."""
    with _open(browser, gallery, request.param) as visit:
        yield visit


@pytest.fixture
def shown(browser: Browser, gallery: str) -> Iterator[Visit]:
    """The gallery for one test that changes something on it."""
    with _open(browser, gallery, "light") as visit:
        yield visit


def test_case_40_no_name_becomes_markup(seen: Visit) -> None:
    page = seen.page
    assert page.locator("img[src=x], svg[onload], .fd script, a[href^='javascript:']").count() == 0
    heading = page.get_by_role("heading", level=1)
    assert heading.inner_text() == HOSTILE[0]
    tiles = page.locator(".fd-tile dt").all_inner_texts()
    assert tiles == HOSTILE
    labels = page.locator(".stVegaLiteChart text").all_text_contents()
    assert HOSTILE[0][:27] in " ".join(labels)


def test_case_40_a_tooltip_shows_the_name_and_runs_nothing(seen: Visit) -> None:
    page = seen.page
    bar = page.locator(".stVegaLiteChart").nth(1).locator(".mark-rect path").first
    bar.hover()
    tooltip = page.locator("#vg-tooltip-element")
    expect(tooltip).to_contain_text("<img src=x onerror=alert(1)>")
    assert tooltip.locator("img").count() == 0


def test_a_charts_table_is_one_switch_away_and_holds_every_day(shown: Visit) -> None:
    page = shown.page
    page.get_by_text("Table", exact=True).first.click()
    expect(page.locator(".fd-scroll table").first.locator("tbody tr")).to_have_count(21)
    expect(page.locator(".stVegaLiteChart")).to_have_count(1)


def test_no_table_offers_a_file_past_our_own_route(seen: Visit) -> None:
    seen.page.get_by_test_id("stDataFrame").hover()
    expect(seen.page.get_by_test_id("stElementToolbar").first).to_be_visible()
    assert seen.page.get_by_role("button", name=re.compile("CSV")).count() == 0


def test_the_look_follows_the_theme(seen: Visit) -> None:
    page = seen.page
    is_dark = page.evaluate("matchMedia('(prefers-color-scheme: dark)').matches")
    ground = page.evaluate("getComputedStyle(document.querySelector('.stApp')).backgroundColor")
    assert ground == ("rgb(14, 22, 33)" if is_dark else "rgb(255, 255, 255)")
    muted = page.evaluate("getComputedStyle(document.querySelector('.fd-tile dt')).color")
    assert muted == ("rgb(147, 164, 181)" if is_dark else "rgb(90, 107, 123)")
    label = page.evaluate(
        "getComputedStyle(document.querySelector('.series_label_marks text')).fill"
    )
    assert label == ("rgb(230, 237, 243)" if is_dark else "rgb(20, 32, 43)")


def test_the_shipped_typeface_is_the_one_that_is_seen(seen: Visit) -> None:
    loaded = seen.page.evaluate(
        "[...document.fonts].filter(f => f.status === 'loaded').map(f => f.family)"
    )
    assert "Inter" in {family.strip('"') for family in loaded}


def test_filters_are_written_into_the_address_and_read_from_it(shown: Visit) -> None:
    page = shown.page
    shown.choose("Days", "Last 14 days", exact=True)
    page.wait_for_url(re.compile("range=14d"))
    expect(page.get_by_text("shows 8 Nov – 21 Nov 2026, 0 chosen")).to_be_visible()
    shown.choose("Compare with", "nothing", exact=True)
    page.wait_for_url(re.compile("vs=none"))
    shown.choose("Advertisers", HOSTILE[2])
    page.wait_for_url(re.compile("adv=582"))
    address = page.url
    page.goto("about:blank")
    page.goto(address)
    page.wait_for_selector(SETTLED)
    expect(page.get_by_text("shows 8 Nov – 21 Nov 2026, 1 chosen")).to_be_visible()


def test_custom_days_come_from_the_address(shown: Visit) -> None:
    shown.open("/?v=1&range=2026-11-03..2026-11-09&org=org_1")
    expect(shown.page.get_by_text("shows 3 Nov – 9 Nov 2026")).to_be_visible()
    shown.choose("Days", "Yesterday", exact=True)
    shown.page.wait_for_url(re.compile("range=yesterday"))
    assert "org=org_1" in shown.page.url, "what is not the filters' stays"


def test_an_address_that_means_harm_is_shown_as_a_note(shown: Visit) -> None:
    shown.open("/?range=%3Cscript%3Ealert(9)%3C%2Fscript%3E&vs=previous")
    expect(
        shown.page.get_by_text("“<script>alert(9)</script>” is no range of days")
    ).to_be_visible()


def test_nothing_is_cut_off_at_any_width(seen: Visit) -> None:
    main = "document.querySelector('[data-testid=stMain]')"
    for width in (390, 768, 1280, 2560, 1440):
        seen.page.set_viewport_size({"width": width, "height": 2400})
        seen.eventually(f"{main}.scrollWidth <= {main}.clientWidth + 1")
