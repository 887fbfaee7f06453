"""What the checks found, what is set aside, and what the data says about Amazon's figures."""

from __future__ import annotations

from collections.abc import Sequence

from core.domain.freshness import age_phrase
from core.insight.health import Belief, SetAside
from core.store.accounts.advertisers import Advertiser
from core.store.ingest.checks import CheckRecord
from core.store.schema.words import CheckOutcome
from core.web.context import PageContext
from core.web.parts import states, table
from core.web.parts.header import section
from core.web.parts.markup import draw, esc, named, status
from core.web.parts.table import Head
from pages.health_parts.calendars import TABLES

SHOWN = 20
_TONES = {
    CheckOutcome.PASSED: "good",
    CheckOutcome.WARNED: "warn",
    CheckOutcome.BLOCKED: "bad",
}
_NOT_MEASURED = "Nothing has been measured yet; it is looked at once a day."
_ONLY_LATEST = "Each question was answered anew since then, and only the latest answer is kept."


def draw_quarantine(ctx: PageContext, aside: Sequence[SetAside]) -> None:
    """Draw the days whose newest reading is kept aside; what was known of them stays."""
    section("Set aside", beside="a new reading looked wrong; what was known before stays")
    heads = [
        Head("Advertiser", is_number=False),
        Head("Table", is_number=False),
        Head("Days", is_number=False),
        Head("What looked wrong", is_number=False),
        Head("Read again", is_number=False),
    ]
    rows = [
        [
            named(one.advertiser.name),
            esc(TABLES[one.dataset]),
            esc(one.days),
            esc(one.why or "its check is too old to be kept"),
            esc(_again(ctx, one)),
        ]
        for one in aside
    ]
    table.figures(heads, rows, name="Days set aside")


def _again(ctx: PageContext, one: SetAside) -> str:
    if one.second_reading is None:
        return "with the next reading of these days"
    if one.second_reading <= ctx.now:
        return "now"
    minutes = int((one.second_reading - ctx.now).total_seconds() // 60)
    return f"in {minutes} min"


def draw_checks(ctx: PageContext, advertiser: Advertiser, found: Sequence[CheckRecord]) -> None:
    """Draw the latest results of checks, those that found something before the others."""
    section("Checks", beside="of the reports that came in, the latest first")
    if not found:
        draw('<p class="fd-muted">No report has come in yet.</p>')
        return
    ordered = sorted(found, key=lambda record: record.outcome is CheckOutcome.PASSED)[:SHOWN]
    heads = [
        Head("Check", is_number=False),
        Head("Table", is_number=False),
        Head("Result", is_number=False),
        Head("What it says", is_number=False),
        Head("When", is_number=False),
    ]
    rows = [
        [
            esc(record.rule),
            esc(TABLES[record.dataset]),
            status(_TONES[record.outcome], record.outcome.value),
            esc(record.detail),
            esc(age_phrase(record.at, ctx.moment)),
        ]
        for record in ordered
    ]
    table.figures(heads, rows, name=f"Checks of {advertiser.name}")


def draw_beliefs(ctx: PageContext, found: Sequence[Belief]) -> None:
    """Draw what was measured about the meaning of Amazon's figures, and what follows from it."""
    section("What Amazon's figures mean", beside="measured from the data, not believed")
    if not found:
        states.notice("", _ONLY_LATEST if ctx.as_of else _NOT_MEASURED)
        return
    heads = [
        Head("Question", is_number=False),
        Head("Answer", is_number=False),
        Head("What follows", is_number=False),
        Head("Seen in", is_number=False),
        Head("When", is_number=False),
    ]
    rows = [
        [
            esc(one.question),
            esc(one.verdict),
            esc(one.meaning),
            f"<small>{esc(one.evidence)}</small>",
            esc(age_phrase(one.at, ctx.moment)),
        ]
        for one in found
    ]
    table.figures(heads, rows, name="Measured meanings")
