"""What people decided about an order that Amazon does not say: its funnel stage."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import delete, select

from core.domain.ids import OrderId
from core.domain.metrics import Stage
from core.domain.roles import Action
from core.store.schema import order_setting
from core.store.scoped import Scoped


class OrderSettings(Scoped):
    """Settings of the orders that the scope sees."""

    def stages(self) -> dict[OrderId, Stage]:
        """Return the stages set by hand, by order."""
        query = select(order_setting).where(self.mine(order_setting))
        return {OrderId(row.order_id): Stage(row.stage) for row in self.tx.rows(query) if row.stage}

    def set_stage(
        self, advertiser_id: str, order_id: str, stage: Stage | None, now: datetime
    ) -> None:
        """Set an order's stage by hand; None lets its goal decide again.

        Raises NotAllowed unless the role may, NotFound for an advertiser outside the scope.
        """
        self.scope.require(Action.SET_STAGE)
        self.require_advertiser(advertiser_id)
        if stage is None:
            one = self.mine(order_setting) & (order_setting.c.order_id == order_id)
            self.tx.run(delete(order_setting).where(one))
            return
        row = self.own(
            order_setting,
            order_id=order_id,
            advertiser_id=advertiser_id,
            stage=stage,
            set_by=self.scope.user_id,
            set_at=now,
        )
        self.tx.upsert(order_setting, [row])
