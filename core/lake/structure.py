"""Rules of structure: what a report must be before anybody asks whether it is believable.

Every function either returns or raises BadReport with the rule's name and what was found.
Counts and costs of delivery are never negative; corrections of conversions may be.
"""

from __future__ import annotations

from collections.abc import Iterator

from core.errors import BadReport
from core.lake.engine import Connection, rows
from core.lake.layout import Asked, Layout, Role
from core.lake.schema import COUNT, DAY, EXACT, listed, measure_column, quoted

NEVER_NEGATIVE = frozenset(
    {"impressions", "gross_impressions", "clicks", "gross_clicks", "total_cost"}
)
WINDOW_DAYS = frozenset({"day", "window_start", "window_end"})

# Amazon's ids are 64-bit numbers. One that came through a float shows by its point.
_ID = "^[A-Za-z0-9_-]{1,64}$"
_STRICT_IDS = frozenset({"advertiser_id", "order_id", "line_item_id", "creative_id"})
# Thousands are set off by commas in threes; "1,5" is nobody's number here.
_GROUPED = r"^[+-]?\d{1,3}(,\d{3})+(\.\d*)?$"


def refuse_text(con: Connection, layout: Layout) -> None:
    """Refuse values of `wire`, read as text, that are not the number or day they should be."""
    columns = [c for c in layout.columns if c.role in (Role.MEASURE, Role.REPORTED)]
    columns += [c for c in layout.columns if c.key in WINDOW_DAYS]
    if not columns:
        return
    tests = [f"max(CASE WHEN {_is_bad(c.wire, c.key)} THEN {quoted(c.wire)} END)" for c in columns]
    found = rows(con, f"SELECT {', '.join(tests)} FROM wire")[0]
    for column, value in zip(columns, found, strict=True):
        if value is not None:
            raise BadReport("types", f"{column.wire} holds {str(value)[:40]!r}")


def _is_bad(wire: str, key: str) -> str:
    name = f"trim({quoted(wire)})"
    if key in WINDOW_DAYS:
        return f"{name} <> '' AND try_cast({name} AS {DAY}) IS NULL"
    return (
        f"{name} <> '' AND CASE WHEN contains({name}, ',') "
        f"THEN NOT regexp_matches({name}, '{_GROUPED}') ELSE false END "
        f"OR {name} <> '' AND try_cast(replace({name}, ',', '') AS {EXACT}) IS NULL"
    )


def check(con: Connection, layout: Layout, asked: Asked, rows_max: int) -> tuple[str, ...]:
    """Hold `raw` to every rule and return the conversions that hold negative corrections."""
    _refuse_count(con, rows_max)
    _refuse_keys(con, layout)
    _refuse_outsiders(con, asked)
    return _refuse_measures(con, layout)


def _refuse_count(con: Connection, rows_max: int) -> None:
    found = rows(con, "SELECT count(*) FROM raw")[0][0]
    if found > rows_max:
        raise BadReport("size", f"the file holds {found:,} rows, more than {rows_max:,}")


def _refuse_keys(con: Connection, layout: Layout) -> None:
    needed = [k for k in layout.keys if k not in layout.table.optional and k != "currency"]
    ids = [k for k in layout.keys if k in _STRICT_IDS]
    tests = [f"count(*) FILTER (WHERE {quoted(k)} IS NULL)" for k in needed]
    tests += [f"max(CASE WHEN {_is_no_id(k)} THEN {quoted(k)} END)" for k in ids]
    found = rows(con, f"SELECT {', '.join(tests)} FROM raw")[0]
    for key, absent in zip(needed, found[: len(needed)], strict=True):
        if absent:
            raise BadReport("keys", f"{layout.wire_of(key)} is absent in {absent:,} rows")
    for key, value in zip(ids, found[len(needed) :], strict=True):
        if value is not None:
            raise BadReport("ids", f"{layout.wire_of(key)} holds {str(value)[:40]!r}")


def _is_no_id(key: str) -> str:
    return f"{quoted(key)} IS NOT NULL AND NOT regexp_matches({quoted(key)}, '{_ID}')"


def _refuse_outsiders(con: Connection, asked: Asked) -> None:
    first, last, advertisers = rows(
        con, "SELECT min(day), max(day), list(DISTINCT advertiser_id) FROM raw"
    )[0]
    if first is not None and (first not in asked.days or last not in asked.days):
        raise BadReport("days", f"rows run from {first} to {last}; {asked.days} was asked for")
    strangers = set(advertisers or ()) - asked.advertisers
    if strangers:
        raise BadReport("advertisers", f"rows of {sorted(strangers)[0]}, who was not asked for")


def _refuse_measures(con: Connection, layout: Layout) -> tuple[str, ...]:
    if not layout.measures:
        return ()
    lowest = rows(con, f"SELECT {_each(layout, 'min({})')} FROM raw")[0]
    whole = rows(con, f"SELECT {_each(layout, 'bool_or({0} <> trunc({0}))')} FROM raw")[0]
    for key, has_fraction in zip(layout.measures, whole, strict=True):
        if has_fraction and measure_column(key).type == COUNT:
            raise BadReport("types", f"{layout.wire_of(key)} counts in fractions")
    negative = tuple(k for k, low in zip(layout.measures, lowest, strict=True) if low and low < 0)
    for key in NEVER_NEGATIVE.intersection(negative):
        raise BadReport("negative delivery", f"{layout.wire_of(key)} is below zero")
    return negative


def _each(layout: Layout, template: str) -> str:
    return ", ".join(template.format(quoted(key)) for key in layout.measures)


def refuse_contradictions(con: Connection, layout: Layout) -> bool:
    """Return whether rows of `raw` share their keys; refuse rows that then disagree.

    Keys are compared as Amazon wrote them: an absent one is not the word "unknown".
    """
    keys = listed(_keys(layout))
    shared = f"SELECT {keys} FROM raw GROUP BY ALL HAVING count(*) > 1"
    doubled = rows(con, f"SELECT count(*) FROM ({shared})")[0][0]
    if not doubled:
        return False
    told_apart = listed((*layout.keys, *layout.splits, *layout.measures))
    same = " AND ".join(
        f"raw.{quoted(k)} IS NOT DISTINCT FROM s.{quoted(k)}" for k in _keys(layout)
    )
    different = rows(
        con,
        f"SELECT count(*) FROM (SELECT DISTINCT {told_apart} FROM raw "
        f"WHERE EXISTS (SELECT 1 FROM ({shared}) s WHERE {same}))",
    )[0][0]
    if different > doubled:
        raise BadReport(
            "doubled rows", f"{doubled:,} keys stand in several rows, and the rows disagree"
        )
    return True


def _keys(layout: Layout) -> Iterator[str]:
    return (key for key in (*layout.keys, *layout.splits) if key != "currency")
