"""Bringing a flight plan: what is wrong is said first, and it stands in where Amazon is silent."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest

from core.domain.flight_plan import FlightPlan
from core.domain.job_kinds import JobKind
from core.domain.roles import Role
from core.domain.scope import TenantScope
from core.errors import NotAllowed, UserError
from core.insight.directory import PlanSource, directory
from core.insight.plan_import import BYTES_MAX, bring, brought, plan_text, preview
from core.store.schema.words import Source
from tests.unit.insight.office import Office, flight, order

HEAD = "order_id,flight,start,end,budget\n"
SOUND = HEAD + 'o1,June,2026-11-01,2026-11-30,"12,000.50"\n'


@pytest.fixture
def kept(office: Office) -> Office:
    """One advertiser with one order, whose budget nobody knows."""
    office.advertiser()
    office.keep(order("o1"))
    return office


def ask(office: Office, text: str, scope: TenantScope | None = None) -> None:
    who = scope or office.org.scope()
    with office.desk(who) as desk, office.store.writing(who) as tenant:
        [advertiser] = desk.tenant.advertisers.all()
        bring(desk, tenant, advertiser, text)


def shown(office: Office, text: str) -> FlightPlan:
    with office.desk() as desk:
        [advertiser] = desk.tenant.advertisers.all()
        return preview(desk, advertiser, text)


def test_a_sound_plan_becomes_a_job_for_the_background(kept: Office) -> None:
    assert shown(kept, SOUND).total() == Decimal("12000.50")
    ask(kept, SOUND)
    with kept.desk() as desk:
        [advertiser] = desk.tenant.advertisers.all()
        job = brought(desk, advertiser)
    assert job is not None
    assert (job.kind, job.payload["text"]) == (JobKind.IMPORT_PLAN, SOUND)


def test_a_plan_with_a_fault_is_refused_in_its_words_and_asks_for_nothing(kept: Office) -> None:
    wrong = HEAD + "o2,June,2026-11-30,2026-11-01,-1\n"
    assert [fault.row for fault in shown(kept, wrong).faults] == [2, 2, 2]
    with pytest.raises(UserError, match="Row 2: there is no order 'o2' here"):
        ask(kept, wrong)
    with kept.desk() as desk:
        [advertiser] = desk.tenant.advertisers.all()
        assert brought(desk, advertiser) is None


def test_whoever_may_not_import_is_refused(kept: Office) -> None:
    with pytest.raises(NotAllowed):
        ask(kept, SOUND, kept.org.scope(Role.VIEWER))


def test_a_file_that_is_no_text_or_too_large_is_told_in_a_sentence() -> None:
    assert plan_text(b"\xef\xbb\xbforder_id") == "order_id"
    with pytest.raises(UserError, match="UTF-8"):
        plan_text(b"\xff\xfe\x00")
    with pytest.raises(UserError, match="512 KB"):
        plan_text(b"x" * (BYTES_MAX + 1))


def test_a_plan_stands_in_for_flights_and_never_beside_them(kept: Office) -> None:
    kept.keep(flight("o1", 9, -10, "500", id="plan-o1"), source=Source.PLAN)
    with kept.desk() as desk:
        known = directory(desk).orders["o1"]
    assert (known.plan, [f.budget.amount for f in known.flights]) == (PlanSource.IMPORTED, [500])
    later = kept.now + timedelta(minutes=1)
    kept.keep(order("o1"), flight("o1", 9, -10, "700", id="f1"), at=later)
    with kept.desk() as desk:
        known = directory(desk).orders["o1"]
    assert (known.plan, [f.budget.amount for f in known.flights]) == (PlanSource.FLIGHTS, [700])
