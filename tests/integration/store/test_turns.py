"""Threads that hold a connection and ask for more: all come to their end, however many they are."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from threading import Event, Thread

import pytest

from core.errors import Upstream
from core.store.engine import CONNECTIONS_MAX, HELD_MAX, TURNS, WEB_TURNS
from core.store.store import Store
from core.store.turns import Turns
from tests.databases import Organization

CROWD = 4 * CONNECTIONS_MAX


def test_a_crowd_of_pages_that_each_hold_and_ask_for_more_all_end(
    store: Store, acme: Organization, other: Organization
) -> None:
    together = Event()

    def page(number: int) -> str:
        together.wait(10)
        org = (acme, other)[number % 2]
        with store.reading(org.scope()), store.reading(org.scope()) as tenant:
            seen = {member.user_id for member in tenant.members.all()}
            with store.writing(org.scope()) as writer:
                writer.members.all()
        return "its own" if org.scope().user_id in seen else "another's"

    with ThreadPoolExecutor(CROWD) as crowd:
        ends = [crowd.submit(page, number) for number in range(CROWD)]
        together.set()
        assert {end.result(60) for end in ends} == {"its own"}


def test_turns_are_few_enough_that_one_connection_is_always_left() -> None:
    assert WEB_TURNS <= TURNS
    assert TURNS * (HELD_MAX - 1) < CONNECTIONS_MAX


def test_a_thread_that_has_its_turn_is_not_held_up_and_others_are_told() -> None:
    turns, held, done = Turns(1, 0.01), Event(), Event()

    def hold() -> None:
        with turns.taken(), turns.taken():
            held.set()
            done.wait(10)

    holder = Thread(target=hold)
    holder.start()
    assert held.wait(10)
    with pytest.raises(Upstream, match="Every connection"), turns.taken():
        pass
    done.set()
    holder.join()
    with turns.taken():
        pass
