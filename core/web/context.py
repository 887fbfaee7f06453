"""What a screen is given: who looks, at which organization, at what time, and the doors to data."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlencode

from core.domain.catalogue import is_included
from core.domain.roles import Action, may
from core.domain.scope import TenantScope
from core.domain.views import written_instant
from core.insight.desk import Desk
from core.lake.reader import Reader
from core.store.content.content import Content
from core.store.doors import Tenant
from core.store.identity.organizations import Membership
from core.web.screens import address
from core.web.services import Services
from core.web.sessions import Visitor


@dataclass(frozen=True, slots=True)
class PageContext:
    """One run of one screen. `now` stands still while it draws.

    `as_of` is the earlier instant that the address asks about, None for now: a desk is at it.

    Everything a screen learns comes through `scope`: what it may not see is not there.
    """

    services: Services
    visitor: Visitor
    membership: Membership
    now: datetime
    as_of: datetime | None = None

    @property
    def moment(self) -> datetime:
        """Return the instant whose figures are shown: now, unless the address names an earlier."""
        return self.as_of or self.now

    @property
    def scope(self) -> TenantScope:
        """Return the door key: this person in this organization."""
        return self.membership.scope

    def may(self, action: Action) -> bool:
        """Return whether the person's role permits `action`; services ask again."""
        return may(self.membership.role, action)

    def reading(self) -> AbstractContextManager[Tenant]:
        """Return a transaction that reads the organization's state at one moment."""
        return self.services.store.reading(self.scope)

    def writing(self) -> AbstractContextManager[Tenant]:
        """Return a transaction whose changes are kept at its end."""
        return self.services.store.writing(self.scope)

    def content(self) -> AbstractContextManager[Content]:
        """Return what people left here, to read and change as this person; see `Services`."""
        return self.services.content(self.scope)

    def reading_content(self) -> AbstractContextManager[Content]:
        """Return the same for reading alone."""
        return self.services.reading_content(self.scope)

    def reader(self) -> Reader:
        """Return a reader of the lake that pins what it says now; close it after use.

        Ask one reader everything that one screen shows, so that no two figures mix loads.
        """
        return self.services.lake.reader(self.scope)

    @contextmanager
    def desk(self) -> Iterator[Desk]:
        """Yield what questions are answered from: state and lake at `moment`, and memory."""
        with self.desk_of_now() as desk:
            yield desk.as_known_at(self.as_of)

    @contextmanager
    def desk_of_now(self) -> Iterator[Desk]:
        """Yield a desk at the present, whatever the address asks about: to do something at."""
        with self.catalogue(), self.reading() as tenant, self.reader() as reader:
            project = self.services.project
            left = None if project is None else project.content(self.scope)
            yield Desk(tenant, reader, self.now, self.services.memory, left)

    def catalogue(self) -> AbstractContextManager[None]:
        """Return what brings the organization's own metrics, unless they are here already.

        The shell brings them for a whole run; what re-draws by itself comes without it.
        """
        return nullcontext() if is_included() else self.services.catalogue(self.scope)

    def path(self, place: str, **query: str) -> str:
        """Return an address inside the product that opens in the same organization, as of the
        same moment.
        """
        several = len(self.visitor.memberships) > 1
        told = {
            **({"as_of": written_instant(self.as_of)} if self.as_of else {}),
            **query,
            **({"org": self.scope.org_id} if several else {}),
        }
        return f"{address(place)}?{urlencode(told)}" if told else address(place)


_drawn: ContextVar[PageContext | None] = ContextVar("drawn", default=None)


def draw_for(ctx: PageContext) -> PageContext:
    """Make this the context of the run that draws in this thread, and return it."""
    _drawn.set(ctx)
    return ctx


def drawn_for() -> PageContext | None:
    """Return the context of this run; None outside of the shell.

    For parts that every screen has and no screen should have to pass a context to. Fragments take
    it along from the run that made them.
    """
    return _drawn.get()
