"""Schedules, recipients, deliveries and share links: how reports reach people."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import delete, insert, select, update

from core.domain.roles import Role
from core.errors import LeaseLost, NotAllowed, NotFound, UserError
from core.security.secret import Secret
from core.security.tokens import new_token
from core.store.delivery.deliveries import ReportDelivery
from core.store.delivery.recipients import Recipient
from core.store.delivery.schedules import ReportSchedule, Timing
from core.store.delivery.share_links import SharedView
from core.store.identity.members import Members
from core.store.schema import membership, organization, report_definition, share_link
from core.store.schema.words import DeliveryState
from core.store.store import Store
from tests.databases import LIMITED, NOW, Database, Organization
from tests.integration.store.makers import DAY, HOUR, at_once

TIMING = Timing(
    name="Weekly", rule="weekly mon 07:00", timezone="Europe/Berlin", options={"format": "pdf"},
    next_run_at=NOW,
)  # fmt: skip


@pytest.fixture(autouse=True)
def defined(database: Database, acme: Organization, other: Organization) -> None:
    """A report definition of each organization, and a schedule of the second one."""
    with database.owner.begin() as connection:
        for org in (acme, other):
            connection.execute(
                insert(report_definition),
                {
                    "id": f"{org.id}-report",
                    "org_id": org.id,
                    "owner_user_id": org.user(Role.OWNER),
                    "is_shared": True,
                    "name": "Report",
                    "payload": {},
                    "created_at": NOW,
                    "changed_by": org.user(Role.OWNER),
                    "changed_at": NOW,
                },
            )


def scheduled(store: Store, org: Organization, timing: Timing = TIMING) -> ReportSchedule:
    with store.writing(org.scope()) as tenant:
        return tenant.report_schedules.add(f"{org.id}-report", timing, NOW)


# schedules


def test_a_schedule_is_kept_changed_and_taken_away(
    store: Store, acme: Organization, other: Organization
) -> None:
    theirs, mine = scheduled(store, other), scheduled(store, acme)
    later = replace(TIMING, name="  Monthly  ", rule="monthly 1 07:00", enabled=False)
    with store.writing(acme.scope(Role.ANALYST)) as tenant:
        assert tenant.report_schedules.all() == [mine]
        tenant.report_schedules.change(mine.id, later, NOW + HOUR)
        changed = tenant.report_schedules.get(mine.id)
        assert (changed.name, changed.rule, changed.enabled) == ("Monthly", later.rule, False)
        assert (changed.changed_by, changed.changed_at) == (acme.user(Role.ANALYST), NOW + HOUR)
        for act in (tenant.report_schedules.get, tenant.report_schedules.remove):
            with pytest.raises(NotFound):
                act(theirs.id)
        tenant.report_schedules.remove(mine.id)
        assert tenant.report_schedules.all() == []
    with store.reading(other.scope()) as tenant:
        assert tenant.report_schedules.all() == [theirs]


def test_viewers_and_limited_members_schedule_nothing(
    store: Store, acme: Organization, other: Organization
) -> None:
    mine = scheduled(store, acme)
    for scope, seen in ((acme.scope(Role.VIEWER), [mine]), (acme.limited, [])):
        with store.reading(scope) as tenant:
            assert tenant.report_schedules.all() == seen
        with store.writing(scope) as tenant, pytest.raises((NotAllowed, NotFound)):
            tenant.report_schedules.add("org_acme-report", TIMING, NOW)


def test_of_many_tickers_one_moves_a_due_schedule(
    store: Store, background: Store, acme: Organization, other: Organization
) -> None:
    mine = scheduled(store, acme)
    scheduled(store, other, replace(TIMING, next_run_at=NOW + DAY))
    scheduled(store, other, replace(TIMING, enabled=False))
    scheduled(store, other, replace(TIMING, next_run_at=None))

    def tick() -> bool:
        with background.system() as system:
            (due,) = system.report_schedules.due(NOW) or (mine,)
            return system.report_schedules.advance(due, NOW + DAY, NOW)

    assert sorted(map(str, at_once([tick] * 6))) == ["False"] * 5 + ["True"]
    with store.reading(acme.scope()) as tenant:
        (moved,) = tenant.report_schedules.all()
    assert (moved.next_run_at, moved.last_run_at) == (NOW + DAY, NOW)


def test_a_deleted_organization_sends_nothing(
    store: Store, background: Store, database: Database, acme: Organization, other: Organization
) -> None:
    scheduled(store, acme)
    with database.owner.begin() as connection:
        closed = update(organization).where(organization.c.id == acme.id)
        connection.execute(closed.values(deleted_at=NOW))
    with background.system() as system:
        assert system.report_schedules.due(NOW) == []


# recipients


def added(store: Store, org: Organization, schedule: ReportSchedule) -> Recipient:
    with store.writing(org.scope()) as tenant:
        return tenant.recipients.add(schedule.id, "client@mail.example", NOW)


def way_out(background: Store, org: Organization, recipient: Recipient) -> Secret:
    token = new_token()
    with background.writing(org.job) as tenant:
        tenant.recipients.issue_link(recipient.id, token, NOW)
    return token


def test_every_mails_link_leaves_and_stays_left(
    store: Store, background: Store, acme: Organization, other: Organization
) -> None:
    schedule = scheduled(store, acme)
    recipient = added(store, acme, schedule)
    first, second = (way_out(background, acme, recipient) for _ in range(2))
    with store.reading_people() as door:
        assert door.unsubscriptions.look(second) == recipient
    with store.people() as door:
        left = door.unsubscriptions.leave(first, NOW + HOUR)
        assert left.unsubscribed_at == NOW + HOUR
        assert door.unsubscriptions.leave(second, NOW + DAY) == left
    with store.writing(acme.scope()) as tenant:
        assert tenant.recipients.all(schedule.id) == [left]
        with pytest.raises(UserError, match="among the recipients already"):
            tenant.recipients.add(schedule.id, recipient.address, NOW)


FILES = [{"name": "weekly.pdf", "format": "pdf", "place": "sent/1", "bytes": 3, "sha256": "ab"}]


def test_a_mails_files_are_its_holders_until_the_link_is_over(
    store: Store, background: Store, acme: Organization, other: Organization
) -> None:
    schedule = scheduled(store, acme)
    recipient = added(store, acme, schedule)
    delivery = planned(store, acme)
    token = new_token()
    terms: dict[str, Any] = {
        "by": acme.user(Role.ANALYST), "now": NOW, "expires_at": NOW + DAY,
    }  # fmt: skip
    with background.writing(acme.job) as tenant:
        tenant.file_links.issue(delivery.id, recipient.id, FILES, token, **terms)
    with store.writing(acme.scope()) as tenant, pytest.raises(NotAllowed):
        tenant.file_links.issue(delivery.id, recipient.id, FILES, new_token(), **terms)
    with store.reading_people() as door:
        found = door.linked_files.look(token, NOW)
        assert (found.org_id, found.files, found.scope.sees("1")) == (acme.id, FILES, False)
        for stranger, at in ((token, NOW + DAY), (new_token(), NOW)):
            with pytest.raises(NotFound, match=r"^The file was not found\.$"):
                door.linked_files.look(stranger, at)
    with store.writing(acme.scope()) as tenant:
        tenant.recipients.remove(recipient.id)
    with store.reading_people() as door, pytest.raises(NotFound):
        door.linked_files.look(token, NOW)


@pytest.mark.parametrize(
    "ending",
    [
        lambda members, user: members.remove(user),
        lambda members, user: members.change_role(user, Role.VIEWER),
        lambda members, user: members.limit(user, [LIMITED]),
    ],
    ids=["removed", "demoted", "limited"],
)
def test_case_43_a_mails_link_dies_with_the_right_to_send_of_whoever_answers_for_it(
    store: Store,
    background: Store,
    acme: Organization,
    other: Organization,
    ending: Callable[[Members, str], None],
) -> None:
    author = acme.user(Role.ANALYST)
    tokens = {}
    for org, by in ((acme, author), (acme, acme.user(Role.ADMIN)), (other, other.user(Role.OWNER))):
        delivery = planned(store, org)
        tokens[by] = new_token()
        with background.writing(org.job) as tenant:
            tenant.file_links.issue(
                delivery.id, None, FILES, tokens[by], by=by, now=NOW, expires_at=NOW + DAY
            )
    with store.writing(acme.scope()) as tenant:
        assert tenant.members.sends(author)
        ending(tenant.members, author)
        assert not tenant.members.sends(author)
    for by, token in tokens.items():
        with store.reading_people() as door:
            if by == author:
                with pytest.raises(NotFound, match=r"^The file was not found\.$"):
                    door.linked_files.look(token, NOW)
            else:
                assert door.linked_files.look(token, NOW).files == FILES


def test_a_guessed_link_is_no_way_out(
    store: Store, acme: Organization, other: Organization
) -> None:
    added(store, acme, scheduled(store, acme))
    with store.people() as door:
        for act in (door.unsubscriptions.look, lambda t: door.unsubscriptions.leave(t, NOW)):
            with pytest.raises(NotFound, match=r"^The subscription was not found\.$"):
                act(new_token())


def test_recipients_are_their_organizations_and_go_with_their_schedule(
    store: Store, background: Store, acme: Organization, other: Organization
) -> None:
    schedule = scheduled(store, acme)
    recipient = added(store, acme, schedule)
    token = way_out(background, acme, recipient)
    with store.writing(other.scope()) as tenant:
        assert tenant.recipients.all(schedule.id) == []
        with pytest.raises(NotFound):
            tenant.recipients.add(schedule.id, "spy@mail.example", NOW)
        with pytest.raises(NotFound):
            tenant.recipients.remove(recipient.id)
    with store.reading(acme.scope(Role.VIEWER)) as tenant:
        assert tenant.recipients.all(schedule.id) == []  # addresses are not for everybody
    with store.writing(acme.scope()) as tenant:
        tenant.report_schedules.remove(schedule.id)
    with store.people() as door, pytest.raises(NotFound):
        door.unsubscriptions.look(token)


# deliveries


def planned(store: Store, org: Organization, **more: Any) -> ReportDelivery:
    with store.writing(org.scope()) as tenant:
        found = tenant.report_deliveries.plan(f"{org.id}-report", "Weekly", NOW, NOW, **more)
    assert found is not None
    return found


def test_a_schedules_delivery_of_an_instant_is_planned_once(
    store: Store, background: Store, acme: Organization, other: Organization
) -> None:
    schedule = scheduled(store, acme)

    def plan() -> bool:
        with background.writing(acme.job) as tenant:
            made = tenant.report_deliveries.plan(
                schedule.definition_id, "Weekly", NOW, NOW, schedule_id=schedule.id
            )
        return made is not None

    assert sorted(map(str, at_once([plan] * 6))) == ["False"] * 5 + ["True"]
    planned(store, acme)  # by hand, as often as wanted
    planned(store, acme)
    with store.reading(acme.scope()) as tenant:
        assert len(tenant.report_deliveries.recent()) == 3
    with store.reading(other.scope()) as tenant:
        assert tenant.report_deliveries.recent() == []


def test_the_history_is_read_page_by_page_and_by_what_waits(
    store: Store, acme: Organization, other: Organization
) -> None:
    made = [planned(store, acme) for _ in range(5)]
    planned(store, other)
    with store.writing(acme.scope()) as tenant:
        waiting = tenant.report_deliveries.advance(made[0], DeliveryState.WAITING)
        deliveries = tenant.report_deliveries
        assert deliveries.count() == 5
        pages = [deliveries.recent(limit=2, offset=n) for n in (0, 2, 4, 6)]
        assert [len(page) for page in pages] == [2, 2, 1, 0]
        assert {one.id for page in pages for one in page} == {one.id for one in made}
        assert deliveries.recent(state=DeliveryState.WAITING) == [waiting]
    with store.reading(acme.limited) as tenant:
        assert tenant.report_deliveries.count() == 0


def test_what_went_out_about_an_advertiser_names_it_or_nobody(
    store: Store, background: Store, acme: Organization, other: Organization
) -> None:
    def sent(org: Organization, adv: str, hours: int, **more: object) -> str:
        query = {"v": "1"} | ({"adv": adv} if adv else {})
        told = {"report": {"query": query}, **more}
        with background.writing(org.job) as tenant:
            made = tenant.report_deliveries.plan("report", adv or "all", NOW, NOW, as_of=told)
            assert made is not None
            at = NOW + hours * HOUR
            tenant.report_deliveries.advance(made, DeliveryState.SENT, sent_at=at)
            tenant.report_deliveries.plan("report", "not yet", NOW, NOW, as_of=told)
        return made.id

    everybody, two, _ = (sent(acme, "", 1), sent(acme, "22,11", 3), sent(acme, "111,22", 2))
    sent(acme, "11", 4, is_test=True)
    sent(other, "11", 5)
    with store.reading(acme.scope(Role.VIEWER)) as tenant:
        found = tenant.report_deliveries.sent_about("11", 9)
        assert [one.id for one in found] == [two, everybody]
        assert [one.id for one in tenant.report_deliveries.sent_about("11", 1)] == [two]
    with store.reading(acme.limited) as tenant:
        assert tenant.report_deliveries.sent_about("11", 9) == []


def test_of_many_workers_one_takes_each_step(
    store: Store, background: Store, acme: Organization, other: Organization
) -> None:
    seen = planned(store, acme)
    files = [{"name": "weekly.pdf", "sha256": "ab" * 32}]

    def build() -> str:
        with background.writing(acme.job) as tenant:
            moved = tenant.report_deliveries.advance(
                seen, DeliveryState.READY, files=files, sha256="ab" * 32, is_late=True
            )
        return moved.state

    ended = at_once([build] * 4)
    assert sum(end == DeliveryState.READY for end in ended) == 1
    assert sum(isinstance(end, LeaseLost) for end in ended) == 3
    with store.reading(acme.scope()) as tenant:
        kept = tenant.report_deliveries.get(seen.id)
    assert (kept.state, kept.files, kept.is_late) == (DeliveryState.READY, files, True)


def test_a_person_approves_or_declines_what_waits_once(
    store: Store, background: Store, acme: Organization, other: Organization
) -> None:
    for approved, state in ((True, DeliveryState.READY), (False, DeliveryState.DECLINED)):
        with background.writing(acme.job) as tenant:
            made = tenant.report_deliveries.plan("org_acme-report", "W", NOW, NOW)
            assert made is not None
            waiting = tenant.report_deliveries.advance(made, DeliveryState.WAITING, comment="draft")
        with store.writing(acme.scope(Role.VIEWER)) as tenant, pytest.raises(NotAllowed):
            tenant.report_deliveries.decide(waiting.id, NOW, is_approved=approved)
        with store.writing(other.scope()) as tenant, pytest.raises(NotFound):
            tenant.report_deliveries.decide(waiting.id, NOW, is_approved=approved)
        with store.writing(acme.scope(Role.ANALYST)) as tenant:
            done = tenant.report_deliveries.decide(waiting.id, NOW, is_approved=approved)
            assert (done.state, done.comment) == (state, "draft")
            assert done.approved_by == acme.user(Role.ANALYST)
            with pytest.raises(UserError, match=f"it is {state}"):
                tenant.report_deliveries.decide(waiting.id, NOW, is_approved=True)


def test_what_failed_before_it_was_posted_begins_again_and_nothing_else_does(
    store: Store, background: Store, acme: Organization, other: Organization
) -> None:
    made = []
    for ids in ([], ["dlv:rec_1"]):
        with background.writing(acme.job) as tenant:
            new = tenant.report_deliveries.plan("org_acme-report", "W", NOW, NOW)
            assert new is not None
            made.append(
                tenant.report_deliveries.advance(
                    new, DeliveryState.FAILED, message_ids=ids, reason="The disk is full."
                )
            )
    unposted, posted = made
    with store.writing(acme.scope(Role.VIEWER)) as tenant, pytest.raises(NotAllowed):
        tenant.report_deliveries.begin_again(unposted.id)
    with store.writing(other.scope()) as tenant, pytest.raises(NotFound):
        tenant.report_deliveries.begin_again(unposted.id)
    with store.writing(acme.scope(Role.ANALYST)) as tenant:
        again = tenant.report_deliveries.begin_again(unposted.id)
        assert (again.state, again.reason) == (DeliveryState.PLANNED, None)
        for one in (unposted, posted):
            with pytest.raises(UserError, match="before it was posted"):
                tenant.report_deliveries.begin_again(one.id)


def test_a_delivery_outlives_its_definition(
    store: Store, database: Database, acme: Organization, other: Organization
) -> None:
    schedule = scheduled(store, acme)
    kept = planned(store, acme, schedule_id=schedule.id)
    with database.owner.begin() as connection:
        connection.execute(delete(report_definition))
    with store.reading(acme.scope()) as tenant:
        assert tenant.report_schedules.all() == []
        assert tenant.report_deliveries.recent() == [kept]


# share links


def shared(store: Store, org: Organization, role: Role = Role.ANALYST) -> Secret:
    token = new_token()
    with store.writing(org.scope(role)) as tenant:
        tenant.share_links.create(
            "June for Lumen", {"screen": "morning"}, token, now=NOW, expires_at=NOW + DAY,
            password_hash="scrypt$hash",
        )  # fmt: skip
    return token


def test_a_link_leads_to_one_view_with_its_makers_eyes(
    store: Store, acme: Organization, other: Organization
) -> None:
    token = shared(store, acme)
    with store.reading_people() as door:
        found = door.shared_views.open(token, NOW)
        scope = door.shared_views.scope(found)
    assert found == SharedView(
        acme.id, acme.user(Role.ANALYST), "June for Lumen", {"screen": "morning"},
        "scrypt$hash", NOW + DAY,
    )  # fmt: skip
    assert (scope.org_id, scope.role, scope.advertiser_ids) == (acme.id, Role.VIEWER, None)


def test_a_limited_members_link_shows_their_advertisers_only(
    store: Store, acme: Organization, other: Organization
) -> None:
    token = new_token()
    with store.writing(acme.limited) as tenant:
        tenant.share_links.create("Mine", {}, token, now=NOW, expires_at=NOW + DAY)
    with store.reading_people() as door:
        scope = door.shared_views.scope(door.shared_views.open(token, NOW))
    assert scope.advertiser_ids == {LIMITED}


def ends(store: Store, token: Secret) -> str:
    """Return how following a link ends."""
    with store.reading_people() as door:
        try:
            door.shared_views.scope(door.shared_views.open(token, NOW))
        except NotFound as error:
            return str(error)
    return "open"


def test_guessed_ended_revoked_and_orphaned_links_end_alike(
    store: Store, database: Database, acme: Organization, other: Organization
) -> None:
    tokens = [shared(store, acme) for _ in range(4)]
    assert [ends(store, token) for token in tokens] == ["open"] * 4
    with store.writing(acme.scope(Role.ANALYST)) as tenant:
        links = tenant.share_links.all()
        assert len(links) == 4
        tenant.share_links.revoke(links[0].id, NOW)
        with pytest.raises(NotFound):
            tenant.share_links.revoke(links[0].id, NOW)
    with database.owner.begin() as connection:
        expired = update(share_link).where(share_link.c.id == links[1].id)
        connection.execute(expired.values(expires_at=NOW))
    assert sorted(ends(store, token) for token in tokens) == [
        "The page was not found.",
        "The page was not found.",
        "open",
        "open",
    ]
    with database.owner.begin() as connection:
        gone = membership.c.user_id == acme.user(Role.ANALYST)
        demoted = update(membership).where(gone)
        connection.execute(demoted.values(role=Role.VIEWER))
    assert {ends(store, token) for token in tokens} == {"The page was not found."}
    with database.owner.begin() as connection:
        connection.execute(delete(membership).where(gone))
    assert {ends(store, token) for token in [*tokens, new_token()]} == {"The page was not found."}


def test_a_link_is_handled_by_its_maker_and_the_admins(
    store: Store, acme: Organization, other: Organization
) -> None:
    shared(store, acme)
    seen = {}
    for scope in (*(acme.scope(role) for role in Role), acme.limited, other.scope()):
        with store.reading(scope) as tenant:
            seen[scope.user_id] = len(tenant.share_links.all())
    assert [user for user, count in seen.items() if count] == [
        acme.user(role) for role in (Role.OWNER, Role.ADMIN, Role.ANALYST)
    ]


def test_no_token_of_a_link_is_kept(
    store: Store, database: Database, acme: Organization, other: Organization
) -> None:
    token = shared(store, acme)
    with database.owner.connect() as connection:
        kept = repr(connection.execute(select(share_link)).all())
    assert "June for Lumen" in kept
    assert token.reveal() not in kept
