"""Rules of trust: whether a sound report is believed, decided without looking at any file.

`judge` compares what a reading says with what is known and returns what may be committed. Rows
that a report no longer has are believed only when a second reading says the same: Amazon
completes reports that are empty or partial while it works on them.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from enum import StrEnum

from core.domain.metrics import Dataset
from core.lake.cells import Cell, Key, RatioGap
from core.lake.layout import Asked

SETTLED_FALL = Decimal("0.05")
"""A settled day may lose this share of its delivery or sales before it is doubted."""

PARTIAL_FALL = Decimal("0.30")
"""A day still moving may lose this share: invalid traffic takes a few per cent, not a third."""

TIE_TOLERANCE = Decimal("0.005")
"""A cut adds up to its parent but for rounding: Amazon keeps 4 to 6 decimals of money a row."""

TIES_BLOCK_AFTER_DAYS = 5
"""Report types are refreshed at different hours; after five days they must agree."""


class Outcome(StrEnum):
    """What a rule came to."""

    PASSED = "passed"
    WARNED = "warned"
    BLOCKED = "blocked"


@dataclass(frozen=True, slots=True)
class CheckResult:
    """One rule applied to one advertiser, or to the whole file (None)."""

    rule: str
    outcome: Outcome
    detail: str
    dataset: Dataset
    advertiser_id: str | None = None


@dataclass(frozen=True, slots=True)
class Known:
    """What is known of one advertiser's day before the reading.

    `present` is what the lake holds; `doubted` is the digest of a reading that was kept aside,
    None when there was none; `parent` is the same day in the campaign facts. `is_newer` when the
    lake holds it from a report that Amazon generated after the one that is read.
    """

    present: Cell | None = None
    doubted: str | None = None
    is_settled: bool = False
    parent: Cell | None = None
    is_newer: bool = False


@dataclass(frozen=True, slots=True)
class Reading:
    """What a report says: its cells, and what was noticed while it was read."""

    dataset: Dataset
    asked: Asked
    read_on: date
    cells: Mapping[Key, Cell]
    negatives: tuple[str, ...] = ()
    unknown_columns: frozenset[str] = frozenset()
    ratio_gaps: tuple[RatioGap, ...] = ()


@dataclass(frozen=True, slots=True)
class Verdict:
    """What may be committed, and what is kept aside until it is read a second time.

    A pair of advertiser and day that is in neither was not spoken about.
    """

    accepted: frozenset[Key]
    doubted: Mapping[Key, str] = field(default_factory=dict)
    """The digest of each day kept aside: the second reading must have the same."""

    results: tuple[CheckResult, ...] = ()


def judge(reading: Reading, known: Mapping[Key, Known]) -> Verdict:
    """Return what of the reading is believed.

    The reading speaks about every asked day of an advertiser it has rows of, and, when one
    advertiser alone was asked for, about that one even without a row. An advertiser absent from
    a shared file is unknown, not zero. Days that are known from a newer report are left alone.
    """
    accepted: set[Key] = set()
    doubted: dict[Key, str] = {}
    overtaken: set[Key] = set()
    results = list(_notices(reading))
    for key in _spoken_about(reading):
        seen = reading.cells.get(key, Cell.empty(key))
        before = known.get(key, Known())
        if before.is_newer:
            overtaken.add(key)
            continue
        doubts = list(_doubts(reading, seen, before))
        repeated = before.doubted is not None and before.doubted == seen.digest
        if any(d.outcome is Outcome.BLOCKED for d in doubts) and not repeated:
            doubted[key] = seen.digest
            results += doubts
            continue
        accepted.add(key)
        results += _confirmed(reading, key, doubts) if repeated and doubts else doubts
    if overtaken:
        results.append(_overtaken(reading, len(overtaken)))
    return Verdict(frozenset(accepted), doubted, tuple(results) or (_passed(reading),))


def _spoken_about(reading: Reading) -> Iterator[Key]:
    present = {advertiser for advertiser, _ in reading.cells}
    if len(reading.asked.advertisers) == 1:
        present |= reading.asked.advertisers
    return ((a, day) for a in sorted(present) for day in reading.asked.days.days())


def _doubts(reading: Reading, seen: Cell, before: Known) -> Iterator[CheckResult]:
    yield from _fallen(reading, seen, before)
    if before.parent is not None:
        yield from _ties(reading, seen, before.parent)


def _fallen(reading: Reading, seen: Cell, before: Known) -> Iterator[CheckResult]:
    held = before.present
    if held is None and not reading.cells:
        yield _blocked(reading, seen, "empty report", "the report is complete and holds no row")
    if held is None or held.rows == 0:
        return
    if seen.rows == 0:
        yield _blocked(
            reading, seen, "vanished day", f"{held.rows:,} rows were known, none is left"
        )
        return
    measures = ("impressions", "total_cost", "sales") if before.is_settled else ("impressions",)
    limit = SETTLED_FALL if before.is_settled else PARTIAL_FALL
    for key in measures:
        was, now = held.totals.get(key), seen.totals.get(key)
        if was and (now or Decimal(0)) < was * (1 - limit):
            rule = "settled day fell" if before.is_settled else "partial day"
            yield _blocked(reading, seen, rule, f"{key} fell from {was:f} to {now or 0:f}")
            return


@dataclass(frozen=True, slots=True)
class Tie:
    """How a cut relates to the campaign facts of the same day, measure by measure."""

    equal: tuple[str, ...] = ()
    at_most: tuple[str, ...] = ()


_DELIVERY = ("impressions", "clicks", "total_cost")
TIES = {
    Dataset.INVENTORY: Tie(equal=_DELIVERY),
    Dataset.SITE: Tie(equal=_DELIVERY),
    Dataset.TECH: Tie(equal=_DELIVERY),
    # Rows of unknown geography exist, but Amazon need not report every one of them.
    Dataset.GEO: Tie(at_most=_DELIVERY),
    # Products carry no cost, and only orders with promoted products have them.
    Dataset.PRODUCT: Tie(at_most=("purchases", "units_sold", "sales")),
    # One impression belongs to several segments: sums over segments mean nothing.
    Dataset.AUDIENCE: Tie(),
}


def off_by(tie: Tie, key: str, ours: Decimal, theirs: Decimal) -> Decimal:
    """Return how far a cut's sum breaks its rule against the campaign report's; 0 within it."""
    slack = abs(theirs) * TIE_TOLERANCE + Decimal("0.01")
    if ours > theirs + slack or (key in tie.equal and ours < theirs - slack):
        return ours - theirs
    return Decimal(0)


def _ties(reading: Reading, seen: Cell, parent: Cell) -> Iterator[CheckResult]:
    tie = TIES.get(reading.dataset, Tie())
    is_late = (reading.read_on - seen.day).days > TIES_BLOCK_AFTER_DAYS
    for key in (*tie.equal, *tie.at_most):
        ours, theirs = seen.totals.get(key), parent.totals.get(key)
        if ours is None or theirs is None:
            continue
        if off_by(tie, key, ours, theirs):
            yield CheckResult(
                rule="tie to campaign",
                outcome=Outcome.BLOCKED if is_late else Outcome.WARNED,
                detail=f"{seen.day}: {key} is {ours:f} here and {theirs:f} in the campaign report",
                dataset=reading.dataset,
                advertiser_id=seen.advertiser_id,
            )


def _notices(reading: Reading) -> Iterator[CheckResult]:
    """Yield what is worth knowing about the whole file and stops nothing."""
    if not reading.cells and len(reading.asked.advertisers) > 1:
        yield _warned(reading, "empty report", "no row of any advertiser: nothing is known of them")
    if reading.unknown_columns:
        names = ", ".join(sorted(reading.unknown_columns))
        yield _warned(reading, "unknown columns", f"not asked for and ignored: {names}")
    if reading.negatives:
        names = ", ".join(reading.negatives)
        yield _warned(reading, "negative correction", f"below zero in some rows: {names}")
    yield from (_gap_notice(reading, gap) for gap in reading.ratio_gaps if gap.off)


def _gap_notice(reading: Reading, gap: RatioGap) -> CheckResult:
    return _warned(
        reading,
        "reported ratio",
        f"{gap.metric}: {gap.off:,} of {gap.compared:,} rows differ from our reckoning; "
        f"the middle row is {gap.median_quotient:.4g} times ours",
    )


def _confirmed(reading: Reading, key: Key, doubts: Iterable[CheckResult]) -> Iterator[CheckResult]:
    for doubt in doubts:
        yield CheckResult(
            rule=doubt.rule,
            outcome=Outcome.WARNED,
            detail=f"{key[1]}: said twice, so believed: {doubt.detail}",
            dataset=reading.dataset,
            advertiser_id=key[0],
        )


def _blocked(reading: Reading, seen: Cell, rule: str, detail: str) -> CheckResult:
    detail = f"{seen.day}: {detail}"
    return CheckResult(rule, Outcome.BLOCKED, detail, reading.dataset, seen.advertiser_id)


def _warned(reading: Reading, rule: str, detail: str) -> CheckResult:
    return CheckResult(rule, Outcome.WARNED, detail, reading.dataset)


def _overtaken(reading: Reading, count: int) -> CheckResult:
    detail = f"{count} advertiser-days are known from a report that Amazon generated later"
    return CheckResult("older report", Outcome.PASSED, detail, reading.dataset)


def _passed(reading: Reading) -> CheckResult:
    days = len({day for _, day in reading.cells})
    detail = f"{len(reading.cells)} advertiser-days over {days} days are as expected"
    return CheckResult("trust", Outcome.PASSED, detail, reading.dataset)
