"""Answers kept in memory, and who may meet them."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pyarrow as pa

from core.domain.ids import AdvertiserId, OrgId
from core.domain.metrics import Dataset
from core.domain.periods import DateRange
from core.domain.scope import TenantScope
from core.lake.cache import Answer, AnswerCache, CacheKey, cache_key
from core.lake.manifest import Manifest
from core.lake.question import Question

ACME = TenantScope.for_job(OrgId("acme"))
OTHER = TenantScope.for_job(OrgId("other"))
NOW = Manifest.empty(OrgId("acme"))
QUESTION = Question(Dataset.CAMPAIGN, ("clicks",), DateRange(date(2026, 11, 1), date(2026, 11, 2)))


def key(scope: TenantScope = ACME, number: int = 0, names: str = "") -> CacheKey:
    return cache_key(scope, replace(QUESTION, offset=number), NOW, names)


def answer(size: int = 100) -> Answer:
    return Answer(QUESTION, pa.table({"clicks": pa.array([1] * (size // 8))}), NOW)


def test_each_thing_an_answer_depends_on_is_in_its_key() -> None:
    limited = replace(ACME, advertiser_ids=frozenset({AdvertiserId("1")}))
    keys = {
        key(),
        key(OTHER),
        key(limited),
        key(replace(ACME, advertiser_ids=frozenset())),
        key(number=1),
        key(names="2"),
        cache_key(ACME, QUESTION, replace(NOW, generation=1), ""),
        cache_key(ACME, replace(QUESTION, metrics=("impressions",)), NOW, ""),
    }
    assert len(keys) == 8


def test_what_one_tenant_kept_another_does_not_find() -> None:
    cache = AnswerCache(10_000)
    kept = answer()
    cache.put(key(), kept)
    assert cache.get(key()) is kept
    assert cache.get(key(OTHER)) is None
    assert cache.get(key(replace(ACME, advertiser_ids=frozenset({AdvertiserId("1")})))) is None


def test_people_of_one_organization_with_the_same_sight_share_answers() -> None:
    cache = AnswerCache(10_000)
    cache.put(key(), answer())
    assert cache.get(key(replace(ACME, user_id=OTHER.user_id))) is not None


def test_what_was_read_longest_ago_makes_room() -> None:
    cache = AnswerCache(1000)
    for number in range(5):
        cache.put(key(number=number), answer(200))
    assert cache.get(key(number=0)) is not None
    cache.put(key(number=5), answer(200))
    assert cache.get(key(number=1)) is None
    assert [n for n in range(6) if cache.get(key(number=n))] == [0, 2, 3, 4, 5]


def test_an_answer_that_would_push_out_the_others_is_not_kept() -> None:
    cache = AnswerCache(1000)
    cache.put(key(), answer(200))
    cache.put(key(number=1), answer(400))
    assert cache.get(key(number=1)) is None
    assert cache.get(key()) is not None


def test_a_dropped_organization_is_forgotten_and_the_room_is_free_again() -> None:
    cache = AnswerCache(1000)
    for number in range(4):
        cache.put(key(number=number), answer(240))
    cache.put(key(OTHER), answer(24))
    cache.forget(OrgId("acme"))
    assert all(cache.get(key(number=n)) is None for n in range(4))
    assert cache.get(key(OTHER)) is not None
    for number in range(4):
        cache.put(key(number=number), answer(240))
    assert all(cache.get(key(number=n)) for n in range(4))
