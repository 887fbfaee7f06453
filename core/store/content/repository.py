"""What the repositories of content share: their rows, their rights, and reading a row back."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any, ClassVar, Generic, TypeVar

from sqlalchemy import Table

from core.domain.roles import Action
from core.domain.scope import TenantScope
from core.errors import NotAllowed, NotFound, UserError
from core.store.content.rows import Row, Rows, Where, equal
from core.store.rights import Rights

K = TypeVar("K")
WORDS_CHARACTERS = 300


@dataclass(frozen=True, slots=True)
class Repository(Rights, Generic[K]):
    """One kind of content of one organization, as one person may see and change it.

    `_kind` is a dataclass whose fields bear the names of the columns of `_table`.
    """

    rows: Rows
    scope: TenantScope
    _table: ClassVar[Table]
    _kind: ClassVar[type[Any]]
    _what: ClassVar[str]

    def _found(self, *where: Where) -> list[K]:
        return [self._read(row) for row in self.rows.find(self._table, *where)]

    def _get(self, *where: Where) -> K:
        found = self._found(*where)
        if not found:
            raise NotFound(self._what)
        return found[0]

    def _read(self, row: Row) -> K:
        kept: K = self._kind(**{name: row[name] for name in field_names(self._kind)})
        return kept

    def _change(self, values: Mapping[str, Any], now: datetime, *where: Where) -> None:
        """Change one row. Raises NotFound when there is none, or none that may be changed."""
        if not self.rows.change(self._table, {**values, **self._stamp(now)}, *where):
            raise NotFound(self._what)

    def _remove(self, *where: Where) -> None:
        if not self.rows.remove(self._table, *where):
            raise NotFound(self._what)

    def _stamp(self, now: datetime) -> dict[str, Any]:
        return {"changed_by": self.scope.user_id, "changed_at": now}

    def _made(self, now: datetime) -> dict[str, Any]:
        return {"created_by": self.scope.user_id, "created_at": now, **self._stamp(now)}

    def _require_editor(self) -> None:
        self.require_person(Action.EDIT_CONTENT)

    def _require_whole_editor(self) -> None:
        self._require_editor()
        if self.scope.advertiser_ids is not None:
            raise NotAllowed("Who sees only some advertisers cannot change this for everybody.")


def field_names(kind: type[Any]) -> tuple[str, ...]:
    """Return the names of a dataclass's fields."""
    return tuple(field.name for field in fields(kind))


def by_name(found: Iterable[K]) -> list[K]:
    """Return things that have a name and an id in the order people look for them."""
    return sorted(found, key=lambda one: (one.name.casefold(), one.name))  # type: ignore[attr-defined]


def one(key: str) -> Where:
    """Return the test of one row by its id."""
    return equal("id", key)


def one_line(words: str, *, most: int = WORDS_CHARACTERS) -> str:
    """Return a person's words on one line, printable and trimmed.

    Raises UserError when nothing is left, or more than `most` characters.
    """
    flat = " ".join("".join(c if c.isprintable() else " " for c in words).split())
    if not flat or len(flat) > most:
        raise UserError(f"Write 1 to {most} characters.")
    return flat
