"""How often somebody may knock."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from core.web.allowance import KNOCKERS_MAX, Allowance

NOW = datetime(2026, 11, 23, 14, tzinfo=UTC)


def test_so_many_come_in_and_others_wait_until_the_first_is_long_ago() -> None:
    door = Allowance(3, timedelta(minutes=1))
    assert [door.admits("a", NOW + timedelta(seconds=n)) for n in range(4)] == [True] * 3 + [False]
    assert door.admits("b", NOW)
    assert not door.admits("a", NOW + timedelta(seconds=59))
    assert door.admits("a", NOW + timedelta(seconds=60))


def test_it_does_not_grow_without_end() -> None:
    door = Allowance(1, timedelta(minutes=1))
    for n in range(KNOCKERS_MAX + 5):
        door.admits(str(n), NOW)
    assert door.admits("0", NOW), "the oldest were forgotten"
