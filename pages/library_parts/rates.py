"""Exchange rates: which there are, and files of more. Nothing is fetched from anywhere."""

from __future__ import annotations

from datetime import timedelta

import streamlit as st

from core.domain.rate_files import SOURCE_CHARACTERS, read_rates
from core.domain.roles import Action
from core.errors import UserError
from core.store.content.content import Content
from core.store.content.rates import RatesHeld
from core.web.context import PageContext
from core.web.parts import states
from core.web.parts.header import section
from core.web.parts.markup import draw as draw_html
from core.web.parts.markup import esc
from pages.library_parts import shelf

HEADS = ("From", "To", "Days", "Rates", "Source")
ABOUT = (
    "A file of day, from, to, rate; or the European Central Bank's eurofxref-hist.csv. Amounts "
    "stay in their own currency unless another is chosen; then rate and day stand beside them. "
    "Days more than five years back are passed over."
)
REACHES_BACK = timedelta(days=5 * 366)
"""Amazon tells 454 days at most when an account is linked: older rates would serve no figure."""


def draw(ctx: PageContext) -> None:
    """Draw the rates that are held, and for those who may, the way in for more."""
    with ctx.reading_content() as content:
        held = content.rates.held()
    if held:
        rows = [[r.base, r.quote, str(r.days), f"{r.count:,}", r.source] for r in held]
        shelf.draw_table(ctx, HEADS, rows, name="Rates")
    else:
        states.empty("No exchange rate is held: amounts stay in their own currencies.")
    if ctx.may(Action.EDIT_CONTENT) and ctx.scope.advertiser_ids is None:
        _draw_import(ctx)
        if held:
            _draw_removal(ctx, held)


def _draw_import(ctx: PageContext) -> None:
    section("Import rates")
    draw_html(f'<p class="fd-muted">{esc(ABOUT)}</p>')
    with st.form(f"{shelf.place_of('rates', '')}.form", border=False):
        file = st.file_uploader("File", type=["csv"], max_upload_size=20)
        source = st.text_input("Source", placeholder="ECB", max_chars=SOURCE_CHARACTERS)
        if st.form_submit_button("Import", type="primary"):
            _import(ctx, b"" if file is None else file.getvalue(), source)


def _import(ctx: PageContext, raw: bytes, source: str) -> None:
    try:
        found = read_rates(raw.decode("utf-8-sig"), source, (ctx.now - REACHES_BACK).date())
    except UnicodeDecodeError:
        states.notice("bad", "The file is no text in UTF-8: save it as CSV once more.")
        return
    except UserError as error:
        states.notice("bad", str(error))
        return
    if found.left_out:
        more = " ".join(found.faults[:3])
        states.notice("bad", f"{found.left_out:,} lines cannot be read, so none was taken. {more}")
        return
    if not found.rates:
        states.notice("bad", "The file holds no rate of the last five years.")
        return
    shelf.make(ctx, lambda content: content.rates.put(found.rates, ctx.now))


def _draw_removal(ctx: PageContext, held: list[RatesHeld]) -> None:
    section("Take rates away")
    by_key = {(r.base, r.quote, r.source): r for r in held}
    base, quote, source = st.selectbox(
        "Rates",
        list(by_key),
        format_func=lambda key: f"{key[0]} to {key[1]}, {key[2]}",
        key="library.rates",
        width=320,
    )

    def remove(content: Content) -> None:
        content.rates.remove(base, quote, source)

    shelf.remove_button(ctx, "library.rates.remove", remove)
