"""How reports look is kept by those who send them, for their organization alone."""

from __future__ import annotations

from dataclasses import replace

import pytest

from core.domain.ids import AdvertiserId
from core.domain.roles import Role
from core.errors import NotAllowed, UserError
from core.reports.look import Look
from core.web import looks
from tests.integration.web.test_downloads import Browser, owner, rival

__all__ = ["owner", "rival"]

# One database is enough: what differs between them is proven in the store's own tests.
pytestmark = pytest.mark.parametrize("fresh_database", ["sqlite"], indirect=True)

LOOK = Look("#7A1F5C", '<svg viewBox="0 0 4 2"></svg>')


def test_a_look_is_kept_for_ones_own_organization_and_noted(owner: Browser, rival: Browser) -> None:
    looks.keep(owner.context(), LOOK)
    assert looks.look(owner.context()) == LOOK
    assert looks.look(rival.context()) == Look()
    with owner.context().reading() as tenant:
        [noted] = [e for e in tenant.audit.recent() if e.action == "change look of reports"]
    assert noted.detail == {"colour": "#7A1F5C", "logo": True}
    with pytest.raises(UserError, match="written like"):
        looks.keep(owner.context(), Look("purple"))


@pytest.mark.parametrize(
    "limits", [{"role": Role.VIEWER}, {"advertiser_ids": frozenset({AdvertiserId("1")})}]
)
def test_who_may_not_send_every_report_does_not_change_how_they_look(
    owner: Browser, limits: dict[str, object]
) -> None:
    ctx = owner.context()
    less = replace(ctx, membership=replace(ctx.membership, **limits))  # type: ignore[arg-type]
    with pytest.raises(NotAllowed):
        looks.keep(less, LOOK)
    assert looks.look(ctx) == Look()
