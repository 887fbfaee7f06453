"""The filter bar. The address is its only memory: a widget shows what the address says, a change
writes the address, and a link reproduces the view.

    view = filters.bar(Screen.MORNING, choices)
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Any

import streamlit as st

from core.domain.periods import Comparison, DateRange, Preset, compared_range
from core.domain.views import KEYS, Screen, View, query, read
from core.store.accounts.advertisers import Advertiser
from core.web.context import drawn_for
from core.web.parts import downloads, moments, saving, states

ORDERS_LISTED_MAX = 300
_CUSTOM = "custom"
PRESET_WORDS: Mapping[str, str] = {
    Preset.YESTERDAY: "Yesterday",
    Preset.LAST_7: "Last 7 days",
    Preset.LAST_14: "Last 14 days",
    Preset.LAST_30: "Last 30 days",
    Preset.LAST_90: "Last 90 days",
    Preset.MONTH_TO_DATE: "Month to date",
    Preset.LAST_MONTH: "Last month",
    Preset.QUARTER_TO_DATE: "Quarter to date",
    Preset.YEAR_TO_DATE: "Year to date",
    _CUSTOM: "Custom days",
}
_WHOLE_DAYS = (
    "All but custom days end yesterday, in each advertiser's own time zone: "
    "today is not over and never in them."
)
_COMPARISONS: Mapping[str, str] = {
    Comparison.PREVIOUS_PERIOD: "the period before",
    Comparison.PREVIOUS_YEAR: "the year before",
    _CUSTOM: "custom days",
    Comparison.NONE: "nothing",
}
_CONVERTED_OR_WITHOUT_AMOUNTS = frozenset({Screen.MORNING, Screen.GLOSSARY})
ALL = frozenset({"dates", "comparison", "advertisers", "orders", "text"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Choices:
    """What can be chosen: names by id, and the days there are.

    `last_day` is the last whole day of the advertiser shown (or the latest of several),
    `first_day` the oldest day kept. Over 300 orders are not listed; the text finds them. `groups`
    are advertisers by the name of their group: choosing one chooses them.
    With `now` an earlier moment can be chosen, in `zone`.
    """

    last_day: date
    first_day: date
    now: datetime | None = None
    zone: str = "UTC"
    advertisers: Mapping[str, str] = field(default_factory=dict)
    orders: Mapping[str, str] = field(default_factory=dict)
    groups: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


def bar(screen: Screen, choices: Choices, *, parts: Collection[str] = ALL) -> View:
    """Draw the bar, at its end the kept views and the screen's export; return the view to show.

    Ids that cannot be chosen stay in the view, and it is said that they are not shown: a link to
    some never widens to all.

    `parts` names what the screen has use for; a part that offers no choice is not drawn.
    """
    reading = read(screen, st.query_params.to_dict())
    view = _within(reading.view, choices)
    with st.container(horizontal=True, vertical_alignment="bottom", key=f"{screen}.filters"):
        if "dates" in parts:
            _draw_dates(view, choices)
        if "comparison" in parts:
            _draw_comparison(view, choices)
        if "advertisers" in parts and choices.groups:
            _draw_groups(view, choices.groups)
        if "advertisers" in parts and len(choices.advertisers) > 1:
            _draw_ids(view, "advertisers", "Advertisers", choices.advertisers)
        if "orders" in parts and 1 < len(choices.orders) <= ORDERS_LISTED_MAX:
            _draw_ids(view, "orders", "Orders", choices.orders)
        if "text" in parts:
            _draw_text(view)
        if choices.now:
            moments.draw_control(view, choices.now, choices.zone, show)
        if (ctx := drawn_for()) is not None:
            saving.menu(ctx, view)
            downloads.page_menu(ctx, view)
    moments.draw_banner(view, choices.zone, show)
    for note in (*reading.notes, *_unknown(view, choices), *_unconverted(view)):
        states.notice("warn", note)
    return view


def show(view: View) -> None:
    """Write a view into the address; what else stands there (the organization) stays."""
    others = {k: v for k, v in st.query_params.to_dict().items() if k not in KEYS}
    st.query_params.from_dict({**others, **query(view)})


def told(view: View) -> str:
    """Return what a view shows in words, for lists of kept ones."""
    days = str(view.range) if isinstance(view.range, DateRange) else PRESET_WORDS[view.range]
    against = f" {against_words(view)}" if view.comparison is not Comparison.NONE else ""
    counted = [
        f"{len(ids)} {word}{'' if len(ids) == 1 else 's'}"
        for word, ids in (
            ("advertiser", view.advertisers),
            ("order", view.orders),
            ("line item", view.line_items),
        )
        if ids
    ]
    text = [f"names with “{view.text}”"] if view.text else []
    as_of = [f"as of {view.as_of:%-d %b %Y %H:%M} UTC"] if view.as_of else []
    return ", ".join([days + against, *counted, *text, *as_of])


def against_words(view: View) -> str:
    """Return what a view is held against, in words: "against the period before"."""
    if not isinstance(view.comparison, Comparison):
        return f"against the days from {view.comparison:%-d %b %Y}"
    return f"against {_COMPARISONS[view.comparison]}"


def with_trend(view: View, metric: str) -> View:
    """Return the view with another metric drawn by day; "" for the screen's default."""
    return replace(view, trend=metric)


def _within(view: View, choices: Choices) -> View:
    return replace(view, as_of=None) if _is_to_come(view, choices) else view


def _unknown(view: View, choices: Choices) -> Iterator[str]:
    """Yield a sentence for each kind of which the view names some that cannot be chosen."""
    for word, ids, names in (
        ("advertiser", view.advertisers, choices.advertisers),
        ("order", view.orders, choices.orders),
    ):
        count = sum(one not in names for one in ids)
        if names and count:
            them, are = (f"{word}s", "are") if count > 1 else (word, "is")
            yield (
                f"{count} {them} named in this link {are} not shown: gone, not of the chosen "
                "advertisers, or not among those that you may see."
            )


def _unconverted(view: View) -> Iterator[str]:
    if view.currency and view.screen not in _CONVERTED_OR_WITHOUT_AMOUNTS:
        yield (
            f"Amounts here stay in their own currencies: {view.currency} was chosen for the "
            "portfolio on Morning, the one place that converts."
        )


def _is_to_come(view: View, choices: Choices) -> bool:
    return bool(view.as_of and choices.now and view.as_of >= choices.now)


def zone_of(advertisers: Iterable[Advertiser], named: Collection[str]) -> str:
    """Return the zone in which moments are chosen: that of the first advertiser in view."""
    listed = list(advertisers)
    meant = [a for a in listed if a.advertiser_id in named] or listed
    return meant[0].timezone if meant else "UTC"


def _draw_dates(view: View, choices: Choices) -> None:
    key = f"{view.screen}.range"
    is_custom = isinstance(view.range, DateRange)
    st.session_state[key] = _CUSTOM if is_custom else view.range

    def picked() -> None:
        chosen = st.session_state[key]
        days = view.period(choices.last_day) if chosen == _CUSTOM else Preset(chosen)
        show(replace(view, range=days, page=1))

    st.selectbox(
        "Days", list(PRESET_WORDS), key=key, format_func=PRESET_WORDS.__getitem__, on_change=picked,
        width=160, help=_WHOLE_DAYS,
    )  # fmt: skip
    if is_custom:
        _draw_custom_days(view, choices)


def _draw_custom_days(view: View, choices: Choices) -> None:
    key = f"{view.screen}.days"
    days = view.period(choices.last_day)
    st.session_state[key] = (days.start, days.end)

    def picked() -> None:
        chosen = st.session_state[key]
        if len(chosen) == 2:  # between the two clicks there is only a start
            show(replace(view, range=DateRange(*chosen), page=1))

    st.date_input(
        "From, to",
        key=key,
        format="DD/MM/YYYY",
        min_value=min(choices.first_day, days.start),
        max_value=max(choices.last_day, days.end),
        on_change=picked,
        width=230,
    )


def _draw_comparison(view: View, choices: Choices) -> None:
    key = f"{view.screen}.comparison"
    is_custom = not isinstance(view.comparison, Comparison)
    st.session_state[key] = _CUSTOM if is_custom else view.comparison

    def picked() -> None:
        chosen = st.session_state[key]
        against = _first_compared(view, choices) if chosen == _CUSTOM else Comparison(chosen)
        show(replace(view, comparison=against, page=1))

    st.selectbox(
        "Compare with", list(_COMPARISONS), key=key, format_func=_COMPARISONS.__getitem__,
        on_change=picked, width=160,
    )  # fmt: skip
    if is_custom:
        _draw_first_compared(view, choices)


def _first_compared(view: View, choices: Choices) -> date:
    """Return the first of the days compared: of the period before where nothing is."""
    if not isinstance(view.comparison, Comparison):
        return view.comparison
    days = view.period(choices.last_day)
    compared = view.compared(choices.last_day) or compared_range(days, Comparison.PREVIOUS_PERIOD)
    return (compared or days).start


def _draw_first_compared(view: View, choices: Choices) -> None:
    key = f"{view.screen}.compared"
    st.session_state[key] = first = _first_compared(view, choices)
    st.date_input(
        "Compared from",
        key=key,
        format="DD/MM/YYYY",
        min_value=min(choices.first_day, first),
        max_value=max(choices.last_day, first),
        on_change=_writer(view, "comparison", key),
        help="The first of as many days as are shown.",
        width=150,
    )


def _draw_ids(view: View, name: str, label: str, names: Mapping[str, str]) -> None:
    key = f"{view.screen}.{name}"
    chosen = getattr(view, name)
    st.session_state[key] = [one for one in chosen if one in names]
    st.multiselect(
        label,
        list(names),
        key=key,
        format_func=names.__getitem__,
        on_change=_writer(view, name, key, tuple),
        placeholder="None that is shown" if chosen else "All",
        width=200,
    )


def _draw_groups(view: View, groups: Mapping[str, tuple[str, ...]]) -> None:
    """The address holds the advertisers, so a link stays what it was when a group changes."""
    key, members = f"{view.screen}.group", set(view.advertisers)
    chosen = (name for name, ids in groups.items() if members == set(ids))
    st.session_state[key] = next(chosen, None)

    def picked() -> None:
        name = st.session_state[key]
        show(replace(view, advertisers=groups[name] if name else (), orders=(), page=1))

    st.selectbox(
        "Group", list(groups), index=None, key=key, on_change=picked, placeholder="Any", width=150
    )


def _draw_text(view: View) -> None:
    key = f"{view.screen}.text"
    st.session_state[key] = view.text
    st.text_input(
        "Name contains", key=key, on_change=_writer(view, "text", key), max_chars=120, width=170
    )


def _writer(
    view: View, name: str, key: str, read_as: Callable[[Any], Any] = lambda value: value
) -> Callable[[], None]:
    def picked() -> None:
        changed: dict[str, Any] = {name: read_as(st.session_state[key])}
        if name in {"advertisers", "orders"}:
            changed["line_items"] = ()  # they belong to what was chosen before
        if name == "advertisers":
            changed["orders"] = ()
        show(replace(view, **changed, page=1))

    return picked
