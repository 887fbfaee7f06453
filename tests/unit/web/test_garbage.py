"""Streamlit collects garbage after every run; we let it do so now and then."""

from __future__ import annotations

import inspect

from streamlit.runtime.scriptrunner import script_runner

from core.web.garbage import SpacedCollector


def test_garbage_is_collected_at_most_every_so_many_seconds() -> None:
    at, asked = [100.0], []

    def collect(generation: int) -> int:
        asked.append((at[0], generation))
        return 7

    collector = SpacedCollector(10.0, lambda: at[0], collect)
    freed = []
    for at[0] in (100.0, 100.5, 109.9, 110.0, 119.0, 150.0):
        freed.append(collector.collect(2))
    assert asked == [(100.0, 2), (110.0, 2), (150.0, 2)]
    assert freed == [7, 0, 0, 7, 0, 7]


def test_streamlit_asks_the_module_for_a_collection_and_for_nothing_else() -> None:
    source = inspect.getsource(script_runner)
    assert "\nimport gc\n" in source
    assert source.count("gc.") == 1
    assert "gc.collect(2)" in source
