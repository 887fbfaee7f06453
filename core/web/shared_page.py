"""The page behind a share link: one view, read-only, without a script and without a way further.

Whatever people and Amazon wrote is escaped; figures, tables and sketches are those of the report.
"""

from __future__ import annotations

from collections.abc import Iterator
from html import escape

from starlette.responses import HTMLResponse

from core.insight.alarms import Name, Words
from core.reports.charts.sketch import line_sketch, trail_sketch
from core.reports.charts.tables import table_of
from core.reports.charts.values import LineChart
from core.reports.document import (
    Block,
    Cell,
    Chart,
    Document,
    Figures,
    Point,
    Points,
    Section,
    Table,
)
from core.reports.figures import Tile
from core.web.result_page import ROOT_STYLE

_STYLE = """
:root{--series-1:light-dark(#0067a3,#5cb3ec);--series-2:light-dark(#b85c00,#f2a65a);
--series-3:light-dark(#00795c,#46c9a2);--series-4:light-dark(#a3407f,#de95c6);
--warn:light-dark(#9a6700,#e0a83c)}
main{max-width:960px;margin:0 auto;padding:24px 16px 64px;display:grid;gap:24px}
header{display:grid;gap:4px;border-top:4px solid var(--accent);padding-top:16px}
h1{font-size:28px;line-height:1.2;margin:0;letter-spacing:-.015em;overflow-wrap:anywhere}
h2{font-size:20px;margin:0}h3{font-size:16px;margin:0}p{margin:0}
.muted{color:var(--muted);font-size:12px}.good{color:var(--good)}.bad{color:var(--bad)}
.warn{color:var(--warn)}
section{display:grid;gap:16px}ol,ul{margin:0;padding:0;list-style:none;display:grid}
li{padding:12px 0;border-bottom:1px solid var(--border);overflow-wrap:anywhere}
dl{display:grid;grid-template-columns:repeat(auto-fit,minmax(148px,1fr));gap:8px;margin:0}
dl>div{border:1px solid var(--border);border-radius:8px;padding:12px 16px}
dt{color:var(--muted);font-size:12px}dd{margin:0}dd b{font-size:22px;letter-spacing:-.02em}
.scroll{overflow-x:auto;border:1px solid var(--border);border-radius:8px}
table{border-collapse:collapse;width:100%;font-size:13px}
th,td{text-align:left;padding:8px 12px;border-bottom:1px solid var(--border);vertical-align:top}
thead th{color:var(--muted);font-weight:500;font-size:12px;background:var(--card)}
.num{text-align:right;white-space:nowrap}tfoot td{font-weight:600}
td small,dd small{display:block;color:var(--muted)}
svg{width:100%;height:auto}svg polyline{fill:none;stroke-width:2;stroke-linejoin:round}
svg text{font-size:12px;fill:var(--muted)}svg .axis{stroke:var(--border)}
summary{cursor:pointer;color:var(--accent);font-size:13px}
footer{border-top:1px solid var(--border);padding-top:12px}
"""
_MARKS = {"bad": "\N{BLACK SQUARE}", "warn": "\N{BLACK DIAMOND}", "good": "\N{BLACK CIRCLE}"}


def shared_page(document: Document, organization: str, until: str) -> HTMLResponse:
    """Return the page. Nothing of it is kept by the browser, indexed, or sent on as a referrer."""
    sections = "".join(_section(section) for section in document.sections)
    headlines = "".join(
        f'<li><h3 class="{escape(h.tone)}">{escape(h.title)}</h3><p>{_said(h.says)}</p></li>'
        for h in document.headlines
    )
    told = "".join(f'<p class="muted">{escape(t)}</p>' for t in _told(document))
    body = (
        '<!doctype html><html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width,initial-scale=1">'
        '<meta name="robots" content="noindex,nofollow">'
        f"<title>{escape(document.title)}</title><style>{ROOT_STYLE}{_STYLE}</style></head>"
        f'<body><main><header><p class="muted">{escape(organization)} · {escape(document.kind)}'
        f"</p><h1>{escape(document.subject)}</h1>{told}</header>"
        f"{f'<ol>{headlines}</ol>' if headlines else ''}{sections}"
        f'<footer class="muted">Shared by {escape(organization)} from Flightdeck, to be read '
        f"until {escape(until)}.</footer></main></body></html>"
    )
    headers = {
        "Cache-Control": "no-store",
        "Referrer-Policy": "no-referrer",
        "X-Robots-Tag": "noindex, nofollow",
    }
    return HTMLResponse(body, headers=headers)


def _told(document: Document) -> Iterator[str]:
    compared = f", compared with {document.compared}" if document.compared else ""
    yield f"{document.period}{compared}"
    yield document.freshness
    yield from document.filters


def _section(section: Section) -> str:
    blocks = "".join(_block(block) for block in section.blocks)
    beside = f'<p class="muted">{escape(section.beside)}</p>' if section.beside else ""
    return f"<section><h2>{escape(section.title)}</h2>{beside}{blocks}</section>"


def _block(block: Block) -> str:
    match block:
        case Figures():
            return f"<dl>{''.join(map(_tile, block.tiles))}</dl>"
        case Chart():
            return _chart(block)
        case Table():
            return _table(block)
        case Points():
            return _points(block)


def _tile(tile: Tile) -> str:
    return (
        f'<div title="{escape(tile.meaning)}"><dt>{escape(tile.label)}</dt>'
        f"<dd><b>{escape(tile.figure)}</b>"
        f'<small class="{escape(tile.tone)}">{escape(tile.change)}</small>'
        f"<small>{escape(tile.note)}</small></dd></div>"
    )


def _chart(block: Chart) -> str:
    chart = block.chart
    drawn = line_sketch(chart) if isinstance(chart, LineChart) else ""
    table = table_of(chart)
    heads = "".join(f"<th>{escape(head)}</th>" for head in table.heads)
    rows = "".join(
        f"<tr>{''.join(f'<td>{escape(cell)}</td>' for cell in row)}</tr>" for row in table.rows
    )
    told = ". ".join(filter(None, (chart.unit, block.caption)))
    return (
        f"<div><h3>{escape(chart.question)}</h3>"
        f'<p class="muted">{escape(told)}</p>{drawn}'
        f"<details><summary>Every figure</summary><div class=scroll><table><thead><tr>{heads}</tr>"
        f"</thead><tbody>{rows}</tbody></table></div></details></div>"
    )


def _table(table: Table) -> str:
    numbers = [head.is_number for head in table.heads]
    heads = "".join(
        f"<th{_css(is_number=head.is_number)}>{escape(head.title)}</th>" for head in table.heads
    )
    rows = "".join(_row(row, numbers) for row in table.rows)
    foot = f"<tfoot>{_row(table.totals, numbers)}</tfoot>" if table.totals else ""
    note = f'<p class="muted">{escape(table.note)}</p>' if table.note else ""
    return (
        f'<div><div class=scroll tabindex="0"><table><caption class="muted">{escape(table.name)}'
        f"</caption><thead><tr>{heads}</tr></thead><tbody>{rows}</tbody>{foot}</table></div>"
        f"{note}</div>"
    )


def _row(row: tuple[Cell, ...], numbers: list[bool]) -> str:
    cells = "".join(
        f"<td{_css(is_number=is_number)}>"
        f'{trail_sketch(cell.trail)}<span class="{escape(cell.tone)}">{escape(cell.text)}</span>'
        f"<small>{escape(cell.small)}</small></td>"
        for cell, is_number in zip(row, numbers, strict=True)
    )
    return f"<tr>{cells}</tr>"


def _css(*, is_number: bool) -> str:
    return " class=num" if is_number else ""


def _points(block: Points) -> str:
    if not block.items:
        return f'<p class="muted">{escape(block.empty)}</p>'
    return f"<ul>{''.join(map(_point, block.items))}</ul>"


def _point(item: Point) -> str:
    beside = f" <b>{escape(item.beside)}</b>" if item.beside else ""
    mark = f'<b class="{escape(item.tone)}">{_MARKS[item.tone]}</b> ' if item.tone in _MARKS else ""
    return f"<li>{mark}{_said(item.says)}{beside}</li>"


def _said(words: Words) -> str:
    return "".join(
        f"<b>{escape(word.text)}</b>" if isinstance(word, Name) else escape(word) for word in words
    )
