"""The tenant scope: the only door to an organization's data.

No repository and no lake reader can be built without one. It is made in exactly three
places: from a live session's membership (`core.store.identity`), from a claimed job's
organization (`core.jobs.frame`), and for the files that a mail's link leads to
(`core.store.delivery.file_links`).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from core.domain.ids import AdvertiserId, OrgId, UserId
from core.domain.roles import Action, Role, may
from core.errors import NotAllowed

JOB_USER = UserId("job")
LINK_USER = UserId("link")


@dataclass(frozen=True, slots=True)
class TenantScope:
    """One organization as one person, or one job, may see it.

    `advertiser_ids` is None for every advertiser of the organization; an empty set sees none.
    """

    org_id: OrgId
    user_id: UserId
    role: Role
    advertiser_ids: frozenset[AdvertiserId] | None = None

    @classmethod
    def for_job(cls, org_id: OrgId) -> TenantScope:
        """Return the scope of background work done for one organization."""
        return cls(org_id=org_id, user_id=JOB_USER, role=Role.ADMIN)

    @classmethod
    def for_link(cls, org_id: OrgId) -> TenantScope:
        """Return the scope of whoever holds a link to finished files: it sees no advertiser."""
        return cls(org_id=org_id, user_id=LINK_USER, role=Role.VIEWER, advertiser_ids=frozenset())

    def sees(self, advertiser_id: str) -> bool:
        """Return whether this advertiser is inside the scope."""
        return self.advertiser_ids is None or advertiser_id in self.advertiser_ids

    def narrowed(self, advertiser_ids: Iterable[str]) -> TenantScope:
        """Return the same scope seeing only those of `advertiser_ids` that it already sees."""
        asked = frozenset(AdvertiserId(a) for a in advertiser_ids)
        seen = asked if self.advertiser_ids is None else asked & self.advertiser_ids
        return replace(self, advertiser_ids=seen)

    def require(self, action: Action) -> None:
        """Raise `NotAllowed` unless the role permits `action`."""
        if not may(self.role, action):
            raise NotAllowed(f"Your role ({self.role}) does not allow you to {action}.")
