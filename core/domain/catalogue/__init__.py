"""The catalogue of metrics: every figure Amazon reports for DSP, defined once.

Source: Amazon Ads API documentation, Reporting version 3 (columns and DSP report types), the
DSP reporting migration guide (legacy names) and the unified reports' field list.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import replace
from functools import cache, reduce
from types import MappingProxyType
from typing import Literal

from core.domain.catalogue.consideration import CONSIDERATION
from core.domain.catalogue.costs import AMAZON_FEES, COST, VENDOR_FEES
from core.domain.catalogue.delivery import IMPRESSIONS_AND_CLICKS, SPECIAL_IMPRESSIONS, VIEWABILITY
from core.domain.catalogue.media import APPS, DEVICES, STREAMING, SUBSCRIPTIONS
from core.domain.catalogue.new_to_brand import NEW_TO_BRAND
from core.domain.catalogue.off_amazon import OFF_AMAZON_AND_COMBINED, OFF_AMAZON_EVENTS
from core.domain.catalogue.playback import AUDIO, VIDEO, VIDEO_PLAYER
from core.domain.catalogue.purchases import PURCHASES, SALES, SPLIT_BY_CLICKS
from core.domain.catalogue.special_reports import ATTRIBUTES, BIDS, CONTENT, PATHS
from core.domain.catalogue.windows import REACH_AND_FREQUENCY
from core.domain.formulas import Formula
from core.domain.metrics import Dataset, Metric, Pack
from core.errors import UserError

Generation = Literal["v3", "v1", "legacy"]


def _settled(entries: Iterable[Metric]) -> Iterable[tuple[str, Metric]]:
    """Yield key and metric, the tables and pack of each ratio taken from its parts."""
    known = {entry.key: entry for entry in entries}
    for key, entry in known.items():
        if entry.formula is None:
            yield key, entry
            continue
        parts = [known[part] for part in entry.formula.parts]
        yield (
            key,
            replace(
                entry,
                datasets=reduce(frozenset.intersection, (part.datasets for part in parts)),
                pack=next((p.pack for p in parts if p.pack is not Pack.CORE), Pack.CORE),
            ),
        )


_BUILT_IN: Mapping[str, Metric] = MappingProxyType(
    dict(
        _settled(
            (
                *IMPRESSIONS_AND_CLICKS,
                *COST,
                *AMAZON_FEES,
                *VIEWABILITY,
                *REACH_AND_FREQUENCY,
                *VIDEO,
                *CONSIDERATION,
                *PURCHASES,
                *SALES,
                *NEW_TO_BRAND,
                *OFF_AMAZON_AND_COMBINED,
                *SPLIT_BY_CLICKS,
                *OFF_AMAZON_EVENTS,
                *STREAMING,
                *SUBSCRIPTIONS,
                *APPS,
                *DEVICES,
                *SPECIAL_IMPRESSIONS,
                *VIDEO_PLAYER,
                *AUDIO,
                *VENDOR_FEES,
                *BIDS,
                *CONTENT,
                *PATHS,
                *ATTRIBUTES,
            )
        )
    )
)
_NONE: Mapping[str, Metric] = MappingProxyType({})
_OWN: ContextVar[Mapping[str, Metric]] = ContextVar("own metrics", default=_NONE)


class _Catalogue(Mapping[str, Metric]):
    """The metrics there are: those of everybody, then those of whom is being answered."""

    def __getitem__(self, key: str) -> Metric:
        found = _BUILT_IN.get(key)
        return _OWN.get()[key] if found is None else found

    def __iter__(self) -> Iterator[str]:
        yield from _BUILT_IN
        yield from _OWN.get()

    def __len__(self) -> int:
        return len(_BUILT_IN) + len(_OWN.get())


METRICS: Mapping[str, Metric] = _Catalogue()
"""Every metric by key, in the order of the glossary; an organization's own ones come last."""


@contextmanager
def including(own: Iterable[Metric]) -> Iterator[None]:
    """Let the catalogue hold an organization's own metrics too, for what is done within.

    As with `decimal.localcontext`, it holds for this thread and for nobody else's work. A key of
    the catalogue cannot be taken.
    """
    token = _OWN.set(MappingProxyType({m.key: m for m in own if m.key not in _BUILT_IN}))
    try:
        yield
    finally:
        _OWN.reset(token)


def is_included() -> bool:
    """Return whether somebody's own metrics were brought here and now, if only none."""
    return _OWN.get() is not _NONE


def own_metrics() -> tuple[Metric, ...]:
    """Return the own metrics that the catalogue holds here and now."""
    return tuple(_OWN.get().values())


def metric(key: str) -> Metric:
    """Return the metric of that key. Raises UserError when there is none."""
    try:
        return METRICS[key]
    except KeyError:
        raise UserError(f"There is no metric called {key!r}; the glossary lists them.") from None


@cache
def measured(
    dataset: Dataset, packs: frozenset[Pack] = frozenset({Pack.CORE})
) -> tuple[Metric, ...]:
    """Return the metrics a table of `dataset` stores a column of, in the glossary's order.

    Ratios are never among them, nor anybody's own metrics: they are computed from these.
    """
    return tuple(
        entry
        for entry in _BUILT_IN.values()
        if not entry.is_ratio and dataset in entry.datasets and entry.pack in packs
    )


def answerable(key: str, dataset: Dataset) -> bool:
    """Return whether the metric, or each part of the ratio, is measured in `dataset`."""
    return dataset in metric(key).datasets


def formula_words(entry: Metric) -> str:
    """Return a ratio's formula in the names of its parts, for glossary and exports.

    "Total cost ÷ Impressions × 1,000"; empty for what is measured.
    """
    if entry.formula is None:
        return ""
    if isinstance(entry.formula, Formula):
        return entry.formula.words({part: METRICS[part].name for part in entry.formula.parts})
    names = {part: METRICS[part].name for part in entry.formula.parts}
    top = " + ".join(names[key] for key in entry.formula.plus)
    less = "".join(f" − {names[key]}" for key in entry.formula.minus)
    bottom = " + ".join(names[key] for key in entry.formula.over)
    scale = f" × {entry.formula.scale:,}" if entry.formula.scale != 1 else ""
    return f"{f'({top}{less})' if less else top} ÷ {bottom}{scale}"


def by_wire(generation: Generation, name: str, dataset: Dataset | None = None) -> Metric | None:
    """Return the metric of Amazon's column `name` in one generation of reports, or None.

    A few names mean another thing in the report of conversion paths; `dataset` decides. Without
    it the meaning in the DSP's own reports is returned.
    """
    candidates = _WIRES[generation].get(name, ())
    fitting = [entry for entry in candidates if dataset in entry.datasets]
    return next(iter((*fitting, *candidates)), None)


def _wires(generation: Generation) -> dict[str, tuple[Metric, ...]]:
    found: dict[str, tuple[Metric, ...]] = {}
    for entry in METRICS.values():
        name: str | None = getattr(entry, generation)
        names = {name, *entry.also} if generation == "v3" else {name}
        for known in names - {None}:
            found[str(known)] = (*found.get(str(known), ()), entry)
    return found


_SUBSCRIPTION_PAGES = {
    f"subscriptionPage{what}14d": (METRICS[key],)
    for what, key in (
        ("", "off_amazon_subscriptions"),
        ("Views", "off_amazon_subscriptions_views"),
        ("CVR", "off_amazon_subscription_rate"),
    )
}
"""Second names in the reports before v3: Amazon's migration guide leads both to one column."""

_WIRES: Mapping[Generation, Mapping[str, tuple[Metric, ...]]] = {
    "v3": _wires("v3"),
    "v1": _wires("v1"),
    "legacy": {**_wires("legacy"), **_SUBSCRIPTION_PAGES},
}
