"""What people did about items of the "needs you" list: seen, put off, taken on."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from core.domain.ids import AdvertiserId, UserId
from core.domain.roles import Action
from core.store.schema import attention
from core.store.scoped import Scoped
from core.store.transaction import picked


@dataclass(frozen=True, slots=True)
class Handling:
    """How an item is handled. The item itself is computed, and known by its key."""

    item_key: str
    advertiser_id: AdvertiserId | None
    acknowledged_at: datetime | None
    snoozed_until: datetime | None
    owner_user_id: UserId | None
    changed_by: UserId
    changed_at: datetime


class AttentionItems(Scoped):
    """Handlings of one organization's items."""

    def all(self) -> dict[str, Handling]:
        """Return the handlings by item key."""
        query = picked(attention, Handling).where(self.mine(attention))
        return {found.item_key: found for found in self.tx.many(query, Handling)}

    def acknowledge(self, item_key: str, advertiser_id: str | None, now: datetime) -> None:
        """Note that the item was seen. Raises NotAllowed, NotFound for a foreign advertiser."""
        self._set(item_key, advertiser_id, now, {"acknowledged_at": now})

    def snooze(
        self, item_key: str, advertiser_id: str | None, now: datetime, until: datetime
    ) -> None:
        """Put the item off until an instant. Raises as `acknowledge`."""
        self._set(item_key, advertiser_id, now, {"snoozed_until": until})

    def assign(
        self, item_key: str, advertiser_id: str | None, now: datetime, owner: str | None
    ) -> None:
        """Give the item to a member, or to nobody. Raises as `acknowledge`."""
        self._set(item_key, advertiser_id, now, {"owner_user_id": owner})

    def reopen(self, item_key: str, advertiser_id: str | None, now: datetime) -> None:
        """Take back acknowledgement and snooze. Raises as `acknowledge`."""
        opened = {"acknowledged_at": None, "snoozed_until": None}
        self._set(item_key, advertiser_id, now, opened)

    def _set(
        self, item_key: str, advertiser_id: str | None, now: datetime, change: Mapping[str, object]
    ) -> None:
        self.scope.require(Action.HANDLE_ATTENTION)
        if advertiser_id is None:
            self.require_whole()
        else:
            self.require_advertiser(advertiser_id)
        row = self.own(
            attention,
            item_key=item_key,
            advertiser_id=advertiser_id,
            **change,
            changed_by=self.scope.user_id,
            changed_at=now,
        )
        self.tx.upsert(attention, [row])
