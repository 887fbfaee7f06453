"""Entities keep everything through the store, and read Amazon's words in every spelling."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.domain.entities import (
    KINDS,
    AdAssociation,
    Allocation,
    Approval,
    Bid,
    Budget,
    BudgetCap,
    CapPeriod,
    Creative,
    DeliveryStatus,
    Entity,
    Fee,
    FeeBasis,
    FeeKind,
    Flight,
    FrequencyCap,
    Kind,
    LineItem,
    Order,
    Rollover,
    State,
)
from core.domain.plain import plain, restored
from core.errors import Defect

money = st.decimals(min_value=Decimal("-1e9"), max_value=Decimal("1e12"), places=6, allow_nan=False)
instants = st.datetimes(
    timezones=st.sampled_from([UTC, timezone(timedelta(hours=-8)), timezone(timedelta(hours=9))])
)
entities = st.one_of(
    *(
        st.builds(
            kind,
            **{
                name: strategy
                for name, strategy in {
                    "start": instants,
                    "end": instants,
                    "created_at": st.none() | instants,
                    "updated_at": st.none() | instants,
                    "budget": st.builds(Budget, money, st.just("JPY")),
                    "caps": st.lists(st.builds(BudgetCap, money), max_size=2).map(tuple),
                    "fees": st.lists(st.builds(Fee, value=money), max_size=2).map(tuple),
                    "bid": st.none() | st.builds(Bid, st.none() | money, st.none() | money),
                    "kpi_target": st.none() | money,
                    "daily_minimum_spend": st.none() | money,
                    "weight": st.none() | money,
                }.items()
                if name in kind.__dataclass_fields__ and (kind, name) != (Order, "budget")
            }
            | ({"budget": st.none() | money} if kind is Order else {}),
        )
        for kind in KINDS.values()
    )
)


def through_the_store(entity: Entity) -> Entity:
    attributes: dict[str, Any] = json.loads(json.dumps(entity.attributes()))
    return type(entity).from_attributes(
        entity_id=entity.entity_id,
        advertiser_id=entity.advertiser_id,
        parent_id=entity.parent_id,
        name=entity.name,
        state=str(entity.state),
        attributes=attributes,
    )


@given(entities)
def test_nothing_is_lost_on_the_way_through_the_store(entity: Entity) -> None:
    assert through_the_store(entity) == entity


def test_what_the_store_keeps_in_columns_is_not_kept_twice() -> None:
    order = Order(entity_id="594085153805041900", advertiser_id="7", name="=A1", currency="USD")
    stored = order.attributes()
    assert stored["currency"] == "USD"
    assert not {"entity_id", "advertiser_id", "parent_id", "name", "state", "kind"} & set(stored)


def test_money_is_written_as_a_decimal_string_and_an_instant_as_iso() -> None:
    flight = Flight(
        entity_id="f1",
        advertiser_id="7",
        parent_id="594085153805041900",
        start=datetime(2026, 11, 1, 8, tzinfo=UTC),
        end=datetime(2026, 12, 1, 8, tzinfo=UTC),
        budget=Budget(Decimal("10000.10"), "USD"),
    )
    assert flight.attributes() == {
        "start": "2026-11-01T08:00:00+00:00",
        "end": "2026-12-01T08:00:00+00:00",
        "budget": {"amount": "10000.10", "currency": "USD"},
    }


def test_a_version_written_before_a_field_existed_takes_its_default() -> None:
    order = Order.from_attributes(
        entity_id="1",
        advertiser_id="7",
        parent_id=None,
        name="Old",
        state="paused",
        attributes={"currency": "EUR"},
    )
    assert order.rollover is Rollover.NO
    assert order.caps == ()
    assert order.state is State.PAUSED


def test_a_field_of_a_newer_version_is_left_aside() -> None:
    creative = Creative.from_attributes(
        entity_id="1",
        advertiser_id="7",
        parent_id=None,
        name="",
        state="enabled",
        attributes={"size": "300x250", "hologram": True},
    )
    assert creative.size == "300x250"


@pytest.mark.parametrize(
    ("kind", "spelling", "meant"),
    [
        (State, "ENABLED", State.ENABLED),
        (State, "SOMETHING_NEW", State.UNKNOWN),
        (DeliveryStatus, "Out of budget", DeliveryStatus.OUT_OF_BUDGET),
        (DeliveryStatus, "LINEITEMS_NOT_RUNNING", DeliveryStatus.LINE_ITEMS_NOT_RUNNING),
        (Rollover, "NO_ROLLOVER", Rollover.NO),
        (Rollover, "PRIOR_BUDGET_ROLLOVER", Rollover.PRIOR),
        (Rollover, "CUMULATIVE_BUDGET_ROLLOVER", Rollover.CUMULATIVE),
        (Allocation, "AUTO", Allocation.AUTO),
        (CapPeriod, "MONTHLY", CapPeriod.MONTHLY),
        (Approval, "REJECTED", Approval.REJECTED),
        (FeeKind, "THIRD_PARTY_APPLIED", FeeKind.THIRD_PARTY_APPLIED),
        (FeeBasis, "PERCENTAGE_OF_BUDGET", FeeBasis.PERCENT_OF_BUDGET),
        (FeeBasis, "FIXED_CPM", FeeBasis.FIXED_CPM),
    ],
)
def test_amazons_words_are_read_in_each_of_their_spellings(
    kind: type[State], spelling: str, meant: State
) -> None:
    assert kind(spelling) is meant


def test_a_word_that_would_change_money_is_refused_and_not_guessed() -> None:
    with pytest.raises(ValueError, match="ROLL_EVERYTHING"):
        Rollover("ROLL_EVERYTHING")


def test_only_fees_of_other_companies_are_third_party() -> None:
    third = {kind for kind in FeeKind if kind.is_third_party}
    assert third == {
        FeeKind.THIRD_PARTY_APPLIED,
        FeeKind.THIRD_PARTY_AUDIENCE,
        FeeKind.THIRD_PARTY_TARGETING,
    }


def test_every_kind_of_entity_has_its_class() -> None:
    assert set(KINDS) == set(Kind)
    assert KINDS[Kind.AD_ASSOCIATION] is AdAssociation
    assert KINDS[Kind.LINE_ITEM] is LineItem


def test_a_stored_value_that_cannot_be_read_is_named() -> None:
    with pytest.raises(Defect, match="Decimal cannot be read: 'a lot'"):
        restored(Budget, {"amount": "a lot", "currency": "USD"})
    with pytest.raises(Defect, match="datetime cannot be read: 5"):
        Order.from_attributes(
            entity_id="1",
            advertiser_id="7",
            parent_id=None,
            name="",
            state="enabled",
            attributes={"start": 5},
        )


def test_a_value_without_a_json_safe_form_is_a_defect() -> None:
    with pytest.raises(Defect, match="float has no JSON-safe form"):
        plain((0.1,))


def test_frequency_caps_and_fees_survive() -> None:
    line_item = LineItem(
        entity_id="1",
        advertiser_id="7",
        parent_id="2",
        frequency_caps=(FrequencyCap(3, 8, "HOURS", "HOUSEHOLD"),),
        fees=(
            Fee(
                FeeKind.THIRD_PARTY_APPLIED,
                FeeBasis.FIXED_CPM,
                Decimal("0.05"),
                "DoubleVerify",
                True,
            ),
        ),
    )
    assert through_the_store(line_item) == line_item
