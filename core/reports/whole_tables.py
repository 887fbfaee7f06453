"""Tables of the screens, whole: what a file holds that a page does not wait for."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from core.domain.views import Screen, View, read
from core.errors import UserError
from core.insight.audience import Audience, Group, audience
from core.insight.cut_table import cut_table, dataset_of
from core.insight.desk import Desk
from core.insight.explore_sheets import cut_sheet
from core.insight.performance.columns import columns_of
from core.insight.performance.levels import narrowed
from core.insight.performance.sheets import table_sheet
from core.insight.performance.table import table
from core.insight.sheets import Sheet
from core.reports.file_specs import SheetFile, TableFile


def whole_table(desk: Desk, spec: TableFile) -> SheetFile:
    """Return every row of the table that a screen shows a page of, as its own menu gives it.

    Raises UserError when nothing in the table's currency is in view any more, and what the lake
    raises.
    """
    view = read(Screen(spec.screen), spec.query).view
    sheet = _TABLES[view.screen](desk.as_known_at(view.as_of), view, spec.currency)
    return SheetFile(spec.name, Sheet(sheet.columns, sheet.rows, (*sheet.lines, *spec.lines)))


def _performance(desk: Desk, view: View, currency: str) -> Sheet:
    whom = narrowed(desk, view)
    return table_sheet(table(desk, whom, _in(whom, currency), columns_of(view), whole=True))


def _explore(desk: Desk, view: View, currency: str) -> Sheet:
    whom = audience(desk, view, dataset_of(view))
    return cut_sheet(cut_table(desk, whom, _in(whom, currency)))


_TABLES: Mapping[Screen, Callable[[Desk, View, str], Sheet]] = {
    Screen.PERFORMANCE: _performance,
    Screen.EXPLORE: _explore,
}


def _in(whom: Audience, currency: str) -> Group:
    for group in whom.groups:
        if group.currency == currency:
            return group
    raise UserError(f"Nothing in {currency} is in view any more.")
