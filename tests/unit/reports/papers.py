"""Reports of an office, and their PDFs read back by another program."""

from __future__ import annotations

import subprocess
from dataclasses import replace
from pathlib import Path

from core.domain.views import Screen, View
from core.reports.document import Document, Table
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


def table(document: Document, name: str) -> Table:
    """Return one of its tables."""
    blocks = (block for section in document.sections for block in section.blocks)
    return next(b for b in blocks if isinstance(b, Table) and b.name == name)


def read_back(document: Document, press: Press, folder: Path, brand: Brand = BRAND) -> list[str]:
    """Return the text of each page of the report's PDF, as poppler reads it."""
    path = folder / "report.pdf"
    path.write_bytes(pdf_of(document, brand, press, NOW))
    done = subprocess.run(["pdftotext", str(path), "-"], capture_output=True, check=True)
    return done.stdout.decode().removesuffix("\f").split("\f")


def flat(text: str) -> str:
    """Return text on one line with single spaces, whichever way it was broken."""
    return " ".join(text.replace("\u200b", "").split())
