"""What lies behind a connection: profiles, manager accounts, seats, sponsored accounts.

Each look at Amazon is written whole: what is there is noted as seen now; a profile or an access
that is no longer there is marked as gone, and what else is gone goes.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Table, delete, update

from core.domain.ids import ConnectionId, ProfileId
from core.domain.regions import Region
from core.store.schema import manager_account, manager_link, profile, seat, sponsored_account
from core.store.scoped import Scoped
from core.store.transaction import picked


@dataclass(frozen=True, slots=True)
class Profile:
    """A profile of the Ads API; `agency` ones stand for a DSP entity."""

    connection_id: ConnectionId
    profile_id: ProfileId
    region: Region
    country_code: str
    currency: str
    timezone: str
    account_type: str
    account_subtype: str | None
    account_id: str
    marketplace_id: str | None
    name: str
    access_level: str


@dataclass(frozen=True, slots=True)
class ManagerAccount:
    """A manager account."""

    connection_id: ConnectionId
    manager_account_id: str
    name: str


@dataclass(frozen=True, slots=True)
class ManagerLink:
    """An account that hangs below a manager account."""

    connection_id: ConnectionId
    manager_account_id: str
    account_id: str
    account_name: str
    account_type: str
    dsp_advertiser_id: str | None
    marketplace_id: str | None
    profile_id: str | None


@dataclass(frozen=True, slots=True)
class Seat:
    """A DSP seat; `detail` is what else Amazon says of it, as JSON."""

    connection_id: ConnectionId
    seat_id: str
    name: str
    region: Region
    detail: Mapping[str, object] | None


@dataclass(frozen=True, slots=True)
class SponsoredAccount:
    """A global account for sponsored ads."""

    connection_id: ConnectionId
    ads_account_id: str
    name: str
    status: str
    country_codes: Sequence[str]
    alternate_ids: Sequence[Mapping[str, object]]


Found = Profile | ManagerAccount | ManagerLink | Seat | SponsoredAccount


class Discovery(Scoped):
    """What was found behind an organization's connections."""

    def profiles(self) -> list[Profile]:
        """Return the profiles still there, by region, country and name."""
        c = profile.c
        query = picked(profile, Profile).where(self.mine(profile), c.gone_at.is_(None))
        return self.tx.many(query.order_by(c.region, c.country_code, c.name), Profile)

    def manager_accounts(self) -> list[ManagerAccount]:
        """Return the manager accounts, by name."""
        query = picked(manager_account, ManagerAccount).where(self.mine(manager_account))
        return self.tx.many(query.order_by(manager_account.c.name), ManagerAccount)

    def manager_links(self) -> list[ManagerLink]:
        """Return what hangs below them, by account name."""
        query = picked(manager_link, ManagerLink).where(self.mine(manager_link))
        return self.tx.many(query.order_by(manager_link.c.account_name), ManagerLink)

    def seats(self) -> list[Seat]:
        """Return the DSP seats, by name."""
        query = picked(seat, Seat).where(self.mine(seat))
        return self.tx.many(query.order_by(seat.c.name), Seat)

    def sponsored_accounts(self) -> list[SponsoredAccount]:
        """Return the accounts for sponsored ads, by name."""
        query = picked(sponsored_account, SponsoredAccount).where(self.mine(sponsored_account))
        return self.tx.many(query.order_by(sponsored_account.c.name), SponsoredAccount)

    def record_profiles(self, connection_id: str, found: Sequence[Profile], now: datetime) -> None:
        """Write the profiles that a connection reaches; others of it are marked as gone."""
        self.require_job()
        self._write(profile, found, now, gone_at=None)
        stale = self.mine(profile) & (profile.c.connection_id == connection_id)
        stale &= profile.c.seen_at < now
        gone = update(profile).where(stale, profile.c.gone_at.is_(None))
        self.tx.run(gone.values(gone_at=now))

    def record_managers(
        self,
        connection_id: str,
        found: Sequence[ManagerAccount],
        links: Sequence[ManagerLink],
        now: datetime,
    ) -> None:
        """Write the manager accounts and links that a connection reaches; others of it go."""
        self._replace(manager_account, connection_id, found, now)
        self._replace(manager_link, connection_id, links, now)

    def record_seats(self, connection_id: str, found: Sequence[Seat], now: datetime) -> None:
        """Write the seats that a connection reaches; others of it go."""
        self._replace(seat, connection_id, found, now)

    def record_sponsored(
        self, connection_id: str, found: Sequence[SponsoredAccount], now: datetime
    ) -> None:
        """Write the sponsored accounts that a connection reaches; others of it go."""
        self._replace(sponsored_account, connection_id, found, now)

    def _replace(
        self, table: Table, connection_id: str, found: Sequence[Found], now: datetime
    ) -> None:
        self.require_job()
        self._write(table, found, now)
        stale = self.mine(table) & (table.c.connection_id == connection_id)
        self.tx.run(delete(table).where(stale, table.c.seen_at < now))

    def _write(self, table: Table, found: Sequence[Found], now: datetime, **more: Any) -> None:
        rows = (
            self.own(table, **{n: getattr(item, n) for n in item.__slots__}, seen_at=now, **more)
            for item in found
        )
        self.tx.upsert(table, rows)
