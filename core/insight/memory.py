"""Values that were worked out before, kept under everything they depend on."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Hashable
from threading import Lock
from typing import TypeVar, cast

from core.domain.scope import TenantScope

T = TypeVar("T")
Key = tuple[Hashable, ...]


class Memory:
    """The latest values asked for, up to a number of them. Shared by threads.

    A key begins with the organization and the advertisers that the asker may see, so that no
    tenant, and no limited member, is ever given what was worked out for another.
    """

    def __init__(self, size: int = 400) -> None:
        self._size = size
        self._kept: OrderedDict[Key, object] = OrderedDict()
        self._lock = Lock()

    def recall(self, scope: TenantScope, key: Key, make: Callable[[], T]) -> T:
        """Return the value kept under `key` for this scope, made now when there is none.

        What `make` raises is raised, and nothing is kept.
        """
        whole = (scope.org_id, scope.advertiser_ids, *key)
        with self._lock:
            if whole in self._kept:
                self._kept.move_to_end(whole)
                return cast(T, self._kept[whole])
        value = make()
        with self._lock:
            self._kept[whole] = value
            while len(self._kept) > self._size:
                self._kept.popitem(last=False)
        return value
