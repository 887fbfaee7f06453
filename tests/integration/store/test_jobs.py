"""The job table: claims by many at once, leases, fencing, coming back after a death."""

from __future__ import annotations

import multiprocessing
from datetime import datetime, timedelta, timezone

import pytest
from sqlalchemy import select, update

from core.domain.roles import Role
from core.errors import LeaseLost, NotFound
from core.store.schema import job
from core.store.schema.words import JobState
from core.store.store import Process, Store
from core.store.transaction import DatabaseNow
from core.store.work.jobs import ClaimedJob, Enqueued, NewJob
from tests.databases import NOW, Database, Organization
from tests.integration.store.makers import DAY, HOUR, MINUTE, at_once

LEASE = timedelta(seconds=60)


def new(kind: str = "discover", run_at: datetime = NOW, **more: object) -> NewJob:
    return NewJob(kind=kind, payload={"n": 1}, run_at=run_at, **more)  # type: ignore[arg-type]


def enqueued(
    store: Store, org: Organization, *jobs: NewJob, role: Role = Role.OWNER
) -> list[Enqueued]:
    with store.writing(org.scope(role)) as tenant:
        return [tenant.jobs.enqueue(one, NOW) for one in jobs]


def claimed(
    background: Store, limit: int = 10, *, now: datetime = NOW, holder: str = "s1", **more: object
) -> list[ClaimedJob]:
    with background.system() as system:
        return system.jobs.claim(holder, limit, now=now, lease=LEASE, **more)  # type: ignore[arg-type]


def expire_leases(database: Database) -> None:
    """Let time pass for the leases: they live by the database's clock, which no test turns."""
    with database.owner.begin() as connection:
        connection.execute(
            update(job).where(job.c.lease_until.is_not(None)).values(lease_until=DatabaseNow())
        )


def row(database: Database, job_id: str):  # type: ignore[no-untyped-def]
    with database.owner.connect() as connection:
        return connection.execute(select(job).where(job.c.id == job_id)).one()


def test_a_job_is_claimed_with_its_scope_and_payload(
    store: Store, background: Store, acme: Organization, other: Organization
) -> None:
    [asked] = enqueued(store, acme, new(timeout=timedelta(seconds=90), attempts_max=3))
    [found] = claimed(background)
    assert found.id == asked.id
    assert found.scope == acme.job
    assert (found.kind, found.payload) == ("discover", {"n": 1})
    assert (found.attempt, found.attempts_max, found.is_last_attempt) == (1, 3, False)
    assert found.timeout == timedelta(seconds=90)
    assert claimed(background) == []


def test_the_urgent_go_first_then_the_longest_due(
    store: Store, background: Store, acme: Organization
) -> None:
    asked = enqueued(
        store,
        acme,
        new(run_at=NOW),
        new(run_at=NOW - HOUR),
        new(run_at=NOW, priority=1),
        new(run_at=NOW + timedelta(microseconds=1)),
    )
    order = [asked[2].id, asked[1].id, asked[0].id]
    assert [found.id for found in claimed(background)] == order


def test_only_the_kinds_asked_for_are_claimed(
    store: Store, background: Store, acme: Organization
) -> None:
    enqueued(store, acme, new("mail"), new("discover"))
    assert [j.kind for j in claimed(background, kinds={"mail", "other"})] == ["mail"]


def test_asking_twice_is_asking_once_until_it_is_done(
    store: Store, background: Store, acme: Organization, other: Organization
) -> None:
    [first] = enqueued(store, acme, new(key="k"))
    [again] = enqueued(store, acme, new(key="k"), role=Role.ADMIN)
    [foreign] = enqueued(store, other, new(key="k"))
    assert (first.is_new, again.is_new, foreign.is_new) == (True, False, True)
    assert again.id == first.id != foreign.id
    running = claimed(background)
    assert enqueued(store, acme, new(key="k"))[0].id == first.id
    with background.system() as system:
        for one in running:
            system.jobs.finish(one, NOW)
    assert enqueued(store, acme, new(key="k"))[0].is_new


def test_without_a_key_every_asking_counts(store: Store, acme: Organization) -> None:
    assert len({e.id for e in enqueued(store, acme, new(), new(), new())}) == 3


def test_a_person_and_the_scheduler_ask_for_the_same_job(
    store: Store, background: Store, acme: Organization
) -> None:
    with background.system() as system:
        planned = system.jobs.enqueue(new(run_at=NOW + DAY, key="k", priority=5), NOW, acme.id)
    [asked] = enqueued(store, acme, new(run_at=NOW, key="k", priority=1), role=Role.ANALYST)
    assert asked == Enqueued(planned.id, is_new=False)
    assert [found.id for found in claimed(background)] == [planned.id]  # pulled forward


def test_asking_again_never_puts_a_job_off(
    store: Store, background: Store, acme: Organization
) -> None:
    enqueued(store, acme, new(run_at=NOW, key="k", priority=1))
    enqueued(store, acme, new(run_at=NOW + DAY, key="k", priority=9))
    with store.reading(acme.scope()) as tenant:
        [waiting] = tenant.jobs.open()
    assert waiting.run_at == NOW


def test_twenty_who_ask_at_once_ask_once(store: Store, acme: Organization) -> None:
    found = at_once([lambda: enqueued(store, acme, new(key="k"))[0]] * 20)
    assert {type(end) for end in found} == {Enqueued}
    assert len({end.id for end in found if isinstance(end, Enqueued)}) == 1
    assert sum(end.is_new for end in found if isinstance(end, Enqueued)) == 1


def test_a_finished_job_is_over(store: Store, background: Store, acme: Organization) -> None:
    enqueued(store, acme, new())
    [mine] = claimed(background)
    with background.system() as system:
        system.jobs.set_progress(mine, {"done": 3, "of": 5})
        system.jobs.finish(mine, NOW + MINUTE)
    with store.reading(acme.scope(Role.VIEWER)) as tenant:
        done = tenant.jobs.get(mine.id)
        assert tenant.jobs.open() == []
    assert (done.state, done.finished_at) == (JobState.DONE, NOW + MINUTE)
    assert done.progress == {"done": 3, "of": 5}
    for write in (
        lambda system: system.jobs.finish(mine, NOW),
        lambda system: system.jobs.set_progress(mine, {}),
        lambda system: system.jobs.renew(mine, LEASE),
        lambda system: system.jobs.fail(mine, "x", NOW, retry_at=None),
        lambda system: system.jobs.postpone(mine, NOW),
    ):
        with background.system() as system, pytest.raises(LeaseLost):
            write(system)


def test_a_failed_job_comes_back_at_its_time_and_in_the_end_no_more(
    store: Store, background: Store, acme: Organization
) -> None:
    enqueued(store, acme, new(attempts_max=2))
    [first] = claimed(background)
    with background.system() as system:
        system.jobs.fail(first, "HTTP 503", NOW, retry_at=NOW + 5 * MINUTE)
    assert claimed(background, now=NOW + 4 * MINUTE) == []
    [second] = claimed(background, now=NOW + 5 * MINUTE)
    assert (second.attempt, second.is_last_attempt) == (2, True)
    with background.system() as system:
        system.jobs.fail(second, "HTTP 503 again", NOW, retry_at=None)
    with store.reading(acme.scope()) as tenant:
        [over] = tenant.jobs.recent()
    assert (over.state, over.error) == (JobState.FAILED, "HTTP 503 again")
    assert claimed(background, now=NOW + DAY) == []


def test_a_postponed_job_has_not_used_up_an_attempt(
    store: Store, background: Store, acme: Organization
) -> None:
    enqueued(store, acme, new())
    [first] = claimed(background)
    with background.system() as system:
        system.jobs.postpone(first, NOW + HOUR)
    assert claimed(background) == []
    assert [j.attempt for j in claimed(background, now=NOW + HOUR)] == [1]


def test_a_dead_holders_job_comes_back_and_its_late_word_is_refused(
    store: Store, background: Store, database: Database, acme: Organization
) -> None:
    enqueued(store, acme, new())
    [late] = claimed(background, holder="dead")
    with background.system() as system:
        assert system.jobs.reap(NOW) == 0  # its lease still runs
    expire_leases(database)
    with background.system() as system:
        assert system.jobs.reap(NOW) == 1
    [again] = claimed(background, holder="alive")
    assert (again.id, again.attempt) == (late.id, 2)
    assert again.claim.token > late.claim.token
    with background.system() as system, pytest.raises(LeaseLost):
        system.jobs.finish(late, NOW)
    with background.system() as system:
        system.jobs.finish(again, NOW)


def test_a_renewed_lease_is_not_reaped(
    store: Store, background: Store, database: Database, acme: Organization
) -> None:
    enqueued(store, acme, new())
    [mine] = claimed(background)
    expire_leases(database)
    with background.system() as system:
        system.jobs.renew(mine, LEASE)
        assert system.jobs.reap(NOW) == 0
        system.jobs.finish(mine, NOW)


def test_a_job_that_kills_its_process_each_time_ends(
    store: Store, background: Store, database: Database, acme: Organization
) -> None:
    enqueued(store, acme, new(attempts_max=2))
    for _ in range(2):
        assert len(claimed(background)) == 1
        expire_leases(database)
        with background.system() as system:
            system.jobs.reap(NOW)
    assert claimed(background) == []
    with store.reading(acme.scope()) as tenant:
        [over] = tenant.jobs.recent()
    assert over.state is JobState.FAILED
    assert over.error == "The process that ran it stopped without a word."


def test_a_process_that_stops_gives_its_jobs_back_and_only_its_own(
    store: Store, background: Store, acme: Organization
) -> None:
    enqueued(store, acme, new(), new())
    [mine] = claimed(background, 1, holder="stopping")
    [theirs] = claimed(background, 1, holder="staying")
    with background.system() as system:
        assert system.jobs.release("stopping") == 1
    [again] = claimed(background)
    assert (again.id, again.attempt) == (mine.id, 1)
    with background.system() as system:
        system.jobs.finish(theirs, NOW)
        with pytest.raises(LeaseLost):
            system.jobs.finish(mine, NOW)


def test_a_job_of_no_organization_is_the_systems_alone(
    background: Store, acme: Organization
) -> None:
    with background.system() as system:
        system.jobs.enqueue(new("upkeep", key="u"), NOW)
    with background.reading(acme.job) as tenant:
        assert tenant.jobs.recent() == []
    [found] = claimed(background)
    assert (found.org_id, found.scope) == (None, None)


def test_the_backlog_is_counted(store: Store, background: Store, acme: Organization) -> None:
    with background.system() as system:
        assert system.jobs.backlog(NOW) == (0, None)
    enqueued(store, acme, new(run_at=NOW - HOUR), new(), new(run_at=NOW + HOUR))
    with background.system() as system:
        assert system.jobs.backlog(NOW) == (2, NOW - HOUR)


def test_the_zone_an_instant_is_written_in_makes_no_difference(
    store: Store, background: Store, database: Database, acme: Organization
) -> None:
    tokyo = timezone(timedelta(hours=9))
    enqueued(store, acme, new(run_at=NOW + DAY, key="k", attempts_max=1))
    [asked] = enqueued(store, acme, new(run_at=NOW.astimezone(tokyo), key="k"))
    with store.reading(acme.scope()) as tenant:
        assert tenant.jobs.get(asked.id).run_at == NOW
    assert len(claimed(background, now=NOW.astimezone(tokyo))) == 1
    expire_leases(database)
    with background.system() as system:
        system.jobs.reap(NOW.astimezone(tokyo))
    with store.reading(acme.scope()) as tenant:
        assert tenant.jobs.get(asked.id).finished_at == NOW


# who sees what


def test_jobs_of_another_organization_are_not_found(
    store: Store, acme: Organization, other: Organization
) -> None:
    [mine] = enqueued(store, acme, new())
    with store.reading(other.scope()) as tenant:
        assert tenant.jobs.recent() == []
        assert tenant.jobs.open() == []
        with pytest.raises(NotFound):
            tenant.jobs.get(mine.id)


def test_a_limited_member_sees_and_shares_only_their_own_jobs(
    store: Store, acme: Organization
) -> None:
    [theirs] = enqueued(store, acme, new(key="k"))
    with store.writing(acme.limited) as tenant:
        own = tenant.jobs.enqueue(new(key="k"), NOW)
        assert own.is_new
        assert tenant.jobs.enqueue(new(key="k"), NOW) == Enqueued(own.id, is_new=False)
        assert [j.id for j in tenant.jobs.recent()] == [own.id]
        with pytest.raises(NotFound):
            tenant.jobs.get(theirs.id)


def test_recent_jobs_are_the_newest_of_the_kinds_asked_for(
    store: Store, acme: Organization
) -> None:
    with store.writing(acme.scope()) as tenant:
        ids = [
            tenant.jobs.enqueue(new(kind), NOW + n * MINUTE).id
            for n, kind in enumerate(("a", "b", "a", "c"))
        ]
        assert [j.id for j in tenant.jobs.recent(2)] == [ids[3], ids[2]]
        assert [j.id for j in tenant.jobs.recent(kinds=["a"])] == [ids[2], ids[0]]
        assert [j.id for j in tenant.jobs.open(["b", "c"])] == [ids[1], ids[3]]


# many processes


def _claim_all(address: str, holder: str) -> list[str]:
    store = Store.open(address, Process.SCHEDULER)
    found: list[str] = []
    try:
        while True:
            with store.system() as system:
                batch = system.jobs.claim(holder, 7, now=NOW, lease=LEASE)
            if not batch:
                return found
            found += [one.id for one in batch]
    finally:
        store.close()


def test_four_processes_claim_every_job_exactly_once(
    background: Store, database: Database, acme: Organization, other: Organization
) -> None:
    with background.system() as system:
        asked = {
            system.jobs.enqueue(new(), NOW, org.id).id for org in (acme, other) for _ in range(150)
        }
    with multiprocessing.get_context("spawn").Pool(4) as pool:
        shares = pool.starmap(_claim_all, [(database.address, f"p{i}") for i in range(4)])
    taken = [job_id for share in shares for job_id in share]
    assert len(taken) == len(set(taken)) == 300
    assert set(taken) == asked
    assert row(database, taken[0]).attempts == 1
