"""Manifests and spans as values."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from core.domain.ids import LoadId, OrgId
from core.domain.metrics import Dataset
from core.domain.periods import DateRange
from core.lake.manifest import Manifest, Span, spans_of

cells = st.tuples(st.sampled_from("abc"), st.dates(date(2026, 2, 20), date(2026, 3, 10)))


@given(st.frozensets(cells))
def test_spans_hold_exactly_the_days_and_are_as_few_as_can_be(
    given_cells: frozenset[tuple[str, date]],
) -> None:
    spans = spans_of(given_cells)
    held = [(s.advertiser_id, d) for s in spans for d in DateRange(s.start, s.end).days()]
    assert sorted(held) == sorted(given_cells)
    gaps = {(s.advertiser_id, s.end + timedelta(days=1)) for s in spans}
    assert not gaps & given_cells
    assert list(spans) == sorted(spans)


@given(st.lists(st.builds(Span, st.text(), st.dates(), st.dates())), st.sampled_from(Dataset))
def test_a_manifest_comes_back_from_the_store_as_it_went(
    spans: list[Span], dataset: Dataset
) -> None:
    at = datetime(2026, 11, 21, 12, tzinfo=UTC)
    versions = {dataset.value: 3}
    sent = Manifest(OrgId("o"), 7, LoadId("l"), at, versions, dataset, tuple(spans))
    detail = json.loads(json.dumps(sent.detail))
    back = Manifest.stored(
        org_id="o", generation=7, load_id="l", at=at, versions=versions, detail=detail
    )
    assert back == sent


def test_upkeep_replaces_nothing_and_an_empty_lake_is_generation_zero() -> None:
    at = datetime(2026, 11, 21, 12, tzinfo=UTC)
    upkeep = Manifest.stored(org_id="o", generation=2, load_id="u", at=at, versions={}, detail=None)
    assert upkeep.dataset is None
    assert upkeep.replaced == ()
    assert Manifest.empty(OrgId("o")).generation == 0
