"""Reports of an office, and their PDFs read back by another program."""

from __future__ import annotations

import subprocess
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

from core.domain.scope import TenantScope
from core.domain.views import Screen, View
from core.reports.document import Block, Document, Points, Table, plain
from core.reports.making import Kind, document_of
from core.reports.press import Press
from core.reports.typeset import Brand, pdf_of
from tests.unit.insight.office import NOW, Office

BRAND = Brand(name="Acme Media Partners")
HOSTILE = [
    "<img src=x onerror=alert(1)>",
    "[x](javascript:alert(2))",
    "$x^2$ #let y = 3 *bold* _it_",
    ":red[warning] </script> %%",
    "@ref <label> = Heading",
]


def report(office: Office, kind: Kind = Kind.WEEKLY, **view: object) -> Document:
    """Return a report of the office's owner."""
    wanted = View(screen=Screen.MORNING)
    with office.desk() as desk:
        return document_of(desk, replace(wanted, **view), kind)  # type: ignore[arg-type]


def page(
    office: Office, screen: Screen, scope: TenantScope | None = None, **view: object
) -> Document:
    """Return a screen as a document, for the owner or for whoever is named."""
    wanted = replace(View(screen=screen), **view)  # type: ignore[arg-type]
    with office.desk(scope) as desk:
        return document_of(desk, wanted, Kind.PAGE)


def titles(document: Document) -> list[str]:
    """Return the headings of its sections."""
    return [section.title for section in document.sections]


def sentences(document: Document) -> list[str]:
    """Return everything that it says in sentences, section by section."""
    found: list[str] = []
    for block in blocks(document):
        if isinstance(block, Points):
            found += [plain(item.says) for item in block.items] or [block.empty]
    return found


def blocks(document: Document) -> list[Block]:
    """Return its blocks, in order."""
    return [block for section in document.sections for block in section.blocks]


def column(found: Table, title: str) -> list[str]:
    """Return the texts of a column, row by row, without the totals."""
    place = [head.title for head in found.heads].index(title)
    return [row[place].text for row in found.rows]


def total(found: Table, title: str) -> str:
    """Return what stands below a column."""
    return found.totals[[head.title for head in found.heads].index(title)].text


def number(text: str) -> Decimal:
    """Return a figure that people read as a number: without its sign, spaces and commas."""
    return Decimal("".join(c for c in text if c.isdigit() or c in ".-"))


def told(document: Document) -> str:
    """Return every word of a document, for looking for what must not be there."""
    return repr(document)


def table(document: Document, name: str) -> Table:
    """Return one of its tables."""
    return next(b for b in blocks(document) if isinstance(b, Table) and b.name == name)


def read_back(document: Document, press: Press, folder: Path, brand: Brand = BRAND) -> list[str]:
    """Return the text of each page of the report's PDF, as poppler reads it."""
    path = folder / "report.pdf"
    path.write_bytes(pdf_of(document, brand, press, NOW))
    done = subprocess.run(["pdftotext", str(path), "-"], capture_output=True, check=True)
    return done.stdout.decode().removesuffix("\f").split("\f")


def flat(text: str) -> str:
    """Return text on one line with single spaces, whichever way it was broken."""
    return " ".join(text.replace("\u200b", "").split())
