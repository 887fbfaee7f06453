"""Planted damage to what a report holds.

Each effect is one object of a fault's `report` member; README.md lists the words.
"""

from __future__ import annotations

import zlib
from collections.abc import Callable, Iterable
from typing import Any

from sandbox.reports.asked import Asked
from sandbox.reports.building import gzipped
from sandbox.reports.measures import Step, Sum
from sandbox.reports.registry import MEASURES

Row = dict[str, Any]
Effect = dict[str, Any]
_BOMB_BLOCK = 1 << 20


def applied(rows: list[Row], asked: Asked, effects: list[Effect]) -> tuple[list[Row], bytes | None]:
    """Return the rows after the damage, and a whole file instead when that is what is planted."""
    file = None
    for effect in effects:
        for word, value in effect.items():
            if word in _ON_ROWS:
                rows = _ON_ROWS[word](rows, asked, value)
            elif word in _WHOLE_FILES:
                file = _WHOLE_FILES[word](value)
    return rows, file


def _emptied(rows: list[Row], asked: Asked, value: Any) -> list[Row]:
    return [] if value else rows


def _partial_day(rows: list[Row], asked: Asked, value: Any) -> list[Row]:
    part = float(value["fraction"])
    return [
        _scaled(r, part, _additive(asked)) if r.get("date") == value["date"] else r for r in rows
    ]


def _vanished_day(rows: list[Row], asked: Asked, value: Any) -> list[Row]:
    return [row for row in rows if row.get("date") != value]


def _vanished_advertiser(rows: list[Row], asked: Asked, value: Any) -> list[Row]:
    return [row for row in rows if str(row.get("advertiserId")) != str(value)]


def _restated(rows: list[Row], asked: Asked, value: Any) -> list[Row]:
    """Scale cost or conversions of some days of some advertiser."""
    first, last = value.get("from", "0000"), value.get("to", "9999")
    wanted = value.get("advertiserId")
    found = []
    for row in rows:
        mine = wanted is None or str(row.get("advertiserId")) == str(wanted)
        if mine and first <= row.get("date", first) <= last:
            row = _scaled(row, float(value.get("cost", 1)), _money_columns(asked))
            row = _scaled(row, float(value.get("conversions", 1)), _conversion_columns(asked))
            row = _scaled(row, float(value.get("traffic", 1)), _TRAFFIC & set(asked.columns))
        found.append(row)
    return found


def _edited(rows: list[Row], asked: Asked, value: Any) -> list[Row]:
    """Edit every nth row: set, drop, null, write as text, negate, and double or withdraw rows."""
    every = int(value.get("every", 1))
    edited = [_one_edited(row, value) if n % every == 0 else row for n, row in enumerate(rows)]
    if value.get("double"):
        edited += [dict(row) for n, row in enumerate(edited) if n % every == 0]
    if value.get("withdraw"):
        edited = [row for n, row in enumerate(edited) if n % every]
    return edited


def _one_edited(row: Row, value: Any) -> Row:
    row = {**row, **value.get("set", {})}
    changes: tuple[tuple[str, Callable[[Any], Any]], ...] = (
        ("null", lambda _: None),
        ("text", lambda figure: f"{figure:,}"),
        ("negate", lambda figure: -figure),
    )
    for word, change in changes:
        row |= {n: change(row[n]) for n in value.get(word, ()) if row.get(n) is not None}
    return {name: figure for name, figure in row.items() if name not in value.get("drop", ())}


_ON_ROWS: dict[str, Callable[[list[Row], Asked, Any], list[Row]]] = {
    "empty": _emptied,
    "partial_day": _partial_day,
    "vanished_day": _vanished_day,
    "vanished_advertiser": _vanished_advertiser,
    "restate": _restated,
    "rows": _edited,
}
_TRAFFIC = {
    "impressions",
    "grossImpressions",
    "clicks",
    "viewableImpressions",
    "measurableImpressions",
}


def _additive(asked: Asked) -> set[str]:
    return {name for name in asked.columns if isinstance(MEASURES.get(name), Sum)}


def _money_columns(asked: Asked) -> set[str]:
    return {n for n in _additive(asked) if _step(n) is Step.MICRO}


def _conversion_columns(asked: Asked) -> set[str]:
    delivered = {
        "impressions",
        "clicked",
        "viewed",
        "out_of_view",
        "invalid",
        "invalid_clicks",
        "video",
        "audio",
        "nothing",
        "on_target",
    }
    return {
        n for n in _additive(asked) if _step(n) is not Step.MICRO and not _families(n) & delivered
    }


def _step(name: str) -> Step:
    measure = MEASURES[name]
    assert isinstance(measure, Sum), "only sums are scaled"
    return measure.step


def _families(name: str) -> set[str]:
    return {atom.partition(".")[0] for atom in MEASURES[name].wanted}


def _scaled(row: Row, factor: float, names: Iterable[str]) -> Row:
    changed = {n: _times(row[n], factor) for n in names if row.get(n) is not None}
    return {**row, **changed}


def _times(figure: float, factor: float) -> float:
    return int(figure * factor) if isinstance(figure, int) else round(figure * factor, 6)


def _bomb(size: int) -> bytes:
    """Return a small gzip that opens to `size` bytes of a JSON array of blanks."""
    packer = zlib.compressobj(9, zlib.DEFLATED, 31)
    block = b" " * _BOMB_BLOCK
    packed = [packer.compress(b"[")]
    packed += [packer.compress(block) for _ in range(max(size // _BOMB_BLOCK, 1))]
    return b"".join([*packed, packer.compress(b"]"), packer.flush()])


def _deep(depth: int) -> bytes:
    return gzipped([b"[" * depth, b"]" * depth])


def _text(content: str) -> bytes:
    return gzipped([content.encode()])


_WHOLE_FILES: dict[str, Callable[[Any], bytes]] = {"bomb": _bomb, "deep": _deep, "text": _text}
