"""What people leave, by one set of claims over every way to it.

Each test runs in a transaction of SQLite, in one of Postgres, and through a real PostgREST with
the person's own token. The second organization holds the same things throughout.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest

from core.domain.client_budget import FeeTerms
from core.domain.content import AnnotationKind, Direction, Taggable
from core.domain.fx import FxRate
from core.domain.ids import AdvertiserId
from core.domain.metrics import Better, Stage, Unit
from core.domain.periods import DateRange
from core.domain.roles import Role
from core.errors import NotAllowed, NotFound, Taken, UserError
from core.store.content.annotations import Told
from core.store.content.client_budgets import Given
from core.store.content.goals import Aim
from core.store.content.own_metrics import Definition
from core.store.content.tags import EntityTag
from tests.databases import LIMITED, NOW, Database, Organization
from tests.integration.store.content_doors import Doors, as_persons, by_postgrest, by_transaction
from tests.integration.store.every_table import UNSEEN

pytestmark = pytest.mark.parametrize(
    ("fresh_database", "way"),
    [("sqlite", "sql"), ("postgresql", "sql"), ("postgresql", "rest")],
    ids=["sqlite", "postgresql", "postgrest"],
    indirect=True,
    scope="module",
)

TODAY = date(2026, 11, 23)
DAY = timedelta(days=1)
WEEK = DateRange(TODAY - 6 * DAY, TODAY)
LATER = NOW + timedelta(hours=1)
# What breaks a filter, a list or a path that is glued together instead of quoted.
HOSTILE = 'a,b) "c" \\ &d=e #%2C or(x.eq.1) ünï — 日本'


@pytest.fixture(scope="module")
def way(request: pytest.FixtureRequest, fresh_database: Database) -> Iterator[Doors]:
    if request.param == "sql":
        with by_transaction(fresh_database) as doors:
            yield doors
    else:
        server = request.getfixturevalue("postgres")
        with by_postgrest(server, fresh_database) as rest, as_persons(rest) as doors:
            yield doors


@pytest.fixture
def doors(way: Doors, database: Database, other: Organization) -> Doors:
    """The way, with something of every kind standing in the other organization."""
    with way(other.scope()) as theirs:
        theirs.saved_views.add("Theirs", "morning", {"v": "1"}, NOW, is_shared=True)
        theirs.report_definitions.add("Theirs", {"of": "weekly"}, NOW, is_shared=True)
        theirs.annotations.add(told(words="Theirs"), NOW)
        theirs.goals.add(aim(), NOW)
        theirs.client_budgets.add(given(), NOW)
        theirs.own_metrics.add(definition("Theirs"), NOW)
        theirs.groups.add("Theirs", [LIMITED], NOW)
        theirs.tag_rules.add("Theirs", Taggable.ORDER, "{brand}_*", NOW, advertiser_id=None)
        theirs.tags.put([tag("theirs")], NOW)
        theirs.calendar.put("theirs", "Theirs", WEEK, NOW)
        theirs.rates.put([rate(TODAY)], NOW)
    return way


def told(
    words: str = "Prices down", advertiser_id: str | None = None, days: DateRange = WEEK
) -> Told:
    return Told(kind=AnnotationKind.PRICE, days=days, words=words, advertiser_id=advertiser_id)


def aim(target: str = "4.5", advertiser_id: str = LIMITED) -> Aim:
    return Aim(
        advertiser_id=advertiser_id,
        metric="total_roas",
        direction=Direction.AT_LEAST,
        target=Decimal(target),
        valid_from=TODAY,
    )


def given(amount: str = "1200.50", advertiser_id: str = LIMITED) -> Given:
    return Given(
        advertiser_id=advertiser_id,
        name="Lumen",
        amount=Decimal(amount),
        first_month=TODAY,
        order_ids=("o2", "o1", "o2"),
        terms=FeeTerms.MARGIN,
        percent=Decimal("0.125"),
    )


def definition(name: str = "Cost of a view") -> Definition:
    return Definition(
        name=name,
        formula="total_cost / dpv",
        unit=Unit.MONEY,
        better=Better.DOWN,
        stage=Stage.CONSIDERATION,
        description="What a product page seen costs.",
    )


def tag(value: str, entity_id: str = "o1", advertiser_id: str = LIMITED, **more: str) -> EntityTag:
    return EntityTag(
        kind=Taggable.ORDER,
        entity_id=entity_id,
        tag=more.get("tag", "brand"),
        advertiser_id=AdvertiserId(advertiser_id),
        value=value,
        rule_id=more.get("rule_id"),
    )


def rate(day: date, quote: str = "EUR", of: str = "0.923100000001", source: str = "ECB") -> FxRate:
    return FxRate(day, "USD", quote, Decimal(of), source)


# saved views and report definitions


def test_a_view_of_ones_own_is_nobody_elses(doors: Doors, acme: Organization) -> None:
    viewer, owner = acme.scope(Role.VIEWER), acme.scope()
    with doors(viewer) as mine:
        kept = mine.saved_views.add("Mine", "morning", {"v": "1", "q": HOSTILE}, NOW)
        assert mine.saved_views.all() == [kept]
        assert mine.saved_views.get(kept.id).payload == {"v": "1", "q": HOSTILE}
    with doors(owner) as theirs:
        assert theirs.saved_views.all() == []
        with pytest.raises(NotFound):
            theirs.saved_views.rename(kept.id, "Taken over", NOW)
        with pytest.raises(NotFound):
            theirs.saved_views.remove(kept.id)
    with doors(viewer) as mine:
        mine.saved_views.rename(kept.id, "Still mine", LATER)
        found = mine.saved_views.get(kept.id)
        assert (found.name, found.created_at, found.changed_at) == ("Still mine", NOW, LATER)
        mine.saved_views.remove(kept.id)
        assert mine.saved_views.all() == []


def test_a_view_is_shared_and_taken_back_by_who_may(doors: Doors, acme: Organization) -> None:
    analyst, viewer = acme.scope(Role.ANALYST), acme.scope(Role.VIEWER)
    with doors(analyst) as mine:
        kept = mine.saved_views.add("Ours", "morning", {"v": "1"}, NOW, advertiser_id=LIMITED)
        whole = mine.saved_views.add("Whole", "pacing", {}, NOW, is_shared=True)
        mine.saved_views.share(kept.id, NOW, is_shared=True)
    with doors(viewer) as seen:
        assert [v.name for v in seen.saved_views.all()] == ["Ours", "Whole"]
        assert [v.name for v in seen.saved_views.of_screen("pacing")] == ["Whole"]
        with pytest.raises(NotAllowed):
            seen.saved_views.add("No", "morning", {}, NOW, is_shared=True)
        with pytest.raises(NotAllowed):
            seen.saved_views.remove(kept.id)
    with doors(acme.limited) as client:
        assert [v.name for v in client.saved_views.all()] == ["Ours"]
        with pytest.raises(NotFound):
            client.saved_views.show_instead(kept.id, {"v": "1"}, NOW, advertiser_id=UNSEEN)
        with pytest.raises(NotFound):
            client.saved_views.get(whole.id)
    with doors(acme.scope(Role.ADMIN)) as admin:
        admin.saved_views.show_instead(kept.id, {"v": "1", "q": "x"}, LATER, advertiser_id=LIMITED)
        with pytest.raises(UserError, match="only they"):
            admin.saved_views.share(kept.id, LATER, is_shared=False)
    with doors(analyst) as mine:
        mine.saved_views.share(kept.id, LATER, is_shared=False)
        found = mine.saved_views.get(kept.id)
        assert (found.payload, found.is_shared) == ({"v": "1", "q": "x"}, False)
    with doors(viewer) as seen:
        assert [v.name for v in seen.saved_views.all()] == ["Whole"]


def test_a_report_keeps_what_it_is_made_of(doors: Doors, acme: Organization) -> None:
    made_of = {
        "views": [{"screen": "morning", "q": HOSTILE}],
        "formats": ["pdf"],
        "n": 3,
        "x": None,
    }
    with doors(acme.scope(Role.ANALYST)) as mine:
        kept = mine.report_definitions.add("Weekly", made_of, NOW, is_shared=True)
        mine.report_definitions.rename(kept.id, "Every week", NOW)
        assert mine.report_definitions.get(kept.id).payload == made_of
        mine.report_definitions.define(kept.id, {"views": []}, LATER)
    with doors(acme.scope(Role.VIEWER)) as seen:
        (found,) = seen.report_definitions.all()
        assert (found.name, found.payload, found.changed_at) == ("Every week", {"views": []}, LATER)
        with pytest.raises(NotAllowed):
            seen.report_definitions.define(kept.id, {}, LATER)
    with doors(acme.scope()) as owner:
        owner.report_definitions.remove(kept.id)
        assert owner.report_definitions.all() == []


# annotations and goals


def test_annotations_speak_of_days_and_of_what_one_sees(doors: Doors, acme: Organization) -> None:
    before = DateRange(TODAY - 20 * DAY, TODAY - 10 * DAY)
    with doors(acme.scope()) as mine:
        whole = mine.annotations.add(told(), NOW)
        seen = mine.annotations.add(told(HOSTILE, LIMITED, before), NOW)
        mine.annotations.add(told("Hidden", UNSEEN), NOW)
        assert [a.words for a in mine.annotations.within(before)] == [HOSTILE]
        assert [a.first_day for a in mine.annotations.all()] == [
            WEEK.start, WEEK.start, before.start
        ]  # fmt: skip
    with doors(acme.limited) as client:
        assert client.annotations.all() == [seen]
        client.annotations.change(seen.id, told("Sold out", LIMITED), LATER)
        (changed,) = client.annotations.all()
        assert (changed.words, changed.days) == ("Sold out", WEEK)
        assert (changed.created_by, changed.changed_by) == (
            acme.scope().user_id,
            acme.limited.user_id,
        )
        for refused in (told("x", UNSEEN), told("x")):
            with pytest.raises(NotFound):
                client.annotations.add(refused, NOW)
        with pytest.raises(NotFound):
            client.annotations.remove(whole.id)
    with doors(acme.scope(Role.VIEWER)) as reader:
        assert len(reader.annotations.all()) == 3
        with pytest.raises(NotAllowed):
            reader.annotations.remove(seen.id)
    with doors(acme.scope()) as mine:
        mine.annotations.remove(whole.id)
        with pytest.raises(NotFound):
            mine.annotations.remove(whole.id)


def test_a_clients_budget_is_kept_by_months_and_to_its_last_digit(
    doors: Doors, acme: Organization
) -> None:
    with doors(acme.scope()) as mine:
        made = mine.client_budgets.add(given("123456789.012345"), NOW)
        (kept,) = mine.client_budgets.all()
        assert kept == made
        assert (kept.amount, kept.percent) == (Decimal("123456789.012345"), Decimal("0.125"))
        assert (kept.first_month, kept.order_ids) == (date(2026, 11, 1), ("o1", "o2"))
        assert kept.holds_in(date(2027, 3, 9)), "without a last month it goes on"
        assert not kept.holds_in(date(2026, 10, 31))
        ending = replace(given(), last_month=date(2026, 12, 24))
        mine.client_budgets.change(kept.id, ending, LATER)
        (changed,) = mine.client_budgets.all()
        assert changed.holds_in(date(2026, 12, 31))
        assert not changed.holds_in(date(2027, 1, 1))
        mine.client_budgets.remove(kept.id)
        assert mine.client_budgets.all() == []


def test_a_clients_budget_of_an_advertiser_unseen_is_not_there(
    doors: Doors, acme: Organization
) -> None:
    with doors(acme.scope()) as mine:
        seen = mine.client_budgets.add(given(), NOW)
        unseen = mine.client_budgets.add(given(advertiser_id=UNSEEN), NOW)
    with doors(acme.limited) as client:
        assert client.client_budgets.all() == [seen]
        for refused in (
            lambda: client.client_budgets.add(given(advertiser_id=UNSEEN), NOW),
            lambda: client.client_budgets.change(unseen.id, given(), NOW),
            lambda: client.client_budgets.remove(unseen.id),
        ):
            with pytest.raises(NotFound):
                refused()
    with doors(acme.scope(Role.VIEWER)) as viewer, pytest.raises(NotAllowed):
        viewer.client_budgets.add(given(), NOW)
    with doors(acme.scope()) as mine:
        mine.client_budgets.remove(seen.id)
        mine.client_budgets.remove(unseen.id)


@pytest.mark.parametrize(
    "wrong",
    [{"amount": Decimal(0)}, {"amount": Decimal("NaN")}, {"percent": Decimal("0.95")},
     {"last_month": date(2026, 9, 1)}, {"name": " "}],
)  # fmt: skip
def test_a_budget_that_nobody_can_mean_is_refused(
    doors: Doors, acme: Organization, wrong: dict[str, object]
) -> None:
    with doors(acme.scope()) as mine, pytest.raises(UserError):
        mine.client_budgets.add(replace(given(), **wrong), NOW)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "target", ["4.5", "0.000001", "-12.345678", "99999999999999999.999999", "0.1", "12345678.9"]
)
def test_a_goals_target_is_kept_to_its_last_digit(
    doors: Doors, acme: Organization, target: str
) -> None:
    with doors(acme.scope()) as mine:
        made = mine.goals.add(aim(target), NOW)
        (kept,) = mine.goals.all()
        assert kept == made
        assert str(kept.target) == str(Decimal(target).quantize(Decimal("1e-6")))
        assert (kept.valid_from, kept.valid_to, kept.note) == (TODAY, None, None)


def test_a_goal_is_changed_and_removed_by_who_sees_its_advertiser(
    doors: Doors, acme: Organization
) -> None:
    with doors(acme.scope()) as mine:
        seen = mine.goals.add(aim(), NOW)
        unseen = mine.goals.add(replace(aim(), advertiser_id=UNSEEN, order_id="o9"), NOW)
    with doors(acme.limited) as client:
        assert client.goals.all() == [seen]
        client.goals.change(seen.id, replace(aim("5"), valid_to=TODAY + DAY, note=HOSTILE), LATER)
        (changed,) = client.goals.all()
        assert (changed.target, changed.valid_to, changed.note) == (5, TODAY + DAY, HOSTILE)
        for attempt in (
            lambda: client.goals.remove(unseen.id),
            lambda: client.goals.change(unseen.id, aim(), NOW),
            lambda: client.goals.change(seen.id, aim(advertiser_id=UNSEEN), NOW),
        ):
            with pytest.raises(NotFound):
                attempt()
        client.goals.remove(seen.id)
        assert client.goals.all() == []


# metrics, groups, calendar


def test_two_metrics_cannot_bear_one_name(doors: Doors, acme: Organization) -> None:
    with doors(acme.scope()) as mine:
        first = mine.own_metrics.add(definition("First"), NOW)
        second = mine.own_metrics.add(definition("Second"), NOW)
        with pytest.raises(Taken):
            mine.own_metrics.add(definition("First"), NOW)
        with pytest.raises(Taken):
            mine.own_metrics.change(second.key, definition("First"), NOW)
        mine.own_metrics.change(first.key, definition("Theirs"), LATER)  # another tenant's name
        assert [m.name for m in mine.own_metrics.all()] == ["Second", "Theirs"]
    with doors(acme.limited) as client:
        assert len(client.own_metrics.all()) == 2
        with pytest.raises(NotAllowed):
            client.own_metrics.remove(first.key)
    with doors(acme.scope()) as mine:
        mine.own_metrics.remove(first.key)
        (left,) = mine.own_metrics.all()
        assert (left.unit, left.better, left.stage) == (
            Unit.MONEY,
            Better.DOWN,
            Stage.CONSIDERATION,
        )


def test_groups_are_for_those_who_see_every_advertiser(doors: Doors, acme: Organization) -> None:
    with doors(acme.scope(Role.ANALYST)) as mine:
        group = mine.groups.add("Shoes", [UNSEEN, LIMITED], NOW)
        assert group.advertiser_ids == (LIMITED, UNSEEN)
        with pytest.raises(Taken):
            mine.groups.add("Shoes", [LIMITED], NOW)
        mine.groups.change(group.id, "Boots", [UNSEEN], LATER)
        (found,) = mine.groups.all()
        assert (found.name, found.advertiser_ids, found.changed_at) == ("Boots", (UNSEEN,), LATER)
    with doors(acme.limited) as client:
        assert client.groups.all() == []
        with pytest.raises(NotFound):
            client.groups.change(group.id, "Mine", [LIMITED], NOW)
        with pytest.raises(NotFound):
            client.groups.add("Mine", [LIMITED], NOW)
    with doors(acme.scope()) as mine:
        mine.groups.remove(group.id)
        assert mine.groups.all() == []


def test_an_event_is_kept_under_its_key_once(doors: Doors, acme: Organization) -> None:
    with doors(acme.scope()) as mine:
        mine.calendar.put("prime-day", "Prime Day", WEEK, NOW, countries=("us", "DE"))
        mine.calendar.put("prime-day", "Prime Days", WEEK, LATER, is_hidden=True)
        (found,) = mine.calendar.all()
        assert (found.name, found.countries, found.is_hidden) == ("Prime Days", (), True)
    with doors(acme.limited) as client:
        assert len(client.calendar.all()) == 1
        with pytest.raises(NotAllowed):
            client.calendar.remove("prime-day")
    with doors(acme.scope()) as mine:
        mine.calendar.remove("prime-day")
        with pytest.raises(NotFound):
            mine.calendar.remove("prime-day")


# tags


def test_tags_are_set_over_found_by_value_and_taken_off(doors: Doors, acme: Organization) -> None:
    with doors(acme.scope()) as mine:
        rule = mine.tag_rules.add("Names", Taggable.ORDER, "{brand}_*", NOW, advertiser_id=None)
        assert mine.tag_rules.get(rule.id) == rule
        by_rule = [tag(HOSTILE, f"o{i}", rule_id=rule.id) for i in range(3)]
        mine.tags.put([*by_rule, tag("by hand", "o9"), tag("hidden", "o1", UNSEEN)], NOW)
        mine.tags.put([tag("plain", "o2", rule_id=rule.id)], LATER)
        found = mine.tags.bearing(Taggable.ORDER, "brand", [HOSTILE, "plain"])
        assert sorted(t.entity_id for t in found) == ["o0", "o1", "o2"]
    with doors(acme.limited) as client:
        assert [t.value for t in client.tags.all(Taggable.ORDER)] == [
            HOSTILE,
            HOSTILE,
            "plain",
            "by hand",
        ]
        assert client.tags.all(Taggable.ADVERTISER) == []
        assert client.tag_rules.all() == []
        with pytest.raises(NotFound):
            client.tags.put([tag("x", advertiser_id=UNSEEN)], NOW)
    with doors(acme.scope()) as mine:
        assert mine.tags.remove_read(rule.id) == 3
        mine.tags.remove(Taggable.ORDER, "o9", "brand")
        assert [t.value for t in mine.tags.all()] == ["hidden"]
        mine.tag_rules.change(rule.id, "Other", "*_{brand}", LATER)
        mine.tag_rules.remove(rule.id)
        assert mine.tag_rules.all() == []


# rates, many of them


def test_more_rows_than_an_answer_holds_are_all_found_in_order(
    doors: Doors, acme: Organization
) -> None:
    days = [TODAY - i * DAY for i in range(1_250)]
    put = [rate(day, quote) for day in days for quote in ("EUR", "JPY")]
    with doors(acme.scope()) as mine:
        mine.rates.put(put, NOW)
        assert mine.rates.within(DateRange(days[-1], days[0])) == sorted(put)
        held = mine.rates.held()
        assert [(one.quote, one.count) for one in held] == [("EUR", 1_250), ("JPY", 1_250)]
        mine.rates.put(put, LATER)
        assert mine.rates.remove("USD", "JPY", "ECB") == 1_250
        assert len(mine.rates.within(DateRange(days[-1], days[0]), ["USD", "EUR"])) == 1_250


@pytest.mark.parametrize("digits", ["0.000000000001", "157.123456789012", "999999999999.1"])
def test_a_rate_is_kept_to_its_last_digit(doors: Doors, acme: Organization, digits: str) -> None:
    with doors(acme.scope()) as mine:
        mine.rates.put([rate(TODAY, of=digits)], NOW)
        (kept,) = mine.rates.within(WEEK)
        assert kept.rate == Decimal(digits)
        assert isinstance(kept.rate, Decimal)


# the other organization


def test_nothing_of_another_organization_is_seen_changed_or_removed(
    doors: Doors, acme: Organization, other: Organization
) -> None:
    with doors(other.scope()) as theirs:
        ids = {
            "saved_views": theirs.saved_views.all()[0].id,
            "report_definitions": theirs.report_definitions.all()[0].id,
            "annotations": theirs.annotations.all()[0].id,
            "goals": theirs.goals.all()[0].id,
            "groups": theirs.groups.all()[0].id,
            "tag_rules": theirs.tag_rules.all()[0].id,
            "own_metrics": theirs.own_metrics.all()[0].key,
            "calendar": "theirs",
        }
    with doors(acme.scope()) as mine:
        for name in (*ids, "tags"):
            assert getattr(mine, name).all() == [], name
        assert mine.rates.within(WEEK) == []
        for name, key in ids.items():
            with pytest.raises(NotFound):
                getattr(mine, name).remove(key)
        with pytest.raises(NotFound):
            mine.annotations.change(ids["annotations"], told(), NOW)
        mine.tags.put([tag("mine")], NOW)  # the same key but for the organization
    with doors(other.scope()) as theirs:
        assert [getattr(theirs, name).all()[0] is not None for name in ids]
        assert theirs.tags.all()[0].value == "theirs"
        assert theirs.annotations.all()[0].words == "Theirs"
