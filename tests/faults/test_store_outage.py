"""The database goes away, a holder is killed: what was promised still stands (cases 3, 32)."""

from __future__ import annotations

import multiprocessing
import os
import signal
import threading
import time
from datetime import timedelta
from multiprocessing.synchronize import Event

import pytest

from core.errors import Upstream
from core.store.store import Process, Store
from core.store.work.jobs import NewJob
from tests.databases import NOW, Database, Organization
from tests.postgres_server import PostgresServer

POSTGRES = pytest.mark.parametrize("fresh_database", ["postgresql"], indirect=True, scope="module")
SHORT = timedelta(seconds=0.5)


def work_while_it_crashes(store: Store, org: Organization, postgres: PostgresServer) -> None:
    with store.writing(org.scope()) as tenant:
        tenant.organization.rename("Half done")
        postgres.stop(signal.SIGQUIT)
        tenant.organization.get()


@POSTGRES
def test_a_crash_rolls_back_and_the_same_store_works_again_after_it(
    store: Store,
    background: Store,
    postgres: PostgresServer,
    acme: Organization,
    other: Organization,
) -> None:
    with store.reading(other.scope()) as tenant:  # a connection that will turn out to be dead
        assert tenant.organization.get().name == other.id
    try:
        with pytest.raises(Upstream, match="did not answer"):
            work_while_it_crashes(store, acme, postgres)
        for door in (store.reading(acme.scope()), background.system(), store.people()):
            with pytest.raises(Upstream, match="did not answer"):
                door.__enter__()
    finally:
        postgres.start()
    with store.reading(acme.scope()) as tenant:
        assert tenant.organization.get().name == acme.id
    with store.writing(other.scope()) as tenant:
        tenant.organization.rename("Going on")
    with background.system() as system:
        assert system.jobs.backlog(NOW) == (0, None)


def _claim_and_hang(address: str, ready: Event) -> None:
    store = Store.open(address, Process.SCHEDULER)
    with store.system() as system:
        assert system.jobs.claim("doomed", 1, now=NOW, lease=SHORT)
        assert system.leases.acquire("token:con_1", "doomed", SHORT)
    ready.set()
    threading.Event().wait()


def test_what_a_killed_process_held_passes_to_another(
    background: Store, database: Database, acme: Organization, other: Organization
) -> None:
    with background.system() as system:
        asked = system.jobs.enqueue(NewJob(kind="k", payload={}, run_at=NOW), NOW, acme.id)
    context = multiprocessing.get_context("spawn")
    ready = context.Event()
    process = context.Process(target=_claim_and_hang, args=(database.address, ready))
    process.start()
    assert ready.wait(60)
    assert process.pid is not None
    os.kill(process.pid, signal.SIGKILL)
    process.join()
    reaped, held = 0, None
    deadline = time.monotonic() + 30
    while (not reaped or held is None) and time.monotonic() < deadline:
        with background.system() as system:
            reaped = reaped or system.jobs.reap(NOW)
            held = held or system.leases.acquire("token:con_1", "next", SHORT)
    assert reaped == 1
    assert held is not None
    assert held.token == 2
    with background.system() as system:
        [again] = system.jobs.claim("next", 1, now=NOW, lease=SHORT)
    assert (again.id, again.attempt) == (asked.id, 2)
