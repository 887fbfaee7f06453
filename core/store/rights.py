"""What a scope may do, asked by every repository before it does anything."""

from __future__ import annotations

from core.domain.ids import AdvertiserId
from core.domain.roles import Action
from core.domain.scope import JOB_USER, TenantScope
from core.errors import NotAllowed, NotFound


class Rights:
    """The questions a repository asks of its scope. Each raises, or lets it pass."""

    __slots__ = ()
    scope: TenantScope

    def require_person(self, action: Action) -> None:
        """Raise NotAllowed unless a person asks, whose role permits `action`. Jobs do not."""
        if self._is_job:
            raise NotAllowed("This is for people to do, not for background work.")
        self.scope.require(action)

    def require_job(self) -> None:
        """Raise NotAllowed unless background work asks: what only the scheduler does."""
        if not self._is_job:
            raise NotAllowed("This is for background work to do, not for people.")

    def require_advertiser(self, advertiser_id: str) -> AdvertiserId:
        """Return the id when the scope sees it. Raises NotFound, as for one that is not there."""
        if not self.scope.sees(advertiser_id):
            raise NotFound("The advertiser")
        return AdvertiserId(advertiser_id)

    def require_whole(self) -> None:
        """Raise NotFound for a member limited to some advertisers: this speaks of all."""
        if self.scope.advertiser_ids is not None:
            raise NotFound()

    def require_reach(self, advertiser_id: str | None) -> None:
        """Raise NotFound unless the scope reaches what speaks of an advertiser, or None: of all."""
        if advertiser_id is None:
            self.require_whole()
        else:
            self.require_advertiser(advertiser_id)

    @property
    def _is_job(self) -> bool:
        return self.scope.user_id == JOB_USER
