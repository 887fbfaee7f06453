"""Who may found an organization is a setting; invitations let the others in."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from core.config import Founding
from core.domain.ids import AdvertiserId
from core.domain.roles import Role
from core.errors import NotAllowed, UserError
from core.security.secret import Secret
from core.store.identity.invitations import InvitationEnd, InvitationRefused
from core.store.schema import invitation
from core.web import founding, sessions
from core.web.claims import Claims
from core.web.context import PageContext
from core.web.inviting import invite
from core.web.services import Services
from core.web.sessions import Visitor
from tests.databases import LIMITED, Organization
from tests.integration.web.conftest import HandClock, MakeServices


def _visitor(services: Services, email: str | None, *, verified: bool = True) -> Visitor:
    claims = Claims("https://id.example", f"sub-{email}-{verified}", email, verified, "Someone",
                    timedelta(days=30))  # fmt: skip
    _, token = sessions.begin(services, claims, user_agent="", replaced=None)
    cookies = {services.cookies.session: token.reveal()}
    raw = {"iss": claims.issuer, "sub": claims.subject}
    found = sessions.visitor(services, cookies, raw)
    assert found
    return found


def _owner(services: Services, name: str = "Acme") -> PageContext:
    visitor = _visitor(services, "owner@acme.example")
    founding.found(services, visitor, name)
    again = _visitor(services, "owner@acme.example")
    return PageContext(services, again, again.memberships[0], services.clock.now())


def test_anybody_founds_where_founding_is_open(services: Services) -> None:
    assert _owner(services).membership.role is Role.OWNER


@pytest.mark.parametrize(
    ("email", "verified", "may"),
    [
        ("ann@agency.example", True, True),
        ("ANN@AGENCY.EXAMPLE", True, True),
        ("ann@second.example", True, True),
        ("ann@agency.example", False, False),
        ("ann@notagency.example", True, False),
        ("ann@agency.example.evil.example", True, False),
        ("agency.example", True, False),
        (None, True, False),
    ],
)
def test_by_domain_only_a_verified_address_counts(
    make_services: MakeServices, email: str | None, verified: bool, may: bool
) -> None:
    services = make_services(
        founding=Founding.DOMAIN, founding_domains=" agency.example, @Second.example ,"
    )
    visitor = _visitor(services, email, verified=verified)
    assert founding.may_found(services.settings, visitor.person) is may
    if not may:
        with pytest.raises(NotAllowed):
            founding.found(services, visitor, "Mine")
        assert _visitor(services, email, verified=verified).memberships == ()


def test_no_domain_listed_lets_nobody_found(make_services: MakeServices) -> None:
    services = make_services(founding=Founding.DOMAIN, founding_domains="")
    assert not founding.may_found(services.settings, _visitor(services, "ann@x.example").person)


def test_by_invitation_nobody_founds(make_services: MakeServices) -> None:
    services = make_services(founding=Founding.INVITATION)
    with pytest.raises(NotAllowed):
        founding.found(services, _visitor(services, "ann@x.example"), "Mine")


def _token(link: str) -> Secret:
    return Secret(link.rpartition("/invitations/")[2])


def test_an_invitation_lets_one_person_in_with_its_role_and_limits(
    services: Services, acme: Organization, other: Organization
) -> None:
    ctx = _owner(services)
    made = invite(ctx, " client@brand.example ", Role.VIEWER, {LIMITED})
    guest = _visitor(services, "client@brand.example")
    with services.store.reading_people() as door:
        seen = door.invitations.look(_token(made.link), guest.person.id, ctx.now)
    assert (seen.email, seen.role) == ("client@brand.example", Role.VIEWER)
    with services.store.people() as door:
        org_id = door.invitations.accept(_token(made.link), guest.person.id, ctx.now)
    assert org_id == ctx.scope.org_id
    (joined,) = _visitor(services, "client@brand.example").memberships
    assert joined.role is Role.VIEWER
    assert joined.advertiser_ids == frozenset({AdvertiserId(LIMITED)})


def test_an_invitation_is_good_once(services: Services) -> None:
    ctx = _owner(services)
    made = invite(ctx, "client@brand.example", Role.ANALYST, None)
    first, second = _visitor(services, "one@x.example"), _visitor(services, "two@x.example")
    with services.store.people() as door:
        door.invitations.accept(_token(made.link), first.person.id, ctx.now)
    with services.store.reading_people() as door, pytest.raises(InvitationRefused) as refused:
        door.invitations.look(_token(made.link), second.person.id, ctx.now)
    assert refused.value.reason is InvitationEnd.USED


def test_an_invitation_ends_by_its_hour(services: Services, clock: HandClock) -> None:
    ctx = _owner(services)
    made = invite(ctx, "client@brand.example", Role.ANALYST, None)
    clock.advance(hours=services.settings.invitation_hours)
    guest = _visitor(services, "client@brand.example")
    with services.store.reading_people() as door, pytest.raises(InvitationRefused) as refused:
        door.invitations.look(_token(made.link), guest.person.id, clock.now())
    assert refused.value.reason is InvitationEnd.EXPIRED


def test_only_the_hash_of_an_invitation_is_kept(services: Services) -> None:

    ctx = _owner(services)
    made = invite(ctx, "client@brand.example", Role.ANALYST, None)
    with services.store.engine.connect() as connection:
        if connection.dialect.name == "sqlite":
            rows = str(connection.execute(select(invitation)).all())
            assert _token(made.link).reveal() not in rows


@pytest.mark.parametrize("address", ["", "x", "a@b", "a b@c.example", "a@b.example, c@d.example"])
def test_a_slip_in_the_address_is_caught(services: Services, address: str) -> None:
    with pytest.raises(UserError):
        invite(_owner(services), address, Role.VIEWER, None)


def test_an_analyst_invites_nobody(services: Services) -> None:
    ctx = _owner(services)
    made = invite(ctx, "analyst@x.example", Role.ANALYST, None)
    guest = _visitor(services, "analyst@x.example")
    with services.store.people() as door:
        door.invitations.accept(_token(made.link), guest.person.id, ctx.now)
    again = _visitor(services, "analyst@x.example")
    theirs = PageContext(services, again, again.memberships[0], ctx.now)
    with pytest.raises(NotAllowed):
        invite(theirs, "friend@x.example", Role.VIEWER, None)
