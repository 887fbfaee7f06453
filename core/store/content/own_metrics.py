"""Custom metrics as they are kept: a name, a formula that was checked, and how it is shown."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from core.domain.ids import UserId
from core.domain.metrics import Better, Stage, Unit
from core.errors import Taken
from core.security.tokens import new_id
from core.store.content.repository import Repository, by_name, one_line
from core.store.content.rows import equal
from core.store.identity.organizations import named
from core.store.schema import custom_metric

FORMULA_CHARACTERS = 400


@dataclass(frozen=True, slots=True, kw_only=True)
class Definition:
    """What a person says of a metric; that its formula means something is the caller's to know."""

    name: str
    formula: str
    unit: Unit
    better: Better
    stage: Stage
    description: str

    def columns(self) -> dict[str, object]:
        """Return the values as they are stored. Raises UserError for words that are none."""
        return {
            "name": named(self.name),
            "formula": one_line(self.formula, most=FORMULA_CHARACTERS),
            "unit": self.unit,
            "better": self.better,
            "stage": self.stage,
            "description": one_line(self.description) if self.description.strip() else "",
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnMetric:
    """A metric that the organization defined. `key` is how questions and addresses name it."""

    key: str
    name: str
    formula: str
    unit: Unit
    better: Better
    stage: Stage
    description: str
    created_by: UserId
    created_at: datetime
    changed_by: UserId
    changed_at: datetime


class OwnMetrics(Repository[OwnMetric]):
    """The organization's metrics: every member sees them, clients too."""

    __slots__ = ()
    _table = custom_metric
    _kind = OwnMetric
    _what = "The metric"

    def all(self) -> list[OwnMetric]:
        """Return them by name."""
        return by_name(self._found())

    def add(self, definition: Definition, now: datetime) -> OwnMetric:
        """Return a new metric. Raises NotAllowed unless the role may, Taken, UserError."""
        self._require_whole_editor()
        row = {"key": new_id("own"), **definition.columns(), **self._made(now)}
        if self._found(equal("name", row["name"])):
            raise Taken
        self.rows.add(self._table, row)
        return self._read(row)

    def change(self, key: str, definition: Definition, now: datetime) -> None:
        """Define it otherwise. Raises as `add`, and NotFound."""
        self._require_whole_editor()
        self._change(definition.columns(), now, equal("key", key))

    def remove(self, key: str) -> None:
        """Take it away: views that show it say that it is gone. Raises NotAllowed, NotFound."""
        self._require_whole_editor()
        self._remove(equal("key", key))
