"""The mail of a report: readable on a phone, with a plain part that says the same.

Mail programs know tables and inline styles and little else, so that is what it is made of. What
people and Amazon wrote is escaped; nothing is fetched from anywhere, so nobody is tracked.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from html import escape

from core.insight.alarms import Name, Words
from core.insight.headlines import Headline
from core.reports.document import Document, Figures
from core.reports.figures import Tile
from core.reports.typeset import Brand

TILES_MAX = 6
LINKED = "The files, for 30 days, for whoever holds this mail"
_INK, _MUTED, _RULE, _GROUND = "#14202B", "#5A6B7B", "#DDE3EA", "#F6F8FA"
_TONES = {"good": "#2B7A4B", "warn": "#9A6700", "bad": "#B3372B"}
_FONT = "font-family:Inter,-apple-system,'Segoe UI',Roboto,Helvetica,Arial,sans-serif"


@dataclass(frozen=True, slots=True, kw_only=True)
class Letter:
    """What a mail adds to the report it brings.

    `notes` are sentences above everything ("This report is late: …"), `files` the names of what
    is attached, `linked` names and addresses of files that anybody who holds the mail may fetch,
    `link` leads to the report in the product, `leave` out of the mailing.
    """

    notes: tuple[str, ...] = ()
    files: tuple[str, ...] = ()
    linked: tuple[tuple[str, str], ...] = ()
    link: str = ""
    leave: str = ""


def subject_of(document: Document, *, is_late: bool = False, is_test: bool = False) -> str:
    """Return the mail's subject."""
    marks = ["Test: "] * is_test + ["Late: "] * is_late
    return "".join([*marks, document.title])


def text_of(document: Document, letter: Letter) -> str:
    """Return the plain part, in lines that may be long: programs break them."""
    return "\n\n".join(_paragraphs(document, letter))


def html_of(document: Document, brand: Brand, letter: Letter) -> str:
    """Return the part that most people see: one column, 600 points at most."""
    return (
        '<!doctype html><html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width,initial-scale=1">'
        '<meta name="color-scheme" content="light">'
        f"<title>{escape(document.title)}</title></head>"
        f'<body style="margin:0;padding:0;background:{_GROUND};{_FONT}">'
        f'{_preheader(document)}<table role="presentation" width="100%" cellpadding="0" '
        f'cellspacing="0" style="background:{_GROUND}"><tr><td align="center" style="padding:16px">'
        '<table role="presentation" width="100%" cellpadding="0" cellspacing="0" '
        f'style="max-width:600px;background:#FFFFFF;border:1px solid {_RULE}">'
        f"{_head(document, brand)}{''.join(_rows(document, letter))}</table></td></tr></table>"
        "</body></html>"
    )


def _paragraphs(document: Document, letter: Letter) -> Iterator[str]:
    yield document.title
    yield from letter.notes
    if document.comment:
        yield f"{document.comment}\n{document.comment_by}".strip()
    for number, told in enumerate(document.headlines, 1):
        yield f"{number}. {told.title}\n{told.sentence}"
    tiles = _tiles(document)
    if tiles:
        yield "\n".join(f"{t.label}: {' '.join(filter(None, (t.figure, t.change)))}" for t in tiles)
    yield "\n".join(filter(None, (document.freshness, *document.filters)))
    if letter.files:
        yield f"Attached: {', '.join(letter.files)}"
    if letter.linked:
        yield "\n".join((f"{LINKED}:", *(f"{name}: {address}" for name, address in letter.linked)))
    if letter.link:
        yield f"The report in Flightdeck: {letter.link}"
    if letter.leave:
        yield f"No longer receive this report: {letter.leave}"


def _preheader(document: Document) -> str:
    """Return what a list of mails shows beside the subject."""
    first = document.headlines[0].sentence if document.headlines else document.freshness
    style = "display:none;max-height:0;overflow:hidden"
    return f'<div style="{style}">{escape(first)}</div>'


def _head(document: Document, brand: Brand) -> str:
    compared = f", compared with {document.compared}" if document.compared else ""
    return (
        f'<tr><td style="padding:20px 20px 16px;border-top:4px solid {escape(brand.colour)}">'
        f'<p style="margin:0 0 12px;font-size:13px;color:{_MUTED}">{escape(brand.name)} · '
        f"{escape(document.kind)}</p>"
        f'<h1 style="margin:0 0 4px;font-size:24px;line-height:1.25;color:{_INK};'
        f'overflow-wrap:anywhere">{escape(document.subject)}</h1>'
        f'<p style="margin:0;font-size:14px;color:{_MUTED}">{escape(document.period + compared)}'
        "</p></td></tr>"
    )


def _rows(document: Document, letter: Letter) -> Iterator[str]:
    for note in letter.notes:
        yield _row(f'<p style="{_p(14)};color:{_TONES["warn"]}">{escape(note)}</p>')
    if document.comment:
        by = f'<br><small style="color:{_MUTED}">{escape(document.comment_by)}</small>'
        yield _row(
            f'<p style="{_p(15)};border-left:3px solid {_RULE};padding-left:12px">'
            f"{_broken(document.comment)}{by if document.comment_by else ''}</p>"
        )
    for number, told in enumerate(document.headlines, 1):
        yield _row(_headline(number, told))
    tiles = _tiles(document)
    if tiles:
        yield _row(_figures(tiles))
    yield _row(_files(letter))
    yield _row(_foot(document, letter))


def _row(body: str) -> str:
    if not body:
        return ""
    return f'<tr><td style="padding:12px 20px;border-top:1px solid {_RULE}">{body}</td></tr>'


def _p(size: int) -> str:
    return f"margin:0;font-size:{size}px;line-height:1.5;color:{_INK};overflow-wrap:anywhere"


def _headline(number: int, told: Headline) -> str:
    colour = _TONES.get(told.tone, _INK)
    return (
        f'<p style="{_p(16)};font-weight:600;color:{colour}">{number}. {escape(told.title)}</p>'
        f'<p style="{_p(15)}">{_said(told.says)}</p>'
    )


def _said(words: Words) -> str:
    return "".join(
        f"<b>{escape(word.text)}</b>" if isinstance(word, Name) else escape(word) for word in words
    )


def _broken(text: str) -> str:
    return "<br>".join(escape(line) for line in text.splitlines())


def _figures(tiles: list[Tile]) -> str:
    lines = "".join(
        f'<tr><td style="padding:6px 0;font-size:14px;color:{_MUTED}">{escape(tile.label)}</td>'
        f'<td align="right" style="padding:6px 0;font-size:15px;color:{_INK};white-space:nowrap">'
        f'<b>{escape(tile.figure)}</b><br><span style="font-size:12px;font-weight:400;'
        f'color:{_TONES.get(tile.tone, _MUTED)}">{escape(tile.change)}</span></td></tr>'
        for tile in tiles
    )
    return (
        f'<table role="presentation" width="100%" cellpadding="0" cellspacing="0">{lines}</table>'
    )


def _files(letter: Letter) -> str:
    told = f"Attached: {escape(', '.join(letter.files))}" if letter.files else ""
    button = (
        f'<a href="{escape(letter.link)}" style="display:inline-block;padding:10px 16px;'
        f"background:{_INK};color:#FFFFFF;text-decoration:none;border-radius:8px;font-size:14px"
        '">See the report in Flightdeck</a>'
        if letter.link
        else ""
    )
    attached = f'<p style="{_p(14)};margin-bottom:8px">{told}</p>' if told else ""
    return f"{attached}{_links(letter)}{button}"


def _links(letter: Letter) -> str:
    if not letter.linked:
        return ""
    links = "<br>".join(
        f'<a href="{escape(address)}" style="color:{_INK}">{escape(name)}</a>'
        for name, address in letter.linked
    )
    return f'<p style="{_p(14)};margin-bottom:12px">{LINKED}:<br>{links}</p>'


def _foot(document: Document, letter: Letter) -> str:
    told = " · ".join(filter(None, (document.freshness, *document.filters)))
    leave = (
        f'<p style="{_p(12)};color:{_MUTED};margin-top:8px"><a href="{escape(letter.leave)}" '
        f'style="color:{_MUTED}">No longer receive this report</a></p>'
        if letter.leave
        else ""
    )
    return f'<p style="{_p(12)};color:{_MUTED}">{escape(told)}</p>{leave}'


def _tiles(document: Document) -> list[Tile]:
    found = [
        tile
        for section in document.sections
        for block in section.blocks
        if isinstance(block, Figures)
        for tile in block.tiles
    ]
    return found[:TILES_MAX]
