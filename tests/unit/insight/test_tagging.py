"""Tags read from names: previewed, applied, taken off again, and found by search."""

from __future__ import annotations

from datetime import timedelta

import pytest

from core.domain.content import Taggable
from core.domain.ids import AdvertiserId
from core.domain.naming import read_pattern
from core.domain.views import Screen, View
from core.insight.audience import audience
from core.insight.tagging import applied, counted, preview
from core.store.content.tags import EntityTag, TagRule
from tests.unit.insight.office import NOW, ONE, TWO, Office, order


@pytest.fixture
def named(office: Office) -> Office:
    """Three orders of one advertiser and one of another; the neighbour bears tags under the same
    ids."""
    for advertiser in (ONE, TWO):
        office.advertiser(advertiser)
    office.keep(order("o1", "LUMEN_US_a"), order("o2", "Lumen_DE_b"), order("o3", "free words"))
    office.keep(order("o4", "OTHER_US_c", advertiser=TWO), advertiser=TWO)
    with office.store.writing(office.neighbour.scope()) as tenant:
        tenant.tags.put([_tag("o1", "brand", "Leaked")], NOW)
    return office


def _tag(order_id: str, tag: str, value: str) -> EntityTag:
    return EntityTag(
        kind=Taggable.ORDER,
        entity_id=order_id,
        tag=tag,
        advertiser_id=AdvertiserId(ONE),
        value=value,
        rule_id=None,
    )


def _rule(office: Office, pattern: str, advertiser_id: str | None = None) -> TagRule:
    with office.store.writing(office.org.scope()) as tenant:
        return tenant.tag_rules.add(
            "Names", Taggable.ORDER, pattern, NOW, advertiser_id=advertiser_id
        )


def _apply(office: Office, rule: TagRule) -> int:
    with office.desk() as desk, office.store.writing(office.org.scope()) as tenant:
        return applied(desk, tenant, rule)


def _tags(office: Office) -> dict[tuple[str, str], str]:
    with office.store.reading(office.org.scope()) as tenant:
        return {(t.entity_id, t.tag): t.value for t in tenant.tags.all()}


def test_a_preview_tells_who_follows_and_who_does_not(named: Office) -> None:
    pattern = read_pattern("{brand}_{market}_*")
    with named.desk() as desk:
        found = preview(desk, Taggable.ORDER, None, pattern)
        assert [one.name for one in found.following] == ["Lumen_DE_b", "LUMEN_US_a", "OTHER_US_c"]
        assert [one.name for one in found.others] == ["free words"]
        assert found.following[1].tags == {"brand": "LUMEN", "market": "US"}
        mine = preview(desk, Taggable.ORDER, TWO, pattern)
        assert [one.entity_id for one in mine.named] == ["o4"]
    assert _tags(named) == {}


def test_applying_sets_tags_and_applying_again_changes_nothing(named: Office) -> None:
    rule = _rule(named, "{brand}_{market}_*")
    assert _apply(named, rule) == 6
    first = _tags(named)
    assert first["o2", "market"] == "DE"
    assert _apply(named, rule) == 6
    assert _tags(named) == first


def test_what_a_person_set_stays_and_what_is_no_longer_read_goes(named: Office) -> None:
    with named.store.writing(named.org.scope()) as tenant:
        tenant.tags.put([_tag("o1", "brand", "By hand")], NOW)
    rule = _rule(named, "{brand}_{market}_*")
    _apply(named, rule)
    assert _tags(named)["o1", "brand"] == "By hand"
    with named.store.writing(named.org.scope()) as tenant:
        tenant.tag_rules.change(rule.id, "Names", "{label}_DE_*", NOW + timedelta(hours=1))
        changed = tenant.tag_rules.get(rule.id)
    assert _apply(named, changed) == 1
    assert _tags(named) == {("o1", "brand"): "By hand", ("o2", "label"): "Lumen"}


def test_tags_are_counted_by_value(named: Office) -> None:
    _apply(named, _rule(named, "{brand}_{market}_*"))
    with named.store.reading(named.org.scope()) as tenant:
        found = counted(tenant.tags.all())
    assert ("market", "US", Taggable.ORDER, 2) in found
    assert [tag for tag, *_ in found] == ["brand"] * 3 + ["market"] * 2


def test_searching_finds_what_bears_a_tag(named: Office) -> None:
    _apply(named, _rule(named, "{brand}_{market}_*"))
    with named.desk() as desk:
        view = View(screen=Screen.MORNING, text="market:us")
        assert set(audience(desk, view).groups[0].orders) == {"o1", "o4"}
        assert (
            set(audience(desk, View(screen=Screen.MORNING, text="leaked")).groups[0].orders)
            == set()
        )
