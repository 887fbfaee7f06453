"""What a file says of itself: where its figures come from, how old they are, what they mean."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from core.domain.columns import Column

Fact = tuple[str, str]


@dataclass(frozen=True, slots=True)
class About:
    """Facts in the order they are told ("Days", "1 – 7 Nov 2026"), and what columns mean."""

    facts: tuple[Fact, ...] = ()
    meanings: tuple[Fact, ...] = ()

    @property
    def lines(self) -> list[str]:
        """Return everything as lines of text, for a file without a second sheet."""
        return [f"{term}: {told}" for term, told in (*self.facts, *self.meanings)]


def about(facts: Sequence[Fact], columns: Sequence[Column]) -> About:
    """Return what stands in a file with these columns; each meaning is told once."""
    return About(tuple(facts), tuple(_meanings(columns)))


def _meanings(columns: Sequence[Column]) -> Iterator[Fact]:
    told: set[str] = set()
    for column in columns:
        if column.meaning and column.meaning not in told:
            told.add(column.meaning)
            yield column.title, column.meaning
