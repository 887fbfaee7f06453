"""What a requested report's file holds, in the lake's words, from the spec it was asked by."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import date

from core.amazon.reports.spec import ReportSpec
from core.amazon.reports.specs import WITH_NAMES, spec_named
from core.domain.periods import DateRange
from core.lake.layout import Asked, Layout, Role, WireColumn
from core.lake.schema import TABLES
from core.store.ingest.requests import ReportRequest

ALL = "all"
"""The entity of a window that speaks about a whole advertiser."""


def spec_of(request: ReportRequest) -> ReportSpec:
    """Return the spec a request was planned by, in the words of its adapter."""
    return spec_named(request.spec, request.adapter)


def columns_of(request: ReportRequest, refused: Collection[str]) -> tuple[str, ...]:
    """Return the columns to ask Amazon for, without those it has refused before."""
    spec = spec_of(request)
    without = set(refused) - spec.needed
    return spec.columns(with_descriptors=request.spec.endswith(WITH_NAMES), without=without)


def layout_of(request: ReportRequest, refused: Collection[str]) -> Layout:
    """Return how the file of a request is read."""
    spec = spec_of(request)
    return layout_of_spec(spec, columns_of(request, refused), _constants(spec, request))


def layout_of_spec(
    spec: ReportSpec, asked: Collection[str], constants: Mapping[str, str | date] | None = None
) -> Layout:
    """Return how a file of these columns of a spec is read."""
    roles = _roles(spec)
    columns = tuple(WireColumn(wire, *roles[wire]) for wire in asked)
    held = {column.key for column in columns}
    sums = {key: parts for key, parts in spec.sums.items() if held.issuperset(parts)}
    return Layout(spec.dataset, columns, constants or {}, sums)


def asked_of(
    request: ReportRequest, currencies: Mapping[str, str], accounts: Mapping[str, str]
) -> Asked:
    """Return what the file may speak about; `accounts` are the advertisers' unified ones."""
    advertisers = frozenset(request.advertiser_ids)
    known = {a: currencies[a] for a in advertisers if a in currencies}
    called = {accounts[a]: a for a in sorted(advertisers) if a in accounts}
    return Asked(advertisers, _days(request), known, called)


def _roles(spec: ReportSpec) -> dict[str, tuple[str, Role]]:
    groups = (
        (spec.attributes, Role.ATTRIBUTE),
        (spec.descriptors, Role.ATTRIBUTE),
        (spec.reported, Role.REPORTED),
        (spec.measures(), Role.MEASURE),
        (spec.splits, Role.SPLIT),
        (spec.keys, Role.KEY),
    )
    return {wire: (key, role) for group, role in groups for wire, key in group.items()}


def _constants(spec: ReportSpec, request: ReportRequest) -> dict[str, str | date]:
    if not TABLES[spec.dataset].is_windowed:
        return {}
    constants: dict[str, str | date] = {
        "day": request.end_day,
        "window_name": request.window,
        "window_start": request.start_day,
        "window_end": request.end_day,
        "level": spec.level,
    }
    if spec.level == "advertiser":
        constants["entity_id"] = ALL
    return constants


def _days(request: ReportRequest) -> DateRange:
    """Return the days that rows may bear: a window is dated by its last day."""
    if TABLES[request.dataset].is_windowed:
        return DateRange(request.end_day, request.end_day)
    return request.days
