"""Naming conventions: read in one way only, whatever the name holds."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.domain.naming import read_pattern
from core.errors import UserError


@pytest.mark.parametrize(
    ("pattern", "name", "tags"),
    [
        ("{brand}_{market}_*", "LUMEN_US_Prospecting_26Q4", {"brand": "LUMEN", "market": "US"}),
        ("* | {brand} | {quarter}", "Video | Lumen | Q4", {"brand": "Lumen", "quarter": "Q4"}),
        ("{brand}-*", "Lumen-x-y", {"brand": "Lumen"}),
        ("{brand}_*_{quarter}", "Lumen_a_b_26Q4", {"brand": "Lumen", "quarter": "b_26Q4"}),
        ("{all}", "  Lumen   Pet ", {"all": "Lumen Pet"}),
        ("DSP {goal}", "dsp awareness", {"goal": "awareness"}),
        ("{goal} (CA)", "Awareness (ca)", {"goal": "Awareness"}),
        ("{Brand Name}_*", "Lumen_", {"brand name": "Lumen"}),
        ("{brand}_*", "İSTANBUL_x", {"brand": "İSTANBUL"}),
        ("{brand}.*", "a.b[c]+$", {"brand": "a"}),
        ("{brand}_{market}_*", "LUMEN_US", None),
        ("{brand}_*", "_US", None),
        ("{brand}_*", "Lumen", None),
        ("DSP {goal}", "awareness DSP", None),
        ("{goal} (CA)", "(CA)", None),
        ("{brand}_*", "x" * 81 + "_y", None),
    ],
)
def test_a_name_is_read_from_the_left(pattern: str, name: str, tags: dict[str, str] | None) -> None:
    assert read_pattern(pattern).read(name) == tags


@pytest.mark.parametrize(
    ("pattern", "sentence"),
    [
        ("", "1 to 200 characters"),
        ("x" * 201, "1 to 200 characters"),
        ("brand_*", "at least one tag"),
        ("{brand}_{brand}", "each once"),
        ("_".join(f"{{t{n}}}".replace(str(n), chr(97 + n)) for n in range(9)), "up to 8 tags"),
        ("{brand}{market}", "there must be text"),
        ("{brand}*", "there must be text"),
        ("{brand", "Braces hold"),
        ("brand}", "Braces hold"),
        ("{}_x", "Braces hold"),
        ("{1}_x", "begin with a letter"),
        ("{a.b}_x", "begin with a letter"),
    ],
)
def test_what_cannot_be_read_in_one_way_is_refused(pattern: str, sentence: str) -> None:
    with pytest.raises(UserError, match=sentence):
        read_pattern(pattern)


words = st.text("abcXYZ09 é日", min_size=1, max_size=12).filter(str.strip)


@given(words, words, words)
def test_what_was_put_together_is_taken_apart(brand: str, market: str, rest: str) -> None:
    found = read_pattern("{brand}_{market}_*").read(f"{brand}_{market}_{rest}")
    assert found == {"brand": " ".join(brand.split()), "market": " ".join(market.split())}


@given(st.text(max_size=40), st.text("{}*_ab", max_size=20))
def test_no_name_breaks_a_pattern(name: str, text: str) -> None:
    try:
        pattern = read_pattern(text)
    except UserError:
        return
    found = pattern.read(name)
    assert found is None or set(found) == set(pattern.tags)


def test_a_long_name_against_many_parts_is_read_at_once() -> None:
    """What a regular expression would try in 10^12 ways."""
    pattern = read_pattern("{a}_{b}_{c}_{d}_{e}_{f}_{g}_x{h}")
    assert pattern.read("_y" * 5_000) is None
