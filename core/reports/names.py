"""Names that a file and a sheet can bear on every system, whatever people and Amazon wrote."""

from __future__ import annotations

import re
from collections.abc import Iterable

from core.domain.columns import RISKY

_UNSAFE = re.compile(r"[^A-Za-z0-9._ -]+")
_RESERVED = re.compile(r"(con|prn|aux|nul|com\d|lpt\d)(\..*)?", re.IGNORECASE)
_EDGES = " .-_"
_FILE_CHARACTERS = 80
_SHEET_CHARACTERS = 31
_SHEET_UNSAFE = re.compile(r"[\[\]:*?/\\\x00-\x1f]+")


def file_name(wanted: str, ending: str) -> str:
    """Return a file's name: plain letters, no path, short, no device of Windows."""
    plain = _UNSAFE.sub("-", wanted).strip(_EDGES)[:_FILE_CHARACTERS].strip(_EDGES)
    if not plain or _RESERVED.fullmatch(plain):
        plain = f"flightdeck {plain}".strip()
    return f"{plain}.{ending}"


def sheet_names(wanted: Iterable[str]) -> list[str]:
    """Return names for the sheets of one workbook: allowed by Excel, no two alike, in order."""
    taken: set[str] = set()
    names = []
    for name in wanted:
        plain = " ".join(_SHEET_UNSAFE.sub(" ", name).split()).strip(f"'{RISKY} ") or "Sheet"
        if plain.casefold() == "history":  # Excel keeps this one for itself
            plain = "History of days"
        chosen = next(n for n in _numbered(plain) if n.casefold() not in taken)
        taken.add(chosen.casefold())
        names.append(chosen)
    return names


def _numbered(name: str) -> Iterable[str]:
    yield name[:_SHEET_CHARACTERS].strip("' ")
    for number in range(2, 1_000):
        tail = f" {number}"
        yield f"{name[: _SHEET_CHARACTERS - len(tail)].strip()}{tail}"
