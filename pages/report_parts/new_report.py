"""Defining a report: of the view that the address brings, or of everything that is kept."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import streamlit as st

from core.domain.roles import Action
from core.domain.views import Screen, View, read
from core.reports.definitions import FORMATS, PAPERS, ReportPlan
from core.reports.file_specs import Format
from core.reports.making import PAGES, REPORTED, Kind
from core.web.context import PageContext
from core.web.parts.markup import draw as draw_html
from core.web.parts.markup import esc
from core.web.reporting import define
from pages.report_parts.about import about


def draw(ctx: PageContext, names: Mapping[str, str], *, colour: str, is_open: bool) -> None:
    """Draw the form; a new report begins with the organization's colour."""
    view = _wanted()
    with st.expander("New report", expanded=is_open, icon=":material/add:"):
        left, right = st.columns(2, gap="medium")
        with left:
            name = st.text_input(
                "Name", key="report.name", max_chars=80, placeholder="Weekly for …"
            )
            kind = st.selectbox(
                "Kind", _kinds(view), key="report.kind", format_func=lambda k: k.label
            )
            st.caption(kind.says)
            view = _pick_advertisers(view, names)
        with right:
            formats = st.multiselect(
                "Written as", FORMATS, default=[Format.PDF], key="report.formats",
                format_func=lambda f: f.words,
            )  # fmt: skip
            paper = st.selectbox("Paper", list(PAPERS), key="report.paper",
                                 format_func=PAPERS.__getitem__)  # fmt: skip
            colour = st.color_picker("Colour of the cover", colour, key="report.colour")
        plan = ReportPlan(kind=kind, view=view, formats=tuple(formats), colour=colour, paper=paper)
        draw_html(f'<p class="fd-muted">It is about: {esc(about(plan, names))}.</p>')
        _draw_keep(ctx, name, plan)


def _draw_keep(ctx: PageContext, name: str, plan: ReportPlan) -> None:
    with st.container(horizontal=True, vertical_alignment="center"):
        is_shared = ctx.may(Action.EDIT_CONTENT) and st.toggle(
            "Colleagues see it too", value=True, key="report.shared"
        )
        if st.button("Keep this report", type="primary", key="report.keep"):
            define(ctx, name, plan, is_shared=is_shared)
            st.query_params.clear()
            st.rerun()


def _wanted() -> View:
    """Return the view that the address brings from another screen."""
    told = st.query_params.to_dict()
    of = str(told.get("of", Screen.MORNING))
    screen = Screen(of) if of in {s.value for s in REPORTED} else Screen.MORNING
    return replace(read(screen, told).view, page=1)


def _kinds(view: View) -> list[Kind]:
    return [kind for kind in Kind if kind is not Kind.PAGE or view.screen in PAGES]


def _pick_advertisers(view: View, names: Mapping[str, str]) -> View:
    if len(names) < 2 or view.orders:
        return view
    chosen = st.multiselect(
        "Advertisers", list(names), default=[a for a in view.advertisers if a in names],
        key="report.advertisers", format_func=names.__getitem__, placeholder="All",
    )  # fmt: skip
    return replace(view, advertisers=tuple(chosen))
