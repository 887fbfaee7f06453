"""Everything that people leave in one organization, over one kind of rows."""

from __future__ import annotations

from core.domain.scope import TenantScope
from core.store.content.annotations import Annotations
from core.store.content.calendar_edits import CalendarEdits
from core.store.content.client_budgets import ClientBudgets
from core.store.content.goals import Goals
from core.store.content.groups import AdvertiserGroups
from core.store.content.kept_views import ReportDefinitions, SavedViews
from core.store.content.own_metrics import OwnMetrics
from core.store.content.rates import FxRates
from core.store.content.rows import Rows
from core.store.content.tags import EntityTags, TagRules


class Content:
    """The content of one organization, as the holder of `scope` sees it."""

    def __init__(self, rows: Rows, scope: TenantScope) -> None:
        self.scope = scope
        self.saved_views = SavedViews(rows, scope)
        self.report_definitions = ReportDefinitions(rows, scope)
        self.annotations = Annotations(rows, scope)
        self.goals = Goals(rows, scope)
        self.own_metrics = OwnMetrics(rows, scope)
        self.groups = AdvertiserGroups(rows, scope)
        self.tag_rules = TagRules(rows, scope)
        self.tags = EntityTags(rows, scope)
        self.calendar = CalendarEdits(rows, scope)
        self.client_budgets = ClientBudgets(rows, scope)
        self.rates = FxRates(rows, scope)
