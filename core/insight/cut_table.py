"""One cut of a group's figures: a row each supply source, device, product …, and what they make.

Each cut is answered by a report of Amazon's own, read later than the base facts and by other
rules. So a table says how much of what was spent it covers, and leaves the total out where rows
overlap.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from core.domain.catalogue import METRICS, metric
from core.domain.cuts import CUTS, REPORTS, Cut, Total
from core.domain.formats import exact, percent, relative_change
from core.domain.metrics import Dataset, Metric, Stage, Unit
from core.domain.stages import stage_kpi
from core.domain.views import Sort, View
from core.insight.audience import Audience, Group
from core.insight.cut_sums import KeySums, key_sums, merged, summed
from core.insight.desk import Desk
from core.insight.history import Amount, added, added_up, measures, of
from core.insight.known_days import known_days
from core.insight.naming import Naming, naming
from core.insight.tiles import delivery
from core.insight.volumes import (
    SERVED,
    can_answer,
    is_enough,
    measurable,
    outcome,
    preferred,
    resting_on,
    size_measure,
)
from core.lake.question import Among, Question

PAGE_ROWS = 50
_BESIDE = (SERVED, "ecpm", "ctr", "total_purchases", "purchases")
_BESIDE_MAX = 4
_TIES = Decimal("0.005")
"""Amazon rounds each report's amounts on its own: so much apart still counts as equal."""


@dataclass(frozen=True, slots=True)
class CutRow:
    """One row. `share` is its part of the size measure, `earned` of the outcome."""

    key: str
    name: str
    note: str
    sums: KeySums
    share: Decimal | None
    earned: Decimal | None

    def value(self, entry: Metric) -> Amount:
        """Return a metric over the days shown."""
        return of(entry, self.sums.now)

    def before(self, entry: Metric) -> Amount:
        """Return a metric over the days compared."""
        return of(entry, self.sums.before)

    def change(self, entry: Metric) -> Decimal | None:
        """Return a metric's relative change, like for like; None where nothing can be compared."""
        return relative_change(of(entry, self.sums.alike), self.before(entry))

    @property
    def index(self) -> Decimal | None:
        """Return the outcome's share over the size's: 1 where a row earns what it takes."""
        if not self.share or self.earned is None:
            return None
        return self.earned / self.share


@dataclass(frozen=True, slots=True)
class Standing:
    """What a cut's rows make together, beside what the base facts say of the same days."""

    cut: Cut
    measure: Metric
    currency: str
    rows: Amount
    whole: Amount

    @property
    def covered(self) -> Decimal | None:
        """Return the rows' sum as a share of the whole; None where there is no whole."""
        return Decimal(self.rows or 0) / Decimal(self.whole) if self.whole else None

    @property
    def ties(self) -> bool:
        """Return whether the rows add up to the whole."""
        return self.covered is not None and abs(self.covered - 1) <= _TIES

    @property
    def sentence(self) -> str:
        """Return what the total of the table means."""
        if self.cut.total is Total.OVERLAP:
            return (
                "Segments overlap: one impression counts in every segment that its viewer belongs "
                "to. The rows are not parts of a whole and are never added up; shares are of all "
                "that was spent or counted."
            )
        report = f"Amazon's {REPORTS[self.cut.datasets[0]]}"
        amount = exact(self.rows, self.measure.unit, self.currency)
        whole = exact(self.whole, self.measure.unit, self.currency)
        what = self.measure.label.lower()
        told = (
            "What a product cost cannot be known: Amazon's product report counts what was bought "
            "and no cost. "
            if self.cut.total is Total.NO_COST
            else ""
        )
        if self.covered is None:
            return f"{told}Nothing is known to hold these rows against on the same days."
        if self.ties:
            return f"{told}The rows add up to the whole: {amount} of {whole} {what}."
        return (
            f"{told}{report} holds {amount} {what}, {percent(self.covered)} of the {whole} in the "
            "campaign report of the same days."
        )


@dataclass(frozen=True, slots=True)
class CutTable:
    """The rows of a cut, in the order asked for; `page` of them is shown.

    `metric` ranks and is explained; `beside` stand next to it; `size` and `earned` are the two
    measures that are held against one another, the first of them cost where the report has it.
    """

    cut: Cut
    dataset: Dataset
    group: Group
    metric: Metric
    beside: tuple[Metric, ...]
    size: Metric
    earned: Metric
    rows: tuple[CutRow, ...]
    total: KeySums | None
    standing: Standing
    sort: Sort
    page: int

    @property
    def metrics(self) -> tuple[Metric, ...]:
        """Return the metrics of the columns, in order."""
        return (self.metric, *self.beside)

    @property
    def pages(self) -> int:
        """Return how many pages there are."""
        return max(1, -(-len(self.rows) // PAGE_ROWS))

    @property
    def shown(self) -> tuple[CutRow, ...]:
        """Return the rows of the page."""
        return self.rows[(self.page - 1) * PAGE_ROWS : self.page * PAGE_ROWS]

    @property
    def has_cost(self) -> bool:
        """Return whether cost can be held against what it brought."""
        return self.size.unit is Unit.MONEY and self.cut.total is not Total.NO_COST

    @property
    def has_index(self) -> bool:
        """Return whether what rows bring can be held against what they take."""
        return self.has_cost and self.size.key != self.earned.key

    def rests_on(self, entry: Metric) -> str:
        """Return the measure that says how much a metric rests on."""
        return resting_on(entry, self.dataset)

    def is_firm(self, row: CutRow, entry: Metric) -> bool:
        """Return whether a row's figure rests on enough to be ranked."""
        return is_enough(row.sums.now, self.rests_on(entry))

    def may_compare(self, row: CutRow, entry: Metric) -> bool:
        """Return whether both of a row's periods rest on enough to be compared."""
        counted = self.rests_on(entry)
        return is_enough(row.sums.alike, counted) and is_enough(row.sums.before, counted)


def dataset_of(view: View) -> Dataset:
    """Return the table that answers the cut of a view."""
    return CUTS[view.cut].datasets[0]


def explained(desk: Desk, audience: Audience, group: Group) -> Metric:
    """Return the metric that a view is about: the one it names, where its cut's table has it,
    else the KPI of the stage that all delivering orders share, else what the table is best for.
    """
    dataset = dataset_of(audience.view)
    if can_answer(audience.view.trend, dataset):
        return metric(audience.view.trend)
    found = delivery(desk, audience.stages, group)
    for stage in found.delivering if not found.is_mixed else ():
        if stage is Stage.DELIVERY:  # nobody has said what these orders are for
            break
        kinds = {t for o in found.orders if o in group.orders
                 for t in group.orders[o].order.inventory_types}  # fmt: skip
        kpi = stage_kpi(stage, tuple(sorted(kinds)))
        if can_answer(kpi.key, dataset):
            return kpi
    return preferred(dataset)


def choices(view: View) -> list[Metric]:
    """Return the metrics that a view's cut can be ranked by."""
    return measurable(dataset_of(view))


def cut_table(desk: Desk, audience: Audience, group: Group) -> CutTable:
    """Return the cut that the view asks for, of an audience whose days are its table's.

    Rows come that have a row in the days shown or compared: the largest first, unless the view
    sorts by a metric of the table or by name. Rows whose metric rests on too little come last.
    """
    view = audience.view
    cut, dataset = CUTS[view.cut], dataset_of(view)
    entry = explained(desk, audience, group)
    size = metric(size_measure(dataset))
    earned = metric(outcome(entry, dataset))
    beside = tuple(_beside(view, dataset, {entry.key, size.key}))
    sums = _sums(desk, group, cut, (entry, size, earned, *beside))
    named = naming(desk, cut)
    standing = _standing(desk, audience, group, cut, size, sums)
    bases = _bases(desk, audience, group, cut, sums, (size.key, earned.key))
    rows = [_row(named, key, found, bases, size, earned) for key, found in sums.items()]
    table = CutTable(
        cut, dataset, group, entry, beside, size, earned, (),
        summed(list(sums.values())) if sums and cut.total is not Total.OVERLAP else None,
        standing, _sort(view, (entry, *beside, size)), 1,
    )  # fmt: skip
    ordered = _ordered(table, rows)
    pages = max(1, -(-len(ordered) // PAGE_ROWS))
    return replace(table, rows=tuple(ordered), page=min(view.page, pages))


def _beside(view: View, dataset: Dataset, taken: set[str]) -> list[Metric]:
    wanted = [key for key in view.metrics if can_answer(key, dataset)] or _BESIDE
    known = [key for key in wanted if can_answer(key, dataset) and key not in taken]
    if not view.metrics:
        known = known[:_BESIDE_MAX]
    return [METRICS[key] for key in known]


def _sums(desk: Desk, group: Group, cut: Cut, entries: Sequence[Metric]) -> dict[str, KeySums]:
    dataset = cut.datasets[0]
    needed = (part for entry in entries for part in (*measures(entry), resting_on(entry, dataset)))
    parts = tuple(sorted({*needed}))
    named = naming(desk, cut)
    found = key_sums(desk, group, dataset, (cut.field,), parts)
    together = merged(found.items(), lambda key: named.key(key[0]))
    return {key: sums for key, sums in together.items() if sums.now or sums.before}


def _row(
    named: Naming,
    key: str,
    sums: KeySums,
    bases: dict[str, Decimal],
    size: Metric,
    earned: Metric,
) -> CutRow:
    def share(entry: Metric) -> Decimal | None:
        found, base = sums.now.get(entry.key), bases.get(entry.key)
        return Decimal(found) / base if found is not None and base else None

    return CutRow(key, named.name(key), named.note(key), sums, share(size), share(earned))


def _bases(
    desk: Desk,
    audience: Audience,
    group: Group,
    cut: Cut,
    sums: dict[str, KeySums],
    parts: Sequence[str],
) -> dict[str, Decimal]:
    """Return what shares are of: the rows' own sum, or all there is where rows overlap."""
    if cut.total is Total.OVERLAP:
        found = _campaign(desk, audience, group, parts)
        return {part: Decimal(found.get(part) or 0) for part in parts}
    return {
        part: sum((Decimal(one.now.get(part) or 0) for one in sums.values()), Decimal(0))
        for part in parts
    }


def _standing(
    desk: Desk,
    audience: Audience,
    group: Group,
    cut: Cut,
    size: Metric,
    sums: dict[str, KeySums],
) -> Standing:
    rows = added([one.now.get(size.key) for one in sums.values()])
    whole = _campaign(desk, audience, group, (size.key,)).get(size.key)
    return Standing(cut, size, group.currency, rows, whole)


def _campaign(
    desk: Desk, audience: Audience, group: Group, parts: Sequence[str]
) -> dict[str, Amount]:
    """Return the base facts' sums over the days shown that the cut's own table knows too."""
    based = known_days(desk, group.advertisers)
    found: dict[str, list[Amount]] = {part: [] for part in parts}
    for cohort in group.cohorts:
        question = Question(
            Dataset.CAMPAIGN,
            tuple(parts),
            cohort.periods.shown,
            by=("advertiser_id", "day"),
            where=(Among("advertiser_id", cohort.advertiser_ids), *group.where),
            as_of=group.as_of,
        )
        for row in desk.reader.ask(question).table.to_pylist():
            whose, day = row["advertiser_id"], row["day"]
            if day in based[whose].days and day in audience.days[whose].days:
                for part in parts:
                    found[part].append(row[part])
    return {part: added_up(part, values) for part, values in found.items()}


def _sort(view: View, entries: Sequence[Metric]) -> Sort:
    keys = {entry.key for entry in entries} | {"name"}
    return view.sort if view.sort and view.sort.key in keys else Sort(entries[-1].key)


def _ordered(table: CutTable, rows: list[CutRow]) -> list[CutRow]:
    by_name = sorted(rows, key=lambda row: (row.name.casefold(), row.key))
    sort = table.sort
    if sort.key == "name":
        return by_name[::-1] if sort.descending else by_name
    entry, sign = metric(sort.key), -1 if sort.descending else 1

    def place(row: CutRow) -> tuple[bool, Decimal]:
        value = row.value(entry)
        last = value is None or (entry.is_ratio and not table.is_firm(row, entry))
        return last, sign * Decimal(value or 0)

    return sorted(by_name, key=place)
