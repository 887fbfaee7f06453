"""What the lake said before: what a load changed, and how a day moved until it settled.

A row is true from `valid_from` until a later load changes or withdraws it; then it is a
revision, true until `valid_to`. The two tables together hold every state there ever was, each
row's times lying end to end. An answer as of an instant is the sum of the rows true then, which
`core.lake.compiler` writes; this module answers what lies between instants.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, datetime

from core.domain.catalogue import metric
from core.errors import UserError
from core.lake.compiler import Compiled, Source, sum_type
from core.lake.question import GRAINS, Question
from core.lake.schema import quoted

_NEVER = datetime.max.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Between:
    """From one instant, excluded, to another, included."""

    since: datetime
    until: datetime


def changes(
    question: Question, between: Between, visible: frozenset[str] | None, source: Source
) -> Compiled:
    """Return the SQL of how much each measure of `question` grew between two instants.

    A row for each group of `by` in which something changed, in the order of `by`. What
    appeared counts from zero. The question's metrics are measured ones, its fields those of
    the facts. Raises UserError for others.
    """
    _check(question)
    result = Compiled()
    since, until = result.bind(between.since), result.bind(between.until)
    # A row that was true at both instants cancels itself: only the others are read.
    grown = (
        f"CAST(valid_from <= {until} AND valid_to > {until} AS INTEGER) - "
        f"CAST(valid_from <= {since} AND valid_to > {since} AS INTEGER)"
    )
    facts, revisions = _relations(question, between.until, visible, source)
    which = _which(question, visible, result)
    states = (
        f"SELECT *, 1 AS weight FROM {facts} WHERE valid_from > {since} AND valid_from <= {until} "
        f"AND {which} UNION ALL BY NAME "
        f"SELECT * EXCLUDE (valid_to), {grown} AS weight FROM {revisions} "
        f"WHERE {grown} <> 0 AND {which}"
    )
    keys = [f"{_key(name)} AS {quoted(name)}" for name in question.by]
    groups = f"SELECT {', '.join([*keys, _weighted(question)])} FROM ({states}) GROUP BY ALL"
    moved = " OR ".join(f"{quoted(key)} <> 0" for key in question.metrics)
    order = f"ORDER BY {', '.join(map(quoted, question.by))}" if question.by else ""
    result.sql = f"SELECT * FROM ({groups}) WHERE {moved} {order}"
    return result


def restatements(question: Question, visible: frozenset[str] | None, source: Source) -> Compiled:
    """Return the SQL of every step by which days came to what they are.

    A row for each advertiser, day and instant `at` of a load, with how much each measure grew
    by it (the first load of a day included), in this order. Raises UserError as `changes` does.
    """
    _check(question)
    result = Compiled()
    facts, revisions = _relations(question, _NEVER, visible, source)
    which = _which(question, visible, result)
    columns = ", ".join(["advertiser_id", "day", *map(quoted, question.metrics)])
    steps = " UNION ALL ".join(
        f'SELECT {columns}, {instant} AS "at", {weight} AS weight FROM {relation} WHERE {which}'
        for relation, instant, weight in (
            (facts, "valid_from", 1),
            (revisions, "valid_from", 1),
            (revisions, "valid_to", -1),
        )
    )
    result.sql = (
        f'SELECT advertiser_id, day, "at", {_weighted(question)} FROM ({steps}) '
        'GROUP BY advertiser_id, day, "at" ORDER BY advertiser_id, day, "at"'
    )
    return result


def _relations(
    question: Question, until: datetime, visible: frozenset[str] | None, source: Source
) -> tuple[str, str]:
    # With an instant the source gives facts, which know since when they are true.
    dated = replace(question, as_of=until)
    asked = question.advertisers
    pruned = visible if asked is None else asked
    return (
        source.facts(dated, question.days, pruned),
        source.revisions(dated, question.days, pruned),
    )


def _which(question: Question, visible: frozenset[str] | None, result: Compiled) -> str:
    start, end = result.bind(question.days.start), result.bind(question.days.end)
    tests = [f"day BETWEEN {start} AND {end}"]
    tests += [
        f"advertiser_id {result.bind_test(allowed)}"
        for allowed in (visible, question.advertisers)
        if allowed is not None
    ]
    return " AND ".join(tests)


def _weighted(question: Question) -> str:
    return ", ".join(
        f"CAST(coalesce(sum({quoted(key)} * weight), 0) AS {sum_type(key)}) AS {quoted(key)}"
        for key in question.metrics
    )


def _key(name: str) -> str:
    return f"CAST(date_trunc('{name}', day) AS DATE)" if name in GRAINS else quoted(name)


def _check(question: Question) -> None:
    held = {*question.table.identity, *GRAINS, "currency"}
    if any(metric(key).is_ratio or not metric(key).additive for key in question.metrics):
        raise UserError("What changed is told for measured figures, not for ratios.")
    if not held.issuperset(question.by) or question.table.is_windowed:
        raise UserError("What changed is told by the fields of the facts.")
