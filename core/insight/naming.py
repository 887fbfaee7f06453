"""What the rows of a cut are called: names for ids, and words for what Amazon leaves unnamed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import cast

from core.domain.cuts import Cut, Dimension, Labelled
from core.domain.entities import Creative, Kind
from core.insight.desk import Desk
from core.lake.schema import UNKNOWN

NOT_NAMED = "Not named by Amazon"
NO_DEAL = "No deal: open auction or Amazon's own supply"
NO_SIZE = "Size not known"
_KINDS = {
    Dimension.ORDER: Kind.ORDER,
    Dimension.LINE_ITEM: Kind.LINE_ITEM,
    Dimension.CREATIVE: Kind.CREATIVE,
}
_LABELS = {
    Dimension.DEAL: Labelled.DEAL,
    Dimension.AUDIENCE: Labelled.SEGMENT,
    Dimension.PRODUCT: Labelled.PRODUCT,
}


@dataclass(frozen=True, slots=True)
class Naming:
    """What the keys of one cut stand for. `folds` maps what falls together to one key, `details`
    says more of a key than its name.
    """

    cut: Cut
    names: Mapping[str, str]
    folds: Mapping[str, str] = field(default_factory=dict)
    details: Mapping[str, str] = field(default_factory=dict)

    def key(self, found: str) -> str:
        """Return the key that a row of the facts belongs to."""
        if found.casefold() == UNKNOWN:
            return UNKNOWN
        if self.cut.dimension is Dimension.SIZE:
            return self.folds.get(found, UNKNOWN)
        return found

    def name(self, key: str) -> str:
        """Return how a row is called."""
        if key == UNKNOWN:
            return _UNNAMED.get(self.cut.dimension, NOT_NAMED)
        return self.names.get(key) or key

    def note(self, key: str) -> str:
        """Return the id of a row that is called otherwise, with what else is told of it."""
        if self.names.get(key, key) == key:
            return ""
        return " · ".join(filter(None, (key, self.details.get(key))))


_UNNAMED = {Dimension.DEAL: NO_DEAL, Dimension.SIZE: NO_SIZE}


def naming(desk: Desk, cut: Cut) -> Naming:
    """Return the names of a cut as the scope may know them."""
    if cut.dimension is Dimension.SIZE:
        return Naming(cut, {}, _sizes(desk))
    if cut.dimension in _LABELS:
        names, details = _labels(desk, _LABELS[cut.dimension])
        return Naming(cut, names, details=details)
    kind = _KINDS.get(cut.dimension)
    return Naming(cut, _entities(desk, kind) if kind else {})


def _entities(desk: Desk, kind: Kind) -> Mapping[str, str]:
    def read() -> dict[str, str]:
        return {str(v.entity_id): v.name for v in desk.tenant.entities.current(kind)}

    return desk.recall(read, "names", kind, desk.tenant.entities.mark())


def _labels(desk: Desk, kind: Labelled) -> tuple[Mapping[str, str], Mapping[str, str]]:
    """Return names and details by id; of an id that advertisers call differently, one of them."""

    def read() -> tuple[dict[str, str], dict[str, str]]:
        found = desk.tenant.labels.all(kind)
        return {x.label_id: x.name for x in found}, {x.label_id: x.detail for x in found}

    return desk.recall(read, "labels", kind, desk.tenant.labels.mark())


def _sizes(desk: Desk) -> Mapping[str, str]:
    def read() -> dict[str, str]:
        found = (cast(Creative, v.entity) for v in desk.tenant.entities.current(Kind.CREATIVE))
        return {creative.entity_id: creative.size for creative in found if creative.size}

    return desk.recall(read, "sizes", desk.tenant.entities.mark())
