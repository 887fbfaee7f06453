"""What was worked out is kept for whoever may see it, and for nobody else."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import count

import pytest

from core.domain.ids import AdvertiserId, OrgId, UserId
from core.domain.roles import Role
from core.domain.scope import TenantScope
from core.insight.memory import Memory

ACME = TenantScope(OrgId("org_acme"), UserId("one"), Role.OWNER)
OTHER = TenantScope(OrgId("org_other"), UserId("one"), Role.OWNER)
NUMBERS = count()


def fresh() -> int:
    return next(NUMBERS)


def test_the_same_question_is_worked_out_once() -> None:
    memory = Memory()
    assert memory.recall(ACME, ("a", 1), fresh) == memory.recall(ACME, ("a", 1), fresh)
    assert memory.recall(ACME, ("a", 2), fresh) != memory.recall(ACME, ("a", 1), fresh)


def test_no_tenant_and_no_limited_member_is_given_anothers() -> None:
    memory = Memory()
    limited = ACME.narrowed([AdvertiserId("1")])
    nobody = ACME.narrowed([])
    answers = [memory.recall(scope, ("a",), fresh) for scope in (ACME, OTHER, limited, nobody)]
    assert len(set(answers)) == 4


def test_a_colleague_with_the_same_sight_shares() -> None:
    memory = Memory()
    colleague = TenantScope(ACME.org_id, UserId("two"), Role.VIEWER)
    assert memory.recall(ACME, ("a",), fresh) == memory.recall(colleague, ("a",), fresh)


def test_what_was_used_longest_ago_goes_first() -> None:
    memory = Memory(2)
    first = memory.recall(ACME, (1,), fresh)
    second = memory.recall(ACME, (2,), fresh)
    assert memory.recall(ACME, (1,), fresh) == first
    memory.recall(ACME, (3,), fresh)
    assert memory.recall(ACME, (1,), fresh) == first
    assert memory.recall(ACME, (2,), fresh) != second


def test_a_failure_is_raised_and_not_kept() -> None:
    memory = Memory()
    tries: Iterator[int] = iter((0, 1))

    def broken_once() -> float:
        return 1 / next(tries)

    with pytest.raises(ZeroDivisionError):
        memory.recall(ACME, ("a",), broken_once)
    assert memory.recall(ACME, ("a",), broken_once) == 1
