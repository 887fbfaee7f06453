"""An address reproduces a view, and no address breaks a page."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.domain.catalogue import METRICS
from core.domain.cuts import Dimension
from core.domain.periods import Comparison, DateRange, Preset
from core.domain.views import (
    IDS_MAX,
    METRICS_MAX,
    Alignment,
    Level,
    Scale,
    Screen,
    Sort,
    View,
    Window,
    query,
    read,
    without,
)

ids = st.from_regex(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,63}", fullmatch=True)
keys = st.sampled_from(sorted(METRICS))
ranges = st.builds(
    lambda start, length: DateRange(start, start + timedelta(days=length)),
    st.dates(min_value=date(2015, 1, 1), max_value=date(2096, 12, 31)),
    st.integers(0, 1099),
)
words = st.text(st.characters(exclude_categories=("C", "Z")), min_size=1, max_size=120)
views = st.builds(
    View,
    screen=st.sampled_from(Screen),
    range=st.sampled_from(Preset) | ranges,
    comparison=st.sampled_from(Comparison) | st.dates(date(2015, 1, 1), date(2099, 12, 31)),
    advertisers=st.lists(ids, unique=True, max_size=5).map(tuple),
    orders=st.lists(ids, unique=True, max_size=5).map(tuple),
    line_items=st.lists(ids, unique=True, max_size=5).map(tuple),
    text=st.just("") | words,
    metrics=st.lists(keys, unique=True, max_size=METRICS_MAX).map(tuple),
    trend=st.just("") | keys,
    level=st.sampled_from(Level),
    window=st.sampled_from(Window),
    sort=st.none() | st.builds(Sort, st.just("name") | keys, st.booleans()),
    page=st.integers(1, 10_000),
    as_of=st.none()
    | st.datetimes(
        min_value=datetime(2015, 1, 2),  # noqa: DTZ001 - the strategy adds the zone
        max_value=datetime(2099, 12, 31),  # noqa: DTZ001
        timezones=st.just(UTC),
    ),
    cut=st.sampled_from(Dimension),
    pivot=st.none() | st.sampled_from(Dimension),
    align=st.sampled_from(Alignment),
    scale=st.sampled_from(Scale),
    event=st.just("") | ids,
)


@given(views)
def test_a_view_is_read_back_from_its_own_address(view: View) -> None:
    found = read(view.screen, query(view))
    assert found.view == view
    assert found.notes == ()


@given(
    st.dictionaries(
        st.sampled_from(
            [
                "v",
                "range",
                "vs",
                "adv",
                "order",
                "line",
                "q",
                "show",
                "trend",
                "by",
                "window",
                "sort",
                "page",
                "as_of",
                "cut",
                "pivot",
                "align",
                "scale",
                "event",
            ]
        )
        | st.text(max_size=8),
        st.text(max_size=60) | st.lists(st.text(max_size=20), max_size=3),
    )
)
def test_no_address_breaks_a_page(hostile: dict[str, str | list[str]]) -> None:
    found = read(Screen.MORNING, hostile)
    again = read(Screen.MORNING, query(found.view))
    assert again.view == found.view
    assert again.notes == ()


def test_an_address_is_short_and_readable() -> None:
    view = View(
        screen=Screen.MORNING,
        range=DateRange(date(2026, 11, 1), date(2026, 11, 7)),
        comparison=Comparison.PREVIOUS_YEAR,
        advertisers=("123", "456"),
        sort=Sort("total_cost"),
        as_of=datetime(2026, 11, 20, 12, tzinfo=UTC),
    )
    assert query(view) == {
        "v": "1",
        "range": "2026-11-01..2026-11-07",
        "vs": "year",
        "adv": "123,456",
        "sort": "-total_cost",
        "as_of": "2026-11-20T12:00:00Z",
    }


def test_a_view_at_its_defaults_has_an_empty_address() -> None:
    assert query(View(screen=Screen.PACING)) == {}
    assert read(Screen.PACING, {}).view == View(screen=Screen.PACING)


# Written by version 1 and kept by people in mails and bookmarks: these must be read for ever.
KEPT_ADDRESSES = [
    (
        {"range": "30d", "vs": "none", "adv": "594085153805041900"},
        View(
            screen=Screen.MORNING,
            range=Preset.LAST_30,
            comparison=Comparison.NONE,
            advertisers=("594085153805041900",),
        ),
    ),
    (
        {"v": "1", "range": "2026-07-08..2026-07-11", "q": "prime day", "by": "line"},
        View(
            screen=Screen.MORNING,
            range=DateRange(date(2026, 7, 8), date(2026, 7, 11)),
            text="prime day",
            level=Level.LINE_ITEM,
        ),
    ),
    (
        {"v": "1", "show": "dpvr,total_roas", "trend": "ecpdpv", "sort": "name", "page": "3"},
        View(
            screen=Screen.MORNING,
            metrics=("dpvr", "total_roas"),
            trend="ecpdpv",
            sort=Sort("name", descending=False),
            page=3,
        ),
    ),
    (
        {"v": "1", "cut": "device", "pivot": "order", "trend": "dpvr"},
        View(
            screen=Screen.MORNING,
            cut=Dimension.DEVICE,
            pivot=Dimension.ORDER,
            trend="dpvr",
        ),
    ),
    (
        {"v": "1", "order": "1,2", "align": "event", "scale": "index", "event": "prime-day.2026"},
        View(
            screen=Screen.MORNING,
            orders=("1", "2"),
            align=Alignment.EVENT,
            scale=Scale.INDEX,
            event="prime-day.2026",
        ),
    ),
    (
        {"range": "yesterday", "as_of": "2026-11-20T13:00:00+01:00"},
        View(
            screen=Screen.MORNING,
            range=Preset.YESTERDAY,
            as_of=datetime(2026, 11, 20, 12, tzinfo=UTC),
        ),
    ),
]


@pytest.mark.parametrize(("address", "view"), KEPT_ADDRESSES)
def test_addresses_of_version_1_are_read_for_ever(address: dict[str, str], view: View) -> None:
    assert read(Screen.MORNING, address) == read(Screen.MORNING, query(view))
    assert read(Screen.MORNING, address).view == view


@pytest.mark.parametrize(
    ("key", "value", "note"),
    [
        ("range", "fortnight", "“fortnight” is no range of days."),
        ("range", "2026-11-07..2026-11-01", "do not follow one another"),
        ("range", "1066-10-14..1066-10-15", "do not follow one another"),
        ("range", "2016-01-01..2026-01-01", "at most 1,100 days"),
        ("vs", "competitors", "is no comparison"),
        ("adv", "1,2;drop table", "is no id"),
        ("adv", "1,,2", "is no id"),
        ("adv", "\u0661\u0662", "is no id"),
        ("order", ",".join(map(str, range(IDS_MAX + 1))), "At most 200 ids"),
        ("line", "5 OR 1=1", "is no id"),
        ("q", "\x00\n", "1 to 120 characters"),
        ("q", "x" * 121, "1 to 120 characters"),
        ("show", "dpvr,spend", "no metric “spend”"),
        ("show", ",".join(list(METRICS)[: METRICS_MAX + 1]), "At most 12 metrics"),
        ("trend", "total_cost; --", "no metric"),
        ("window", "fortnight", "is no window of reach"),
        ("by", "galaxy", "is no level"),
        ("sort", "-nothing", "no metric"),
        ("page", "0", "is no page"),
        ("page", "99999", "is no page"),
        ("page", "1e3", "is no page"),
        ("page", "\u0663", "is no page"),
        ("as_of", "monday", "is no point in time"),
        ("as_of", "2026-11-20T12:00:00", "lacks its zone"),
        ("as_of", "0001-01-01T00:00:00+23:00", "no point in time that is kept"),
        ("adv", "9" * 20_000, "is no id"),
        ("cut", "mood", "“mood” is no cut."),
        ("vs", "1999-10-01", "is no day to compare with"),
        ("pivot", "supply_source", "is no cut"),
        ("align", "stars", "is no alignment"),
        ("scale", "2", "is no scale"),
        ("event", "Prime Day.2026", "is no event"),
    ],
)
def test_what_cannot_be_read_is_left_out_with_a_note(key: str, value: str, note: str) -> None:
    found = read(Screen.MORNING, {key: value, "vs": "none"} if key != "vs" else {key: value})
    assert len(found.notes) == 1
    assert note in found.notes[0]
    assert found.notes[0].endswith("It was left out.")
    kept = Comparison.PREVIOUS_PERIOD if key == "vs" else Comparison.NONE
    assert found.view == View(screen=Screen.MORNING, comparison=kept)


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("page", "10000"),
        ("vs", "2026-10-01"),
        ("range", "2015-01-01..2015-01-01"),
        ("range", "2099-12-31"),
        ("range", "2020-01-01..2023-01-04"),  # 1,100 days
        ("q", "x" * 120),
        ("adv", ",".join("9" * 60 + str(n) for n in range(IDS_MAX))),
        ("show", ",".join(list(METRICS)[:METRICS_MAX])),
    ],
)
def test_what_just_fits_is_read(key: str, value: str) -> None:
    found = read(Screen.MORNING, {key: value})
    assert found.notes == ()
    assert query(found.view)[key].split("..")[0] == value.split("..")[0]


def test_what_is_one_too_much_is_left_out() -> None:
    for key, value in (("page", "10001"), ("range", "2020-01-01..2023-01-05")):
        assert len(read(Screen.MORNING, {key: value}).notes) == 1


def test_a_note_shows_a_foreign_value_short_and_printable() -> None:
    (note,) = read(Screen.MORNING, {"vs": "<script>\n" + "x" * 100}).notes
    assert "\n" not in note
    assert note.startswith("“<script> xxx")
    assert len(note) < 90


def test_the_first_of_several_values_counts_and_foreign_keys_are_passed_over() -> None:
    found = read(
        Screen.MORNING, {"range": ["30d", "7d"], "utm_source": "mail", "adv": [], "code": "x"}
    )
    assert found.view == View(screen=Screen.MORNING, range=Preset.LAST_30)
    assert found.notes == ()


def test_an_address_of_a_later_version_is_read_as_far_as_it_is_understood() -> None:
    found = read(Screen.MORNING, {"v": "2", "range": "30d", "cohort": "new"})
    assert found.view.range is Preset.LAST_30
    assert "another version" in found.notes[0]


def test_a_doubled_id_counts_once() -> None:
    assert read(Screen.MORNING, {"adv": "1,2,1"}).view.advertisers == ("1", "2")


def test_a_single_day_is_a_range() -> None:
    found = read(Screen.MORNING, {"range": "2026-11-20"}).view
    assert found.period(date(2026, 11, 21)) == DateRange(date(2026, 11, 20), date(2026, 11, 20))


def test_days_and_comparison_follow_from_the_last_whole_day() -> None:
    view = View(screen=Screen.MORNING)
    last = date(2026, 11, 20)
    assert view.period(last) == DateRange(date(2026, 11, 14), last)
    assert view.compared(last) == DateRange(date(2026, 11, 7), date(2026, 11, 13))
    assert without(view, "range").compared(last) == view.compared(last)


def test_filters_are_put_back_one_by_one() -> None:
    view = View(screen=Screen.PACING, text="lumen", page=4, level=Level.CREATIVE)
    assert without(view, "text", "page", "unheard_of") == View(
        screen=Screen.PACING, level=Level.CREATIVE
    )
