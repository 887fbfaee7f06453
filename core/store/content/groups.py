"""Groups of advertisers: a client's brands, a team's accounts. For those who see them all."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from core.domain.ids import UserId
from core.errors import UserError
from core.security.tokens import new_id
from core.store.content.repository import Repository, by_name, one
from core.store.identity.organizations import named
from core.store.schema import advertiser_group

MEMBERS_MAX = 2_000


@dataclass(frozen=True, slots=True, kw_only=True)
class AdvertiserGroup:
    """Advertisers under a name, by id in ascending order."""

    id: str
    name: str
    advertiser_ids: tuple[str, ...]
    changed_by: UserId
    changed_at: datetime


class AdvertiserGroups(Repository[AdvertiserGroup]):
    """The organization's groups. Members limited to some advertisers see none."""

    __slots__ = ()
    _table = advertiser_group
    _kind = AdvertiserGroup
    _what = "The group"

    def all(self) -> list[AdvertiserGroup]:
        """Return them by name."""
        return by_name(self._found())

    def add(self, name: str, advertiser_ids: Collection[str], now: datetime) -> AdvertiserGroup:
        """Return a new group.

        Raises NotAllowed unless the role may, NotFound for limited members, Taken, UserError.
        """
        self._require_editor()
        self.require_whole()
        row = {"id": new_id("group"), **_columns(name, advertiser_ids), **self._stamp(now)}
        self.rows.add(self._table, row)
        return self._read(row)

    def change(
        self, group_id: str, name: str, advertiser_ids: Collection[str], now: datetime
    ) -> None:
        """Give it another name and other members. Raises as `add`, and NotFound."""
        self._require_editor()
        self._change(_columns(name, advertiser_ids), now, one(group_id))

    def remove(self, group_id: str) -> None:
        """Take the group away; its advertisers stay. Raises NotAllowed, NotFound."""
        self._require_editor()
        self._remove(one(group_id))

    def _read(self, row: Any) -> AdvertiserGroup:
        return AdvertiserGroup(
            **{name: row[name] for name in ("id", "name", "changed_by", "changed_at")},
            advertiser_ids=tuple(row["advertiser_ids"]),
        )


def _columns(name: str, advertiser_ids: Collection[str]) -> dict[str, Any]:
    members = sorted(set(advertiser_ids))
    if not members or len(members) > MEMBERS_MAX:
        raise UserError(f"A group holds 1 to {MEMBERS_MAX:,} advertisers.")
    return {"name": named(name), "advertiser_ids": members}
