"""The glossary: figures by anything that people call them, since when they are told, as a file."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from functools import lru_cache

from core.amazon.reports.specs import specs_of
from core.domain.catalogue import METRICS, formula_words, metric
from core.domain.columns import Column, Form
from core.domain.connections import Adapter
from core.domain.metrics import Dataset, Metric, Unit
from core.insight.desk import Desk
from core.insight.sheets import Sheet

_KEPT = 2_000  # the catalogue's own, and what organizations defined


def found(words: str) -> list[Metric]:
    """Return the metrics that all of the words describe, in the order of the glossary.

    Looked at are names, Amazon's own names of three generations, formula, description and caveat.
    Those whose names hold all of the words come first. All metrics for no word.
    """
    wanted = words.casefold().split()
    matching = [m for m in METRICS.values() if all(w in _text(m) for w in wanted)]
    return sorted(matching, key=lambda m: not all(w in _names(m) for w in wanted))


UNITS = {
    Unit.COUNT: "count",
    Unit.MONEY: "money",
    Unit.RATE: "percentage",
    Unit.MULTIPLE: "multiple",
    Unit.AVERAGE: "average",
    Unit.HOURS: "hours",
}


def first_days(desk: Desk) -> Mapping[Dataset, date]:
    """Return the oldest day that each table holds of the scope's advertisers; empty before any."""
    mark = desk.tenant.coverage.mark()
    return desk.recall(desk.tenant.coverage.first_days, "first days", mark)


def is_fetched(entry: Metric) -> bool:
    """Return whether some report is asked for a figure, or for all that it is reckoned from.

    Of what Amazon can report, the packs beside the core are asked for nowhere.
    """
    parts = entry.formula.parts if entry.formula else (entry.key,)
    return _asked().issuperset(parts)


@lru_cache(1)
def _asked() -> frozenset[str]:
    return frozenset(
        key
        for adapter in Adapter
        for spec in specs_of(adapter).values()
        for key in (*spec.measures().values(), *spec.sums)
    )


def available_since(entry: Metric, firsts: Mapping[Dataset, date]) -> date | None:
    """Return the first day of which a figure can be told here, None while there is none and for
    one that is never fetched.

    It is the oldest day of a table that holds it, and no earlier than Amazon reports it; of a
    ratio the day from which all of its parts can be told.
    """
    if not is_fetched(entry):
        return None
    parts = [metric(key) for key in entry.formula.parts] if entry.formula else [entry]
    days = [_held_since(part, firsts) for part in parts]
    known = [day for day in days if day]
    return max(known) if known and len(known) == len(days) else None


def _held_since(part: Metric, firsts: Mapping[Dataset, date]) -> date | None:
    held = [firsts[dataset] for dataset in part.datasets if dataset in firsts]
    return max(filter(None, (min(held), part.since))) if held else None


def measured_words(entry: Metric) -> str:
    """Return how a figure is reckoned, in words."""
    as_told = "as Amazon reports it" if entry.additive else "as Amazon reports it; never added up"
    return formula_words(entry) or as_told


def glossary_sheet(entries: Iterable[Metric], firsts: Mapping[Dataset, date]) -> Sheet:
    """Return the glossary, a row a figure, in the order given."""
    heads = ("Figure", "Short", "Unit", "Stage", "What it counts", "Caveat", "How it is reckoned",
             "Name in version 3", "Name in version 1", "Earlier name")  # fmt: skip
    days = (Column("Reported by Amazon since", Form.DAY), Column("Fetched"),
            Column("Available here since", Form.DAY))  # fmt: skip
    rows = (
        (
            entry.name, entry.short, UNITS[entry.unit], entry.stage.value, entry.description,
            entry.caveat, measured_words(entry), entry.v3, entry.v1, entry.legacy,
            _iso(entry.since), "yes" if is_fetched(entry) else "no",
            _iso(available_since(entry, firsts)),
        )
        for entry in entries
    )  # fmt: skip
    return Sheet((*(Column(head) for head in heads), *days), tuple(rows))


def _iso(day: date | None) -> str | None:
    return None if day is None else day.isoformat()


@lru_cache(_KEPT)
def _names(entry: Metric) -> str:
    wire = (entry.v3, entry.v1, entry.legacy, *entry.also)
    return " ".join(filter(None, (entry.key, entry.name, entry.short, *wire))).casefold()


@lru_cache(_KEPT)
def _text(entry: Metric) -> str:
    told = (entry.description, entry.caveat, formula_words(entry), entry.stage.value)
    return f"{_names(entry)} {' '.join(told).casefold()}"
