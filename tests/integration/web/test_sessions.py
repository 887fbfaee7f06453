"""Sessions of our own (design: identity and sessions; OWASP ASVS 5.0, 7.2 to 7.4).

Each test runs on SQLite and on PostgreSQL, with a second person standing beside.
"""

from __future__ import annotations

from datetime import timedelta

import pytest

from core.errors import NotFound
from core.web import sessions
from core.web.claims import Claims
from core.web.services import Services
from core.web.sessions import Visitor
from tests.integration.web.conftest import HandClock, MakeServices


def _claims(subject: str = "one", **changed: object) -> Claims:
    told: dict[str, object] = {
        "issuer": "https://id.example",
        "subject": subject,
        "email": f"{subject}@people.example",
        "email_verified": True,
        "name": subject.title(),
        "lifetime": timedelta(days=30),
    }
    return Claims(**{**told, **changed})  # type: ignore[arg-type]


def _cookie(services: Services, claims: Claims, replaced: str | None = None) -> dict[str, str]:
    _, token = sessions.begin(services, claims, user_agent="test", replaced=replaced)
    return {services.cookies.session: token.reveal()}


def _raw(claims: Claims) -> dict[str, str]:
    return {"iss": claims.issuer, "sub": claims.subject}


def _who(services: Services, cookies: dict[str, str], claims: Claims) -> Visitor | None:
    return sessions.visitor(services, cookies, _raw(claims))


@pytest.fixture
def bystander(services: Services) -> dict[str, str]:
    """A second person's session; whatever happens to the first, it stays."""
    return _cookie(services, _claims("two"))


def test_a_login_is_recognized_and_nobody_elses(
    services: Services, bystander: dict[str, str]
) -> None:
    mine = _cookie(services, _claims())
    visitor = _who(services, mine, _claims())
    assert visitor
    assert visitor.person.email == "one@people.example"
    other = _who(services, bystander, _claims("two"))
    assert other
    assert other.person.id != visitor.person.id


def test_a_session_cookie_counts_only_with_the_login_it_belongs_to(
    services: Services, bystander: dict[str, str]
) -> None:
    mine = _cookie(services, _claims())
    assert _who(services, mine, _claims("two")) is None
    assert _who(services, mine, _claims(issuer="https://other.example")) is None
    assert _who(services, bystander, _claims()) is None
    assert sessions.visitor(services, mine, None) is None
    assert _who(services, {}, _claims()) is None
    assert _who(services, {services.cookies.session: "guessed"}, _claims()) is None


def test_logout_ends_the_session_and_a_copied_cookie_stays_dead(
    services: Services, bystander: dict[str, str]
) -> None:
    mine = _cookie(services, _claims())
    sessions.end(services, mine)
    assert _who(services, mine, _claims()) is None
    assert _who(services, mine, _claims()) is None, "asking again recreates nothing"
    assert _who(services, bystander, _claims("two"))


def test_log_out_everywhere_ends_every_browser_of_one_person_only(
    services: Services, bystander: dict[str, str]
) -> None:
    here, there = _cookie(services, _claims()), _cookie(services, _claims())
    visitor = _who(services, here, _claims())
    assert visitor
    assert sessions.end_everywhere(services, visitor) == 2
    assert _who(services, here, _claims()) is None
    assert _who(services, there, _claims()) is None
    assert _who(services, bystander, _claims("two"))


def test_a_new_login_replaces_the_browsers_former_session(
    services: Services, bystander: dict[str, str]
) -> None:
    before = _cookie(services, _claims())
    after = _cookie(services, _claims(), replaced=before[services.cookies.session])
    assert before != after
    assert _who(services, before, _claims()) is None
    assert _who(services, after, _claims())


def test_a_session_at_rest_ends_and_one_in_use_does_not(
    services: Services, clock: HandClock, bystander: dict[str, str]
) -> None:
    mine = _cookie(services, _claims())
    for _ in range(4):
        clock.advance(hours=11.9)
        assert _who(services, mine, _claims()), "seeing it keeps it awake"
    assert _who(services, bystander, _claims("two")) is None, "12 hours idle is the default"
    clock.advance(hours=12)
    assert _who(services, mine, _claims()) is None


def test_no_use_keeps_a_session_beyond_its_absolute_end(
    services: Services, clock: HandClock
) -> None:
    mine = _cookie(services, _claims())
    for _ in range(16):  # 16 × 10.5 h = 168 h, the default
        assert _who(services, mine, _claims())
        clock.advance(hours=10.5)
    assert _who(services, mine, _claims()) is None


def test_a_session_ends_with_its_id_token(services: Services, clock: HandClock) -> None:
    claims = _claims(lifetime=timedelta(hours=1))
    mine = _cookie(services, claims)
    clock.advance(minutes=59)
    assert _who(services, mine, claims)
    clock.advance(minutes=1)
    assert _who(services, mine, claims) is None


def test_an_operator_may_let_sessions_outlive_their_id_token(
    make_services: MakeServices, clock: HandClock
) -> None:
    services = make_services(session_follows_id_token=False)
    claims = _claims(lifetime=timedelta(hours=1))
    mine = _cookie(services, claims)
    clock.advance(hours=2)
    assert _who(services, mine, claims)


def test_the_same_address_at_another_provider_is_another_person(services: Services) -> None:
    claims = _claims(issuer="https://other.example", email="one@people.example")
    mine, theirs = _cookie(services, _claims()), _cookie(services, claims)
    one, other = _who(services, mine, _claims()), _who(services, theirs, claims)
    assert one
    assert other
    assert one.person.id != other.person.id


def test_a_person_without_membership_has_no_scope_anywhere(
    services: Services, bystander: dict[str, str]
) -> None:
    with services.store.people() as door:
        second = _who(services, bystander, _claims("two"))
        assert second
        org_id = door.organizations.found("Theirs", second.person.id, services.clock.now())
    mine = _who(services, _cookie(services, _claims()), _claims())
    assert mine
    with pytest.raises(NotFound):
        mine.scope_in(org_id)
    with pytest.raises(NotFound):
        mine.scope_in(None)
    with pytest.raises(NotFound):
        mine.scope_in("org_that_is_not")
