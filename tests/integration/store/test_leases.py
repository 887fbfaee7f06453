"""Leases by the database's clock, with fencing tokens."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select, update

from core.errors import LeaseLost
from core.store.schema import lease
from core.store.store import Store
from core.store.transaction import DatabaseNow
from core.store.work.leases import Lease
from tests.databases import Database
from tests.integration.store.makers import at_once

LONG = timedelta(seconds=90)


def acquired(background: Store, holder: str = "a", name: str = "token:con_1") -> Lease | None:
    with background.system() as system:
        return system.leases.acquire(name, holder, LONG)


def expire(database: Database) -> None:
    with database.owner.begin() as connection:
        connection.execute(update(lease).values(expires_at=DatabaseNow()))


def test_one_holds_a_lease_and_others_wait(background: Store) -> None:
    held = acquired(background)
    assert held is not None
    assert acquired(background, "b") is None
    assert acquired(background, "a") is None  # nor does the same holder take it twice
    assert acquired(background, "b", "token:con_2") is not None


def test_tokens_only_grow_also_after_a_release(background: Store, database: Database) -> None:
    tokens = []
    for _ in range(3):
        held = acquired(background)
        assert held is not None
        tokens.append(held.token)
        with background.system() as system:
            system.leases.release(held)
    held = acquired(background)
    assert held is not None
    expire(database)
    late = acquired(background, "b")
    assert late is not None
    assert [*tokens, held.token, late.token] == [1, 2, 3, 4, 5]


def test_a_lease_that_ran_out_passes_on_and_the_late_holder_is_refused(
    background: Store, database: Database
) -> None:
    late = acquired(background)
    assert late is not None
    expire(database)
    with background.system() as system, pytest.raises(LeaseLost):
        system.leases.renew(late, LONG)  # nobody has it yet, and still it is not held
    now_held = acquired(background, "b")
    assert now_held is not None
    with background.system() as system:
        system.leases.release(late)  # a late release frees nothing
        with pytest.raises(LeaseLost):
            system.leases.renew(late, LONG)
        system.leases.renew(now_held, LONG)
    assert acquired(background, "c") is None


def test_renewing_keeps_the_token_and_counts_from_the_databases_now(
    background: Store, database: Database
) -> None:
    held = acquired(background)
    assert held is not None
    with background.system() as system:
        system.leases.renew(held, timedelta(hours=1))
    with database.owner.connect() as connection:
        kept, now = connection.execute(select(lease.c.expires_at, DatabaseNow())).one()
        token = connection.execute(select(lease.c.token)).scalar_one()
    assert timedelta(minutes=59) < kept - now <= timedelta(hours=1)
    assert token == held.token


def test_of_twenty_who_want_it_at_once_one_gets_it_in_every_round(
    background: Store, database: Database
) -> None:
    for round_ in range(5):
        ends = at_once([lambda i=i: acquired(background, f"h{i}") for i in range(20)])  # type: ignore[misc]
        held = [end for end in ends if end is not None]
        assert [getattr(one, "token", one) for one in held] == [round_ + 1]
        expire(database)
