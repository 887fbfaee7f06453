"""Who is credited: seen or clicked, promoted or halo."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from core.domain.formats import percent
from core.insight.history import Amount
from core.insight.performance.credit import Credit
from core.reports.parts.credit_lines import NOT_TOLD
from core.reports.words import about, brief, shown
from core.web.parts import table
from core.web.parts.header import section
from core.web.parts.markup import draw as draw_html
from core.web.parts.markup import esc
from core.web.parts.table import Head

_HEADS = (
    Head("Whole brand", is_number=False),
    Head("Total"),
    Head("Seen", meaning="Credited to an ad that was seen and not clicked."),
    Head("Clicked", meaning="Credited to a click on an ad."),
    Head("Promoted", meaning="Of the products that the ads are for."),
    Head("Halo", meaning="Of the brand's other products."),
)


def draw(found: Sequence[Credit], currency: str) -> None:
    """Draw the credit, a row a kind of event."""
    section("Who is credited", beside="up to 14 days after the ad")
    rows = [_cells(one, currency) for one in found]
    table.figures(_HEADS, rows, name="Who is credited")
    draw_html(f'<p class="fd-muted">{esc(NOT_TOLD)}</p>')


def _cells(one: Credit, currency: str) -> list[str]:
    def figure(value: Amount, part: Decimal | None = None) -> str:
        told = _titled(brief(one.metric, value, currency), shown(one.metric, value, currency))
        return f"{told}<br><small>{percent(part)}</small>" if part is not None else told

    clicked, halo = one.clicked_share, one.halo_share
    return [
        _titled(one.metric.label, about(one.metric)),
        figure(one.whole),
        figure(one.seen, None if clicked is None else 1 - clicked),
        figure(one.clicked, clicked),
        figure(one.promoted, None if halo is None else 1 - halo),
        figure(one.halo, halo),
    ]


def _titled(text: str, title: str) -> str:
    return f'<span title="{esc(title)}">{esc(text)}</span>'
