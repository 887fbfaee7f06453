"""What Amazon was asked for lately, and how far each report is."""

from __future__ import annotations

from collections.abc import Sequence

from core.domain.freshness import age_phrase
from core.domain.requests import RequestState
from core.store.accounts.advertisers import Advertiser
from core.store.ingest.requests import ReportRequest
from core.web.context import PageContext
from core.web.parts import table
from core.web.parts.header import section
from core.web.parts.markup import draw as draw_html
from core.web.parts.markup import esc, status
from core.web.parts.table import Head
from pages.health_parts.calendars import TABLES

SHOWN = 15
_TONES = {
    RequestState.COMMITTED: "good",
    RequestState.QUARANTINED: "warn",
    RequestState.FAILED: "bad",
}


def draw(ctx: PageContext, advertiser: Advertiser, requests: Sequence[ReportRequest]) -> None:
    """Draw the latest requests, those under way first."""
    over = ", those that were over by then" if ctx.as_of else ""
    section("Requests", beside=f"a report each, the latest first{over}")
    if not requests:
        nothing = "Nothing had come in yet" if ctx.as_of else "Nothing has been asked for yet"
        draw_html(f'<p class="fd-muted">{nothing}, or it is not shown to members limited to some '
                  "advertisers.</p>")  # fmt: skip
        return
    ordered = sorted(requests, key=lambda request: request.state.is_over)[:SHOWN]
    heads = [
        Head("Table", is_number=False),
        Head("Days", is_number=False),
        Head("Why", is_number=False),
        Head("State", is_number=False),
        Head("Rows"),
        Head("Planned", is_number=False),
    ]
    rows = [_row(ctx, request) for request in ordered]
    table.figures(heads, rows, name=f"Requests of {advertiser.name}")


def _row(ctx: PageContext, request: ReportRequest) -> list[str]:
    others = len(request.advertiser_ids) - 1
    shared = f" with {others} other{'' if others == 1 else 's'}" if others else ""
    error = f"<br><small>{esc(request.error)}</small>" if request.error else ""
    return [
        f"{esc(TABLES[request.dataset])}<br><small>{esc(request.spec)}{esc(shared)}</small>",
        esc(request.days),
        esc(request.reason.value),
        status(_TONES.get(request.state, ""), request.state.meaning) + error,
        f"{request.rows:,}" if request.rows is not None else "",
        esc(age_phrase(request.planned_at, ctx.moment)),
    ]
