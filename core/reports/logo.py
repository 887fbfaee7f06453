"""A logo as people bring it, an SVG or a PNG, made into an SVG of shapes alone.

It is drawn into files that go to others. What could run, load or lead anywhere is refused with a
sentence, and what a drawing program notes for itself is left out: the SVG is written anew from
what is known to draw (SVG 2, W3C Candidate Recommendation, chapters 5 to 14).
"""

from __future__ import annotations

import re
import struct
import zlib
from base64 import b64encode
from collections.abc import Iterator, Mapping
from html import escape
from xml.parsers import expat

from core.errors import UserError

BYTES_MAX = 200_000
LONGEST = 8
"""So many times as wide as high, at most, and as high as wide."""

_PNG = b"\x89PNG\r\n\x1a\n"
_PIXELS_MAX = 4_000_000
_ELEMENTS_MAX = 5_000
_USES_MAX = 20  # copies of copies grow without end
_DRAWN = frozenset({
    "svg", "g", "defs", "symbol", "use", "style", "clipPath", "mask",
    "path", "rect", "circle", "ellipse", "line", "polyline", "polygon",
    "linearGradient", "radialGradient", "stop",
})  # fmt: skip
_UNSEEN = frozenset({"title", "desc", "metadata"})
_NUMBER = re.compile(r"\d*\.?\d+(?:e[+-]?\d+)?", re.I)
_LEADS_OUT = re.compile(r"url\s*\(\s*+['\"]?+\s*+(?!#)|[\\@]|script\s*:|expression\s*\(", re.I)
_HEAD = '<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink"'


def logo_of(raw: bytes) -> str:
    """Return the logo as SVG.

    Raises UserError for a file that is too large or no SVG or PNG, that says no size or is a
    stripe, or that holds anything but shapes.
    """
    if len(raw) > BYTES_MAX:
        raise UserError(f"A logo is a file of at most {BYTES_MAX // 1_000} kB.")
    return _framed(raw) if raw.startswith(_PNG) else _shapes(raw)


def _framed(raw: bytes) -> str:
    """Return a PNG inside an SVG of its size."""
    chunks = dict(_chunks(raw))
    if b"IDAT" not in chunks or b"IEND" not in chunks or len(chunks.get(b"IHDR", b"")) != 13:
        raise UserError("The PNG is not whole: save it once more.")
    width, height = struct.unpack(">II", chunks[b"IHDR"][:8])
    if width * height > _PIXELS_MAX:
        raise UserError(f"A PNG has at most {_PIXELS_MAX:,} pixels here: make it smaller.")
    _require_shape(width, height)
    size = f'width="{width}" height="{height}"'
    picture = f"data:image/png;base64,{b64encode(raw).decode()}"
    return f'{_HEAD} viewBox="0 0 {width} {height}"><image {size} xlink:href="{picture}"/></svg>'


def _chunks(raw: bytes) -> Iterator[tuple[bytes, bytes]]:
    """Yield the parts of a PNG whose sums are right, up to the first that is cut short."""
    at = len(_PNG)
    while at + 12 <= len(raw):
        (length,) = struct.unpack_from(">I", raw, at)
        kind, body = raw[at + 4 : at + 8], raw[at + 8 : at + 8 + length]
        if raw[at + 8 + length : at + 12 + length] != struct.pack(">I", zlib.crc32(kind + body)):
            return
        yield kind, body
        at += 12 + length


def _shapes(raw: bytes) -> str:
    found = _Shapes()
    parser = expat.ParserCreate("UTF-8")
    parser.StartElementHandler = found.begin
    parser.EndElementHandler = found.end
    parser.CharacterDataHandler = found.say
    parser.EntityDeclHandler = found.refuse_entity
    try:
        parser.Parse(raw, True)
    except expat.ExpatError:
        raise UserError("The file is no SVG or PNG that can be read: save it once more.") from None
    return "".join(found.written)


class _Shapes:
    """Writes an SVG anew while it is read, and refuses what is no shape."""

    def __init__(self) -> None:
        self.written: list[str] = []
        self._unseen = 0
        self._elements = 0
        self._uses = 0
        self._style: list[str] | None = None

    def begin(self, name: str, given: Mapping[str, str]) -> None:
        """Hear the beginning of an element."""
        if self._unseen or name in _UNSEEN or ":" in name:
            self._unseen += 1
            return
        self._count(name)
        is_first = not self.written
        if is_first:
            _require_size(name, given)
        attributes = "".join(f' {key}="{escape(given[key])}"' for key in _kept(given))
        self.written.append(f"{_HEAD if is_first else f'<{name}'}{attributes}>")
        if name == "style":
            self._style = []

    def end(self, name: str) -> None:
        """Hear the end of an element."""
        if self._unseen:
            self._unseen -= 1
            return
        if self._style is not None:
            rules, self._style = "".join(self._style), None
            _require_inside(rules)
            self.written.append(escape(rules, quote=False))
        self.written.append(f"</{name}>")

    def say(self, text: str) -> None:
        """Hear text: only that of a style draws."""
        if self._style is not None and not self._unseen:
            self._style.append(text)

    def refuse_entity(self, *_: object) -> None:
        """Hear an entity: what it stands for may grow without end, or lie elsewhere."""
        raise UserError(_refusal("entities"))

    def _count(self, name: str) -> None:
        self._elements += 1
        self._uses += name == "use"
        if name not in _DRAWN or self._style is not None:
            raise UserError(_refusal(f"“{name[:40]}”"))
        if self._elements > _ELEMENTS_MAX or self._uses > _USES_MAX:
            raise UserError("The SVG has too many parts for a logo: simplify it.")


def _kept(given: Mapping[str, str]) -> Iterator[str]:
    """Yield the attributes that draw; those of a program's own namespace are left out."""
    for key, value in given.items():
        if key.lower().startswith("on"):
            raise UserError(_refusal(f"“{key[:40]}”"))
        if key in {"href", "xlink:href"}:
            if not value.startswith("#"):
                raise UserError(_refusal("a reference to something else"))
        elif ":" in key or key == "xmlns":
            continue
        _require_inside(value)
        yield key


def _require_inside(text: str) -> None:
    if _LEADS_OUT.search(text):
        raise UserError(_refusal("a reference to something else"))


def _require_size(name: str, given: Mapping[str, str]) -> None:
    if name != "svg":
        raise UserError("The file is no SVG or PNG: it holds something else.")
    asked = given.get("viewBox") or f"0 0 {given.get('width', '')} {given.get('height', '')}"
    found = [float(number) for number in _NUMBER.findall(asked)]
    if len(found) != 4:
        raise UserError("The SVG does not say its size: give it a width and a height.")
    _require_shape(found[2], found[3])


def _require_shape(width: float, height: float) -> None:
    if not 0 < width <= LONGEST * height or height > LONGEST * width:
        raise UserError(f"A logo is at most {LONGEST} times as wide as high, or as high as wide.")


def _refusal(what: str) -> str:
    return (
        f"The SVG holds {what}. A logo is made of shapes alone: save it as plain SVG, with text "
        "as paths and nothing linked or embedded, or take a PNG."
    )
