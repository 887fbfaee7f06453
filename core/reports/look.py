"""How an organization's reports look: its colour and its logo, on its shelf beside the files."""

from __future__ import annotations

import re
from dataclasses import asdict, dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

import orjson

from core.errors import NotFound, UserError
from core.lake.shelf import Shelf
from core.reports.typeset import ACCENT

PLACE = "look/organization/look.json"
_COLOUR = re.compile(r"#[0-9A-Fa-f]{6}")


@dataclass(frozen=True, slots=True)
class Look:
    """A colour as "#0A6C94", and a logo as `core.reports.logo.logo_of` returns it, "" for none."""

    colour: str = ACCENT
    logo: str = ""


def look_of(shelf: Shelf) -> Look:
    """Return the look that the shelf's organization has given itself, else the product's."""
    try:
        return Look(**orjson.loads(shelf.read(PLACE)))
    except NotFound:
        return Look()


def keep_look(shelf: Shelf, look: Look, scratch: Path) -> None:
    """Keep a look, in the stead of the last. Raises UserError for a colour that is none, LakeFull.

    `scratch` is a folder to write in.
    """
    require_colour(look.colour)
    scratch.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory(dir=scratch) as folder:
        made = Path(folder) / "look"
        made.write_bytes(orjson.dumps(asdict(look)))
        shelf.put(PLACE, made)


def require_colour(colour: str) -> None:
    """Raise UserError for what is no colour."""
    if not _COLOUR.fullmatch(colour):
        raise UserError("A colour is written like #0A6C94.")
