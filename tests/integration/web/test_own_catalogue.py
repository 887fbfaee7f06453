"""An organization's own metrics beside Amazon's: for its pages and jobs, and for nobody else's."""

from __future__ import annotations

from core.domain.catalogue import METRICS, is_included, own_metrics
from core.domain.metrics import Better, Stage, Unit
from core.insight.glossary import found
from core.store.content.own_metrics import Definition
from core.web.services import Services
from tests.databases import NOW, Organization


def _definition(name: str, formula: str) -> Definition:
    return Definition(
        name=name,
        formula=formula,
        unit=Unit.MONEY,
        better=Better.DOWN,
        stage=Stage.CONSIDERATION,
        description="What a product page seen costs us.",
    )


def test_each_organization_answers_with_its_own_and_a_broken_one_is_left_out(
    services: Services, acme: Organization, other: Organization
) -> None:
    with services.content(acme.scope()) as content:
        mine = content.own_metrics.add(_definition("Cost of a look", "total_cost / dpv"), NOW)
        content.own_metrics.add(_definition("Broken", "total_cost / no_longer_there"), NOW)
    with services.content(other.scope()) as content:
        content.own_metrics.add(_definition("Theirs", "total_cost / atc"), NOW)
    with services.catalogue(acme.limited):
        assert [m.name for m in own_metrics()] == ["Cost of a look"]
        assert METRICS[mine.key].description == "What a product page seen costs us."
        assert found("look costs us") == [METRICS[mine.key]]
        assert not found("theirs")
        assert is_included()
    assert mine.key not in METRICS
    assert not is_included()
    with services.catalogue(other.scope()):
        assert [m.name for m in own_metrics()] == ["Theirs"]
