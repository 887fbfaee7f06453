"""A reader that notes what it is asked, so that the bench asks what the screens really ask."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

import pyarrow as pa

from core.domain.scope import TenantScope
from core.domain.views import View
from core.insight.audience import Audience, audience
from core.insight.desk import Desk
from core.insight.memory import Key, Memory
from core.insight.pace_book import PaceBook, pace_book
from core.lake.asof import Between
from core.lake.cache import Answer
from core.lake.question import Question
from core.lake.reader import Reader

T = TypeVar("T")


@dataclass(frozen=True)
class Heard:
    """A question as the lake was asked it: for an answer, or for what changed between instants."""

    question: Question
    between: Between | None = None

    def ask(self, reader: Reader) -> object:
        """Ask it again."""
        if self.between is None:
            return reader.ask(self.question)
        return reader.changes(self.question, self.between)

    def way(self, reader: Reader) -> str:
        """Return where its answer is read."""
        return "revisions" if self.between else str(reader.way(self.question))


class Listener(Reader):
    """A reader over the same view as another; what is asked of it stands in `heard`.

    As of an earlier moment it is a copy of itself, which notes in the same list.
    """

    def __init__(self, reader: Reader) -> None:
        self.__dict__.update(reader.__dict__)
        self.heard: list[Heard] = []

    def ask(self, question: Question) -> Answer:
        self.heard.append(Heard(self._dated(question)))
        return super().ask(question)

    def changes(self, question: Question, between: Between) -> pa.Table:
        self.heard.append(Heard(question, between))
        return super().changes(question, between)


class StoreMemory(Memory):
    """A memory that keeps what the store was asked for, and nothing that comes of the lake.

    So each asking is heard whole, and names are still read once.
    """

    def __init__(self, listener: Listener) -> None:
        super().__init__()
        self._heard = listener.heard

    def recall(self, scope: TenantScope, key: Key, make: Callable[[], T]) -> T:
        count = len(self._heard)
        value = super().recall(scope, key, make)
        if len(self._heard) > count:
            self._kept.pop((scope.org_id, scope.advertiser_ids, *key), None)
        return value


Answering = Callable[[Desk, Audience], object]
"""What a screen asks of the insight, with its desk and whom its view means."""

Pacing = Callable[[Desk, Audience, PaceBook], object]
"""The same where it is asked with the paces of all flights, which the screen has by then."""


@dataclass(frozen=True)
class Asking:
    """Something a screen asks of the insight: its title, its view, and how fast it shall be.

    `aim_ms` is of all its questions to the lake, one after the other. What is `paced` takes the
    pace book, whose own questions are not counted again. Where `has_naive`, the same questions
    are answered the naive way too.
    """

    title: str
    view: View
    aim_ms: float
    answer: Answering | None = None
    paced: Pacing | None = None
    has_naive: bool = False
    meant: Callable[[Desk, View], Audience] = audience

    def heard(self, desk: Desk, listener: Listener) -> tuple[Heard, ...]:
        """Return the different questions that the lake is asked for it, in order."""
        at = desk.as_known_at(self.view.as_of)
        whom = self.meant(at, self.view)
        book = pace_book(at, whom) if self.paced else None
        listener.heard.clear()
        if self.answer is not None:
            self.answer(at, whom)
        if self.paced is not None and book is not None:
            self.paced(at, whom, book)
        return tuple(dict.fromkeys(listener.heard))
