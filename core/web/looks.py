"""How reports look, asked and kept for a page."""

from __future__ import annotations

from core.domain.roles import Action
from core.errors import NotAllowed
from core.reports import look as looks
from core.reports.look import Look
from core.web.context import PageContext
from core.web.reporting import may_send


def look(ctx: PageContext) -> Look:
    """Return how the organization's reports look."""
    return looks.look_of(ctx.services.lake.shelf(ctx.scope))


def keep(ctx: PageContext, wanted: Look) -> None:
    """Keep how reports look from now on.

    Raises NotAllowed unless the person may send reports of every advertiser, UserError for a
    colour that is none, LakeFull.
    """
    ctx.scope.require(Action.SEND_REPORTS)
    if not may_send(ctx):
        raise NotAllowed("How reports look is for those who see every advertiser.")
    lake = ctx.services.lake
    looks.keep_look(lake.shelf(ctx.scope), wanted, lake.scratch / "look")
    with ctx.writing() as tenant:
        told = {"colour": wanted.colour, "logo": bool(wanted.logo)}
        tenant.audit.add("change look of reports", ctx.scope.org_id, ctx.now, told)
