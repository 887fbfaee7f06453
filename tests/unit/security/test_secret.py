from __future__ import annotations

import copy
import json
import logging
import pickle
from dataclasses import asdict, dataclass

import pytest

from core.security.secret import Secret

CANARY = "Atzr|canary-5f0c"


@dataclass
class Grant:
    token: Secret


def test_only_reveal_brings_the_text_out() -> None:
    assert Secret(CANARY).reveal() == CANARY


@pytest.mark.parametrize(
    "shown",
    [
        lambda s: str(s),
        lambda s: repr(s),
        lambda s: f"{s}",
        lambda s: f"{s!r:>20}",
        lambda s: "%s %r" % (s, s),  # noqa: UP031
        lambda s: repr(Grant(s)),
        lambda s: str([s, {"token": s}]),
        lambda s: str(ValueError(s)),
        lambda s: json.dumps({"t": s}, default=str),
    ],
)
def test_no_way_of_writing_it_shows_the_text(shown) -> None:
    written = shown(Secret(CANARY))
    assert "canary" not in written
    assert "<secret>" in written


def test_a_log_line_shows_the_mask(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.INFO):
        logging.getLogger("claims").info("token %s", Secret(CANARY))
    assert caplog.messages == ["token <secret>"]


@pytest.mark.parametrize(
    "taken", [pickle.dumps, copy.copy, copy.deepcopy, lambda s: asdict(Grant(s))]
)
def test_it_is_neither_pickled_nor_copied(taken) -> None:
    with pytest.raises(TypeError, match="neither pickled nor copied"):
        taken(Secret(CANARY))


def test_it_has_no_attributes_to_look_through() -> None:
    with pytest.raises(TypeError):
        vars(Secret(CANARY))


def test_equality_is_by_text_and_only_among_secrets() -> None:
    assert Secret("a") == Secret("a")
    assert Secret("a") != Secret("b")
    assert Secret("ä") == Secret("ä")
    assert Secret("a") != "a"


def test_it_is_no_key_of_a_dictionary() -> None:
    with pytest.raises(TypeError, match="unhashable"):
        {Secret("a"): 1}


def test_an_empty_secret_is_false() -> None:
    assert not Secret("")
    assert Secret("x")


def test_bytes_are_refused() -> None:
    with pytest.raises(TypeError, match="made of text"):
        Secret(b"x")  # type: ignore[arg-type]
