"""A downloaded file before it is parsed: whole, not too large, and with which columns.

A gzip file ends with a checksum and a length (RFC 1952 §2.3.1), so a transfer that was cut off
shows. The bytes are counted while they are decompressed a piece at a time; nothing is kept.
"""

from __future__ import annotations

import csv
import io
import json
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from core.errors import BadReport, Upstream

_GZIP_MAGIC = b"\x1f\x8b"
_PIECE = 1 << 20
_SAMPLE_BYTES = 1 << 20
_SAMPLE_ROWS = 200


class Format(StrEnum):
    """How the rows are written."""

    JSON = "json"
    CSV = "csv"


@dataclass(frozen=True, slots=True)
class Beginning:
    """The names in the first rows of a file, in the order met. `is_empty` when it has no row."""

    names: tuple[str, ...]
    is_empty: bool


def is_gzip(path: Path) -> bool:
    """Return whether the file is gzip, by its first two bytes."""
    with path.open("rb") as file:
        return file.read(2) == _GZIP_MAGIC


def pieces(path: Path) -> Iterator[bytes]:
    """Yield the file's content, decompressed, at most 1 MiB at a time.

    Raises Upstream when a gzip file is cut off or its checksum does not hold: it is fetched
    again. Several gzip members one after another are read as one.
    """
    if not is_gzip(path):
        with path.open("rb") as file:
            yield from iter(lambda: file.read(_PIECE), b"")
        return
    with path.open("rb") as file:
        try:
            yield from _members(file)
        except zlib.error as error:
            raise Upstream(
                f"The report's file is damaged ({error}); it is fetched again."
            ) from None


def _members(file: io.BufferedReader) -> Iterator[bytes]:
    member = zlib.decompressobj(wbits=31)
    while compressed := file.read(_PIECE):
        while compressed:
            if member.eof:
                member = zlib.decompressobj(wbits=31)
            yield member.decompress(compressed, _PIECE)
            compressed = member.unconsumed_tail or member.unused_data
    while not member.eof and (held_back := member.decompress(b"", _PIECE)):
        yield held_back
    if not member.eof:
        raise Upstream("The report's file ends too early; it is fetched again.")


def verified_size(path: Path, bytes_max: int) -> int:
    """Return how many bytes the whole file holds once decompressed.

    Raises Upstream when it is cut off or damaged, BadReport when it holds over `bytes_max`.
    """
    size = 0
    for piece in pieces(path):
        size += len(piece)
        if size > bytes_max:
            raise BadReport("size", f"the file opens to more than {bytes_max:,} bytes")
    return size


def beginning(path: Path, form: Format) -> Beginning:
    """Return the column names in the first rows (up to 200, or one mebibyte).

    Raises BadReport when the file does not begin as an array of flat objects or as a table.
    """
    read: list[bytes] = []
    stream = pieces(path)
    while sum(map(len, read)) < _SAMPLE_BYTES and (piece := next(stream, b"")):
        read.append(piece)
    text = b"".join(read)[:_SAMPLE_BYTES].decode("utf-8", errors="replace")
    return _json_beginning(text) if form is Format.JSON else _csv_beginning(text)


def _csv_beginning(text: str) -> Beginning:
    table = csv.reader(io.StringIO(text.removeprefix("\ufeff")))
    names = next(table, None)
    if not names:
        raise BadReport("format", "the file has no line of column names")
    return Beginning(tuple(names), is_empty=next(table, None) is None)


def _json_beginning(text: str) -> Beginning:
    text = text.removeprefix("\ufeff").lstrip()
    if not text.startswith("["):
        raise BadReport("format", "the file is not an array of rows")
    names: dict[str, None] = {}
    objects = list(_objects(text))
    for found in objects:
        names |= dict.fromkeys(_flat(found))
    is_empty = not objects and text[1:].lstrip().startswith("]")
    if not objects and not is_empty:
        raise BadReport("format", "the file does not begin with a row")
    return Beginning(tuple(names), is_empty)


def _objects(text: str) -> Iterator[object]:
    decoder = json.JSONDecoder()
    position = 1
    for _ in range(_SAMPLE_ROWS):
        rest = text[position:].lstrip(" \t\r\n,") if position < len(text) else ""
        if not rest or rest.startswith("]"):
            return
        try:
            found, used = decoder.raw_decode(rest)
        except RecursionError:
            raise BadReport("nesting", "the rows hold lists within lists") from None
        except json.JSONDecodeError:
            return  # the sample ends inside this row; the parser will judge the rest
        yield found
        position = len(text) - len(rest) + used


def _flat(row: object) -> tuple[str, ...]:
    if not isinstance(row, dict):
        raise BadReport("format", "a row is not an object of named values")
    for name, value in row.items():
        if isinstance(value, dict | list | bool):
            raise BadReport("format", f"{name} holds {json.dumps(value)[:40]}, not a value")
    return tuple(row)
