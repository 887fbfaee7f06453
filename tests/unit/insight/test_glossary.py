"""Finding figures by anything that people call them."""

from __future__ import annotations

from datetime import date

from core.amazon.reports.specs import SPECS
from core.amazon.reports.v1_specs import UNIFIED
from core.domain.catalogue import METRICS, metric
from core.domain.metrics import Dataset
from core.insight.glossary import available_since, first_days, found, glossary_sheet, is_fetched
from tests.unit.insight.office import ONE, TWO, Office, day, days


def keys(words: str) -> list[str]:
    return [entry.key for entry in found(words)]


def test_no_word_finds_everything_in_the_glossarys_order() -> None:
    assert keys("") == keys("   ") == list(METRICS)


def test_a_figure_is_found_by_its_name_its_key_and_amazons_names_in_any_case() -> None:
    for words in ("DPVR", "dpvr", "detail page view rate"):
        assert "dpvr" in keys(words)
    wire = METRICS["total_sales"]
    for name in filter(None, (wire.v3, wire.v1, wire.legacy)):
        assert "total_sales" in keys(name), name


def test_all_of_the_words_must_fit_in_any_order() -> None:
    assert set(keys("rate page view detail")) <= set(keys("rate")) & set(keys("detail"))
    assert "dpvr" in keys("rate page view detail")


def test_those_named_so_come_before_those_only_described_so() -> None:
    listed = keys("viewable")
    assert listed.index("viewable_impressions") < listed.index("viewability_rate")


def test_words_that_describe_nothing_find_nothing() -> None:
    for words in ("xyzzy", "%_", "<script>", "'; drop table"):
        assert found(words) == []


def test_a_figure_is_available_since_the_oldest_day_of_a_table_that_holds_it() -> None:
    firsts = {Dataset.CAMPAIGN: date(2026, 8, 23), Dataset.GEO: date(2026, 9, 1)}
    assert available_since(metric("impressions"), firsts) == date(2026, 8, 23)
    assert available_since(metric("ctr"), firsts) == date(2026, 8, 23)
    assert available_since(metric("reach"), firsts) is None
    assert available_since(metric("impressions"), {}) is None


def test_no_figure_is_available_before_amazon_reported_it() -> None:
    long_ago = dict.fromkeys(Dataset, date(2016, 1, 1))
    for entry in METRICS.values():
        if entry.since and is_fetched(entry):
            assert available_since(entry, long_ago) == entry.since


def test_no_figure_is_available_that_no_report_is_asked_for() -> None:
    specs = (*SPECS.values(), *UNIFIED.values())
    asked = {key for spec in specs for key in spec.measures().values()}
    known = {spec.dataset: date(2026, 8, 23) for spec in specs}
    for entry in METRICS.values():
        parts = entry.formula.parts if entry.formula else (entry.key,)
        if available_since(entry, known):
            assert asked.issuperset(parts), entry.key
    assert "audio_starts" not in asked
    assert not is_fetched(metric("delivery_rate"))  # Pacing reckons its own
    told = glossary_sheet([metric("audio_starts"), metric("impressions")], known)
    rows = [dict(zip(told.titles, row, strict=True)) for row in told.rows]
    assert [row["Fetched"] for row in rows] == ["no", "yes"]
    assert [row["Available here since"] for row in rows] == [None, "2026-08-23"]


def test_the_first_days_are_those_of_ones_own_advertisers(office: Office) -> None:
    """The neighbour has thirty days of an advertiser of the same id."""
    office.advertiser(ONE)
    office.advertiser(TWO)
    with office.desk() as desk:
        assert first_days(desk) == {}
    office.deliver([], days(4))
    office.deliver([], days(19), advertiser=TWO)
    with office.desk() as desk:
        assert first_days(desk) == {Dataset.CAMPAIGN: day(19)}
    with office.desk(office.org.limited) as desk:
        assert first_days(desk) == {Dataset.CAMPAIGN: day(4)}


def test_the_file_has_every_figure_whole() -> None:
    told = glossary_sheet(METRICS.values(), {Dataset.CAMPAIGN: date(2026, 8, 23)})
    assert len(told.rows) == len(METRICS)
    named = {row[0]: dict(zip(told.titles, row, strict=True)) for row in told.rows}
    ctr = named[metric("ctr").name]
    assert ctr["Unit"] == "percentage"
    assert ctr["Available here since"] == "2026-08-23"
    assert ctr["What it counts"] == metric("ctr").description
    assert all(row["What it counts"] and row["How it is reckoned"] for row in named.values())
