"""Schedules, heartbeats, downloads, attention, mail, upkeep and the audit trail."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import delete, select, update

from core.domain.roles import Role
from core.errors import LeaseLost, NotAllowed, NotFound
from core.security.secret import Secret
from core.security.tokens import new_token, token_hash
from core.store.identity.people import Identity
from core.store.schema import (
    app_session,
    audit_event,
    audit_head,
    download,
    heartbeat,
    job,
    oauth_state,
    outbox,
)
from core.store.schema.words import JobState, MailState
from core.store.store import Store
from core.store.transaction import DatabaseNow
from core.store.work.downloads import Download
from core.store.work.jobs import NewJob
from core.store.work.outbox import Mail
from core.store.work.schedules import Schedule
from core.store.work.upkeep import KEEP_WORK
from tests.databases import LIMITED, NOW, Database, Organization
from tests.integration.store.makers import DAY, HOUR, MINUTE, at_once

LEASE = timedelta(seconds=60)


# schedules


def schedule(org: Organization | None, **more: object) -> Schedule:
    planned = Schedule(
        f"daily:{org.id if org else 'all'}",
        org and org.id,
        "plan",
        {"n": 1},
        "daily 06:30",
        "America/Los_Angeles",
        "once",
        NOW,
    )
    return replace(planned, **more)  # type: ignore[arg-type]


def test_a_schedule_is_due_when_its_time_has_come_and_moves_on(
    background: Store, acme: Organization, other: Organization
) -> None:
    mine, later = schedule(acme), schedule(other, next_run_at=NOW + HOUR)
    with background.system() as system:
        for planned in (later, mine):
            system.schedules.put(planned)
        assert system.schedules.due(NOW) == [mine]
        assert system.schedules.all() == [mine, later]
        assert system.schedules.advance(mine, NOW + DAY, NOW)
        assert system.schedules.due(NOW + HOUR) == [later]
        [_, moved] = system.schedules.all()
    assert (moved.next_run_at, moved.last_run_at) == (NOW + DAY, NOW)


def test_of_many_tickers_one_moves_a_schedule(background: Store, acme: Organization) -> None:
    with background.system() as system:
        system.schedules.put(schedule(acme))

    def tick() -> bool:
        with background.system() as system:
            moved = system.schedules.advance(schedule(acme), NOW + DAY, NOW)
            if moved:
                system.jobs.enqueue(NewJob(kind="plan", payload={}, run_at=NOW), NOW, acme.id)
            return moved

    assert sorted(map(str, at_once([tick] * 8))) == ["False"] * 7 + ["True"]
    with background.reading(acme.job) as tenant:
        assert len(tenant.jobs.open()) == 1


def test_putting_a_schedule_again_misses_nothing_and_repeats_nothing(
    background: Store, acme: Organization
) -> None:
    with background.system() as system:
        system.schedules.put(schedule(acme))
        system.schedules.advance(schedule(acme), NOW + DAY, NOW)
        system.schedules.put(schedule(acme, next_run_at=NOW + HOUR, payload={"n": 2}))
        [kept] = system.schedules.all()
        assert (kept.next_run_at, kept.last_run_at, kept.payload) == (NOW + DAY, NOW, {"n": 2})
        system.schedules.put(schedule(acme, rule="daily 09:00", next_run_at=NOW + HOUR))
        [changed] = system.schedules.all()
        assert (changed.rule, changed.next_run_at) == ("daily 09:00", NOW + HOUR)
        system.schedules.remove(changed.id)
        assert system.schedules.all() == []


def test_a_schedule_of_no_organization_is_the_systems(background: Store) -> None:
    with background.system() as system:
        system.schedules.put(schedule(None))
        assert system.schedules.due(NOW) == [schedule(None)]


# heartbeats


def test_a_living_process_is_heard_and_a_silent_one_ages(
    store: Store, background: Store, database: Database
) -> None:
    with background.system() as system:
        system.heartbeats.beat("s1", "scheduler", "0.1", {"jobs": 1})
    with database.owner.begin() as connection:
        long_ago = DatabaseNow(timedelta(minutes=-10))
        connection.execute(update(heartbeat).values(beat_at=long_ago, started_at=long_ago))
    with background.system() as system:
        system.heartbeats.beat("s2", "scheduler", "0.1")
    with store.reading_people() as door:
        young, old = door.heartbeats.all()
    assert (young.process, old.process) == ("s2", "s1")
    assert timedelta(0) <= young.age < MINUTE
    assert 10 * MINUTE <= old.age < 11 * MINUTE
    with background.system() as system:
        system.heartbeats.beat("s1", "scheduler", "0.1", {"jobs": 2})
        again = next(beat for beat in system.heartbeats.all() if beat.process == "s1")
    assert (again.started_at, again.detail) == (old.started_at, {"jobs": 2})
    assert again.age < MINUTE


def test_processes_that_ended_or_fell_silent_are_forgotten(
    background: Store, database: Database
) -> None:
    with background.system() as system:
        for process in ("ended", "silent", "alive"):
            system.heartbeats.beat(process, "scheduler", "0.1")
        system.heartbeats.remove("ended")
    with database.owner.begin() as connection:
        silent = update(heartbeat).where(heartbeat.c.process == "silent")
        connection.execute(silent.values(beat_at=DatabaseNow(timedelta(hours=-2))))
    with background.system() as system:
        assert system.heartbeats.remove_silent(HOUR) == 1
        assert [beat.process for beat in system.heartbeats.all()] == ["alive"]


# downloads


def offered(store: Store, org: Organization, role: Role = Role.VIEWER) -> Secret:
    token = new_token()
    with store.writing(org.scope(role)) as tenant:
        tenant.downloads.create(
            token,
            session_id="ses_1",
            file_name="orders.csv",
            spec={"question": 1},
            now=NOW,
            expires_at=NOW + HOUR,
        )
    return token


def redeemed(store: Store, token: Secret, user_id: str, **more: object) -> Download:
    terms = {"session_id": "ses_1", "now": NOW, **more}
    with store.reading_people() as door:
        return door.downloads.redeem(token, user_id=user_id, **terms)  # type: ignore[arg-type]


def test_a_link_gives_its_file_to_its_maker_in_their_session(
    store: Store, acme: Organization
) -> None:
    token, maker = offered(store, acme), acme.user(Role.VIEWER)
    expected = Download(acme.id, "orders.csv", {"question": 1})
    assert redeemed(store, token, maker) == redeemed(store, token, maker) == expected


def test_a_copied_link_gives_nothing_and_always_the_same_answer(
    store: Store, acme: Organization, other: Organization
) -> None:
    token, maker = offered(store, acme), acme.user(Role.VIEWER)
    attempts = (
        (new_token(), maker, {}),
        (Secret(token_hash(token)), maker, {}),
        (token, maker, {"session_id": "ses_2"}),
        (token, acme.user(Role.OWNER), {}),
        (token, other.user(Role.VIEWER), {}),
        (token, maker, {"now": NOW + HOUR}),
    )
    said = set()
    for given, user_id, more in attempts:
        with pytest.raises(NotFound) as refused:
            redeemed(store, given, user_id, **more)
        said.add(str(refused.value))
    assert said == {"The download was not found."}


def test_a_limited_member_may_download_too(store: Store, acme: Organization) -> None:
    token = new_token()
    with store.writing(acme.limited) as tenant:
        ends = {"now": NOW, "expires_at": NOW + HOUR}
        tenant.downloads.create(token, session_id="s", file_name="f", spec={}, **ends)  # type: ignore[arg-type]
    assert redeemed(store, token, acme.limited.user_id, session_id="s").file_name == "f"


# attention


def test_handlings_add_up_and_are_taken_back(
    store: Store, acme: Organization, other: Organization
) -> None:
    with store.writing(acme.scope(Role.ANALYST)) as tenant:
        items = tenant.attention
        items.acknowledge("pace:1", LIMITED, NOW)
        items.snooze("pace:1", LIMITED, NOW + MINUTE, NOW + DAY)
        items.assign("pace:1", LIMITED, NOW + 2 * MINUTE, acme.user(Role.ADMIN))
        items.acknowledge("lost:con_1", None, NOW)
        handled = items.all()["pace:1"]
        assert (handled.acknowledged_at, handled.snoozed_until) == (NOW, NOW + DAY)
        assert handled.owner_user_id == acme.user(Role.ADMIN)
        assert handled.changed_by == acme.user(Role.ANALYST)
        assert handled.changed_at == NOW + 2 * MINUTE
        items.reopen("pace:1", LIMITED, NOW + HOUR)
        handled = items.all()["pace:1"]
        assert (handled.acknowledged_at, handled.snoozed_until) == (None, None)
        assert handled.owner_user_id == acme.user(Role.ADMIN)
        assert set(items.all()) == {"pace:1", "lost:con_1"}
    with store.reading(acme.limited) as tenant:
        assert set(tenant.attention.all()) == {"pace:1"}
    with store.reading(other.scope()) as tenant:
        assert tenant.attention.all() == {}


def test_viewers_and_strangers_handle_nothing(store: Store, acme: Organization) -> None:
    with store.writing(acme.scope(Role.VIEWER)) as tenant, pytest.raises(NotAllowed):
        tenant.attention.acknowledge("k", LIMITED, NOW)
    for foreign in ("581000000000000009", None):
        with store.writing(acme.limited) as tenant, pytest.raises(NotFound):
            tenant.attention.acknowledge("k", foreign, NOW)


# mail


MAIL = Mail("invitation", "new@mail.example", "You are invited", {"link": "https://x"}, "inv:1")


def posted(store: Store, org: Organization, *mails: Mail) -> list[bool]:
    with store.writing(org.scope(Role.ADMIN)) as tenant:
        return [tenant.outbox.put(mail, NOW) for mail in mails]


def test_a_message_is_kept_once_and_sent_once(
    store: Store, background: Store, database: Database, acme: Organization, other: Organization
) -> None:
    assert posted(store, acme, MAIL, MAIL) == [True, False]
    assert posted(store, other, MAIL) == [True]
    with background.system() as system:
        found = system.post.claim("s1", 10, now=NOW, lease=LEASE)
        assert {c.org_id for c in found} == {acme.id, other.id}
        assert [(c.mail, c.attempt) for c in found] == [(MAIL, 1)] * 2
        assert system.post.claim("s2", 10, now=NOW, lease=LEASE) == []
        for one in found:
            system.post.sent(one, NOW)
        with pytest.raises(LeaseLost):
            system.post.sent(found[0], NOW)
    with database.owner.connect() as connection:
        rows = connection.execute(select(outbox)).all()
    assert {(r.state, r.sent_at) for r in rows} == {(MailState.SENT, NOW)}
    assert [r.body for r in rows] == [{}, {}]  # the link in it lets its reader in
    assert posted(store, acme, MAIL) == [False]


def test_a_message_that_failed_is_tried_again_and_in_the_end_not(
    store: Store, background: Store, acme: Organization
) -> None:
    posted(store, acme, MAIL)
    with background.system() as system:
        [first] = system.post.claim("s1", 10, now=NOW, lease=LEASE)
        system.post.failed(first, "SMTP 451", retry_at=NOW + HOUR)
        assert system.post.claim("s1", 10, now=NOW, lease=LEASE) == []
        [second] = system.post.claim("s1", 10, now=NOW + HOUR, lease=LEASE)
        assert second.attempt == 2
        system.post.failed(second, "SMTP 550", retry_at=None)
        assert system.post.claim("s1", 10, now=NOW + DAY, lease=LEASE) == []


def test_a_message_whose_sender_died_is_sent_by_another(
    store: Store, background: Store, database: Database, acme: Organization
) -> None:
    posted(store, acme, MAIL)
    with background.system() as system:
        [late] = system.post.claim("dead", 10, now=NOW, lease=LEASE)
    with database.owner.begin() as connection:
        connection.execute(update(outbox).values(lease_until=DatabaseNow()))
    with background.system() as system:
        [again] = system.post.claim("alive", 10, now=NOW, lease=LEASE)
        with pytest.raises(LeaseLost):
            system.post.sent(late, NOW)
        system.post.sent(again, NOW)


def test_only_admins_and_jobs_post(store: Store, background: Store, acme: Organization) -> None:
    with store.writing(acme.scope(Role.ANALYST)) as tenant, pytest.raises(NotAllowed):
        tenant.outbox.put(MAIL, NOW)
    with background.writing(acme.job) as tenant:
        assert tenant.outbox.put(MAIL, NOW)


# upkeep


def test_upkeep_removes_what_ended_long_ago_and_nothing_else(
    store: Store, background: Store, database: Database, acme: Organization
) -> None:
    with store.people() as door:
        person = door.sessions.recognize(Identity("https://login.example", "s"), NOW)
        for days in (1, 60):
            ends = NOW + timedelta(days=days)
            door.sessions.open_session(person, new_token(), NOW, absolute_end_at=ends)
    offered(store, acme)
    with store.writing(acme.scope()) as tenant:
        for n in range(2):
            tenant.jobs.enqueue(NewJob(kind=f"k{n}", payload={}, run_at=NOW), NOW)
    with background.system() as system:
        [done] = system.jobs.claim("s", 1, now=NOW, lease=LEASE)
        system.jobs.finish(done, NOW)
        assert not any(system.upkeep.remove_ended(NOW).values())
        removed = system.upkeep.remove_ended(NOW + KEEP_WORK + DAY + HOUR)
    assert {name: n for name, n in removed.items() if n} == {
        "app_session": 1,
        "download": 1,
        "job": 1,
    }
    with database.owner.connect() as connection:
        left = {
            table: len(connection.execute(select(table)).all())
            for table in (app_session, download, job, oauth_state)
        }
        states = connection.execute(select(job.c.state)).scalars().all()
    assert left == {app_session: 1, download: 0, job: 1, oauth_state: 0}
    assert states == [JobState.QUEUED]


# the audit trail


def noted(store: Store, org: Organization, *actions: str, role: Role = Role.VIEWER) -> None:
    for action in actions:
        with store.writing(org.scope(role)) as tenant:
            tenant.audit.add(action, "con_1", NOW, {"n": 1})


def fault(store: Store, org: Organization) -> int | None:
    with store.reading(org.scope(Role.ADMIN)) as tenant:
        return tenant.audit.first_fault()


def test_anybodys_acts_are_kept_in_order_and_admins_read_them(
    store: Store, background: Store, acme: Organization, other: Organization
) -> None:
    noted(store, acme, "login", "download")
    noted(store, other, "link")
    with store.writing(acme.limited) as tenant:
        tenant.audit.add("refused", "con_9", NOW)
    with background.writing(acme.job) as tenant:
        tenant.audit.add("lost", "con_1", NOW)
    with store.reading(acme.scope(Role.ADMIN)) as tenant:
        events = tenant.audit.recent()
        assert [e.sequence for e in tenant.audit.recent(2)] == [4, 3]
    assert [(e.sequence, e.actor, e.action) for e in reversed(events)] == [
        (1, acme.user(Role.VIEWER), "login"),
        (2, acme.user(Role.VIEWER), "download"),
        (3, acme.limited.user_id, "refused"),
        (4, "job", "lost"),
    ]
    assert fault(store, acme) is None
    for scope in (acme.scope(Role.ANALYST), acme.limited):
        with store.reading(scope) as tenant:
            assert tenant.audit.recent() == []
            with pytest.raises(NotAllowed):
                tenant.audit.first_fault()


@pytest.mark.parametrize(
    ("tampering", "found_at"),
    [
        (update(audit_event).where(audit_event.c.sequence == 2).values(actor="nobody"), 2),
        (delete(audit_event).where(audit_event.c.sequence == 2), 2),
        (delete(audit_event).where(audit_event.c.sequence >= 3), 3),
        (delete(audit_event).where(audit_event.c.org_id == "org_acme"), 1),
        (update(audit_event).where(audit_event.c.sequence == 3).values(hash="0" * 64), 3),
        (update(audit_head).values(hash="0" * 64), 4),
    ],
)
def test_tampering_shows(  # type: ignore[no-untyped-def]
    store: Store, database: Database, acme: Organization, tampering, found_at: int
) -> None:
    noted(store, acme, "a", "b", "c")
    assert fault(store, acme) is None
    with database.owner.begin() as connection:
        connection.execute(tampering)
    assert fault(store, acme) == found_at


def test_events_at_the_same_moment_stand_one_after_another(
    store: Store, acme: Organization, other: Organization
) -> None:
    at_once([lambda n=n: noted(store, (acme, other)[n % 2], f"act {n}") for n in range(24)])  # type: ignore[misc]
    for org in (acme, other):
        with store.reading(org.scope()) as tenant:
            assert sorted(e.sequence for e in tenant.audit.recent()) == list(range(1, 13))
        assert fault(store, org) is None


def test_a_long_trail_is_verified_page_by_page(
    background: Store, store: Store, database: Database, acme: Organization
) -> None:
    with background.writing(acme.job) as tenant:
        for n in range(1100):
            tenant.audit.add(f"act {n}", "x", NOW)
    assert fault(store, acme) is None
    with database.owner.begin() as connection:
        late = audit_event.c.sequence == 1050
        connection.execute(update(audit_event).where(late).values(subject="y"))
    assert fault(store, acme) == 1050
