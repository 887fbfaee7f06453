"""The tables of Data health's proof as files: revisions, differences with the console, sums."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal

from core.domain.columns import Column, Form
from core.insight.accuracy import DEFINITION, Accuracy
from core.insight.history import Amount
from core.insight.reconciliation import Reconciliation
from core.insight.revisions import Revision
from core.insight.sheets import Sheet

_TEN = Decimal("0.0000000001")


def revision_sheet(found: Iterable[Revision]) -> Sheet:
    """Return what changed, a row for each day and measure."""
    columns = (
        Column("Advertiser", Form.TEXT),
        Column("Day", Form.DAY),
        Column("Metric", Form.TEXT),
        Column("Before", Form.NUMBER),
        Column("After", Form.NUMBER),
        Column("Change", Form.NUMBER),
        Column("Change, share", Form.RATE),
        Column("Age of the day, days", Form.COUNT),
    )
    rows = (
        (
            one.advertiser.name,
            one.day.isoformat(),
            one.metric.name,
            _text(one.before),
            _text(one.after),
            _text(one.change),
            _share(one.share),
            str(one.age),
        )
        for one in found
    )
    return Sheet(columns, tuple(rows))


def reconciliation_sheet(found: Reconciliation) -> Sheet:
    """Return the differences with a console's file, a row for each order, day and figure."""
    columns = (
        Column("Day", Form.DAY),
        Column("Order ID", Form.TEXT),
        Column("Order", Form.TEXT),
        Column("Metric", Form.TEXT),
        Column("Console", Form.NUMBER),
        Column("Flightdeck", Form.NUMBER),
        Column("Console less Flightdeck", Form.NUMBER),
        Column("Share", Form.RATE),
        Column("Likely reason", Form.TEXT),
        Column("What speaks for it", Form.TEXT),
    )
    rows = (
        (
            one.day.isoformat(),
            one.order_id,
            one.order,
            one.metric.name,
            _text(one.console),
            _text(one.ours),
            _text(one.gap),
            _share(one.share),
            one.reason.value,
            one.evidence,
        )
        for one in found.differences
    )
    line = f"Compared: {found.compared} figures of {found.days}, {found.agreeing} agree"
    return Sheet(columns, tuple(rows), (line,))


def accuracy_sheet(found: Accuracy) -> Sheet:
    """Return every sum that breaks its rule, under the figure and its definition."""
    columns = (
        Column("Table", Form.TEXT),
        Column("Rule", Form.TEXT),
        Column("Day", Form.DAY),
        Column("Metric", Form.TEXT),
        Column("Adds up to", Form.NUMBER),
        Column("Campaign report", Form.NUMBER),
    )
    rows = tuple(
        (
            check.dataset.value if check.dataset else "line items",
            check.rule,
            gap.day.isoformat(),
            gap.metric.name,
            _text(gap.part),
            _text(gap.whole),
        )
        for check in found.checks
        for gap in check.gaps
    )
    figure = "n/a" if found.share is None else f"{found.share:.2%}"
    return Sheet(columns, rows, (f"Accuracy: {figure} of {found.days}", f"Meaning: {DEFINITION}"))


def _text(value: Amount) -> str | None:
    return None if value is None else f"{Decimal(value):f}"


def _share(value: Decimal | None) -> str | None:
    return None if value is None else f"{value.quantize(_TEN):f}"
