"""What a person keeps and may share: saved views and report definitions.

A personal one is its owner's alone. A shared one is everybody's who sees the advertiser it is
about; without an advertiser it is about all, and members limited to some do not see it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeVar

from core.domain.ids import AdvertiserId, UserId
from core.domain.roles import Action
from core.errors import UserError
from core.security.tokens import new_id
from core.store.content.repository import Repository, by_name, one
from core.store.content.rows import equal
from core.store.identity.organizations import named
from core.store.schema import report_definition, saved_view

PAYLOAD_CHARACTERS = 20_000
P = TypeVar("P", "SavedView", "ReportDefinition")


@dataclass(frozen=True, slots=True, kw_only=True)
class SavedView:
    """A screen with its filters under a name. `payload` is the view's address, by key."""

    id: str
    owner_user_id: UserId
    is_shared: bool
    advertiser_id: AdvertiserId | None
    name: str
    screen: str
    payload: Mapping[str, str]
    created_at: datetime
    changed_by: UserId
    changed_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportDefinition:
    """What a report is made of: views, template, formats, in the words of `core.reports`."""

    id: str
    owner_user_id: UserId
    is_shared: bool
    advertiser_id: AdvertiserId | None
    name: str
    payload: Mapping[str, Any]
    created_at: datetime
    changed_by: UserId
    changed_at: datetime


class _Kept(Repository[P]):
    """What saved views and report definitions have in common."""

    __slots__ = ()

    def all(self) -> list[P]:
        """Return one's own and the shared ones, by name."""
        return by_name(self._found())

    def get(self, kept_id: str) -> P:
        """Return one of them. Raises NotFound."""
        return self._get(one(kept_id))

    def rename(self, kept_id: str, name: str, now: datetime) -> None:
        """Give it another name. Raises as `remove`, UserError for a name that is none."""
        self._edit(kept_id, {"name": named(name)}, now)

    def share(self, kept_id: str, now: datetime, *, is_shared: bool) -> None:
        """Share it with everybody who sees its advertiser, or keep it to oneself again.

        What a colleague shared stays theirs. Raises as `remove`; NotAllowed too unless the role
        may share, NotFound when it is about advertisers that one does not see.
        """
        kept = self.get(kept_id)
        if not is_shared and kept.owner_user_id != self.scope.user_id:
            raise UserError("A colleague shared this: only they can keep it to themselves.")
        if is_shared:
            self._require_sharing(kept.advertiser_id)
        self._edit(kept_id, {"is_shared": is_shared}, now)

    def remove(self, kept_id: str) -> None:
        """Take it away. Raises NotFound, NotAllowed for what is shared unless the role may."""
        self._require_editing(self.get(kept_id))
        self._remove(one(kept_id))

    def _add(self, values: Mapping[str, Any], now: datetime) -> P:
        self.require_person(Action.KEEP_OWN)
        if values["is_shared"]:
            self._require_sharing(values["advertiser_id"])
        row = {
            **values,
            "id": new_id("kept"),
            "owner_user_id": self.scope.user_id,
            "name": named(values["name"]),
            "payload": _fitting(values["payload"]),
            "created_at": now,
            **self._stamp(now),
        }
        self.rows.add(self._table, row)
        return self._read(row)

    def _edit(self, kept_id: str, values: Mapping[str, Any], now: datetime) -> None:
        self._require_editing(self.get(kept_id))
        self._change(values, now, one(kept_id))

    def _require_editing(self, kept: P) -> None:
        self.require_person(Action.KEEP_OWN)
        if kept.is_shared:
            self._require_sharing(kept.advertiser_id)

    def _require_sharing(self, advertiser_id: str | None) -> None:
        self._require_editor()
        self.require_reach(advertiser_id)


class SavedViews(_Kept[SavedView]):
    """Views kept under a name."""

    __slots__ = ()
    _table = saved_view
    _kind = SavedView
    _what = "The view"

    def of_screen(self, screen: str) -> list[SavedView]:
        """Return those of one screen, by name."""
        return by_name(self._found(equal("screen", screen)))

    def add(
        self,
        name: str,
        screen: str,
        payload: Mapping[str, str],
        now: datetime,
        *,
        is_shared: bool = False,
        advertiser_id: str | None = None,
    ) -> SavedView:
        """Return a new view.

        Raises NotAllowed unless the role may keep or share it, NotFound when a limited member
        would share what is about advertisers they do not see, UserError for a bad name.
        """
        values = {
            "name": name,
            "screen": screen,
            "payload": dict(payload),
            "is_shared": is_shared,
            "advertiser_id": advertiser_id,
        }
        return self._add(values, now)

    def show_instead(
        self,
        view_id: str,
        payload: Mapping[str, str],
        now: datetime,
        *,
        advertiser_id: str | None = None,
    ) -> None:
        """Keep other filters under the same name. Raises as `add` and `remove`."""
        if self.get(view_id).is_shared:
            self._require_sharing(advertiser_id)
        values = {"payload": _fitting(payload), "advertiser_id": advertiser_id}
        self._edit(view_id, values, now)


class ReportDefinitions(_Kept[ReportDefinition]):
    """Reports as people defined them."""

    __slots__ = ()
    _table = report_definition
    _kind = ReportDefinition
    _what = "The report"

    def add(
        self,
        name: str,
        payload: Mapping[str, Any],
        now: datetime,
        *,
        is_shared: bool = False,
        advertiser_id: str | None = None,
    ) -> ReportDefinition:
        """Return a new definition. Raises as `SavedViews.add`."""
        values = {
            "name": name,
            "payload": dict(payload),
            "is_shared": is_shared,
            "advertiser_id": advertiser_id,
        }
        return self._add(values, now)

    def define(
        self,
        report_id: str,
        payload: Mapping[str, Any],
        now: datetime,
        *,
        advertiser_id: str | None = None,
    ) -> None:
        """Make the report of something else. Raises as `SavedViews.show_instead`."""
        if self.get(report_id).is_shared:
            self._require_sharing(advertiser_id)
        values = {"payload": _fitting(payload), "advertiser_id": advertiser_id}
        self._edit(report_id, values, now)


def _fitting(payload: Mapping[str, Any]) -> dict[str, Any]:
    if len(repr(payload)) > PAYLOAD_CHARACTERS:
        raise UserError("That is more than can be kept under one name: choose fewer filters.")
    return dict(payload)
