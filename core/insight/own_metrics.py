"""An organization's own metrics, as the catalogue takes them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from core.domain.catalogue import METRICS, including
from core.domain.custom_metrics import custom_metric
from core.domain.metrics import Metric
from core.errors import UserError
from core.store.content.content import Content
from core.store.content.own_metrics import Definition, OwnMetric


@dataclass(frozen=True, slots=True)
class OwnMetrics:
    """Those that mean something, by name; and why others no longer do, by key."""

    metrics: tuple[Metric, ...]
    broken: dict[str, str]


def own_metrics(content: Content) -> OwnMetrics:
    """Return the metrics of an organization, checked again against the catalogue as it is."""
    return checked_all(content.own_metrics.all())


def checked_all(kept: Iterable[OwnMetric]) -> OwnMetrics:
    """Return what was kept as the catalogue takes it."""
    metrics, broken = [], {}
    for one in kept:
        try:
            metrics.append(as_metric(one.key, _said(one)))
        except UserError as reason:
            broken[one.key] = str(reason)
    return OwnMetrics(tuple(metrics), broken)


def as_metric(key: str, said: Definition) -> Metric:
    """Return a definition as a metric. Raises UserError where its formula means nothing."""
    with including(()):
        return custom_metric(
            key,
            said.name,
            said.formula,
            METRICS,
            unit=said.unit,
            better=said.better,
            stage=said.stage,
            description=said.description,
        )


def _said(one: OwnMetric) -> Definition:
    return Definition(
        name=one.name,
        formula=one.formula,
        unit=one.unit,
        better=one.better,
        stage=one.stage,
        description=one.description,
    )
