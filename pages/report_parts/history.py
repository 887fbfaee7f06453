"""What was made and sent: each delivery with its state, its people, and the very files."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

import streamlit as st

from core.errors import NotFound
from core.reports.file_specs import Format
from core.store.delivery.deliveries import ReportDelivery
from core.store.schema.words import DeliveryState
from core.web.context import PageContext
from core.web.downloads import address_of, kept_file
from core.web.parts import header, states, table
from core.web.parts.markup import draw as draw_html
from core.web.parts.markup import esc, link, named, status
from core.web.reporting import COMMENT_CHARACTERS, decide, make_again, sent_report

PAGE_ROWS = 30
LOOK_AGAIN_SECONDS = 2.0
MADE_AGAIN_FOR = timedelta(days=2)
"""Later its readers have a newer one, or nobody missed it."""
_TONES = {
    DeliveryState.SENT: "good",
    DeliveryState.WAITING: "warn",
    DeliveryState.FAILED: "bad",
}
_UNDER_WAY = frozenset({DeliveryState.PLANNED, DeliveryState.BUILDING, DeliveryState.READY})


def draw(ctx: PageContext, *, decides: bool) -> None:
    """Draw the deliveries, page by page, and the one that is chosen; looked at again while one is
    made.

    Those who decide find what waits for a word above them, and what failed lately.
    """
    with ctx.reading() as tenant:
        total = tenant.report_deliveries.count()
        waits = tenant.report_deliveries.recent(state=DeliveryState.WAITING) if decides else []
        failed = tenant.report_deliveries.recent(state=DeliveryState.FAILED) if decides else []
    header.section("History", beside=f"{total:,}" if total else "")
    if not total:
        states.notice("", "Nothing was made yet. Run a report, and it appears here.")
        return
    for waiting in waits:
        _draw_waiting(ctx, waiting)
    for one in failed:
        if one.may_begin_again and ctx.now - one.due_at < MADE_AGAIN_FOR:
            _draw_failed(ctx, one)
    place = st.container()
    page = _choose_page(-(-total // PAGE_ROWS))
    with place:
        _draw_table(ctx, page)
    _draw_chosen(ctx, _listed(ctx, page))


def _choose_page(pages: int) -> int:
    """Draw the choice of a page, the newest first, and return it; nothing where there is one."""
    return st.pagination(pages, key=f"history.page.{pages}") if pages > 1 else 1


def _listed(ctx: PageContext, page: int) -> list[ReportDelivery]:
    with ctx.reading() as tenant:
        return tenant.report_deliveries.recent(limit=PAGE_ROWS, offset=(page - 1) * PAGE_ROWS)


def _draw_table(ctx: PageContext, page: int) -> None:
    @st.fragment(run_every=LOOK_AGAIN_SECONDS)
    def moving() -> None:
        if not _draw_rows(ctx, page):
            st.rerun()

    if any(d.state in _UNDER_WAY for d in _listed(ctx, page)):
        moving()
    else:
        _draw_rows(ctx, page)


def _draw_rows(ctx: PageContext, page: int) -> bool:
    """Draw the table; return whether something is still being made."""
    found = _listed(ctx, page)
    heads = ["Report", "Due", "State", "Data", "Mails", "Files"]
    table.small(heads, [_cells(ctx, one) for one in found], name="History of reports")
    return any(d.state in _UNDER_WAY for d in found)


def _cells(ctx: PageContext, one: ReportDelivery) -> list[str]:
    state = made_words(one)
    late = " · late" if one.is_late else ""
    why = f"<br><small>{esc(one.reason)}</small>" if one.reason else ""
    size = f"{(one.bytes or 0) / 1000:,.0f} kB" if one.bytes else ""
    names = ", ".join(Format(file["format"]).words for file in one.files)
    return [
        f"{named(one.name)}<br><small>{esc(one.as_of.get('period', ''))}</small>",
        esc(f"{one.due_at:%-d %b %Y, %H:%M} UTC"),
        status(_TONES.get(one.state, ""), f"{state}{late}") + why,
        f"<small>{esc(one.as_of.get('freshness', ''))}</small>{_since(ctx, one)}",
        esc(len(one.message_ids) or ""),
        f"{esc(names)}<br><small>{esc(size)}</small>",
    ]


def _since(ctx: PageContext, one: ReportDelivery) -> str:
    """Return the way to what changed in the figures of a report since it went out."""
    sent = sent_report(one)
    if sent is None:
        return ""
    whose = {"adv": sent.view.advertisers[0]} if sent.view.advertisers else {}
    way = link(ctx.path("health", **whose, v="1", since=one.id), "What changed since")
    return f"<br><small>{way}</small>"


def made_words(one: ReportDelivery) -> str:
    """Return where a delivery stands: one without recipients was made, not sent."""
    if one.state is DeliveryState.SENT and not one.message_ids:
        return "made"
    return "being made" if one.state in _UNDER_WAY else one.state.value


def _draw_chosen(ctx: PageContext, found: Sequence[ReportDelivery]) -> None:
    wanted = str(st.query_params.get("delivery", ""))
    with_files = {one.id: one for one in [*found, *_older(ctx, wanted, found)] if one.files}
    if not with_files:
        return
    places = list(with_files)
    chosen = st.selectbox(
        "Files of", places, key="history.chosen",
        index=places.index(wanted) if wanted in with_files else 0,
        format_func=lambda d: f"{with_files[d].name}, {with_files[d].due_at:%-d %b %Y, %H:%M} UTC",
    )  # fmt: skip
    opened = st.popover("Open its files", key="history.files", on_change="rerun", width="content")
    if opened.open:
        with opened:
            draw_html(_links(ctx, with_files[chosen]))


def _older(ctx: PageContext, wanted: str, found: Sequence[ReportDelivery]) -> list[ReportDelivery]:
    """Return the delivery that the address names where it stands on another page."""
    if not wanted or wanted in {one.id for one in found}:
        return []
    try:
        with ctx.reading() as tenant:
            return [tenant.report_deliveries.get(wanted)]
    except NotFound:
        return []


def _links(ctx: PageContext, one: ReportDelivery) -> str:
    ways = "".join(
        link(
            address_of(ctx, kept_file(file), str(file["name"]).rpartition(".")[0],
                       Format(file["format"])),
            str(file["name"]), style="button",
        )
        for file in one.files
    )  # fmt: skip
    digests = "".join(f'<code class="fd-id">{esc(file["sha256"])}</code><br>' for file in one.files)
    told = "The very files that were sent. Links are yours alone, for ten minutes."
    return (
        f'<div class="fd-actions">{ways}</div><p><small>{esc(told)}</small></p>'
        f"<p><small>SHA-256<br>{digests}</small></p>"
    )


def _draw_waiting(ctx: PageContext, one: ReportDelivery) -> None:
    """Draw a report that waits for a word: its files, a comment, and the two answers."""
    with st.container(border=True):
        draw_html(
            f"<h3>{named(one.name)} waits for you</h3><p>{esc(one.as_of.get('period', ''))}. "
            "Look at it, add a comment if you like, and let it go: nobody is sent it before.</p>"
        )
        opened = st.popover("Look at it", key=f"wait.{one.id}.look", on_change="rerun")
        if opened.open:
            with opened:
                draw_html(_links(ctx, one))
        comment = st.text_area(
            "Your comment, on its cover and in the mail", key=f"wait.{one.id}.comment",
            max_chars=COMMENT_CHARACTERS,
        )  # fmt: skip
        with st.container(horizontal=True):
            for word, is_approved in (("Send it", True), ("Decline", False)):
                if st.button(word, key=f"wait.{one.id}.{word}",
                             type="primary" if is_approved else "secondary"):  # fmt: skip
                    decide(ctx, one.id, is_approved=is_approved, comment=comment)
                    st.rerun()


def _draw_failed(ctx: PageContext, one: ReportDelivery) -> None:
    """Draw a report that failed before it was posted: why, and the way to try again."""
    with st.container(border=True):
        draw_html(
            f"<h3>{named(one.name)} was not sent</h3><p>{esc(one.reason or '')} It was due "
            f"{esc(f'{one.due_at:%-d %b %Y, %H:%M}')} UTC.</p>"
        )
        if st.button("Make it again", key=f"failed.{one.id}.again"):
            make_again(ctx, one.id)
            st.rerun()
