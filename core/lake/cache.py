"""Answers kept in memory under everything they depend on, so that none is ever stale.

The key holds the organization, the advertisers its reader may see, the question, and the
generations of facts and names: a new load makes new keys, and a key of one tenant cannot be
written by another. What was read longest ago goes first.
"""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass
from threading import Lock
from typing import NamedTuple

import pyarrow as pa

from core.domain.ids import OrgId
from core.domain.scope import TenantScope
from core.lake.manifest import Manifest
from core.lake.question import Question


class CacheKey(NamedTuple):
    """Everything an answer depends on."""

    org_id: OrgId
    visible: frozenset[str] | None
    question: Question
    generation: int
    names_generation: str


@dataclass(frozen=True, slots=True)
class Answer:
    """The rows that answer a question, and the generation of the lake they were read from.

    `table` has the fields of `by` and, for each metric, its value and `<metric>__before`:
    counts as int64, money as decimal128(38, 6), ratios as float64, null where absent. `total`
    is how many rows there are in all when a limit was asked for; None when that is not known.
    """

    question: Question
    table: pa.Table
    manifest: Manifest
    total: int | None = None


class AnswerCache:
    """Answers up to a number of bytes. Shared by threads."""

    def __init__(self, bytes_max: int) -> None:
        self._bytes_max = bytes_max
        self._bytes = 0
        self._kept: OrderedDict[CacheKey, Answer] = OrderedDict()
        self._lock = Lock()

    def get(self, key: CacheKey) -> Answer | None:
        """Return the answer kept under `key`, or None."""
        with self._lock:
            answer = self._kept.get(key)
            if answer is not None:
                self._kept.move_to_end(key)
            return answer

    def put(self, key: CacheKey, answer: Answer) -> None:
        """Keep an answer, unless it alone would take more than a quarter of the room."""
        size = answer.table.nbytes
        if size > self._bytes_max // 4:
            return
        with self._lock:
            if key in self._kept:
                return
            self._kept[key] = answer
            self._bytes += size
            while self._bytes > self._bytes_max:
                _, dropped = self._kept.popitem(last=False)
                self._bytes -= dropped.table.nbytes

    def forget(self, org_id: OrgId) -> None:
        """Drop every answer of one organization."""
        with self._lock:
            for key in [key for key in self._kept if key.org_id == org_id]:
                self._bytes -= self._kept.pop(key).table.nbytes


def cache_key(
    scope: TenantScope, question: Question, manifest: Manifest, names_generation: str
) -> CacheKey:
    """Return the key under which the scope's answer to a question is kept."""
    visible = None if scope.advertiser_ids is None else frozenset(map(str, scope.advertiser_ids))
    return CacheKey(scope.org_id, visible, question, manifest.generation, names_generation)
