"""Roles, scopes and regions: who may do what, and see whom."""

from __future__ import annotations

from itertools import pairwise

import pytest

from core.domain.ids import AdvertiserId, OrgId, UserId
from core.domain.regions import Region
from core.domain.roles import PERMITTED, Action, Role, may
from core.domain.scope import TenantScope
from core.errors import NotAllowed, NotFound

ACME = TenantScope(OrgId("acme"), UserId("ann"), Role.ANALYST)
OTHER = TenantScope(OrgId("other"), UserId("bob"), Role.OWNER)


def test_each_role_may_all_that_the_one_below_may() -> None:
    ladder = [Role.VIEWER, Role.ANALYST, Role.ADMIN, Role.OWNER]
    for lower, higher in pairwise(ladder):
        assert PERMITTED[lower] < PERMITTED[higher]
    assert PERMITTED[Role.OWNER] == set(Action)


@pytest.mark.parametrize(
    ("role", "action", "allowed"),
    [
        (Role.VIEWER, Action.DOWNLOAD, True),
        (Role.VIEWER, Action.FETCH_AGAIN, False),
        (Role.ANALYST, Action.SET_STAGE, True),
        (Role.ANALYST, Action.LINK_ACCOUNTS, False),
        (Role.ADMIN, Action.INVITE, True),
        (Role.ADMIN, Action.DELETE_ORGANIZATION, False),
        (Role.OWNER, Action.DELETE_ORGANIZATION, True),
    ],
)
def test_a_role_permits_what_the_table_says(role: Role, action: Action, allowed: bool) -> None:
    assert may(role, action) is allowed


def test_what_a_role_forbids_is_said_in_a_sentence() -> None:
    ACME.require(Action.FETCH_AGAIN)
    with pytest.raises(NotAllowed, match=r"Your role \(analyst\) does not allow you to link"):
        ACME.require(Action.LINK_ACCOUNTS)


def test_a_scope_without_limits_sees_every_advertiser_of_its_own_organization() -> None:
    assert ACME.sees("1")
    assert ACME.org_id != OTHER.org_id


def test_a_limited_scope_sees_only_its_advertisers_and_never_widens() -> None:
    limited = ACME.narrowed(["1", "2"])
    assert limited.sees("1")
    assert not limited.sees("3")
    assert limited.narrowed(["2", "3"]).advertiser_ids == frozenset({AdvertiserId("2")})
    assert limited.narrowed([]).advertiser_ids == frozenset()
    assert not limited.narrowed([]).sees("1")
    assert ACME.sees("3")


def test_a_job_works_as_an_administrator_of_one_organization() -> None:
    scope = TenantScope.for_job(OrgId("acme"))
    assert scope.role is Role.ADMIN
    assert scope.user_id == "job"
    assert scope.org_id == ACME.org_id


def test_a_region_has_a_name_for_people() -> None:
    assert [region.label for region in Region] == ["North America", "Europe", "Far East"]


def test_what_is_not_there_and_what_is_not_ones_own_look_the_same() -> None:
    assert str(NotFound("The order")) == "The order was not found."
    assert str(NotFound()) == "That was not found."
