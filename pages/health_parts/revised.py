"""What changed in figures since a moment or a report, and how a day came to what it is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import islice
from zoneinfo import ZoneInfo

import streamlit as st

from core.domain.catalogue import metric
from core.domain.formats import ABSENT, exact, percent
from core.domain.metrics import Metric
from core.domain.periods import ONE_DAY, DateRange, yesterday
from core.insight.desk import Desk
from core.insight.history import Amount
from core.insight.known_days import REACHABLE_DAYS
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
from core.web.reporting import SentReport, reports_about

SHOWN = 60
DAYS = REACHABLE_DAYS
_READINGS_LISTED = 12
_AGO = {"a day ago": 1, "3 days ago": 3, "a week ago": 7, "30 days ago": 30}
_EVERY = "Every figure"


@dataclass(frozen=True, slots=True)
class _Moment:
    """An instant to look back from, and over which days."""

    at: datetime
    days: DateRange


def draw(
    ctx: PageContext, desk: Desk, advertiser: Advertiser, requests: Sequence[ReportRequest]
) -> None:
    """Draw the choice of a moment, what changed since, and the steps of one day."""
    section("Revisions", beside="what changed in figures that had been told before")
    wanted = str(st.query_params.get("since", ""))
    sent = reports_about(desk.tenant, str(advertiser.advertiser_id), wanted)
    moments = _moments(desk, advertiser, requests, sent)
    first = next((_named(r, advertiser) for r in sent if r.id == wanted), "")
    chosen = st.selectbox(
        "What changed since", list(moments), key="health.since", width=420,
        index=list(moments).index(first) if first in moments else 0,
    )  # fmt: skip
    since = moments[chosen]
    found = what_changed(desk, [advertiser], since.days, since.at)
    restated = [one for one in found if not one.is_new]
    new = len({one.day for one in found if one.is_new})
    told = f"{len({r.day for r in restated})} known days were restated, {new} days are new."
    told = told if found else "Nothing changed since then."
    draw_html(f'<p class="fd-muted">{esc(f"{since.days}: {told}")}</p>')
    figure = _choose_figure(restated)
    shown = [one for one in restated if figure in ("", one.metric.key)]
    if shown:
        _draw_table(advertiser, shown)
    if found:
        downloads.sheet_menu(
            ctx, lambda: revision_sheet(found), name="revisions", key="health.revisions.file"
        )
    moved = sorted({one.day for one in shown}, reverse=True)
    _draw_way(desk, advertiser, tuple(dict.fromkeys([*WATCHED, figure or WATCHED[0]])), moved)


def _choose_figure(restated: Sequence[Revision]) -> str:
    """Return the key of the one figure to be shown, "" for every one that was restated."""
    names = {one.metric.key: one.metric.name for one in restated}
    if len(names) < 2:
        return ""
    return st.selectbox(
        "Figure", ["", *names], key="health.figure", width=320,
        format_func=lambda key: names.get(key, _EVERY),
    )  # fmt: skip


def _moments(
    desk: Desk,
    advertiser: Advertiser,
    requests: Sequence[ReportRequest],
    sent: Sequence[SentReport],
) -> dict[str, _Moment]:
    """Return moments by what they are called: some days ago, when reports were sent, and when
    Amazon's came in."""
    last = yesterday(desk.now, advertiser.timezone)
    days = DateRange(last - (DAYS - 1) * ONE_DAY, last)
    found = {words: _Moment(desk.now - timedelta(days=ago), days) for words, ago in _AGO.items()}
    for report in sent:
        if report.sent_at < desk.now:
            its = report.view.period(yesterday(report.due_at, advertiser.timezone))
            found[_named(report, advertiser)] = _Moment(report.at, its)
    read = (r for r in requests if r.load_id and r.finished_at and r.finished_at < desk.now)
    for request in islice(read, _READINGS_LISTED):
        assert request.finished_at is not None
        local = _local(request.finished_at, advertiser)
        name = f"the {request.dataset.value} report of {request.days}, read {local}"
        found[name] = _Moment(request.finished_at, days)
    return found


def _named(report: SentReport, advertiser: Advertiser) -> str:
    return f"“{report.name}”, sent {_local(report.sent_at, advertiser)}"


def _local(at: datetime, advertiser: Advertiser) -> str:
    return f"{at.astimezone(ZoneInfo(advertiser.timezone)):%-d %b %Y %H:%M}"


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


def _draw_way(
    desk: Desk, advertiser: Advertiser, keys: Sequence[str], moved: Sequence[date]
) -> None:
    """Draw how one of the restated days came to what it is."""
    if not moved:
        return
    day = st.selectbox(
        "How a day came to what it is", moved, format_func=lambda d: f"{d:%a %-d %b %Y}",
        key="health.day", width=240,
    )  # fmt: skip
    steps = way_of_days(desk, advertiser, DateRange(day, day), keys).get(day, [])
    entries = [metric(key) for key in keys]
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
