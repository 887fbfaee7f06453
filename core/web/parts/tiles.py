"""Tiles: one row of figures, each with its change and a sparkline, drawn as one element."""

from __future__ import annotations

import base64
from collections.abc import Sequence

from core.reports.figures import Tile, Tone
from core.web.parts.markup import draw, esc

__all__ = ["Tile", "Tone", "row", "sparkline", "tile_html"]

_WIDTH, _HEIGHT, _STROKE = 100.0, 24.0, 1.5


def row(tiles: Sequence[Tile], *, name: str = "Key figures") -> None:
    """Draw tiles side by side, wrapping on narrow screens. Nothing for no tiles."""
    if tiles:
        body = "".join(tile_html(tile) for tile in tiles)
        count = f'data-count="{len(tiles)}"'
        draw(f'<div class="fd-tiles" {count} role="group" aria-label="{esc(name)}">{body}</div>')


def tile_html(tile: Tile) -> str:
    """Return one tile as HTML: a definition list of a single term."""
    none = " fd-none" if tile.figure == "n/a" else ""
    tone = {"good": " fd-good", "bad": " fd-bad", "neutral": ""}[tile.tone]
    exact = esc(tile.exact or tile.figure)
    pieces = [
        f'<dt title="{esc(tile.meaning)}">{esc(tile.label)}</dt>',
        f'<dd class="fd-figure{none}" title="{exact}">{esc(tile.figure)}</dd>',
        f'<dd class="fd-change{tone}">{esc(tile.change)}</dd>',
    ]
    if tile.note:
        pieces.append(f'<dd class="fd-note">{esc(tile.note)}</dd>')
    pieces.append(sparkline(tile.trail))
    return f'<dl class="fd-tile">{"".join(pieces)}</dl>'


def sparkline(trail: Sequence[float | None], *, element: str = "dd") -> str:
    """Return a line of the trail as HTML, "" when fewer than two days are known.

    Its scale starts at the lowest known day: it shows shape, the figure beside it the size.
    The shape is a mask over the accent colour, so it follows the theme without a redraw.
    """
    known = [value for value in trail if value is not None]
    if len(known) < 2:
        return ""
    low, high = min(known), max(known)
    span = (high - low) or 1.0
    step = _WIDTH / (len(trail) - 1)
    room = _HEIGHT - 2 * _STROKE
    path, pen = "", "M"
    for place, value in enumerate(trail):
        if value is None:
            pen = "M"
            continue
        path += f"{pen}{place * step:.1f} {_STROKE + room * (1 - (value - low) / span):.1f}"
        pen = "L"
    svg = (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH:g} {_HEIGHT:g}" '
        f'preserveAspectRatio="none"><path d="{path}" fill="none" stroke="#000" '
        f'stroke-width="{_STROKE}" vector-effect="non-scaling-stroke"/></svg>'
    )
    mask = f"url('data:image/svg+xml;base64,{base64.b64encode(svg.encode()).decode()}')"
    return (
        f'<{element} class="fd-spark" aria-hidden="true" '
        f'style="-webkit-mask-image:{mask};mask-image:{mask}"></{element}>'
    )
