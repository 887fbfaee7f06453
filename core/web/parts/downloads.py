"""The download menus: what is shown, as files. Links are made when a menu is opened.

Tables are made when they are fetched. Pictures, PDFs and large tables are made by the background:
the menu says how far they are, and the page goes on meanwhile.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

import streamlit as st

from core.domain.roles import Action
from core.domain.views import View, query
from core.insight.sheets import Sheet
from core.reports.charts.paper import Paper, on_paper
from core.reports.charts.specs import spec_of
from core.reports.charts.tables import sheet_of
from core.reports.charts.values import AnyChart, LineChart, PlaceChart, is_blank
from core.reports.file_specs import (
    ROWS_MAX,
    ChartFile,
    FileSpec,
    Format,
    KeptFile,
    PageFile,
    QuestionFile,
    SheetFile,
    TableFile,
)
from core.reports.making import PAGES, REPORTED, Kind
from core.store.schema.words import JobState
from core.web.context import PageContext
from core.web.downloads import DIRECT_ROWS_MAX, address_of, asked_for, making
from core.web.parts import moments
from core.web.parts.markup import draw, esc, link

LOOK_AGAIN_SECONDS = 1.0
SHEET_ROWS_MAX = 5_000
"""More rows of a screen's table than this are reckoned by the background."""
_TABLES = (Format.CSV, Format.XLSX)
_PICTURES = (Format.PNG, Format.SVG)
_PICTURE = Paper(width=960.0, height=420.0, font_size=13.0)
_SAYS = "Exactly what is shown. Links are yours alone, for ten minutes."


def sheet_menu(ctx: PageContext, sheet: Callable[[], Sheet], *, name: str, key: str) -> None:
    """Draw the menu for a table of the screens; `sheet` is asked only once it is open."""
    menu(ctx, lambda: SheetFile(name.capitalize(), bounded(sheet())), name=name, key=key)


def table_menu(
    ctx: PageContext,
    sheet: Callable[[], Sheet],
    whole: TableFile,
    *,
    rows: int,
    name: str,
    key: str,
) -> None:
    """Draw the menu for a table that may be long: one of many rows is reckoned by the background.

    `whole` says the same table as `sheet` gives, of which the page shows some of `rows`.
    """
    if rows > SHEET_ROWS_MAX:
        key = f"{key}.{mark(whole.query)}"
        menu(ctx, lambda: whole, name=name, key=key, rows=rows, rows_max=SHEET_ROWS_MAX)
    else:
        sheet_menu(ctx, sheet, name=name, key=key)


def bounded(sheet: Sheet) -> Sheet:
    """Return a table as far as a page keeps one for a download; a line says what is left out."""
    if len(sheet.rows) <= ROWS_MAX:
        return sheet
    line = f"Rows: the first {ROWS_MAX:,} of {len(sheet.rows):,}; narrow the view for the others."
    return replace(sheet, rows=sheet.rows[:ROWS_MAX], lines=(*sheet.lines, line))


def menu(
    ctx: PageContext,
    spec: Callable[[], FileSpec],
    *,
    name: str,
    key: str,
    rows: int = 0,
    rows_max: int = DIRECT_ROWS_MAX,
) -> None:
    """Draw the menu for those who may download. `spec` is asked only once it is open.

    `name` is what the file is called, without its ending. `rows` is how many rows the answer
    has: over `rows_max`, the background makes the file. Nothing is drawn for others.
    """
    if not ctx.may(Action.DOWNLOAD):
        return
    opened = st.popover("Download", key=key, on_change="rerun", width="content")
    if not opened.open:
        return
    wanted = _dated(ctx, spec())
    with opened:
        if rows > rows_max:
            _made_by_background(ctx, wanted, _TABLES, name, key)
        else:
            _links(ctx, wanted, name)


def chart_menu(ctx: PageContext, chart: AnyChart, *, key: str) -> None:
    """Draw the menu of a chart: pictures of it, and its figures as a table."""
    if not ctx.may(Action.DOWNLOAD) or is_blank(chart):
        return
    opened = st.popover("", key=f"{key}.file", on_change="rerun", icon=":material/download:",
                        help="Download this chart or its figures", width="content")  # fmt: skip
    if not opened.open:
        return
    with opened:
        picture = ChartFile(on_paper(spec_of(chart), _titled(ctx, chart)))
        _made_by_background(ctx, picture, _PICTURES, chart.question, f"{key}.picture")
        _links(ctx, SheetFile("Figures", sheet_of(chart)), chart.question)


def page_menu(ctx: PageContext, view: View) -> None:
    """Draw the menu of a whole screen: its PDF where it has one, and the way to a report of it."""
    if not ctx.may(Action.DOWNLOAD) or view.screen not in REPORTED:
        return
    opened = st.popover("Export", key=f"{view.screen}.page", on_change="rerun", width="content")
    if not opened.open:
        return
    with opened:
        if view.screen in PAGES:
            page_file(ctx, Kind.PAGE, view, (Format.PDF,), view.screen.value)
        here = ctx.path("reports", of=view.screen.value, **query(view))
        told = "A report keeps this view: run it, send it on a schedule, or share a link to it."
        draw(f"<p>{link(here, 'Make a report of this view')}</p><small>{esc(told)}</small>")


def page_file(
    ctx: PageContext, kind: Kind, view: View, formats: Sequence[Format], name: str
) -> None:
    """Draw a button for each format of a report on a view, made by the background."""
    asked = query(view)
    spec = PageFile(kind, view.screen, asked, ctx.membership.org_name)
    _made_by_background(ctx, spec, formats, name, f"{view.screen}.{name}.{kind}.{mark(asked)}")


def mark(asked: Mapping[str, str]) -> str:
    """Return what tells a view's files from another's: what was made of one is none of the next."""
    return hashlib.sha256(repr(sorted(asked.items())).encode()).hexdigest()[:12]


def _dated(ctx: PageContext, spec: FileSpec) -> FileSpec:
    """Return what a file shall hold as of the moment that the screen shows; it says so."""
    if ctx.as_of is None:
        return spec
    line = f"As of: {ctx.as_of:%Y-%m-%d %H:%M} UTC, "
    if isinstance(spec, SheetFile):
        return replace(
            spec, sheet=replace(spec.sheet, lines=(*spec.sheet.lines, line + moments.KEPT))
        )
    if isinstance(spec, TableFile):
        return replace(spec, lines=(*spec.lines, line + moments.KEPT))
    if isinstance(spec, QuestionFile):
        question = replace(spec.question, as_of=spec.question.as_of or ctx.as_of)
        note = replace(spec.note, lines=(*spec.note.lines, line + moments.KEPT_IN_ROWS))
        return replace(spec, question=question, note=note)
    return spec


def _links(ctx: PageContext, spec: FileSpec, name: str) -> None:
    ways = "".join(
        link(address_of(ctx, spec, name, format), format.words, style="button")
        for format in _TABLES
    )
    draw(f'<div class="fd-actions">{ways}</div><small>{esc(_SAYS)}</small>')


def _made_by_background(
    ctx: PageContext, spec: FileSpec, formats: Sequence[Format], name: str, key: str
) -> None:
    """Draw a button for each format; it becomes a link once the file is there."""
    with st.container(horizontal=True, gap="small"):
        for format in formats:
            _one(ctx, spec, format, name, f"{key}.{format}")


def _one(ctx: PageContext, spec: FileSpec, format: Format, name: str, key: str) -> None:
    # Which job this run waits for: forgotten with the session, the job itself stays.
    job = st.session_state.get(f"{key}.job")
    if job is None:

        def ask() -> None:
            st.session_state[f"{key}.job"] = asked_for(ctx, spec, name, format)

        st.button(format.words, key=f"{key}.ask", on_click=ask)
        return
    found = making(ctx, job)
    if found.spec is not None:
        _draw_link(ctx, found.spec, job, format, name, key)
    elif found.state is JobState.FAILED:
        told = f"{format.words} could not be made. {found.error}"
        draw(f'<small role="status">{esc(told)}</small>')
        st.button("Try again", key=f"{key}.again", on_click=_forget, args=(key,))
    else:
        _wait(ctx, job, format)


def _wait(ctx: PageContext, job: str, format: Format) -> None:
    """Say how far a file is, looked at every second; the menu is drawn anew at its end."""

    @st.fragment(run_every=LOOK_AGAIN_SECONDS)
    def block() -> None:
        found = making(ctx, job)
        if found.state not in {JobState.QUEUED, JobState.RUNNING}:
            st.rerun()
        told = f"{found.rows:,} rows written" if found.rows else "being made"
        draw(f'<small role="status">{esc(f"{format.words}: {told} …")}</small>')

    block()


def _draw_link(
    ctx: PageContext, spec: KeptFile, job: str, format: Format, name: str, key: str
) -> None:
    kept = st.session_state.get(f"{key}.link")
    if kept is None or kept[0] != job:
        kept = (job, address_of(ctx, spec, name, format))
        st.session_state[f"{key}.link"] = kept
    draw(f"<p>{link(kept[1], f'Save {format.words}', style='primary')}</p>")


def _forget(key: str) -> None:
    st.session_state.pop(f"{key}.job", None)


def _titled(ctx: PageContext, chart: AnyChart) -> Paper:
    days = ""
    if isinstance(chart, LineChart) and chart.days:
        days = f"{chart.days[0]:%-d %b %Y} to {chart.days[-1]:%-d %b %Y}"
    made = f"Made {ctx.now:%-d %b %Y, %H:%M} UTC"
    as_of = f"As of {ctx.as_of:%-d %b %Y, %H:%M} UTC" if ctx.as_of else ""
    lines = tuple(filter(None, (chart.unit, days, as_of, made)))
    tall = _PICTURE.height if isinstance(chart, LineChart | PlaceChart) else None
    return Paper(
        width=_PICTURE.width, height=tall, font_size=_PICTURE.font_size,
        title=chart.question, lines=(" · ".join(lines),),
    )  # fmt: skip
