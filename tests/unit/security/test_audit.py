from __future__ import annotations

import hashlib
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone

import pytest

from core.security.audit import FIRST, Event, Link, first_broken

AT = datetime(2026, 11, 23, 9, 30, 0, 120, tzinfo=UTC)
SECOND = timedelta(seconds=1)


def chain(length: int) -> list[Link]:
    links, previous = [], FIRST
    for sequence in range(1, length + 1):
        event = Event(
            "org_a", sequence, AT + timedelta(seconds=sequence), "usr_1", "link", "con_1", {}
        )
        links.append(Link(event, previous, event.hash_after(previous)))
        previous = links[-1].hash
    return links


def test_an_event_hashes_to_the_sha256_of_its_canonical_json() -> None:
    event = Event("org_a", 1, AT, "usr_1", "link", "con_1", {"b": "ü", "a": 1})
    text = (
        f'["{FIRST}","org_a",1,"2026-11-23T09:30:00.000120+00:00","usr_1","link","con_1",'
        '{"a":1,"b":"\\u00fc"}]'
    )
    assert event.hash_after(FIRST) == hashlib.sha256(text.encode()).hexdigest()


def test_the_zone_an_instant_is_written_in_does_not_matter() -> None:
    event = chain(1)[0].event
    elsewhere = replace(event, at=event.at.astimezone(timezone(timedelta(hours=9))))
    assert elsewhere.hash_after(FIRST) == event.hash_after(FIRST)


def test_a_whole_chain_holds_and_so_does_its_tail() -> None:
    links = chain(5)
    assert first_broken(links) is None
    assert first_broken([]) is None
    assert first_broken(links[2:], after=links[1].hash, sequence=2) is None


@pytest.mark.parametrize(
    "field",
    [{"actor": "usr_2"}, {"action": "x"}, {"subject": "y"}, {"detail": {"z": 1}}, {"at": AT}],
)
def test_a_changed_event_is_found(field: dict[str, object]) -> None:
    links = chain(5)
    links[2] = replace(links[2], event=replace(links[2].event, **field))
    assert first_broken(links) == links[2]


def test_a_removed_a_doubled_and_a_swapped_event_are_found() -> None:
    links = chain(5)
    assert first_broken(links[:2] + links[3:]) == links[3]
    assert first_broken([*links[:2], *links[1:]]) == links[1]
    assert first_broken([links[0], links[2], links[1]]) == links[2]
    assert first_broken(links[1:]) == links[1]


def test_rehashing_one_event_breaks_the_next() -> None:
    links = chain(3)
    forged = replace(links[1].event, actor="usr_9")
    links[1] = Link(forged, links[1].previous_hash, forged.hash_after(links[1].previous_hash))
    assert first_broken(links) == links[2]
