"""What stands in place of a screen while its table is fetched for the first time."""

from __future__ import annotations

from contextlib import AbstractContextManager
from dataclasses import dataclass

import pytest
from streamlit.testing.v1 import AppTest

from core.domain.metrics import Dataset
from core.insight.desk import Desk
from tests.unit.insight.conftest import furnished, office
from tests.unit.insight.office import Office, days, delivered

__all__ = ["furnished", "office"]


@dataclass(frozen=True)
class Context:
    """As much of a page's context as this part needs."""

    office: Office

    def desk(self) -> AbstractContextManager[Desk]:
        return self.office.desk()


def _page(ctx: object, advertisers: object, dataset: object) -> None:
    from core.web import loading

    loading.draw(ctx, advertisers, dataset)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("dataset", "told"), [(Dataset.INVENTORY, "0 of"), (Dataset.CAMPAIGN, "3 of")]
)
def test_it_tells_the_days_of_its_own_table_and_comes_to_an_end(
    office: Office, dataset: Dataset, told: str
) -> None:
    office.advertiser()
    office.deliver(delivered("o1", 2, impressions=1), days(2))
    with office.desk() as desk:
        advertisers = desk.tenant.advertisers.all()
    page = AppTest.from_function(_page, args=(Context(office), advertisers, dataset))
    page.run(timeout=30)
    assert not page.exception
    assert told in "".join(block.proto.body for block in page.get("html"))
