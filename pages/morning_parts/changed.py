"""What changed since yesterday: a short list, the rest a click away."""

from __future__ import annotations

from collections.abc import Sequence
from zoneinfo import ZoneInfo

from core.insight.audience import Audience
from core.insight.changes import Change, Changes
from core.web.parts.header import section
from core.web.parts.markup import draw as draw_html
from core.web.parts.markup import esc
from core.web.parts.words import said

SHOWN = 6


def draw(audience: Audience, found: Changes) -> None:
    """Draw the changes, the latest first; the sentence of an empty list when there is none."""
    count = f"{found.total} seen" if found.total else ""
    section("What changed since yesterday", beside=count)
    if not found.listed:
        draw_html(
            '<p class="fd-muted">No budget, flight, bid, state or name was seen to change.</p>'
        )
        return
    first, rest = found.listed[:SHOWN], found.listed[SHOWN:]
    more = _more(audience, rest, found.total - len(first)) if rest else ""
    draw_html(f'<ul class="fd-list">{_items(audience, first)}</ul>{more}')


def _more(audience: Audience, rest: Sequence[Change], count: int) -> str:
    hidden = count - len(rest)
    last = f"<p><small>{hidden} older ones are not listed.</small></p>" if hidden > 0 else ""
    return (
        f"<details><summary>Show {len(rest)} more</summary>"
        f'<ul class="fd-list">{_items(audience, rest)}</ul>{last}</details>'
    )


def _items(audience: Audience, changes: Sequence[Change]) -> str:
    names = {str(a.advertiser_id): a for a in audience.advertisers}
    told = []
    for change in changes:
        advertiser = names[change.advertiser_id]
        at = change.at.astimezone(ZoneInfo(advertiser.timezone))
        whose = "" if audience.is_single else f"{esc(advertiser.name)} · "
        told.append(
            f"<li><p>{said(change.says)}</p>"
            f"<small>{whose}seen {at:%-d %b %H:%M} ({esc(advertiser.timezone)})</small></li>"
        )
    return "".join(told)
