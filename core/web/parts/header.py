"""The head of a screen: its title, and the line that says how old its figures are."""

from __future__ import annotations

from core.web.parts.markup import draw, esc


def title(words: str, *, freshness: str = "", about: str = "") -> None:
    """Draw a screen's heading.

    `freshness` is the data-through line ("Data through 21 Nov (America/Los_Angeles), fetched
    35 min ago, last 3 days unsettled"); `about` one sentence for screens without data.
    """
    line = f"<p>{esc(freshness)}</p>" if freshness else ""
    below = f'<p class="fd-muted">{esc(about)}</p>' if about else ""
    draw(f'<header class="fd-head"><h1>{esc(words)}</h1>{line}</header>{below}')


def section(words: str, *, beside: str = "") -> None:
    """Draw the heading of a part of a screen, with a quiet remark beside it."""
    line = f"<p>{esc(beside)}</p>" if beside else ""
    draw(f'<div class="fd-head"><h2>{esc(words)}</h2>{line}</div>')
