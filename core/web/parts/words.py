"""Figures and sentences of the core as the screens show them."""

from __future__ import annotations

from core.insight.alarms import Name, Words
from core.reports.words import about, amount, brief, moved, share, shown, tone_of, trail
from core.web.parts.markup import esc, named

__all__ = ["about", "amount", "brief", "moved", "said", "share", "shown", "tone_of", "trail"]


def said(words: Words) -> str:
    """Return a sentence as HTML, its names set apart and shown literally."""
    return "".join(
        f"<strong>{named(word.text)}</strong>" if isinstance(word, Name) else esc(word)
        for word in words
    )
