"""The manifest: which version of each table is the truth. The only commit point of the lake.

A load writes new versions of its tables first; nobody sees them until a manifest that names
them is appended to the organization's list. A reader pins one manifest and reads exactly the
versions it names, so it never mixes two loads, and a load that died half way was never there.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Any, Protocol, Self

from core.domain.ids import LoadId, OrgId
from core.domain.metrics import Dataset
from core.domain.periods import ONE_DAY
from core.domain.scope import TenantScope
from core.errors import AppError

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class StaleGeneration(AppError):
    """Another load appended the generation first; what was prepared is prepared again."""


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """Consecutive days of one advertiser, both ends included."""

    advertiser_id: str
    start: date
    end: date


@dataclass(frozen=True, slots=True)
class Manifest:
    """One generation: the version of every table, and what the load that made it replaced.

    `at` is the instant from which this generation is what the lake says. It grows strictly from
    one generation to the next. Generation 0 is the empty lake and is never stored.
    """

    org_id: OrgId
    generation: int
    load_id: LoadId
    at: datetime
    versions: Mapping[str, int] = field(default_factory=dict)
    dataset: Dataset | None = None
    replaced: tuple[Span, ...] = ()

    @classmethod
    def empty(cls, org_id: OrgId) -> Self:
        """Return generation 0: no table, no row."""
        return cls(org_id, 0, LoadId(""), EPOCH)

    @property
    def detail(self) -> dict[str, Any]:
        """Return what the load replaced, ready for JSON: a dataset and [advertiser, from, to]."""
        return {
            "dataset": self.dataset,
            "replaced": [
                [s.advertiser_id, s.start.isoformat(), s.end.isoformat()] for s in self.replaced
            ],
        }

    @classmethod
    def stored(
        cls,
        *,
        org_id: str,
        generation: int,
        load_id: str,
        at: datetime,
        versions: Mapping[str, int],
        detail: Mapping[str, Any] | None,
    ) -> Self:
        """Return the manifest that a stored row describes; `detail` as `detail` wrote it."""
        known = detail or {}
        return cls(
            org_id=OrgId(org_id),
            generation=generation,
            load_id=LoadId(load_id),
            at=at,
            versions=dict(versions),
            dataset=Dataset(known["dataset"]) if known.get("dataset") else None,
            replaced=tuple(
                Span(advertiser, date.fromisoformat(start), date.fromisoformat(end))
                for advertiser, start, end in known.get("replaced", ())
            ),
        )


class ManifestSource(Protocol):
    """An organization's list of manifests, as the store keeps it."""

    def latest(self, scope: TenantScope) -> Manifest:
        """Return the newest generation; `Manifest.empty` when nothing was loaded yet."""
        ...

    def get(self, scope: TenantScope, generation: int) -> Manifest:
        """Return one generation. Raises NotFound."""
        ...

    def of_load(self, scope: TenantScope, load_id: LoadId) -> Manifest | None:
        """Return the generation that a load made, or None when it made none."""
        ...

    def after(self, scope: TenantScope, generation: int) -> Sequence[Manifest]:
        """Return every generation newer than `generation`, oldest first."""
        ...

    def append(self, scope: TenantScope, manifest: Manifest) -> None:
        """Store the next generation. Raises StaleGeneration when its number is taken."""
        ...


def spans_of(cells: Iterable[tuple[str, date]]) -> tuple[Span, ...]:
    """Return (advertiser, day) pairs as the fewest spans, by advertiser and day."""
    spans: list[Span] = []
    for advertiser, day in sorted(set(cells)):
        last = spans[-1] if spans else None
        if last and last.advertiser_id == advertiser and last.end + ONE_DAY == day:
            spans[-1] = Span(advertiser, last.start, day)
        else:
            spans.append(Span(advertiser, day, day))
    return tuple(spans)
