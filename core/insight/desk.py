"""What a question is answered from: who asks, at what moment, and the doors to state and lake."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Self, TypeVar

from core.domain.catalogue import own_metrics
from core.domain.scope import TenantScope
from core.insight.memory import Memory
from core.lake.reader import Reader
from core.store.content.content import Content
from core.store.doors import Tenant

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Desk:
    """One asker at one moment: an open transaction of the store, one generation of the lake.

    Both were opened for the same scope; nothing outside of it can be asked for. At a desk of an
    earlier moment `now` is that moment and `as_of` says so: state and lake then answer what was
    known, so whatever is asked comes out as it was shown. A report is of the days that end before
    its `due_at`, however late it is written; `now` is then the moment of its figures.
    """

    tenant: Tenant
    reader: Reader
    now: datetime
    memory: Memory
    left: Content | None = None
    as_of: datetime | None = None
    due_at: datetime | None = None

    @property
    def days_from(self) -> datetime:
        """Return the moment whose yesterday ends the periods of views."""
        return self.due_at or self.now

    @property
    def content(self) -> Content:
        """Return what people left here: `left` where it comes another way, else the tenant's."""
        return self.tenant if self.left is None else self.left

    @property
    def scope(self) -> TenantScope:
        """Return whose desk it is."""
        return self.tenant.scope

    def as_known_at(self, instant: datetime | None) -> Self:
        """Return a desk at an earlier moment, over the same transaction and generation.

        None, and a moment that is not earlier than this desk's, mean this one.
        """
        if instant is None or instant >= self.now:
            return self
        return replace(
            self,
            tenant=self.tenant.as_known_at(instant),
            reader=self.reader.as_known_at(instant),
            now=instant,
            as_of=instant,
            due_at=None,
        )

    def recall(self, make: Callable[[], T], *key: Hashable) -> T:
        """Return what was worked out before under `key`, else what `make` returns now.

        The key names everything the value depends on beside the scope, the own metrics and the
        moment looked from.
        """
        return self.memory.recall(self.scope, (self.as_of, *key, own_metrics()), make)
