"""Organizations, members, invitations: who is where, and what that lets them do."""

from __future__ import annotations

from datetime import datetime

import pytest

from core.domain.ids import AdvertiserId
from core.domain.roles import Role
from core.domain.scope import TenantScope
from core.errors import NotAllowed, NotFound, UserError
from core.security.secret import Secret
from core.security.tokens import new_token
from core.store.identity.invitations import Invitation, InvitationEnd, InvitationRefused
from core.store.identity.people import Identity
from core.store.store import Store
from tests.databases import LIMITED, NOW, Organization
from tests.integration.store.makers import DAY, HOUR, at_once, credentialed

NEWCOMER = Identity("https://login.example", "newcomer", "new@mail.example", name="New")


def newcomer(store: Store) -> str:
    with store.people() as door:
        return door.sessions.recognize(NEWCOMER, NOW).id


def invited(store: Store, org: Organization, role: Role = Role.VIEWER, **more: object) -> Secret:
    token = new_token()
    with store.writing(org.scope()) as tenant:
        terms = {"now": NOW, "expires_at": NOW + 3 * DAY, **more}
        tenant.invitations.create("new@mail.example", role, token, **terms)  # type: ignore[arg-type]
    return token


def accepted(store: Store, token: Secret, user_id: str, now=NOW) -> TenantScope:  # type: ignore[no-untyped-def]
    with store.people() as door:
        org_id = door.invitations.accept(token, user_id, now)
        return door.organizations.scope(user_id, org_id)


def role_of(store: Store, org: Organization, user_id: str) -> Role:
    with store.reading(org.scope()) as tenant:
        return next(m.role for m in tenant.members.all() if m.user_id == user_id)


# founding


def test_the_founder_owns_what_they_found_and_nobody_else_sees_it(
    store: Store, acme: Organization
) -> None:
    user_id = newcomer(store)
    with store.people() as door:
        org_id = door.organizations.found("  Northwind \t Media ", user_id, NOW)
        scope = door.organizations.scope(user_id, org_id)
    assert scope == TenantScope(org_id, scope.user_id, Role.OWNER)
    with store.reading(scope) as tenant:
        assert tenant.organization.get().name == "Northwind Media"
    with store.people() as door, pytest.raises(NotFound):
        door.organizations.scope(acme.user(Role.OWNER), org_id)


@pytest.mark.parametrize("name", ["", "   ", "x" * 121, "two\x00lines", "\u202egnp"])
def test_a_name_that_people_cannot_read_is_refused(store: Store, name: str) -> None:
    user_id = newcomer(store)
    with store.people() as door, pytest.raises(UserError, match="A name has 1 to 120"):
        door.organizations.found(name, user_id, NOW)


def test_a_person_is_told_only_of_their_own_organizations(
    store: Store, acme: Organization, other: Organization
) -> None:
    with store.reading_people() as door:
        mine = door.organizations.memberships(acme.user(Role.ANALYST))
    assert [(m.org_id, m.role, m.advertiser_ids) for m in mine] == [(acme.id, Role.ANALYST, None)]


def test_a_limited_member_gets_a_scope_of_their_advertisers(
    store: Store, acme: Organization
) -> None:
    with store.reading_people() as door:
        scope = door.organizations.scope(acme.limited.user_id, acme.id)
    assert scope == acme.limited


def test_a_foreign_organization_and_one_that_is_none_look_the_same(
    store: Store, acme: Organization, other: Organization
) -> None:
    said = set()
    for org_id in (other.id, "org_none"):
        with store.reading_people() as door, pytest.raises(NotFound) as refused:
            door.organizations.scope(acme.user(Role.OWNER), org_id)
        said.add(str(refused.value))
    assert said == {"The organization was not found."}


# the organization itself


def test_only_owners_rename_and_delete(store: Store, acme: Organization) -> None:
    for role in (Role.ADMIN, Role.ANALYST, Role.VIEWER):
        with store.writing(acme.scope(role)) as tenant:
            with pytest.raises(NotAllowed):
                tenant.organization.rename("Mine")
            with pytest.raises(NotAllowed):
                tenant.organization.delete(NOW)
    with store.writing(acme.scope()) as tenant:
        tenant.organization.rename("Acme Media")
    with store.reading(acme.scope(Role.VIEWER)) as tenant:
        assert tenant.organization.get().name == "Acme Media"


def test_a_deleted_organization_opens_for_nobody_and_its_tokens_are_gone(
    store: Store, background: Store, acme: Organization, other: Organization
) -> None:
    credentialed(store, acme)
    kept = credentialed(store, other)
    with store.writing(acme.scope()) as tenant:
        tenant.organization.delete(NOW)
    with store.reading_people() as door:
        assert door.organizations.memberships(acme.user(Role.ADMIN)) == []
    with store.reading(acme.scope()) as tenant, pytest.raises(NotFound):
        tenant.organization.get()
    with background.system() as system:
        assert [c.connection_id for c in system.credentials.due(NOW + DAY, 10)] == [kept]
        assert system.organizations.active() == [other.id]
        assert system.organizations.deleted() == [acme.id]


def test_a_purge_removes_every_row_of_a_deleted_organization_and_of_no_other(
    store: Store, background: Store, acme: Organization, other: Organization
) -> None:
    credentialed(store, acme)
    with background.system() as system:
        assert not system.organizations.purge(acme.id)  # it is not deleted
    with store.writing(acme.scope()) as tenant:
        tenant.organization.delete(NOW)
    with background.system() as system:
        assert system.organizations.purge(acme.id)
        assert not system.organizations.purge(acme.id)
    with background.reading(acme.job) as tenant:
        assert tenant.connections.all() == []
    assert role_of(store, other, other.user(Role.OWNER)) is Role.OWNER


# members


def test_members_are_listed_with_their_rights(store: Store, acme: Organization) -> None:
    with store.reading(acme.scope(Role.VIEWER)) as tenant:
        members = tenant.members.all()
    assert [m.role for m in members] == [
        Role.OWNER,
        Role.ADMIN,
        Role.ANALYST,
        Role.ANALYST,
        Role.VIEWER,
    ]
    assert all(m.user_id.startswith(acme.id) and m.email for m in members)
    limits = {m.user_id: m.advertiser_ids for m in members}
    assert limits[acme.limited.user_id] == {LIMITED}
    assert limits[acme.user(Role.ANALYST)] is None


def test_a_limited_member_sees_no_colleague(store: Store, acme: Organization) -> None:
    with store.reading(acme.limited) as tenant:
        assert [m.user_id for m in tenant.members.all()] == [acme.limited.user_id]


def test_an_admin_changes_roles_below_owner(store: Store, acme: Organization) -> None:
    with store.writing(acme.scope(Role.ADMIN)) as tenant:
        tenant.members.change_role(acme.user(Role.VIEWER), Role.ANALYST)
    assert role_of(store, acme, acme.user(Role.VIEWER)) is Role.ANALYST
    for user, role in ((Role.VIEWER, Role.OWNER), (Role.OWNER, Role.VIEWER)):
        with store.writing(acme.scope(Role.ADMIN)) as tenant, pytest.raises(NotAllowed):
            tenant.members.change_role(acme.user(user), role)


@pytest.mark.parametrize("role", [Role.ANALYST, Role.VIEWER])
def test_nobody_below_admin_changes_anybody(store: Store, acme: Organization, role: Role) -> None:
    colleague = Role.ANALYST if role is Role.VIEWER else Role.VIEWER
    for change in (
        lambda members: members.change_role(acme.user(role), Role.ADMIN),
        lambda members: members.limit(acme.user(Role.VIEWER), []),
        lambda members: members.remove(acme.user(colleague)),
    ):
        with store.writing(acme.scope(role)) as tenant, pytest.raises(NotAllowed):
            change(tenant.members)


def test_the_last_owner_can_neither_go_nor_step_down(store: Store, acme: Organization) -> None:
    owner = acme.user(Role.OWNER)
    with store.writing(acme.scope()) as tenant:
        with pytest.raises(UserError, match="needs an owner"):
            tenant.members.change_role(owner, Role.ADMIN)
        with pytest.raises(UserError, match="needs an owner"):
            tenant.members.remove(owner)
        tenant.members.change_role(acme.user(Role.ADMIN), Role.OWNER)
        tenant.members.remove(owner)
    with store.reading_people() as door:
        assert door.organizations.memberships(owner) == []


def test_of_two_owners_who_leave_at_once_one_stays(store: Store, acme: Organization) -> None:
    with store.writing(acme.scope()) as tenant:
        tenant.members.change_role(acme.user(Role.ADMIN), Role.OWNER)

    def leave(role: Role) -> None:
        scope = TenantScope(acme.id, acme.user(role), Role.OWNER)
        with store.writing(scope) as tenant:
            tenant.members.remove(scope.user_id)

    ends = at_once([lambda: leave(Role.OWNER), lambda: leave(Role.ADMIN)])
    assert sorted(type(end) for end in ends if end) == [UserError]


def test_anybody_may_leave(store: Store, acme: Organization) -> None:
    with store.writing(acme.scope(Role.VIEWER)) as tenant:
        tenant.members.remove(acme.user(Role.VIEWER))
    with store.reading(acme.scope()) as tenant:
        assert acme.user(Role.VIEWER) not in {m.user_id for m in tenant.members.all()}


def test_limits_are_set_changed_and_lifted(store: Store, acme: Organization) -> None:
    viewer = acme.user(Role.VIEWER)
    for ids in ({AdvertiserId("1"), AdvertiserId("2")}, {AdvertiserId("2")}, set(), None):
        with store.writing(acme.scope(Role.ADMIN)) as tenant:
            tenant.members.limit(viewer, ids)
        with store.reading_people() as door:
            assert door.organizations.scope(viewer, acme.id).advertiser_ids == ids


def test_who_runs_the_organization_is_never_limited(store: Store, acme: Organization) -> None:
    with store.writing(acme.scope()) as tenant:
        with pytest.raises(UserError, match="see every advertiser"):
            tenant.members.limit(acme.user(Role.ADMIN), ["1"])
        tenant.members.change_role(acme.limited.user_id, Role.ADMIN)
    with store.reading_people() as door:
        assert door.organizations.scope(acme.limited.user_id, acme.id).advertiser_ids is None


def test_members_of_another_organization_are_not_found(
    store: Store, acme: Organization, other: Organization
) -> None:
    for user_id in (other.user(Role.VIEWER), "usr_none"):
        with store.writing(acme.scope()) as tenant:
            for change in (
                lambda m, u: m.change_role(u, Role.VIEWER),
                lambda m, u: m.limit(u, []),
                lambda m, u: m.remove(u),
            ):
                with pytest.raises(NotFound, match=r"^The member was not found\.$"):
                    change(tenant.members, user_id)
    assert role_of(store, other, other.user(Role.VIEWER)) is Role.VIEWER


# invitations


def test_an_invitation_lets_in_once_with_its_role_and_limits(
    store: Store, acme: Organization
) -> None:
    token = invited(store, acme, Role.ANALYST, advertiser_ids=["7", "5", "7"])
    scope = accepted(store, token, newcomer(store))
    assert (scope.org_id, scope.role, scope.advertiser_ids) == (acme.id, Role.ANALYST, {"5", "7"})
    with pytest.raises(InvitationRefused) as refused:
        accepted(store, token, newcomer(store))
    assert refused.value.reason is InvitationEnd.USED


def test_an_invitation_is_looked_at_without_using_it_up(store: Store, acme: Organization) -> None:
    token, user_id = invited(store, acme, Role.ANALYST), newcomer(store)

    def looked(given: Secret = token, now: datetime = NOW) -> Invitation:
        with store.reading_people() as door:
            return door.invitations.look(given, user_id, now)

    assert (looked().role, looked().email) == (Role.ANALYST, "new@mail.example")
    for given, now, reason in (
        (new_token(), NOW, InvitationEnd.UNKNOWN),
        (token, NOW + 3 * DAY, InvitationEnd.EXPIRED),
    ):
        with pytest.raises(InvitationRefused) as refused:
            looked(given, now)
        assert refused.value.reason is reason
    assert accepted(store, token, user_id).role is Role.ANALYST
    with pytest.raises(InvitationRefused):
        looked()


def test_an_unlimited_invitation_gives_everything(store: Store, acme: Organization) -> None:
    assert accepted(store, invited(store, acme), newcomer(store)).advertiser_ids is None


def test_an_invitation_limited_to_nothing_gives_nothing(store: Store, acme: Organization) -> None:
    scope = accepted(store, invited(store, acme, advertiser_ids=[]), newcomer(store))
    assert scope.advertiser_ids == frozenset()


@pytest.mark.parametrize("seconds_over", [0, 1])
def test_an_expired_invitation_lets_nobody_in(
    store: Store, acme: Organization, seconds_over: int
) -> None:
    token = invited(store, acme, expires_at=NOW + HOUR)
    with pytest.raises(InvitationRefused) as refused:
        accepted(store, token, newcomer(store), NOW + HOUR + seconds_over * HOUR / 3600)
    assert refused.value.reason is InvitationEnd.EXPIRED


def test_a_withdrawn_invitation_lets_nobody_in(store: Store, acme: Organization) -> None:
    token = invited(store, acme)
    with store.writing(acme.scope(Role.ADMIN)) as tenant:
        [open_one] = tenant.invitations.all()
        tenant.invitations.revoke(open_one.id, NOW)
        with pytest.raises(NotFound):
            tenant.invitations.revoke(open_one.id, NOW)
    with pytest.raises(InvitationRefused) as refused:
        accepted(store, token, newcomer(store))
    assert refused.value.reason is InvitationEnd.REVOKED


def test_a_guessed_invitation_is_unknown_and_says_nothing_else(
    store: Store, acme: Organization
) -> None:
    invited(store, acme)
    with pytest.raises(InvitationRefused) as refused:
        accepted(store, new_token(), newcomer(store))
    assert refused.value.reason is InvitationEnd.UNKNOWN
    assert acme.id not in str(refused.value)


def test_of_five_who_accept_one_invitation_at_once_one_gets_in(
    store: Store, acme: Organization
) -> None:
    token = invited(store, acme)
    with store.people() as door:
        users = [
            door.sessions.recognize(Identity("https://login.example", f"n-{i}"), NOW).id
            for i in range(5)
        ]
    ends = at_once([lambda u=u: accepted(store, token, u) for u in users])  # type: ignore[misc]
    assert sum(isinstance(end, TenantScope) for end in ends) == 1
    assert sum(isinstance(end, InvitationRefused) for end in ends) == 4
    with store.reading(acme.scope()) as tenant:
        assert len({m.user_id for m in tenant.members.all()} & set(users)) == 1


def test_a_member_who_accepts_keeps_the_role_they_have(store: Store, acme: Organization) -> None:
    token = invited(store, acme, Role.VIEWER)
    scope = accepted(store, token, acme.user(Role.ADMIN))
    assert scope.role is Role.ADMIN


def test_an_admin_invites_no_owner_and_others_invite_nobody(
    store: Store, acme: Organization
) -> None:
    terms = {"now": NOW, "expires_at": NOW + DAY}
    for role, wanted in ((Role.ADMIN, Role.OWNER), (Role.ANALYST, Role.VIEWER)):
        with store.writing(acme.scope(role)) as tenant, pytest.raises(NotAllowed):
            tenant.invitations.create("x@mail.example", wanted, new_token(), **terms)  # type: ignore[arg-type]
    with store.writing(acme.scope()) as tenant:
        tenant.invitations.create("x@mail.example", Role.OWNER, new_token(), **terms)  # type: ignore[arg-type]


def test_an_admin_is_not_invited_to_some_advertisers(store: Store, acme: Organization) -> None:
    with pytest.raises(UserError, match="see every advertiser"):
        invited(store, acme, Role.ADMIN, advertiser_ids=["1"])


def test_nobody_joins_a_deleted_organization(store: Store, acme: Organization) -> None:
    token = invited(store, acme)
    with store.writing(acme.scope()) as tenant:
        tenant.organization.delete(NOW)
    with pytest.raises(NotFound):
        accepted(store, token, newcomer(store))


def test_invitations_of_one_organization_are_hidden_from_another(
    store: Store, acme: Organization, other: Organization
) -> None:
    invited(store, acme)
    with store.reading(acme.scope(Role.ADMIN)) as tenant:
        [open_one] = tenant.invitations.all()
    with store.writing(other.scope()) as tenant:
        assert tenant.invitations.all() == []
        with pytest.raises(NotFound):
            tenant.invitations.revoke(open_one.id, NOW)
    with store.reading(acme.scope(Role.ADMIN)) as tenant:
        assert tenant.invitations.all() == [open_one]
