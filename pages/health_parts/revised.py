"""What changed in figures since a moment or a report, and how a day came to what it is."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import streamlit as st

from core.domain.catalogue import metric
from core.domain.formats import ABSENT, exact, percent
from core.domain.metrics import Metric
from core.domain.periods import ONE_DAY, DateRange, yesterday
from core.insight.desk import Desk
from core.insight.history import Amount
from core.insight.revisions import WATCHED, Revision, Step, way_of_days, what_changed
from core.insight.trust_sheets import revision_sheet
from core.store.accounts.advertisers import Advertiser
from core.store.ingest.requests import ReportRequest
from core.web.context import PageContext
from core.web.parts import downloads, table
from core.web.parts.header import section
from core.web.parts.markup import draw as draw_html
from core.web.parts.markup import esc
from core.web.parts.table import Head

SHOWN = 60
DAYS = 90
_REPORTS_LISTED = 12
_AGO = {"a day ago": 1, "3 days ago": 3, "a week ago": 7, "30 days ago": 30}


def draw(
    ctx: PageContext, desk: Desk, advertiser: Advertiser, requests: Sequence[ReportRequest]
) -> None:
    """Draw the choice of a moment, what changed since, and the steps of one day."""
    section("Revisions", beside="what changed in figures that had been told before")
    moments = _moments(desk, advertiser, requests)
    chosen = st.selectbox("What changed since", list(moments), key="health.since", width=420)
    last = yesterday(desk.now, advertiser.timezone)
    days = DateRange(last - (DAYS - 1) * ONE_DAY, last)
    found = what_changed(desk, [advertiser], days, moments[chosen])
    restated = [one for one in found if not one.is_new]
    new = len({one.day for one in found if one.is_new})
    told = f"{len({r.day for r in restated})} known days were restated, {new} days are new."
    draw_html(f'<p class="fd-muted">{esc(told if found else "Nothing changed since then.")}</p>')
    if restated:
        _draw_table(advertiser, restated)
    if found:
        downloads.sheet_menu(
            ctx, lambda: revision_sheet(found), name="revisions", key="health.revisions.file"
        )
    _draw_way(desk, advertiser, days, sorted({one.day for one in restated}, reverse=True))


def _moments(
    desk: Desk, advertiser: Advertiser, requests: Sequence[ReportRequest]
) -> dict[str, datetime]:
    """Return moments by what they are called: some days ago, and when reports came in."""
    zone = ZoneInfo(advertiser.timezone)
    found = {words: desk.now - timedelta(days=days) for words, days in _AGO.items()}
    for request in requests:
        if len(found) >= len(_AGO) + _REPORTS_LISTED:
            break
        at = request.finished_at
        if request.load_id and at and at < desk.now:
            local = f"{at.astimezone(zone):%-d %b %H:%M}"
            found[f"the {request.dataset.value} report of {request.days}, read {local}"] = at
    return found


def _draw_table(advertiser: Advertiser, restated: Sequence[Revision]) -> None:
    heads = [
        Head("Day", is_number=False),
        Head("Metric", is_number=False),
        Head("Before"),
        Head("After"),
        Head("Change"),
        Head("Share"),
        Head("Age", meaning="How many days old the day was at the earlier moment."),
    ]
    newest = sorted(restated, key=lambda one: one.day, reverse=True)
    rows = [_row(one, advertiser.currency) for one in newest[:SHOWN]]
    table.figures(heads, rows, name="Figures that were restated")
    if len(newest) > SHOWN:
        draw_html(f"<small>And {len(newest) - SHOWN} more; the download holds all.</small>")


def _row(one: Revision, currency: str) -> list[str]:
    return [
        esc(f"{one.day:%a %-d %b %Y}"),
        esc(one.metric.name),
        _shown(one.before, one.metric, currency),
        _shown(one.after, one.metric, currency),
        _shown(one.change, one.metric, currency),
        ABSENT if one.share is None else esc(percent(one.share)),
        f"{one.age} d",
    ]


def _shown(value: Amount, entry: Metric, currency: str) -> str:
    return ABSENT if value is None else esc(exact(value, entry.unit, currency))


def _draw_way(desk: Desk, advertiser: Advertiser, days: DateRange, moved: Sequence[date]) -> None:
    """Draw how one of the restated days came to what it is."""
    if not moved:
        return
    day = st.selectbox(
        "How a day came to what it is", moved, format_func=lambda d: f"{d:%a %-d %b %Y}",
        key="health.day", width=240,
    )  # fmt: skip
    steps = way_of_days(desk, advertiser, DateRange(day, day)).get(day, [])
    entries = [metric(key) for key in WATCHED]
    heads = [Head("Read", is_number=False), Head("Age"), *(Head(e.label) for e in entries)]
    rows = [_step(step, advertiser, entries) for step in steps]
    table.figures(heads, rows, name=f"Readings of {day:%-d %b %Y}")


def _step(step: Step, advertiser: Advertiser, entries: Sequence[Metric]) -> list[str]:
    at = step.at.astimezone(ZoneInfo(advertiser.timezone))
    cells = [
        _shown(stood, entry, advertiser.currency)
        + (f"<br><small>{'+' if grown > 0 else ''}"
           f"{_shown(grown, entry, advertiser.currency)}</small>" if grown else "")
        for entry, grown, stood in zip(entries, step.grown, step.stood, strict=True)
    ]  # fmt: skip
    return [esc(f"{at:%-d %b %Y %H:%M}"), f"{step.age} d", *cells]
